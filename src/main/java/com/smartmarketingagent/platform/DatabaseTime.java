package com.smartmarketingagent.platform;

import com.github.kagkarlsson.scheduler.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.jboss.logging.Logger;

/**
 * The database's time between two looks at it, counted by what passes on this machine: its own clock may be a day off
 * or be put right at any moment. At most as far ahead as a question to the database takes, and never behind. Before the
 * first look, and where nobody ever looks, it is the machine's.
 */
final class DatabaseTime implements Clock {

    private static final Logger LOG = Logger.getLogger(DatabaseTime.class);
    private static final Duration OFF = Duration.ofMinutes(1);

    private record Look(Instant then, long nanos, Instant ours) {}

    private final java.time.Clock ours;
    private volatile Look last;
    private volatile boolean isOff;

    DatabaseTime(java.time.Clock ours) {
        this.ours = ours;
        last = new Look(ours.instant(), System.nanoTime(), ours.instant());
    }

    /**
     * @param then what the database said
     * @param asked {@link System#nanoTime} before it was asked
     */
    void saw(Instant then, long asked) {
        var off = Duration.between(then, ours.instant());
        boolean wasOff = isOff;
        isOff = off.abs().compareTo(OFF) > 0;
        if (isOff && !wasOff) LOG.warnv("This machine''s clock is {0} from that of the database, which counts", off);
        last = new Look(then, asked, ours.instant());
    }

    /** For everyone else. */
    java.time.Clock clock() {
        InstantSource source = this::now;
        return source.withZone(ZoneOffset.UTC);
    }

    @Override
    public Instant now() {
        var look = last;
        // as the database keeps it
        return look.then().plusNanos(System.nanoTime() - look.nanos()).truncatedTo(ChronoUnit.MICROS);
    }

    /** How long ago the database was asked. */
    Duration age() {
        return Duration.ofNanos(System.nanoTime() - last.nanos());
    }

    /**
     * Whether what we count by has stood still, as it does on a machine that was suspended: then its clock is ahead by
     * that. Where somebody put that clock right, too; to look again costs little.
     */
    boolean isDoubtful(Duration most) {
        return Duration.between(last.ours().plus(age()), ours.instant()).abs().compareTo(most) > 0;
    }
}
