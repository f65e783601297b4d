package com.smartmarketingagent.transaction;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jspecify.annotations.Nullable;

/** A server that can't take a sale now: with the status that a test's browser asks for by a cookie. */
class RefusingFilter {

    static final String COOKIE = "test_status";

    @ServerRequestFilter(preMatching = true)
    public @Nullable Response refuse(ContainerRequestContext request) {
        var cookie = request.getCookies().get(COOKIE);
        boolean sale = request.getMethod().equals("POST")
                && request.getUriInfo().getPath().matches("/sales(/offline)?");
        if (cookie == null || cookie.getValue().equals("0") || !sale) return null;
        return Response.status(Integer.parseInt(cookie.getValue())).build();
    }
}
