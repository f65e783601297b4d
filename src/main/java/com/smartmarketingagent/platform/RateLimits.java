package com.smartmarketingagent.platform;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import io.quarkus.runtime.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;

/**
 * How often one address or account may ask, on this node. A bucket refills evenly, so that whoever used it up waits for
 * one token, not for the whole period, and nobody is locked out for good.
 */
@Singleton
@Startup
public class RateLimits {

    /** Whoever tries many accounts from one address, or one account from many, may fail this many times as often. */
    private static final int WIDER = 10;

    private final boolean enabled;
    private final Buckets requests;
    private final Buckets reports;
    private final Buckets reportsWide;
    private final Buckets registrations;
    private final Buckets logIns;
    private final Buckets logInsWide;
    private final Buckets mails;
    private final Buckets mailsWide;

    @Inject
    RateLimits(Settings settings) {
        // not the wall clock: an hour set back must not stop everyone for an hour
        this(settings, TimeMeter.SYSTEM_NANOTIME);
    }

    RateLimits(Settings settings, TimeMeter time) {
        enabled = settings.flag("RATE_LIMIT_ENABLED", true);
        requests = new Buckets(limit(settings, "RATE_LIMIT_API", "600/60"), time);
        // a provider may tell of a thousand messages within a minute
        var report = limit(settings, "RATE_LIMIT_WEBHOOK", "1200/60");
        reports = new Buckets(report, time);
        reportsWide = new Buckets(new Limit(report.count * WIDER, report.per), time);
        registrations = new Buckets(limit(settings, "RATE_LIMIT_REGISTER", "20/3600"), time);
        var logIn = limit(settings, "RATE_LIMIT_LOGIN", "30/900");
        logIns = new Buckets(logIn, time);
        logInsWide = new Buckets(new Limit(logIn.count * WIDER, logIn.per), time);
        var mail = limit(settings, "RATE_LIMIT_MAIL", "5/3600");
        mails = new Buckets(mail, time);
        mailsWide = new Buckets(new Limit(mail.count * WIDER, mail.per), time);
    }

    private static Limit limit(Settings settings, String variable, String otherwise) {
        return Limit.parse(variable, settings.text(variable).orElse(otherwise));
    }

    /**
     * Counts a request.
     *
     * @param caller an account or an address
     * @throws Problem.TooMany if it had its share
     */
    public void countRequest(String caller) {
        if (enabled) requests.take(caller);
    }

    /**
     * Counts a provider's report before anybody looks whether it is one. Those of one provider come from the same
     * addresses for all shops, so what is proven is given back by {@link #forgiveReport}.
     *
     * @param path whose it would be
     * @throws Problem.TooMany if the network or the path had its share
     */
    public void countReport(String network, String path) {
        if (!enabled) return;
        reports.take(network);
        reportsWide.take(path);
    }

    /** It was proven. Of its path it still counts. */
    public void forgiveReport(String network) {
        if (enabled) reports.giveBack(network);
    }

    /** @throws Problem.TooMany if this address made many accounts lately */
    public void countRegistration(String network) {
        if (enabled) registrations.take(network);
    }

    /**
     * Counts a log-in as failed until {@link #forgiveLogIn} says otherwise. Never switched off.
     *
     * @throws Problem.TooMany after too many failures; the same whether the account exists or not
     */
    public void countLogIn(String email, String network) {
        logIns.take(email + " " + network);
        try {
            logInsWide.take(email);
            logInsWide.take(network);
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
        if (enabled) mailsWide.take(network);
        mails.take(email);
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
    }

    /** One bucket for each key seen within the period. */
    static final class Buckets {
        private static final long MOST_KEYS = 200_000;

        private final Limit limit;
        private final TimeMeter time;
        private final Cache<String, Bucket> byKey;

        Buckets(Limit limit, TimeMeter time) {
            this.limit = limit;
            this.time = time;
            byKey = Caffeine.newBuilder()
                    .maximumSize(MOST_KEYS)
                    .expireAfterAccess(limit.per)
                    .build();
        }

        void take(String key) {
            var probe = bucket(key).tryConsumeAndReturnRemaining(1);
            if (!probe.isConsumed()) throw new Problem.TooMany(waiting(probe.getNanosToWaitForRefill()));
        }

        void giveBack(String key) {
            bucket(key).addTokens(1);
        }

        private Bucket bucket(String key) {
            return byKey.get(
                    key,
                    _ -> Bucket.builder()
                            .addLimit(Bandwidth.builder()
                                    .capacity(limit.count)
                                    .refillGreedy(limit.count, limit.per)
                                    .build())
                            .withCustomTimePrecision(time)
                            .build());
        }

        /** Whole seconds, rounded up, so that whoever waits them finds a token. */
        private static Duration waiting(long nanos) {
            return Duration.ofSeconds(Math.ceilDiv(nanos, 1_000_000_000L));
        }
    }
}
