package com.smartmarketingagent.platform;

import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/** First of all filters: even a refusal is said in the reader's language. */
class LanguageFilter {

    private final CurrentUser user;
    private final RoutingContext routing;

    LanguageFilter(CurrentUser user, RoutingContext routing) {
        this.user = user;
        this.routing = routing;
    }

    @ServerRequestFilter(preMatching = true, priority = 1)
    public void listen(ContainerRequestContext request) {
        var cookie = request.getCookies().get(Language.COOKIE);
        var language = Language.of(
                request.getUriInfo().getPath(),
                cookie == null ? null : cookie.getValue(),
                request.getHeaderString(HttpHeaders.ACCEPT_LANGUAGE));
        user.speak(language);
        // bean validation looks for it there
        routing.request().headers().set(HttpHeaders.ACCEPT_LANGUAGE, language.key());
    }
}
