package com.smartmarketingagent.dashboard;

import com.smartmarketingagent.account.Account;
import com.smartmarketingagent.account.Accounts;
import com.smartmarketingagent.account.Frame;
import com.smartmarketingagent.account.ShopCalendar;
import com.smartmarketingagent.account.WebSession;
import com.smartmarketingagent.demo.DemoShop;
import com.smartmarketingagent.importing.Import;
import com.smartmarketingagent.importing.Importing;
import com.smartmarketingagent.importing.Line;
import com.smartmarketingagent.landing.Landing;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Figures;
import com.smartmarketingagent.platform.Language;
import com.smartmarketingagent.platform.Public;
import com.smartmarketingagent.rfm.RfmAnalysis;
import com.smartmarketingagent.rfm.RfmRepository;
import com.smartmarketingagent.rfm.RfmRepository.SegmentTotals;
import com.smartmarketingagent.rfm.Segment;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** The page after log-in. */
@Path("/")
@Produces(MediaType.TEXT_HTML)
class DashboardPages {

    private static final int REFUSED_SHOWN = 5;

    private final CurrentUser user;
    private final WebSession web;
    private final Accounts accounts;
    private final DemoShop demo;
    private final Db db;
    private final RfmAnalysis analysis;
    private final RfmRepository analyses;
    private final Importing importing;
    private final ShopCalendar calendar;
    private final Landing landing;

    DashboardPages(
            CurrentUser user,
            WebSession web,
            Accounts accounts,
            DemoShop demo,
            Db db,
            RfmAnalysis analysis,
            RfmRepository analyses,
            Importing importing,
            ShopCalendar calendar,
            Landing landing) {
        this.user = user;
        this.web = web;
        this.accounts = accounts;
        this.demo = demo;
        this.db = db;
        this.analysis = analysis;
        this.analyses = analyses;
        this.importing = importing;
        this.calendar = calendar;
        this.landing = landing;
    }

    @CheckedTemplate(basePath = "dashboard")
    static final class Templates {
        private Templates() {}

        static native TemplateInstance dashboard(
                Frame frame,
                Account shop,
                boolean isDemo,
                @Nullable Summary summary,
                @Nullable Import last,
                List<Line.Refused> refused);
    }

    /** One line of the table. */
    record SegmentLine(
            String label, String meaning, long customers, String share, BigDecimal revenue, long averageDays) {}

    /** The last analysis as the page shows it. */
    record Summary(LocalDate day, long customers, BigDecimal revenue, List<SegmentLine> segments) {}

    /** Visitors are told here what this is. */
    @GET
    @Public
    @Operation(hidden = true)
    public Response home() {
        if (!user.signedIn()) return landing.page(Language.INDONESIAN);
        return page();
    }

    private Response page() {
        var imports = importing.recent(user.id(), 1);
        var last = imports.isEmpty() ? null : imports.getFirst();
        var refused = last == null ? List.<Line.Refused>of() : importing.refused(user.id(), last.id(), REFUSED_SHOWN);
        boolean running = last != null && !last.ended();
        if (!running) bringUpToDate();
        var page = Templates.dashboard(
                web.frame(),
                accounts.get(user.id()),
                demo.isDemo(user.id()),
                summary().orElse(null),
                last,
                refused);
        var response = Response.ok()
                .type(MediaType.TEXT_HTML_TYPE.withCharset("utf-8"))
                .entity(page.render());
        if (running) response.header("Refresh", "2");
        return response.build();
    }

    /** An owner never looks at old segments: what changed since the last analysis, or the day, calculates them anew. */
    private void bringUpToDate() {
        var id = user.id();
        boolean outdated = db.inTenant(id, tx -> {
            var latest = analyses.latest(tx, id);
            if (latest.isEmpty()) return analyses.isStale(tx, id);
            return analyses.isStale(tx, id) || latest.get().day().isBefore(calendar.today(tx, id));
        });
        if (outdated) analysis.calculate(id, null);
    }

    private Optional<Summary> summary() {
        var id = user.id();
        return db.inTenantSnapshot(id, tx -> {
            var latest = analyses.latest(tx, id);
            if (latest.isEmpty()) return Optional.<Summary>empty();
            var totals = analyses.totals(tx, id, latest.get().day());
            long customers = totals.stream().mapToLong(SegmentTotals::customers).sum();
            if (customers == 0) return Optional.<Summary>empty();
            var revenue = totals.stream().map(SegmentTotals::revenue).reduce(BigDecimal.ZERO, BigDecimal::add);
            var lines = Arrays.stream(Segment.values())
                    .flatMap(segment -> totals.stream().filter(t -> t.segment() == segment))
                    .map(t -> line(t, customers))
                    .toList();
            return Optional.of(new Summary(latest.get().day(), customers, revenue, lines));
        });
    }

    private SegmentLine line(SegmentTotals totals, long all) {
        var language = user.language();
        return new SegmentLine(
                totals.segment().label(language),
                totals.segment().meaning(language),
                totals.customers(),
                Figures.share(language, totals.customers(), all),
                totals.revenue(),
                Math.round(totals.averageRecencyDays().floatValue()));
    }
}
