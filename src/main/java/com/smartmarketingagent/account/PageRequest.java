package com.smartmarketingagent.account;

import io.vertx.core.http.Cookie;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.RequestScoped;
import java.security.SecureRandom;
import java.util.Base64;
import org.jboss.resteasy.reactive.server.core.multipart.FormData;
import org.jspecify.annotations.Nullable;

/** What a page must know of the request that it answers. */
@RequestScoped
class PageRequest {

    private static final SecureRandom RANDOM = new SecureRandom();

    private final RoutingContext request;
    private @Nullable String nonce;
    private @Nullable FormData form;

    PageRequest(RoutingContext request) {
        this.request = request;
    }

    /** Without the query: {@code /customers}. */
    String path() {
        return request.normalizedPath();
    }

    void sent(@Nullable FormData fields) {
        form = fields;
    }

    /**
     * Every field of the form that was sent, also those that the resource has no parameter for; null without a form.
     */
    @Nullable
    FormData form() {
        return form;
    }

    /** The path and the query as they were asked for. */
    String address() {
        return request.request().uri();
    }

    /** The page somebody looks at while it asks for a part of itself: its path and query; null when that isn't said. */
    @Nullable
    String currentPage() {
        var current = request.request().getHeader("HX-Current-URL");
        // whatever site it names, only the path is used
        return current == null ? null : LocalPath.of(current.replaceFirst("^https?://[^/]+", ""));
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
