package com.smartmarketingagent.report;

import com.smartmarketingagent.account.Accounts;
import com.smartmarketingagent.account.Act;
import com.smartmarketingagent.account.Answer;
import com.smartmarketingagent.account.Audit;
import com.smartmarketingagent.account.Frame;
import com.smartmarketingagent.account.WebSession;
import com.smartmarketingagent.platform.Bars;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.report.ReportTables.Table;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestPath;
import org.jspecify.annotations.Nullable;

/** What a week or a month brought, and its files. */
@Path("/reports")
@Produces(MediaType.TEXT_HTML + ";charset=utf-8")
class ReportPages {

    private final CurrentUser user;
    private final WebSession web;
    private final Accounts accounts;
    private final Reports reports;
    private final ReportFiles files;
    private final Audit audit;

    ReportPages(CurrentUser user, WebSession web, Accounts accounts, Reports reports, ReportFiles files, Audit audit) {
        this.user = user;
        this.web = web;
        this.accounts = accounts;
        this.reports = reports;
        this.files = files;
        this.audit = audit;
    }

    @CheckedTemplate(basePath = "report")
    static final class Templates {
        private Templates() {}

        static native TemplateInstance report(Frame frame, Shown shown);
    }

    /**
     * @param after the next one; null where it hasn't begun
     * @param other the week or the month that holds its last day that has come
     * @param otherName of that
     */
    record Shown(
            String title,
            String key,
            boolean week,
            boolean goesOn,
            List<Table> tables,
            Bars chart,
            String before,
            String beforeName,
            @Nullable String after,
            @Nullable String afterName,
            String other) {}

    /** This month's. */
    @GET
    @Operation(hidden = true)
    public Response newest() {
        return show(Period.month(YearMonth.from(reports.today(user.id()))).key());
    }

    @GET
    @Path("{period}")
    @Operation(hidden = true)
    public Response show(@RestPath String period) {
        var frame = web.frame();
        var its = Period.parse(period);
        var report = reports.of(user.id(), its);
        var today = reports.today(user.id());
        var before = its.before();
        var after = its.after();
        boolean begun = !after.from().isAfter(today);
        return Answer.page(
                200,
                Templates.report(
                        frame,
                        new Shown(
                                ReportTables.title(frame, its),
                                its.key(),
                                its.isWeek(),
                                report.goesOn(),
                                ReportTables.of(frame, report),
                                ReportTables.bars(frame, its, report),
                                before.key(),
                                ReportTables.name(frame, before),
                                begun ? after.key() : null,
                                begun ? ReportTables.name(frame, after) : null,
                                other(its, report.reached()).key())));
    }

    private static Period other(Period period, LocalDate reached) {
        return period.isWeek() ? Period.month(YearMonth.from(reached)) : Period.week(reached);
    }

    @GET
    @Path("{period}/report.pdf")
    @Produces("application/pdf")
    @Operation(hidden = true)
    public Response pdf(@RestPath String period) {
        var frame = web.frame();
        var its = Period.parse(period);
        var report = reports.of(user.id(), its);
        var shop = accounts.get(user.id()).businessName();
        StreamingOutput written = out -> ReportPdf.write(out, frame, shop, its, report);
        return file(written, ReportPdf.name(frame, its));
    }

    @GET
    @Path("{period}/report.xlsx")
    @Produces("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    @Operation(hidden = true)
    public Response xlsx(@RestPath String period) {
        var frame = web.frame();
        var its = Period.parse(period);
        var tables = ReportTables.of(frame, reports.of(user.id(), its));
        var shop = accounts.get(user.id()).businessName();
        return file(
                files.xlsx(user.id(), frame, its, shop, ReportTables.title(frame, its), tables),
                frame.say("report.file") + "-" + its.key() + ".xlsx");
    }

    @GET
    @Path("{period}/report.csv")
    @Produces("text/csv; charset=utf-8")
    @Operation(hidden = true)
    public Response csv(@RestPath String period) {
        var frame = web.frame();
        var its = Period.parse(period);
        return file(
                files.csv(frame, ReportTables.of(frame, reports.of(user.id(), its))),
                frame.say("report.file") + "-" + its.key() + ".csv");
    }

    @GET
    @Path("{period}/sales.csv")
    @Produces("text/csv; charset=utf-8")
    @Operation(hidden = true)
    public Response sales(@RestPath String period) {
        var frame = web.frame();
        var its = Period.parse(period);
        if (its.from().isAfter(reports.today(user.id()))) throw new Problem.NotFound("report");
        return file(files.sales(user.id(), frame, its), frame.say("report.file_sales") + "-" + its.key() + ".csv");
    }

    private Response file(StreamingOutput out, String name) {
        audit.noteDownload(user.id(), Act.REPORT_DOWNLOADED, null, name);
        return Response.ok(out)
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"" + name + "\"")
                .build();
    }
}
