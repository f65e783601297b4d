import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

/**
 * {@code Crash.java DATA_FOLDER EMAIL TOKEN KILLS PORT PORT}: one campaign by e-mail to all of the shop's customers, sent by two
 * nodes over one database, each of which is killed at random moments and started again. Says what became of every message.
 */
class Crash {
    static final long WAIT_FOR_THE_END = 900_000_000_000L;

    static Path data;
    static String token;
    static final HttpClient HTTP = HttpClient.newHttpClient();

    static class Node {
        final int port;
        final Path log;
        Process process;

        Node(int port) {
            this.port = port;
            log = Path.of(data + "." + port + ".log");
        }

        void start() throws Exception {
            var start = new ProcessBuilder("./sma", "start");
            start.environment().put("PORT", String.valueOf(port));
            process = start.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile())).start();
        }

        boolean answers() throws Exception {
            try {
                return HTTP.send(
                                HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/api/health")).build(),
                                HttpResponse.BodyHandlers.discarding())
                        .statusCode() == 200;
            } catch (java.io.IOException e) {
                return false;
            }
        }

        void awaitReady() throws Exception {
            long until = System.nanoTime() + 60_000_000_000L;
            while (!answers()) {
                if (!process.isAlive() || System.nanoTime() > until) throw new IllegalStateException("no answer; see " + log);
                Thread.sleep(20);
            }
        }

        String call(String method, String path, String body) throws Exception {
            var answer = HTTP.send(
                    HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                            .header("Authorization", "Bearer " + token)
                            .header("Content-Type", "application/json")
                            .method(method, HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() >= 300) throw new IllegalStateException(path + ": " + answer.body());
            return answer.body();
        }
    }

    public static void main(String[] args) throws Exception {
        data = Path.of(args[0]);
        token = args[2];
        int kills = Integer.parseInt(args[3]);
        var nodes = List.of(new Node(Integer.parseInt(args[4])), new Node(Integer.parseInt(args[5])));
        for (var node : nodes) Files.deleteIfExists(node.log);
        var mails = new Mailbox(400, 4000);
        boolean kept = false;
        try (var db = Postgres.connect(data)) {
            var shop = Postgres.shop(db, args[1]);
            execute(db, "UPDATE app.customers SET email = 'c' || substr(name, 11) || '@bench.invalid' WHERE user_id = '" + shop + "'");
            for (var node : nodes) node.start();
            for (var node : nodes) node.awaitReady();
            nodes.getFirst().call("PUT", "/api/channels/smtp", """
                    {"host": "127.0.0.1", "port": "%d", "security": "none", "from_email": "toko@bench.invalid"}""".formatted(mails.port()));
            var made = nodes.getFirst().call("POST", "/api/campaigns", """
                    {"name": "Bench", "via": "smtp", "subject": "Apa kabar, {nama|Kak}?", "text": "Halo {nama|Kak}. Lihat {tautan}",
                     "link": "https://bench.invalid/", "audience": {"include_unasked": true}, "holdout_percent": 0}""");
            var id = made.replaceAll("(?s).*?\"campaign\":\\{\"id\":\"([^\"]*)\".*", "$1");
            nodes.getFirst().call("POST", "/api/campaigns/" + id + "/approve", "{}");
            int audience = number(db, "SELECT count(*) FROM app.message_outbox WHERE campaign_id = '" + id + "'");
            kill(db, nodes, kills, id);
            kept = ends(db, id, audience, mails);
        } finally {
            for (var node : nodes) if (node.process != null) node.process.destroy();
            for (var node : nodes) if (node.process != null) node.process.waitFor();
        }
        System.exit(kept ? 0 : 1);
    }

    static void kill(Connection db, List<Node> nodes, int kills, String id) throws Exception {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        long began = System.nanoTime();
        int inTheMiddle = 0;
        for (int i = 0; i < kills; i++) {
            Thread.sleep(random.nextInt(4000));
            var node = nodes.get(random.nextInt(nodes.size()));
            if (number(db, "SELECT count(*) FROM app.message_outbox WHERE state = 'sending' AND lease_until > now() + interval '110 s' AND campaign_id = '" + id + "'") > 0)
                inTheMiddle++;
            node.process.destroyForcibly().waitFor();
            // What a minute without a heartbeat does. It is done as well where the other node has the work: both do it then,
            // as when one that was thought dead only slept.
            execute(db, """
                    UPDATE jobs.scheduled_tasks
                    SET picked = false, picked_by = NULL, last_heartbeat = NULL, version = version + 1 WHERE picked;
                    UPDATE app.paces SET next_at = now() WHERE next_at > now()""");
            node.start();
            node.awaitReady();
        }
        System.out.printf(
                "%d kills in %d s (seed %d), %d of them with messages on the wire; left to send then: %d%n",
                kills, (System.nanoTime() - began) / 1_000_000_000, seed, inTheMiddle,
                number(db, "SELECT count(*) FROM app.message_outbox WHERE state = 'pending' AND campaign_id = '" + id + "'"));
    }

    /** Waits until the fate of everybody is known, and says it. */
    static boolean ends(Connection db, String id, int audience, Mailbox mails) throws Exception {
        long began = System.nanoTime();
        while (number(db, "SELECT count(*) FROM app.campaigns WHERE state = 'running' AND id = '" + id + "'") > 0
                && System.nanoTime() - began < WAIT_FOR_THE_END) Thread.sleep(500);
        System.out.printf("settled %d s later%n", (System.nanoTime() - began) / 1_000_000_000);
        var states = new TreeMap<String, Integer>();
        var lost = 0;
        try (var query = db.prepareStatement("""
                SELECT o.state, c.email FROM app.message_outbox o JOIN app.customers c ON c.user_id = o.user_id AND c.id = o.customer_id
                WHERE o.campaign_id = '%s'""".formatted(id));
                var rows = query.executeQuery()) {
            while (rows.next()) {
                states.merge(rows.getString(1), 1, Integer::sum);
                boolean sure = rows.getString(1).equals("accepted");
                boolean may = sure || rows.getString(1).equals("unknown");
                int got = mails.taken().getOrDefault(rows.getString(2), 0);
                if (sure && got == 0 || !may && got > 0) lost++;
            }
        }
        var campaign = text(db, "SELECT state || coalesce(' ' || paused_why, '') FROM app.campaigns WHERE id = '" + id + "'");
        int most = mails.taken().values().stream().mapToInt(n -> n).max().orElse(0);
        int known = states.values().stream().mapToInt(n -> n).sum()
                - states.getOrDefault("pending", 0)
                - states.getOrDefault("sending", 0);
        System.out.printf("campaign %s; audience %d: %s%n", campaign, audience, states);
        System.out.printf("the server took %d mails\n", mails.taken().values().stream().mapToInt(n -> n).sum());
        return check("at most one mail a person", most, most <= 1)
                & check("people whose fate is known, of " + audience, known, known == audience)
                & check("people told apart from what the server took", lost, lost == 0)
                & check("the campaign is done", campaign, campaign.equals("done"));
    }

    static boolean check(String what, Object value, boolean kept) {
        System.out.printf("%-58s %8s   %s%n", what, value, kept ? "kept" : "MISSED");
        return kept;
    }

    static String text(Connection db, String sql) throws SQLException {
        try (var statement = db.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    static int number(Connection db, String sql) throws SQLException {
        return Integer.parseInt(text(db, sql));
    }

    static void execute(Connection db, String sql) throws SQLException {
        try (var statement = db.createStatement()) {
            statement.execute(sql);
        }
    }
}
