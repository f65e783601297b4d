import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.Pattern;

/**
 * {@code Weekly.java DATA_FOLDER SHOPS} adds shops of 100 customers with ten sales each until there are so many. With {@code URL SECRET
 * PID} behind it lets a week pass and has the scheduler's call analyse all of them, and prints milliseconds a shop: by the clock, and
 * of the processors, the server's and the database's together; and milliseconds of one look at who is due.
 */
class Weekly {
    static final int CUSTOMERS = 100;

    public static void main(String[] args) throws Exception {
        var data = Path.of(args[0]);
        int shops = Integer.parseInt(args[1]);
        try (var db = Postgres.connect(data)) {
            if (args.length == 2) fill(db, shops);
            else analyse(db, data, shops, args[2], args[3], Long.parseLong(args[4]));
        }
    }

    static void fill(Connection db, int shops) throws SQLException {
        // the rows are sound by the way they are made; checking each costs minutes
        execute(db, "SET session_replication_role = replica");
        execute(db, """
                CREATE TEMPORARY TABLE fresh AS
                SELECT ('01900000-0000-7002-8000-' || lpad(to_hex(s), 12, '0'))::uuid AS id, s
                FROM generate_series((SELECT count(*) + 1 FROM app.users), %d) s""".formatted(shops));
        execute(db, """
                INSERT INTO app.users (id, email, password_hash, full_name, business_name, timezone, created_at)
                SELECT id, 's' || s || '@bench.invalid', 'x', 'Bench', 'Bench', (ARRAY['Asia/Jakarta','Asia/Makassar','Asia/Jayapura'])[1 + s %% 3],
                       now() - interval '30 days' FROM fresh""".formatted());
        execute(db, """
                INSERT INTO app.customers (user_id, id, name)
                SELECT id, ('01900000-0000-7000-8000-' || lpad(to_hex(s * 128 + c), 12, '0'))::uuid, 'Pelanggan ' || c
                FROM fresh, generate_series(1, %d) c""".formatted(CUSTOMERS));
        execute(db, """
                INSERT INTO app.transactions (user_id, id, customer_id, transaction_date, amount)
                SELECT id, ('01900000-0000-7001-8000-' || lpad(to_hex((s * 128 + c) * 16 + n), 12, '0'))::uuid,
                       ('01900000-0000-7000-8000-' || lpad(to_hex(s * 128 + c), 12, '0'))::uuid,
                       current_date - 1 - (hashint8((s * 128 + c) * 16 + n) & 1023), 10000 + (hashint8((s * 128 + c) * 16 + n) >> 8 & 1048575)
                FROM fresh, generate_series(1, %d) c, generate_series(1, 10) n""".formatted(CUSTOMERS));
        execute(db, "INSERT INTO app.rfm_changes (user_id) SELECT id FROM fresh");
        // also a shop that was there before: a shop's first week is that after it was opened
        execute(db, "UPDATE app.users SET created_at = now() - interval '30 days' WHERE created_at > now() - interval '29 days'");
        execute(db, "VACUUM (ANALYZE)");
        execute(db, "CHECKPOINT");
    }

    /** What was analysed was so a week ago, when one customer in twenty was a champion. */
    static void letAWeekPass(Connection db) throws SQLException {
        execute(db, "TRUNCATE app.notices, app.notice_deliveries");
        execute(db, "DELETE FROM app.rfm_analysis WHERE analysis_date < current_date - 3");
        execute(db, "DELETE FROM app.rfm_runs WHERE analysis_date < current_date - 3");
        execute(db, "DELETE FROM app.weekly_analyses WHERE analysis_date < current_date - 3");
        execute(db, "UPDATE app.rfm_analysis SET analysis_date = analysis_date - 7, segment = CASE WHEN hashtext(customer_id::text) % 20 = 0 THEN 'champions' ELSE segment END");
        execute(db, "UPDATE app.rfm_runs SET analysis_date = analysis_date - 7");
        execute(db, "UPDATE app.weekly_analyses SET analysis_date = analysis_date - 7, week = week - 7");
        execute(db, "VACUUM (FULL, ANALYZE) app.rfm_analysis, app.rfm_runs, app.weekly_analyses");
        execute(db, "VACUUM (ANALYZE)");
        execute(db, "CHECKPOINT");
    }

    static void analyse(Connection db, Path data, int shops, String url, String secret, long pid) throws Exception {
        letAWeekPass(db);
        var database = Long.parseLong(Files.readAllLines(data.resolve("postgres/postmaster.pid")).getFirst().strip());
        var call = HttpRequest.newBuilder(URI.create(url + "/api/cron/weekly-analysis"))
                .header("Authorization", "Bearer " + secret)
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        long began = System.nanoTime();
        double cpu = seconds(pid) + seconds(database);
        int done = 0, left = 1;
        try (var http = HttpClient.newHttpClient()) {
            while (left > 0) {
                var answer = http.send(call, HttpResponse.BodyHandlers.ofString()).body();
                if (field(answer, "failed") > 0) throw new IllegalStateException(answer);
                done += field(answer, "done");
                left = field(answer, "left");
            }
        }
        if (done != shops) throw new IllegalStateException(done + " of " + shops + " were analysed");
        double clock = (System.nanoTime() - began) / 1e6 / shops;
        cpu = (seconds(pid) + seconds(database) - cpu) * 1e3 / shops;
        System.out.printf("%.3f %.3f %.3f%n", clock, cpu, look(db));
    }

    static double look(Connection db) throws SQLException {
        var times = new double[5];
        for (int i = 0; i < times.length; i++) {
            long began = System.nanoTime();
            execute(db, "SELECT count(*) FROM app.due_weekly_analyses(now(), 5)");
            times[i] = (System.nanoTime() - began) / 1e6;
        }
        java.util.Arrays.sort(times);
        return times[times.length / 2];
    }

    static int field(String answer, String name) {
        var found = Pattern.compile("\"" + name + "\":(\\d+)").matcher(answer);
        if (!found.find()) throw new IllegalStateException(answer);
        return Integer.parseInt(found.group(1));
    }

    /** Of a process and its children, also those that ended. */
    static double seconds(long pid) throws Exception {
        double sum = own(pid, true);
        for (var child : ProcessHandle.of(pid).orElseThrow().descendants().toList()) sum += own(child.pid(), false);
        return sum;
    }

    static double own(long pid, boolean withEnded) throws Exception {
        try {
            var stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            var fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" "));
            long ticks = Long.parseLong(fields.get(11)) + Long.parseLong(fields.get(12));
            if (withEnded) ticks += Long.parseLong(fields.get(13)) + Long.parseLong(fields.get(14));
            return ticks / 100.0;
        } catch (java.nio.file.NoSuchFileException e) {
            return 0;
        }
    }

    static void execute(Connection db, String sql) throws SQLException {
        try (var statement = db.createStatement()) {
            statement.execute(sql);
        }
    }
}
