package com.smartmarketingagent.admin;

import com.smartmarketingagent.account.Account;
import com.smartmarketingagent.account.Administration;
import com.smartmarketingagent.account.Answer;
import com.smartmarketingagent.account.Conflict;
import com.smartmarketingagent.account.Frame;
import com.smartmarketingagent.account.Limits;
import com.smartmarketingagent.account.WebSession;
import com.smartmarketingagent.notice.Kind;
import com.smartmarketingagent.notice.Notices;
import com.smartmarketingagent.platform.AdminsOnly;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Figures;
import com.smartmarketingagent.platform.HealthChecks.Check;
import com.smartmarketingagent.platform.HealthPart;
import com.smartmarketingagent.platform.Ids;
import com.smartmarketingagent.platform.OneLine;
import com.smartmarketingagent.platform.Paging;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.UserId;
import com.smartmarketingagent.rfm.Segment;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.Validator;
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
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** Every shop of the installation. Moments are shown by the clocks of western Indonesia. */
@Path("/admin")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
@AdminsOnly
class AdminPages {

    private static final int ROWS = 20;
    private static final int LONGEST_SEARCH = 200;
    private static final ZoneId ZONE = ZoneId.of("Asia/Jakarta");
    private static final long MEGABYTE = 1 << 20;
    private static final double GIGABYTE = 1 << 30;

    private final Overview overview;
    private final Administration administration;
    private final CurrentUser admin;
    private final WebSession web;
    private final Limits limits;
    private final Notices notices;
    private final Validator validator;

    AdminPages(
            Overview overview,
            Administration administration,
            CurrentUser admin,
            WebSession web,
            Limits limits,
            Notices notices,
            Validator validator) {
        this.overview = overview;
        this.administration = administration;
        this.admin = admin;
        this.web = web;
        this.limits = limits;
        this.notices = notices;
        this.validator = validator;
    }

    @CheckedTemplate(basePath = "admin")
    static final class Templates {
        private Templates() {}

        static native TemplateInstance shops(Frame frame, Listing listing);

        static native TemplateInstance create(Frame frame, Entered entered, Map<String, String> problems);

        static native TemplateInstance created(Frame frame, String title, Account account, String password);

        static native TemplateInstance shop(Frame frame, ShopView shop);

        static native TemplateInstance system(Frame frame, StateView state);
    }

    /**
     * @param previous address of the page before this one; null on the first
     * @param said what the reader is to know, in words; empty for nothing
     */
    record Listing(
            List<Row> rows,
            String search,
            long total,
            @Nullable String previous,
            @Nullable String next,
            String said) {}

    /** A shop in the list. Moments are empty where there was none. */
    record Row(
            String id,
            String name,
            String owner,
            String email,
            String role,
            boolean active,
            String customers,
            String sales,
            String revenue,
            String lastLogIn,
            String lastImport) {}

    record SegmentRow(String label, String customers, String revenue) {}

    record ImportRow(String kind, String status, String rows, String refused, String when) {}

    /**
     * @param day of the analysis; empty before the first
     * @param changeable whether the account may be switched off: administrators' may not
     * @param unused whether nobody has used it, so that it may get another temporary password
     * @param done what has just been done, in words; empty for nothing
     * @param problem with the reason for a visit; null for none
     */
    record ShopView(
            Row row,
            String since,
            boolean changeable,
            boolean unused,
            String day,
            List<SegmentRow> segments,
            List<ImportRow> imports,
            String done,
            LimitView limits,
            @Nullable String problem) {

        public String address() {
            return "/admin/shops/" + row.id;
        }
    }

    /**
     * What a shop may and does; what was typed, where it could not be stored.
     *
     * @param usage in words
     */
    record LimitView(
            LimitForm form,
            String usage,
            boolean sendingOff,
            boolean importsOff,
            Map<String, String> problems,
            List<Conflict> conflicts) {}

    /**
     * Limits as they are typed; empty for none of the shop's own.
     *
     * @param off keys of the features that are switched off
     * @param seen {@link Limits.Limit#version} of what was stored when the reader saw it
     */
    record LimitForm(String customers, String sales, String messages, List<String> off, String seen) {

        private static final Pattern WHOLE = Pattern.compile("[0-9]{1,10}|[0-9]{1,3}(\\.[0-9]{3}){1,3}");

        static LimitForm of(Limits.Limit its) {
            return new LimitForm(
                    shown(its.customers()),
                    shown(its.sales()),
                    shown(its.messages()),
                    its.featuresOff(),
                    its.version());
        }

        private static String shown(@Nullable Integer limit) {
            return limit == null ? "" : limit.toString();
        }

        /** Fields that hold no limit. */
        List<String> wrong() {
            return Stream.of("customers", "sales", "messages")
                    .filter(field -> !isLimit(typed(field)))
                    .toList();
        }

        private String typed(String field) {
            return (field.equals("customers") ? customers : field.equals("sales") ? sales : messages).strip();
        }

        private static boolean isLimit(String typed) {
            return typed.isEmpty()
                    || (WHOLE.matcher(typed).matches() && Long.parseLong(typed.replace(".", "")) <= Integer.MAX_VALUE);
        }

        /** Of a form with nothing {@link #wrong}. */
        Limits.Limit limit() {
            return new Limits.Limit(number(typed("customers")), number(typed("sales")), number(typed("messages")), off);
        }

        private static @Nullable Integer number(String typed) {
            return typed.isEmpty() ? null : Integer.valueOf(typed.replace(".", ""));
        }
    }

    /** What a super_admin says for a visit, which the owner reads. */
    record Visit(@NotBlank @OneLine @Size(max = 200) String reason) {}

    /**
     * @param backup when the newest was made, in words
     * @param backupProblem what is amiss with it; empty for nothing
     */
    record StateView(
            String version,
            String server,
            String size,
            String kind,
            String migration,
            boolean keptApart,
            String waiting,
            String running,
            String failing,
            List<String> failures,
            String backup,
            String backupProblem,
            List<Part> parts,
            String disk) {}

    /** @param latency empty where it wasn't asked */
    record Part(String name, boolean isUnhealthy, String state, String latency) {}

    record Entered(String email, String fullName, String businessName, String phone) {}

    /** @param visited a shop that the reader looked at until the time for that had passed */
    @GET
    @Operation(hidden = true)
    public Response shops(
            @RestQuery @DefaultValue("") String search,
            @RestQuery("page") @DefaultValue("1") int page,
            @RestQuery @DefaultValue("") String visited) {
        var wanted = search.strip().replaceAll("[\\p{Cc}\\p{Cs}]", "");
        wanted = wanted.substring(0, Math.min(LONGEST_SEARCH, wanted.length()));
        int number = Math.clamp(page, 1, 1_000_000);
        var paging = new Paging(number, ROWS);
        var searched = wanted.isEmpty() ? null : wanted;
        var found = overview.shops(admin.id(), searched, paging);
        if (found.shops().isEmpty() && number > 1) {
            // the list ended before this page
            paging = paging.within(found.total());
            found = overview.shops(admin.id(), searched, paging);
        }
        var frame = web.frame();
        var listing = new Listing(
                found.shops().stream().map(s -> row(frame, s)).toList(),
                wanted,
                found.total(),
                paging.page() == 1 ? null : address(wanted, paging.page() - 1),
                paging.offset() + ROWS >= found.total() ? null : address(wanted, paging.page() + 1),
                Ids.read(visited).map(id -> visitOver(frame, id)).orElse(""));
        return Answer.page(200, Templates.shops(frame, listing));
    }

    private String visitOver(Frame frame, UUID shop) {
        try {
            return frame.say(
                    "admin.visit_over", administration.find(new UserId(shop)).businessName());
        } catch (Problem.NotFound e) {
            return "";
        }
    }

    private static String address(String search, int page) {
        return "/admin?search=" + URLEncoder.encode(search, StandardCharsets.UTF_8) + "&page=" + page;
    }

    @GET
    @Path("new")
    @Operation(hidden = true)
    public Response create() {
        return Answer.page(200, Templates.create(web.frame(), new Entered("", "", "", ""), Map.of()));
    }

    /** Answers the temporary password, which is kept nowhere. */
    @POST
    @Path("new")
    @Operation(hidden = true)
    public Response create(
            @RestForm @DefaultValue("") String email,
            @RestForm("full_name") @DefaultValue("") String fullName,
            @RestForm("business_name") @DefaultValue("") String businessName,
            @RestForm @DefaultValue("") String phone) {
        var frame = web.frame();
        var entered = new Entered(email, fullName, businessName, phone);
        try {
            var made = administration.create(admin.id(), email, fullName, businessName, phone);
            return Answer.page(
                    201, Templates.created(frame, frame.say("admin.created"), made.account(), made.password()));
        } catch (ConstraintViolationException e) {
            return Answer.page(400, Templates.create(frame, entered, Answer.problems(e.getConstraintViolations())));
        } catch (Problem.Invalid | Problem.Conflict e) {
            int status = e instanceof Problem.Conflict ? 409 : 400;
            return Answer.page(status, Templates.create(frame, entered, frame.problems(e)));
        }
    }

    /** A look into one shop, which is written down; nothing of it can be changed but whether it may log in. */
    @GET
    @Path("shops/{id}")
    @Operation(hidden = true)
    public Response shop(UUID id, @RestQuery @Nullable String done) {
        return shop(200, id, done, null, null);
    }

    /** @param typed limits that could not be stored; null to show those that are */
    private Response shop(
            int status, UUID id, @Nullable String done, @Nullable String problem, @Nullable LimitView typed) {
        var look = overview.look(admin.id(), new UserId(id));
        var frame = web.frame();
        var account = look.shop().account();
        var segments = Arrays.stream(Segment.values())
                .flatMap(s -> look.segments().stream().filter(t -> t.segment() == s))
                .map(t -> new SegmentRow(
                        t.segment().label(frame.language()), frame.count(t.customers()), frame.rupiah(t.revenue())))
                .toList();
        var imports = look.imports().stream()
                .map(i -> new ImportRow(
                        frame.say("admin.kind_" + i.kind()),
                        frame.say("admin.import_" + i.status()),
                        frame.count(i.rowsTotal()),
                        frame.count(i.rowsRefused()),
                        moment(frame, i.createdAt())))
                .toList();
        boolean said =
                done != null && List.of("activate", "deactivate", "limits").contains(done);
        var view = new ShopView(
                row(frame, look.shop()),
                moment(frame, account.createdAt()),
                account.role().equals("umkm_owner"),
                administration.mayRenewPassword(account.id()),
                look.day() == null ? "" : frame.day(look.day()),
                segments,
                imports,
                said ? frame.say("admin.done_" + done) : "",
                typed != null ? typed : limits(frame, account.id()),
                problem);
        return Answer.page(status, Templates.shop(frame, view));
    }

    /** Answers another temporary password where the first one was lost before anybody used it. */
    @POST
    @Path("shops/{id}/password")
    @Operation(hidden = true)
    public Response renewPassword(UUID id) {
        var made = administration.renewPassword(admin.id(), new UserId(id));
        var frame = web.frame();
        return Answer.page(
                200, Templates.created(frame, frame.say("admin.password_made"), made.account(), made.password()));
    }

    @POST
    @Path("shops/{id}/deactivate")
    @Operation(hidden = true)
    public Response deactivate(UUID id) {
        return switched(id, false);
    }

    @POST
    @Path("shops/{id}/activate")
    @Operation(hidden = true)
    public Response activate(UUID id) {
        return switched(id, true);
    }

    private Response switched(UUID id, boolean active) {
        administration.setActive(admin.id(), new UserId(id), active);
        var done = active ? "activate" : "deactivate";
        return Answer.seeOther("/admin/shops/" + id + "?done=" + done);
    }

    private LimitView limits(Frame frame, UserId user) {
        return limits(frame, user, LimitForm.of(limits.of(user).limit()), Map.of(), List.of());
    }

    private LimitView limits(
            Frame frame, UserId user, LimitForm form, Map<String, String> problems, List<Conflict> conflicts) {
        var usage = limits.of(user).usage();
        return new LimitView(
                form,
                frame.say(
                        "limits.usage",
                        frame.count(usage.customers()),
                        frame.count(usage.sales()),
                        frame.count(usage.messages()),
                        frame.rupiah(usage.messageCost()),
                        frame.rupiah(usage.spent())),
                form.off().contains(Limits.Feature.SENDING.key()),
                form.off().contains(Limits.Feature.IMPORTS.key()),
                problems,
                conflicts);
    }

    /**
     * Empty fields mean what the installation says.
     *
     * @param off what is switched off for this shop
     * @param seen what this form changes, as it was stored: what another super_admin stored meanwhile isn't written
     *     over before this one has seen it
     */
    @POST
    @Path("shops/{id}/limits")
    @Operation(hidden = true)
    public Response limit(
            UUID id,
            @RestForm @DefaultValue("") String customers,
            @RestForm @DefaultValue("") String sales,
            @RestForm @DefaultValue("") String messages,
            @RestForm("off") List<String> off,
            @RestForm @DefaultValue("") String seen) {
        var user = new UserId(id);
        administration.find(user);
        var frame = web.frame();
        var form = new LimitForm(customers, sales, messages, off, seen);
        var problems = form.wrong().stream()
                .collect(Collectors.toMap(
                        field -> field, _ -> frame.say("limits.number", frame.count(Integer.MAX_VALUE))));
        if (!problems.isEmpty()) return shop(400, id, null, null, limits(frame, user, form, problems, List.of()));
        var wanted = form.limit();
        return limits.change(user, wanted, seen)
                .map(stored -> shop(409, id, null, null, overtaken(frame, user, wanted, stored)))
                .orElseGet(() -> Answer.seeOther("/admin/shops/" + id + "?done=limits"));
    }

    /** What was typed; sent again, it is stored over what is shown beside it. */
    private LimitView overtaken(Frame frame, UserId user, Limits.Limit wanted, Limits.Limit stored) {
        var typed = LimitForm.of(wanted);
        var its = LimitForm.of(stored);
        var conflicts = Stream.of(
                        new Conflict(frame.say("limits.most_customers"), typed.customers(), its.customers()),
                        new Conflict(frame.say("limits.most_sales"), typed.sales(), its.sales()),
                        new Conflict(frame.say("limits.most_messages"), typed.messages(), its.messages()),
                        new Conflict(frame.say("limits.off_here"), off(frame, typed), off(frame, its)))
                .filter(Conflict::differs)
                .toList();
        var again = new LimitForm(typed.customers(), typed.sales(), typed.messages(), typed.off(), its.seen());
        return limits(frame, user, again, Map.of(), conflicts);
    }

    private static String off(Frame frame, LimitForm form) {
        return Arrays.stream(Limits.Feature.values())
                .filter(f -> form.off().contains(f.key()))
                .map(f -> frame.say("limits.feature_" + f.key()))
                .collect(Collectors.joining(", "));
    }

    /** For half an hour this session sees the shop's pages as its owner does, who is told why. */
    @POST
    @Path("shops/{id}/visit")
    @Operation(hidden = true)
    public Response visit(UUID id, @RestForm @DefaultValue("") String reason) {
        var problems = Answer.problems(validator.validate(new Visit(reason)));
        if (!problems.isEmpty()) return shop(400, id, null, problems.get("reason"), null);
        var user = new UserId(id);
        var said = reason.strip();
        administration.visit(
                admin.id(),
                admin.session(),
                user,
                said,
                tx -> notices.tell(tx, user, Kind.ADMIN_VISIT, Map.of("reason", said)));
        notices.told(user);
        return Answer.seeOther("/");
    }

    @POST
    @Path("visit/end")
    @Operation(hidden = true)
    public Response endVisit() {
        administration.endVisit(admin.id(), admin.session());
        return Answer.seeOther("/admin");
    }

    @GET
    @Path("system")
    @Operation(hidden = true)
    public Response system() {
        var frame = web.frame();
        var state = overview.state();
        var view = new StateView(
                state.version() + ", Java " + Runtime.version().feature(),
                "PostgreSQL " + state.server().version(),
                size(frame, state.server().bytes()),
                frame.say(state.own() ? "admin.database_own" : "admin.database_embedded"),
                state.migration(),
                state.keptApart(),
                frame.count(state.work().waiting()),
                frame.count(state.work().running()),
                frame.count(state.work().failing()),
                state.failing().stream()
                        .map(f -> frame.say(
                                "admin.job_fails",
                                f.name(),
                                frame.count(f.pieces()),
                                frame.count(f.times()),
                                moment(frame, f.last())))
                        .toList(),
                backup(frame, state),
                backupProblem(frame, state),
                state.parts().entrySet().stream()
                        .map(p -> part(frame, p.getKey(), p.getValue()))
                        .toList(),
                frame.say("admin.disk_free", size(frame, state.diskFree()), size(frame, state.diskTotal())));
        return Answer.page(200, Templates.system(frame, view));
    }

    private static String backup(Frame frame, Overview.State state) {
        if (!state.backedUp()) return frame.say("admin.backup_off");
        return state.newestBackup() == null ? frame.say("admin.backup_none") : moment(frame, state.newestBackup());
    }

    private static String backupProblem(Frame frame, Overview.State state) {
        if (!state.backedUp()) return "";
        if (state.failing().stream().anyMatch(f -> f.name().equals("backup"))) return frame.say("admin.backup_failed");
        return state.backupOld() ? frame.say("admin.backup_old") : "";
    }

    private static Part part(Frame frame, String name, Check check) {
        return new Part(
                name,
                check.status() == HealthPart.State.UNHEALTHY,
                frame.say("admin.part_" + check.status().key()),
                check.latencyMs() == null ? "" : frame.count(check.latencyMs()) + " ms");
    }

    private static String size(Frame frame, long bytes) {
        if (bytes < GIGABYTE) return frame.count(bytes / MEGABYTE) + " MB";
        return String.format(frame.language().locale(), "%.1f GB", bytes / GIGABYTE);
    }

    private static Row row(Frame frame, Overview.Shop shop) {
        var account = shop.account();
        var figures = shop.figures();
        return new Row(
                account.id().value().toString(),
                account.businessName(),
                account.fullName(),
                account.email(),
                frame.say("admin.role_" + account.role()),
                account.isActive(),
                frame.count(figures.customers()),
                frame.count(figures.sales()),
                frame.rupiah(figures.revenue()),
                moment(frame, figures.lastLogIn()),
                moment(frame, figures.lastImport()));
    }

    private static String moment(Frame frame, @Nullable Instant moment) {
        return moment == null ? "" : Figures.moment(frame.language(), moment, ZONE);
    }
}
