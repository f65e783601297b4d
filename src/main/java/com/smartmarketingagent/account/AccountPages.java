package com.smartmarketingagent.account;

import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Language;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Public;
import com.smartmarketingagent.platform.UserId;
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
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.RestQuery;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Coming in and going out with a browser. */
@Path("/")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
class AccountPages {

    private static final Logger LOG = Logger.getLogger(AccountPages.class);

    private final Accounts accounts;
    private final Sessions sessions;
    private final WebSession web;
    private final LostSession lost;
    private final PageRequest page;
    private final Tokens tokens;
    private final CurrentUser user;
    private final Validator validator;

    AccountPages(
            Accounts accounts,
            Sessions sessions,
            WebSession web,
            LostSession lost,
            PageRequest page,
            Tokens tokens,
            CurrentUser user,
            Validator validator) {
        this.accounts = accounts;
        this.sessions = sessions;
        this.web = web;
        this.lost = lost;
        this.page = page;
        this.tokens = tokens;
        this.user = user;
        this.validator = validator;
    }

    @CheckedTemplate(basePath = "account")
    static final class Templates {
        private Templates() {}

        static native TemplateInstance register(Frame frame, NewAccount entered, Map<String, String> problems);
    }

    /** A browser's new session. @param language what the owner chose to read; null if they never did */
    private record Entrance(String cookie, @Nullable String language) {}

    /** @param next a page of ours to go to afterwards; anything else is the first page */
    @GET
    @Path("login")
    @Public
    @Operation(hidden = true)
    public Response logIn(@RestQuery @Nullable String next) {
        var there = LocalPath.orHome(next);
        if (user.signedIn()) return Response.seeOther(there).build();
        return lost.logIn(200, web.frame(), "", "", next(there), null);
    }

    @POST
    @Path("login")
    @Public
    @Operation(hidden = true)
    public Response logIn(
            @RestForm @DefaultValue("") String email,
            @RestForm @DefaultValue("") String password,
            @RestForm @Nullable String next) {
        var known = NewAccount.normalEmail(email);
        var there = LocalPath.orHome(next);
        var kept = KeptForm.carried(page.form());
        try {
            if (known.length() > 254 || password.length() > Passwords.LONGEST) {
                throw new Problem.Unauthorized("account.login_failed");
            }
            var entrance = accounts.logIn(known, password, this::enter);
            return kept == null ? welcome(entrance, there) : sendAgain(entrance, kept);
        } catch (Problem.Unauthorized | Problem.Forbidden | Problem.TooMany e) {
            var said = web.frame().say(e.text());
            int status = e instanceof Problem.TooMany ? 429 : e instanceof Problem.Forbidden ? 403 : 401;
            return lost.logIn(status, web.frame(), known, said, next(there), kept);
        }
    }

    private static String next(URI there) {
        return there.getPath().equals("/") ? "" : there.toString();
    }

    private Entrance enter(Handle tx, UserId who) {
        return new Entrance(sessions.openWeb(tx, who), accounts.account(tx, who).language());
    }

    @GET
    @Path("register")
    @Public
    @Operation(hidden = true)
    public Response register() {
        return user.signedIn() ? Answer.seeOther("/") : form(200, new NewAccount("", "", "", "", ""), Map.of());
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
        var problems = Answer.problems(validator.validate(entered));
        if (!problems.isEmpty()) return form(400, entered, problems);
        try {
            return welcome(accounts.register(entered, this::enter), URI.create("/"));
        } catch (Problem.Invalid | Problem.Conflict e) {
            return form(
                    e instanceof Problem.Conflict ? 409 : 400,
                    entered,
                    web.frame().problems(e));
        } catch (Problem.TooMany e) {
            return form(429, entered, Map.of("form", web.frame().say(e.text())));
        }
    }

    /**
     * Ends the session on the server too, so that a copied cookie is worth nothing, and the browser forgets what it
     * kept.
     *
     * @param keep not empty where sales of another account wait on this phone to be sent: they stay, and nothing else
     */
    @POST
    @Path("logout")
    @Operation(hidden = true)
    public Response logOut(@RestForm @DefaultValue("") String keep) {
        try {
            sessions.end(user.id(), user.session());
        } catch (Problem.NotFound e) {
            LOG.debug("Ended elsewhere already", e);
        }
        return Response.seeOther(URI.create("/login"))
                .cookie(web.expired())
                .header("Clear-Site-Data", keep.isEmpty() ? "\"cache\", \"storage\"" : "\"cache\"")
                .build();
    }

    /**
     * The same log-in in another language, with all that its form holds: a visitor's choice for this browser; owners
     * make theirs in their profile.
     */
    @POST
    @Path("login/language")
    @Public
    @Operation(hidden = true)
    public Response logInLanguage(
            @RestForm @Nullable String language,
            @RestForm @DefaultValue("") String email,
            @RestForm @Nullable String next) {
        var kept = KeptForm.carried(page.form());
        Language.chosen(language).ifPresent(user::speak);
        var said = kept == null ? "" : web.frame().say("login.over_kept");
        return Response.fromResponse(lost.logIn(200, web.frame(), email, said, next(LocalPath.orHome(next)), kept))
                .cookie(web.language(user.language()))
                .build();
    }

    /** The same for the registration. Passwords are typed again. */
    @POST
    @Path("register/language")
    @Public
    @Operation(hidden = true)
    public Response registerLanguage(
            @RestForm @Nullable String language,
            @RestForm @DefaultValue("") String email,
            @RestForm("full_name") @DefaultValue("") String fullName,
            @RestForm("business_name") @DefaultValue("") String businessName,
            @RestForm @DefaultValue("") String phone) {
        Language.chosen(language).ifPresent(user::speak);
        return Response.fromResponse(form(200, new NewAccount(email, "", fullName, businessName, phone), Map.of()))
                .cookie(web.language(user.language()))
                .build();
    }

    private Response welcome(Entrance entrance, URI there) {
        return withCookies(Response.seeOther(there), entrance).build();
    }

    /** Their own eyes and hand decide: somebody else may have logged in, or it may be late by now. */
    private Response sendAgain(Entrance entrance, KeptForm kept) {
        var session = tokens.read(Tokens.Place.WEB, entrance.cookie()).orElseThrow();
        // what somebody else typed on this device is not for these eyes
        boolean theirs = kept.owner().isEmpty() || tokens.isFormOf(session.user(), kept.owner());
        if (!theirs) return welcome(entrance, URI.create("/"));
        Language.chosen(entrance.language()).ifPresent(user::speak);
        var shown = lost.sendAgain(200, tokens.formToken(session.user(), session.session()), kept);
        return withCookies(Response.fromResponse(shown), entrance).build();
    }

    private Response.ResponseBuilder withCookies(Response.ResponseBuilder answer, Entrance entrance) {
        Language.chosen(entrance.language()).ifPresent(l -> answer.cookie(web.language(l)));
        return answer.cookie(web.cookie(entrance.cookie()));
    }

    private Response form(int status, NewAccount entered, Map<String, String> problems) {
        return Answer.page(status, Templates.register(web.frame(), entered, problems));
    }
}
