package com.smartmarketingagent.platform;

import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.RequestScoped;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who called: the other end of this request's connection, or whom one of {@link TrustedProxies} says it called for. */
@RequestScoped
public class Client {

    private static final int LONGEST_AGENT = 300;
    private static final String BEARER = "Bearer ";

    /** What proxies add to a request. */
    private static final List<String> PROXIED = List.of("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via");

    private final RoutingContext routing;

    private final TrustedProxies proxies;

    Client(RoutingContext routing, TrustedProxies proxies) {
        this.routing = routing;
        this.proxies = proxies;
    }

    /** The IP address as text. */
    public String address() {
        var peer = routing.request().remoteAddress();
        if (peer == null || peer.hostAddress() == null) return "unknown";
        return proxies.caller(peer.hostAddress(), routing.request().headers().getAll("X-Forwarded-For"));
    }

    /** Whether it is a program on this machine, and no proxy that speaks for somebody else. */
    boolean isOnThisMachine() {
        var headers = routing.request().headers();
        var asked = routing.request().authority();
        // a proxy that adds nothing hands on the name by which the world calls us
        boolean byLocalName = asked != null && (asked.host().equalsIgnoreCase("localhost") || isLoopback(asked.host()));
        return isLoopback(address()) && byLocalName && PROXIED.stream().noneMatch(headers::contains);
    }

    static boolean isLoopback(String address) {
        try {
            return InetAddress.ofLiteral(address.replaceFirst("%.*", "").replaceAll("[\\[\\]]", ""))
                    .isLoopbackAddress();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** What one household or server is counted by: the address, or of IPv6 the network of 64 bits that each has. */
    public String network() {
        return network(address());
    }

    static String network(String address) {
        if (address.indexOf(':') < 0) return address;
        if (InetAddress.ofLiteral(address.replaceFirst("%.*", "")) instanceof Inet6Address six) {
            return HexFormat.of().formatHex(Arrays.copyOf(six.getAddress(), 8)) + "/64";
        }
        return address;
    }

    /** What a program shows to be let in (RFC 6750), whatever it is; empty where it shows nothing. */
    public Optional<String> bearer() {
        var header = routing.request().getHeader("Authorization");
        if (header == null || !header.regionMatches(true, 0, BEARER, 0, BEARER.length())) return Optional.empty();
        return Optional.of(header.substring(BEARER.length()).strip());
    }

    /** The browser's or program's name for itself; null when it has none. */
    public @Nullable String agent() {
        var agent = routing.request().getHeader("User-Agent");
        if (agent == null) return null;
        var plain = agent.replaceAll("[\\p{Cc}\\p{Cs}]", "");
        return plain.substring(0, Math.min(plain.length(), LONGEST_AGENT));
    }
}
