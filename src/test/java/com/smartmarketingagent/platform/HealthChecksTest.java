package com.smartmarketingagent.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.smartmarketingagent.platform.HealthChecks.Check;
import com.smartmarketingagent.platform.HealthPart.State;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Parts are asked rarely and for a limited time, however many want to know. */
class HealthChecksTest {

    private static final Duration LIMIT = Duration.ofMillis(300);

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000);
    private final AtomicInteger asked = new AtomicInteger();

    private HealthPart part(String name, boolean needed, Supplier<State> answer) {
        return new HealthPart() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public boolean isNeeded() {
                return needed;
            }

            @Override
            public State ask() {
                asked.incrementAndGet();
                return answer.get();
            }
        };
    }

    private HealthChecks checks(String without, HealthPart... parts) {
        var settings = new Settings() {
            @Override
            public Optional<String> text(String name) {
                return Optional.of(without);
            }
        };
        return new HealthChecks(List.of(parts), settings, LIMIT, nanos::get);
    }

    private static State status(HealthChecks checks, String name) {
        return checks.all().getOrDefault(name, Check.DISABLED).status();
    }

    @Test
    void aPartIsAskedOnceInAMinuteHoweverOftenSomebodyWantsToKnow() {
        var checks = checks("", part("mail", false, () -> State.HEALTHY));
        for (int i = 0; i < 100; i++) assertThat(status(checks, "mail")).isEqualTo(State.HEALTHY);
        nanos.addAndGet(Duration.ofSeconds(60).toNanos() - 1);
        checks.all();
        assertThat(asked).hasValue(1);
        nanos.addAndGet(1);
        checks.all();
        assertThat(asked).hasValue(2);
    }

    @Test
    void aPartThatIsBackIsWellTenSecondsLaterHoweverLongItsAnswersHold() {
        var checks = checks("", part("mail", false, () -> asked.get() == 1 ? State.UNHEALTHY : State.HEALTHY));
        for (int i = 0; i < 100; i++) assertThat(status(checks, "mail")).isEqualTo(State.UNHEALTHY);
        nanos.addAndGet(Duration.ofSeconds(10).toNanos() - 1);
        assertThat(status(checks, "mail")).isEqualTo(State.UNHEALTHY);
        assertThat(asked).hasValue(1);
        nanos.addAndGet(1);
        assertThat(status(checks, "mail")).isEqualTo(State.HEALTHY);
        nanos.addAndGet(Duration.ofSeconds(60).toNanos() - 1);
        checks.all();
        assertThat(asked).hasValue(2);
    }

    @Test
    void whoeverAsksWhileAPartIsBeingAskedWaitsForTheSameAnswer() throws Exception {
        var answer = new CountDownLatch(1);
        var checks = checks("", part("mail", false, () -> {
            await(answer);
            return State.HEALTHY;
        }));
        var others = new Thread[20];
        var well = new AtomicInteger();
        for (int i = 0; i < others.length; i++) {
            others[i] = Thread.ofVirtual().start(() -> {
                if (status(checks, "mail") == State.HEALTHY) well.incrementAndGet();
            });
        }
        while (asked.get() == 0) Thread.onSpinWait();
        answer.countDown();
        for (var other : others) other.join();
        assertThat(asked).hasValue(1);
        assertThat(well).hasValue(20);
    }

    @Test
    void aPartThatHangsIsNotWellAfterItsTimeAndKeepsNobodyWaitingAnyLonger() {
        var never = new CountDownLatch(1);
        var checks = checks(
                "",
                part("slow", false, () -> {
                    await(never);
                    return State.HEALTHY;
                }),
                part("mail", false, () -> State.HEALTHY));
        try {
            assertThat(status(checks, "slow")).isEqualTo(State.UNHEALTHY);
            assertThat(status(checks, "mail")).isEqualTo(State.HEALTHY);
            nanos.addAndGet(LIMIT.toNanos());
            long began = System.nanoTime();
            for (int i = 0; i < 50; i++) assertThat(status(checks, "slow")).isEqualTo(State.UNHEALTHY);
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(LIMIT.multipliedBy(5));
            assertThat(asked).hasValue(2);
        } finally {
            never.countDown();
        }
    }

    /** The line it hangs on may be dead while the part is back. */
    @Test
    void aPartThatHangsIsAskedAgainBesideTenSecondsLater() {
        var never = new CountDownLatch(1);
        var checks = checks("", part("database", true, () -> {
            if (asked.get() == 1) await(never);
            return State.HEALTHY;
        }));
        try {
            assertThat(status(checks, "database")).isEqualTo(State.UNHEALTHY);
            nanos.addAndGet(Duration.ofSeconds(10).toNanos() - 1);
            assertThat(status(checks, "database")).isEqualTo(State.UNHEALTHY);
            nanos.addAndGet(1);
            assertThat(status(checks, "database")).isEqualTo(State.HEALTHY);
        } finally {
            never.countDown();
        }
    }

    @Test
    void whatFailsIsNotWellAndSpoilsNothingElse() {
        var checks = checks(
                "",
                part("broken", false, () -> {
                    throw new IllegalStateException("down");
                }),
                part("mail", false, () -> State.DISABLED));
        var all = checks.all();
        assertThat(all.keySet()).containsExactly("broken", "mail");
        assertThat(all.get("broken")).extracting(Check::status).isEqualTo(State.UNHEALTHY);
        assertThat(all.get("mail")).isEqualTo(Check.DISABLED);
    }

    @Test
    void whatTheOperatorTakesNoInterestInIsNotAskedUnlessItIsNeeded() {
        var checks = checks(
                "mail, database",
                part("mail", false, () -> State.UNHEALTHY),
                part("database", true, () -> State.HEALTHY),
                part("openai", false, () -> State.HEALTHY));
        assertThat(checks.all().keySet()).containsExactly("database", "mail", "openai");
        assertThat(checks.all().get("mail")).isEqualTo(Check.DISABLED);
        assertThat(status(checks, "database")).isEqualTo(State.HEALTHY);
        assertThat(asked).hasValue(2);
        assertThat(checks.needed().keySet()).containsExactly("database");
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
