package com.smartmarketingagent.importing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.smartmarketingagent.importing.FileImport.Source;
import com.smartmarketingagent.importing.SalesRepository.TakenBack;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Ids;
import com.smartmarketingagent.platform.Language;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** A dry run: what an import would do, with nothing of it left behind. */
@Singleton
class Rehearsal {

    /**
     * So many rows of a file are tried, which takes some seconds and no more: a request waits for it, and the shop's
     * imports do.
     */
    static final int MOST_ROWS = 100_000;

    private static final int EXAMPLES = 3;
    private static final int SAMPLE = 5;
    private static final int REFUSED_SHOWN = 100;

    private final Db db;
    private final FileImport fileImport;
    private final ImportRepository imports;
    private final ObjectMapper json;

    Rehearsal(Db db, FileImport fileImport, ImportRepository imports, ObjectMapper json) {
        this.db = db;
        this.fileImport = fileImport;
        this.imports = imports;
        this.json = json;
    }

    /** What the file itself shows. */
    private record Seen(
            Source source,
            Mapping mapping,
            List<Row> examples,
            boolean complete,
            int headingRow,
            List<String> otherSheets,
            boolean doubtful,
            OptionalInt year) {}

    /** As in {@link Preview}. */
    private record Refused(List<Line.Said> first, long skipped, List<Line.Said> toMend) {
        static final Refused NONE = new Refused(List.of(), 0, List.of());
    }

    /**
     * Reads the whole file, for the order of day and month may show in its last row, and runs its first
     * {@link #MOST_ROWS} against the shop.
     *
     * @throws Problem if it can't be read
     */
    Preview preview(UserId user, Upload upload, Language language) {
        return preview(user, upload.source(json), language);
    }

    /** The same, of what is known of the file already. */
    Preview preview(UserId user, Source source, Language language) {
        try (var sheet = source.open()) {
            var mapping = source.mappingFor(sheet);
            var examples = new ArrayList<Row>();
            var detection = new DateOrderDetection(mapping, sheet.year());
            long rows = 0;
            for (@Nullable Row row; (row = sheet.next()) != null; rows++) {
                if (examples.size() < SAMPLE) examples.add(row);
                detection.see(row);
            }
            boolean complete = rows <= MOST_ROWS;
            boolean open = source.dateOrder() == null && detection.answer() == DateOrderDetection.Answer.AMBIGUOUS;
            if (open) {
                var seen = new Seen(
                        source,
                        mapping,
                        examples,
                        complete,
                        sheet.headingRow(),
                        sheet.otherSheets(),
                        false,
                        detection.year());
                return preview(seen, List.of(), Refused.NONE, null, TakenBack.NOTHING, List.of(question(mapping)));
            }
            var order = source.dateOrder() == null ? detection.order() : source.dateOrder();
            var settled = new Source(source.file(), source.name(), source.kind(), source.mapping(), order);
            return rehearse(
                    user,
                    new Seen(
                            settled,
                            mapping,
                            examples,
                            complete,
                            sheet.headingRow(),
                            sheet.otherSheets(),
                            source.dateOrder() == null && detection.isDoubtful(),
                            detection.year()),
                    language);
        } catch (UnreadableFile e) {
            throw e.problem();
        }
    }

    /**
     * Only the columns and what their titles say, be that enough for an import or not.
     *
     * @throws Problem if the file can't be read
     */
    Preview columns(Source source) {
        try (var sheet = source.open()) {
            var mapping = sheet.mapping(source.kind());
            var examples = new ArrayList<Row>();
            for (@Nullable Row row; examples.size() < SAMPLE && (row = sheet.next()) != null; ) examples.add(row);
            return preview(
                    new Seen(
                            source,
                            mapping,
                            examples,
                            false,
                            sheet.headingRow(),
                            sheet.otherSheets(),
                            false,
                            OptionalInt.empty()),
                    List.of(),
                    Refused.NONE,
                    null,
                    TakenBack.NOTHING,
                    List.of());
        } catch (UnreadableFile e) {
            throw e.problem();
        }
    }

    private Preview rehearse(UserId user, Seen seen, Language language) {
        try {
            return tried(user, seen, language);
        } catch (RuntimeException e) {
            // who sent the file may send it again
            if (FileImport.collided(e)) throw new Problem.Unavailable();
            throw e;
        }
    }

    private Preview tried(UserId user, Seen seen, Language language) {
        var source = seen.source();
        var kind = source.kind().name().toLowerCase(Locale.ROOT);
        return db.rehearse(user, tx -> {
            try {
                var id = Ids.next();
                // what it changes is kept under its id
                imports.insert(tx, user, id, new ImportRepository.Reading(kind, source.name(), "{}", null), 0);
                var rows = fileImport.run(tx, user, id, source, MOST_ROWS, p -> {});
                var first = fileImport.refused(tx, REFUSED_SHOWN);
                var refused = new Refused(
                        said(first, language),
                        fileImport.skipped(tx),
                        said(fileImport.toMend(tx, REFUSED_SHOWN), language));
                var reader = fileImport.lines(tx, user, source, seen.mapping());
                var sample = seen.examples().stream()
                        .map(reader::read)
                        .filter(line -> line != null && !(line instanceof Line.Refused))
                        // also for what only the shop knows, such as who asked to be forgotten
                        .filter(line -> first.stream().noneMatch(row -> row.row() == line.row()))
                        .map(line -> line instanceof Line.Sale sale ? sale.asStored() : line)
                        .toList();
                var takenBack = source.kind() == Kind.TRANSACTIONS ? fileImport.takenBack(tx) : TakenBack.NOTHING;
                return preview(seen, sample, refused, rows, takenBack, List.of());
            } catch (UnreadableFile e) {
                throw e.problem();
            }
        });
    }

    private static List<Line.Said> said(List<Line.Refused> lines, Language language) {
        return lines.stream().map(line -> line.said(language)).toList();
    }

    private static Preview preview(
            Seen seen,
            List<Line> sample,
            Refused refused,
            Import.@Nullable Rows counts,
            TakenBack takenBack,
            List<Preview.Question> questions) {
        var mapping = seen.mapping();
        var columns = new ArrayList<Preview.Column>();
        for (int i = 0; i < mapping.heading().size(); i++) {
            int column = i;
            if (mapping.heading().get(i).isBlank()) continue;
            var examples = seen.examples().stream()
                    .limit(EXAMPLES)
                    .map(r -> r.shown(column))
                    .filter(v -> !v.isBlank())
                    .toList();
            var field = mapping.fields().getOrDefault(i, Field.IGNORE).json();
            columns.add(new Preview.Column(mapping.heading().get(i).strip(), field, examples));
        }
        var layout = mapping.layout().name().toLowerCase(Locale.ROOT);
        return new Preview(
                layout,
                columns,
                mapping.json(),
                sample,
                refused.first(),
                counts,
                seen.complete(),
                questions,
                seen.headingRow(),
                seen.otherSheets(),
                refused.skipped(),
                refused.toMend(),
                takenBack,
                seen.source().dateOrder(),
                seen.doubtful(),
                seen.year().isPresent() ? seen.year().getAsInt() : null);
    }

    /** The first day of the file, as it is written, that can be read two ways; empty where there is none. */
    String twoWays(Source source) {
        try (var sheet = source.open()) {
            var detection = new DateOrderDetection(source.mappingFor(sheet), sheet.year());
            for (@Nullable Row row; detection.example() == null && (row = sheet.next()) != null; ) detection.see(row);
            return Objects.requireNonNullElse(detection.example(), "");
        } catch (UnreadableFile e) {
            return "";
        }
    }

    private static Preview.Question question(Mapping mapping) {
        return new Preview.Question(
                mapping.title(Field.TRANSACTION_DATE),
                "date_order",
                List.of(DateOrder.DAY_FIRST.json(), DateOrder.MONTH_FIRST.json()));
    }
}
