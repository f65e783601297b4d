package com.smartmarketingagent.content;

import com.smartmarketingagent.account.Answer;
import com.smartmarketingagent.account.Frame;
import com.smartmarketingagent.account.ShopCalendar;
import com.smartmarketingagent.account.WebSession;
import com.smartmarketingagent.content.StyleRepository.Example;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Ids;
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
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestForm;
import org.jspecify.annotations.Nullable;

/** How the shop sounds and which days are ahead, with a browser. */
@Path("/content/style")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
class StylePages {

    private final CurrentUser user;
    private final WebSession web;
    private final Db db;
    private final StyleRepository style;
    private final FineTuning fineTuning;
    private final ShopCalendar calendar;
    private final Validator validator;

    StylePages(
            CurrentUser user,
            WebSession web,
            Db db,
            StyleRepository style,
            FineTuning fineTuning,
            ShopCalendar calendar,
            Validator validator) {
        this.user = user;
        this.web = web;
        this.db = db;
        this.style = style;
        this.fineTuning = fineTuning;
        this.calendar = calendar;
        this.validator = validator;
    }

    @CheckedTemplate(basePath = "content")
    static final class Templates {
        private Templates() {}

        static native TemplateInstance style(Frame frame, Shown shown);
    }

    /** @param text typed and not yet kept, as {@code name} and {@code day} are */
    record Shown(
            List<Example> examples,
            List<Occasions.Day> days,
            String text,
            String name,
            String day,
            Map<String, String> problems) {}

    @GET
    @Operation(hidden = true)
    public Response show() {
        return page(200, "", "", "", Map.of());
    }

    /** @param id made with the form, so that the form sent twice keeps one */
    @POST
    @Path("examples")
    @Operation(hidden = true)
    public Response add(@RestForm @DefaultValue("") String id, @RestForm @DefaultValue("") String text) {
        var plain = text.replace("\r\n", "\n");
        var problems = Answer.problems(validator.validate(new StyleApi.NewExample(plain)));
        if (!problems.isEmpty()) return page(400, text, "", "", problems);
        db.useTenant(user.id(), tx -> style.add(tx, user.id(), Ids.read(id).orElseGet(Ids::next), plain.strip()));
        return Answer.seeOther("/content/style");
    }

    /** One that is gone already is gone as wished. */
    @POST
    @Path("examples/{id}/delete")
    @Operation(hidden = true)
    public Response remove(UUID id) {
        db.useTenant(user.id(), tx -> style.remove(tx, user.id(), id));
        return Answer.seeOther("/content/style");
    }

    @POST
    @Path("days")
    @Operation(hidden = true)
    public Response setDay(@RestForm @DefaultValue("") String name, @RestForm @DefaultValue("") String day) {
        var its = date(day);
        var frame = web.frame();
        if (its == null) return page(400, "", name, day, Map.of("day", frame.say("content.day_unreadable")));
        if (its.isBefore(db.inTenant(user.id(), tx -> calendar.today(tx, user.id()))))
            return page(400, "", name, day, Map.of("day", frame.say("content.day_past")));
        var problems = Answer.problems(validator.validate(new StyleApi.OwnDay(name, its)));
        if (!problems.isEmpty()) return page(400, "", name, day, problems);
        db.useTenant(user.id(), tx -> style.setDay(tx, user.id(), name.strip(), its));
        return Answer.seeOther("/content/style");
    }

    @POST
    @Path("days/delete")
    @Operation(hidden = true)
    public Response removeDay(@RestForm @DefaultValue("") String name, @RestForm @DefaultValue("") String day) {
        var its = date(day);
        if (its != null) db.useTenant(user.id(), tx -> style.removeDay(tx, user.id(), name, its.getYear()));
        return Answer.seeOther("/content/style");
    }

    private static @Nullable LocalDate date(String day) {
        try {
            var its = LocalDate.parse(day);
            return its.getYear() > 1999 && its.getYear() < 2200 ? its : null;
        } catch (DateTimeException e) {
            return null;
        }
    }

    @GET
    @Path("fine-tuning.jsonl")
    @Produces("application/jsonl")
    @Operation(hidden = true)
    public Response export() {
        return Response.ok(fineTuning.lines(user.id()))
                .header("Content-Disposition", "attachment; filename=\"fine-tuning.jsonl\"")
                .build();
    }

    private Response page(int status, String text, String name, String day, Map<String, String> problems) {
        var shown = db.inTenant(
                user.id(),
                tx -> new Shown(
                        style.examples(tx, user.id()),
                        Occasions.ahead(calendar.today(tx, user.id()), style.days(tx, user.id())),
                        text,
                        name,
                        day,
                        problems));
        return Answer.page(status, Templates.style(web.frame(), shown));
    }
}
