import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.Properties;

/** The embedded server of a data folder, opened as its superuser, whom row level security does not touch. */
class Postgres {
    static Connection connect(Path data) throws Exception {
        var secrets = new Properties();
        try (var in = Files.newBufferedReader(data.resolve("secrets.properties"))) {
            secrets.load(in);
        }
        var port = Files.readAllLines(data.resolve("postgres/postmaster.pid")).get(3).strip();
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/sma", "postgres", secrets.getProperty("POSTGRES_PASSWORD"));
    }

    static String shop(Connection db, String email) throws Exception {
        try (var query = db.prepareStatement("SELECT id FROM app.users WHERE email = ?")) {
            query.setString(1, email);
            try (var rows = query.executeQuery()) {
                rows.next();
                return rows.getString(1);
            }
        }
    }
}
