package com.smartmarketingagent.importing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.smartmarketingagent.account.Limits;
import com.smartmarketingagent.importing.FileImport.Source;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Hashes;
import com.smartmarketingagent.platform.Jobs;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.ShopFiles;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A file between being handed over on a page and being imported: kept for a day, its columns corrected, then begun or
 * thrown away.
 */
@Singleton
class Drafts {

    private static final Logger LOG = Logger.getLogger(Drafts.class);

    /** Of one workbook: the months of two years, and some. */
    private static final int MOST_SHEETS = 30;

    private final Db db;
    private final Jobs jobs;
    private final DraftRepository drafts;
    private final Uploads uploads;
    private final ShopFiles files;
    private final ObjectMapper json;
    private final Limits limits;

    Drafts(
            Db db,
            Jobs jobs,
            DraftRepository drafts,
            Uploads uploads,
            ShopFiles files,
            ObjectMapper json,
            Limits limits) {
        this.db = db;
        this.jobs = jobs;
        this.drafts = drafts;
        this.uploads = uploads;
        this.files = files;
        this.json = json;
        this.limits = limits;
    }

    /**
     * Keeps a file. The same one from the same form is that form sent twice, and left alone; another one is a draft of
     * its own: the browser's way back shows a form that was sent before. One that waits already, under the same name,
     * waits on as its owner left it.
     *
     * @param form made with the form
     * @param file where it lies while the request lasts
     * @return the draft's id
     * @throws Problem if it can't be read, or the shop may import nothing
     */
    UUID keep(UserId user, UUID form, Path file, String name) {
        var kind = kind(file, name);
        var id = UUID.nameUUIDFromBytes((form + Hashes.sha256(file)).getBytes(StandardCharsets.US_ASCII));
        boolean known = db.inTenant(user, tx -> {
            limits.checkImports(tx, user);
            return drafts.isKnown(tx, user, id);
        });
        if (known) return id;
        var waiting = waiting(user, file, name);
        if (waiting.isPresent()) return waiting.get();
        uploads.bring(user, id, file, name);
        db.useTenant(user, tx -> {
            // the row first: whoever comes second must not put another file in the place of one that is being read
            if (drafts.insert(tx, user, id, kind.name().toLowerCase(Locale.ROOT), name, size(file))) {
                uploads.keep(file, user, id);
                files.keep(tx, user, id);
            }
        });
        return id;
    }

    /** The draft that this file is already, kept for another day; empty if it is none. */
    private Optional<UUID> waiting(UserId user, Path file, String name) {
        var alike = db.inTenant(user, tx -> drafts.alike(tx, user, name, size(file)));
        return alike.stream()
                .filter(id -> isSame(file, uploads.here(user, id)))
                .filter(id -> db.inTenant(user, tx -> drafts.keepOn(tx, user, id)))
                .findFirst();
    }

    private static boolean isSame(Path file, Path kept) {
        try {
            return Files.exists(kept) && Files.mismatch(file, kept) < 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sales, unless the titles speak of people and of nothing else. */
    private static Kind kind(Path file, String name) {
        var source = new Source(file, name, Kind.TRANSACTIONS, Map.of(), null);
        try (var sheet = source.open()) {
            var fields = Set.copyOf(Mapping.recognise(sheet.heading(), Kind.TRANSACTIONS)
                    .fields()
                    .values());
            boolean sales = fields.contains(Field.TRANSACTION_DATE)
                    || fields.contains(Field.AMOUNT)
                    || fields.contains(Field.PRICE);
            return sales || fields.isEmpty() ? Kind.TRANSACTIONS : Kind.CUSTOMERS;
        } catch (UnreadableFile e) {
            throw e.problem();
        }
    }

    /**
     * Makes a draft of each further sheet of a workbook whose columns are the same, to be read as this one is. Again it
     * makes none anew.
     *
     * @return how many of them there are
     * @throws Problem if the workbook can't be read, or the shop may import nothing or has no room
     */
    int apart(UserId user, UUID id, Source draft) {
        try (var sheet = draft.open()) {
            var columns = columns(sheet, draft.kind());
            int made = 0;
            for (var name : sheet.otherSheets().stream()
                    .limit(MOST_SHEETS)
                    .toList()
                    // the newest stands first in the list: they come in the order of the workbook
                    .reversed()) {
                if (apart(user, id, draft, name, columns)) made++;
            }
            return made;
        } catch (UnreadableFile e) {
            throw e.problem();
        }
    }

    /** False where the sheet has other columns, or can't be read. */
    private boolean apart(UserId user, UUID id, Source draft, String sheet, Map<String, String> columns) {
        var copy = uploads.temporary();
        try {
            OneSheet.write(draft.file(), sheet, copy);
            var name = draft.name().replaceFirst("(\\.[^.]*)?$", " - " + Matcher.quoteReplacement(sheet) + "$1");
            try (var its = new Source(copy, name, draft.kind(), draft.mapping(), null).open()) {
                if (!its.name().equals(sheet) || !columns(its, draft.kind()).equals(columns)) return false;
            }
            // what waits is as its owner left it
            if (waiting(user, copy, name).isPresent()) return true;
            var made = keep(user, id, copy, name);
            correct(user, made, draft.kind(), draft.mapping(), draft.dateOrder());
            return true;
        } catch (UnreadableFile e) {
            LOG.debug("A sheet that can't be read", e);
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            uploads.drop(copy);
        }
    }

    /** Those that are known, with what they are. */
    private static Map<String, String> columns(Sheet sheet, Kind kind) {
        var columns = Mapping.recognise(sheet.heading(), kind).json();
        columns.values().removeIf(field -> field.equals(Field.IGNORE.json()));
        return columns;
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How the file is to be read as far as its owner said; empty where there is no such draft. */
    Optional<Source> find(UserId user, UUID id) {
        return db.inTenant(user, tx -> drafts.find(tx, user, id)).map(row -> source(user, row));
    }

    private Source source(UserId user, DraftRepository.Row row) {
        return new Source(
                uploads.here(user, row.id()),
                row.fileName(),
                Kind.valueOf(row.kind().toUpperCase(Locale.ROOT)),
                Upload.map(json, "mapping", row.mapping()),
                row.dateOrder() == null ? null : DateOrder.ofJson(row.dateOrder()));
    }

    /** @param dateOrder null leaves it to the file */
    void correct(UserId user, UUID id, Kind kind, Map<String, String> mapping, @Nullable DateOrder dateOrder) {
        var order = dateOrder == null ? null : dateOrder.json();
        db.useTenant(
                user, tx -> drafts.update(tx, user, id, kind.name().toLowerCase(Locale.ROOT), write(mapping), order));
    }

    /** The order of day and month in the shop's last sales file that had one; day first before that. */
    DateOrder lastOrder(UserId user) {
        var order = db.inTenant(user, tx -> drafts.lastOrder(tx, user)).map(DateOrder::ofJson);
        return order.orElse(DateOrder.DAY_FIRST);
    }

    /** Whether the shop may import nothing now. */
    boolean isOff(UserId user) {
        return db.inTenant(user, tx -> limits.isOff(tx, user, Limits.Feature.IMPORTS));
    }

    /**
     * Makes the draft an import; of two who do so at once one does.
     *
     * @throws Problem if it can't be read like this, or the shop may import nothing; the draft stays
     */
    void begin(UserId user, UUID id) {
        var draft = find(user, id);
        if (draft.isEmpty()) return;
        var order = settled(draft.get()).dateOrder();
        db.useTenant(user, tx -> {
            limits.checkImports(tx, user);
            if (drafts.begin(tx, user, id, order == null ? null : order.json())) {
                jobs.enqueue(tx, ImportJob.NAME, ImportJob.instance(user, id));
            }
        });
        jobs.wakeUp();
    }

    private static Source settled(Source draft) {
        try {
            return draft.settled();
        } catch (UnreadableFile e) {
            throw e.problem();
        }
    }

    /** An import that it became meanwhile stays. */
    void discard(UserId user, UUID id) {
        boolean gone = db.inTenant(user, tx -> {
            if (!drafts.delete(tx, user, id)) return false;
            files.forget(tx, user, id);
            return true;
        });
        if (!gone) return;
        uploads.delete(user, id);
        jobs.wakeUp();
    }

    private String write(Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
