package com.smartmarketingagent;

import com.smartmarketingagent.platform.Db;
import java.util.Map;
import java.util.TreeMap;

/** Every row of a shop, table by table; when a session was last used is no change. */
public final class ShopRows {

    private ShopRows() {}

    public static Map<String, String> of(Db db, Shop shop) {
        return db.inTenant(shop.id(), tx -> {
            var rows = new TreeMap<String, String>();
            var tables = tx.createQuery("""
                            SELECT relname FROM pg_class
                            WHERE relnamespace = 'app'::regnamespace AND relkind = 'r' AND relname <> 'users'
                            """).mapTo(String.class).list();
            for (var table : tables) {
                rows.put(
                        table,
                        tx.createQuery(
                                        "SELECT coalesce(string_agg((to_jsonb(t) - 'last_used_at')::text, E'\\n' ORDER BY t::text), '') FROM app."
                                                + table + " t")
                                .mapTo(String.class)
                                .one());
            }
            rows.put(
                    "users",
                    tx.createQuery(
                                    "SELECT concat_ws(',', email, full_name, business_name, phone, timezone, sells, city, link, tone, language, is_active, margin_percent, notice_phone, updated_at) FROM app.users")
                            .mapTo(String.class)
                            .one());
            return rows;
        });
    }
}
