package com.smartmarketingagent.platform;

import io.github.bucket4j.TimeMeter;
import io.quarkus.runtime.Startup;
import io.quarkus.vertx.http.HttpServerStart;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * How often one address or account may ask: of all nodes together where {@code REDIS_URL} is set, else of this one. A
 * bucket refills evenly, so that whoever used it up waits for one token, not for the whole period, and nobody is locked
 * out for good.
 */
@Singleton
@Startup
public class RateLimits {

    /** Whoever tries many accounts from one address, or one account from many, may fail this many times as often. */
    private static final int WIDER = 10;

    private final boolean enabled;
    private final @Nullable Redis redis;
    private final Buckets requests;
    private final Buckets lookUps;
    private final Buckets reports;
    private final Buckets registrations;
    private final Buckets logIns;
    private final Buckets logInsWide;
    private final Buckets mails;
    private final Buckets mailsWide;

    @Inject
    RateLimits(Settings settings, Instance<Redis> redis) {
        // not the wall clock: an hour set back must not stop everyone for an hour
        this(settings, TimeMeter.SYSTEM_NANOTIME, settings.text("REDIS_URL").isPresent() ? redis.get() : null);
    }

    RateLimits(Settings settings, TimeMeter time, @Nullable Redis redis) {
        this.redis = redis;
        enabled = settings.flag("RATE_LIMIT_ENABLED", true);
        BiFunction<String, Limit, Buckets> make = (name, limit) -> {
            var own = new LocalBuckets(limit, time);
            return redis == null ? own : new SharedBuckets(name, limit, own, redis);
        };
        requests = make.apply("api", limit(settings, "RATE_LIMIT_API", "600/60"));
        var lookUp = limit(settings, "RATE_LIMIT_WEBHOOK", "1200/60");
        lookUps = make.apply("webhook", lookUp);
        // a provider may tell of a thousand messages within a minute
        reports = make.apply("report", lookUp.wider());
        registrations = make.apply("register", limit(settings, "RATE_LIMIT_REGISTER", "20/3600"));
        var logIn = limit(settings, "RATE_LIMIT_LOGIN", "30/900");
        logIns = make.apply("login", logIn);
        logInsWide = make.apply("login-wide", logIn.wider());
        var mail = limit(settings, "RATE_LIMIT_MAIL", "5/3600");
        mails = make.apply("mail", mail);
        mailsWide = make.apply("mail-wide", mail.wider());
    }

    /** So that whoever starts a server reads at once that Redis can't be used. A command doesn't need it. */
    void look(@ObservesAsync HttpServerStart started) {
        if (redis == null) return;
        var unused = redis.isThere();
    }

    private static Limit limit(Settings settings, String variable, String otherwise) {
        return Limit.parse(variable, settings.text(variable).orElse(otherwise));
    }

    /**
     * Counts a request.
     *
     * @param caller an account or an address
     * @return what is left to it, at once unless Redis is asked; empty where requests are not limited
     */
    public Optional<CompletionStage<Share>> countRequest(String caller) {
        return enabled ? Optional.of(requests.take(caller)) : Optional.empty();
    }

    private static void take(Buckets buckets, String key) {
        buckets.take(key).toCompletableFuture().join().orRefuse();
    }

    /**
     * Counts that we look for whom a provider's report would be for, where nobody has proven yet that there is such a
     * shop.
     *
     * @throws Problem.TooMany if the network had its share
     */
    public void countLookUp(String network) {
        if (enabled) take(lookUps, network);
    }

    /** There is, and this proved it: a provider reports for all shops from the same few addresses. */
    public void forgiveLookUp(String network) {
        if (enabled) lookUps.giveBack(network);
    }

    /**
     * Counts a provider's report that is proven to be one. What isn't proven takes nothing from a shop's share.
     *
     * @param way whose it is, and by which provider
     * @throws Problem.TooMany if it had its share
     */
    public void countReport(String way) {
        if (enabled) take(reports, way);
    }

    /** @throws Problem.TooMany if this address made many accounts lately */
    public void countRegistration(String network) {
        if (enabled) take(registrations, network);
    }

    /**
     * Counts a log-in as failed until {@link #forgiveLogIn} says otherwise. Never switched off.
     *
     * @throws Problem.TooMany after too many failures; the same whether the account exists or not
     */
    public void countLogIn(String email, String network) {
        take(logIns, email + " " + network);
        try {
            take(logInsWide, email);
            take(logInsWide, network);
        } catch (Problem.TooMany e) {
            logIns.giveBack(email + " " + network);
            throw e;
        }
    }

    /** The log-in was right: only failures count. */
    public void forgiveLogIn(String email, String network) {
        logIns.giveBack(email + " " + network);
        logInsWide.giveBack(email);
        logInsWide.giveBack(network);
    }

    /**
     * Counts a mail that anybody can ask for. Never switched off for one address: its owner would pay for it.
     *
     * @throws Problem.TooMany if the address or the network had its share; the same whether the account exists or not
     */
    public void countMail(String email, String network) {
        if (enabled) take(mailsWide, network);
        take(mails, email);
    }

    /** So many in a period, at once or spread. */
    record Limit(long count, Duration per) {

        /** @throws Settings.Wrong unless {@code text} is {@code count/seconds}, both from 1 to a billion */
        static Limit parse(String variable, String text) {
            if (!text.matches("[1-9][0-9]{0,8}/[1-9][0-9]{0,8}")) {
                throw new Settings.Wrong(variable + " must be count/seconds, for example 600/60");
            }
            var parts = text.split("/", 2);
            return new Limit(Long.parseLong(parts[0]), Duration.ofSeconds(Long.parseLong(parts[1])));
        }

        Limit wider() {
            return new Limit(count * WIDER, per);
        }
    }

    /**
     * What somebody has left.
     *
     * @param taken whether there was a token for this request
     * @param limit how many there are at most
     * @param left how many there are now
     * @param full until all are there again
     * @param next until there is one again; zero where there was one
     */
    public record Share(boolean taken, long limit, long left, Duration full, Duration next) {

        /** @throws Problem.TooMany if there was no token */
        public void orRefuse() {
            if (!taken) throw new Problem.TooMany(Duration.ofSeconds(seconds(next)));
        }

        /** Whole seconds, rounded up, so that whoever waits them finds what was promised. */
        public static long seconds(Duration time) {
            return Math.ceilDiv(time.toNanos(), 1_000_000_000L);
        }
    }
}
