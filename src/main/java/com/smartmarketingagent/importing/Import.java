package com.smartmarketingagent.importing;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A file on its way into the shop.
 *
 * @param status queued, running, done, failed or undone
 * @param dateOrder day_first or month_first, by which its days are read; null where nothing depends on it
 * @param progress from 0 to 1
 * @param error why it failed, an Indonesian sentence; null unless it did
 * @param kept rows that an undo left, because they were changed since, are needed by other sales, had money given back
 *     or a part in a campaign; the undo of a later import that needed them takes them along
 * @param finishedAt null while it runs
 * @param undoneAt null unless undone
 */
public record Import(
        UUID id,
        String kind,
        String status,
        String fileName,
        long fileBytes,
        @Nullable String dateOrder,
        Rows rows,
        double progress,
        @Nullable String error,
        long kept,
        Instant createdAt,
        @Nullable Instant finishedAt,
        @Nullable Instant undoneAt) {

    /**
     * total = new + updated + duplicate + refused.
     *
     * @param continued those that continued the sale of the row above; 0 once the import is stored
     */
    public record Rows(
            long total,
            @JsonProperty("new") long added,
            long updated,
            long duplicate,
            long refused,
            @JsonIgnore long continued) {}

    /** A row of app.imports. */
    public record Row(
            UUID id,
            String kind,
            String status,
            String fileName,
            long fileBytes,
            @Nullable String dateOrder,
            long rowsTotal,
            long rowsNew,
            long rowsUpdated,
            long rowsDuplicate,
            long rowsRefused,
            float progress,
            @Nullable String error,
            long kept,
            Instant createdAt,
            @Nullable Instant finishedAt,
            @Nullable Instant undoneAt) {}

    static Import of(Row row) {
        return new Import(
                row.id,
                row.kind,
                row.status,
                row.fileName,
                row.fileBytes,
                row.dateOrder,
                new Rows(row.rowsTotal, row.rowsNew, row.rowsUpdated, row.rowsDuplicate, row.rowsRefused, 0),
                Math.round(row.progress * 1000) / 1000.0,
                row.error,
                row.kept,
                row.createdAt,
                row.finishedAt,
                row.undoneAt);
    }

    public boolean ended() {
        return !status.equals("queued") && !status.equals("running");
    }
}
