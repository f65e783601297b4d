import java.nio.file.Path;

/** {@code Fill.java DATA_FOLDER EMAIL CUSTOMERS}: so many customers with ten sales each for an empty shop, set by set. */
class Fill {
    public static void main(String[] args) throws Exception {
        try (var db = Postgres.connect(Path.of(args[0]));
                var statement = db.createStatement()) {
            var shop = Postgres.shop(db, args[1]);
            int customers = Integer.parseInt(args[2]);
            // the rows are sound by the way they are made; checking each costs minutes
            statement.execute("SET session_replication_role = replica");
            statement.execute("""
                    INSERT INTO app.customers (user_id, id, name)
                    SELECT '%s', ('01900000-0000-7000-8000-' || lpad(to_hex(c), 12, '0'))::uuid, 'Pelanggan ' || c
                    FROM generate_series(1, %d) c""".formatted(shop, customers));
            statement.execute("""
                    INSERT INTO app.transactions (user_id, id, customer_id, transaction_date, amount)
                    SELECT '%s', ('01900000-0000-7001-8000-' || lpad(to_hex(c * 16 + n), 12, '0'))::uuid,
                           ('01900000-0000-7000-8000-' || lpad(to_hex(c), 12, '0'))::uuid,
                           DATE '2023-01-01' + (hashint8(c * 16 + n) & 1023), 10000 + (hashint8(c * 16 + n) >> 8 & 1048575)
                    FROM generate_series(1, %d::bigint) c, generate_series(1, 10) n""".formatted(shop, customers));
            statement.execute("VACUUM (ANALYZE) app.customers, app.transactions");
            statement.execute("CHECKPOINT");
        }
    }
}
