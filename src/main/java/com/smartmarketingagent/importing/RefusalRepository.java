package com.smartmarketingagent.importing;

import com.smartmarketingagent.platform.Problem.Text;
import com.smartmarketingagent.platform.Rows;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.RowView;

/**
 * What imports refused: {@code staged_refusals} while a file is read, {@code app.import_refusals} afterwards, for 90
 * days ({@code app.purge}).
 */
@Singleton
class RefusalRepository {

    /** Moves the staged refusals to where the owner can read them. */
    void store(Handle tx, UserId user, UUID importId) {
        tx.createUpdate("""
                INSERT INTO app.import_refusals (user_id, import_id, row_number, column_name, value, reason, reason_values)
                SELECT :user, :import, row_number, column_name, value, reason, reason_values FROM staged_refusals
                """).bind("user", user).bind("import", importId).execute();
    }

    long countStaged(Handle tx) {
        return tx.createQuery("SELECT count(*) FROM staged_refusals")
                .mapTo(Long.class)
                .one();
    }

    /** The refused rows of the file that this transaction has just read, in its order, one at a time. */
    void eachStaged(Handle tx, Consumer<Line.Refused> reader) {
        tx.createQuery("""
                        SELECT row_number, column_name, value, reason, reason_values FROM staged_refusals ORDER BY 1
                        """).setFetchSize(1_000).map(RefusalRepository::refused).forEach(reader);
    }

    List<Line.Refused> staged(Handle tx, int limit) {
        return tx.createQuery("""
                SELECT row_number, column_name, value, reason, reason_values FROM staged_refusals ORDER BY 1 LIMIT :limit
                """)
                .bind("limit", limit)
                .map(RefusalRepository::refused)
                .list();
    }

    /** Those of {@link #staged} that their owner can mend. */
    List<Line.Refused> stagedToMend(Handle tx, int limit) {
        return tx.createQuery("""
                SELECT row_number, column_name, value, reason, reason_values FROM staged_refusals
                WHERE reason <> ALL (:skipped) ORDER BY 1 LIMIT :limit
                """)
                .bindArray("skipped", String.class, Line.Refused.SKIPPED)
                .bind("limit", limit)
                .map(RefusalRepository::refused)
                .list();
    }

    /** How many rows of the file are of orders that were cancelled or aren't paid. */
    long countStagedSkipped(Handle tx) {
        return tx.createQuery("SELECT count(*) FROM staged_refusals WHERE reason = ANY (:skipped)")
                .bindArray("skipped", String.class, Line.Refused.SKIPPED)
                .mapTo(Long.class)
                .one();
    }

    /** The first refused rows of an import that their owner can mend, in the file's order. */
    List<Line.Refused> toMend(Handle tx, UserId user, UUID importId, int limit) {
        return tx.createQuery("""
                        SELECT row_number, column_name, value, reason, reason_values FROM app.import_refusals
                        WHERE user_id = :user AND import_id = :import AND reason <> ALL (:skipped)
                        ORDER BY row_number LIMIT :limit
                        """)
                .bind("user", user)
                .bind("import", importId)
                .bindArray("skipped", String.class, Line.Refused.SKIPPED)
                .bind("limit", limit)
                .map(RefusalRepository::refused)
                .list();
    }

    /** How many rows of an import are of orders that were cancelled or aren't paid; 0 after the 90 days. */
    long countSkipped(Handle tx, UserId user, UUID importId) {
        return tx.createQuery("""
                        SELECT count(*) FROM app.import_refusals
                        WHERE user_id = :user AND import_id = :import AND reason = ANY (:skipped)
                        """)
                .bind("user", user)
                .bind("import", importId)
                .bindArray("skipped", String.class, Line.Refused.SKIPPED)
                .mapTo(Long.class)
                .one();
    }

    /** Refused rows of an import that are kept; {@code skipped} are of orders that were cancelled or aren't paid. */
    public record Kept(UUID importId, long rows, long skipped) {}

    /** Those of each of these imports of which any are kept. */
    List<Kept> kept(Handle tx, UserId user, List<UUID> imports) {
        return tx.createQuery("""
                        SELECT import_id, count(*) AS rows, count(*) FILTER (WHERE reason = ANY (:skipped)) AS skipped
                        FROM app.import_refusals WHERE user_id = :user AND import_id = ANY (:imports) GROUP BY import_id
                        """)
                .bind("user", user)
                .bindArray("imports", UUID.class, imports)
                .bindArray("skipped", String.class, Line.Refused.SKIPPED)
                .map(Rows.of(Kept.class))
                .list();
    }

    /** Refused rows in the file's order, behind row {@code after}; 0 begins with the first. */
    List<Line.Refused> find(Handle tx, UserId user, UUID importId, int after, int limit) {
        return tx.createQuery("""
                        SELECT row_number, column_name, value, reason, reason_values FROM app.import_refusals
                        WHERE user_id = :user AND import_id = :import AND row_number > :after ORDER BY row_number LIMIT :limit
                        """)
                .bind("user", user)
                .bind("import", importId)
                .bind("after", after)
                .bind("limit", limit)
                .map(RefusalRepository::refused)
                .list();
    }

    private static Line.Refused refused(RowView row) {
        var key = row.getColumn("reason", String.class);
        // a server of an earlier version, which still runs beside this one, writes sentences
        var reason = key.matches("[a-z_.]+")
                ? new Text(key, (Object[]) row.getColumn("reason_values", String[].class))
                : new Text("refused.sentence", key);
        return new Line.Refused(
                row.getColumn("row_number", Integer.class),
                row.getColumn("column_name", String.class),
                row.getColumn("value", String.class),
                reason);
    }
}
