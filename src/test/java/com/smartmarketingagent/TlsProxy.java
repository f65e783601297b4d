package com.smartmarketingagent;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;

/** Ends TLS and passes on what it reads, as what stands before us in production does. Its certificate is nobody's. */
final class TlsProxy implements AutoCloseable {

    private final SSLServerSocket socket;

    /** @param folder for its certificate @param server the port that speaks plain HTTP on this machine */
    TlsProxy(Path folder, int server) throws Exception {
        var password = "certificate".toCharArray();
        var file = folder.resolve("certificate.p12");
        var made = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-alias",
                        "proxy",
                        "-dname",
                        "CN=localhost",
                        "-storepass",
                        new String(password),
                        "-keystore",
                        file.toString())
                .inheritIO()
                .start()
                .waitFor();
        if (made != 0) throw new IOException("keytool ended with " + made);
        var certificates = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(file)) {
            certificates.load(in, password);
        }
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(certificates, password);
        var tls = SSLContext.getInstance("TLS");
        tls.init(keys.getKeyManagers(), null, null);
        socket = (SSLServerSocket)
                tls.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.startVirtualThread(() -> serve(server));
    }

    String url() {
        return "https://localhost:" + socket.getLocalPort();
    }

    private void serve(int server) {
        try {
            while (true) {
                var reader = socket.accept();
                var ours = new Socket(InetAddress.getLoopbackAddress(), server);
                pass(reader, ours);
                pass(ours, reader);
            }
        } catch (IOException closed) {
            // as meant
        }
    }

    private static void pass(Socket from, Socket to) {
        Thread.startVirtualThread(() -> {
            try (to;
                    InputStream in = from.getInputStream()) {
                in.transferTo(to.getOutputStream());
            } catch (IOException ended) {
                // by either
            }
        });
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
