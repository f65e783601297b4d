package com.smartmarketingagent.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import com.smartmarketingagent.Await;
import com.smartmarketingagent.messaging.FakeCloudApi;
import com.smartmarketingagent.messaging.FakeFonnte;
import com.smartmarketingagent.messaging.FakeProvider;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From the approval by our own sender to a provider, and from its calls back to what became of each message. */
@QuarkusTest
class RoundTripTest extends CampaignCase {

    /** No other test writes to these: what is left of theirs comes to the same provider. */
    private static final List<String> NUMBERS =
            List.of("6285799000001", "6285799000002", "6285799000003", "6285799000004");

    private static final String NEVER_ARRIVES = NUMBERS.getLast();
    private static final String APP_SECRET = "rahasia-penanda-tangan";

    @TestHTTPResource
    @SuppressWarnings("NullAway.Init")
    URI server;

    @Inject
    Dispatch dispatch;

    @Inject
    HookWork work;

    /** News that the provider tells. @return what it heard */
    private interface News extends Supplier<List<Integer>> {}

    @BeforeEach
    void hasAnAddress() {
        System.setProperty("PUBLIC_URL", server.resolve("/").toString());
        for (var number : NUMBERS) book.add("Ani " + number, "phone", "+" + number);
    }

    @AfterEach
    void hasNone() {
        System.clearProperty("PUBLIC_URL");
    }

    @Test
    void whatFonnteTakesAndTellsInAnyOrderAndFifteenTimesEndsOnce() {
        try (var fonnte = new FakeFonnte()) {
            shop.api()
                    .body(Map.of("token", "token-uji-00000000"))
                    .put("/api/channels/fonnte")
                    .then()
                    .statusCode(200);
            var campaign = sent(shop.draft("via", "fonnte", "holdout_percent", 0), fonnte);
            var webhook = webhook();
            var news = new ArrayList<News>();
            for (var number : NUMBERS) {
                var later = "state-" + number;
                var first = FakeFonnte.firstStatus(fonnte.id(number), later, "sent");
                news.add(() -> FakeFonnte.tell(webhook, first));
                var fate = number.equals(NEVER_ARRIVES) ? List.of("failed") : List.of("delivered", "read");
                for (var state : fate) news.add(() -> FakeFonnte.tell(webhook, FakeFonnte.laterState(later, state)));
            }
            told(news);
            endsOnce(campaign, fonnte, "failed refused", news.size());
        }
    }

    @Test
    void whatMetaTakesAndTellsInAnyOrderAndFifteenTimesEndsOnce() {
        try (var meta = new FakeCloudApi()) {
            shop.api()
                    .body(Map.of(
                            "phone_number_id",
                            "106540352242922",
                            "token",
                            "token-uji-00000000",
                            "app_secret",
                            APP_SECRET,
                            "template",
                            "kabar"))
                    .put("/api/channels/cloud_api")
                    .then()
                    .statusCode(200);
            var campaign = sent(shop.draft("via", "cloud_api", "holdout_percent", 0), meta);
            var webhook = webhook();
            var news = new ArrayList<News>();
            for (var number : NUMBERS) {
                var fate =
                        number.equals(NEVER_ARRIVES) ? List.of("sent", "failed") : List.of("sent", "delivered", "read");
                for (var status : fate) {
                    var one = meta.news(number, status);
                    news.add(() -> FakeCloudApi.tell(webhook, APP_SECRET, one));
                }
            }
            told(news);
            endsOnce(campaign, meta, "failed address", news.size());
        }
    }

    /** As the owner copies it to the provider. */
    private URI webhook() {
        return URI.create(shop.api().get("/api/channels").path("data.channels[0].webhook_url"));
    }

    /** The first goes by the campaign's own job, and what its number's gap would put off by its like at once. */
    private UUID sent(UUID campaign, FakeProvider provider) {
        step(campaign, "approve").statusCode(200);
        Await.until("the job hands over the first", () -> !ours(provider).isEmpty());
        Await.until("all are handed over", () -> {
            sql("UPDATE app.paces SET next_at = now() WHERE user_id = :u AND :c IS NOT NULL", campaign);
            dispatch.run(instance(campaign));
            return "done".equals(look(campaign).extract().path("data.campaign.state"));
        });
        look(campaign).body("data.counts.accepted", is(NUMBERS.size()));
        return campaign;
    }

    /** How often each of ours was written to. */
    private static Map<String, Integer> ours(FakeProvider provider) {
        var messages = provider.messages();
        messages.keySet().retainAll(NUMBERS);
        return messages;
    }

    private void told(List<News> news) {
        var all = new ArrayList<News>();
        for (int i = 0; i < 15; i++) all.addAll(news);
        Collections.shuffle(all, new Random(15));
        for (var one : all) assertThat(one.get()).last().isEqualTo(200);
    }

    private void endsOnce(UUID campaign, FakeProvider provider, String failed, int news) {
        Await.until(
                "each report was worked",
                () -> reports("attempt = 0 AND worked_at IS NULL").isEmpty());
        // those that came before the one that says whose they are
        for (var id : reports("worked_at IS NULL")) work.run(shop.id().value() + " " + id);
        assertThat(reports("worked_at IS NULL")).isEmpty();
        assertThat(reports("error IS NULL")).hasSize(news);
        look(campaign)
                .body("data.campaign.state", is("done"))
                .body("data.counts.delivered", is(NUMBERS.size() - 1))
                .body("data.counts.failed", is(1));
        assertThat(fate("+" + NEVER_ARRIVES)).isEqualTo(failed);
        assertThat(ours(provider))
                .containsOnlyKeys(NUMBERS)
                .allSatisfy((number, messages) -> assertThat(messages).isOne());
        shop.api().get("/api/notices").then().body("data.notices[kind=campaign_finished]", hasSize(1));
    }

    private List<UUID> reports(String which) {
        return found(UUID.class, "SELECT id FROM app.webhook_events WHERE user_id = :u AND " + which);
    }

    private String fate(String phone) {
        return one(String.class, """
                SELECT o.state || ' ' || o.why FROM app.message_outbox o
                JOIN app.customers c ON c.user_id = :u AND c.id = o.customer_id
                WHERE o.user_id = :u AND c.phone = :phone
                """, "phone", phone);
    }
}
