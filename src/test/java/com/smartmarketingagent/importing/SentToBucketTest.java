package com.smartmarketingagent.importing;

import static org.assertj.core.api.Assertions.assertThat;

import com.smartmarketingagent.platform.S3Server;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The storage is a server that speaks S3 and checks signatures: what is sent by a link never comes to us. */
@QuarkusTest
@TestProfile(SentToBucketTest.Configured.class)
class SentToBucketTest extends SentFiles {

    public static class Configured implements QuarkusTestProfile {
        @Override
        public List<TestResourceEntry> testResources() {
            return List.of(new TestResourceEntry(Bucket.class));
        }
    }

    public static class Bucket implements QuarkusTestResourceLifecycleManager {
        private @Nullable S3Server server;

        @Override
        public Map<String, String> start() {
            try {
                server =
                        new S3Server(Files.createTempDirectory(Path.of("target").toAbsolutePath(), "bucket"));
                return server.settings();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void stop() {
            try {
                if (server != null) server.close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    int refusal() {
        return 403;
    }

    @Test
    void itIsSentToTheStorageItselfAndTheStorageHoldsItToWhatWasSaid() throws Exception {
        var announced = announce(shop, "a.csv", SALES.length()).statusCode(201);
        var url = url(announced).toString();
        assertThat(url)
                .contains("/berkas/" + shop.id().value() + "/import/" + id(announced))
                .contains("X-Amz-Expires=900")
                .contains("X-Amz-SignedHeaders=content-length%3Bcontent-type%3Bhost");
        assertThat(put(URI.create(url), "text/html", BodyPublishers.ofString(SALES)))
                .isEqualTo(403);
        assertThat(put(URI.create(url.replace("Expires=900", "Expires=9000")), SALES))
                .isEqualTo(403);
        var other = announce(shop, "b.csv", SALES.length()).statusCode(201);
        assertThat(put(URI.create(url.replace(id(announced), id(other))), SALES))
                .isEqualTo(403);
        assertThat(stored()).isEmpty();
        assertThat(put(URI.create(url), SALES)).isEqualTo(200);
        assertThat(stored()).containsExactly(id(announced));
    }
}
