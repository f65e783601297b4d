import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * {@code Stall.java URL TOKEN SHOPS} prints the p99 in milliseconds of the list of customers, alone and while the campaigns of
 * so many shops wait for a mail server that takes connections and never says a word, and how many connections it held.
 */
class Stall {
    private static final int REQUESTS = 2_000;
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    public static void main(String[] args) throws Exception {
        var url = args[0];
        var waiting = new CopyOnWriteArrayList<Socket>();
        try (var server = new ServerSocket(0, 500, InetAddress.getByName("127.0.0.1"))) {
            Thread.ofPlatform().daemon().start(() -> {
                try {
                    while (true) waiting.add(server.accept());
                } catch (IOException e) {
                    // closed at the end
                }
            });
            p99(url, args[1]);
            double alone = p99(url, args[1]);
            for (int i = 0; i < Integer.parseInt(args[2]); i++) campaign(url, server.getLocalPort());
            for (int i = 0; i < 100 && waiting.size() < Integer.parseInt(args[2]); i++) Thread.sleep(100);
            int stalled = waiting.size();
            double beside = p99(url, args[1]);
            System.out.printf("%.1f %.1f %d%n", alone, beside, stalled);
            for (var socket : waiting) socket.close();
        }
    }

    private static double p99(String url, String token) throws Exception {
        var millis = new double[REQUESTS];
        for (int i = 0; i < REQUESTS; i++) {
            long began = System.nanoTime();
            var answer = HTTP.send(request(url, token, "/api/customers?limit=20&page=" + (1 + i % 40)).GET().build(), HttpResponse.BodyHandlers.ofString());
            millis[i] = (System.nanoTime() - began) / 1e6;
            if (answer.statusCode() != 200) throw new IllegalStateException(answer.body());
        }
        Arrays.sort(millis);
        return millis[REQUESTS * 99 / 100];
    }

    /** A new shop whose one customer is to get a mail. */
    private static void campaign(String url, int port) throws Exception {
        var email = "stall-" + System.nanoTime() + "@bench.invalid";
        var token = field("access_token", call(url, "", "POST", "/api/auth/register", """
                {"email": "%s", "password": "kain batik tulis", "full_name": "Bench", "business_name": "Bench"}""".formatted(email)));
        call(url, token, "POST", "/api/customers", "{\"name\": \"Ani\", \"email\": \"ani@bench.invalid\"}");
        call(url, token, "PUT", "/api/channels/smtp", """
                {"host": "127.0.0.1", "port": "%d", "security": "none", "from_email": "toko@bench.invalid"}""".formatted(port));
        var id = field("id", call(url, token, "POST", "/api/campaigns", """
                {"name": "Bench", "via": "smtp", "subject": "Apa kabar?", "text": "Halo {nama|Kak}. Balas STOP.",
                 "audience": {"include_unasked": true}, "holdout_percent": 0}"""));
        call(url, token, "POST", "/api/campaigns/" + id + "/approve", "{}");
    }

    private static String field(String name, String json) {
        return json.replaceAll("(?s).*?\"" + name + "\":\"([^\"]*)\".*", "$1");
    }

    private static HttpRequest.Builder request(String url, String token, String path) {
        var request = HttpRequest.newBuilder(URI.create(url + path)).header("Content-Type", "application/json");
        return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
    }

    private static String call(String url, String token, String method, String path, String body) throws Exception {
        var answer = HTTP.send(
                request(url, token, path).method(method, HttpRequest.BodyPublishers.ofString(body)).build(),
                HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() >= 300) throw new IllegalStateException(path + ": " + answer.body());
        return answer.body();
    }
}
