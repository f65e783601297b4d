import java.nio.file.Path;

/**
 * The peer of an approval. {@code Freeze.java DATA_FOLDER EMAIL} gives the shop's customers numbers and every other sale a product;
 * {@code Freeze.java DATA_FOLDER EMAIL CAMPAIGN} inserts the campaign's messages once more, as another's, prints the seconds and
 * takes it back.
 */
class Freeze {
    public static void main(String[] args) throws Exception {
        try (var db = Postgres.connect(Path.of(args[0]));
                var statement = db.createStatement()) {
            var shop = Postgres.shop(db, args[1]);
            if (args.length == 2) {
                statement.execute("""
                        UPDATE app.customers SET phone = '+62812' || lpad((('x' || right(id::text, 8))::bit(32)::int)::text, 8, '0')
                        WHERE user_id = '%s' AND phone IS NULL""".formatted(shop));
                statement.execute("""
                        UPDATE app.transactions SET products = '[{"name": "Kain batik tulis"}]'
                        WHERE user_id = '%s' AND products = '[]' AND hashtext(id::text) & 1 = 0""".formatted(shop));
                statement.execute("VACUUM (ANALYZE) app.customers, app.transactions");
                statement.execute("CHECKPOINT");
                return;
            }
            db.setAutoCommit(false);
            statement.execute("""
                    INSERT INTO app.campaigns (user_id, id, name, via, text, audience, holdout_percent)
                    SELECT user_id, '00000000-0000-4000-8000-000000000000', name, via, text, audience, holdout_percent
                    FROM app.campaigns WHERE user_id = '%s' AND id = '%s'""".formatted(shop, args[2]));
            long began = System.nanoTime();
            int rows = statement.executeUpdate("""
                    INSERT INTO app.message_outbox (user_id, campaign_id, customer_id, channel, next_attempt_at)
                    SELECT user_id, '00000000-0000-4000-8000-000000000000', customer_id, channel, next_attempt_at
                    FROM app.message_outbox WHERE user_id = '%s' AND campaign_id = '%s'""".formatted(shop, args[2]));
            double seconds = (System.nanoTime() - began) / 1e9;
            db.rollback();
            if (rows == 0) throw new IllegalStateException("no messages");
            System.out.printf("%.3f%n", seconds);
        }
    }
}
