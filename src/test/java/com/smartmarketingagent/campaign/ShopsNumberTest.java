package com.smartmarketingagent.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import com.smartmarketingagent.messaging.FakeFonnte;
import com.smartmarketingagent.messaging.Via;
import com.smartmarketingagent.notice.OwnersWhatsApp;
import com.smartmarketingagent.notice.OwnersWhatsApp.Outcome;
import com.smartmarketingagent.pacing.Pace;
import com.smartmarketingagent.platform.Db;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** News to the owner by the number that their campaigns go out by. */
@QuarkusTest
class ShopsNumberTest extends CampaignCase {

    private final FakeFonnte fonnte = new FakeFonnte();

    @Inject
    OwnersWhatsApp number;

    @AfterEach
    void close() {
        fonnte.close();
    }

    private Outcome send() {
        return number.send(shop.id(), "+6281234567890", "Kampanye selesai");
    }

    private void connect() {
        shop.api()
                .body(Map.of("token", "token-uji-00000000"))
                .put("/api/channels/fonnte")
                .then()
                .statusCode(200);
    }

    private java.util.Optional<Pace> pace() {
        return db.inTenant(shop.id(), tx -> couriers.paces.find(tx, shop.id(), Via.FONNTE));
    }

    @Test
    void itGoesByTheShopsNumberAndANewNumberGrowsNoOlderByIt() {
        assertThat(send()).isEqualTo(Outcome.REFUSED);
        connect();
        assertThat(send()).isEqualTo(Outcome.TAKEN);
        assertThat(fonnte.messages()).isEqualTo(Map.of("6281234567890", 1));
        assertThat(pace()).isEmpty();
    }

    @Test
    void itWaitsForItsTurnAndTheNextMessageWaitsForItButTheDayCountsNothing() {
        connect();
        db.useTenant(shop.id(), tx -> tx.createUpdate("""
                                INSERT INTO app.paces (user_id, via, since, day, sent, next_at, failures)
                                VALUES (:u, 'fonnte', current_date - 30, current_date, 7, now() + interval '2 seconds', 1)
                                """).bind("u", shop.id()).execute());
        var before = pace().orElseThrow();
        var began = db.inTenant(shop.id(), Db::now);
        assertThat(send()).isEqualTo(Outcome.TAKEN);
        assertThat(db.inTenant(shop.id(), Db::now)).isAfterOrEqualTo(before.nextAt());
        assertThat(Duration.between(began, before.nextAt())).isPositive();
        var after = pace().orElseThrow();
        assertThat(Duration.between(before.nextAt(), after.nextAt()))
                .isBetween(Duration.ofSeconds(20), Duration.ofSeconds(90));
        assertThat(after.sent()).isEqualTo(7);
        assertThat(after.failures()).isEqualTo(1);
    }

    @Test
    void aChannelThatIsDownIsNotTriedAgainAndABusyOneIs() {
        connect();
        fonnte.then(FakeFonnte.refusing("request invalid on disconnected device"));
        assertThat(send()).isEqualTo(Outcome.REFUSED);
        fonnte.then(FakeFonnte.garbage());
        assertThat(send()).isEqualTo(Outcome.UNKNOWN);
        fonnte.then(FakeFonnte.answering(429, Map.of()));
        assertThat(send()).isEqualTo(Outcome.LATER);
    }
}
