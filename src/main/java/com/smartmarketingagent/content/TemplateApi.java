package com.smartmarketingagent.content;

import com.smartmarketingagent.content.Brief.ContentType;
import com.smartmarketingagent.content.ContentApi.Content;
import com.smartmarketingagent.content.ContentApi.Example;
import com.smartmarketingagent.content.Template.Version;
import com.smartmarketingagent.content.Template.Wording;
import com.smartmarketingagent.content.TemplateRepository.Filter;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Envelope;
import com.smartmarketingagent.platform.Envelope.Empty;
import com.smartmarketingagent.platform.Idempotency;
import com.smartmarketingagent.platform.Idempotency.Answer;
import com.smartmarketingagent.platform.Ids;
import com.smartmarketingagent.platform.OneLine;
import com.smartmarketingagent.platform.Paging;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Validated;
import com.smartmarketingagent.rfm.Segment;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestQuery;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Texts that the owner keeps: saved, changed with what they said before, found, used, deleted and brought back. */
@Path("/api/content/templates")
@Consumes(MediaType.APPLICATION_JSON)
@Validated
class TemplateApi {

    private final CurrentUser user;
    private final Db db;
    private final Idempotency idempotency;
    private final TemplateRepository templates;
    private final ContentRepository content;

    TemplateApi(
            CurrentUser user, Db db, Idempotency idempotency, TemplateRepository templates, ContentRepository content) {
        this.user = user;
        this.db = db;
        this.idempotency = idempotency;
        this.templates = templates;
        this.content = content;
    }

    record OneTemplate(Template template) {}

    record ManyTemplates(List<Template> templates) {}

    /** @param versions what it said before, newest first */
    record History(Template template, List<Version> versions) {}

    /** @param examples as up to three customers would read it; none for what everybody reads */
    record Used(Template template, List<Example> examples) {}

    /** @param search in name, subject and text */
    @GET
    public Envelope<ManyTemplates> list(
            @RestQuery @Nullable @OneLine @Size(max = 200) String search,
            @RestQuery("content_type") @Nullable String contentType,
            @RestQuery @Nullable @Pattern(regexp = "true|false", message = "{content.flag}") String favourite,
            @BeanParam @Valid Paging paging) {
        var filter = new Filter(
                Brief.given(search),
                contentType == null ? null : type(contentType),
                favourite == null ? null : Boolean.valueOf(favourite));
        return db.inTenant(
                user.id(),
                tx -> Envelope.page(
                        new ManyTemplates(templates.list(tx, user.id(), filter, paging)),
                        paging,
                        templates.count(tx, user.id(), filter)));
    }

    static ContentType type(String key) {
        return Arrays.stream(ContentType.values())
                .filter(t -> t.key().equals(key))
                .findAny()
                .orElseThrow(() -> Problem.Invalid.wrongKind("content_type"));
    }

    @POST
    public Response create(@NotNull @Valid Wording words, @RestHeader("Idempotency-Key") @Nullable String key) {
        var checked = words.checked();
        return idempotency.once(user.id(), key, "POST /api/content/templates", words, tx -> {
            var id = Ids.next();
            templates.insert(tx, user.id(), id, checked, brief(tx, checked));
            return new Answer(201, Envelope.of(new OneTemplate(templates.get(tx, user.id(), id))));
        });
    }

    /** @throws Problem.NotFound if nothing was written under that id */
    private @Nullable String brief(Handle tx, Wording words) {
        return words.contentId() == null
                ? null
                : content.find(tx, user.id(), words.contentId())
                        .orElseThrow(() -> new Problem.NotFound("content"))
                        .brief();
    }

    @GET
    @Path("{id}")
    public Envelope<History> get(UUID id) {
        return db.inTenant(
                user.id(),
                tx -> Envelope.of(
                        new History(templates.get(tx, user.id(), id), templates.versions(tx, user.id(), id))));
    }

    /** Replaces everything; what the words were is kept as a version. */
    @PUT
    @Path("{id}")
    public Envelope<OneTemplate> replace(UUID id, @NotNull @Valid Wording words) {
        var checked = words.checked();
        return db.inTenant(user.id(), tx -> {
            templates.lock(tx, user.id(), id);
            templates.update(tx, user.id(), id, checked);
            return Envelope.of(new OneTemplate(templates.get(tx, user.id(), id)));
        });
    }

    @DELETE
    @Path("{id}")
    public Envelope<Empty> delete(UUID id) {
        boolean gone = db.inTenant(user.id(), tx -> templates.delete(tx, user.id(), id));
        if (!gone) throw new Problem.NotFound("template");
        return Envelope.empty();
    }

    /** Undoes a deletion. */
    @POST
    @Path("{id}/restore")
    @Consumes(MediaType.WILDCARD)
    public Envelope<OneTemplate> restore(UUID id) {
        return db.inTenant(user.id(), tx -> {
            templates.restore(tx, user.id(), id);
            return Envelope.of(new OneTemplate(templates.get(tx, user.id(), id)));
        });
    }

    /**
     * Counts one use and shows the text as customers would read it.
     *
     * @param segment whose customers; null for those the template is for
     */
    @POST
    @Path("{id}/use")
    @Consumes(MediaType.WILDCARD)
    public Envelope<Used> use(UUID id, @RestQuery @Nullable String segment) {
        var wanted = segment == null
                ? null
                : Segment.byKey(segment).orElseThrow(() -> new Problem.Invalid("segment", "rfm.segment"));
        return db.inTenant(user.id(), tx -> {
            templates.lock(tx, user.id(), id);
            templates.used(tx, user.id(), id);
            var template = templates.get(tx, user.id(), id);
            return Envelope.of(new Used(template, examples(tx, template, wanted)));
        });
    }

    private List<Example> examples(Handle tx, Template template, @Nullable Segment wanted) {
        var segment = wanted == null ? template.segment() : wanted;
        if (template.contentType().isPublic() || segment == null) return List.of();
        var sample = content.sample(tx, user.id(), segment);
        return sample.readers().stream()
                .map(r -> Content.example(template.message(), r, sample.shop()))
                .toList();
    }
}
