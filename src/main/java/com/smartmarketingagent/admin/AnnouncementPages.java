package com.smartmarketingagent.admin;

import com.smartmarketingagent.account.Announcements;
import com.smartmarketingagent.account.Announcements.Announcement;
import com.smartmarketingagent.account.Answer;
import com.smartmarketingagent.account.Frame;
import com.smartmarketingagent.account.WebSession;
import com.smartmarketingagent.platform.AdminsOnly;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Figures;
import com.smartmarketingagent.platform.Ids;
import com.smartmarketingagent.platform.OneLine;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import jakarta.validation.Validator;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestForm;

/** What all owners are told, with a browser. */
@Path("/admin/announcements")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
@AdminsOnly
class AnnouncementPages {

    private static final ZoneId ZONE = ZoneId.of("Asia/Jakarta");

    private final CurrentUser admin;
    private final WebSession web;
    private final Announcements announcements;
    private final Validator validator;

    AnnouncementPages(CurrentUser admin, WebSession web, Announcements announcements, Validator validator) {
        this.admin = admin;
        this.web = web;
        this.announcements = announcements;
        this.validator = validator;
    }

    @CheckedTemplate(basePath = "admin")
    static final class Templates {
        private Templates() {}

        static native TemplateInstance announcements(
                Frame frame, List<Line> lines, String text, String days, Map<String, String> problems);
    }

    /** @param until in words */
    record Line(UUID id, String text, String until) {}

    /** @param days for how many it is shown */
    record Wanted(
            @NotBlank @OneLine @Size(max = 500) String text,
            @Min(1) @Max(60) int days) {}

    @GET
    @Operation(hidden = true)
    public Response list() {
        return page(200, "", "7", Map.of());
    }

    /** @param id made with the form, so that the form sent twice makes one */
    @POST
    @Operation(hidden = true)
    public Response make(
            @RestForm @DefaultValue("") String id,
            @RestForm @DefaultValue("") String text,
            @RestForm @DefaultValue("7") String days) {
        var wanted = new Wanted(text, days.strip().matches("[0-9]{1,3}") ? Integer.parseInt(days.strip()) : 0);
        var problems = Answer.problems(validator.validate(wanted));
        if (!problems.isEmpty()) return page(400, text, days, problems);
        announcements.make(
                admin.id(), Ids.read(id).orElseGet(Ids::next), wanted.text().strip(), wanted.days());
        return Answer.seeOther("/admin/announcements");
    }

    @POST
    @Path("{id}/end")
    @Operation(hidden = true)
    public Response end(UUID id) {
        announcements.end(id);
        return Answer.seeOther("/admin/announcements");
    }

    private Response page(int status, String text, String days, Map<String, String> problems) {
        var frame = web.frame();
        var lines = announcements.all().stream().map(a -> line(frame, a)).toList();
        return Answer.page(status, Templates.announcements(frame, lines, text, days, problems));
    }

    private static Line line(Frame frame, Announcement its) {
        return new Line(its.id(), its.text(), Figures.moment(frame.language(), its.until(), ZONE));
    }
}
