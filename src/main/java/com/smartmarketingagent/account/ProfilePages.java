package com.smartmarketingagent.account;

import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Figures;
import com.smartmarketingagent.platform.Language;
import com.smartmarketingagent.platform.Problem;
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
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** An owner's own account and shop, how the pages look to them, and the devices they are logged in with. */
@Path("/profile")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
class ProfilePages {

    /** What can have been done on the page before this one. */
    private static final Set<String> DONE =
            Set.of("profile", "look", "password", "session", "sessions", "verification");

    private final Accounts accounts;
    private final Recovery recovery;
    private final Sessions sessions;
    private final WebSession web;
    private final PageRequest page;
    private final CurrentUser user;
    private final Validator validator;
    private final Clock clock;

    ProfilePages(
            Accounts accounts,
            Recovery recovery,
            Sessions sessions,
            WebSession web,
            PageRequest page,
            CurrentUser user,
            Validator validator,
            Clock clock) {
        this.accounts = accounts;
        this.recovery = recovery;
        this.sessions = sessions;
        this.web = web;
        this.page = page;
        this.user = user;
        this.validator = validator;
        this.clock = clock;
    }

    @CheckedTemplate(basePath = "account")
    static final class Templates {
        private Templates() {}

        static native TemplateInstance profile(Frame frame, ProfileView view);
    }

    /** @param label as the reader knows it */
    record Choice(String value, String label, boolean chosen) {}

    /**
     * @param device what it calls itself, in words where that is nothing
     * @param used when it was last, in words
     */
    record Line(String id, String device, String used, boolean current) {

        /** What tells it from others of its kind. */
        public String said() {
            return device + ", " + used;
        }
    }

    /**
     * @param mail whether mail is sent here
     * @param done what has just been done, as a sentence; empty for nothing
     * @param problems by the name of the field
     * @param seen what was stored when the reader saw it
     * @param conflicts what somebody else stored meanwhile, field by field
     */
    record ProfileView(
            Profile entered,
            Account account,
            boolean mail,
            List<Choice> zones,
            List<Choice> tones,
            List<Choice> languages,
            List<Choice> themes,
            List<Line> sessions,
            String done,
            Map<String, String> problems,
            String seen,
            List<Conflict> conflicts) {}

    @GET
    @Operation(hidden = true)
    public Response profile(@RestQuery @Nullable String done) {
        var said = done != null && DONE.contains(done) ? web.frame().say("profile.done_" + done) : "";
        return show(200, said, Map.of());
    }

    /**
     * @param seen what this form changes, as it was stored: what somebody else stored meanwhile isn't written over
     *     before its owner has seen it
     */
    @POST
    @Operation(hidden = true)
    public Response change(
            @RestForm("full_name") @DefaultValue("") String fullName,
            @RestForm("business_name") @DefaultValue("") String businessName,
            @RestForm @Nullable String phone,
            @RestForm @Nullable String timezone,
            @RestForm @Nullable String sells,
            @RestForm @Nullable String city,
            @RestForm @Nullable String link,
            @RestForm @Nullable String tone,
            @RestForm @DefaultValue("") String seen) {
        var entered = new Profile(fullName, businessName, phone, timezone, sells, city, link, tone);
        var problems = Answer.problems(validator.validate(entered));
        if (!problems.isEmpty()) return again(400, entered, problems, seen, List.of());
        try {
            return accounts.change(user.id(), entered, seen)
                    .map(o -> again(
                            409,
                            entered,
                            Map.of(),
                            o.stored().version(),
                            conflicts(web.frame(), o.typed(), o.stored())))
                    .orElseGet(() -> done("profile").build());
        } catch (Problem.Invalid e) {
            return again(400, entered, web.frame().problems(e), seen, List.of());
        }
    }

    private static List<Conflict> conflicts(Frame frame, Profile typed, Profile stored) {
        return Stream.of(
                        conflict(frame, "business_name", typed.businessName(), stored.businessName()),
                        conflict(frame, "full_name", typed.fullName(), stored.fullName()),
                        conflict(frame, "phone", typed.phone(), stored.phone()),
                        conflict(
                                frame,
                                "timezone",
                                label(frame, "zone", typed.timezone()),
                                label(frame, "zone", stored.timezone())),
                        conflict(frame, "sells", typed.sells(), stored.sells()),
                        conflict(frame, "city", typed.city(), stored.city()),
                        conflict(frame, "link", typed.link(), stored.link()),
                        conflict(
                                frame, "tone", label(frame, "tone", typed.tone()), label(frame, "tone", stored.tone())))
                .filter(Conflict::differs)
                .toList();
    }

    private static Conflict conflict(Frame frame, String field, @Nullable String typed, @Nullable String stored) {
        return new Conflict(
                frame.say("field." + field),
                Objects.requireNonNullElse(typed, ""),
                Objects.requireNonNullElse(stored, ""));
    }

    /** Language and colours. The language goes with the account, the colours with this device. */
    @POST
    @Path("look")
    @Operation(hidden = true)
    public Response look(@RestForm @Nullable String language, @RestForm @Nullable String theme) {
        var wanted = Language.chosen(language);
        var colours = Theme.of(theme);
        if (wanted.isEmpty() || !colours.key().equals(theme)) {
            var problem = web.frame().say("profile.choose");
            return show(400, "", Map.of(wanted.isEmpty() ? "language" : "theme", problem));
        }
        accounts.speak(user.id(), wanted.get());
        return done("look")
                .cookie(web.language(wanted.get()), web.theme(colours))
                .build();
    }

    /** Every other session ends with the old password; this one goes on with a new cookie. */
    @POST
    @Path("password")
    @Operation(hidden = true)
    public Response password(
            @RestForm("current_password") @DefaultValue("") String current,
            @RestForm("new_password") @DefaultValue("") String wanted) {
        var problems = new HashMap<String, String>();
        for (var wrong : validator.validate(new AuthApi.PasswordChange(current, wanted))) {
            boolean its = wrong.getPropertyPath().toString().equals("newPassword");
            problems.put(its ? "new_password" : "current_password", wrong.getMessage());
        }
        if (!problems.isEmpty()) return show(400, "", problems);
        try {
            var cookie = accounts.changePassword(user.id(), current, wanted, sessions::openWeb);
            return done("password").cookie(web.cookie(cookie)).build();
        } catch (Problem.Invalid e) {
            return show(400, "", web.frame().problems(e));
        } catch (Problem.TooMany e) {
            return show(429, "", Map.of("current_password", web.frame().say(e.text())));
        }
    }

    /** The mail by which an owner shows that the address is theirs, once more. */
    @POST
    @Path("verification")
    @Operation(hidden = true)
    public Response askToVerify() {
        try {
            recovery.askToVerify(user.id());
            return done("verification").build();
        } catch (Problem.TooMany e) {
            return show(429, "", Map.of("verification", web.frame().say(e.text())));
        } catch (Problem.Provider e) {
            return show(503, "", Map.of("verification", web.frame().say(e.text())));
        }
    }

    @POST
    @Path("sessions/{id}/end")
    @Operation(hidden = true)
    public Response end(UUID id) {
        sessions.end(user.id(), id);
        return done("session").build();
    }

    /** All but the one that asks. */
    @POST
    @Path("sessions/end")
    @Operation(hidden = true)
    public Response endOthers() {
        sessions.endAll(user.id(), user.session());
        return done("sessions").build();
    }

    private static Response.ResponseBuilder done(String what) {
        return Response.seeOther(URI.create("/profile?done=" + what));
    }

    /** What is stored. */
    private Response show(int status, String done, Map<String, String> problems) {
        var stored = Profile.of(accounts.get(user.id()));
        return answer(status, stored, done, problems, stored.version(), List.of());
    }

    /** What was typed and is not stored. */
    private Response again(
            int status, Profile entered, Map<String, String> problems, String seen, List<Conflict> conflicts) {
        return answer(status, entered, "", problems, seen, conflicts);
    }

    private Response answer(
            int status,
            Profile shown,
            String done,
            Map<String, String> problems,
            String seen,
            List<Conflict> conflicts) {
        var frame = web.frame();
        var account = accounts.get(user.id());
        var zone = ZoneId.of(account.timezone());
        var lines = sessions.list(user.id(), user.session()).stream()
                .map(s -> new Line(s.id().toString(), device(frame, s.userAgent()), used(frame, s, zone), s.current()))
                .toList();
        var theme = Theme.of(page.cookie(Theme.COOKIE)).key();
        var view = new ProfileView(
                shown,
                account,
                recovery.isOn(),
                choices(frame, "zone", shown.timezone(), "Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"),
                choices(frame, "tone", shown.tone(), "", "friendly", "polite", "cheerful", "brief"),
                choices(frame, "language", frame.language().key(), "id", "en"),
                choices(frame, "theme", theme, "system", "light", "dark"),
                lines,
                done,
                problems,
                seen,
                conflicts);
        return Answer.page(status, Templates.profile(frame, view));
    }

    private String used(Frame frame, Session session, ZoneId zone) {
        if (session.current()) return frame.say("profile.used_now");
        var language = frame.language();
        var at = session.lastUsedAt();
        long days = ChronoUnit.DAYS.between(LocalDate.ofInstant(at, zone), LocalDate.ofInstant(clock.instant(), zone));
        if (days > 1) return frame.say("profile.used", Figures.moment(language, at, zone));
        return frame.say(days == 1 ? "profile.used_yesterday" : "profile.used_today", Figures.time(language, at, zone));
    }

    private static String device(Frame frame, @Nullable String agent) {
        var name = Device.name(agent);
        return name.isEmpty() ? frame.say("profile.device_unknown") : name;
    }

    private static List<Choice> choices(Frame frame, String kind, @Nullable String chosen, String... values) {
        return java.util.Arrays.stream(values)
                .map(v -> new Choice(v, label(frame, kind, v), v.equals(chosen == null ? "" : chosen)))
                .toList();
    }

    private static String label(Frame frame, String kind, @Nullable String value) {
        var key = value == null || value.isEmpty() ? "" : "_" + value.substring(value.indexOf('/') + 1);
        return frame.say("profile." + kind + key);
    }
}
