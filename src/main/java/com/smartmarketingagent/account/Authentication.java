package com.smartmarketingagent.account;

import com.smartmarketingagent.account.Tokens.Holder;
import com.smartmarketingagent.account.Tokens.Place;
import com.smartmarketingagent.platform.AdminsOnly;
import com.smartmarketingagent.platform.Client;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Public;
import com.smartmarketingagent.platform.RateLimits;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Response;
import java.lang.annotation.Annotation;
import java.util.Optional;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jspecify.annotations.Nullable;

/**
 * Who is asking, for every request: first counted, then known, then allowed. Unknown addresses never come to the second
 * step, so that they are 404 for everyone.
 */
class Authentication {

    private static final String HOLDER = "account.holder";

    private final Tokens tokens;
    private final Sessions sessions;
    private final RateLimits limits;
    private final Client client;
    private final CurrentUser user;
    private final LostSession lost;

    Authentication(
            Tokens tokens, Sessions sessions, RateLimits limits, Client client, CurrentUser user, LostSession lost) {
        this.tokens = tokens;
        this.sessions = sessions;
        this.limits = limits;
        this.client = client;
        this.user = user;
        this.lost = lost;
    }

    /** By account where a token is ours, else by address. Runs before anything that costs. */
    @ServerRequestFilter(preMatching = true, priority = 100)
    public void count(ContainerRequestContext request) {
        var holder = holder(request);
        holder.ifPresent(h -> request.setProperty(HOLDER, h));
        // a balancer's question must not be refused because of others behind the same address
        if (request.getUriInfo().getPath().startsWith("/api/health")) return;
        // a provider reports for all shops from the same addresses: these are counted once it is known whose they are
        if (request.getUriInfo().getPath().startsWith("/api/webhooks/")) return;
        limits.countRequest(holder.map(h -> h.user().value().toString()).orElseGet(client::network));
    }

    /** Programs show a token, browsers a cookie; each is nothing at the other's addresses. */
    private Optional<Holder> holder(ContainerRequestContext request) {
        if (!isApi(request)) {
            var cookie = request.getCookies().get(WebSession.COOKIE);
            return cookie == null ? Optional.empty() : tokens.read(Place.WEB, cookie.getValue());
        }
        return client.bearer().flatMap(token -> tokens.read(Place.API, token));
    }

    @ServerRequestFilter(priority = Priorities.AUTHENTICATION)
    public @Nullable Response authenticate(ContainerRequestContext request, ResourceInfo resource) {
        know(request);
        if (is(Public.class, resource)) return null;
        if (!user.signedIn()) {
            if (isApi(request)) throw new Problem.Unauthorized("unauthorized");
            if (FormGuard.READING.contains(request.getMethod())) return lost.reading(request);
            // FormGuard, which has read the form, answers; what is too much for that is not read at all
            return LostSession.mayBeKept(request) ? null : lost.writing(request, null);
        }
        if (is(AdminsOnly.class, resource) && !user.superAdmin()) throw new Problem.Forbidden("forbidden");
        return null;
    }

    /** Whoever shows a session that is open; also for an address that there isn't. */
    void know(ContainerRequestContext request) {
        if (!user.signedIn() && request.getProperty(HOLDER) instanceof Holder holder) {
            sessions.role(holder).ifPresent(role -> user.signIn(holder.user(), holder.session(), role));
        }
    }

    static boolean isApi(ContainerRequestContext request) {
        var path = request.getUriInfo().getPath();
        return path.equals("/api") || path.startsWith("/api/");
    }

    static boolean is(Class<? extends Annotation> mark, ResourceInfo resource) {
        return resource.getResourceMethod().isAnnotationPresent(mark)
                || resource.getResourceClass().isAnnotationPresent(mark);
    }
}
