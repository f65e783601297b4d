package com.smartmarketingagent.report;

import com.smartmarketingagent.account.Frame;
import com.smartmarketingagent.campaign.Result;
import com.smartmarketingagent.campaign.Results;
import com.smartmarketingagent.platform.Bars;
import com.smartmarketingagent.platform.Language;
import com.smartmarketingagent.report.Report.Best;
import com.smartmarketingagent.report.Report.Part;
import com.smartmarketingagent.report.Report.Sales;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A report in its reader's words: the same tables on screen and in every file. */
final class ReportTables {

    private ReportTables() {}

    /**
     * @param head of each column; those after the first hold numbers
     * @param none what is said where there are no rows
     */
    record Table(String key, String title, List<String> head, List<List<Cell>> rows, String none) {}

    /**
     * @param number the same as a number for a sheet; null of words
     * @param format how a sheet shows it, as it is said; of words it means nothing
     */
    record Cell(String said, @Nullable BigDecimal number, String format) {

        static Cell of(String said) {
            return new Cell(said, null, WHOLE);
        }
    }

    private static final String WHOLE = "#,##0";

    /** How a sheet shows an amount: with sen where there are any. */
    static String format(BigDecimal rupiah) {
        return isWhole(rupiah) ? WHOLE : "#,##0.00";
    }

    private static boolean isWhole(BigDecimal number) {
        return number.stripTrailingZeros().scale() <= 0;
    }

    /** {@code Laporan November 2026}, {@code Laporan 23–29 Nov 2026}. */
    static String title(Frame frame, Period period) {
        return frame.say("report.of", name(frame, period));
    }

    static String name(Frame frame, Period period) {
        var locale = frame.language().locale();
        if (!period.isWeek())
            return DateTimeFormatter.ofPattern("MMMM yyyy", locale).format(period.from());
        return days(frame, period.from(), period.until());
    }

    /** {@code 23–29 Nov 2026}, or both days in full where their months differ. */
    static String days(Frame frame, LocalDate from, LocalDate until) {
        if (from.equals(until)) return frame.day(from);
        boolean together = from.getMonth() == until.getMonth() && from.getYear() == until.getYear();
        return (together ? String.valueOf(from.getDayOfMonth()) : frame.day(from)) + "–" + frame.day(until);
    }

    static List<Table> of(Frame frame, Report report) {
        var segments = report.segments();
        return List.of(
                summary(frame, report),
                new Table(
                        "segments",
                        frame.say("report.segments"),
                        words(frame, "segment", "customers", "came", "went", "spent"),
                        segments == null
                                ? List.of()
                                : segments.lines().stream()
                                        .map(line -> segment(frame, line))
                                        .toList(),
                        frame.say("report.no_segments")),
                new Table(
                        "campaigns",
                        frame.say("report.campaigns"),
                        words(frame, "campaign", "messages", "brought", "at_least", "at_most", "cost", "profit"),
                        report.campaigns().stream().map(c -> campaign(frame, c)).toList(),
                        frame.say("report.no_campaigns")),
                new Table(
                        "products",
                        frame.say("report.products"),
                        words(frame, "product", "sold", "revenue"),
                        report.products().stream().map(p -> best(frame, p)).toList(),
                        frame.say("report.no_products")),
                new Table(
                        "cities",
                        frame.say("report.cities"),
                        words(frame, "city", "buyers", "revenue"),
                        report.cities().stream().map(c -> best(frame, c)).toList(),
                        frame.say("report.no_cities")));
    }

    private static List<String> words(Frame frame, String... columns) {
        return Stream.of(columns).map(c -> frame.say("report.column_" + c)).toList();
    }

    private static Table summary(Frame frame, Report report) {
        var compared = report.compared();
        var rows = new ArrayList<List<Cell>>();
        row(frame, rows, "revenue", report, s -> s.revenue(), true);
        row(frame, rows, "sales", report, s -> BigDecimal.valueOf(s.sales()), false);
        row(frame, rows, "buyers", report, s -> BigDecimal.valueOf(s.buyers()), false);
        row(frame, rows, "new_buyers", report, s -> BigDecimal.valueOf(s.newBuyers()), false);
        row(frame, rows, "returning_buyers", report, s -> BigDecimal.valueOf(s.returningBuyers()), false);
        row(frame, rows, "new_revenue", report, s -> s.newRevenue(), true);
        row(frame, rows, "returning_revenue", report, s -> s.returningRevenue(), true);
        return new Table(
                "summary",
                frame.say("report.summary"),
                List.of(
                        frame.say("report.column_what"),
                        days(frame, report.from(), report.reached()),
                        days(frame, compared.from(), compared.until()),
                        frame.say("report.column_change")),
                rows,
                "");
    }

    private static void row(
            Frame frame,
            List<List<Cell>> rows,
            String what,
            Report report,
            Function<Sales, BigDecimal> figure,
            boolean rupiah) {
        var now = figure.apply(report.sales());
        var before = figure.apply(report.compared().sales());
        rows.add(List.of(
                Cell.of(frame.say("report." + what)),
                rupiah ? rupiah(frame, now) : count(frame, now),
                rupiah ? rupiah(frame, before) : count(frame, before),
                Cell.of(change(frame, now, before))));
    }

    /** {@code +12%}; a dash where there was nothing to compare with. */
    static String change(Frame frame, BigDecimal now, BigDecimal before) {
        if (before.signum() <= 0) return "–";
        var percent = now.subtract(before).movePointRight(2).divide(before, 0, RoundingMode.HALF_UP);
        var size = frame.count(percent.abs().longValue()) + "%";
        return percent.signum() == 0 ? size : (percent.signum() > 0 ? "+" : "−") + size;
    }

    private static List<Cell> segment(Frame frame, Report.Line line) {
        return List.of(
                Cell.of(line.segment().label(frame.language())),
                count(frame, BigDecimal.valueOf(line.customers())),
                moved(frame, line.came()),
                moved(frame, line.went()),
                rupiah(frame, line.revenue()));
    }

    private static Cell moved(Frame frame, @Nullable Long customers) {
        return customers == null ? Cell.of("–") : count(frame, BigDecimal.valueOf(customers));
    }

    private static List<Cell> campaign(Frame frame, Results.Begun begun) {
        var result = begun.result();
        var lift = result.lift();
        return List.of(
                Cell.of(begun.name()),
                count(frame, BigDecimal.valueOf(result.cost().messages())),
                estimate(frame, result, lift.incremental()),
                estimate(frame, result, lift.low()),
                estimate(frame, result, lift.high()),
                rupiah(frame, result.cost().total()),
                estimate(frame, result, result.profit()));
    }

    /** In whole rupiah: nobody knows the sen of an estimate. */
    private static Cell estimate(Frame frame, Result result, @Nullable BigDecimal amount) {
        // which no day to come changes
        boolean incomparable = result.holdout().people() == 0;
        if (amount == null) return Cell.of(frame.say(incomparable ? "report.incomparable" : "report.unknown"));
        return rupiah(frame, amount.setScale(0, RoundingMode.HALF_EVEN));
    }

    private static List<Cell> best(Frame frame, Best best) {
        return List.of(
                Cell.of(best.name()),
                number(frame, best.sold()),
                best.revenueKnown() ? rupiah(frame, best.revenue()) : Cell.of("–"));
    }

    private static Cell rupiah(Frame frame, BigDecimal amount) {
        return new Cell(frame.rupiah(amount), amount, format(amount));
    }

    private static Cell count(Frame frame, BigDecimal number) {
        return new Cell(frame.count(number.longValueExact()), number, WHOLE);
    }

    /** Metres of cloth may be broken. */
    private static Cell number(Frame frame, BigDecimal number) {
        var plain = number.stripTrailingZeros().toPlainString();
        return new Cell(
                frame.language() == Language.ENGLISH ? plain : plain.replace('.', ','),
                number,
                isWhole(number) ? WHOLE : "#,##0.######");
    }

    /** Revenue of each day of a week, or of what a month has of each week; the last that has begun is marked. */
    static Bars bars(Frame frame, Period period, Report report) {
        var parts = report.parts();
        int begun = (int)
                parts.stream().filter(p -> !p.from().isAfter(report.reached())).count();
        return Bars.of(
                parts.stream()
                        .map(p -> new Bars.Value(
                                label(frame, period, p),
                                days(frame, p.from(), p.until()),
                                p.revenue(),
                                revenue(frame, report, p)))
                        .toList(),
                begun - 1);
    }

    /** A dash of what hasn't begun: nobody knows that it brings nothing. */
    private static String revenue(Frame frame, Report report, Part part) {
        boolean unknown =
                part.from().isAfter(report.reached()) && part.revenue().signum() == 0;
        return unknown ? "–" : frame.rupiah(part.revenue());
    }

    private static String label(Frame frame, Period period, Part part) {
        if (period.isWeek())
            return part.from()
                    .getDayOfWeek()
                    .getDisplayName(TextStyle.SHORT, frame.language().locale());
        int first = part.from().getDayOfMonth();
        int last = part.until().getDayOfMonth();
        return first == last ? String.valueOf(first) : first + "–" + last;
    }
}
