package com.smartmarketingagent;

import com.smartmarketingagent.platform.Db;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/**
 * Every row of a shop, table by table; when a session was last used is no change, nor that somebody looked, and what
 * leaves does so in its own time.
 */
public final class ShopRows {

    private ShopRows() {}

    /** Every table that a shop may have rows in; of {@code users} no role of the program reads all columns. */
    public static Set<String> tables(Handle tx) {
        return tx.createQuery(
                        "SELECT relname FROM pg_class WHERE relnamespace = 'app'::regnamespace AND relkind IN ('r', 'p')")
                .mapTo(String.class)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    public static Map<String, String> of(Db db, Shop shop) {
        return db.inTenant(shop.id(), tx -> {
            var tables = tables(tx);
            tables.removeAll(Set.of("users", "audit_log"));
            // in one statement: the forms' test asks some two thousand times
            var all = tables.stream()
                    .map(table ->
                            "SELECT '%1$s', coalesce(string_agg((to_jsonb(t) - 'last_used_at')::text, E'\\n' ORDER BY t::text COLLATE \"C\") FILTER (WHERE to_jsonb(t) ->> 'state' IS DISTINCT FROM 'leaving'), '') FROM app.%1$s t"
                                    .formatted(table))
                    .collect(Collectors.joining("\nUNION ALL ", "", """

                            UNION ALL SELECT 'users', concat_ws(',', email, full_name, business_name, phone, timezone,
                                                                 sells, city, link, tone, language, is_active,
                                                                 margin_percent, notice_phone, updated_at)
                             FROM app.users"""));
            var rows = new TreeMap<String, String>();
            tx.createQuery(all)
                    .map((row, _) -> Map.entry(row.getString(1), row.getString(2)))
                    .forEach(table -> rows.put(table.getKey(), table.getValue()));
            return rows;
        });
    }
}
