package com.smartmarketingagent.account;

import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Envelope;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Public;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.Set;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;
import org.jboss.resteasy.reactive.server.WithFormRead;
import org.jboss.resteasy.reactive.server.core.ResteasyReactiveRequestContext;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveContainerRequestContext;
import org.jspecify.annotations.Nullable;

/**
 * Pages act only on what their own forms send: the browser's word on where a request comes from, and a field that only
 * our pages know. And no page is framed, cached or given a foreign script.
 */
class FormGuard {

    static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

    private final CurrentUser user;
    private final Tokens tokens;
    private final WebSession web;
    private final PageRequest page;
    private final LostSession lost;
    private final Authentication authentication;

    FormGuard(
            CurrentUser user,
            Tokens tokens,
            WebSession web,
            PageRequest page,
            LostSession lost,
            Authentication authentication) {
        this.user = user;
        this.tokens = tokens;
        this.web = web;
        this.page = page;
        this.lost = lost;
        this.authentication = authentication;
    }

    @CheckedTemplate(basePath = "account")
    static final class Templates {
        private Templates() {}

        static native TemplateInstance refused(Frame frame);

        static native TemplateInstance problem(Frame frame, int status, String message);
    }

    /** Runs after authentication, once the form has been read. */
    @WithFormRead
    @ServerRequestFilter(priority = jakarta.ws.rs.Priorities.AUTHORIZATION)
    public @Nullable Response check(ResteasyReactiveContainerRequestContext request, ResourceInfo resource) {
        if (READING.contains(request.getMethod()) || Authentication.isApi(request)) return null;
        // a link out of a message is its own proof, whatever mail program follows it
        if (request.getUriInfo().getPath().startsWith("/u/")) return null;
        // what a mailed link does it does by its secret alone; of its page, which keeps to itself where it is, a
        // browser says that a form comes from "null"
        if (!RecoveryPages.isMailed(page.path()) && !comesFromHere(request)) return refuse();
        var context = (ResteasyReactiveRequestContext) request.getServerRequestContext();
        page.sent(context.getFormData());
        if (Authentication.is(Public.class, resource)) return null;
        if (!user.signedIn()) return lost.writing(request, KeptForm.sent(page.address(), page.form()));
        if (fieldIsRight(request, context)) return null;
        if (isOfThisSession(context)) throw new Problem.Forbidden("admin.visit_form");
        var kept = isOfAnEarlierSession(request, context) ? KeptForm.sent(page.address(), page.form()) : null;
        return kept == null || !tokens.isFormOf(user.id(), kept.owner()) ? refuse() : lost.sendAgain(kept);
    }

    /** A form belongs to the shop whose page it stood on; but the way out of a visit is on that shop's pages, too. */
    private boolean fieldIsRight(ContainerRequestContext request, ResteasyReactiveRequestContext context) {
        if (Authentication.isOwn(request)) return isOfThisSession(context);
        return context.getFormParameter(WebSession.CSRF_FIELD, true, false) instanceof String given
                && tokens.isFormToken(user.id(), user.session(), given);
    }

    /** Also of another shop's pages, which a super_admin saw until their visit was over. */
    private boolean isOfThisSession(ResteasyReactiveRequestContext context) {
        return context.getFormParameter(WebSession.CSRF_FIELD, true, false) instanceof String given
                && tokens.isFormOfSession(user.session(), given);
    }

    /** A page of ours that was open while its session gave way to this one: the browser says that it is ours. */
    private static boolean isOfAnEarlierSession(
            ContainerRequestContext request, ResteasyReactiveRequestContext context) {
        return "same-origin".equals(request.getHeaderString("Sec-Fetch-Site"))
                && context.getFormParameter(WebSession.CSRF_FIELD, true, false) instanceof String
                && LostSession.mayBeKept(request);
    }

    /** Browsers say one or both; a program that says neither brings no one else's cookie. */
    static boolean comesFromHere(ContainerRequestContext request) {
        var site = request.getHeaderString("Sec-Fetch-Site");
        if (site != null && !site.equals("same-origin") && !site.equals("none")) return false;
        var origin = request.getHeaderString("Origin");
        return origin == null || isOurs(origin, request.getHeaderString(HttpHeaders.HOST));
    }

    /** Host and port only: behind a proxy that ends TLS we don't know the scheme. */
    private static boolean isOurs(String origin, @Nullable String host) {
        try {
            var authority = URI.create(origin).getRawAuthority();
            return authority != null && authority.equalsIgnoreCase(host);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private Response refuse() {
        return Answer.page(403, Templates.refused(web.frame()));
    }

    @ServerResponseFilter
    public void protect(ContainerRequestContext request, ContainerResponseContext response) {
        var headers = response.getHeaders();
        headers.putSingle("X-Content-Type-Options", "nosniff");
        if (!headers.containsKey("Referrer-Policy")) headers.putSingle("Referrer-Policy", "same-origin");
        if (!headers.containsKey(HttpHeaders.CACHE_CONTROL)) headers.putSingle(HttpHeaders.CACHE_CONTROL, "no-store");
        if (Authentication.isApi(request)) return;
        leadHere(request, response);
        headers.putSingle(
                "Content-Security-Policy",
                "default-src 'none'; script-src 'nonce-" + page.nonce()
                        + "' 'strict-dynamic'; style-src 'self'; img-src 'self' data:; connect-src 'self'; manifest-src 'self';"
                        + " worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'");
        if (isWholePage(response) && request.getHeaderString("HX-Request") != null) {
            headers.putSingle("HX-Retarget", "body");
            headers.putSingle("HX-Reswap", "innerHTML");
            // all of it, whatever part the form would have taken
            headers.putSingle("HX-Reselect", ":not(* *)");
        }
        // last: headers set after a change of the entity are lost
        if (response.getEntity() instanceof Envelope<?> failure && failure.error() != null) {
            authentication.know(request);
            var message = failure.error().message();
            response.setEntity(
                    Templates.problem(web.frame(), response.getStatus(), message)
                            .render(),
                    null,
                    MediaType.TEXT_HTML_TYPE.withCharset("utf-8"));
        }
    }

    /**
     * Without scheme and host: the framework writes the scheme by which the request came, and behind a proxy that ends
     * TLS that isn't the reader's. A browser then refuses the form that was answered so, by {@code form-action}.
     */
    private static void leadHere(ContainerRequestContext request, ContainerResponseContext response) {
        var to = response.getLocation();
        if (to == null || !request.getUriInfo().getBaseUri().resolve("/").equals(to.resolve("/"))) return;
        // two slashes would lead to another host
        if (to.getRawPath().startsWith("//")) return;
        var address = to.toString();
        response.getHeaders()
                .putSingle(
                        HttpHeaders.LOCATION,
                        address.substring(to.resolve("/").toString().length() - 1));
    }

    /** An error that comes as a page of its own, or will: it doesn't belong into the part that a script asked for. */
    private static boolean isWholePage(ContainerResponseContext response) {
        if (response.getStatus() < 400) return false;
        return response.getEntity() instanceof Envelope<?>
                || (response.getEntity() instanceof String page
                        && page.stripLeading().startsWith("<!doctype"));
    }
}
