package com.smartmarketingagent.account;

import com.smartmarketingagent.account.MailedLinks.Purpose;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Public;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import jakarta.validation.Validator;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestForm;
import org.jspecify.annotations.Nullable;

/** A forgotten password, and the pages that the links in our mails lead to. */
@Path("/")
@Public
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
class RecoveryPages {

    private final Recovery recovery;
    private final WebSession web;
    private final Validator validator;

    RecoveryPages(Recovery recovery, WebSession web, Validator validator) {
        this.recovery = recovery;
        this.web = web;
        this.validator = validator;
    }

    @CheckedTemplate(basePath = "account")
    static final class Templates {
        private Templates() {}

        /** @param on whether mail is sent here */
        static native TemplateInstance forgot(Frame frame, String email, @Nullable String problem, boolean on);

        static native TemplateInstance reset(Frame frame, String action, @Nullable String problem);

        static native TemplateInstance verify(Frame frame, String action);

        /** Something to know, and one way to go on. */
        static native TemplateInstance said(Frame frame, String title, String said, String next, String link);
    }

    /** Whether a page's address is one that we mail. */
    static boolean isMailed(String path) {
        return path.startsWith("/reset/") || path.startsWith("/verify/");
    }

    @GET
    @Path("forgot")
    @Operation(hidden = true)
    public Response forgot() {
        return form(200, "", null);
    }

    @POST
    @Path("forgot")
    @Operation(hidden = true)
    public Response forgot(@RestForm @DefaultValue("") String email) {
        var problems = Answer.problems(validator.validate(new AuthApi.Forgotten(email)));
        if (!problems.isEmpty()) return form(400, email, problems.get("email"));
        try {
            recovery.forgot(NewAccount.normalEmail(email));
            return Answer.seeOther("/forgot/sent");
        } catch (Problem.TooMany e) {
            return form(429, email, web.frame().say(e.text()));
        } catch (Problem.Provider e) {
            return form(503, email, null);
        }
    }

    /** The same whether or not a mail was sent. */
    @GET
    @Path("forgot/sent")
    @Operation(hidden = true)
    public Response sent() {
        var frame = web.frame();
        return said(200, frame.say("forgot.sent"), frame.say("forgot.sent_why"), "/login", frame.say("login.title"));
    }

    @GET
    @Path("reset/{token}")
    @Operation(hidden = true)
    public Response reset(String token) {
        return recovery.find(Purpose.RESET, token).isPresent() ? reset(200, token, null) : over(Purpose.RESET);
    }

    @POST
    @Path("reset/{token}")
    @Operation(hidden = true)
    public Response reset(String token, @RestForm("new_password") @DefaultValue("") String wanted) {
        var wrong = validator.validate(new AuthApi.Reset(token, wanted));
        if (!wrong.isEmpty())
            return reset(400, token, Answer.problems(wrong).values().iterator().next());
        try {
            recovery.reset(token, wanted);
            return Answer.seeOther("/reset/done");
        } catch (Problem.Invalid e) {
            var problem = web.frame().problems(e).get("new_password");
            return problem == null ? over(Purpose.RESET) : reset(400, token, problem);
        }
    }

    @GET
    @Path("reset/done")
    @Operation(hidden = true)
    public Response resetDone() {
        var frame = web.frame();
        return said(200, frame.say("reset.done"), frame.say("reset.done_why"), "/login", frame.say("login.title"));
    }

    /** Programs that look at mail open its links: only the button does something. */
    @GET
    @Path("verify/{token}")
    @Operation(hidden = true)
    public Response verify(String token) {
        if (recovery.find(Purpose.VERIFY, token).isEmpty()) return over(Purpose.VERIFY);
        return quiet(Answer.page(200, Templates.verify(web.frame(), "/verify/" + token)));
    }

    @POST
    @Path("verify/{token}")
    @Operation(hidden = true)
    public Response verified(String token) {
        try {
            recovery.verify(token);
            return Answer.seeOther("/verify/done");
        } catch (Problem.Invalid e) {
            return over(Purpose.VERIFY);
        }
    }

    @GET
    @Path("verify/done")
    @Operation(hidden = true)
    public Response verifyDone() {
        var frame = web.frame();
        return said(200, frame.say("verify.done"), frame.say("verify.done_why"), "/", frame.say("refused.back"));
    }

    private Response form(int status, String email, @Nullable String problem) {
        return Answer.page(status, Templates.forgot(web.frame(), email, problem, recovery.isOn()));
    }

    private Response reset(int status, String token, @Nullable String problem) {
        return quiet(Answer.page(status, Templates.reset(web.frame(), "/reset/" + token, problem)));
    }

    private Response over(Purpose purpose) {
        var frame = web.frame();
        if (purpose == Purpose.RESET)
            return said(
                    404, frame.say("reset.over"), frame.say("account.reset_over"), "/forgot", frame.say("reset.anew"));
        return said(
                404, frame.say("verify.over"), frame.say("account.verify_over"), "/profile", frame.say("verify.anew"));
    }

    private Response said(int status, String title, String said, String next, String link) {
        return quiet(Answer.page(status, Templates.said(web.frame(), title, said, next, link)));
    }

    /** Where a page is that a mail led to is its secret. */
    private static Response quiet(Response page) {
        return Response.fromResponse(page)
                .header("Referrer-Policy", "no-referrer")
                .build();
    }
}
