package com.smartmarketingagent.platform;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;

/** A server of a test's own, to which it speaks byte by byte. */
abstract class SocketCase {

    private final Vertx vertx = Vertx.vertx();
    private final List<Socket> sockets = new ArrayList<>();
    private HttpServer server = vertx.createHttpServer();

    /** From now on; what was served before goes on for who has it open. */
    @SafeVarargs
    final void serve(Handler<RoutingContext>... handlers) throws Exception {
        var router = Router.router(vertx);
        for (var handler : handlers) router.route().handler(handler);
        server = vertx.createHttpServer().requestHandler(router);
        server.listen(0).toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    @AfterEach
    void end() throws Exception {
        for (var socket : sockets) socket.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    /** Begins a POST. @param head its lines, but for the host's */
    final Socket open(String path, String head) throws IOException {
        var socket = new Socket("localhost", server.actualPort());
        sockets.add(socket);
        socket.setSoTimeout(60_000);
        send(socket, "POST " + path + " HTTP/1.1\r\nHost: localhost\r\n" + head + "\r\n\r\n");
        return socket;
    }

    static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }
}
