import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.ArrayList;

/** {@code Load.java URL REQUESTS AT_ONCE TEXT [HEADER VALUE]...}: asks so often; each answer is 200 and has the text. */
class Load {
    public static void main(String[] args) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(args[0]));
        for (int i = 4; i < args.length; i += 2) request.header(args[i], args[i + 1]);
        var asked = request.build();
        int each = Integer.parseInt(args[1]) / Integer.parseInt(args[2]);
        try (var threads = Executors.newFixedThreadPool(Integer.parseInt(args[2]));
                var http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            var all = new ArrayList<Future<?>>();
            for (int i = 0; i < Integer.parseInt(args[2]); i++)
                all.add(threads.submit(() -> {
                    for (int j = 0; j < each; j++) {
                        var answer = http.send(asked, HttpResponse.BodyHandlers.ofString());
                        if (answer.statusCode() != 200 || !answer.body().contains(args[3]))
                            throw new IllegalStateException(answer.statusCode() + " " + answer.body());
                    }
                    return null;
                }));
            for (var one : all) one.get();
        }
    }
}
