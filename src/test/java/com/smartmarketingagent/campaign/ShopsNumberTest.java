package com.smartmarketingagent.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import com.smartmarketingagent.messaging.FakeFonnte;
import com.smartmarketingagent.messaging.Via;
import com.smartmarketingagent.notice.OwnersWhatsApp;
import com.smartmarketingagent.notice.OwnersWhatsApp.Outcome;
import com.smartmarketingagent.pacing.Pace;
import com.smartmarketingagent.platform.SendingRepository;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** News to the owner by the number that their campaigns go out by. */
@QuarkusTest
class ShopsNumberTest extends CampaignCase {

    private final FakeFonnte fonnte = new FakeFonnte();

    @Inject
    OwnersWhatsApp number;

    @Inject
    SendingRepository sending;

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

    private void rests(String interval) {
        db.useTenant(
                shop.id(),
                tx -> tx.createUpdate("""
                                INSERT INTO app.paces (user_id, via, since, day, sent, next_at, failures)
                                VALUES (:u, 'fonnte', current_date - 30, current_date, 7, now() + CAST(:rest AS interval), 1)
                                ON CONFLICT (user_id, via) DO UPDATE SET next_at = excluded.next_at
                                """)
                        .bind("u", shop.id())
                        .bind("rest", interval)
                        .execute());
    }

    @Test
    void whileTheNumberRestsItIsPutOffAndTakesNoTurnAndAfterwardsTheDayCountsNothing() {
        connect();
        rests("15 seconds");
        var before = pace();
        assertThat(send()).isEqualTo(Outcome.LATER);
        assertThat(send()).isEqualTo(Outcome.LATER);
        assertThat(pace()).isEqualTo(before);
        assertThat(fonnte.messages()).isEmpty();

        rests("0 seconds");
        var began = pace().orElseThrow().nextAt();
        assertThat(send()).isEqualTo(Outcome.TAKEN);
        var after = pace().orElseThrow();
        assertThat(Duration.between(began, after.nextAt())).isBetween(Duration.ofSeconds(20), Duration.ofSeconds(100));
        assertThat(after.sent()).isEqualTo(7);
        assertThat(after.failures()).isEqualTo(1);
        assertThat(send()).isEqualTo(Outcome.LATER);
        assertThat(fonnte.messages()).isEqualTo(Map.of("6281234567890", 1));
    }

    @Test
    void whereNothingMayBeSentTheShopsNumberSendsNothingToItsOwnerEither() {
        connect();
        for (var mark : List.of("mark = 'elsewhere'", "sending = false")) {
            db.asOwner(tx -> tx.execute("UPDATE jobs.installation SET " + mark));
            try {
                assertThat(send()).describedAs(mark).isEqualTo(Outcome.REFUSED);
            } finally {
                db.asOwner(tx -> {
                    sending.turn(tx, true);
                    return tx;
                });
            }
        }
        assertThat(fonnte.messages()).isEmpty();
        assertThat(send()).isEqualTo(Outcome.TAKEN);
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
