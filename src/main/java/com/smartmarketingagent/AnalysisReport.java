package com.smartmarketingagent;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.smartmarketingagent.content.Pieces;
import com.smartmarketingagent.importing.FileImport;
import com.smartmarketingagent.importing.Import;
import com.smartmarketingagent.importing.Line;
import com.smartmarketingagent.platform.Figures;
import com.smartmarketingagent.platform.Language;
import com.smartmarketingagent.platform.UserId;
import com.smartmarketingagent.platform.Words;
import com.smartmarketingagent.rfm.RfmRepository;
import com.smartmarketingagent.rfm.RfmRepository.Reachable;
import com.smartmarketingagent.rfm.RfmRepository.SegmentTotals;
import com.smartmarketingagent.rfm.Segment;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/** What {@code ./sma analyse} answers: what was read and refused, the segments, and who is drifting away. */
@Singleton
class AnalysisReport {

    private static final int AT_RISK_SHOWN = 10;
    private static final int REFUSED_SHOWN = 20;

    private final FileImport fileImport;
    private final RfmRepository analyses;
    private final ObjectMapper json;
    private final Clock clock;

    AnalysisReport(FileImport fileImport, RfmRepository analyses, ObjectMapper json, Clock clock) {
        this.fileImport = fileImport;
        this.analyses = analyses;
        this.json = json;
        this.clock = clock;
    }

    /**
     * @param tx the transaction that alone sees the shop
     * @param start when the command began, in milliseconds of the clock
     */
    record Result(
            Handle tx, UserId shop, AnalyseCommand.Request request, Import.Rows rows, LocalDate day, long start) {}

    /** One object, for programs. */
    void writeJson(Result r, PrintStream out) {
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
            to.writePOJO(line.said(Language.INDONESIAN));
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

    /** A page of text, for people. */
    void print(Result r, PrintStream out) {
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
                r.request().asOf() != null ? "" : why(r.rows()),
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
        printMessages(totals, out);
        out.printf(Locale.of("id"), "%nSelesai dalam %.1f detik.%n", (clock.millis() - r.start()) / 1000.0);
    }

    /** One for each segment that has customers. */
    private static void printMessages(Map<Segment, SegmentTotals> totals, PrintStream out) {
        if (totals.values().stream().allMatch(t -> t.customers() == 0)) return;
        out.printf("%nSatu pesan siap pakai untuk tiap segmen ({nama} dan {nama_toko} tinggal diisi):%n");
        for (var total : totals.values()) {
            if (total.customers() == 0) continue;
            out.printf(
                    "%n%s:%n%s%n",
                    total.segment().label(Language.INDONESIAN),
                    Pieces.ready(total.segment()).indent(2).stripTrailing());
        }
    }

    /** Of a day that nobody asked for. */
    private static String why(Import.Rows rows) {
        boolean sold = rows.refused() < rows.total();
        return sold ? " (hari penjualan terakhir di berkas)" : " (hari ini; tidak ada penjualan di berkas)";
    }

    private void printRefused(Result r, PrintStream out) {
        for (Line.Refused line : fileImport.refused(r.tx(), REFUSED_SHOWN)) {
            out.printf(
                    "  baris %d, %s \"%s\": %s%n",
                    line.row(), line.column(), line.value(), Words.say(Language.INDONESIAN, line.reason()));
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
        return Figures.rupiah(amount);
    }
}
