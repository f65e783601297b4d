package com.smartmarketingagent;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.smartmarketingagent.importing.FileImport;
import com.smartmarketingagent.importing.Import;
import com.smartmarketingagent.importing.Line;
import com.smartmarketingagent.importing.UnreadableFile;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Figures;
import com.smartmarketingagent.platform.Language;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.UserId;
import com.smartmarketingagent.platform.Words;
import com.smartmarketingagent.rfm.RfmAnalysis;
import com.smartmarketingagent.rfm.RfmRepository;
import com.smartmarketingagent.rfm.RfmRepository.Reachable;
import com.smartmarketingagent.rfm.RfmRepository.SegmentTotals;
import com.smartmarketingagent.rfm.RfmSettings;
import com.smartmarketingagent.rfm.Segment;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleConsumer;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * {@code ./sma analyse FILE}: the main job on one file without an account. The shop it works in exists only inside a
 * transaction that is rolled back.
 */
@Singleton
class AnalyseCommand {

    private static final int OK = 0;
    private static final int UNREADABLE = 2;
    private static final int DATE_ORDER_NEEDED = 3;
    private static final int AT_RISK_SHOWN = 10;
    private static final int REFUSED_SHOWN = 20;

    private final Db db;
    private final FileImport fileImport;
    private final RfmAnalysis analysis;
    private final RfmRepository analyses;
    private final ObjectMapper json;
    private final Clock clock;

    AnalyseCommand(
            Db db,
            FileImport fileImport,
            RfmAnalysis analysis,
            RfmRepository analyses,
            ObjectMapper json,
            Clock clock) {
        this.db = db;
        this.fileImport = fileImport;
        this.analysis = analysis;
        this.analyses = analyses;
        this.json = json;
        this.clock = clock;
    }

    /**
     * What the command line asks for.
     *
     * @param asOf null for the day of the file's last sale
     * @param dateOrder null where the file is to tell
     */
    record Request(
            Path file,
            @Nullable LocalDate asOf,
            RfmSettings.Method method,
            @Nullable String dateOrder,
            boolean json) {

        /** @throws IllegalArgumentException with a sentence for the operator */
        static Request parse(List<String> args) {
            @Nullable Path file = null;
            @Nullable LocalDate asOf = null;
            var method = RfmSettings.Method.FIXED;
            @Nullable String dateOrder = null;
            boolean json = false;
            for (int i = 0; i < args.size(); i++) {
                var arg = args.get(i);
                switch (arg) {
                    case "--json" -> json = true;
                    case "--as-of" -> asOf = day(value(args, ++i, arg));
                    case "--method" -> method = method(value(args, ++i, arg));
                    case "--date-order" -> dateOrder = dateOrder(value(args, ++i, arg));
                    default -> {
                        if (arg.startsWith("--")) throw new IllegalArgumentException("Unknown option " + arg);
                        if (file != null) throw new IllegalArgumentException("Only one file at a time");
                        file = Path.of(arg);
                    }
                }
            }
            if (file == null) throw new IllegalArgumentException("Name the file: ./sma analyse FILE");
            return new Request(file, asOf, method, dateOrder, json);
        }

        private static String value(List<String> args, int i, String option) {
            if (i >= args.size()) throw new IllegalArgumentException(option + " needs a value");
            return args.get(i);
        }

        private static LocalDate day(String value) {
            try {
                return LocalDate.parse(value);
            } catch (DateTimeParseException e) {
                throw new IllegalArgumentException("--as-of takes a day such as 2025-12-31, not " + value, e);
            }
        }

        private static RfmSettings.Method method(String value) {
            return RfmSettings.Method.byKey(value)
                    .orElseThrow(() -> new IllegalArgumentException("--method is fixed or quantile, not " + value));
        }

        private static String dateOrder(String value) {
            if (!value.equals("day_first") && !value.equals("month_first")) {
                throw new IllegalArgumentException("--date-order is day_first or month_first, not " + value);
            }
            return value;
        }
    }

    /** Prints to {@code out}; what goes on and what goes wrong to {@code err}. Answers the exit code. */
    int run(List<String> args, PrintStream out, PrintStream err) {
        Request request;
        try {
            request = Request.parse(args);
        } catch (IllegalArgumentException e) {
            err.println(e.getMessage());
            return UNREADABLE;
        }
        if (!Files.isRegularFile(request.file()) || !Files.isReadable(request.file())) {
            err.println("Berkas tidak ditemukan atau tidak bisa dibaca: " + request.file());
            return UNREADABLE;
        }
        long start = clock.millis();
        var shop = UserId.create();
        try {
            return db.rehearse(shop, tx -> analyse(tx, shop, request, start, out, err));
        } catch (Problem e) {
            err.println(Words.say(Language.INDONESIAN, e.text()));
            return UNREADABLE;
        }
    }

    private int analyse(Handle tx, UserId shop, Request request, long start, PrintStream out, PrintStream err) {
        fileImport.makeShop(tx, shop);
        var progress = new Progress(err, clock);
        try {
            var rows = fileImport.runSales(tx, shop, request.file(), request.dateOrder(), progress);
            var lastDay = fileImport.lastDay(tx, shop);
            var asOf = request.asOf() == null ? lastDay : request.asOf();
            var day = analysis.calculate(
                    tx, shop, asOf, s -> new RfmSettings(request.method(), s.windowDays(), s.bins()));
            progress.clear();
            var result = new Result(tx, shop, request, rows, day, start);
            if (request.json()) writeJson(result, out);
            else print(result, out);
            return OK;
        } catch (UnreadableFile e) {
            progress.clear();
            err.println(e.sentence(Locale.of("id")));
            if (e.code() != UnreadableFile.Code.DATE_ORDER) return UNREADABLE;
            err.println("Ulangi dengan --date-order day_first atau --date-order month_first.");
            return DATE_ORDER_NEEDED;
        }
    }

    private record Result(Handle tx, UserId shop, Request request, Import.Rows rows, LocalDate day, long start) {}

    private void writeJson(Result r, PrintStream out) {
        // an open generator, not a tree: a file may hold a million customers
        try (JsonGenerator to = json.getFactory().createGenerator(out).useDefaultPrettyPrinter()) {
            to.writeStartObject();
            to.writePOJOField("rows", r.rows());
            to.writeArrayFieldStart("refused");
            fileImport.eachRefused(r.tx(), line -> writeRefused(line, to));
            to.writeEndArray();
            to.writeStringField("analysis_date", r.day().toString());
            to.writeStringField("method", r.request().method().key());
            to.writeObjectFieldStart("segments");
            for (var total : totals(r).values()) {
                to.writeObjectFieldStart(total.segment().key());
                to.writeNumberField("customers", total.customers());
                to.writePOJOField("revenue", total.revenue());
                to.writeEndObject();
            }
            to.writeEndObject();
            to.writeArrayFieldStart("customers");
            analyses.eachCustomer(r.tx(), r.shop(), r.day(), c -> writeCustomer(c, to));
            to.writeEndArray();
            to.writeNumberField("elapsed_ms", clock.millis() - r.start());
            to.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        out.println();
    }

    private static void writeRefused(Line.Refused line, JsonGenerator to) {
        try {
            to.writePOJO(line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void writeCustomer(Reachable c, JsonGenerator to) {
        try {
            to.writeStartObject();
            to.writeStringField("name", c.name());
            to.writeStringField("phone", c.phone());
            to.writeNumberField("recency_days", c.recencyDays());
            to.writeNumberField("frequency", c.frequency());
            to.writePOJOField("monetary", c.monetary());
            to.writeNumberField("recency_score", c.recencyScore());
            to.writeNumberField("frequency_score", c.frequencyScore());
            to.writeNumberField("monetary_score", c.monetaryScore());
            to.writeStringField("segment", c.segment().key());
            to.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All eight segments, those without customers too. */
    private Map<Segment, SegmentTotals> totals(Result r) {
        var all = new EnumMap<Segment, SegmentTotals>(Segment.class);
        for (var segment : Segment.values()) {
            all.put(segment, new SegmentTotals(segment, 0, BigDecimal.ZERO, BigDecimal.ZERO));
        }
        for (var total : analyses.totals(r.tx(), r.shop(), r.day())) all.put(total.segment(), total);
        return all;
    }

    private void print(Result r, PrintStream out) {
        var rows = r.rows();
        out.printf(
                "%s: %s baris terbaca = %s baru + %s diperbarui + %s dobel + %s ditolak%n",
                r.request().file().getFileName(),
                count(rows.total()),
                count(rows.added()),
                count(rows.updated()),
                count(rows.duplicate()),
                count(rows.refused()));
        printRefused(r, out);
        var totals = totals(r);
        long scored =
                totals.values().stream().mapToLong(SegmentTotals::customers).sum();
        out.printf(
                "%nAnalisis per %s%s, cara %s, %s pelanggan%n%n",
                r.day(),
                r.request().asOf() == null ? " (hari penjualan terakhir di berkas)" : "",
                r.request().method().key(),
                count(scored));
        out.printf("%-24s %10s %8s %20s %14s%n", "Segmen", "Pelanggan", "Bagian", "Omzet", "Rata2 hari lalu");
        for (var total : totals.values()) {
            out.printf(
                    "%-24s %10s %8s %20s %14s%n",
                    total.segment().label(Language.INDONESIAN),
                    count(total.customers()),
                    Figures.share(Language.INDONESIAN, total.customers(), scored),
                    rupiah(total.revenue()),
                    total.customers() == 0
                            ? "-"
                            : count(Math.round(total.averageRecencyDays().doubleValue())));
        }
        printAtRisk(r, out);
        out.printf(Locale.of("id"), "%nSelesai dalam %.1f detik.%n", (clock.millis() - r.start()) / 1000.0);
    }

    private void printRefused(Result r, PrintStream out) {
        for (Line.Refused line : fileImport.refused(r.tx(), REFUSED_SHOWN)) {
            out.printf("  baris %d, %s \"%s\": %s%n", line.row(), line.column(), line.value(), line.reason());
        }
        if (r.rows().refused() > REFUSED_SHOWN) {
            out.printf(
                    "  … dan %s baris lain; --json menampilkan semuanya%n",
                    count(r.rows().refused() - REFUSED_SHOWN));
        }
    }

    private void printAtRisk(Result r, PrintStream out) {
        var atRisk = new ArrayList<Reachable>();
        analyses.eachCustomer(r.tx(), r.shop(), r.day(), c -> {
            var segment = c.segment();
            boolean leaving = segment == Segment.AT_RISK || segment == Segment.CANT_LOSE_THEM;
            if (leaving && atRisk.size() < AT_RISK_SHOWN) atRisk.add(c);
        });
        out.printf("%nPelanggan paling berharga yang mulai menjauh%n");
        if (atRisk.isEmpty()) out.println("  tidak ada");
        for (var c : atRisk) {
            out.printf(
                    "  %-30s %-16s %5d hari lalu %4d kali %16s  %s%n",
                    c.name(),
                    c.phone() == null ? "-" : c.phone(),
                    c.recencyDays(),
                    c.frequency(),
                    rupiah(c.monetary()),
                    c.segment().label(Language.INDONESIAN));
        }
    }

    private static String count(long number) {
        return Figures.count(Language.INDONESIAN, number);
    }

    private static String rupiah(BigDecimal amount) {
        return Figures.rupiah(Language.INDONESIAN, amount);
    }

    /** How far it is, on one line that is written over; nothing for files that are done at once. */
    private static final class Progress implements DoubleConsumer {
        private final PrintStream err;
        private final Clock clock;
        private long last;
        private boolean shown;

        Progress(PrintStream err, Clock clock) {
            this.err = err;
            this.clock = clock;
            this.last = clock.millis();
        }

        @Override
        public void accept(double progress) {
            if (clock.millis() - last < 1_000) return;
            last = clock.millis();
            shown = true;
            err.printf("\r%3.0f %% ", progress * 100);
            err.flush();
        }

        void clear() {
            if (shown) err.print("\r       \r");
        }
    }
}
