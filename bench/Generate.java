import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * {@code Generate.java URL TOKEN PROVIDER}: prints in milliseconds the median of our own texts; of one text by the model and of the
 * model asked directly, in turns; of 50 at once; and the 95th percentile of the list of customers without and with them.
 */
class Generate {
    static final HttpClient HTTP = HttpClient.newHttpClient();

    public static void main(String[] args) throws Exception {
        var url = args[0];
        var token = args[1];
        var brief = "{\"segment\":\"lost\",\"content_type\":\"whatsapp\",\"goal\":\"win_back\",\"variants\":1,\"occasion\":\"Acara %d\"}";
        double[] ours = new double[200], model = new double[100], direct = new double[100];
        for (int i = -50; i < ours.length; i++) {
            double took = post(url + "/api/content/generate?source=template", token, brief.formatted(i + 50), "\"template\"");
            if (i >= 0) ours[i] = took;
        }
        // a server that has run for a while has its code compiled
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int round = 0; round < 10; round++) {
                var calls = new ArrayList<Callable<Double>>();
                for (int i = 0; i < 20; i++) {
                    int n = 2_000 + 20 * round + i;
                    calls.add(() -> post(url + "/api/content/generate", token, brief.formatted(n), "\"openai\""));
                }
                for (var call : threads.invokeAll(calls)) call.get();
            }
        }
        for (int i = 0; i < model.length; i++) {
            model[i] = post(url + "/api/content/generate", token, brief.formatted(1_000 + i), "\"openai\"");
            direct[i] = post(args[2] + "/v1/chat/completions", token, "{}", "variants");
        }
        double before = list(url, token, new AtomicBoolean(), 200);
        var over = new AtomicBoolean();
        double during;
        double atOnce;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var listing = threads.submit(() -> list(url, token, over, Integer.MAX_VALUE));
            var all = new ArrayList<Double>();
            for (int round = 0; round < 6; round++) {
                var calls = new ArrayList<Callable<Double>>();
                for (int i = 0; i < 50; i++) {
                    int n = 10_000 + round * 50 + i;
                    calls.add(() -> post(url + "/api/content/generate", token, brief.formatted(n), "\"openai\""));
                }
                for (var call : threads.invokeAll(calls)) all.add(call.get());
            }
            over.set(true);
            during = listing.get();
            atOnce = at(all.stream().mapToDouble(d -> d).toArray(), 0.5);
        }
        System.out.printf("%.1f %.1f %.1f %.1f %.1f %.1f%n", at(ours, 0.5), at(model, 0.5), at(direct, 0.5), atOnce, before, during);
    }

    static double list(String url, String token, AtomicBoolean over, int most) throws Exception {
        var all = new ArrayList<Double>();
        for (int i = 0; i < most && !over.get(); i++) {
            long began = System.nanoTime();
            var answer = HTTP.send(
                    HttpRequest.newBuilder(URI.create(url + "/api/customers")).header("Authorization", "Bearer " + token).build(),
                    HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) throw new IllegalStateException(answer.body());
            all.add((System.nanoTime() - began) / 1e6);
            Thread.sleep(5);
        }
        return at(all.stream().mapToDouble(d -> d).toArray(), 0.95);
    }

    static double at(double[] all, double share) {
        Arrays.sort(all);
        return all[(int) (all.length * share)];
    }

    static double post(String url, String token, String body, String expected) throws Exception {
        long began = System.nanoTime();
        var answer = HTTP.send(
                HttpRequest.newBuilder(URI.create(url))
                        .header("Authorization", "Bearer " + token)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200 || !answer.body().contains(expected)) throw new IllegalStateException(answer.body());
        return (System.nanoTime() - began) / 1e6;
    }
}
