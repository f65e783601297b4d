package com.smartmarketingagent.platform;

import com.smartmarketingagent.Installed;
import io.lettuce.core.RedisClient;
import java.io.IOException;

/** A Redis of its own that keeps nothing and may be killed and stopped. */
public final class RedisServer implements AutoCloseable {

    private final int port = Installed.freePort();
    private final String program = Installed.program("redis-server").toString();
    private Process process;
    private String password = "";

    public RedisServer() throws IOException {
        start();
    }

    public void start() throws IOException {
        password = "";
        process = new ProcessBuilder(
                        program,
                        "--port",
                        String.valueOf(port),
                        "--bind",
                        "127.0.0.1",
                        "--save",
                        "",
                        "--appendonly",
                        "no")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        Installed.awaitPort(process, port);
    }

    public String url() {
        return "redis://127.0.0.1:" + port;
    }

    /** How many counts it holds. */
    public long counted() {
        try (var client = RedisClient.create(url());
                var connection = client.connect()) {
            return connection.sync().dbsize();
        }
    }

    /** From now on it lets in only who knows this, until it is started anew. */
    void demand(String password) {
        try (var client = RedisClient.create(
                        url().replace("//", this.password.isEmpty() ? "//" : "//:" + this.password + "@"));
                var connection = client.connect()) {
            connection.sync().configSet("requirepass", password);
        }
        this.password = password;
    }

    /** It keeps its connections and answers nothing. */
    void hang() throws Exception {
        signal("STOP");
    }

    void goOn() throws Exception {
        signal("CONT");
    }

    private void signal(String name) throws Exception {
        new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                .start()
                .waitFor();
    }

    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
