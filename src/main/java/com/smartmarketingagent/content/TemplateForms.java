package com.smartmarketingagent.content;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.smartmarketingagent.account.Answer;
import com.smartmarketingagent.account.Conflict;
import com.smartmarketingagent.account.Frame;
import com.smartmarketingagent.account.WebSession;
import com.smartmarketingagent.content.Brief.ContentType;
import com.smartmarketingagent.content.Template.Wording;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Ids;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.rfm.Segment;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import jakarta.validation.Validator;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestForm;
import org.jdbi.v3.core.Handle;

/** Keeping a text that was written, writing one of the owner's own, and changing either, with a browser. */
@Path("/content/templates")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
class TemplateForms {

    private final CurrentUser user;
    private final WebSession web;
    private final Db db;
    private final TemplateRepository templates;
    private final ContentRepository content;
    private final TemplateCard card;
    private final Validator validator;
    private final ObjectMapper json = new ObjectMapper().setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE);

    TemplateForms(
            CurrentUser user,
            WebSession web,
            Db db,
            TemplateRepository templates,
            ContentRepository content,
            TemplateCard card,
            Validator validator) {
        this.user = user;
        this.web = web;
        this.db = db;
        this.templates = templates;
        this.content = content;
        this.card = card;
        this.validator = validator;
    }

    @CheckedTemplate(basePath = "content")
    static final class Templates {
        private Templates() {}

        static native TemplateInstance own(Frame frame, Own own);
    }

    /** The form for a text of the owner's own. */
    record Own(TemplateForm form, Map<String, String> problems, List<Option> types, List<Option> segments) {}

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
            var message = messages.get(Integer.parseInt(variant));
            templates.insert(tx, user.id(), made, wording(tx, brief, message), written.brief());
        });
        return Answer.seeOther("/content/templates/" + made + "?done=kept");
    }

    private Wording wording(Handle tx, Brief brief, Message message) {
        var frame = web.frame();
        var name = frame.say("content.goal." + brief.goal().key()) + ", "
                + brief.segment().label(frame.language());
        int namesakes = templates.namesakes(tx, user.id(), name);
        return new Wording(
                namesakes == 0 ? name : name + " (" + (namesakes + 1) + ")",
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
    @Path("new")
    @Operation(hidden = true)
    public Response own() {
        return own(200, TemplateForm.EMPTY, Map.of());
    }

    /** @param id made with the form, so that the form sent twice keeps one */
    @POST
    @Path("new")
    @Operation(hidden = true)
    public Response create(@RestForm @DefaultValue("") String id, @BeanParam TemplateForm form) {
        var made = Ids.read(id).orElseGet(Ids::next);
        try {
            var wording = form.fresh();
            var problems = problems(wording);
            if (!problems.isEmpty()) return own(400, form, problems);
            db.useTenant(user.id(), tx -> templates.insert(tx, user.id(), made, wording, null));
        } catch (Problem.Invalid e) {
            return own(400, form, web.frame().problems(e));
        }
        return Answer.seeOther("/content/templates/" + made + "?done=kept");
    }

    private Response own(int status, TemplateForm form, Map<String, String> problems) {
        var frame = web.frame();
        var types = Option.of(
                ContentType.values(), ContentType::key, t -> frame.say("content.type." + t.key()), form.contentType());
        var segments = new ArrayList<Option>();
        segments.add(
                new Option("", frame.say("content.everybody"), form.segment().isEmpty()));
        segments.addAll(Option.of(Segment.values(), Segment::key, g -> g.label(frame.language()), form.segment()));
        return Answer.page(status, Templates.own(frame, new Own(form, problems, types, segments)));
    }

    private Map<String, String> problems(Wording wording) {
        var problems = Answer.problems(validator.validate(wording));
        try {
            if (problems.isEmpty()) wording.checked();
            return problems;
        } catch (Problem.Invalid e) {
            return web.frame().problems(e);
        }
    }

    /** What somebody else wrote meanwhile isn't written over before its owner has seen it. */
    @POST
    @Path("{id}")
    @Operation(hidden = true)
    public Response save(UUID id, @BeanParam TemplateForm form) {
        return db.inTenant(user.id(), tx -> {
            templates.lock(tx, user.id(), id);
            var before = templates.get(tx, user.id(), id);
            var wording = before.reworded(form.name(), form.subject(), form.preheader(), form.text(), form.starred());
            var problems = problems(wording);
            if (!problems.isEmpty()) return card.page(tx, 400, before, form, problems, null);
            boolean changed = !form.seen().isEmpty() && !form.seen().equals(String.valueOf(before.version()));
            var conflicts = changed ? form.conflicts(web.frame(), TemplateForm.of(before)) : List.<Conflict>of();
            if (!conflicts.isEmpty()) return card.conflict(tx, before, form.seeing(before), conflicts);
            templates.update(tx, user.id(), id, wording);
            return Answer.seeOther("/content/templates/" + id + "?done=saved");
        });
    }
}
