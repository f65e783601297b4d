package com.smartmarketingagent.content;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.smartmarketingagent.account.Answer;
import com.smartmarketingagent.account.Frame;
import com.smartmarketingagent.account.ShopCalendar;
import com.smartmarketingagent.account.WebSession;
import com.smartmarketingagent.content.Brief.ContentType;
import com.smartmarketingagent.content.ContentApi.Content;
import com.smartmarketingagent.content.Template.Wording;
import com.smartmarketingagent.customer.Phone;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Figures;
import com.smartmarketingagent.platform.Ids;
import com.smartmarketingagent.platform.Paging;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.rfm.Segment;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import jakarta.validation.Validator;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.RestQuery;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The texts an owner keeps, with a browser. */
@Path("/content/templates")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
class TemplatePages {

    private static final int ROWS = 20;
    private static final int LONGEST_SEARCH = 200;

    private final CurrentUser user;
    private final WebSession web;
    private final Db db;
    private final TemplateRepository templates;
    private final ContentRepository content;
    private final ShopCalendar calendar;
    private final Validator validator;
    private final ObjectMapper json = new ObjectMapper()
            .setPropertyNamingStrategy(com.fasterxml.jackson.databind.PropertyNamingStrategies.SNAKE_CASE);

    TemplatePages(
            CurrentUser user,
            WebSession web,
            Db db,
            TemplateRepository templates,
            ContentRepository content,
            ShopCalendar calendar,
            Validator validator) {
        this.user = user;
        this.web = web;
        this.db = db;
        this.templates = templates;
        this.content = content;
        this.calendar = calendar;
        this.validator = validator;
    }

    @CheckedTemplate(basePath = "content")
    static final class Templates {
        private Templates() {}

        static native TemplateInstance templates(Frame frame, Listing listing);

        static native TemplateInstance template(Frame frame, Shown shown);
    }

    /** @param kind of text, in words */
    record Row(UUID id, String name, boolean favourite, String kind, long timesUsed, String text) {}

    /** @param deleted the one just deleted, which can be brought back; null for none */
    record Listing(
            List<Row> rows,
            long total,
            String search,
            @Nullable String previous,
            @Nullable String next,
            @Nullable UUID deleted) {}

    /** What its form holds. */
    record Form(String name, String subject, String preheader, String text, boolean favourite) {}

    /** @param link opens WhatsApp with the text; null without a phone */
    record Example(String name, String text, @Nullable String link) {}

    record Old(int number, String replaced, String text) {}

    /** @param name as it is kept, whatever the form says */
    record Shown(
            UUID id,
            String name,
            boolean mail,
            Form form,
            Map<String, String> problems,
            List<Example> examples,
            List<Old> versions,
            @Nullable String done) {}

    @GET
    @Operation(hidden = true)
    public Response list(
            @RestQuery @DefaultValue("") String search,
            @RestQuery @DefaultValue("1") @Min(1) @Max(1_000_000) int page,
            @RestQuery @Nullable String deleted) {
        var wanted = search.replaceAll("\\p{Cc}", " ").strip();
        var its = wanted.substring(0, Math.min(wanted.length(), LONGEST_SEARCH));
        var filter = new TemplateRepository.Filter(its.isEmpty() ? null : its, null, null);
        var frame = web.frame();
        var listing = db.inTenant(user.id(), tx -> {
            long total = templates.count(tx, user.id(), filter);
            var paging = new Paging(page, ROWS).within(total);
            int shown = paging.page();
            var rows = templates.list(tx, user.id(), filter, paging).stream()
                    .map(t -> new Row(
                            t.id(),
                            t.name(),
                            t.favourite(),
                            frame.say("content.type." + t.contentType().key()),
                            t.timesUsed(),
                            t.text()))
                    .toList();
            return new Listing(
                    rows,
                    total,
                    its,
                    shown == 1 ? null : address(its, shown - 1),
                    paging.offset() + rows.size() < total ? address(its, shown + 1) : null,
                    deleted == null ? null : Ids.read(deleted).orElse(null));
        });
        return Answer.page(200, Templates.templates(frame, listing));
    }

    private static String address(String search, int page) {
        return "/content/templates?page=" + page + "&search=" + URLEncoder.encode(search, StandardCharsets.UTF_8);
    }

    /**
     * Keeps one of the texts that were written.
     *
     * @param id made with the form, so that the form sent twice keeps one
     */
    @POST
    @Operation(hidden = true)
    public Response keep(
            @RestForm @DefaultValue("") String id,
            @RestForm("content_id") @DefaultValue("") String contentId,
            @RestForm @DefaultValue("0") String variant) {
        var made = Ids.read(id).orElseGet(Ids::next);
        db.useTenant(user.id(), tx -> {
            var written = Ids.read(contentId)
                    .flatMap(c -> content.find(tx, user.id(), c))
                    .orElseThrow(() -> new Problem.NotFound("content"));
            var messages = read(written.variants(), new TypeReference<List<Message>>() {});
            var brief = read(written.brief(), new TypeReference<Brief>() {});
            if (!variant.matches("[0-4]") || Integer.parseInt(variant) >= messages.size())
                throw new Problem.NotFound("content");
            templates.insert(
                    tx, user.id(), made, wording(brief, messages.get(Integer.parseInt(variant))), written.brief());
        });
        return Answer.seeOther("/content/templates/" + made + "?done=kept");
    }

    private Wording wording(Brief brief, Message message) {
        var frame = web.frame();
        return new Wording(
                frame.say("content.goal." + brief.goal().key()) + ", "
                        + brief.segment().label(frame.language()),
                brief.contentType(),
                brief.segment(),
                brief.goal(),
                brief.tongue(),
                message.subject(),
                message.preheader(),
                message.text(),
                false,
                null);
    }

    private <T> T read(String stored, TypeReference<T> type) {
        try {
            return json.readValue(stored, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    @GET
    @Path("{id}")
    @Operation(hidden = true)
    public Response template(UUID id, @RestQuery @Nullable String done) {
        var said = done != null && done.matches("kept|saved|used") ? web.frame().say("content.done_" + done) : null;
        return db.inTenant(user.id(), tx -> {
            var template = templates.get(tx, user.id(), id);
            return page(tx, 200, template, form(template), Map.of(), said);
        });
    }

    private static Form form(Template t) {
        return new Form(
                t.name(),
                t.subject() == null ? "" : t.subject(),
                t.preheader() == null ? "" : t.preheader(),
                t.text(),
                t.favourite());
    }

    @POST
    @Path("{id}")
    @Operation(hidden = true)
    public Response save(
            UUID id,
            @RestForm @DefaultValue("") String name,
            @RestForm @DefaultValue("") String subject,
            @RestForm @DefaultValue("") String preheader,
            @RestForm @DefaultValue("") String text,
            @RestForm @DefaultValue("") String favourite) {
        var form = new Form(name, subject, preheader, text, favourite.equals("yes"));
        return db.inTenant(user.id(), tx -> {
            templates.lock(tx, user.id(), id);
            var before = templates.get(tx, user.id(), id);
            var wording = new Wording(
                    name,
                    before.contentType(),
                    before.segment(),
                    before.goal(),
                    before.language(),
                    subject,
                    preheader,
                    text,
                    form.favourite(),
                    null);
            var problems = Answer.problems(validator.validate(wording));
            try {
                if (problems.isEmpty()) wording.checked();
            } catch (Problem.Invalid e) {
                problems = web.frame().problems(e);
            }
            if (!problems.isEmpty()) return page(tx, 400, before, form, problems, null);
            templates.update(tx, user.id(), id, wording);
            return Answer.seeOther("/content/templates/" + id + "?done=saved");
        });
    }

    /** Counts one use; the page then shows it as customers would read it, with a way to WhatsApp. */
    @POST
    @Path("{id}/use")
    @Operation(hidden = true)
    public Response use(UUID id) {
        db.useTenant(user.id(), tx -> {
            templates.lock(tx, user.id(), id);
            templates.used(tx, user.id(), id);
        });
        return Answer.seeOther("/content/templates/" + id + "?done=used");
    }

    /** Says again what it said before; what it says now becomes a version too. */
    @POST
    @Path("{id}/versions/{version}")
    @Operation(hidden = true)
    public Response back(UUID id, int version) {
        db.useTenant(user.id(), tx -> {
            templates.lock(tx, user.id(), id);
            var now = templates.get(tx, user.id(), id);
            var old = templates.versions(tx, user.id(), id).stream()
                    .filter(v -> v.version() == version)
                    .findAny()
                    .orElseThrow(() -> new Problem.NotFound("template"));
            templates.update(
                    tx,
                    user.id(),
                    id,
                    new Wording(
                            now.name(),
                            now.contentType(),
                            now.segment(),
                            now.goal(),
                            now.language(),
                            old.subject(),
                            old.preheader(),
                            old.text(),
                            now.favourite(),
                            null));
        });
        return Answer.seeOther("/content/templates/" + id + "?done=saved");
    }

    @POST
    @Path("{id}/delete")
    @Operation(hidden = true)
    public Response delete(UUID id) {
        db.useTenant(user.id(), tx -> templates.delete(tx, user.id(), id));
        return Answer.seeOther("/content/templates?deleted=" + id);
    }

    @POST
    @Path("{id}/restore")
    @Operation(hidden = true)
    public Response restore(UUID id) {
        db.useTenant(user.id(), tx -> {
            templates.restore(tx, user.id(), id);
            templates.lock(tx, user.id(), id);
        });
        return Answer.seeOther("/content/templates/" + id);
    }

    private Response page(
            Handle tx, int status, Template template, Form form, Map<String, String> problems, @Nullable String done) {
        var zone = calendar.zone(tx, user.id());
        var versions = templates.versions(tx, user.id(), template.id()).stream()
                .map(v -> new Old(v.version(), Figures.moment(user.language(), v.replacedAt(), zone), v.text()))
                .toList();
        var shown = new Shown(
                template.id(),
                template.name(),
                template.contentType() == ContentType.EMAIL,
                form,
                problems,
                examples(tx, template),
                versions,
                done);
        return Answer.page(status, Templates.template(web.frame(), shown));
    }

    private List<Example> examples(Handle tx, Template template) {
        if (template.contentType().isPublic()) return List.of();
        var segment = template.segment() == null ? Segment.CHAMPIONS : template.segment();
        var sample = content.sample(tx, user.id(), segment);
        return sample.readers().stream()
                .map(reader -> {
                    var text = Content.example(template.message(), reader, sample.shop())
                            .text();
                    var link = reader.phone() == null || template.contentType() == ContentType.EMAIL
                            ? null
                            : Phone.whatsApp(reader.phone()) + "?text="
                                    + URLEncoder.encode(text, StandardCharsets.UTF_8)
                                            .replace("+", "%20");
                    return new Example(reader.name(), text, link);
                })
                .toList();
    }
}
