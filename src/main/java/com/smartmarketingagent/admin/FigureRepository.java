package com.smartmarketingagent.admin;

import com.smartmarketingagent.platform.Rows;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Numbers over all shops: only in a super_admin's transaction do these see anything. */
@Singleton
class FigureRepository {

    /**
     * A shop in numbers.
     *
     * @param customers without deleted ones
     * @param revenue rupiah of the last 30 business days, refunds taken off
     * @param lastLogIn null if there was none within the last month
     * @param lastImport null if there never was one
     */
    public record Figures(
            UserId userId,
            long customers,
            long sales,
            BigDecimal revenue,
            @Nullable Instant lastLogIn,
            @Nullable Instant lastImport) {}

    /** An import as far as it concerns somebody who looks from outside: not what is in it. */
    public record ImportLine(String kind, String status, long rowsTotal, long rowsRefused, Instant createdAt) {}

    /** @param now the moment that says which 30 days are meant, each shop by its own zone */
    List<Figures> figures(Handle tx, List<UserId> users, Instant now) {
        return tx.createQuery("""
                SELECT u.id AS user_id,
                       (SELECT count(*) FROM app.customers c WHERE c.user_id = u.id AND c.deleted_at IS NULL) AS customers,
                       s.sales, s.revenue,
                       (SELECT max(l.created_at) FROM app.sessions l WHERE l.user_id = u.id) AS last_log_in,
                       (SELECT max(i.created_at) FROM app.imports i
                        WHERE i.user_id = u.id AND i.status <> 'draft') AS last_import
                FROM app.users u
                CROSS JOIN LATERAL (
                  SELECT count(*) AS sales,
                         coalesce(sum(t.amount) FILTER (WHERE t.transaction_date BETWEEN d.today - 29 AND d.today), 0) AS revenue
                  FROM app.transactions t,
                       (SELECT (CAST(:now AS timestamptz) AT TIME ZONE u.timezone)::date AS today) d
                  WHERE t.user_id = u.id) s
                WHERE u.id = ANY(:users)
                """)
                .bindArray(
                        "users", UUID.class, users.stream().map(UserId::value).toList())
                .bind("now", now)
                .map(Rows.of(Figures.class))
                .list();
    }

    /** The last ten, newest first. */
    List<ImportLine> imports(Handle tx, UserId user) {
        return tx.createQuery("""
                SELECT kind, status, rows_total, rows_refused, created_at FROM app.imports
                WHERE user_id = :user AND status <> 'draft' ORDER BY created_at DESC, id DESC LIMIT 10
                """)
                .bind("user", user)
                .map(Rows.of(ImportLine.class))
                .list();
    }
}
