package com.smartmarketingagent.platform;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** First of all filters: even a refusal is said in the reader's language. */
class LanguageFilter {

    private final CurrentUser user;

    LanguageFilter(CurrentUser user) {
        this.user = user;
    }

    @ServerRequestFilter(preMatching = true, priority = 1)
    public void listen(ContainerRequestContext request) {
        var cookie = request.getCookies().get(Language.COOKIE);
        user.speak(Language.of(
                request.getUriInfo().getPath(),
                cookie == null ? null : cookie.getValue(),
                request.getHeaderString(HttpHeaders.ACCEPT_LANGUAGE)));
    }
}
