package com.smartmarketingagent.importing;

import com.smartmarketingagent.account.Answer;
import com.smartmarketingagent.account.Frame;
import com.smartmarketingagent.account.WebSession;
import com.smartmarketingagent.importing.FileImport.Source;
import com.smartmarketingagent.importing.SalesRepository.TakenBack;
import com.smartmarketingagent.platform.CurrentUser;
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
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.RestPath;
import org.jspecify.annotations.Nullable;

/** A file before it is imported: what its columns are, and what would come of it. */
@Path("/imports/{id}/check")
@Produces(MediaType.TEXT_HTML)
class DraftPages {

    private static final int REFUSED_SHOWN = 5;

    private final CurrentUser user;
    private final WebSession web;
    private final Importing importing;
    private final Drafts drafts;
    private final Rehearsal rehearsal;

    DraftPages(CurrentUser user, WebSession web, Importing importing, Drafts drafts, Rehearsal rehearsal) {
        this.user = user;
        this.web = web;
        this.importing = importing;
        this.drafts = drafts;
        this.rehearsal = rehearsal;
    }

    @CheckedTemplate(basePath = "importing")
    static final class Templates {
        private Templates() {}

        static native TemplateInstance check(Frame frame, DraftView draft);
    }

    /** What may be chosen in a list. */
    record Choice(String value, String label, boolean chosen) {}

    /** A column as the form shows it; {@code number} tells it from the others. */
    record Column(int number, String heading, String examples, List<Choice> choices) {

        public boolean ignored() {
            return choices.getFirst().chosen();
        }
    }

    /**
     * What the trial showed.
     *
     * @param problem why the file can't be imported like this; empty if it can
     * @param ask whether only the owner can tell day from month
     * @param rows null where nothing was tried
     * @param complete false where only the beginning of the file was tried
     * @param skipped rows of orders that were cancelled or aren't paid
     * @param takenBack stored orders that the file says were cancelled
     * @param waits whether another import must end before anything can be tried
     * @param refused the first of the other rows that can't be used
     * @param read the first sales as they are understood, in words
     * @param order by which the file's days were read; null where nothing depends on it, or nothing was read
     * @param year by which days without one were read; empty where there are none
     */
    record Trial(
            String problem,
            boolean ask,
            Import.@Nullable Rows rows,
            boolean complete,
            long skipped,
            TakenBack takenBack,
            boolean waits,
            List<Line.Said> refused,
            List<String> read,
            @Nullable DateOrder order,
            String year) {

        static Trial problem(String sentence) {
            return new Trial(sentence, false, null, true, 0, TakenBack.NOTHING, false, List.of(), List.of(), null, "");
        }

        static Trial waiting() {
            return new Trial("", false, null, true, 0, TakenBack.NOTHING, true, List.of(), List.of(), null, "");
        }

        static Trial asking() {
            return new Trial("", true, null, true, 0, TakenBack.NOTHING, false, List.of(), List.of(), null, "");
        }

        public boolean runs() {
            return problem.isEmpty() && !ask && !vain();
        }

        /** Refused rows that can be mended. */
        public long toMend() {
            return rows == null ? 0 : rows.refused() - skipped;
        }

        /** Whether nothing of the file would be stored. */
        public boolean vain() {
            return rows != null && complete && rows.added() + rows.updated() == 0;
        }
    }

    /**
     * @param otherSheets names of sheets that are not read; empty if there are none
     * @param headingRow the row of the titles, from 1
     * @param layout whose export it is, in words; empty for the owner's own
     * @param read the columns that are read
     * @param others those that are not
     * @param orders of day and month; empty where the file leaves no choice
     * @param example a day of the file that can be read in both, as it is written there; empty where there is none
     */
    record DraftView(
            UUID id,
            String fileName,
            String otherSheets,
            int headingRow,
            String layout,
            List<Choice> kinds,
            List<Column> read,
            List<Column> others,
            List<Choice> orders,
            String example,
            Trial trial) {}

    @GET
    @Operation(hidden = true)
    public Response check(@RestPath UUID id) {
        var draft = drafts.find(user.id(), id);
        return draft.isPresent() ? page(200, view(id, draft.get(), trial(draft.get()))) : seeOther(id);
    }

    /**
     * What each column is; and, with {@code act=run}, that the file goes in like this.
     *
     * @param field {@code number:field} of every column
     */
    @POST
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response decide(
            @RestPath UUID id,
            @RestForm List<String> field,
            @RestForm @DefaultValue("") String kind,
            @RestForm("date_order") @DefaultValue("") String dateOrder,
            @RestForm @DefaultValue("") String act) {
        var draft = drafts.find(user.id(), id);
        // begun already, by the same button pressed twice
        if (draft.isEmpty()) return seeOther(id);
        if (missing(draft.get())) return page(400, view(id, draft.get(), trial(draft.get())));
        var corrected = correct(id, draft.get(), field, kind, dateOrder);
        if (!act.equals("run")) {
            return Answer.seeOther("/imports/" + id + "/check");
        }
        var twice = twice(corrected);
        if (!twice.isEmpty()) return page(400, view(id, corrected, Trial.problem(twice)));
        try {
            drafts.begin(user.id(), id);
            return seeOther(id);
        } catch (Problem.Invalid | Problem.TooLarge e) {
            return page(400, view(id, corrected, failed(e)));
        } catch (Problem.Conflict e) {
            return page(409, view(id, corrected, failed(e)));
        }
    }

    /** Throws the file away. */
    @POST
    @Path("/discard")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response discard(@RestPath UUID id) {
        drafts.discard(user.id(), id);
        return Answer.seeOther("/imports");
    }

    /** Lets each further sheet with the same columns wait as a file of its own. */
    @POST
    @Path("/sheets")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Operation(hidden = true)
    public Response sheets(@RestPath UUID id) {
        var draft = drafts.find(user.id(), id);
        if (draft.isEmpty()) return seeOther(id);
        if (missing(draft.get())) return page(400, view(id, draft.get(), trial(draft.get())));
        if (drafts.apart(user.id(), id, draft.get()) > 0) return Answer.seeOther("/imports");
        return page(400, view(id, draft.get(), Trial.problem(web.frame().say("import.sheets_differ"))));
    }

    private Source correct(UUID id, Source draft, List<String> fields, String kind, String dateOrder) {
        var wanted = kind.equals("customers") ? Kind.CUSTOMERS : Kind.TRANSACTIONS;
        var order = DateOrder.ofJson(dateOrder);
        // what a title means differs between the kinds
        var mapping = wanted == draft.kind() ? mapping(draft, fields) : Map.<String, String>of();
        drafts.correct(user.id(), id, wanted, mapping, order);
        return new Source(draft.file(), draft.name(), wanted, mapping, order);
    }

    private Map<String, String> mapping(Source draft, List<String> fields) {
        var named = named(rehearsal.columns(draft));
        var mapping = new HashMap<String, String>();
        for (var choice : fields) {
            var parts = choice.split(":", 2);
            int number = parts[0].matches("\\d{1,4}") ? Integer.parseInt(parts[0]) : -1;
            if (number < 0 || number >= named.size() || parts.length < 2 || Field.ofJson(parts[1]) == null) {
                throw new Problem.Invalid(new Problem.Text("unreadable"));
            }
            mapping.put(named.get(number).heading(), parts[1]);
        }
        return mapping;
    }

    /** Of columns with one title only the first can be spoken of. */
    private static List<Preview.Column> named(Preview preview) {
        var seen = new HashSet<String>();
        return preview.columns().stream().filter(c -> seen.add(c.heading())).toList();
    }

    /** The sweep was here, or the file lies on another server. */
    private static boolean missing(Source draft) {
        return !Files.exists(draft.file());
    }

    private Trial trial(Source draft) {
        if (missing(draft)) return Trial.problem(web.frame().say("import.file_gone"));
        if (drafts.isOff(user.id())) return Trial.problem(web.frame().say("import.off"));
        var twice = twice(draft);
        if (!twice.isEmpty()) return Trial.problem(twice);
        if (importing.recent(user.id(), 1).stream().anyMatch(i -> !i.ended())) {
            return Trial.waiting();
        }
        try {
            var preview = rehearsal.preview(user.id(), draft, user.language());
            var refused = preview.toMend().stream().limit(REFUSED_SHOWN).toList();
            if (preview.dateOrderDoubtful()) return Trial.asking();
            boolean ask = !preview.questions().isEmpty();
            return new Trial(
                    "",
                    ask,
                    preview.rows(),
                    preview.complete(),
                    preview.skipped(),
                    preview.takenBack(),
                    false,
                    refused,
                    read(preview),
                    preview.dateOrder(),
                    Objects.toString(preview.year(), ""));
        } catch (Problem.Invalid | Problem.TooLarge e) {
            return failed(e);
        }
    }

    /** Whether day and month, and the amount, are what they were meant to be. */
    private List<String> read(Preview preview) {
        return preview.sample().stream()
                .filter(Line.Sale.class::isInstance)
                .map(Line.Sale.class::cast)
                .map(sale -> Stream.of(
                                sale.name(),
                                web.frame().day(sale.date()),
                                web.frame().rupiah(sale.amount()))
                        .filter(Objects::nonNull)
                        .collect(Collectors.joining(" · ")))
                .toList();
    }

    private Trial failed(Problem problem) {
        boolean ask = problem.details().stream().anyMatch(d -> "options".equals(d.field()));
        if (ask) return Trial.asking();
        return Trial.problem(web.frame().say(problem.text()));
    }

    /** Two columns that were chosen to be the same, in words; empty if none were. */
    private String twice(Source draft) {
        var headings = new HashMap<Field, String>();
        for (var column : draft.mapping().entrySet()) {
            var field = Field.ofJson(column.getValue());
            if (field == null || field == Field.IGNORE) continue;
            var other = headings.put(field, column.getKey());
            if (other != null) return web.frame().say("import.field_twice", other, column.getKey(), label(field));
        }
        return "";
    }

    private DraftView view(UUID id, Source draft, Trial trial) {
        var layout = "plain";
        List<Preview.Column> named = List.of();
        List<String> otherSheets = List.of();
        int headingRow = 0;
        if (!missing(draft)) {
            var preview = rehearsal.columns(draft);
            layout = preview.layout();
            named = named(preview);
            otherSheets = preview.otherSheets();
            headingRow = preview.headingRow();
        }
        var columns = new ArrayList<Column>();
        for (int i = 0; i < named.size(); i++) columns.add(column(i, named.get(i), draft));
        var chosen = order(draft, trial);
        var example = chosen == null ? "" : rehearsal.twoWays(draft);
        return new DraftView(
                id,
                draft.name(),
                String.join(", ", otherSheets),
                headingRow,
                layout.equals("plain") ? "" : web.frame().say("import.layout." + layout),
                choices(Stream.of(Kind.values()), draft.kind(), "kind", Kind::name),
                columns.stream().filter(c -> !c.ignored()).toList(),
                columns.stream().filter(Column::ignored).toList(),
                !example.isEmpty()
                        ? choices(Stream.of(DateOrder.values()), chosen, "order", DateOrder::name)
                        : List.of(),
                example,
                trial);
    }

    /** What is chosen, or proposed where it is asked: what the shop's files had before, else what is usual here. */
    private @Nullable DateOrder order(Source draft, Trial trial) {
        if (draft.dateOrder() != null) return draft.dateOrder();
        if (trial.ask()) return drafts.lastOrder(user.id());
        // what is unusual here may be a mistake of the file's
        return trial.order() == DateOrder.MONTH_FIRST ? trial.order() : null;
    }

    private Column column(int number, Preview.Column column, Source draft) {
        var chosen = Field.ofJson(chosen(draft, column));
        var usable = Stream.concat(
                Stream.of(Field.IGNORE),
                Stream.of(Field.values()).filter(f -> f != Field.IGNORE && Mapping.fits(f, draft.kind())));
        return new Column(
                number,
                column.heading(),
                String.join(" · ", column.examples()),
                choices(usable, chosen, "field", Field::name));
    }

    private static String chosen(Source draft, Preview.Column column) {
        return draft.mapping().getOrDefault(column.heading(), column.field());
    }

    private <T> List<Choice> choices(Stream<T> all, @Nullable T chosen, String words, Function<T, String> name) {
        return all.map(one -> {
                    var value = name.apply(one).toLowerCase(Locale.ROOT);
                    return new Choice(value, web.frame().say("import." + words + "." + value), one.equals(chosen));
                })
                .toList();
    }

    private String label(Field field) {
        return web.frame().say("import.field." + field.json());
    }

    private Response page(int status, DraftView draft) {
        return Answer.page(status, Templates.check(web.frame(), draft));
    }

    private static Response seeOther(UUID id) {
        return Answer.seeOther("/imports/" + id);
    }
}
