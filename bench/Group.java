import java.io.FileOutputStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.Arrays;
import org.postgresql.PGConnection;

/**
 * The peers of an analysis, {@code Group.java DATA_FOLDER EMAIL WORK}: the bare GROUP BY of one shop's sales over the covering
 * index by the
 * quicker plan, every row of the result read by the client, and the same in DuckDB where its driver is there. Prints medians of five
 * in seconds, "-" for what is absent.
 */
class Group {
    static final String SQL = """
            SELECT customer_id, max(transaction_date) FILTER (WHERE amount > 0), count(*) FILTER (WHERE amount > 0), sum(amount)
            FROM %s GROUP BY customer_id""";

    public static void main(String[] args) throws Exception {
        try (var db = Postgres.connect(Path.of(args[0]))) {
            var shop = Postgres.shop(db, args[1]);
            // what autovacuum does within a minute or two of an import; index-only scans need it
            db.createStatement().execute("VACUUM (ANALYZE) app.transactions");
            db.createStatement().execute("SET work_mem = '64MB'");
            db.setAutoCommit(false);
            var bare = SQL.formatted("app.transactions WHERE user_id = '" + shop + "'");
            // by hashing, which the planner prefers, and in the order of the index, which is what an analysis asks for
            double hashed = median(db, bare);
            db.createStatement().execute("SET enable_hashagg = off");
            System.out.printf("%.3f", Math.min(hashed, median(db, bare)));
            var rows = args[2] + "/sales.csv";
            try (var out = new FileOutputStream(rows)) {
                db.unwrap(PGConnection.class).getCopyAPI().copyOut(
                        "COPY (SELECT customer_id, transaction_date, amount FROM app.transactions WHERE user_id = '" + shop
                                + "') TO STDOUT (FORMAT csv, HEADER)", out);
            }
            System.out.println(" " + duck(rows));
        }
    }

    static String duck(String rows) throws Exception {
        try {
            Class.forName("org.duckdb.DuckDBDriver");
        } catch (ClassNotFoundException e) {
            return "-";
        }
        try (var db = DriverManager.getConnection("jdbc:duckdb:")) {
            db.createStatement().execute(
                    "CREATE TABLE sales (customer_id uuid, transaction_date date, amount decimal(15,2))");
            db.createStatement().execute("INSERT INTO sales SELECT * FROM read_csv('" + rows + "')");
            return String.format("%.3f", median(db, SQL.formatted("sales")));
        }
    }

    static double median(Connection db, String sql) throws Exception {
        var seconds = new double[5];
        long customers = 0;
        for (int i = 0; i < seconds.length; i++) {
            long began = System.nanoTime();
            try (var statement = db.createStatement()) {
                statement.setFetchSize(10_000);
                try (var rows = statement.executeQuery(sql)) {
                    for (customers = 0; rows.next(); customers++) {
                        rows.getObject(1);
                        rows.getObject(2);
                        rows.getLong(3);
                        rows.getBigDecimal(4);
                    }
                }
            }
            seconds[i] = (System.nanoTime() - began) / 1e9;
        }
        if (customers == 0) throw new IllegalStateException("no sales");
        Arrays.sort(seconds);
        return seconds[2];
    }
}
