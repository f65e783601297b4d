package com.smartmarketingagent.pacing;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;

/**
 * How much a sending number has done lately, and so what it may do. Gateways publish no thresholds; what is kept to
 * here is what practitioners keep to: 20 messages a day in a number's first week, then a quarter more each day up to
 * 200, with 20 to 90 seconds between two.
 *
 * @param since the day of its first message
 * @param day the one that {@code sent} counts
 * @param nextAt it doesn't send before
 * @param failures one after the other, without a success in between
 */
public record Pace(LocalDate since, LocalDate day, int sent, Instant nextAt, int failures) {

    /** So many must have got a campaign's message for each who said stop. */
    public static final int PER_STOP = 50;

    private static final int FIRST_WEEK = 20;
    /** A day, of a number that is known. */
    static final int MOST = 200;

    private static final Duration SHORTEST_GAP = Duration.ofSeconds(20);
    private static final Duration LONGEST_GAP = Duration.ofSeconds(90);
    /** More than these in a row, and something is wrong with the number. */
    public static final int MOST_FAILURES = 2;

    /** Of a number that has sent nothing yet. */
    static Pace begins(LocalDate today, Instant now) {
        return new Pace(today, today, 0, now, 0);
    }

    /** How many messages a number sends on a day at most. */
    static int cap(LocalDate since, LocalDate today) {
        long days = Math.max(0, ChronoUnit.DAYS.between(since, today));
        if (days < 7) return FIRST_WEEK;
        // long before 40 days it is 200
        return (int) Math.min(MOST, FIRST_WEEK * Math.pow(1.25, Math.min(40, days - 6)));
    }

    /**
     * The same of a number that is in use since a day: what another did before doesn't make it known, nor do days
     * before its own first message.
     */
    Pace inUseSince(LocalDate its, LocalDate today) {
        var from = its.isAfter(since) ? its : since;
        return new Pace(sent == 0 || day.isBefore(from) ? today : from, day, sent, nextAt, failures);
    }

    /**
     * Whether so many of those who got a campaign's message said stop that it had better not go on: more than one in
     * fifty, and not only one.
     */
    public static boolean isUnwanted(long stops, long sent) {
        return stops > 1 && stops * PER_STOP > sent;
    }

    int sentOn(LocalDate today) {
        return day.equals(today) ? sent : 0;
    }

    /** On how many days it sends so many messages, today counted, where it sends nothing else. */
    int days(long messages, LocalDate today) {
        long left = messages - Math.max(0, cap(since, today) - sentOn(today));
        int days = 1;
        for (; left > 0; days++) left -= cap(since, today.plusDays(days));
        return days;
    }

    /** The first moment from {@code now} on in which it may send. */
    Instant free(Instant now, ZoneId shop, QuietHours quiet) {
        var today = LocalDate.ofInstant(now, shop);
        if (sentOn(today) < cap(since, today)) return nextAt.isAfter(now) ? nextAt : now;
        return quiet.ends(today.plusDays(1).atStartOfDay(shop).toInstant(), shop);
    }

    /**
     * After one more message.
     *
     * @param chance from 0 to 1: how long it waits now
     */
    Pace sent(Instant now, LocalDate today, double chance) {
        return new Pace(since, today, sentOn(today) + 1, now, failures).rests(now, chance);
    }

    /** From a moment on, as after a message. */
    Pace rests(Instant from, double chance) {
        var gap = SHORTEST_GAP.plusMillis(
                (long) (chance * LONGEST_GAP.minus(SHORTEST_GAP).toMillis()));
        return restsUntil(from.plus(gap));
    }

    Pace restsUntil(Instant at) {
        return new Pace(since, day, sent, at, failures);
    }
}
