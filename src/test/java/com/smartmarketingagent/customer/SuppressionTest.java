package com.smartmarketingagent.customer;

import static com.smartmarketingagent.Http.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;

import com.smartmarketingagent.Http.Checked;
import com.smartmarketingagent.Shop;
import com.smartmarketingagent.Visitor;
import com.smartmarketingagent.customer.Consent.Channel;
import com.smartmarketingagent.customer.ConsentRepository.Reason;
import com.smartmarketingagent.platform.Db;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who said "no" is not asked again: not as the same customer, not as a new one with the same number. */
@QuarkusTest
class SuppressionTest {

    private static final String PHONE = "081234567890";

    @Inject
    Db db;

    @Inject
    Replies replies;

    private Shop shop;

    @BeforeEach
    void aShop() {
        shop = Shop.register();
    }

    private static UUID add(Shop shop, String phone) {
        return UUID.fromString(shop.api()
                .body(Map.of("name", "Ani", "phone", phone))
                .post("/api/customers")
                .then()
                .statusCode(201)
                .extract()
                .path("data.customer.id"));
    }

    private Checked say(UUID customer, String state) {
        return shop.api()
                .body(Map.of("channel", "whatsapp", "state", state, "wording", "Lewat telepon"))
                .put("/api/customers/" + customer + "/consents")
                .then()
                .statusCode(200);
    }

    private static Checked permission(Shop shop, UUID customer) {
        return shop.api().get("/api/customers/" + customer + "/consents").then().statusCode(200);
    }

    private void erase(UUID customer) {
        shop.api().delete("/api/customers/" + customer + "?erase=now").then().statusCode(200);
    }

    @Test
    void whatWasSaidIsKeptWithItsWordsAndTimes() {
        var ani = add(shop, PHONE);
        permission(shop, ani).body("data.consents", empty()).body("data.suppressions", empty());
        var before = now();
        var granted = changedAt(say(ani, "granted").body("data.consents.source", contains("owner")));
        assertThat(granted).isBetween(before, now());
        before = now();
        var withdrawn = changedAt(say(ani, "withdrawn")
                .body("data.consents.state", contains("withdrawn"))
                .body("data.consents.source", contains("owner"))
                .body("data.consents.wording", contains("Lewat telepon"))
                .body("data.suppressions.reason", contains("owner"))
                .body("data.history.state", contains("withdrawn", "granted"))
                .body("data.history.source", contains("owner", "owner")));
        assertThat(withdrawn).isBetween(before, now());
        // the same once more is no news
        say(ani, "withdrawn")
                .body("data.consents.changed_at", contains(withdrawn.toString()))
                .body("data.suppressions.since", contains(withdrawn.toString()))
                .body("data.history.changed_at", contains(withdrawn.toString(), granted.toString()));
        say(ani, "granted").body("data.suppressions", empty()).body("data.history", hasSize(3));
    }

    private Instant now() {
        return db.inTenant(shop.id(), Db::now);
    }

    private static Instant changedAt(Checked permission) {
        return Instant.parse(permission.extract().path("data.consents[0].changed_at"));
    }

    @Test
    void aNoSurvivesErasureAndANewCustomerWithTheNumber() {
        var ani = add(shop, PHONE);
        say(ani, "withdrawn");
        erase(ani);
        var again = add(shop, "+62 812-3456-7890");
        permission(shop, again).body("data.consents", empty()).body("data.suppressions.channel", contains("whatsapp"));
        new Visitor(shop)
                .get("/customers/" + again)
                .body(containsString("Tidak mau dihubungi"))
                .body(not(containsString("wa.me")));
        say(again, "granted").body("data.suppressions", empty());
        new Visitor(shop).get("/customers/" + again).body(containsString("wa.me"));
    }

    /** What was said before a number was known, or changed, is said of whoever has it at the end. */
    @Test
    void aNoOutlivesTheNumberThatItsCustomerHadLast() {
        var ani = add(shop, PHONE);
        say(ani, "withdrawn");
        shop.api()
                .body(Map.of("phone", "081234567899"))
                .patch("/api/customers/" + ani)
                .then()
                .statusCode(200);
        erase(ani);
        for (var phone : java.util.List.of("081234567899", PHONE))
            permission(shop, add(shop, phone)).body("data.suppressions.channel", contains("whatsapp"));
        // of who never said no nothing is kept
        erase(add(shop, "081234567898"));
        permission(shop, add(shop, "081234567898")).body("data.suppressions", empty());
    }

    @Test
    void aNoSurvivesAFile() {
        var ani = add(shop, PHONE);
        say(ani, "withdrawn");
        erase(ani);
        var file = "Nama,No HP,Tanggal,Total\nSiti Baru,0812 3456 7890,2026-01-05,150000\n";
        var started = given().header("Authorization", "Bearer " + shop.accessToken())
                .multiPart("file", "a.csv", file.getBytes(StandardCharsets.UTF_8), "text/csv")
                .post("/api/transactions/import")
                .then()
                .statusCode(202)
                .extract()
                .<String>path("data.import.id");
        shop.imported(started);
        var siti = UUID.fromString(
                shop.api().get("/api/customers?search=Siti").then().extract().path("data.customers[0].id"));
        permission(shop, siti).body("data.suppressions.reason", equalTo(java.util.List.of("owner")));
        // nobody who said no is an example, nor to be greeted
        shop.api().body("{}").post("/api/rfm/calculate").then().statusCode(200);
        shop.api()
                .body(Map.of("segment", "lost", "content_type", "whatsapp", "goal", "thank", "variants", 1))
                .post("/api/content/generate")
                .then()
                .statusCode(200)
                .body("data.content.variants[0].examples", empty());
    }

    @Test
    void whoAskedToBeForgottenIsNotWrittenToBeforeTheyAgreeAnew() {
        var ani = add(shop, PHONE);
        shop.api()
                .body(Map.of("customer_id", ani, "kind", "erase"))
                .post("/api/privacy/requests")
                .then()
                .statusCode(201);
        erase(ani);
        var again = add(shop, PHONE);
        permission(shop, again).body("data.suppressions.reason", contains("erased"));
        new Visitor(shop)
                .get("/customers/" + again)
                .body(containsString("pernah minta datanya dihapus"), not(containsString("wa.me")));
        permission(shop, add(shop, "081234567899")).body("data.suppressions", empty());
        say(again, "granted").body("data.suppressions", empty());
    }

    @Test
    void whoAskedToBeForgottenIsKnownByTheNumberThatAMergeTook() {
        var ani = add(shop, PHONE);
        var budi = add(shop, "081234567891");
        merge(budi, ani);
        new Visitor(shop).post("/customers/" + budi + "/delete", "asked", "yes").statusCode(303);
        for (var phone : java.util.List.of(PHONE, "081234567891"))
            permission(shop, add(shop, phone)).body("data.suppressions.reason", contains("erased"));
    }

    @Test
    void whoIsBroughtBackIsKnownAsBefore() {
        var ani = add(shop, PHONE);
        var budi = add(shop, "081234567891");
        hear("+6281234567891", "STOP");
        for (var customer : java.util.List.of(ani, budi)) {
            var owner = new Visitor(shop);
            owner.post("/customers/" + customer + "/delete", "asked", "yes").statusCode(303);
            assertThat(reasons()).contains("erased");
            owner.post("/customers/" + customer + "/restore").statusCode(303);
        }
        permission(shop, ani).body("data.suppressions", empty());
        permission(shop, budi).body("data.suppressions.reason", contains("stop"));
        assertThat(reasons()).containsExactly("stop");
    }

    /** Of a family that shares one address, who stays is written to as before. */
    @Test
    void anAddressThatSomebodyElseHasTooIsLeftToThem() {
        var both = new java.util.ArrayList<UUID>();
        for (var phone : java.util.List.of(PHONE, "081234567891"))
            both.add(UUID.fromString(shop.api()
                    .body(Map.of("name", "Ani", "phone", phone, "email", "rumah@contoh.id"))
                    .post("/api/customers")
                    .then()
                    .statusCode(201)
                    .extract()
                    .path("data.customer.id")));
        new Visitor(shop)
                .post("/customers/" + both.getFirst() + "/delete", "asked", "yes")
                .statusCode(303);
        permission(shop, both.getLast()).body("data.suppressions", empty());
        permission(shop, add(shop, PHONE)).body("data.suppressions.channel", contains("whatsapp"));
    }

    private java.util.List<String> reasons() {
        return db.inTenant(
                shop.id(),
                tx -> tx.createQuery("SELECT reason FROM app.suppressions WHERE user_id = :user")
                        .bind("user", shop.id())
                        .mapTo(String.class)
                        .list());
    }

    @Test
    void anotherShopsNoIsNotOurs() {
        say(add(shop, PHONE), "withdrawn");
        var other = Shop.register();
        permission(other, add(other, PHONE)).body("data.suppressions", empty());
    }

    /** Only who has the key can tell whose the hash is; it is neither the number nor its plain digest. */
    @Test
    void threat35OnlyAKeyedHashIsKept() {
        var ani = add(shop, PHONE);
        say(ani, "withdrawn");
        erase(ani);
        var kept = db.inTenant(
                shop.id(),
                tx -> tx.createQuery("""
                        SELECT s::text || ' ' || (s.address_hash IN (sha256('+6281234567890'), sha256('081234567890')))::text
                        FROM app.suppressions s WHERE s.user_id = :user
                        """)
                        .bind("user", shop.id())
                        .mapTo(String.class)
                        .list());
        assertThat(kept).hasSize(1);
        assertThat(kept.getFirst()).endsWith(" false").doesNotContain("81234567890");
        var said = db.inTenant(
                shop.id(),
                tx -> tx.createQuery("SELECT count(*) FROM app.consent_history WHERE user_id = :user")
                        .bind("user", shop.id())
                        .mapTo(Integer.class)
                        .one());
        assertThat(said).isZero();
    }

    /** They write from the number that the message had gone to, and are written to at another. */
    @Test
    void aStopFromTheFormerNumberOfWhoWasMergedCountsForWhoTheyAreToday() {
        var ani = add(shop, PHONE);
        var budi = add(shop, "081234567891");
        var citra = add(shop, "081234567892");
        merge(budi, ani);
        merge(citra, budi);
        hear("+6281234567890", "Terima kasih");
        permission(shop, citra).body("data.consents", empty()).body("data.suppressions", empty());
        hear("+6281234567890", "STOP");
        permission(shop, citra)
                .body("data.consents.state", contains("withdrawn"))
                .body("data.suppressions.reason", contains("stop"));
        shop.api()
                .get("/api/customers/" + citra + "/messages")
                .then()
                .body("data.messages.text", contains("STOP", "Terima kasih"));
        permission(shop, add(shop, PHONE)).body("data.suppressions.reason", contains("stop"));
        permission(shop, add(shop, "081234567899")).body("data.suppressions", empty());
    }

    /** A number is whose it is now, not whose it was. */
    @Test
    void aStopFromANumberThatHasANewOwnerIsTheirs() {
        var ani = add(shop, PHONE);
        var budi = add(shop, "081234567891");
        merge(budi, ani);
        var citra = add(shop, PHONE);
        hear("+6281234567890", "STOP");
        permission(shop, citra).body("data.consents.state", contains("withdrawn"));
        permission(shop, budi).body("data.consents", empty()).body("data.suppressions", empty());
    }

    private void merge(UUID kept, UUID other) {
        shop.api()
                .body(Map.of("other_id", other))
                .post("/api/customers/" + kept + "/merge")
                .then()
                .statusCode(200);
    }

    private void hear(String phone, String text) {
        db.useTenant(shop.id(), tx -> replies.hear(tx, shop.id(), UUID.randomUUID(), phone, text, null));
    }

    @Test
    void aChangedKeyStillKnowsWhoSaidNoUnderTheFormerOne() {
        var former = consents("kunci lama yang cukup panjang untuk dipakai", null);
        var ani = add(shop, PHONE);
        db.useTenant(shop.id(), tx -> former.suppress(tx, shop.id(), Channel.WHATSAPP, "+6281234567890", Reason.STOP));
        var alone = consents("kunci baru yang cukup panjang untuk dipakai", null);
        var both =
                consents("kunci baru yang cukup panjang untuk dipakai", "kunci lama yang cukup panjang untuk dipakai");
        db.useTenant(shop.id(), tx -> {
            assertThat(alone.suppressions(tx, shop.id(), ani)).isEmpty();
            assertThat(both.suppressions(tx, shop.id(), ani))
                    .extracting(ConsentRepository.Suppression::reason)
                    .containsExactly(Reason.STOP);
            both.unsuppress(tx, shop.id(), Channel.WHATSAPP, "+6281234567890");
            assertThat(former.suppressions(tx, shop.id(), ani)).isEmpty();
        });
    }

    private static ConsentRepository consents(String key, @org.jspecify.annotations.Nullable String previous) {
        return new ConsentRepository(Keys.under(key, previous));
    }
}
