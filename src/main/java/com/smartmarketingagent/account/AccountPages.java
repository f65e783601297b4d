package com.smartmarketingagent.account;

import com.smartmarketingagent.platform.CurrentUser;
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
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestForm;

/** Coming in and going out with a browser. */
@Path("/")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
class AccountPages {

    private final Accounts accounts;
    private final Sessions sessions;
    private final WebSession web;
    private final CurrentUser user;
    private final Validator validator;

    AccountPages(Accounts accounts, Sessions sessions, WebSession web, CurrentUser user, Validator validator) {
        this.accounts = accounts;
        this.sessions = sessions;
        this.web = web;
        this.user = user;
        this.validator = validator;
    }

    @CheckedTemplate(basePath = "account")
    static final class Templates {
        private Templates() {}

        static native TemplateInstance login(Frame frame, String email, String problem);

        static native TemplateInstance register(Frame frame, NewAccount entered, Map<String, String> problems);
    }

    @GET
    @Path("login")
    @Public
    @Operation(hidden = true)
    public Response logIn() {
        return user.signedIn() ? seeOther("/") : page(200, Templates.login(web.frame(), "", ""));
    }

    @POST
    @Path("login")
    @Public
    @Operation(hidden = true)
    public Response logIn(@RestForm @DefaultValue("") String email, @RestForm @DefaultValue("") String password) {
        var known = NewAccount.normalEmail(email);
        try {
            if (known.length() > 254 || password.length() > Passwords.LONGEST) {
                throw new Problem.Unauthorized("account.login_failed");
            }
            return welcome(accounts.logIn(known, password, sessions::openWeb));
        } catch (Problem.Unauthorized | Problem.Forbidden | Problem.TooMany e) {
            var said = web.frame().say(e.text().key(), e.text().values());
            int status = e instanceof Problem.TooMany ? 429 : e instanceof Problem.Forbidden ? 403 : 401;
            return page(status, Templates.login(web.frame(), known, said));
        }
    }

    @GET
    @Path("register")
    @Public
    @Operation(hidden = true)
    public Response register() {
        return user.signedIn() ? seeOther("/") : form(200, new NewAccount("", "", "", "", ""), Map.of());
    }

    @POST
    @Path("register")
    @Public
    @Operation(hidden = true)
    public Response register(
            @RestForm @DefaultValue("") String email,
            @RestForm @DefaultValue("") String password,
            @RestForm("full_name") @DefaultValue("") String fullName,
            @RestForm("business_name") @DefaultValue("") String businessName,
            @RestForm @DefaultValue("") String phone) {
        var entered = new NewAccount(email, password, fullName, businessName, phone);
        var problems = new HashMap<String, String>();
        for (var v : validator.validate(entered))
            problems.put(v.getPropertyPath().toString(), v.getMessage());
        if (!problems.isEmpty()) return form(400, entered, problems);
        try {
            return welcome(accounts.register(entered, sessions::openWeb));
        } catch (Problem.Invalid | Problem.Conflict e) {
            for (var detail : e.details()) {
                var said = web.frame().say(detail.text().key(), detail.text().values());
                problems.put(String.valueOf(detail.field()), said);
            }
            return form(e instanceof Problem.Conflict ? 409 : 400, entered, problems);
        } catch (Problem.TooMany e) {
            problems.put("form", web.frame().say(e.text().key(), e.text().values()));
            return form(429, entered, problems);
        }
    }

    /** Ends the session on the server too, so that a copied cookie is worth nothing. */
    @POST
    @Path("logout")
    @Operation(hidden = true)
    public Response logOut() {
        sessions.end(user.id(), user.session());
        return Response.seeOther(URI.create("/login")).cookie(web.expired()).build();
    }

    private Response welcome(String token) {
        return Response.seeOther(URI.create("/")).cookie(web.cookie(token)).build();
    }

    private Response form(int status, NewAccount entered, Map<String, String> problems) {
        return page(status, Templates.register(web.frame(), entered, problems));
    }

    private static Response seeOther(String path) {
        return Response.seeOther(URI.create(path)).build();
    }

    private static Response page(int status, TemplateInstance page) {
        return Response.status(status)
                .type(MediaType.TEXT_HTML_TYPE.withCharset("utf-8"))
                .entity(page.render())
                .build();
    }
}
