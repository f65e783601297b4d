package com.smartmarketingagent;

import com.smartmarketingagent.account.PassingShop;
import com.smartmarketingagent.importing.FileImport;
import com.smartmarketingagent.importing.UnreadableFile;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Language;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.UserId;
import com.smartmarketingagent.platform.Words;
import com.smartmarketingagent.rfm.RfmAnalysis;
import com.smartmarketingagent.rfm.RfmSettings;
import jakarta.inject.Singleton;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
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
    private static final int FAILED = 1;
    private static final int UNREADABLE = 2;
    private static final int DATE_ORDER_NEEDED = 3;

    private final Db db;
    private final PassingShop passingShop;
    private final FileImport fileImport;
    private final RfmAnalysis analysis;
    private final AnalysisReport report;
    private final Clock clock;

    AnalyseCommand(
            Db db,
            PassingShop passingShop,
            FileImport fileImport,
            RfmAnalysis analysis,
            AnalysisReport report,
            Clock clock) {
        this.db = db;
        this.passingShop = passingShop;
        this.fileImport = fileImport;
        this.analysis = analysis;
        this.report = report;
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
        } catch (RuntimeException e) {
            // said here: whoever ran the command sees no log
            err.println();
            err.println("Analisis gagal karena kesalahan di program ini, bukan di berkas Anda. Rinciannya:");
            e.printStackTrace(err);
            return FAILED;
        }
    }

    private int analyse(Handle tx, UserId shop, Request request, long start, PrintStream out, PrintStream err) {
        passingShop.open(tx, shop);
        var progress = new Progress(err, clock);
        try {
            var rows = fileImport.runSales(tx, shop, request.file(), request.dateOrder(), progress);
            var lastDay = fileImport.lastDay(tx, shop);
            var asOf = request.asOf() == null ? lastDay : request.asOf();
            var day = analysis.calculate(
                    tx, shop, asOf, s -> new RfmSettings(request.method(), s.windowDays(), s.bins()));
            progress.clear();
            var result = new AnalysisReport.Result(tx, shop, request, rows, day, start);
            if (request.json()) report.writeJson(result, out);
            else report.print(result, out);
            return OK;
        } catch (UnreadableFile e) {
            progress.clear();
            err.println(e.sentence(Locale.of("id")));
            if (e.code() != UnreadableFile.Code.DATE_ORDER) return UNREADABLE;
            err.println("Ulangi dengan --date-order day_first atau --date-order month_first.");
            return DATE_ORDER_NEEDED;
        }
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
