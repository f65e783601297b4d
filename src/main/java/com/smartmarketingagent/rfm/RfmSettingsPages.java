package com.smartmarketingagent.rfm;

import com.smartmarketingagent.account.Answer;
import com.smartmarketingagent.account.Frame;
import com.smartmarketingagent.account.WebSession;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Problem.Text;
import com.smartmarketingagent.rfm.RfmRepository.SegmentTotals;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** How a shop scores its customers, with a look at what would change before it does. */
@Path("/segments/settings")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
class RfmSettingsPages {

    private final CurrentUser current;
    private final WebSession web;
    private final RfmAnalysis analysis;

    RfmSettingsPages(CurrentUser current, WebSession web, RfmAnalysis analysis) {
        this.current = current;
        this.web = web;
        this.analysis = analysis;
    }

    @CheckedTemplate(basePath = "rfm")
    static final class Templates {
        private Templates() {}

        static native TemplateInstance settings(Frame frame, Shown form, @Nullable Preview preview);

        static native TemplateInstance preview(Frame frame, @Nullable Preview preview);
    }

    /** @param problem what is wrong with it, in words; null if nothing is */
    record Field(
            String id,
            String name,
            String label,
            String value,
            String mode,
            @Nullable String problem) {}

    record Group(String legend, String hint, List<Field> fields) {}

    record Shown(
            String method,
            @Nullable String methodProblem,
            String windowDays,
            @Nullable String windowProblem,
            List<Group> groups,
            boolean wrong) {}

    record Change(String label, String before, String after, String difference) {}

    /**
     * @param broken whether the form can't be understood, so that nothing can be said
     * @param same whether nothing would change
     */
    record Preview(boolean broken, boolean same, List<Change> changes) {}

    @GET
    @Operation(hidden = true)
    public Response form() {
        var form = SettingsForm.of(analysis.settings(current.id()));
        return page(200, form, Map.of(), null);
    }

    /** Keeps the settings and calculates with them. */
    @POST
    @Operation(hidden = true)
    public Response save(@BeanParam SettingsForm form) {
        var read = form.read();
        if (read.settings() == null) return page(400, form, read.problems(), null);
        analysis.change(current.id(), read.settings());
        analysis.catchUp(current.id());
        return Answer.seeOther("/segments");
    }

    /** Says what would change; nothing does. */
    @POST
    @Path("preview")
    @Operation(hidden = true)
    public Response preview(@BeanParam SettingsForm form, @HeaderParam("HX-Request") @Nullable String htmx) {
        var read = form.read();
        var preview = read.settings() == null ? new Preview(true, false, List.of()) : preview(read.settings());
        if (htmx != null) return Answer.page(200, Templates.preview(web.frame(), preview));
        return page(preview.broken() ? 400 : 200, form, read.problems(), preview);
    }

    private Preview preview(RfmSettings settings) {
        var user = current.id();
        analysis.catchUp(user);
        var before = analysis.outcome(user);
        var after = analysis.preview(user, settings);
        var frame = web.frame();
        var changes = new ArrayList<Change>();
        boolean same = true;
        for (var segment : Segment.values()) {
            int had = count(before.totals(), segment), has = count(after.totals(), segment);
            same &= had == has;
            changes.add(change(frame, segment.label(current.language()), had, has));
        }
        if (before.outside() + after.outside() > 0) {
            same &= before.outside() == after.outside();
            changes.add(change(frame, frame.say("settings.outside"), before.outside(), after.outside()));
        }
        return new Preview(false, same, changes);
    }

    private static Change change(Frame frame, String label, int had, int has) {
        return new Change(label, frame.count(had), frame.count(has), difference(frame, has - had));
    }

    private static String difference(Frame frame, int more) {
        if (more == 0) return "=";
        return (more > 0 ? "+" : "−") + frame.count(Math.abs(more));
    }

    private static int count(List<SegmentTotals> totals, Segment segment) {
        return totals.stream()
                .filter(t -> t.segment() == segment)
                .mapToInt(SegmentTotals::customers)
                .sum();
    }

    private Response page(int status, SettingsForm form, Map<String, Text> problems, @Nullable Preview preview) {
        var frame = web.frame();
        var groups = Arrays.asList(
                group(frame, form, problems, "recency", "numeric"),
                group(frame, form, problems, "frequency", "numeric"),
                group(frame, form, problems, "monetary", "decimal"));
        var shown = new Shown(
                form.method() == null ? "" : form.method(),
                said(frame, problems, "method"),
                form.windowDays() == null ? "" : form.windowDays(),
                said(frame, problems, "window_days"),
                groups,
                !problems.isEmpty());
        return Answer.page(status, Templates.settings(frame, shown, preview));
    }

    private static Group group(
            Frame frame, SettingsForm form, Map<String, Text> problems, String measure, String mode) {
        var fields = new ArrayList<Field>();
        for (int i = 0; i < 4; i++) {
            var id = measure + "_" + (i + 1);
            // the best score of recency is the first, of the others the last
            int score = measure.equals("recency") ? 5 - i : i + 1;
            fields.add(new Field(
                    id,
                    measure,
                    frame.say("settings.score", score),
                    form.text(measure, i),
                    mode,
                    said(frame, problems, id)));
        }
        return new Group(frame.say("settings." + measure), frame.say("settings." + measure + "_hint"), fields);
    }

    private static @Nullable String said(Frame frame, Map<String, Text> problems, String field) {
        var text = problems.get(field);
        return text == null ? null : frame.say(text);
    }
}
