package com.smartmarketingagent.importing;

import com.smartmarketingagent.account.Answer;
import com.smartmarketingagent.account.Audit;
import com.smartmarketingagent.account.Audit.CustomerList;
import com.smartmarketingagent.account.Frame;
import com.smartmarketingagent.account.Limits;
import com.smartmarketingagent.account.ShopCalendar;
import com.smartmarketingagent.account.WebSession;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Figures;
import com.smartmarketingagent.platform.HttpGuard;
import com.smartmarketingagent.platform.Ids;
import com.smartmarketingagent.platform.Paging;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Uploaded;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.multipart.FileUpload;
import org.jspecify.annotations.Nullable;

/** Handing a file over, watching it go in, reading what came of it, taking it back. {@link DraftPages} lies between. */
@Path("/imports")
@Produces(MediaType.TEXT_HTML)
class ImportPages {

    private static final int LISTED = 20;

    /** More than {@link Drafts} makes of one workbook. */
    private static final int WAITING = 40;

    private static final int REFUSED_SHOWN = 20;

    private final CurrentUser user;
    private final WebSession web;
    private final Db db;
    private final ImportRepository imports;
    private final DraftRepository waiting;
    private final RefusalRepository refusals;
    private final Importing importing;
    private final Drafts drafts;
    private final RefusedRows refused;
    private final ShopCalendar calendar;
    private final Limits limits;
    private final HttpGuard guard;
    private final Audit audit;

    ImportPages(
            CurrentUser user,
            WebSession web,
            Db db,
            ImportRepository imports,
            DraftRepository waiting,
            RefusalRepository refusals,
            Importing importing,
            Drafts drafts,
            RefusedRows refused,
            ShopCalendar calendar,
            Limits limits,
            HttpGuard guard,
            Audit audit) {
        this.user = user;
        this.web = web;
        this.db = db;
        this.imports = imports;
        this.waiting = waiting;
        this.refusals = refusals;
        this.importing = importing;
        this.drafts = drafts;
        this.refused = refused;
        this.calendar = calendar;
        this.limits = limits;
        this.guard = guard;
        this.audit = audit;
    }

    @CheckedTemplate(basePath = "importing")
    static final class Templates {
        private Templates() {}

        static native TemplateInstance list(Frame frame, Listing listing, long megabytes, String problem);

        static native TemplateInstance progress(Frame frame, ImportView state);

        static native TemplateInstance state(Frame frame, ImportView state);

        static native TemplateInstance undo(
                Frame frame, Import of, UndoRepository.Extent extent, UndoRepository.Later later);
    }

    /**
     * @param day when it was handed over, in the shop
     * @param toMend how many rows were refused that can be mended, in words
     */
    record Item(Import of, String day, String label, String toMend) {}

    /**
     * A file whose owner has not decided yet.
     *
     * @param since when it was sent, in words
     */
    record Waiting(UUID id, String fileName, String since) {}

    /** One part of the list of imports; the drafts before the first. @param off whether no file may come */
    record Listing(boolean off, List<Waiting> waiting, List<Item> items, int page, boolean more) {}

    /**
     * One import.
     *
     * @param percent how far it is
     * @param label its state in words
     * @param skipped refused rows of orders that were cancelled or aren't paid: nothing to do
     * @param refused the first of the other refused rows; empty also after the 90 days that they are kept
     * @param original whether the file can be had again
     * @param later whose rows went with it; of nothing while it isn't undone
     */
    record ImportView(
            Import of,
            long percent,
            String label,
            long skipped,
            List<Line.Said> refused,
            boolean original,
            UndoRepository.Later later) {

        /** Whether the shop is as it was before it. */
        public boolean whole() {
            return of.kept() == 0 && later.rows() == 0;
        }

        /** Refused rows that can be mended; all of them where they are {@link #gone}. */
        public long toMend() {
            return of.rows().refused() - skipped;
        }

        /** Whether the refused rows are no longer kept: nobody knows which of them could have been mended. */
        public boolean gone() {
            return of.rows().refused() > 0 && skipped == 0 && refused.isEmpty();
        }

        public boolean running() {
            return !of.ended();
        }
    }

    @GET
    @Operation(hidden = true)
    public Response list(@RestQuery("page") @DefaultValue("1") int page) {
        return Answer.page(200, listing(Math.clamp(page, 1, 100_000), ""));
    }

    private TemplateInstance listing(int page, String problem) {
        var frame = web.frame();
        var id = user.id();
        var listing = db.inTenantSnapshot(id, tx -> {
            long total = imports.count(tx, id);
            var paging = new Paging(page, LISTED).within(total);
            var zone = calendar.zone(tx, id);
            var shown = imports.list(tx, id, paging);
            var kept = refusals.kept(tx, id, shown.stream().map(Import::id).toList()).stream()
                    .collect(Collectors.toMap(RefusalRepository.Kept::importId, Function.identity()));
            var items = shown.stream()
                    .map(i -> new Item(
                            i,
                            frame.day(i.createdAt().atZone(zone).toLocalDate()),
                            label(i),
                            toMend(i, kept.get(i.id()))))
                    .toList();
            var first = paging.page() > 1
                    ? List.<Waiting>of()
                    : waiting.list(tx, id, WAITING).stream()
                            .map(d -> new Waiting(
                                    d.id(), d.fileName(), Figures.moment(user.language(), d.createdAt(), zone)))
                            .toList();
            return new Listing(
                    limits.isOff(tx, id, Limits.Feature.IMPORTS),
                    first,
                    items,
                    paging.page(),
                    total > paging.offset() + LISTED);
        });
        return Templates.list(frame, listing, guard.largestUpload() >> 20, problem);
    }

    /** @param kept null where no refused rows are: nobody knows any more which of them could have been mended */
    private String toMend(Import one, RefusalRepository.@Nullable Kept kept) {
        long refused = one.rows().refused();
        if (refused > 0 && kept == null)
            return web.frame().say("import.at_most", web.frame().count(refused));
        return web.frame().count(kept == null ? 0 : refused - kept.skipped());
    }

    private String label(Import one) {
        return web.frame().say("import.state." + one.status());
    }

    /** Keeps the file and goes on to what is in it. */
    @POST
    @Consumes(MediaType.MULTIPART_FORM_DATA)
    @Operation(hidden = true)
    public Response upload(@RestForm @Nullable FileUpload file, @RestForm @DefaultValue("") String id) {
        try {
            var chosen = Uploaded.required(file, "import.no_file");
            var draft = drafts.keep(user.id(), form(id), chosen.uploadedFile(), chosen.fileName());
            return Answer.seeOther("/imports/" + draft + "/check");
        } catch (Problem.Invalid e) {
            return Answer.page(400, listing(1, web.frame().say(e.text())));
        } catch (Problem.TooLarge e) {
            return Answer.page(413, listing(1, web.frame().say(e.text())));
        } catch (Problem.Unsupported e) {
            return Answer.page(415, listing(1, web.frame().say(e.text())));
        } catch (Problem.Conflict e) {
            return Answer.page(409, listing(1, web.frame().say(e.text())));
        }
    }

    private static UUID form(String given) {
        try {
            return given.isEmpty() ? Ids.next() : UUID.fromString(given);
        } catch (IllegalArgumentException e) {
            throw new Problem.Invalid(new Problem.Text("unreadable"));
        }
    }

    @GET
    @Path("/{id}")
    @Operation(hidden = true)
    public Response get(@RestPath UUID id) {
        if (drafts.find(user.id(), id).isPresent()) {
            return Answer.seeOther("/imports/" + id + "/check");
        }
        return Answer.page(200, Templates.progress(web.frame(), view(id)));
    }

    /** The part of the page that changes while the import runs. */
    @GET
    @Path("/{id}/state")
    @Operation(hidden = true)
    public Response state(@RestPath UUID id) {
        return Answer.page(200, Templates.state(web.frame(), view(id)));
    }

    private ImportView view(UUID id) {
        var one = importing.get(user.id(), id);
        var rows = one.rows().refused() == 0
                ? new Importing.Refused(0, List.of())
                : importing.refused(user.id(), id, REFUSED_SHOWN, user.language());
        boolean original = one.ended() && importing.hasOriginal(user.id(), id);
        var later = one.undoneAt() == null ? new UndoRepository.Later(List.of(), 0) : importing.later(user.id(), id);
        return new ImportView(
                one, (long) (one.progress() * 100), label(one), rows.skipped(), rows.toMend(), original, later);
    }

    @GET
    @Path("/{id}/refused")
    @Produces("text/csv; charset=utf-8")
    @Operation(hidden = true)
    public Response refused(@RestPath UUID id) {
        importing.get(user.id(), id);
        audit.noteList(user.id(), CustomerList.REFUSED_ROWS);
        var frame = web.frame();
        var titles = Stream.of("row", "column", "value", "reason")
                .map(t -> frame.say("import.title_" + t))
                .toList();
        return Response.ok(refused.csv(user.id(), id, user.language(), titles))
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"baris-ditolak.csv\"")
                .build();
    }

    /** The file as it was sent. */
    @GET
    @Path("/{id}/file")
    @Produces(MediaType.APPLICATION_OCTET_STREAM)
    @Operation(hidden = true)
    public Response original(@RestPath UUID id) {
        return Answer.seeOther(importing.original(user.id(), id).url().toString());
    }

    /** What taking it back would do, before it is done. */
    @GET
    @Path("/{id}/undo")
    @Operation(hidden = true)
    public Response askUndo(@RestPath UUID id) {
        var one = importing.get(user.id(), id);
        if (!one.status().equals("done")) return Answer.seeOther("/imports/" + id);
        return Answer.page(
                200, Templates.undo(web.frame(), one, importing.extent(user.id(), id), importing.later(user.id(), id)));
    }

    @POST
    @Path("/{id}/undo")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response undo(@RestPath UUID id) {
        // undone already, by the same button pressed twice: its page says so
        if (importing.get(user.id(), id).status().equals("done")) importing.undo(user.id(), id);
        return Answer.seeOther("/imports/" + id);
    }
}
