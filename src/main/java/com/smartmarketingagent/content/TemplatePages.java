package com.smartmarketingagent.content;

import com.smartmarketingagent.account.Answer;
import com.smartmarketingagent.account.Frame;
import com.smartmarketingagent.account.WebSession;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Ids;
import com.smartmarketingagent.platform.Paging;
import com.smartmarketingagent.platform.Problem;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
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
import org.jboss.resteasy.reactive.RestQuery;
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
    private final TemplateCard card;

    TemplatePages(CurrentUser user, WebSession web, Db db, TemplateRepository templates, TemplateCard card) {
        this.user = user;
        this.web = web;
        this.db = db;
        this.templates = templates;
        this.card = card;
    }

    @CheckedTemplate(basePath = "content")
    static final class Templates {
        private Templates() {}

        static native TemplateInstance templates(Frame frame, Listing listing);
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

    @GET
    @Operation(hidden = true)
    public Response list(
            @RestQuery @DefaultValue("") String search,
            @RestQuery("page") @DefaultValue("1") int page,
            @RestQuery @Nullable String deleted) {
        var wanted = search.replaceAll("\\p{Cc}", " ").strip();
        var its = wanted.substring(0, Math.min(wanted.length(), LONGEST_SEARCH));
        var filter = new TemplateRepository.Filter(its.isEmpty() ? null : its, null, null);
        var frame = web.frame();
        var listing = db.inTenant(user.id(), tx -> {
            long total = templates.count(tx, user.id(), filter);
            var paging = new Paging(Math.clamp(page, 1, 1_000_000), ROWS).within(total);
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

    @GET
    @Path("{id}")
    @Operation(hidden = true)
    public Response template(UUID id, @RestQuery @Nullable String done) {
        var said = done != null && done.matches("kept|saved|used") ? web.frame().say("content.done_" + done) : null;
        return db.inTenant(user.id(), tx -> {
            var template = templates.get(tx, user.id(), id);
            return card.page(tx, 200, template, TemplateForm.of(template), Map.of(), said);
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
                    now.reworded(now.name(), old.subject(), old.preheader(), old.text(), now.favourite()));
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
}
