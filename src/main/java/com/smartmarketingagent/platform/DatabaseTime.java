package com.smartmarketingagent.platform;

import com.github.kagkarlsson.scheduler.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * The database's time between two looks at it, counted by what passes on this machine: its own clock may be a day off
 * or be put right at any moment. At most as far ahead as a question to the database takes, and never behind.
 */
final class DatabaseTime implements Clock {

    private record Look(Instant then, long nanos, Instant ours) {}

    private final java.time.Clock ours;
    private volatile Look last;

    DatabaseTime(java.time.Clock ours) {
        this.ours = ours;
        last = new Look(ours.instant(), System.nanoTime(), ours.instant());
    }

    /**
     * @param then what the database said
     * @param asked {@link System#nanoTime} before it was asked
     */
    void saw(Instant then, long asked) {
        last = new Look(then, asked, ours.instant());
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
