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
    private final Buckets lookUps;
    private final Buckets reports;
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
        var lookUp = limit(settings, "RATE_LIMIT_WEBHOOK", "1200/60");
        lookUps = new Buckets(lookUp, time);
        // a provider may tell of a thousand messages within a minute
        reports = new Buckets(new Limit(lookUp.count * WIDER, lookUp.per), time);
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
     * Counts that we look for whom a provider's report would be for, where nobody has proven yet that there is such a
     * shop.
     *
     * @throws Problem.TooMany if the network had its share
     */
    public void countLookUp(String network) {
        if (enabled) lookUps.take(network);
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
        if (enabled) reports.take(way);
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
