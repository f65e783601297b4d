package com.smartmarketingagent;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Servers that are not ours and that some tests speak to for real; {@code ./sma test} installs them where it may. */
public final class Installed {

    private Installed() {}

    /** Where a program is; whoever asks is skipped where it is nowhere. */
    public static Path program(String name) {
        return find(name)
                .orElseGet(() -> abort(name + " is not installed, so this is not tested: apt install " + name));
    }

    static Optional<Path> find(String name) {
        for (var folder : (System.getenv("PATH") + File.pathSeparator + "/usr/sbin").split(File.pathSeparator)) {
            var program = Path.of(folder, name);
            if (Files.isExecutable(program)) return Optional.of(program);
        }
        return Optional.empty();
    }

    /** Variables for a program whose clock goes a day ahead; none where libfaketime is not installed. */
    static Map<String, String> aDayAhead() throws IOException {
        try (var folders = Files.newDirectoryStream(Path.of("/usr/lib"), "*-linux-*")) {
            for (var folder : folders) {
                var library = folder.resolve("faketime/libfaketimeMT.so.1");
                if (Files.exists(library))
                    return Map.of(
                            "LD_PRELOAD",
                            library.toString(),
                            "FAKETIME",
                            "+1d",
                            "DONT_FAKE_MONOTONIC",
                            "1",
                            "FAKETIME_DISABLE_SHM",
                            "1",
                            "NO_FAKE_STAT",
                            "1");
            }
        }
        return Map.of();
    }

    public static int freePort() throws IOException {
        try (var free = new ServerSocket(0)) {
            return free.getLocalPort();
        }
    }

    /** Returns once somebody listens there. */
    public static void awaitPort(Process server, int port) {
        Await.until("somebody listens at port " + port, () -> {
            try (var _ = new Socket("127.0.0.1", port)) {
                return true;
            } catch (IOException e) {
                if (!server.isAlive()) throw e;
                return false;
            }
        });
    }
}
