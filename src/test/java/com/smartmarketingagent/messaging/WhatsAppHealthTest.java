package com.smartmarketingagent.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.smartmarketingagent.Shop;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.HealthPart.State;
import com.smartmarketingagent.platform.Settings;
import com.sun.net.httpserver.HttpServer;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

@QuarkusTest
class WhatsAppHealthTest {

    @Inject
    Db db;

    @Inject
    ChannelRepository channels;

    private WhatsAppHealth through(String base) {
        return new WhatsAppHealth(db, channels, new ProviderClient(new Settings() {
            @Override
            public Optional<String> text(String name) {
                return Optional.ofNullable(
                        Map.of("FONNTE_URL", base, "WHATSAPP_API_URL", base).get(name));
            }
        }));
    }

    @Test
    void theServersThatShopsUseAreAskedWithoutAnybodysKey() throws IOException {
        Shop.register()
                .api()
                .body(Map.of("token", "rahasia-token-fonnte-x7Qp"))
                .put("/api/channels/fonnte")
                .then()
                .statusCode(200);
        var fonnte = new FakeFonnte();
        var health = through(fonnte.base());
        try (fonnte) {
            assertThat(health.ask()).isEqualTo(State.HEALTHY);
            assertThat(fonnte.calls())
                    .isNotEmpty()
                    .allMatch(c -> c.header("Authorization").isEmpty());
        }
        assertThat(health.ask()).isEqualTo(State.UNHEALTHY);
        var broken = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        broken.createContext("/", call -> {
            call.sendResponseHeaders(502, -1);
            call.close();
        });
        broken.start();
        try {
            assertThat(through("http://127.0.0.1:" + broken.getAddress().getPort())
                            .ask())
                    .isEqualTo(State.UNHEALTHY);
        } finally {
            broken.stop(0);
        }
    }
}
