package com.smartmarketingagent.campaign;

import static com.smartmarketingagent.Http.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import com.smartmarketingagent.Http.Checked;
import com.smartmarketingagent.Shop;
import com.smartmarketingagent.link.LinksUnder;
import com.smartmarketingagent.messaging.Delivery;
import com.smartmarketingagent.messaging.Sender;
import com.smartmarketingagent.pacing.QuietHoursTest;
import com.smartmarketingagent.platform.Ids;
import com.smartmarketingagent.platform.UserId;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** A campaign's link: short and everyone's own, from the message to the campaign's site, and who followed it. */
@QuarkusTest
class LinkTest extends CampaignCase {

    private static final String LINKED = "Halo {nama|Kak}, lihat {tautan} ya. Balas STOP.";
    private static final String TARGET = "https://toko.contoh.id/baru?dari=wa&x=%20";
    private static final String PHONE =
            "Mozilla/5.0 (Linux; Android 14; SM-A155F) Chrome/130.0.0.0 Mobile Safari/537.36";

    @Inject
    LinksUnder links;

    private final Map<UUID, String> received = new ConcurrentHashMap<>();

    private Map<String, Object> linked(Object... details) {
        var body =
                Shop.campaign("name", "Baru", "via", "assisted", "text", LINKED, "link", TARGET, "holdout_percent", 0);
        for (int i = 0; i < details.length; i += 2) body.put((String) details[i], details[i + 1]);
        return body;
    }

    private Checked create(Map<String, Object> body) {
        return shop.api().body(body).post("/api/campaigns").then();
    }

    private UUID approved(Map<String, Object> body) {
        var id = UUID.fromString(create(body).statusCode(201).extract().path("data.campaign.id"));
        shop.api().post("/api/campaigns/" + id + "/approve").then().statusCode(200);
        return id;
    }

    /** Sends as an installation does that people reach at this address, and lets two seconds pass. */
    private void send(UUID campaign, @org.jspecify.annotations.Nullable String publicUrl) {
        sql("UPDATE app.message_outbox SET next_attempt_at = now() WHERE user_id = :u AND campaign_id = :c", campaign);
        Sender keeping = message -> {
            received.put(message.customer(), message.text());
            return new Delivery.Accepted(null);
        };
        couriers.by(keeping, QuietHoursTest.NONE, links.address(publicUrl))
                .run(Dispatch.instance(shop.id(), campaign, Ids.next()));
        age(campaign, "2 seconds");
    }

    private void age(UUID campaign, String by) {
        sql(
                "UPDATE app.message_outbox SET sending_since = now() - interval '" + by
                        + "' WHERE user_id = :u AND campaign_id = :c",
                campaign);
    }

    private String path(UUID customer) {
        return java.util.Objects.requireNonNull(received.get(customer))
                .replaceFirst(".*https://sma\\.contoh\\.id(/s/[0-9A-Za-z]{11}) ya.*", "$1");
    }

    private static Checked follow(String path, String... headers) {
        var request = given().follow(false).urlEncodingEnabled(false).header("User-Agent", PHONE);
        for (int i = 0; i < headers.length; i += 2) request.header(headers[i], headers[i + 1]);
        return request.get(path).then();
    }

    private Checked counts(UUID campaign) {
        return shop.api().get("/api/campaigns/" + campaign).then().statusCode(200);
    }

    private int clicks(UUID customer) {
        return one(
                Integer.class,
                "SELECT clicks FROM app.campaign_links WHERE user_id = :u AND customer_id = :c",
                "c",
                customer);
    }

    @Test
    void eachIsSentALinkOfTheirOwnThatLeadsOnAndIsCountedOncePerPerson() {
        var ani = book.add("Ani", "phone", "081234000001");
        var budi = book.add("{tautan}", "phone", "081234000002");
        var campaign = approved(linked());
        send(campaign, "https://sma.contoh.id");
        // what a customer is called is no link
        assertThat(received.get(budi)).startsWith("Halo {tautan}, lihat https://sma.contoh.id/s/");
        assertThat(path(ani)).isNotEqualTo(path(budi));
        counts(campaign).body("data.counts.clicked", is(0));
        for (int i = 0; i < 3; i++) {
            var answer = follow(path(ani))
                    .statusCode(302)
                    .header("Location", is(TARGET))
                    .header("Cache-Control", containsString("no-store"))
                    .header("Referrer-Policy", is("same-origin"));
            assertThat(answer.extract().headers().allValues("Set-Cookie")).isEmpty();
        }
        counts(campaign).body("data.counts.clicked", is(1));
        assertThat(clicks(ani)).isEqualTo(3);
        assertThat(clicks(budi)).isZero();
        shop.api()
                .get("/api/campaigns/" + campaign + "/recipients")
                .then()
                .body("data.recipients[name=Ani][0].clicked_at", notNullValue())
                .body("data.recipients[name!=Ani][0].clicked_at", nullValue());
    }

    @Test
    void programsAreLedOnAndNotCounted() {
        var ani = book.add("Ani", "phone", "081234000001");
        var campaign = approved(linked());
        send(campaign, "https://sma.contoh.id");
        given().follow(false)
                .header("User-Agent", PHONE)
                .head(path(ani))
                .then()
                .statusCode(302)
                .header("Location", is(TARGET));
        follow(path(ani), "Sec-Purpose", "prefetch").statusCode(302);
        follow(path(ani), "Purpose", "prefetch").statusCode(302);
        given().follow(false)
                .header("User-Agent", "WhatsApp/2.24.20.89 A")
                .get(path(ani))
                .then()
                .statusCode(302);
        assertThat(clicks(ani)).isZero();
    }

    @Test
    void whatComesWithinTwoSecondsOfTheSendingIsNoPerson() {
        var ani = book.add("Ani", "phone", "081234000001");
        var campaign = approved(linked());
        send(campaign, "https://sma.contoh.id");
        // so that no pause of the machine makes it two
        age(campaign, "-100 seconds");
        follow(path(ani)).statusCode(302);
        assertThat(clicks(ani)).isZero();
        age(campaign, "2 seconds");
        follow(path(ani)).statusCode(302);
        assertThat(clicks(ani)).isEqualTo(1);
    }

    @Test
    void whoIsTriedAgainKeepsTheirLink() {
        var ani = book.add("Ani", "phone", "081234000001");
        var campaign = approved(linked());
        send(campaign, "https://sma.contoh.id");
        var first = path(ani);
        sql("UPDATE app.campaigns SET state = 'running' WHERE user_id = :u AND id = :c", campaign);
        sql("UPDATE app.message_outbox SET state = 'pending' WHERE user_id = :u AND campaign_id = :c", campaign);
        send(campaign, "https://sma.contoh.id");
        assertThat(path(ani)).isEqualTo(first);
    }

    @Test
    void withoutAPublicAddressTheLinkItselfIsSent() {
        var ani = book.add("Ani", "phone", "081234000001");
        var campaign = approved(linked());
        send(campaign, null);
        assertThat(received.get(ani)).isEqualTo("Halo Ani, lihat " + TARGET + " ya. Balas STOP.");
    }

    @Test
    void byHandItIsInTheTextToo() {
        book.add("Ani", "phone", "081234000001");
        var campaign = approved(linked());
        shop.api()
                .post("/api/campaigns/" + campaign + "/next")
                .then()
                .statusCode(200)
                .body("data.open.text", is("Halo Ani, lihat " + TARGET + " ya. Balas STOP."));
    }

    @Test
    void aCodeThatNobodyWasSentLeadsNowhere() {
        for (var wrong : List.of("AAAAAAAAAAA", "x", "https:%2F%2Fjahat.contoh", "..%2Flogin", "AAAAAAAAAA%00")) {
            var answer = follow("/s/" + wrong);
            assertThat(answer.extract().statusCode()).describedAs(wrong).isIn(400, 404);
            assertThat(answer.extract().headers().firstValue("Location"))
                    .describedAs(wrong)
                    .isEmpty();
        }
        follow("/s/AAAAAAAAAAA").statusCode(404).body(containsString("Tautan ini tidak berlaku lagi."));
    }

    /** Whatever is added to a link: it leads where the campaign says, or nowhere. */
    @Test
    void nothingInTheAddressChoosesWhereALinkLeads() {
        var ani = book.add("Ani", "phone", "081234000001");
        var campaign = approved(linked());
        send(campaign, "https://sma.contoh.id");
        follow(path(ani) + "?url=https%3A%2F%2Fjahat.contoh&link=%2F%2Fjahat.contoh")
                .statusCode(302)
                .header("Location", is(TARGET));
        follow(path(ani) + "/%2F%2Fjahat.contoh").statusCode(404);
        follow(path(ani).toLowerCase(java.util.Locale.ROOT) + "x").statusCode(404);
    }

    @Test
    void theLinksOfAShopThatWasSwitchedOffLeadNowhere() {
        var ani = book.add("Ani", "phone", "081234000001");
        var campaign = approved(linked());
        send(campaign, "https://sma.contoh.id");
        Shop.admin()
                .api()
                .body(Map.of("is_active", false))
                .put("/api/admin/users/" + shop.id().value())
                .then()
                .statusCode(200);
        follow(path(ani)).statusCode(404);
    }

    @Test
    void theirLinkGoesWithAnErasedCustomer() {
        var ani = book.add("Ani", "phone", "081234000001");
        var campaign = approved(linked());
        send(campaign, "https://sma.contoh.id");
        follow(path(ani)).statusCode(302);
        shop.api().delete("/api/customers/" + ani + "?erase=now").then().statusCode(200);
        follow(path(ani)).statusCode(404);
        counts(campaign).body("data.counts.clicked", is(0));
    }

    /** Threat 4: the door says where one code leads, and lists nothing. */
    @Test
    void threat4WithoutATenantNoLinkIsSeen() {
        book.add("Ani", "phone", "081234000001");
        send(approved(linked()), "https://sma.contoh.id");
        for (var stranger : new UserId[] {null, Shop.register().id()}) {
            long seen = stranger == null
                    ? db.withoutTenant(tx -> tx.createQuery("SELECT count(*) FROM app.campaign_links")
                            .mapTo(Long.class)
                            .one())
                    : db.inTenant(
                            stranger,
                            tx -> tx.createQuery("SELECT count(*) FROM app.campaign_links")
                                    .mapTo(Long.class)
                                    .one());
            assertThat(seen).isZero();
        }
        List<Integer> guessed = db.withoutTenant(tx -> tx.createQuery("SELECT 1 FROM app.followed_link('%')")
                .mapTo(Integer.class)
                .list());
        assertThat(guessed).isEmpty();
    }

    @Test
    void aLinkLeadsToASiteByHttps() {
        for (var wrong : List.of(
                "http://toko.contoh.id",
                "javascript:alert(1)",
                "data:text/html,x",
                "//toko.contoh.id",
                "https:toko",
                "https:///x",
                "https://orang@toko.contoh.id",
                "https://orang:rahasia@toko.contoh.id",
                "https://toko.contoh.id\\@jahat.contoh",
                "https://toko contoh.id",
                "https://{nama}.contoh.id",
                "toko.contoh.id"))
            create(linked("link", wrong)).statusCode(400).body("error.details[0].field", is("link"));
        create(linked("link", "https://toko.contoh.id/\r\nSet-Cookie: a=b")).statusCode(400);
        create(linked("link", " https://toko.contoh.id/kain-ménak "))
                .statusCode(201)
                .body("data.campaign.link", is("https://toko.contoh.id/kain-m%C3%A9nak"));
        create(linked("link", "https://a.id/" + "x".repeat(487))).statusCode(201);
        create(linked("link", "https://a.id/" + "x".repeat(488))).statusCode(400);
    }

    @Test
    void textAndLinkNeedEachOther() {
        create(linked("link", "")).statusCode(400).body("error.details[0].field", is("link"));
        create(linked("text", "Halo. Balas STOP.")).statusCode(400).body("error.details[0].field", is("text"));
        create(linked("text", "Halo. Balas STOP.", "link", "")).statusCode(201).body("data.campaign.link", nullValue());
    }

    @Test
    void aLinkWithinAnotherPlaceholderIsNone() {
        for (var text : List.of("{nama|{tautan}} STOP", "{na{tautan}ma} STOP", "{tautan|x} STOP", "{{tautan}} STOP"))
            create(linked("text", text)).statusCode(400).body("error.details[0].field", is("text"));
        // and in texts that are kept, it stands for nothing
        shop.api()
                .body(Map.of("name", "x", "content_type", "whatsapp", "text", "Lihat {tautan}"))
                .post("/api/content/templates")
                .then()
                .statusCode(400);
    }
}
