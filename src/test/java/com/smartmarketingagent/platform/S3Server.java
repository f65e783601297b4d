package com.smartmarketingagent.platform;

import com.smartmarketingagent.Installed;
import com.smartmarketingagent.platform.S3Storage.Place;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** A server that speaks S3 and checks signatures, with one bucket in a folder; it may be killed and stopped. */
public final class S3Server implements AutoCloseable {

    static final String BUCKET = "berkas";
    static final String ACCESS_KEY = "kunci-pengujian";
    static final String SECRET_KEY = "rahasia/pengujian+yang=panjang";

    private final int port = Installed.freePort();
    private final Path folder;
    private Process process;

    /** @param folder is its own */
    public S3Server(Path folder) throws IOException {
        this.folder = folder;
        Files.createDirectories(folder.resolve("data").resolve(BUCKET));
        Files.writeString(
                folder.resolve("s3proxy.conf"), """
                s3proxy.authorization=aws-v2-or-v4
                s3proxy.endpoint=http://127.0.0.1:%d
                s3proxy.identity=%s
                s3proxy.credential=%s
                jclouds.provider=filesystem-nio2
                jclouds.identity=x
                jclouds.credential=x
                jclouds.filesystem.basedir=%s
                """.formatted(port, ACCESS_KEY, SECRET_KEY, folder.resolve("data")));
        start();
    }

    public void start() throws IOException {
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx128m",
                        "-jar",
                        Path.of("target/s3proxy.jar").toAbsolutePath().toString(),
                        "--properties",
                        folder.resolve("s3proxy.conf").toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("s3proxy.log").toFile())
                .start();
        Installed.awaitPort(process, port);
    }

    /** What a node is set to. */
    public Map<String, String> settings() {
        return Map.of(
                "S3_ENDPOINT", "http://127.0.0.1:" + port,
                "S3_BUCKET", BUCKET,
                "S3_ACCESS_KEY", ACCESS_KEY,
                "S3_SECRET_KEY", SECRET_KEY);
    }

    public Storage storage() {
        return storage(SECRET_KEY, Duration.ofSeconds(4));
    }

    S3Storage storage(String secret, Duration patience) {
        return storage(secret, patience, Clock.systemUTC());
    }

    S3Storage storage(String secret, Duration patience, Clock clock) {
        var endpoint = URI.create("http://127.0.0.1:" + port);
        return new S3Storage(new Place(endpoint, null, "us-east-1", BUCKET, ACCESS_KEY, secret), patience, clock);
    }

    /** For what no node of ours does. */
    S3Client client() {
        return S3Client.builder()
                .endpointOverride(URI.create("http://127.0.0.1:" + port))
                .forcePathStyle(true)
                .region(Region.US_EAST_1)
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create(ACCESS_KEY, SECRET_KEY)))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .build();
    }

    /** Where what has this key lies. */
    Path file(String key) {
        return folder.resolve("data").resolve(BUCKET).resolve(key);
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
