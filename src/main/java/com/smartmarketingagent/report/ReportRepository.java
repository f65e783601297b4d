package com.smartmarketingagent.report;

import com.smartmarketingagent.platform.Rows;
import com.smartmarketingagent.platform.UserId;
import com.smartmarketingagent.report.Period.Days;
import com.smartmarketingagent.report.Report.Best;
import com.smartmarketingagent.report.Report.Part;
import com.smartmarketingagent.report.Report.Sales;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** A shop's sales between two business days, both included. */
@Singleton
class ReportRepository {

    Sales sales(Handle tx, UserId user, LocalDate from, LocalDate until) {
        return tx.createQuery("""
                        WITH bought AS (
                          SELECT customer_id, sum(amount) AS revenue, count(*) FILTER (WHERE amount > 0) AS sales
                          FROM app.transactions
                          WHERE user_id = :user AND transaction_date BETWEEN :from AND :until GROUP BY customer_id),
                        known AS (
                          SELECT b.*, b.sales > 0 AND NOT EXISTS (SELECT FROM app.transactions t
                                              WHERE t.user_id = :user AND t.customer_id = b.customer_id AND t.amount > 0
                                                AND t.transaction_date < :from) AS fresh
                          FROM bought b)
                        SELECT coalesce(sum(revenue), 0) AS revenue, coalesce(sum(sales), 0) AS sales, count(*) FILTER (WHERE sales > 0) AS buyers,
                               count(*) FILTER (WHERE fresh) AS new_buyers, count(*) FILTER (WHERE sales > 0 AND NOT fresh) AS returning_buyers,
                               coalesce(sum(revenue) FILTER (WHERE fresh), 0) AS new_revenue,
                               coalesce(sum(revenue) FILTER (WHERE NOT fresh), 0) AS returning_revenue
                        FROM known
                        """)
                .bind("user", user)
                .bind("from", from)
                .bind("until", until)
                .map(Rows.of(Sales.class))
                .one();
    }

    List<Part> parts(Handle tx, UserId user, List<Days> parts) {
        return tx.createQuery("""
                        SELECT p.first AS "from", p.last AS until, coalesce(sum(t.amount), 0) AS revenue
                        FROM (SELECT f::date AS first, l::date AS last FROM unnest(:firsts::text[], :lasts::text[]) d (f, l)) p
                        LEFT JOIN app.transactions t ON t.user_id = :user AND t.transaction_date BETWEEN p.first AND p.last
                        GROUP BY p.first, p.last ORDER BY p.first
                        """)
                .bind("user", user)
                .bindArray(
                        "firsts",
                        String.class,
                        parts.stream().map(d -> d.from().toString()).toList())
                .bindArray(
                        "lasts",
                        String.class,
                        parts.stream().map(d -> d.until().toString()).toList())
                .map(Rows.of(Part.class))
                .list();
    }

    /**
     * Those that brought most; where nothing is known of that, those that were bought most often come after. A line
     * without a price brought what its sale did, if it is the only one. A refund takes off what its own lines say, else
     * of each line of its sale the share that was given back; pieces come back where they are counted or all was given
     * back. What came back altogether was no best product. Where a share was taken off, whole rupiah are said: how the
     * sen were shared nobody knows.
     */
    List<Best> products(Handle tx, UserId user, LocalDate from, LocalDate until) {
        return tx.createQuery("""
                        WITH moved AS (
                          SELECT t.products, t.amount, t.amount AS whole, sign(t.amount) AS times, CASE WHEN t.amount > 0 THEN 1 END AS uncounted
                          FROM app.transactions t
                          WHERE t.user_id = :user AND t.transaction_date BETWEEN :from AND :until AND t.amount <> 0
                          UNION ALL
                          SELECT s.products, r.amount, s.amount, CASE WHEN r.amount = -s.amount THEN -1 ELSE 0 END, 1
                          FROM app.transactions r JOIN app.transactions s ON s.user_id = :user AND s.id = r.refund_of
                          WHERE r.user_id = :user AND r.transaction_date BETWEEN :from AND :until AND r.products = '[]' AND s.amount > 0),
                        lines AS (
                          SELECT btrim(p ->> 'name') AS name, amount, times * quantity AS sold,
                                 coalesce(quantity * (p ->> 'price')::numeric, CASE WHEN jsonb_array_length(products) = 1 THEN abs(whole) END)
                                   * amount / abs(whole) AS revenue, abs(amount) <> abs(whole) AS shared
                          FROM moved CROSS JOIN LATERAL jsonb_array_elements(products) p
                               CROSS JOIN LATERAL coalesce((p ->> 'quantity')::numeric, uncounted) quantity)
                        SELECT min(name) AS name, sum(sold) AS sold, coalesce(round(sum(revenue), CASE WHEN bool_or(shared) THEN 0 ELSE 2 END), 0) AS revenue, count(revenue) > 0 AS revenue_known
                        FROM lines
                        GROUP BY lower(name) HAVING sum(sold) > 0 AND (bool_and(amount > 0) OR coalesce(sum(revenue), 1) > 0)
                        ORDER BY revenue DESC, sold DESC, name LIMIT 10
                        """)
                .bind("user", user)
                .bind("from", from)
                .bind("until", until)
                .map(Rows.of(Best.class))
                .list();
    }

    /** Those whose customers bought; where they only gave back nobody is a buyer. */
    List<Best> cities(Handle tx, UserId user, LocalDate from, LocalDate until) {
        return tx.createQuery("""
                        SELECT min(btrim(c.city)) AS name, count(DISTINCT c.id) FILTER (WHERE t.amount > 0) AS sold, sum(t.amount) AS revenue, true AS revenue_known
                        FROM app.transactions t JOIN app.customers c ON c.user_id = :user AND c.id = t.customer_id
                        WHERE t.user_id = :user AND t.transaction_date BETWEEN :from AND :until AND c.city ~ '[^[:space:]]'
                        GROUP BY lower(btrim(c.city)) HAVING bool_or(t.amount > 0)
                        ORDER BY revenue DESC, name LIMIT 10
                        """)
                .bind("user", user)
                .bind("from", from)
                .bind("until", until)
                .map(Rows.of(Best.class))
                .list();
    }

    /** The day of the last analysis until {@code day}; null where there is none. */
    @Nullable
    LocalDate analysed(Handle tx, UserId user, LocalDate day) {
        return tx.createQuery(
                        "SELECT max(analysis_date) FROM app.rfm_runs WHERE user_id = :user AND analysis_date <= :day")
                .bind("user", user)
                .bind("day", day)
                .mapTo(LocalDate.class)
                .findOne()
                .orElse(null);
    }

    /**
     * A sale as a line of a file.
     *
     * @param customer's name
     * @param products {@code 2 × Blus, × Kain}, without a number where it wasn't written down, so that an import reads
     *     them back; one alone without a number is only its name; a name that would be taken for several stands in
     *     quotation marks; empty for none
     * @param amount rupiah; below 0 for a refund
     */
    public record SaleRow(
            UUID id,
            LocalDate day,
            String customer,
            @Nullable String phone,
            @Nullable String city,
            String products,
            BigDecimal amount,
            @Nullable String externalId,
            @Nullable String notes) {}

    /** A page of sales, the oldest first. @param after the last of the page before; null for the first page */
    List<SaleRow> page(Handle tx, UserId user, LocalDate from, LocalDate until, @Nullable SaleRow after, int most) {
        return tx.createQuery("""
                        SELECT t.id, t.transaction_date AS day, c.name AS customer, c.phone, c.city,
                               coalesce((SELECT string_agg(concat(trim_scale((p ->> 'quantity')::numeric) || ' ',
                                                                  CASE WHEN p ->> 'quantity' IS NOT NULL OR jsonb_array_length(t.products) > 1
                                                                         OR p ->> 'name' ~ '^(([0-9.]+ )?× |")' THEN '× ' END,
                                                                  CASE WHEN p ->> 'name' ~ '^"|, ([0-9.]+ )?× '
                                                                       THEN '"' || replace(p ->> 'name', '"', '""') || '"'
                                                                       ELSE p ->> 'name' END), ', ' ORDER BY place)
                                         FROM jsonb_array_elements(t.products) WITH ORDINALITY e (p, place)), '') AS products,
                               t.amount, t.external_id, t.notes
                        FROM app.transactions t JOIN app.customers c ON c.user_id = :user AND c.id = t.customer_id
                        WHERE t.user_id = :user AND t.transaction_date BETWEEN :from AND :until
                          AND (t.transaction_date, t.id) > (coalesce(:day::date, '-infinity'), coalesce(:id::uuid, '00000000-0000-0000-0000-000000000000'))
                        ORDER BY t.transaction_date, t.id LIMIT :most
                        """)
                .bind("user", user)
                .bind("from", from)
                .bind("until", until)
                .bind("day", after == null ? null : after.day())
                .bind("id", after == null ? null : after.id())
                .bind("most", most)
                .map(Rows.of(SaleRow.class))
                .list();
    }
}
