package com.smartmarketingagent.notice;

import com.smartmarketingagent.platform.Problem;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;

/**
 * A browser that takes messages for its owner, as the Push API describes it.
 *
 * @param endpoint where its push service takes them
 * @param p256dh its public key, 65 bytes in base64url
 * @param auth its secret, 16 bytes in base64url
 */
public record Device(UUID id, String endpoint, String p256dh, String auth) {

    private static final int LONGEST = 1_000;
    private static final int KEY_BYTES = 65;
    private static final int AUTH_BYTES = 16;

    /** The push services of the browsers there are. What a browser names beside them may be a place inside. */
    private static final Set<String> HOSTS = Set.of("fcm.googleapis.com", "updates.push.services.mozilla.com");

    private static final Set<String> DOMAINS =
            Set.of(".push.services.mozilla.com", ".push.apple.com", ".notify.windows.com");

    /**
     * @param others further origins that the operator trusts, such as {@code http://127.0.0.1:4000}
     * @throws Problem.Invalid where it is none, or its push service is not known
     */
    Device checked(Set<String> others) {
        if (!isKnown(endpoint, others)) throw new Problem.Invalid("endpoint", "notice.endpoint");
        if (!isBytes(p256dh, KEY_BYTES)) throw Problem.Invalid.wrongKind("p256dh");
        if (!isBytes(auth, AUTH_BYTES)) throw Problem.Invalid.wrongKind("auth");
        return this;
    }

    static boolean isKnown(String endpoint, Set<String> others) {
        if (endpoint.length() > LONGEST) return false;
        try {
            var uri = new URI(endpoint);
            if (uri.getHost() == null || uri.getRawUserInfo() != null || uri.getRawFragment() != null) return false;
            if (others.contains(uri.getScheme() + "://" + uri.getRawAuthority())) return true;
            var host = uri.getHost().toLowerCase(Locale.ROOT);
            return "https".equals(uri.getScheme())
                    && (uri.getPort() == -1 || uri.getPort() == 443)
                    && (HOSTS.contains(host) || DOMAINS.stream().anyMatch(host::endsWith));
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static boolean isBytes(String text, int length) {
        try {
            return Base64.getUrlDecoder().decode(text).length == length;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Without what lets others write to it. */
    @Override
    public String toString() {
        return "Device[" + id + "]";
    }
}
