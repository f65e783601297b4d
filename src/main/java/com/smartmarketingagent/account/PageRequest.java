package com.smartmarketingagent.account;

import io.vertx.core.http.Cookie;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.RequestScoped;
import java.security.SecureRandom;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** What a page must know of the request that it answers. */
@RequestScoped
class PageRequest {

    private static final SecureRandom RANDOM = new SecureRandom();

    private final RoutingContext request;
    private @Nullable String nonce;

    PageRequest(RoutingContext request) {
        this.request = request;
    }

    /** Without the query: {@code /customers}. */
    String path() {
        return request.normalizedPath();
    }

    @Nullable
    String cookie(String name) {
        Cookie cookie = request.request().getCookie(name);
        return cookie == null ? null : cookie.getValue();
    }

    /** The word that lets a script of this one answer run; the same for its header and its page. */
    String nonce() {
        if (nonce == null) {
            var bytes = new byte[16];
            RANDOM.nextBytes(bytes);
            nonce = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        }
        return nonce;
    }
}
