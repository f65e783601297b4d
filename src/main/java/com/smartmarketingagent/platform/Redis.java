package com.smartmarketingagent.platform;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.resource.ClientResources;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The Redis at {@code REDIS_URL}. Whoever asks must be able to do without: once it has not answered in time, nobody
 * waits for it until it is found again, which is tried behind their backs. Not to be made where none is configured.
 */
@Singleton
class Redis {

    private static final Logger LOG = Logger.getLogger(Redis.class);

    /** It answers within one millisecond or is in trouble. */
    private static final Duration PATIENCE = Duration.ofMillis(100);

    private static final Duration PATIENCE_AT_FIRST = Duration.ofMillis(900);
    private static final Duration LOOK_AGAIN_AFTER = Duration.ofSeconds(1);

    private final Duration patience;
    private final RedisURI uri;
    private final ClientResources resources;
    private final RedisClient client;
    /** Holds null while it isn't there. */
    private final AtomicReference<@Nullable StatefulRedisConnection<String, String>> connection =
            new AtomicReference<>();

    /** Why it can't be used, as was said last; null while it can, or nobody looked yet. */
    private final AtomicReference<@Nullable String> said = new AtomicReference<>();

    private final AtomicLong looked = new AtomicLong(System.nanoTime() - LOOK_AGAIN_AFTER.toNanos());

    @Inject
    Redis(Settings settings) {
        this(settings, PATIENCE);
    }

    Redis(Settings settings, Duration patience) {
        this.patience = patience;
        uri = uri(settings.text("REDIS_URL").orElseThrow());
        uri.setTimeout(patience.compareTo(PATIENCE_AT_FIRST) > 0 ? patience : PATIENCE_AT_FIRST);
        resources = ClientResources.builder()
                .ioThreadPoolSize(2)
                .computationThreadPoolSize(2)
                .build();
        client = RedisClient.create(resources);
        client.setOptions(ClientOptions.builder()
                // we look for it ourselves: the library waits longer and longer
                .autoReconnect(false)
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(PATIENCE_AT_FIRST)
                        .build())
                .build());
    }

    private static RedisURI uri(String url) {
        try {
            return RedisURI.create(url);
        } catch (IllegalArgumentException e) {
            // its message may hold the password
            throw new Settings.Wrong("REDIS_URL must be an address such as redis://:password@host:6379/0");
        }
    }

    /** Whether it answered when it was last asked. If not, it is looked for again, at most once a second. */
    boolean isThere() {
        if (connection.get() != null) return true;
        long last = looked.get();
        long now = System.nanoTime();
        if (now - last >= LOOK_AGAIN_AFTER.toNanos() && looked.compareAndSet(last, now)) look();
        return false;
    }

    private void look() {
        client.connectAsync(StringCodec.UTF8, uri).whenComplete((fresh, failure) -> {
            if (failure != null) say(failure);
            else if (connection.compareAndSet(null, fresh)) {
                said.set(null);
                LOG.info("Redis answers: nodes share their limits");
            } else fresh.closeAsync();
        });
    }

    /** Once each time it goes, and again where it came back to refuse us: that mends itself never. */
    private void say(Throwable failure) {
        var why = failure;
        while (why.getCause() != null) why = why.getCause();
        var now = why.getMessage() == null ? why.toString() : why.getMessage();
        var before = said.get();
        boolean refused = why instanceof RedisCommandExecutionException;
        if (before != null && (!refused || before.equals(now)) || !said.compareAndSet(before, now)) return;
        LOG.warnf("Redis can't be used; until it can, each node limits for itself: %s", now);
    }

    /** Runs a script on one key; fails at once where it isn't there, and when patience ends at the latest. */
    CompletableFuture<List<Long>> run(String script, String key, String... values) {
        var link = connection.get();
        if (link == null) return CompletableFuture.failedFuture(new IllegalStateException("Redis isn't there"));
        CompletableFuture<List<Long>> answer;
        try {
            answer = link.async()
                    .<List<Long>>eval(script, ScriptOutputType.MULTI, new String[] {key}, values)
                    .toCompletableFuture();
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        return answer.orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS).whenComplete((_, failure) -> {
            if (failure != null) lose(link, failure);
        });
    }

    private void lose(StatefulRedisConnection<String, String> link, Throwable why) {
        if (!connection.compareAndSet(link, null)) return;
        looked.set(System.nanoTime());
        say(why);
        link.closeAsync();
    }

    @PreDestroy
    void close() {
        client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        resources.shutdown(0, 1, TimeUnit.SECONDS);
    }
}
