package com.smartmarketingagent.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TrustedProxiesTest {

    private final TrustedProxies ours = proxies("10.0.0.0/8, 192.168.7.9,fd00::/8, ::1");

    @Test
    void theLastAddressThatIsNotOursIsTheCaller() {
        assertThat(ours.caller("10.1.2.3", List.of("203.0.113.5"))).isEqualTo("203.0.113.5");
        assertThat(ours.caller("10.1.2.3", List.of("1.1.1.1, 203.0.113.5 ,10.9.9.9, 192.168.7.9")))
                .isEqualTo("203.0.113.5");
        assertThat(ours.caller("::1", List.of("1.1.1.1", "203.0.113.5", "fd00::1")))
                .as("several headers are one list")
                .isEqualTo("203.0.113.5");
    }

    @Test
    void whatOthersSayIsNotBelieved() {
        assertThat(ours.caller("203.0.113.9", List.of("203.0.113.5"))).isEqualTo("203.0.113.9");
        assertThat(ours.caller("11.0.0.0", List.of("203.0.113.5"))).isEqualTo("11.0.0.0");
        assertThat(ours.caller("192.168.7.8", List.of("203.0.113.5"))).isEqualTo("192.168.7.8");
        assertThat(proxies(null).caller("127.0.0.1", List.of("203.0.113.5"))).isEqualTo("127.0.0.1");
    }

    @Test
    void whatIsNoAddressEndsTheWayBack() {
        for (var word : List.of("", " ", "unknown", "_gizmo", "a.b.c.d", "10.0.0.256", "1.1.1.1 2.2.2.2", ":80")) {
            assertThat(ours.caller("10.1.2.3", List.of("1.1.1.1, " + word + ", 10.5.5.5")))
                    .as(word)
                    .isEqualTo("10.5.5.5");
        }
        assertThat(ours.caller("10.1.2.3", List.of())).isEqualTo("10.1.2.3");
        assertThat(ours.caller("unknown", List.of("1.1.1.1"))).isEqualTo("unknown");
    }

    @Test
    void aCallerAmongOurOwnMachinesIsTheFirstOfThem() {
        assertThat(ours.caller("10.1.2.3", List.of("10.7.7.7, 10.8.8.8"))).isEqualTo("10.7.7.7");
    }

    @Test
    void portsZonesAndWrappedAddressesAreRead() {
        assertThat(ours.caller("10.1.2.3", List.of("203.0.113.5:4711"))).isEqualTo("203.0.113.5");
        assertThat(ours.caller("10.1.2.3", List.of("[2001:db8::5]:443"))).isEqualTo("2001:db8:0:0:0:0:0:5");
        assertThat(ours.caller("::ffff:10.1.2.3", List.of("203.0.113.5"))).isEqualTo("203.0.113.5");
        assertThat(ours.caller("10.1.2.3", List.of("::ffff:203.0.113.5"))).isEqualTo("203.0.113.5");
    }

    @Test
    void aNetworkIsItsFirstBits() {
        var odd = proxies("172.16.0.0/12,2001:db8:8000::/33, 0.0.0.0/32");
        assertThat(odd.caller("172.31.255.255", List.of("1.1.1.1"))).isEqualTo("1.1.1.1");
        assertThat(odd.caller("172.32.0.0", List.of("1.1.1.1"))).isEqualTo("172.32.0.0");
        assertThat(odd.caller("2001:db8:ffff::", List.of("1.1.1.1"))).isEqualTo("1.1.1.1");
        assertThat(odd.caller("2001:db8:7fff::", List.of("1.1.1.1"))).isEqualTo("2001:db8:7fff:0:0:0:0:0");
        assertThat(proxies("0.0.0.0/0").caller("9.9.9.9", List.of("1.1.1.1"))).isEqualTo("1.1.1.1");
    }

    @Test
    void aNetworkThatIsNoneStopsTheStart() {
        for (var wrong : List.of(
                "10.0.0",
                "10",
                "10.0/8",
                "10.0.0.",
                "10.0.0.0:80",
                "10.0.0.0/33",
                "::/129",
                "10.0.0.0/",
                "10.0.0.0/-1",
                "balancer",
                "10.0.0.0/8,",
                "10.0.0.0/8/8")) {
            assertThatThrownBy(() -> proxies(wrong))
                    .as(wrong)
                    .isInstanceOf(Settings.Wrong.class)
                    .hasMessageContaining("TRUSTED_PROXIES");
        }
    }

    private static TrustedProxies proxies(@Nullable String networks) {
        return new TrustedProxies(new Settings() {
            @Override
            public Optional<String> text(String name) {
                return name.equals("TRUSTED_PROXIES") ? Optional.ofNullable(networks) : Optional.empty();
            }
        });
    }
}
