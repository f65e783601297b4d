import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.Arrays;
import org.postgresql.PGConnection;

/**
 * The peer of an import, {@code Copy.java DATA_FOLDER SALES_FILE WORK}: the same rows by a bare COPY into an ordinary table
 * without any index, in the same server. Prints two medians of three in seconds: the rows as app.transactions stores
 * them, and the columns of the file as they are.
 */
class Copy {
    public static void main(String[] args) throws Exception {
        try (var db = Postgres.connect(Path.of(args[0]))) {
            var stored = args[2] + "/stored.copy";
            try (var out = new FileOutputStream(stored)) {
                api(db).copyOut("COPY app.transactions TO STDOUT", out);
            }
            double asStored = median(db, stored, "(LIKE app.transactions)", "");
            double asWritten = median(
                    db,
                    args[1],
                    "(name text, phone text, day date, amount numeric(15,2), product text, quantity int, number text)",
                    "(FORMAT csv, HEADER)");
            System.out.printf("%.2f %.2f%n", asStored, asWritten);
        }
    }

    static double median(Connection db, String file, String columns, String options) throws Exception {
        var seconds = new double[3];
        for (int i = 0; i < 3; i++) {
            try (var statement = db.createStatement()) {
                statement.execute("DROP TABLE IF EXISTS public.bare");
                statement.execute("CREATE TABLE public.bare " + columns);
                statement.execute("CHECKPOINT");
                long began = System.nanoTime();
                try (var in = new FileInputStream(file)) {
                    api(db).copyIn("COPY public.bare FROM STDIN " + options, in, 1 << 20);
                }
                seconds[i] = (System.nanoTime() - began) / 1e9;
                statement.execute("DROP TABLE public.bare");
            }
        }
        Arrays.sort(seconds);
        return seconds[1];
    }

    static org.postgresql.copy.CopyManager api(Connection db) throws Exception {
        return db.unwrap(PGConnection.class).getCopyAPI();
    }
}
