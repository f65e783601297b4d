package com.smartmarketingagent.platform;

import io.quarkus.runtime.Startup;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The networks of our own balancers ({@code TRUSTED_PROXIES}): what they say about who called is believed, and what
 * anybody else says is not.
 */
@Singleton
@Startup
class TrustedProxies {

    private final List<Network> networks;

    TrustedProxies(Settings settings) {
        networks = settings.text("TRUSTED_PROXIES").stream()
                .flatMap(text -> Arrays.stream(text.split(",", -1)))
                .map(network -> Network.parse(network.strip()))
                .toList();
    }

    /**
     * Who called: the last address that isn't one of ours. Each of ours has added the one that it saw; what stands
     * before them was written by the caller.
     *
     * @param peer the other end of the connection
     * @param forwarded the values of X-Forwarded-For, as they came
     */
    String caller(String peer, List<String> forwarded) {
        var hops = String.join(",", forwarded).split(",", -1);
        var caller = plain(peer);
        for (int i = hops.length - 1; i >= 0 && caller != null && trusts(caller); i--) {
            var before = plain(hops[i]);
            if (before == null) break;
            caller = before;
        }
        return caller == null ? peer : caller.getHostAddress();
    }

    private boolean trusts(InetAddress address) {
        for (var network : networks) if (network.holds(address)) return true;
        return false;
    }

    /** Without the port or zone that some write behind it; null where it is no address. IPv4 within IPv6 is IPv4. */
    static @Nullable InetAddress plain(String text) {
        try {
            return InetAddress.ofLiteral(text.strip()
                    .replaceFirst("^\\[(.*)](:\\d+)?$", "$1")
                    .replaceFirst("^([\\d.]+):\\d+$", "$1")
                    .replaceFirst("%.*", ""));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Addresses whose first bits are these. */
    private record Network(byte[] address, int bits) {

        /** Whole: of {@code 10.0.0} Java makes 10.0.0.0, one address, where somebody means a network. */
        private static final Pattern ADDRESS = Pattern.compile("[0-9]+(\\.[0-9]+){3}|[0-9a-fA-F:]*:[0-9a-fA-F.:]*");

        /** @throws Settings.Wrong unless it is {@code address/bits} or an address alone */
        static Network parse(String text) {
            var parts = text.split("/", 2);
            var address = plain(parts[0]);
            if (address == null || !ADDRESS.matcher(parts[0]).matches()) throw wrong(text);
            int most = address.getAddress().length * 8;
            if (parts.length == 1) return new Network(address.getAddress(), most);
            if (!parts[1].matches("[0-9]{1,3}") || Integer.parseInt(parts[1]) > most) throw wrong(text);
            return new Network(address.getAddress(), Integer.parseInt(parts[1]));
        }

        private static Settings.Wrong wrong(String text) {
            return new Settings.Wrong("TRUSTED_PROXIES must be networks with commas between them, for example"
                    + " 10.0.0.0/8, ::1; this is none: " + text);
        }

        boolean holds(InetAddress other) {
            var bytes = other.getAddress();
            if (bytes.length != address.length) return false;
            for (int bit = 0; bit < bits; bit++) {
                if (((bytes[bit / 8] ^ address[bit / 8]) & 128 >> bit % 8) != 0) return false;
            }
            return true;
        }
    }
}
