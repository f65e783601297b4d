package com.smartmarketingagent.privacy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What the law gives 3 × 24 hours for (UU 27/2022). */
interface Deadline {

    Duration TIME = Duration.ofHours(72);

    /** Before the deadline, and at it. */
    List<Duration> REMINDERS = List.of(Duration.ofHours(24), Duration.ofHours(6), Duration.ZERO);

    UUID id();

    Instant dueAt();

    /** How many times somebody was told of it. */
    int reminders();

    boolean stillOpen();

    /** Whole hours that are left, at least 0; one that has begun counts. */
    default long hoursLeft(Instant now) {
        return Math.max(0, (Duration.between(now, dueAt()).toMinutes() + 59) / 60);
    }

    /** How many reminders there should have been by now. */
    default int remindersBy(Instant now) {
        return (int) REMINDERS.stream()
                .filter(before -> !now.isBefore(dueAt().minus(before)))
                .count();
    }

    /** When the next one is due; empty after the last. */
    default Optional<Instant> nextReminder(Instant now) {
        return REMINDERS.stream()
                .map(dueAt()::minus)
                .filter(at -> at.isAfter(now))
                .findFirst();
    }
}
