package com.smartmarketingagent;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/** A site with pictures, inside: only an installation that allows it asks there. It keeps what it was asked. */
public final class PictureServer implements AutoCloseable {

    private static final byte[] PNG = HexFormat.of().parseHex("89504e470d0a1a0a0000000d49484452");

    private final HttpServer server;
    private final Map<String, HttpHandler> answers = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();

    public PictureServer() {
        this("127.0.0.1", 0);
    }

    /** @param port 0 for a free one */
    public PictureServer(String address, int port) {
        try {
            server = HttpServer.create(new InetSocketAddress(address, port), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::answer);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    private void answer(HttpExchange call) throws IOException {
        asked.add(call.getRequestMethod() + " " + call.getRequestHeaders().getFirst("Host") + call.getRequestURI());
        answers.getOrDefault(call.getRequestURI().getPath(), sized(16, true)).handle(call);
    }

    /** What a picture of so many bytes is answered. @param said whether its length is said before it */
    public static HttpHandler sized(int bytes, boolean said) {
        return whole(Arrays.copyOf(PNG, bytes), said);
    }

    /** @param said whether its length is said before it */
    public static HttpHandler whole(byte[] body, boolean said) {
        return call -> {
            try (call) {
                call.sendResponseHeaders(200, said ? body.length : 0);
                call.getResponseBody().write(body);
            } catch (IOException e) {
                // who has seen enough hangs up
            }
        };
    }

    /** What is answered at a path, where it isn't a small picture. */
    public PictureServer says(String path, HttpHandler answer) {
        answers.put(path, answer);
        return this;
    }

    public int port() {
        return server.getAddress().getPort();
    }

    /** Where it has a picture of this name. */
    public String at(String name) {
        return "http://127.0.0.1:" + port() + "/" + name;
    }

    /** Method, host and path of each call. */
    public List<String> asked() {
        return asked;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
