import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;

/** {@code Provider.java MILLISECONDS}: a model that takes so long for every answer. Prints its port. */
class Provider {
    static final String ANSWER = """
            {"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","refusal":null,
            "content":"{\\"variants\\":[{\\"why\\":\\"Hangat.\\",\\"text\\":\\"Halo {nama|Kak}, ini {nama_toko}. Apa kabar? Kami rindu mengobrol soal batik. Balas STOP untuk berhenti.\\"}]}"}}],
            "usage":{"prompt_tokens":900,"completion_tokens":80,"total_tokens":980}}""";

    public static void main(String[] args) throws Exception {
        long takes = Long.parseLong(args[0]);
        var server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 200);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/v1/chat/completions", call -> {
            call.getRequestBody().readAllBytes();
            try {
                Thread.sleep(takes);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            var bytes = ANSWER.getBytes(StandardCharsets.UTF_8);
            call.getResponseHeaders().set("Content-Type", "application/json");
            call.sendResponseHeaders(200, bytes.length);
            call.getResponseBody().write(bytes);
            call.close();
        });
        server.start();
        System.out.println(server.getAddress().getPort());
    }
}
