package com.smartmarketingagent.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RateLimitsTest {

    private final AtomicLong now = new AtomicLong();

    @Test
    void aBucketRefillsEvenlyAndNeverLocksForGood() {
        var limits = limits(Map.of("RATE_LIMIT_LOGIN", "30/900"));
        for (int i = 0; i < 30; i++) limits.countLogIn("a@contoh.id", "10.0.0.1");
        assertThatThrownBy(() -> limits.countLogIn("a@contoh.id", "10.0.0.1"))
                .isInstanceOfSatisfying(
                        Problem.TooMany.class, e -> assertThat(e.retryAfter()).isEqualTo(Duration.ofSeconds(30)));
        pass(29);
        assertThatThrownBy(() -> limits.countLogIn("a@contoh.id", "10.0.0.1")).isInstanceOf(Problem.TooMany.class);
        pass(1);
        limits.countLogIn("a@contoh.id", "10.0.0.1");
    }

    @Test
    void anotherAddressAndAnotherAccountAreNotSlowedDown() {
        var limits = limits(Map.of("RATE_LIMIT_LOGIN", "3/900"));
        for (int i = 0; i < 3; i++) limits.countLogIn("a@contoh.id", "10.0.0.1");
        limits.countLogIn("a@contoh.id", "10.0.0.2");
        limits.countLogIn("b@contoh.id", "10.0.0.1");
    }

    @Test
    void manyAddressesForOneAccountAndManyAccountsFromOneAddressAreLimitedMoreWidely() {
        var limits = limits(Map.of("RATE_LIMIT_LOGIN", "3/900"));
        for (int i = 0; i < 30; i++) limits.countLogIn("a@contoh.id", "10.0.0." + i);
        assertThatThrownBy(() -> limits.countLogIn("a@contoh.id", "10.0.1.1")).isInstanceOf(Problem.TooMany.class);
        for (int i = 0; i < 30; i++) limits.countLogIn(i + "@contoh.id", "10.9.9.9");
        assertThatThrownBy(() -> limits.countLogIn("z@contoh.id", "10.9.9.9")).isInstanceOf(Problem.TooMany.class);
    }

    /** A provider tells of many messages at once; what somebody else makes us look for takes nothing from that. */
    @Test
    void aShopsReportsPassTenTimesAsOftenAsUnknownOnesAreLookedFor() {
        var limits = limits(Map.of());
        for (int i = 0; i < 1_200; i++) limits.countLookUp("10.0.0.1");
        assertThatThrownBy(() -> limits.countLookUp("10.0.0.1")).isInstanceOf(Problem.TooMany.class);
        limits.countLookUp("10.0.0.2");
        limits.forgiveLookUp("10.0.0.1");
        limits.countLookUp("10.0.0.1");
        assertThatThrownBy(() -> limits.countLookUp("10.0.0.1")).isInstanceOf(Problem.TooMany.class);
        for (int i = 0; i < 12_000; i++) limits.countReport("toko a");
        assertThatThrownBy(() -> limits.countReport("toko a")).isInstanceOf(Problem.TooMany.class);
        limits.countReport("toko b");
        // five milliseconds each: nobody waits for the whole minute
        pass(1);
        for (int i = 0; i < 200; i++) limits.countReport("toko a");
        assertThatThrownBy(() -> limits.countReport("toko a")).isInstanceOf(Problem.TooMany.class);
    }

    @Test
    void aRefusalUsesNothingUpElsewhere() {
        var limits = limits(Map.of("RATE_LIMIT_LOGIN", "1/900"));
        limits.countLogIn("a@contoh.id", "10.0.0.1");
        for (int i = 0; i < 100; i++) {
            assertThatThrownBy(() -> limits.countLogIn("a@contoh.id", "10.0.0.1"))
                    .isInstanceOf(Problem.TooMany.class);
        }
        limits.countLogIn("b@contoh.id", "10.0.0.1");
        limits.countLogIn("a@contoh.id", "10.0.0.2");
    }

    @Test
    void aRightLogInGivesItsTokenBack() {
        var limits = limits(Map.of("RATE_LIMIT_LOGIN", "2/900"));
        for (int i = 0; i < 50; i++) {
            limits.countLogIn("a@contoh.id", "10.0.0.1");
            limits.forgiveLogIn("a@contoh.id", "10.0.0.1");
        }
        limits.countLogIn("a@contoh.id", "10.0.0.1");
        limits.countLogIn("a@contoh.id", "10.0.0.1");
        assertThatThrownBy(() -> limits.countLogIn("a@contoh.id", "10.0.0.1")).isInstanceOf(Problem.TooMany.class);
    }

    @Test
    void switchedOffOnlyLogInsAreCounted() {
        var limits =
                limits(Map.of("RATE_LIMIT_ENABLED", "false", "RATE_LIMIT_API", "1/60", "RATE_LIMIT_REGISTER", "1/60"));
        for (int i = 0; i < 5; i++) {
            assertThat(limits.countRequest("a")).isEmpty();
            limits.countRegistration("a");
        }
        var on = limits(Map.of("RATE_LIMIT_API", "1/60", "RATE_LIMIT_REGISTER", "1/60"));
        assertThat(on.countRequest("a")
                        .orElseThrow()
                        .toCompletableFuture()
                        .join()
                        .taken())
                .isTrue();
        on.countRegistration("a");
        var share = on.countRequest("a").orElseThrow().toCompletableFuture().join();
        assertThat(share.taken()).isFalse();
        assertThatThrownBy(share::orRefuse).isInstanceOf(Problem.TooMany.class);
        assertThatThrownBy(() -> on.countRegistration("a")).isInstanceOf(Problem.TooMany.class);
    }

    @Test
    void aLimitThatCannotBeReadStopsTheStart() {
        for (var wrong : new String[] {"", "600", "0/60", "600/0", "-1/60", "a/b", "600/60/1", "10000000000/1"}) {
            assertThatThrownBy(() -> RateLimits.Limit.parse("RATE_LIMIT_API", wrong))
                    .isInstanceOf(Settings.Wrong.class)
                    .hasMessageContaining("RATE_LIMIT_API");
        }
        assertThatCode(() -> RateLimits.Limit.parse("RATE_LIMIT_API", "1/1")).doesNotThrowAnyException();
    }

    @Test
    void anIpv6NetworkCountsAsOne() {
        assertThat(Client.network("2001:db8:1:2:aaaa::1")).isEqualTo(Client.network("2001:db8:1:2:bbbb::2"));
        assertThat(Client.network("2001:db8:1:2::1")).isNotEqualTo(Client.network("2001:db8:1:3::1"));
        assertThat(Client.network("fe80::1%eth0")).isEqualTo(Client.network("fe80::2"));
        assertThat(Client.network("203.0.113.7")).isEqualTo("203.0.113.7");
    }

    private void pass(int seconds) {
        now.addAndGet(Duration.ofSeconds(seconds).toNanos());
    }

    private RateLimits limits(Map<String, String> environment) {
        var settings = new Settings() {
            @Override
            public Optional<String> text(String name) {
                return Optional.ofNullable(environment.get(name));
            }
        };
        return new RateLimits(
                settings,
                new TimeMeter() {
                    @Override
                    public long currentTimeNanos() {
                        return now.get();
                    }

                    @Override
                    public boolean isWallClockBased() {
                        return false;
                    }
                },
                null);
    }
}
