import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.Arrays;
import java.util.LinkedHashMap;

/**
 * {@code List.java DATA_FOLDER EMAIL URL COOKIE}: the page of customers beside the same question asked of the database
 * bare, in turns, 300 of each after 100 to warm up. Prints medians and 95th percentiles in milliseconds.
 */
class List {
    static final String PAGE = """
            SELECT c.id, c.name, c.phone, c.city, p.total_spent, p.last_purchase_date,
                   (SELECT a.segment FROM app.rfm_analysis a WHERE a.user_id = '%1$s' AND a.customer_id = c.id
                      AND a.analysis_date = (SELECT max(r.analysis_date) FROM app.rfm_runs r WHERE r.user_id = '%1$s'))
            FROM (SELECT * FROM app.customers c WHERE c.user_id = '%1$s' AND c.deleted_at IS NULL %2$s
                  ORDER BY %3$s LIMIT 20) c
            CROSS JOIN LATERAL (SELECT sum(t.amount) AS total_spent, max(t.transaction_date) AS last_purchase_date
                                FROM app.transactions t WHERE t.user_id = '%1$s' AND t.customer_id = c.id) p""";
    static final String COUNT =
            "SELECT count(*) FROM app.customers c WHERE c.user_id = '%1$s' AND c.deleted_at IS NULL %2$s";
    static final String SEARCH = "AND (strpos(lower(c.name), '%1$s') > 0 OR strpos(c.email, '%1$s') > 0 OR strpos(c.phone, '%1$s') > 0)";

    /** What a question of the page is in SQL: its condition and order. */
    record Question(String condition, String order) {}

    public static void main(String[] args) throws Exception {
        var questions = new LinkedHashMap<String, Question>();
        questions.put("", new Question("", "c.created_at DESC, c.id DESC"));
        questions.put("?search=4321", new Question(SEARCH.formatted("4321"), "c.created_at DESC, c.id DESC"));
        questions.put("?page=1000", new Question("", "c.created_at DESC, c.id DESC"));
        questions.put("?sort=name", new Question("", "lower(c.name), c.id"));
        questions.put("?sort=-total_spent", new Question("",
                "(SELECT sum(t.amount) FROM app.transactions t WHERE t.user_id = c.user_id AND t.customer_id = c.id) DESC, c.id DESC"));
        questions.put("?sort=-last_purchase_date", new Question("",
                "(SELECT max(t.transaction_date) FROM app.transactions t WHERE t.user_id = c.user_id AND t.customer_id = c.id) DESC, c.id DESC"));
        try (var db = Postgres.connect(Path.of(args[0])); var http = HttpClient.newHttpClient()) {
            var shop = Postgres.shop(db, args[1]);
            db.setAutoCommit(false);
            for (var question : questions.entrySet()) {
                var condition = question.getValue().condition();
                var page = PAGE.formatted(shop, condition, question.getValue().order());
                if (question.getKey().contains("page=1000")) page = page.replace("LIMIT 20", "LIMIT 20 OFFSET 19980");
                var count = COUNT.formatted(shop, condition);
                var request = HttpRequest.newBuilder(URI.create(args[2] + "/customers" + question.getKey()))
                        .header("Cookie", args[3])
                        .header("HX-Request", "true")
                        .build();
                var bare = new double[300];
                var ours = new double[300];
                for (int i = -100; i < 300; i++) {
                    long began = System.nanoTime();
                    if (rows(db, page) == 0 || rows(db, count) != 1) throw new IllegalStateException("no customers");
                    db.commit();
                    long between = System.nanoTime();
                    var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
                    if (answer.statusCode() != 200 || !answer.body().contains("/customers/0"))
                        throw new IllegalStateException(answer.statusCode() + " " + answer.body());
                    if (i < 0) continue;
                    bare[i] = (between - began) / 1e6;
                    ours[i] = (System.nanoTime() - between) / 1e6;
                }
                Arrays.sort(bare);
                Arrays.sort(ours);
                System.out.printf("/customers%s %.1f %.1f %.1f %.1f%n", question.getKey(), bare[150], bare[285], ours[150], ours[285]);
            }
        }
    }

    static int rows(Connection db, String sql) throws Exception {
        try (var statement = db.createStatement(); var rows = statement.executeQuery(sql)) {
            int n = 0;
            for (; rows.next(); n++) for (int c = 1; c <= rows.getMetaData().getColumnCount(); c++) rows.getObject(c);
            return n;
        }
    }
}
