package com.smartmarketingagent.rfm;

import com.smartmarketingagent.account.Audit;
import com.smartmarketingagent.account.Audit.CustomerList;
import com.smartmarketingagent.account.Frame;
import com.smartmarketingagent.account.ShopCalendar;
import com.smartmarketingagent.account.WebSession;
import com.smartmarketingagent.platform.Bars;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Figures;
import com.smartmarketingagent.platform.Paging;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.UserId;
import com.smartmarketingagent.platform.Validated;
import com.smartmarketingagent.rfm.FigureCache.Snapshot;
import com.smartmarketingagent.rfm.RfmRepository.Movement;
import com.smartmarketingagent.rfm.RfmRepository.Run;
import com.smartmarketingagent.rfm.RfmRepository.ScoredCustomer;
import com.smartmarketingagent.rfm.SegmentRepository.Cell;
import com.smartmarketingagent.rfm.SegmentRepository.Month;
import com.smartmarketingagent.rfm.SegmentRepository.Mover;
import com.smartmarketingagent.rfm.SegmentRepository.Size;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import jakarta.validation.Valid;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestPath;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The segments as pictures, and one by one: who, what it means, what to do, how it goes. */
@Path("/segments")
@Produces(MediaType.TEXT_HTML + ";charset=utf-8")
@Validated
class SegmentPages {

    private static final int MOVERS = 10;

    private final CurrentUser current;
    private final WebSession web;
    private final FigureCache figures;
    private final RfmAnalysis analysis;
    private final RfmRepository analyses;
    private final SegmentRepository segments;
    private final ShopCalendar calendar;
    private final Audit audit;

    SegmentPages(
            CurrentUser current,
            WebSession web,
            FigureCache figures,
            RfmAnalysis analysis,
            RfmRepository analyses,
            SegmentRepository segments,
            ShopCalendar calendar,
            Audit audit) {
        this.current = current;
        this.web = web;
        this.figures = figures;
        this.analysis = analysis;
        this.analyses = analyses;
        this.segments = segments;
        this.calendar = calendar;
        this.audit = audit;
    }

    @CheckedTemplate(basePath = "rfm")
    static final class Templates {
        private Templates() {}

        /** @param outside customers whose purchases the window leaves out */
        static native TemplateInstance segments(Frame frame, @Nullable Overview overview, long outside);

        static native TemplateInstance segment(Frame frame, Detail detail);

        static native TemplateInstance cell(Frame frame, CellShown cell);
    }

    /** @param renewed whether it was calculated for this very look */
    record Overview(String calculated, boolean renewed, Grid grid, SegmentMap map) {}

    /** A line of the list: when they last bought, how often and for how much. */
    record Person(UUID customerId, String name, String habit, String revenue) {}

    /** Some of the customers, and the way to the others. */
    record People(List<Person> customers, long total, Paging paging) {

        static People of(Frame frame, LocalDate day, List<ScoredCustomer> customers, long total, Paging paging) {
            return new People(
                    customers.stream()
                            .map(c -> new Person(
                                    c.customerId(),
                                    c.name(),
                                    frame.say(
                                            "segments.habit",
                                            Figures.ago(frame.language(), c.recencyDays(), day),
                                            c.frequency()),
                                    CustomerStanding.spent(frame, c.monetary())))
                            .toList(),
                    total,
                    paging);
        }

        public boolean more() {
            return paging.offset() + customers.size() < total;
        }

        public int before() {
            return paging.page() - 1;
        }

        public int after() {
            return paging.page() + 1;
        }
    }

    /** @param other where they came from or went to, in words; null for nowhere */
    record Moved(UUID customerId, String name, @Nullable String other) {}

    /** @param day of the analysis it is compared with */
    record Moves(LocalDate day, long came, long went, List<Moved> in, List<Moved> out) {

        public long cameMore() {
            return came - in.size();
        }

        public long wentMore() {
            return went - out.size();
        }
    }

    /** @param moves null without an earlier analysis */
    record Detail(
            String key,
            String label,
            String meaning,
            String advice,
            @Nullable String calculated,
            People people,
            SegmentMap.@Nullable Line line,
            @Nullable Bars sales,
            List<Size> sizes,
            @Nullable Moves moves) {}

    record CellShown(String recency, String frequency, People people) {}

    @GET
    @Operation(hidden = true)
    public TemplateInstance overview() {
        var user = current.id();
        boolean renewed = analysis.catchUp(user);
        var frame = web.frame();
        return figures.inSnapshot(user, moment -> {
            var run = analyses.latest(moment.tx(), user);
            var overview = run.map(r -> overview(moment, frame, r, renewed))
                    .filter(some -> some.map().customers() > 0)
                    .orElse(null);
            long outside = run.map(moment::outsideWindow).orElse(0);
            return Templates.segments(frame, overview, outside);
        });
    }

    private Overview overview(Snapshot moment, Frame frame, Run run, boolean renewed) {
        return new Overview(
                calculated(moment.tx(), current.id(), run),
                renewed,
                Grid.of(frame, run.settings(), cells(moment, run)),
                SegmentMap.of(frame, moment.totals(run.day())));
    }

    private List<Cell> cells(Snapshot moment, Run run) {
        return moment.list(
                "cells " + run.day(), Cell.class, () -> segments.cells(moment.tx(), current.id(), run.day()));
    }

    private String calculated(Handle tx, UserId user, Run run) {
        return Figures.moment(current.language(), run.calculatedAt(), calendar.zone(tx, user));
    }

    @GET
    @Path("{name}")
    @Operation(hidden = true)
    public TemplateInstance segment(@RestPath String name, @BeanParam @Valid Paging paging) {
        var segment = Segment.byKey(name).orElseThrow(() -> new Problem.NotFound("segment"));
        var user = current.id();
        audit.noteList(user, CustomerList.SEGMENTS);
        analysis.catchUp(user);
        var frame = web.frame();
        return Templates.segment(
                frame,
                figures.inSnapshot(
                        user,
                        moment -> analyses.latest(moment.tx(), user)
                                .map(run -> detail(moment, frame, run, segment, paging))
                                .orElseGet(() -> new Detail(
                                        segment.key(),
                                        segment.label(current.language()),
                                        segment.meaning(current.language()),
                                        advice(frame, segment),
                                        null,
                                        new People(List.of(), 0, paging.within(0)),
                                        null,
                                        null,
                                        List.of(),
                                        null))));
    }

    private Detail detail(Snapshot moment, Frame frame, Run run, Segment segment, Paging paging) {
        var tx = moment.tx();
        var user = current.id();
        var line = SegmentMap.of(frame, moment.totals(run.day())).lines().stream()
                .filter(l -> l.segment() == segment)
                .findAny()
                .orElseThrow();
        var shown = paging.within(line.customers());
        var people = People.of(
                frame, run.day(), segments.inSegment(tx, user, run.day(), segment, shown), line.customers(), shown);
        return new Detail(
                segment.key(),
                line.label(),
                line.meaning(),
                advice(frame, segment),
                calculated(tx, user, run),
                people,
                line,
                sales(moment, frame, run, segment),
                moment.list("sizes of " + segment.key(), Size.class, () -> segments.sizes(tx, user, segment)),
                analyses.dayBefore(tx, user, run.day())
                        .map(before -> moves(moment, run, before, segment))
                        .orElse(null));
    }

    private static String advice(Frame frame, Segment segment) {
        return frame.say("advice." + segment.key());
    }

    private Bars sales(Snapshot moment, Frame frame, Run run, Segment segment) {
        var names = DateTimeFormatter.ofPattern("MMM", current.language().locale());
        var full = DateTimeFormatter.ofPattern("MMMM yyyy", current.language().locale());
        var first = run.day().withDayOfMonth(1).minusMonths(11);
        var months = moment.list(
                "months of " + segment.key() + " " + run.day(),
                Month.class,
                () -> segments.sales(moment.tx(), current.id(), run.day(), segment, first));
        return Bars.of(months.stream()
                .map(m -> new Bars.Value(
                        names.format(m.month()), full.format(m.month()), m.revenue(), frame.rupiah(m.revenue())))
                .toList());
    }

    private Moves moves(Snapshot moment, Run run, LocalDate before, Segment segment) {
        var counts = moment.movements(before, run.day(), segment);
        var movers = segments.movers(moment.tx(), current.id(), before, run.day(), segment, MOVERS);
        return new Moves(
                before,
                Movement.came(counts, segment),
                Movement.went(counts, segment),
                moved(movers.stream().filter(m -> m.to() == segment), true),
                moved(movers.stream().filter(m -> m.from() == segment), false));
    }

    private List<Moved> moved(Stream<Mover> movers, boolean in) {
        return movers.map(m -> {
                    var other = in ? m.from() : m.to();
                    return new Moved(m.customerId(), m.name(), other == null ? null : other.label(current.language()));
                })
                .toList();
    }

    /** The customers of one field of the picture. */
    @GET
    @Path("cells/{recency}/{frequency}")
    @Operation(hidden = true)
    public TemplateInstance cell(
            @RestPath String recency, @RestPath String frequency, @BeanParam @Valid Paging paging) {
        if (!recency.matches("[1-5]") || !frequency.matches("[1-5]")) throw new Problem.NotFound("segment");
        int r = Integer.parseInt(recency), f = Integer.parseInt(frequency);
        var user = current.id();
        analysis.catchUp(user);
        var frame = web.frame();
        var cell = figures.inSnapshot(user, moment -> {
            var tx = moment.tx();
            var run = analyses.latest(tx, user).orElseThrow(() -> new Problem.NotFound("segment"));
            int total = cells(moment, run).stream()
                    .filter(c -> c.recencyScore() == r && c.frequencyScore() == f)
                    .mapToInt(Cell::customers)
                    .sum();
            var shown = paging.within(total);
            return new CellShown(
                    Grid.days(frame, run.settings(), r).said(),
                    Grid.times(frame, run.settings(), f).said(),
                    People.of(frame, run.day(), segments.inCell(tx, user, run.day(), r, f, shown), total, shown));
        });
        audit.noteList(user, CustomerList.SEGMENTS);
        return Templates.cell(frame, cell);
    }
}
