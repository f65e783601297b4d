import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * {@code Send.java DATA_FOLDER EMAIL} gives the shop's customers addresses. With {@code URL TOKEN VIA} it has a campaign sent to
 * all of them and prints messages a second: the campaign's, and those of the least that is as durable, one connection that
 * commits each batch as being sent and commits it again as accepted. {@code Send.java DATA_FOLDER} counts for a minute the statements
 * that the database is asked, and keeps them in idle.txt there; with {@code EMAIL URL TOKEN} those about the queue of jobs, in a
 * second, while a campaign is sent by smtp.
 */
class Send {
    static final int BATCH = 25;

    public static void main(String[] args) throws Exception {
        try (var db = Postgres.connect(Path.of(args[0]))) {
            switch (args.length) {
                case 1 -> idle(db, Path.of(args[0], "postgres.log"));
                case 2 -> addresses(db, Postgres.shop(db, args[1]));
                case 4 -> busy(db, Path.of(args[0], "postgres.log"), args[2], args[3]);
                default -> send(db, Postgres.shop(db, args[1]), args[2], args[3], args[4]);
            }
        }
    }

    static void addresses(Connection db, String shop) throws SQLException {
        execute(db, """
                UPDATE app.customers SET email = 'c' || substr(name, 11) || '@bench.invalid', phone = '+62812' || lpad(substr(name, 11), 8, '0')
                WHERE user_id = '%s'""".formatted(shop));
        execute(db, "VACUUM (ANALYZE) app.customers");
    }

    /** A campaign that is being sent. */
    static String begin(String url, String token, String via) throws Exception {
        var id = call(url, token, "/api/campaigns", """
                {"name": "Bench", "via": "%s", %s "text": "Halo {nama|Kak}, lihat {tautan}. Balas STOP.", "link": "https://bench.invalid/",
                 "audience": {"include_unasked": true}, "holdout_percent": 0}"""
                        .formatted(via, via.equals("practice") ? "" : "\"subject\": \"Apa kabar?\","))
                .replaceAll("(?s).*?\"campaign\":\\{\"id\":\"([^\"]*)\".*", "$1");
        call(url, token, "/api/campaigns/" + id + "/approve", "{}");
        return id;
    }

    static void busy(Connection db, Path log, String url, String token) throws Exception {
        var id = begin(url, token, "smtp");
        Thread.sleep(5_000);
        int seconds = 30;
        var statements = statements(db, log, 0, seconds);
        if (!text(db, "SELECT state FROM app.campaigns WHERE id = '" + id + "'").equals("running"))
            throw new IllegalStateException("it had ended");
        call(url, token, "/api/campaigns/" + id + "/cancel", "{}");
        execute(db, "DELETE FROM app.campaigns WHERE id = '" + id + "'");
        long queue = statements.stream().filter(s -> s.contains("jobs.scheduled_tasks")).count();
        System.out.printf("%.2f %.0f%n", (double) queue / seconds, (double) statements.size() / seconds);
    }

    static void send(Connection db, String shop, String url, String token, String via) throws Exception {
        var id = begin(url, token, via);
        long began = System.nanoTime();
        while (text(db, "SELECT state FROM app.campaigns WHERE id = '" + id + "'").equals("running")) Thread.sleep(50);
        double seconds = (System.nanoTime() - began) / 1e9;
        int sent = Integer.parseInt(text(
                db, "SELECT count(*) FROM app.message_outbox WHERE state = 'accepted' AND campaign_id = '" + id + "'"));
        int all = Integer.parseInt(text(db, "SELECT count(*) FROM app.message_outbox WHERE campaign_id = '" + id + "'"));
        if (sent != all) throw new IllegalStateException(sent + " of " + all + " were sent");
        double bare = bare(db, shop, id, all);
        // else nobody could be written to again for a week
        execute(db, "DELETE FROM app.campaigns WHERE id = '" + id + "'");
        execute(db, "VACUUM (ANALYZE) app.message_outbox, app.practice_messages, app.campaign_links");
        System.out.printf("%.0f %.0f%n", sent / seconds, bare);
    }

    static double bare(Connection db, String shop, String id, int all) throws SQLException {
        execute(db, "UPDATE app.message_outbox SET state = 'pending', provider_id = NULL, sending_since = NULL WHERE campaign_id = '" + id + "'");
        execute(db, "VACUUM (ANALYZE) app.message_outbox");
        execute(db, "CHECKPOINT");
        long began = System.nanoTime();
        try (var sending = db.prepareStatement("""
                        UPDATE app.message_outbox SET state = 'sending', sending_since = now(), lease_until = now() + interval '2 minutes',
                          lease_token = gen_random_uuid(), attempt = attempt + 1
                        WHERE user_id = ?::uuid AND campaign_id = ?::uuid AND customer_id IN (
                          SELECT customer_id FROM app.message_outbox
                          WHERE user_id = ?::uuid AND campaign_id = ?::uuid AND zone = 'Asia/Jakarta' AND state = 'pending'
                          ORDER BY next_attempt_at, place LIMIT %d FOR UPDATE SKIP LOCKED)
                        RETURNING customer_id""".formatted(BATCH));
                var accepted = db.prepareStatement("""
                        UPDATE app.message_outbox SET state = 'accepted', lease_until = NULL, lease_token = NULL
                        WHERE user_id = ?::uuid AND campaign_id = ?::uuid AND customer_id = ANY (?)""")) {
            for (int i = 0; i < all; i += BATCH) {
                for (int n = 1; n < 5; n += 2) {
                    sending.setString(n, shop);
                    sending.setString(n + 1, id);
                }
                var batch = new java.util.ArrayList<java.util.UUID>();
                try (var rows = sending.executeQuery()) {
                    while (rows.next()) batch.add(rows.getObject(1, java.util.UUID.class));
                }
                accepted.setString(1, shop);
                accepted.setString(2, id);
                accepted.setArray(3, db.createArrayOf("uuid", batch.toArray()));
                if (accepted.executeUpdate() == 0) throw new IllegalStateException("nothing was left to send");
            }
        }
        return all / ((System.nanoTime() - began) / 1e9);
    }

    static void idle(Connection db, Path log) throws Exception {
        // connections that nobody uses are closed after a minute
        var statements = statements(db, log, 75, 60);
        System.out.println(statements.size());
        java.nio.file.Files.write(log.resolveSibling("idle.txt"), statements);
    }

    /** What others ask the database for so many seconds, after so many others. */
    static java.util.List<String> statements(Connection db, Path log, int after, int seconds) throws Exception {
        execute(db, "ALTER SYSTEM SET log_statement = 'all'");
        execute(db, "SELECT pg_reload_conf()");
        Thread.sleep(after * 1_000L);
        long from = java.nio.file.Files.size(log);
        Thread.sleep(seconds * 1_000L);
        var said = new String(java.nio.file.Files.readAllBytes(log), java.nio.charset.StandardCharsets.ISO_8859_1).substring((int) from);
        execute(db, "ALTER SYSTEM RESET log_statement");
        execute(db, "SELECT pg_reload_conf()");
        return java.util.Arrays.stream(said.split("LOG:  ")).filter(s -> s.matches("(?s)(execute|statement).*")).toList();
    }

    static String call(String url, String token, String path, String body) throws Exception {
        try (var http = HttpClient.newHttpClient()) {
            var answer = http.send(
                    HttpRequest.newBuilder(URI.create(url + path))
                            .header("Authorization", "Bearer " + token)
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() >= 300) throw new IllegalStateException(path + ": " + answer.body());
            return answer.body();
        }
    }

    static String text(Connection db, String sql) throws SQLException {
        try (var statement = db.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    static void execute(Connection db, String sql) throws SQLException {
        try (var statement = db.createStatement()) {
            statement.execute(sql);
        }
    }
}
