package com.smartmarketingagent.rfm;

import com.fasterxml.jackson.databind.JsonNode;
import com.smartmarketingagent.account.Audit;
import com.smartmarketingagent.account.Audit.CustomerList;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Envelope;
import com.smartmarketingagent.platform.Paging;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Validated;
import com.smartmarketingagent.rfm.RfmRepository.ScoredCustomer;
import com.smartmarketingagent.rfm.RfmRepository.SegmentTotals;
import com.smartmarketingagent.rfm.RfmSettings.Method;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Analyses, segments and settings. What is read comes from one moment, so that it is one analysis and never two. */
@Path("/api/rfm")
@Consumes(MediaType.APPLICATION_JSON)
@Validated
class RfmApi {

    private final CurrentUser current;
    private final Db db;
    private final RfmRepository analyses;
    private final RfmAnalysis analysis;
    private final FigureCache figures;
    private final Audit audit;

    RfmApi(CurrentUser current, Db db, RfmRepository analyses, RfmAnalysis analysis, FigureCache figures, Audit audit) {
        this.current = current;
        this.db = db;
        this.analyses = analyses;
        this.analysis = analysis;
        this.figures = figures;
        this.audit = audit;
    }

    /**
     * What to calculate other than the shop's settings say.
     *
     * @param asOf null for today in the shop's zone
     * @param windowDays absent for the shop's own, JSON's null for all history
     */
    record Calculation(
            @Nullable LocalDate asOf,
            @Nullable Method method,

            @Schema(implementation = Integer.class, nullable = true) @Nullable
            JsonNode windowDays) {

        RfmSettings in(RfmSettings settings) {
            return new RfmSettings(
                    method == null ? settings.method() : method,
                    windowDays == null ? settings.windowDays() : days(windowDays),
                    settings.bins());
        }

        private static @Nullable Integer days(JsonNode windowDays) {
            if (windowDays.isNull()) return null;
            if (!windowDays.isInt()
                    || windowDays.intValue() < 1
                    || windowDays.intValue() > RfmSettings.LONGEST_WINDOW) {
                throw new Problem.Invalid("window_days", "rfm.window", RfmSettings.LONGEST_WINDOW);
            }
            return windowDays.intValue();
        }
    }

    record Calculated(LocalDate analysisDate, Method method, int customers, Map<String, Integer> segments) {}

    @POST
    @Path("calculate")
    public Envelope<Calculated> calculate(@Nullable Calculation body) {
        var wanted = body == null ? new Calculation(null, null, null) : body;
        var day = analysis.calculate(current.id(), wanted.asOf(), wanted::in);
        return Envelope.of(db.inTenantSnapshot(current.id(), tx -> {
            var run = analyses.run(tx, current.id(), day).orElseThrow();
            var counts = counts(tx, day);
            return new Calculated(day, run.settings().method(), sum(counts), counts);
        }));
    }

    /** @param calculatedAt null, as {@code analysisDate} and {@code method} are, before the first analysis */
    record Analysis(
            @Nullable LocalDate analysisDate,
            @Nullable Method method,
            @Nullable Integer windowDays,
            @Nullable Instant calculatedAt,
            boolean stale,
            Map<String, Integer> segments,
            List<ScoredCustomer> customers) {}

    @GET
    @Path("analysis")
    public Envelope<Analysis> latest(@RestQuery @Nullable String segment, @BeanParam @Valid Paging paging) {
        var only = segment == null
                ? null
                : Segment.byKey(segment).orElseThrow(() -> new Problem.Invalid("segment", "rfm.segment"));
        audit.noteList(current.id(), CustomerList.SEGMENTS);
        return figures.inSnapshot(current.id(), moment -> {
            var tx = moment.tx();
            var run = analyses.latest(tx, current.id());
            if (run.isEmpty()) {
                return Envelope.page(new Analysis(null, null, null, null, false, Map.of(), List.of()), paging, 0);
            }
            var counts = counts(moment.totals(run.get().day()));
            boolean stale = analyses.isStale(tx, current.id());
            var shown = new Analysis(
                    run.get().day(),
                    run.get().settings().method(),
                    run.get().settings().windowDays(),
                    run.get().calculatedAt(),
                    stale,
                    counts,
                    analyses.customers(tx, current.id(), run.get().day(), only, paging));
            var listed = stale ? listed(tx, run.get().day()) : counts;
            int total = only == null ? sum(listed) : listed.getOrDefault(only.key(), 0);
            return Envelope.page(shown, paging, total);
        });
    }

    /**
     * @param from null for those not scored in the last analysis with the same settings, and for all if there is none
     */
    record CameFrom(@Nullable Segment from, int customers) {}

    /** @param to null for those no longer scored */
    record WentTo(@Nullable Segment to, int customers) {}

    record Movements(List<CameFrom> in, List<WentTo> out) {}

    record SegmentShown(
            Segment segment,
            String label,
            String meaning,
            @Nullable LocalDate analysisDate,
            List<ScoredCustomer> customers,
            Movements movements) {}

    @GET
    @Path("segments/{name}")
    public Envelope<SegmentShown> segment(@RestPath String name, @BeanParam @Valid Paging paging) {
        var segment = Segment.byKey(name).orElseThrow(() -> new Problem.NotFound("segment"));
        audit.noteList(current.id(), CustomerList.SEGMENTS);
        return figures.inSnapshot(current.id(), moment -> {
            var tx = moment.tx();
            var run = analyses.latest(tx, current.id());
            if (run.isEmpty()) return Envelope.page(show(segment, null, List.of(), List.of()), paging, 0);
            var day = run.get().day();
            var listed = analyses.isStale(tx, current.id()) ? listed(tx, day) : counts(moment.totals(day));
            int total = listed.getOrDefault(segment.key(), 0);
            return Envelope.page(
                    show(
                            segment,
                            day,
                            analyses.customers(tx, current.id(), day, segment, paging),
                            movements(moment, day, segment)),
                    paging,
                    total);
        });
    }

    /** None where earlier analyses were calculated otherwise: who is elsewhere may not have moved. */
    private List<RfmRepository.Movement> movements(FigureCache.Snapshot moment, LocalDate day, Segment segment) {
        var tx = moment.tx();
        var before = analyses.dayBefore(tx, current.id(), day);
        if (before.isEmpty() && !analyses.isFirst(tx, current.id(), day)) return List.of();
        return before.isPresent()
                ? moment.movements(before.get(), day, segment)
                : analyses.movements(tx, current.id(), null, day, segment);
    }

    private SegmentShown show(
            Segment segment,
            @Nullable LocalDate day,
            List<ScoredCustomer> customers,
            List<RfmRepository.Movement> movements) {
        var in = movements.stream()
                .filter(m -> segment == m.to())
                .map(m -> new CameFrom(m.from(), m.customers()))
                .toList();
        var out = movements.stream()
                .filter(m -> segment == m.from())
                .map(m -> new WentTo(m.to(), m.customers()))
                .toList();
        return new SegmentShown(
                segment,
                segment.label(current.language()),
                segment.meaning(current.language()),
                day,
                customers,
                new Movements(in, out));
    }

    /** The settings as JSON; thresholds rise, and an absent list means those a shop starts with. */
    record SettingsBody(
            @NotNull Method method,

            @Nullable @Min(1) @Max(RfmSettings.LONGEST_WINDOW)
            Integer windowDays,

            @Nullable List<@NotNull @Min(0) @Max(RfmSettings.LONGEST_WINDOW) Integer> recencyBins,

            @Nullable List<@NotNull @Min(1) Integer> frequencyBins,

            @Nullable List<@NotNull @PositiveOrZero @Digits(integer = 13, fraction = 2) BigDecimal> monetaryBins) {

        static SettingsBody of(RfmSettings settings) {
            var bins = settings.bins();
            return new SettingsBody(
                    settings.method(), settings.windowDays(), bins.recency(), bins.frequency(), bins.monetary());
        }

        RfmSettings settings() {
            var bins = new Bins(
                    rising("recency_bins", recencyBins, Bins.DEFAULT.recency()),
                    rising("frequency_bins", frequencyBins, Bins.DEFAULT.frequency()),
                    rising("monetary_bins", monetaryBins, Bins.DEFAULT.monetary()));
            return new RfmSettings(method, windowDays, bins);
        }

        private static <T extends Comparable<T>> List<T> rising(
                String field, @Nullable List<T> thresholds, List<T> otherwise) {
            if (thresholds == null) return otherwise;
            if (!Bins.areBins(thresholds)) throw new Problem.Invalid(field, "rfm.bins");
            return thresholds;
        }
    }

    @GET
    @Path("settings")
    public Envelope<SettingsBody> settings() {
        return Envelope.of(SettingsBody.of(analysis.settings(current.id())));
    }

    @PUT
    @Path("settings")
    public Envelope<SettingsBody> change(@NotNull @Valid SettingsBody body) {
        analysis.change(current.id(), body.settings());
        return settings();
    }

    /** All eight segments, those without customers too. */
    private Map<String, Integer> counts(Handle tx, LocalDate day) {
        return counts(analyses.totals(tx, current.id(), day));
    }

    private static Map<String, Integer> counts(List<SegmentTotals> totals) {
        return counts(totals.stream().collect(Collectors.toMap(SegmentTotals::segment, SegmentTotals::customers)));
    }

    /** Without those who were merged into another since the day was calculated: these no page of the list shows. */
    private Map<String, Integer> listed(Handle tx, LocalDate day) {
        return counts(analyses.counts(tx, current.id(), day));
    }

    private static Map<String, Integer> counts(Map<Segment, Integer> known) {
        var counts = new LinkedHashMap<String, Integer>();
        for (var segment : Segment.values()) counts.put(segment.key(), known.getOrDefault(segment, 0));
        return counts;
    }

    private static int sum(Map<String, Integer> counts) {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }
}
