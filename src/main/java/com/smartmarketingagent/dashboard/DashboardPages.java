package com.smartmarketingagent.dashboard;

import com.smartmarketingagent.account.Accounts;
import com.smartmarketingagent.account.Answer;
import com.smartmarketingagent.account.DemoShops;
import com.smartmarketingagent.account.Frame;
import com.smartmarketingagent.account.ShopCalendar;
import com.smartmarketingagent.account.WebSession;
import com.smartmarketingagent.dashboard.WeekRepository.Part;
import com.smartmarketingagent.importing.Import;
import com.smartmarketingagent.importing.Importing;
import com.smartmarketingagent.landing.Landing;
import com.smartmarketingagent.platform.Bars;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Figures;
import com.smartmarketingagent.platform.Language;
import com.smartmarketingagent.platform.Public;
import com.smartmarketingagent.rfm.Attention;
import com.smartmarketingagent.rfm.FigureCache;
import com.smartmarketingagent.rfm.FigureCache.Snapshot;
import com.smartmarketingagent.rfm.RfmAnalysis;
import com.smartmarketingagent.rfm.RfmRepository;
import com.smartmarketingagent.rfm.RfmRepository.Movement;
import com.smartmarketingagent.rfm.RfmRepository.Run;
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
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** The page after log-in: how the week goes, whom to greet, who the customers are. */
@Path("/")
@Produces(MediaType.TEXT_HTML + ";charset=utf-8")
class DashboardPages {

    private static final int CARDS = 5;

    private final CurrentUser user;
    private final WebSession web;
    private final Accounts accounts;
    private final DemoShops demo;
    private final FigureCache figures;
    private final RfmAnalysis analysis;
    private final RfmRepository analyses;
    private final Attention attention;
    private final WeekRepository weeks;
    private final Importing importing;
    private final ShopCalendar calendar;
    private final Landing landing;

    DashboardPages(
            CurrentUser user,
            WebSession web,
            Accounts accounts,
            DemoShops demo,
            FigureCache figures,
            RfmAnalysis analysis,
            RfmRepository analyses,
            Attention attention,
            WeekRepository weeks,
            Importing importing,
            ShopCalendar calendar,
            Landing landing) {
        this.user = user;
        this.web = web;
        this.accounts = accounts;
        this.demo = demo;
        this.figures = figures;
        this.analysis = analysis;
        this.analyses = analyses;
        this.attention = attention;
        this.weeks = weeks;
        this.importing = importing;
        this.calendar = calendar;
        this.landing = landing;
    }

    @CheckedTemplate(basePath = "dashboard")
    static final class Templates {
        private Templates() {}

        static native TemplateInstance dashboard(Frame frame, String shop, boolean isDemo, Board board);
    }

    /**
     * @param steps of a new shop; null once it has segments
     * @param week null before the first sale
     * @param last the newest import; null if there is none
     * @param running whether a file is being read
     */
    record Board(
            @Nullable Steps steps,
            @Nullable WeekShown week,
            @Nullable Segments segments,
            @Nullable Import last,
            boolean running) {

        /** How much of the newest import has been read. */
        public long percent() {
            return last == null ? 0 : (long) (last.progress() * 100);
        }
    }

    /** Which of the three steps are done; the first that isn't is the one to take. */
    record Steps(boolean sold, boolean known) {}

    /** @param usual and {@code comparison} are null where there is nothing to compare with */
    record Against(
            String now, @Nullable String usual, @Nullable String comparison) {}

    /**
     * @param compared false on a Monday until something is sold: then nothing is said of what is usual
     * @param bought how many buyers there were
     */
    record WeekShown(String days, boolean compared, Against revenue, Against buyers, int bought, Bars bars) {}

    /** @param moved how many came and went since the analysis before; null if nobody did, or there is none */
    record Line(
            Segment segment,
            String label,
            long customers,
            String share,
            BigDecimal revenue,
            @Nullable String moved) {}

    /**
     * @param before the day of the analysis before; null if there is none that was calculated the same way
     * @param outside customers whose purchases the window leaves out
     */
    record Segments(
            String calculated,
            boolean stale,
            @Nullable LocalDate before,
            List<Line> lines,
            long outside,
            List<Attention.Card> cards) {}

    /** Visitors are told here what this is. */
    @GET
    @Public
    @Operation(hidden = true)
    public Response home() {
        if (!user.signedIn()) return landing.page(Language.INDONESIAN);
        var id = user.id();
        var last = importing.recent(id, 1).stream().findFirst().orElse(null);
        boolean running = last != null && !last.ended();
        // what a file brings is calculated once, when it has been read
        if (!running) analysis.catchUp(id);
        var frame = web.frame();
        var board = figures.inSnapshot(id, moment -> {
            var first = moment.one(
                            "first sale",
                            FirstSale.class,
                            () -> new FirstSale(weeks.firstSale(moment.tx(), id).orElse(null)))
                    .day();
            var segments = analyses.latest(moment.tx(), id)
                    .map(run -> segments(moment, frame, run))
                    .filter(s -> !s.lines().isEmpty() || s.outside() > 0)
                    .orElse(null);
            return new Board(
                    segments == null ? new Steps(first != null || running, first != null) : null,
                    first == null ? null : week(moment, frame, first),
                    segments,
                    last,
                    running);
        });
        var page = Templates.dashboard(frame, accounts.get(id).businessName(), demo.isDemo(id), board);
        return Answer.page(200, page);
    }

    /** @param day null before there is one */
    public record FirstSale(@Nullable LocalDate day) {}

    public record Sold(boolean some) {}

    private WeekShown week(Snapshot moment, Frame frame, LocalDate firstSale) {
        var today = calendar.today(moment.tx(), user.id());
        boolean sold = moment.one(
                        "sold on " + today, Sold.class, () -> new Sold(weeks.soldOn(moment.tx(), user.id(), today)))
                .some();
        var compared = Week.until(today, sold);
        var until = compared == null ? today : compared;
        var parts = moment.list("weeks until " + until, Part.class, () -> weeks.parts(moment.tx(), user.id(), until));
        var week = Week.of(parts, compared == null ? null : firstSale);
        var locale = frame.language().locale();
        var days = days(DateTimeFormatter.ofPattern("EEEE", locale), until);
        var label = DateTimeFormatter.ofPattern(frame.language() == Language.ENGLISH ? "d MMM" : "d/M", locale);
        var usualBuyers = week.usualBuyers();
        return new WeekShown(
                days,
                compared != null,
                against(
                        frame,
                        frame.rupiah(week.revenue()),
                        week.usualRevenue() == null
                                ? null
                                : frame.say("home.usual_revenue", days, frame.rupiah(week.usualRevenue())),
                        week.revenueAbove()),
                against(
                        frame,
                        frame.count(week.buyers()),
                        usualBuyers == null ? null : frame.say("home.usual_buyers", usualBuyers),
                        week.buyersAbove()),
                week.buyers(),
                Bars.of(week.parts().stream()
                        .map(p -> new Bars.Value(
                                label.format(p.monday()),
                                frame.say("home.week_of", frame.day(p.monday())),
                                p.revenue(),
                                frame.rupiah(p.revenue())))
                        .toList()));
    }

    /** The days that are compared: {@code Senin–Kamis}, on a Monday {@code Senin}. */
    private static String days(DateTimeFormatter names, LocalDate until) {
        var monday = names.format(until.with(DayOfWeek.MONDAY));
        return until.getDayOfWeek() == DayOfWeek.MONDAY ? monday : monday + "–" + names.format(until);
    }

    private static Against against(Frame frame, String now, @Nullable String usual, @Nullable Long percent) {
        return new Against(now, usual, percent == null ? null : comparison(frame, percent));
    }

    /** From ten times the usual on nobody reads percents. */
    private static String comparison(Frame frame, long percent) {
        if (percent == 0) return frame.say("home.as_usual");
        if (percent >= 900) return frame.say("home.times", frame.count(Math.round(percent / 100.0) + 1));
        return frame.say(percent > 0 ? "home.higher" : "home.lower", frame.count(Math.abs(percent)) + "%");
    }

    private Segments segments(Snapshot moment, Frame frame, Run run) {
        var tx = moment.tx();
        var id = user.id();
        var totals = moment.totals(run.day());
        var before = analyses.dayBefore(tx, id, run.day()).orElse(null);
        var moves = before == null ? null : moment.movements(before, run.day(), null);
        int all = totals.stream().mapToInt(SegmentTotals::customers).sum();
        return new Segments(
                Figures.moment(frame.language(), run.calculatedAt(), calendar.zone(tx, id)),
                analyses.isStale(tx, id),
                before,
                SegmentTotals.withLeft(totals, moves).stream()
                        .map(t -> line(frame, t, all, moves))
                        .toList(),
                moment.outsideWindow(run),
                attention.cards(tx, id, run, frame.language(), CARDS));
    }

    private static Line line(Frame frame, SegmentTotals totals, int all, @Nullable List<Movement> moves) {
        var segment = totals.segment();
        return new Line(
                segment,
                segment.label(frame.language()),
                totals.customers(),
                Figures.share(frame.language(), totals.customers(), all),
                totals.revenue(),
                moves == null ? null : moved(frame, segment, moves));
    }

    private static @Nullable String moved(Frame frame, Segment segment, List<Movement> moves) {
        int came = Movement.came(moves, segment), went = Movement.went(moves, segment);
        return came + went == 0 ? null : "+" + frame.count(came) + " / −" + frame.count(went);
    }
}
