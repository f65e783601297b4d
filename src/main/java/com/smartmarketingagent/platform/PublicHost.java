package com.smartmarketingagent.platform;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/**
 * Hosts that a shop names may be out in the internet only: not this machine, its neighbours, or what a cloud offers its
 * machines. The addresses found are the ones to connect to; a name asked twice may answer differently.
 */
public final class PublicHost {

    private PublicHost() {}

    /** A host that leads to a place inside. */
    public static final class Inside extends Exception {
        Inside() {
            super("The host has an address that is not public");
        }
    }

    /** Who knows the addresses of names; at least one of each. */
    @FunctionalInterface
    interface Resolver {
        InetAddress[] resolve(String host) throws UnknownHostException;
    }

    /**
     * Its addresses, none of which is inside.
     *
     * @throws Inside where one is, however it is written
     */
    public static List<InetAddress> resolve(String host) throws UnknownHostException, Inside {
        return resolve(host, InetAddress::getAllByName);
    }

    static List<InetAddress> resolve(String host, Resolver names) throws UnknownHostException, Inside {
        var found = List.of(names.resolve(host));
        for (var address : found) if (!isPublic(address)) throw new Inside();
        return found;
    }

    /** After the registries of special-purpose addresses (RFC 6890). */
    public static boolean isPublic(InetAddress address) {
        if (address.isAnyLocalAddress()
                || address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()) return false;
        var b = address.getAddress();
        return switch (address) {
            case Inet4Address four -> isPublicV4(b[0] & 255, b[1] & 255, b[2] & 255);
            case Inet6Address six -> isPublicV6(b);
            default -> false;
        };
    }

    private static boolean isPublicV4(int a, int b, int c) {
        boolean shared = a == 100 && b >= 64 && b < 128;
        boolean protocols = a == 192 && b == 0 && (c == 0 || c == 2);
        boolean relay = a == 192 && b == 88 && c == 99;
        boolean benchmarks = a == 198 && (b == 18 || b == 19);
        boolean examples = (a == 198 && b == 51 && c == 100) || (a == 203 && b == 0 && c == 113);
        return a != 0 && a < 224 && !shared && !protocols && !relay && !benchmarks && !examples;
    }

    /** Of the part that is given out (2000::/3), without what wraps an IPv4 address or is for examples. */
    private static boolean isPublicV6(byte[] b) {
        int first = (b[0] & 255) << 8 | (b[1] & 255);
        int second = (b[2] & 255) << 8 | (b[3] & 255);
        boolean given = first >> 13 == 1;
        boolean teredoOrProtocols = first == 0x2001 && second < 0x200;
        boolean examples = (first == 0x2001 && second == 0xdb8) || first == 0x3fff;
        boolean sixToFour = first == 0x2002;
        return given && !teredoOrProtocols && !examples && !sixToFour;
    }
}
