package com.smartmarketingagent.platform;

import com.smartmarketingagent.platform.RateLimits.Limit;
import com.smartmarketingagent.platform.RateLimits.Share;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * In Redis, for all nodes, and beside it in each node's memory: what is too much for one node is too much for all, so
 * that a flood never gets as far as Redis, and a node that loses Redis goes on with what it has seen itself.
 */
final class SharedBuckets implements Buckets {

    /**
     * A bucket is kept as the moment when it will be full, in microseconds of Redis's clock, which is the same for
     * every node (the generic cell rate algorithm, as of ATM Forum's Traffic Management 4.1, 4.4.2). Answers whether
     * there was a token, how long until the bucket is full, and how long until there is one.
     */
    private static final String TAKE = """
            local each, count = tonumber(ARGV[1]), tonumber(ARGV[2])
            local time = redis.call('TIME')
            local now = time[1] * 1000000 + time[2]
            local empty = math.max(tonumber(redis.call('GET', KEYS[1]) or 0) - now, 0)
            local wait = empty + each - each * count
            if wait > 0 then return {0, empty, wait} end
            empty = empty + each
            redis.call('SET', KEYS[1], string.format('%.0f', now + empty), 'PX', math.ceil(empty / 1000))
            return {1, empty, 0}""";

    private static final String GIVE_BACK = """
            local full = tonumber(redis.call('GET', KEYS[1]) or 0)
            if full > 0 then redis.call('SET', KEYS[1], string.format('%.0f', full - ARGV[1]), 'KEEPTTL') end
            return {}""";

    private final String name;
    private final Limit limit;
    private final long each;
    private final LocalBuckets own;
    private final Redis redis;

    /** @param name what is limited; nodes share what has the same name */
    SharedBuckets(String name, Limit limit, LocalBuckets own, Redis redis) {
        this.name = name;
        this.limit = limit;
        // more than a million a second is no limit
        each = Math.max(1, limit.per().dividedBy(limit.count()).toNanos() / 1_000);
        this.own = own;
        this.redis = redis;
    }

    @Override
    public CompletionStage<Share> take(String key) {
        var here = own.takeNow(key);
        if (!here.taken() || !redis.isThere()) return CompletableFuture.completedFuture(here);
        return redis.run(TAKE, stored(key), String.valueOf(each), String.valueOf(limit.count()))
                .handle((answer, failure) -> {
                    if (failure != null) return here;
                    var everywhere = share(answer);
                    if (!everywhere.taken()) own.giveBack(key);
                    return everywhere;
                });
    }

    private Share share(List<Long> answer) {
        long untilFull = answer.get(1);
        return new Share(
                answer.getFirst() == 1,
                limit.count(),
                limit.count() - Math.ceilDiv(untilFull, each),
                Duration.of(untilFull, ChronoUnit.MICROS),
                Duration.of(answer.get(2), ChronoUnit.MICROS));
    }

    @Override
    public void giveBack(String key) {
        own.giveBack(key);
        if (redis.isThere()) redis.run(GIVE_BACK, stored(key), String.valueOf(each));
    }

    /** Addresses and e-mails are nobody's business there. */
    private String stored(String key) {
        try {
            var hash = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
            return "sma:limit:" + name + ":"
                    + Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
