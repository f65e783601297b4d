package com.smartmarketingagent.account;

import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What a page's request without a valid session is answered: the way to log in, and back to what was being done. */
@Singleton
class LostSession {

    private final WebSession web;
    private final PageRequest page;

    LostSession(WebSession web, PageRequest page) {
        this.web = web;
        this.page = page;
    }

    @CheckedTemplate(basePath = "account")
    static final class Templates {
        private Templates() {}

        /**
         * @param problem in words; empty when there is none
         * @param next where to go afterwards; empty for the first page
         * @param kept what is sent again afterwards; null for nothing
         */
        static native TemplateInstance login(
                Frame frame, String email, String problem, String next, @Nullable KeptForm kept);

        /** @param token the hidden field {@code csrf} of the session that is now */
        static native TemplateInstance kept(Frame frame, String token, KeptForm kept);
    }

    /** Whether the form behind this request is small and plain enough to be read for somebody unknown. */
    static boolean mayBeKept(ContainerRequestContext request) {
        var type = request.getMediaType();
        if (type == null || !type.isCompatible(MediaType.APPLICATION_FORM_URLENCODED_TYPE)) return false;
        var length = request.getHeaderString(HttpHeaders.CONTENT_LENGTH);
        return length != null && length.matches("\\d{1,9}") && Integer.parseInt(length) <= KeptForm.LARGEST;
    }

    /** To the log-in, and back to what was to be read. A part of a page sends the whole page there. */
    Response reading(ContainerRequestContext request) {
        if (request.getHeaderString("HX-Request") != null) {
            return Response.status(401)
                    .header("HX-Redirect", logIn(page.currentPage()))
                    .build();
        }
        var uri = request.getUriInfo().getRequestUri();
        var query = uri.getRawQuery();
        return Answer.seeOther(logIn(LocalPath.of(query == null ? uri.getRawPath() : uri.getRawPath() + "?" + query)));
    }

    /** The log-in page that holds what was typed. @param kept null if nothing could be kept */
    Response writing(ContainerRequestContext request, @Nullable KeptForm kept) {
        var frame = web.frame();
        boolean lost = kept == null && !mayBeKept(request);
        var said = frame.say(lost ? "login.not_kept" : kept == null ? "login.over" : "login.over_kept");
        return logIn(401, frame, "", said, "", kept);
    }

    /** 403, as the session it was typed in has given way to another: what was typed, to be looked at and sent again. */
    Response sendAgain(KeptForm kept) {
        var token = web.frame().csrf();
        if (token == null) throw new IllegalStateException("nobody is signed in");
        return sendAgain(403, token, kept);
    }

    /** @param token the hidden field {@code csrf} of the session that is now */
    Response sendAgain(int status, String token, KeptForm kept) {
        return Answer.page(status, Templates.kept(web.frame(), token, kept));
    }

    Response logIn(int status, Frame frame, String email, String problem, String next, @Nullable KeptForm kept) {
        return Answer.page(status, Templates.login(frame, email, problem, next, kept));
    }

    private static String logIn(@Nullable String next) {
        if (next == null || next.equals("/")) return "/login";
        return "/login?next=" + URLEncoder.encode(next, StandardCharsets.UTF_8);
    }
}
