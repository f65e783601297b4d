import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * {@code Cache.java DATA_FOLDER EMAIL URL COOKIE TIMES PAGE…}: each page while nothing of its shop changes, and each time after its
 * analyses were said to be others, so that all is worked out anew. Prints the page and the medians in milliseconds. With 0 for TIMES: each
 * page once, as it is.
 */
class Cache {
    public static void main(String[] args) throws Exception {
        int times = Integer.parseInt(args[4]);
        try (var db = Postgres.connect(Path.of(args[0])); var http = HttpClient.newHttpClient(); var change = db.createStatement()) {
            var shop = Postgres.shop(db, args[1]);
            for (var page : Arrays.copyOfRange(args, 5, args.length)) {
                var request = HttpRequest.newBuilder(URI.create(args[2] + page)).header("Cookie", args[3]).build();
                if (times == 0) {
                    System.out.printf("%s %.1f%n", page, time(http, request));
                    continue;
                }
                var known = new double[times];
                var anew = new double[times];
                for (int i = -3; i < times; i++) {
                    change.execute("UPDATE app.rfm_runs SET calculated_at = clock_timestamp() WHERE user_id = '" + shop + "'");
                    double one = time(http, request);
                    double other = time(http, request);
                    if (i < 0) continue;
                    anew[i] = one;
                    known[i] = other;
                }
                Arrays.sort(known);
                Arrays.sort(anew);
                System.out.printf("%s %.1f %.1f%n", page, known[times / 2], anew[times / 2]);
            }
        }
    }

    static double time(HttpClient http, HttpRequest request) throws Exception {
        long began = System.nanoTime();
        var answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) throw new IllegalStateException(answer.statusCode() + " " + answer.body());
        return (System.nanoTime() - began) / 1e6;
    }
}
