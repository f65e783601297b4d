package com.smartmarketingagent.account;

import com.smartmarketingagent.account.Tokens.Holder;
import com.smartmarketingagent.account.Tokens.Place;
import com.smartmarketingagent.platform.AdminsOnly;
import com.smartmarketingagent.platform.Client;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Public;
import com.smartmarketingagent.platform.RateLimits;
import com.smartmarketingagent.platform.RateLimits.Share;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.lang.annotation.Annotation;
import java.util.Arrays;
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
    private final Audit audit;

    Authentication(
            Tokens tokens,
            Sessions sessions,
            RateLimits limits,
            Client client,
            CurrentUser user,
            LostSession lost,
            Audit audit) {
        this.tokens = tokens;
        this.sessions = sessions;
        this.limits = limits;
        this.client = client;
        this.user = user;
        this.lost = lost;
        this.audit = audit;
    }

    /** By account where a token is ours, else by address. Runs before anything that costs. */
    @ServerRequestFilter(preMatching = true, priority = 100)
    public @Nullable Uni<Void> count(ContainerRequestContext request, RoutingContext routing) {
        var holder = holder(request);
        holder.ifPresent(h -> request.setProperty(HOLDER, h));
        var path = request.getUriInfo().getPath();
        // a balancer's question must not be refused because of others behind the same address
        if (path.equals("/api/health") || path.startsWith("/api/health/")) return null;
        // a provider reports for all shops from the same addresses: these are counted once it is known whose they are
        if (path.startsWith("/api/webhooks/")) return null;
        var counted = limits.countRequest(
                        holder.map(h -> h.user().value().toString()).orElseGet(client::network))
                .orElse(null);
        if (counted == null) return null;
        var said = isApi(request) ? routing.response() : null;
        var share = counted.toCompletableFuture().getNow(null);
        if (share == null) {
            var here = routing.vertx().getOrCreateContext();
            return Uni.createFrom()
                    .completionStage(counted)
                    .emitOn(next -> here.runOnContext(_ -> next.run()))
                    .invoke(s -> tell(s, said))
                    .replaceWithVoid();
        }
        tell(share, said);
        return null;
    }

    /** In the headers of draft-ietf-httpapi-ratelimit-headers-07, which programs know; a page has no use for them. */
    private static void tell(Share share, @Nullable HttpServerResponse answer) {
        if (answer != null) {
            answer.putHeader("RateLimit-Limit", String.valueOf(share.limit()))
                    .putHeader("RateLimit-Remaining", String.valueOf(share.left()))
                    .putHeader("RateLimit-Reset", String.valueOf(Share.seconds(share.full())));
        }
        share.orRefuse();
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
        if (user.visiting()) {
            if (!mayVisitor(request, resource)) throw new Problem.Forbidden("admin.visit_reads");
            var path = request.getUriInfo().getPath();
            // the first page is everybody's, and shows the shop to who is in
            if (!is(Public.class, resource) || path.equals("/")) audit.notePage(user.id(), path);
        }
        var visitOver = visitOver(request, resource);
        if (visitOver.isPresent()) return visitOver.get();
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
            if (user.signedIn() && !isOwn(request)) sessions.visiting(holder).ifPresent(user::visit);
        }
    }

    /**
     * The first page after the time of a visit has passed is the list of shops, which says so: what an administrator
     * sees next is not the shop they were looking at.
     */
    private Optional<Response> visitOver(ContainerRequestContext request, ResourceInfo resource) {
        if (!user.signedIn()
                || user.visiting()
                || isOwn(request)
                || !request.getMethod().equals("GET")) return Optional.empty();
        boolean everybodys =
                is(Public.class, resource) && !request.getUriInfo().getPath().equals("/");
        if (everybodys || !isPage(resource)) return Optional.empty();
        var holder = new Holder(user.id(), user.session());
        return sessions.visited(holder).map(shop -> {
            sessions.endOverVisit(holder);
            var list = "/admin?visited=" + shop.value();
            // a part of a page sends the whole page there
            return request.getHeaderString("HX-Request") == null
                    ? Answer.seeOther(list)
                    : Response.noContent().header("HX-Redirect", list).build();
        });
    }

    /** What a super_admin does in their own name, whatever shop they look at. */
    static boolean isOwn(ContainerRequestContext request) {
        var path = request.getUriInfo().getPath();
        return isApi(request) || path.equals("/admin") || path.startsWith("/admin/") || path.equals("/logout");
    }

    /** Pages, and what these are made of: no form, and no file with the shop's data. */
    private static boolean mayVisitor(ContainerRequestContext request, ResourceInfo resource) {
        if (!FormGuard.READING.contains(request.getMethod())) return false;
        return is(Public.class, resource) || isPage(resource);
    }

    private static boolean isPage(ResourceInfo resource) {
        var method = resource.getResourceMethod().getAnnotation(Produces.class);
        var its = method != null ? method : resource.getResourceClass().getAnnotation(Produces.class);
        return its != null && Arrays.stream(its.value()).allMatch(type -> type.startsWith(MediaType.TEXT_HTML));
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
