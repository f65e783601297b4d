package com.smartmarketingagent.importing;

import com.smartmarketingagent.account.ShopCalendar;
import com.smartmarketingagent.importing.Laps.Step;
import com.smartmarketingagent.importing.UnreadableFile.Code;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Ids;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/**
 * One file into one shop, inside the caller's transaction: read line by line, matched and stored set by set. The
 * refused rows are left in {@code staged_refusals} until that transaction ends.
 */
@Singleton
public class FileImport {

    private static final Logger LOG = Logger.getLogger(FileImport.class);

    private final MatchingRepository matching;
    private final SalesRepository sales;
    private final ImportRepository imports;
    private final RefusalRepository refusals;
    private final ShopCalendar calendar;

    FileImport(
            MatchingRepository matching,
            SalesRepository sales,
            ImportRepository imports,
            RefusalRepository refusals,
            ShopCalendar calendar) {
        this.matching = matching;
        this.sales = sales;
        this.imports = imports;
        this.refusals = refusals;
        this.calendar = calendar;
    }

    /** @param dateOrder null where the file's days can be read in one way only */
    record Source(
            Path file,
            String name,
            Kind kind,
            Map<String, String> mapping,
            @Nullable DateOrder dateOrder) {

        Sheet open() throws UnreadableFile {
            return Sheet.open(file, name, mapping.keySet(), ArchiveCheck.Limits.DEFAULT);
        }

        /**
         * @throws UnreadableFile if the correction names what isn't there, or a column is missing that we can't do
         *     without
         */
        Mapping mappingFor(Sheet sheet) throws UnreadableFile {
            var corrected = sheet.mapping(kind).corrected(mapping);
            corrected.require(kind);
            return corrected;
        }

        /**
         * The same with the order of day and month that the whole file shows, where none was given.
         *
         * @throws UnreadableFile with {@link UnreadableFile.Code#DATE_ORDER} if it shows none
         */
        Source settled() throws UnreadableFile {
            try (var sheet = open()) {
                var mapping = mappingFor(sheet);
                if (dateOrder != null || kind == Kind.CUSTOMERS) return this;
                var detection = new DateOrderDetection(mapping, sheet.year());
                boolean sound = soundToTheEnd(sheet, detection);
                if (sound && detection.answer() == DateOrderDetection.Answer.AMBIGUOUS) {
                    throw new UnreadableFile(Code.DATE_ORDER, 0, mapping.title(Field.TRANSACTION_DATE));
                }
                return new Source(file, name, kind, this.mapping, detection.order());
            }
        }

        /**
         * That of the days which are written without one: what a title says, where no day of the file has a year; else
         * empty. Reads the whole file.
         */
        OptionalInt year() {
            try (var sheet = open()) {
                if (sheet.year().isEmpty()) return sheet.year();
                var detection = new DateOrderDetection(mappingFor(sheet), sheet.year());
                soundToTheEnd(sheet, detection);
                return detection.year();
            } catch (UnreadableFile e) {
                // who reads it for its rows is told
                return OptionalInt.empty();
            }
        }

        /** False where the file is broken further down: that ends the import itself, which names the row. */
        private static boolean soundToTheEnd(Sheet sheet, DateOrderDetection detection) {
            try {
                for (@Nullable Row row; (row = sheet.next()) != null; ) detection.see(row);
                return true;
            } catch (UnreadableFile e) {
                LOG.debug("Broken after its beginning", e);
                return false;
            }
        }
    }

    /**
     * @param progress is told from 0 to 1 how far it is
     * @throws UnreadableFile if the file turns out to be broken; the transaction must then be rolled back
     */
    Import.Rows run(Handle tx, UserId user, UUID importId, Source source, DoubleConsumer progress)
            throws UnreadableFile {
        return run(tx, user, importId, source, Long.MAX_VALUE, progress);
    }

    /** @param atMost so many rows from the beginning of the file; it ends there */
    Import.Rows run(Handle tx, UserId user, UUID importId, Source source, long atMost, DoubleConsumer progress)
            throws UnreadableFile {
        imports.takeTurn(tx, user);
        var laps = new Laps(progress);
        var staging = new StagingRepository(tx);
        read(tx, user, source, staging, atMost, progress);
        sales.gatherOrders(tx, staging.ordersRepeat());
        laps.end(Step.READING);
        matching.gatherPersons(tx);
        matching.match(tx, user);
        if (source.kind() == Kind.TRANSACTIONS) sales.keepCustomers(tx, user, staging.ordersRepeat(), staging.priced());
        matching.refuseForgotten(tx, user, calendar.zone(tx, user), source.kind() == Kind.CUSTOMERS);
        if (!matching.hold(tx, user)) throw new CustomersChanged();
        laps.end(Step.MATCHING);
        matching.insertNew(tx, user, importId);
        int changed = matching.fillKnown(tx, user, importId, source.kind() == Kind.CUSTOMERS);
        laps.end(Step.CUSTOMERS);
        var rows = switch (source.kind()) {
            case CUSTOMERS -> countPeople(tx, staging, changed);
            case TRANSACTIONS ->
                countSales(
                        tx, staging, sales.store(tx, user, importId, staging.ordersRepeat(), staging.priced(), laps));
        };
        LOG.infov("Import {0}: {1} rows; {2}", importId, rows.total(), laps);
        return rows;
    }

    /** A matched customer was merged or deleted at the same moment: begin again. */
    static final class CustomersChanged extends RuntimeException {}

    /** Whether a run failed because of what somebody did at the same moment; another may go through. */
    static boolean collided(RuntimeException failure) {
        return failure instanceof CustomersChanged
                || (failure instanceof JdbiException refused && Db.collided(refused));
    }

    private Import.Rows countPeople(Handle tx, StagingRepository staging, int changed) {
        long created = matching.refuseUntoldPeople(tx);
        long refused = refusals.countStaged(tx);
        long total = staging.rows();
        return new Import.Rows(total, created, changed, total - created - changed - refused, refused, 0);
    }

    private Import.Rows countSales(Handle tx, StagingRepository staging, SalesRepository.Counts counts) {
        long refused = refusals.countStaged(tx);
        return new Import.Rows(
                staging.rows(), counts.added(), counts.updated(), counts.duplicate(), refused, staging.continued());
    }

    private void read(
            Handle tx, UserId user, Source source, StagingRepository staging, long atMost, DoubleConsumer progress)
            throws UnreadableFile {
        try (var sheet = source.open()) {
            var reader = lines(tx, user, source, source.mappingFor(sheet));
            long rows = 0;
            for (@Nullable Row row; rows < atMost && (row = sheet.next()) != null; ) {
                var line = reader.read(row);
                if (line != null) staging.add(line);
                if (++rows % 1_000 == 0) {
                    progress.accept(Step.READING.reached
                            * Math.min(1, (double) sheet.bytesRead() / Math.max(1, sheet.bytesTotal())));
                }
            }
            staging.flush();
            staging.refuseSales(tx, reader.incomplete());
        } finally {
            staging.abandon();
        }
    }

    LineReader lines(Handle tx, UserId user, Source source, Mapping mapping) {
        return new LineReader(
                mapping,
                source.kind(),
                source.dateOrder(),
                calendar.today(tx, user),
                calendar.zone(tx, user),
                source::year);
    }

    /**
     * A sales file as it lies on the disk, into a shop that only this transaction knows.
     *
     * @param dateOrder {@code day_first} or {@code month_first}; null where the file tells
     * @throws UnreadableFile if it can't be read; also, with the column's title, if only its owner can tell the order
     *     of day and month
     */
    public Import.Rows runSales(Handle tx, UserId user, Path file, @Nullable String dateOrder, DoubleConsumer progress)
            throws UnreadableFile {
        var name = String.valueOf(file.getFileName());
        var given = dateOrder == null ? null : DateOrder.ofJson(dateOrder);
        var source = new Source(file, name, Kind.TRANSACTIONS, Map.of(), given);
        var settled = source.settled();
        return run(tx, user, Ids.next(), settled, progress);
    }

    /** The day of the shop's last sale; null where there is none. */
    public @Nullable LocalDate lastDay(Handle tx, UserId user) {
        return sales.lastDay(tx, user);
    }

    /** The refused rows of the import that this transaction has just run, in the file's order. */
    public void eachRefused(Handle tx, Consumer<Line.Refused> reader) {
        refusals.eachStaged(tx, reader);
    }

    /** The first of them that their owner can mend. */
    List<Line.Refused> toMend(Handle tx, int limit) {
        return refusals.stagedToMend(tx, limit);
    }

    /** How many of them are of orders that were cancelled or aren't paid. */
    long skipped(Handle tx) {
        return refusals.countStagedSkipped(tx);
    }

    /** Whether the import that this transaction has just run stored customers who weren't there. */
    boolean madeCustomers(Handle tx) {
        return matching.countNew(tx) > 0;
    }

    /** Which stored orders the sales that this transaction has just run said were cancelled. */
    SalesRepository.TakenBack takenBack(Handle tx) {
        return sales.takenBack(tx);
    }

    /** The first of them. */
    public List<Line.Refused> refused(Handle tx, int limit) {
        return refusals.staged(tx, limit);
    }
}
