package com.smartmarketingagent.platform;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.smartmarketingagent.platform.RateLimits.Limit;
import com.smartmarketingagent.platform.RateLimits.Share;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** In this node's memory: one bucket for each key seen within the period. */
final class LocalBuckets implements Buckets {

    private static final long MOST_KEYS = 200_000;

    private final Limit limit;
    private final TimeMeter time;
    private final Cache<String, Bucket> byKey;

    LocalBuckets(Limit limit, TimeMeter time) {
        this.limit = limit;
        this.time = time;
        byKey = Caffeine.newBuilder()
                .maximumSize(MOST_KEYS)
                .expireAfterAccess(limit.per())
                .build();
    }

    @Override
    public CompletionStage<Share> take(String key) {
        return CompletableFuture.completedFuture(takeNow(key));
    }

    Share takeNow(String key) {
        var probe = bucket(key).tryConsumeAndReturnRemaining(1);
        return new Share(
                probe.isConsumed(),
                limit.count(),
                probe.getRemainingTokens(),
                Duration.ofNanos(probe.getNanosToWaitForReset()),
                Duration.ofNanos(probe.getNanosToWaitForRefill()));
    }

    @Override
    public void giveBack(String key) {
        bucket(key).addTokens(1);
    }

    private Bucket bucket(String key) {
        return byKey.get(
                key,
                _ -> Bucket.builder()
                        .addLimit(Bandwidth.builder()
                                .capacity(limit.count())
                                .refillGreedy(limit.count(), limit.per())
                                .build())
                        .withCustomTimePrecision(time)
                        .build());
    }
}
