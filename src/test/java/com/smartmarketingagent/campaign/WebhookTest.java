package com.smartmarketingagent.campaign;

import static com.smartmarketingagent.Http.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import com.smartmarketingagent.Await;
import com.smartmarketingagent.Http.Checked;
import com.smartmarketingagent.Http.JsonPath;
import com.smartmarketingagent.Http.Response;
import com.smartmarketingagent.Shop;
import com.smartmarketingagent.Visitor;
import com.smartmarketingagent.customer.CustomerBook;
import com.smartmarketingagent.messaging.Channel;
import com.smartmarketingagent.messaging.Channel.Kind;
import com.smartmarketingagent.messaging.Channels;
import com.smartmarketingagent.messaging.Delivery;
import com.smartmarketingagent.messaging.HookEvent;
import com.smartmarketingagent.messaging.HookRepository;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Ids;
import com.smartmarketingagent.platform.UserId;
import com.svix.Webhook;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import jakarta.ws.rs.core.MediaType;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What providers report: from their call to what it changes. */
@QuarkusTest
class WebhookTest {

    /** By which Meta and Svix sign. */
    private static final String SECRET = "rahasia-penanda-tangan";

    private static final String PHONE = "+6281234000001";

    @TestHTTPResource
    @SuppressWarnings("NullAway.Init")
    URI server;

    @Inject
    Db db;

    @Inject
    CampaignRepository campaigns;

    @Inject
    StatusRepository statuses;

    @Inject
    Couriers couriers;

    @Inject
    HookRepository hooks;

    @Inject
    HookWork work;

    @Inject
    com.smartmarketingagent.pacing.Pacing pacing;

    @Inject
    Channels channels;

    private Shop shop;
    private String secret = "";
    private CustomerBook book;

    @BeforeEach
    void aShop() {
        shop = Shop.register();
        book = new CustomerBook(shop);
        secret = fonnteOf(shop);
        cloudApiOf(shop);
        var signs = "whsec_" + Base64.getEncoder().encodeToString(bytes(SECRET));
        shop.api()
                .body(Map.of(
                        "api_key", "re_kunci_panjang_sekali", "from_email", "toko@contoh.id", "webhook_secret", signs))
                .put("/api/channels/resend")
                .then()
                .statusCode(200);
    }

    /** Sets Fonnte up. @return what is part of the address that it calls */
    private String fonnteOf(Shop whose) {
        whose.api()
                .body(Map.of("token", "kunci-panjang-sekali"))
                .put("/api/channels/fonnte")
                .then()
                .statusCode(200);
        return opened(whose, Kind.FONNTE) instanceof Channel.Fonnte its
                ? its.webhookSecret().value()
                : "";
    }

    private static void cloudApiOf(Shop whose) {
        whose.api()
                .body(Map.of(
                        "phone_number_id",
                        "123456789",
                        "token",
                        "kunci-panjang-sekali",
                        "app_secret",
                        SECRET,
                        "template",
                        "pesan"))
                .put("/api/channels/cloud_api")
                .then()
                .statusCode(200);
    }

    private Channel opened(Shop whose, Kind kind) {
        return db.inTenant(whose.id(), tx -> channels.open(tx, whose.id(), kind))
                .orElseThrow()
                .channel();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Response fonnte(UserId user, String secret, byte[] body) {
        return given().contentType(MediaType.APPLICATION_JSON)
                .body(body)
                .post("/api/webhooks/fonnte/" + user.value() + "/" + secret);
    }

    /** @param fields names and values in turn */
    private void reported(Object... fields) {
        var body = new LinkedHashMap<String, Object>();
        for (int i = 0; i < fields.length; i += 2) body.put(String.valueOf(fields[i]), fields[i + 1]);
        fonnte(shop.id(), secret, bytes(json(body))).then().statusCode(200);
    }

    private static String json(Object value) {
        try {
            return new com.fasterxml.jackson.databind.ObjectMapper().writeValueAsString(value);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    private void wrote(String phone, String text, int at) {
        reported("device", "628", "sender", phone.substring(1), "message", text, "timestamp", 1_764_150_000 + at);
    }

    private static byte[] hmac(byte[] text) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(bytes(SECRET), "HmacSHA256"));
            return mac.doFinal(text);
        } catch (java.security.GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static void cloud(UserId user, String body) {
        given().contentType(MediaType.APPLICATION_JSON)
                .header("X-Hub-Signature-256", "sha256=" + HexFormat.of().formatHex(hmac(bytes(body))))
                .body(bytes(body))
                .post("/api/webhooks/cloud_api/" + user.value())
                .then()
                .statusCode(200);
    }

    private void resend(String id, String type, String to, String more) {
        var body = "{\"type\":\"email." + type + "\",\"data\":{\"email_id\":\"surat-" + id + "\",\"to\":[\"" + to
                + "\"]" + more + "}}";
        var at = String.valueOf(Clock.systemUTC().instant().getEpochSecond());
        resend(shop, id, at, svix(SECRET, id, at, body), body).then().statusCode(200);
    }

    private static Response resend(Shop whose, String id, String at, String signatures, String body) {
        return given().contentType(MediaType.APPLICATION_JSON)
                .header("svix-id", id)
                .header("svix-timestamp", at)
                .header("svix-signature", signatures)
                .body(bytes(body))
                .post("/api/webhooks/resend/" + whose.id().value());
    }

    /** As Resend signs, by Svix's own signer. */
    private static String svix(String secret, String id, String at, String body) {
        try {
            return new Webhook(bytes(secret)).sign(id, Long.parseLong(at), body);
        } catch (com.svix.exceptions.WebhookSigningException | com.svix.exceptions.EmptyWebhookSecretException e) {
            throw new AssertionError(e);
        }
    }

    private <T> T one(String sql, Class<T> type) {
        return db.inTenant(
                shop.id(),
                tx -> tx.createQuery(sql).bind("u", shop.id()).mapTo(type).one());
    }

    private void sql(String sql) {
        db.useTenant(shop.id(), tx -> tx.createUpdate(sql).bind("u", shop.id()).execute());
    }

    /** Waits until everything was worked at least once; what waits for its message waits on. */
    private void worked() {
        worked(shop);
    }

    private void worked(Shop whose) {
        Await.until(
                "all reports are worked",
                () -> db.inTenant(
                        whose.id(),
                        tx -> tx.createQuery(
                                        "SELECT count(*) = 0 FROM app.webhook_events WHERE user_id = :u AND worked_at IS NULL AND attempt = 0")
                                .bind("u", whose.id())
                                .mapTo(Boolean.class)
                                .one()));
    }

    private List<UUID> waiting() {
        return db.inTenant(
                shop.id(),
                tx -> tx.createQuery("SELECT id FROM app.webhook_events WHERE user_id = :u AND worked_at IS NULL")
                        .bind("u", shop.id())
                        .mapTo(UUID.class)
                        .list());
    }

    private void workWaiting() {
        for (var id : waiting()) work.run(shop.id().value() + " " + id);
    }

    /** A campaign to these many, handed over; the provider calls them {@code pesan-} and their number. */
    private UUID sent(int people, Delivery... answers) {
        for (int i = 1; i <= people; i++) book.add("Ani " + i, "phone", "081234%06d".formatted(i));
        var campaign = shop.draft("via", "assisted", "holdout_percent", 0);
        shop.api().post("/api/campaigns/" + campaign + "/approve").then().statusCode(200);
        sql("UPDATE app.message_outbox SET next_attempt_at = now() WHERE user_id = :u");
        var next = new java.util.concurrent.ConcurrentLinkedDeque<>(List.of(answers));
        couriers.by(m -> next.isEmpty()
                        ? new Delivery.Accepted(
                                "pesan-" + Integer.parseInt(m.address().substring(8)))
                        : next.removeFirst())
                .run(Dispatch.instance(shop.id(), campaign, Ids.next()));
        return campaign;
    }

    private void counts(UUID campaign, long accepted, long delivered, long failed) {
        worked();
        look(campaign)
                .body("data.counts.accepted", is((int) accepted))
                .body("data.counts.delivered", is((int) delivered))
                .body("data.counts.failed", is((int) failed));
    }

    private Checked look(UUID campaign) {
        return shop.api().get("/api/campaigns/" + campaign).then().statusCode(200);
    }

    private JsonPath messages(UUID customer) {
        return shop.api()
                .get("/api/customers/" + customer + "/messages")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    private Checked permission(UUID customer) {
        return shop.api().get("/api/customers/" + customer + "/consents").then().statusCode(200);
    }

    /** Threat 25: nothing tells a wrong secret from a shop that isn't there. */
    @Test
    void threat25WhatIsNotProvenIsRefusedAlike() {
        var other = Shop.register();
        var theirs = fonnteOf(other);
        var none = Shop.register();
        var body = bytes("{\"sender\":\"6281234000001\",\"message\":\"STOP\"}");
        var answers = new ArrayList<Response>();
        answers.add(fonnte(shop.id(), theirs, body));
        answers.add(fonnte(shop.id(), secret + "x", body));
        answers.add(fonnte(none.id(), secret, body));
        answers.add(fonnte(UserId.create(), SECRET, body));
        answers.add(given().body(body).post("/api/webhooks/fonnte/bukan-toko/" + secret));
        for (var path : List.of("cloud_api", "resend"))
            for (var user : List.of(shop.id(), none.id(), UserId.create()))
                answers.add(given().contentType(MediaType.APPLICATION_JSON)
                        .header("X-Hub-Signature-256", "sha256=" + "0".repeat(64))
                        .body(body)
                        .post("/api/webhooks/" + path + "/" + user.value()));
        answers.add(
                given().get("/api/webhooks/cloud_api/" + shop.id().value() + "?hub.mode=subscribe&hub.challenge=1"));
        for (var answer : answers) {
            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(answer.asString()).isEqualTo(answers.getFirst().asString());
        }
        assertThat(answers.getFirst().jsonPath().getString("error.code")).isEqualTo("UNAUTHORIZED");
        // who reads it can't log in
        assertThat(answers.getFirst().jsonPath().getString("error.message")).contains("tidak terbukti");
        assertThat(one("SELECT count(*) FROM app.webhook_events WHERE user_id = :u", Long.class))
                .isZero();
    }

    @Test
    void whatSvixSignedForAnotherOrLongAgoOrOtherwiseIsNotProven() {
        var ani = book.add("Ani", "email", "ani@contoh.id");
        var body = "{\"type\":\"email.complained\",\"data\":{\"to\":[\"ani@contoh.id\"]}}";
        long now = Clock.systemUTC().instant().getEpochSecond();
        var at = String.valueOf(now);
        var old = String.valueOf(now - 400);
        var right = svix(SECRET, "m", at, body);
        resend(shop, "m", at, svix("kunci-toko-lain", "m", at, body), body)
                .then()
                .statusCode(401);
        resend(shop, "m", old, svix(SECRET, "m", old, body), body).then().statusCode(401);
        resend(shop, "m", at, right, body + " ").then().statusCode(401);
        resend(shop, "n", at, right, body).then().statusCode(401);
        assertThat(one("SELECT count(*) FROM app.webhook_events WHERE user_id = :u", Long.class))
                .isZero();
        // of several, as while a key is being changed
        resend(shop, "m", at, svix("kunci-lama", "m", at, body) + " " + right, body)
                .then()
                .statusCode(200);
        worked();
        permission(ani).body("data.suppressions.reason", contains("complaint"));
    }

    /** Threat 25: who has their own secret says nothing about others' messages. */
    @Test
    void threat25AnothersMessageIsIgnored() {
        var campaign = sent(1);
        var other = Shop.register();
        fonnte(other.id(), fonnteOf(other), bytes("{\"id\":\"pesan-1\",\"stateid\":\"s\",\"status\":\"expired\"}"))
                .then()
                .statusCode(200);
        worked(other);
        counts(campaign, 1, 0, 0);
        // of the shop itself it would count
        reported("id", "pesan-1", "stateid", "s", "status", "expired");
        counts(campaign, 0, 0, 1);
    }

    /** Threat 26: fifteen times, and the later before the earlier. */
    @Test
    void threat26FifteenTimesIsOnceAndNothingGoesBack() {
        var campaign = sent(2);
        for (int i = 0; i < 15; i++) reported("id", "pesan-1", "stateid", "s1", "status", "sent", "state", "delivered");
        assertThat(one("SELECT count(*) FROM app.webhook_events WHERE user_id = :u", Long.class))
                .isOne();
        counts(campaign, 1, 1, 0);
        reported("id", "pesan-1", "stateid", "s1", "status", "sent");
        reported("id", "pesan-1", "status", "expired");
        counts(campaign, 1, 1, 0);
        reported("id", "pesan-2", "status", "expired");
        counts(campaign, 0, 1, 1);
        reported("id", "pesan-2", "status", "read");
        counts(campaign, 0, 1, 1);
        assertThat(one(
                        "SELECT count(*) FROM app.message_outbox WHERE user_id = :u AND delivered_at IS NOT NULL",
                        Long.class))
                .isOne();
    }

    @Test
    void laterReportsKnowAMessageByItsOtherId() {
        var campaign = sent(2);
        // before the one that tells whose it is
        reported("stateid", "s1", "state", "delivered");
        counts(campaign, 2, 0, 0);
        reported("id", List.of("pesan-1"), "stateid", "s1", "status", "sent");
        worked();
        workWaiting();
        counts(campaign, 1, 1, 0);
        assertThat(waiting()).isEmpty();
        reported("stateid", "s1", "state", "read");
        counts(campaign, 1, 1, 0);
    }

    /** The report may be faster than our writing down of the answer; of what is nobody's it waits in vain. */
    @Test
    void aReportWaitsForItsMessageFourTimes() {
        reported("id", "pesan-1", "stateid", "s1", "status", "expired");
        worked();
        assertThat(waiting()).hasSize(1);
        var event = waiting().getFirst();
        assertThat(work.again(shop.id().value() + " " + event)).isNotNull();
        var campaign = sent(1);
        workWaiting();
        counts(campaign, 0, 0, 1);

        reported("id", "bukan-pesan-kami", "status", "expired");
        worked();
        for (int i = 0; i < 2; i++) {
            workWaiting();
            assertThat(waiting()).hasSize(1);
        }
        workWaiting();
        assertThat(waiting()).isEmpty();
        assertThat(one(
                        "SELECT count(*) FROM app.webhook_events WHERE user_id = :u AND (error IS NOT NULL OR body IS NOT NULL)",
                        Long.class))
                .isZero();
    }

    @Test
    void whatNobodyKnewIsResolved() {
        var campaign =
                sent(3, new Delivery.Unknown("lost"), new Delivery.Unknown("lost"), new Delivery.Unknown("lost"));
        sql("""
                UPDATE app.message_outbox o SET provider_id = 'pesan-' || substr(c.phone, 14)
                FROM app.customers c WHERE o.user_id = :u AND c.user_id = :u AND c.id = o.customer_id
                """);
        reported("id", "pesan-1", "status", "sent");
        reported("id", "pesan-2", "status", "sent", "state", "read");
        reported("id", "pesan-3", "status", "invalid");
        counts(campaign, 1, 1, 1);
        assertThat(one("SELECT string_agg(why, ',') FROM app.message_outbox WHERE user_id = :u", String.class))
                .isEqualTo("address");
    }

    /** Meta repeats what we called the message: also one whose id we never learnt. */
    @Test
    void whatNobodyKnewIsResolvedByWhatWeCalledIt() {
        var campaign = sent(2, new Delivery.Unknown("lost"));
        var unknown =
                one("SELECT customer_id FROM app.message_outbox WHERE user_id = :u AND state = 'unknown'", UUID.class);
        var other = Shop.register();
        cloudApiOf(other);
        var body = "{\"entry\":[{\"changes\":[{\"value\":{\"statuses\":[{\"id\":\"wamid.A\",\"status\":\"delivered\","
                + "\"biz_opaque_callback_data\":\"" + campaign + "/" + unknown + "\"}]}}]}]}";
        cloud(other.id(), body);
        worked(other);
        look(campaign).body("data.counts.unknown", is(1));
        cloud(shop.id(), body.replace(unknown.toString(), UUID.randomUUID().toString()));
        counts(campaign, 1, 0, 0);
        cloud(shop.id(), body);
        counts(campaign, 1, 1, 0);
        assertThat(one(
                        "SELECT string_agg(provider_id, ',') FROM app.message_outbox WHERE user_id = :u AND state = 'delivered'",
                        String.class))
                .isEqualTo("wamid.A");
    }

    @Test
    void whatCustomersWriteIsOnTheirPageTheNewestFirst() {
        var ani = book.add("Ani", "phone", PHONE);
        wrote(PHONE, "Halo", 0);
        wrote(PHONE, "Masih ada yang biru? <b>", 60);
        wrote(PHONE, "Masih ada yang biru? <b>", 60);
        wrote("+6281299990000", "Siapa ini?", 0);
        worked();
        var list = messages(ani);
        assertThat(list.getList("data.messages.text")).isEqualTo(List.of("Masih ada yang biru? <b>", "Halo"));
        assertThat(list.getList("data.messages.incoming")).isEqualTo(List.of(true, true));
        assertThat(list.getInt("meta.total")).isEqualTo(2);
        assertThat(list.getString("data.messages[1].at")).isEqualTo("2025-11-26T09:40:00Z");
        new Visitor(shop)
                .get("/customers/" + ani)
                .body(containsString("Masih ada yang biru? &lt;b&gt;"))
                .body(containsString("Dari pelanggan, 26 Nov 2025 16.41"));
        // nobody could read, nor erase, what a stranger wrote
        assertThat(one("SELECT count(*) FROM app.incoming_messages WHERE user_id = :u", Long.class))
                .isEqualTo(2);
        var other = Shop.register();
        other.api().get("/api/customers/" + ani + "/messages").then().statusCode(404);
    }

    @Test
    void whatWasSentToThemIsThereTooAndMovesWithAMerge() {
        sent(1);
        var ani = UUID.fromString(
                shop.api().get("/api/customers?search=Ani").then().extract().path("data.customers[0].id"));
        wrote(PHONE, "Terima kasih", 0);
        worked();
        assertThat(messages(ani).getList("data.messages.incoming")).isEqualTo(List.of(false, true));
        assertThat(messages(ani).getString("data.messages[0].state")).isEqualTo("accepted");
        var survivor = book.add("Ani Dua");
        var merge = shop.api()
                .body(Map.of("other_id", ani))
                .post("/api/customers/" + survivor + "/merge")
                .then()
                .extract()
                .<String>path("data.merge_id");
        assertThat(messages(survivor).getInt("meta.total")).isEqualTo(2);
        shop.api().post("/api/merges/" + merge + "/undo").then().statusCode(200);
        assertThat(messages(survivor).getInt("meta.total")).isZero();
        assertThat(messages(ani).getInt("meta.total")).isEqualTo(2);
        // what was for practice reached nobody
        sql("UPDATE app.campaigns SET via = 'practice' WHERE user_id = :u");
        assertThat(messages(ani).getInt("meta.total")).isEqualTo(1);
    }

    @Test
    void aStopCountsAtOnceAndASentenceWithStopDoesNot() {
        var ani = book.add("Ani", "phone", PHONE);
        wrote(PHONE, "stop dulu ya kak, besok saya pesan", 0);
        worked();
        permission(ani).body("data.consents", empty()).body("data.suppressions", empty());
        wrote(PHONE, "STOP 🙏", 60);
        worked();
        permission(ani)
                .body("data.consents.state", contains("withdrawn"))
                .body("data.consents.source", contains("reply"))
                .body("data.consents.wording", contains("STOP 🙏"))
                .body("data.suppressions.reason", contains("stop"));
    }

    @Test
    void aStopOfAStrangerIsKnownWhenTheyBecomeACustomer() {
        wrote(PHONE, "berhenti", 0);
        worked();
        permission(book.add("Ani", "phone", PHONE)).body("data.suppressions.reason", contains("stop"));
        var other = Shop.register();
        var theirs = new CustomerBook(other).add("Ani", "phone", PHONE);
        other.api().get("/api/customers/" + theirs + "/consents").then().body("data.suppressions", empty());
    }

    /** Threat 36: between the approval and the sending. */
    @Test
    void threat36WhoAnswersStopMeanwhileGetsNothing() {
        var campaign = sent(
                2,
                new Delivery.RetryLater(Duration.ZERO, "busy"),
                new Delivery.RetryLater(Duration.ofHours(1), "busy"));
        // Ani 1 was retried at once and is accepted, or still waits: both are fine; the other waits for an hour
        var waits = one(
                "SELECT c.phone FROM app.message_outbox o JOIN app.customers c ON c.user_id = o.user_id AND c.id = o.customer_id WHERE o.user_id = :u AND o.state = 'pending'",
                String.class);
        wrote(waits, "Stop", 0);
        worked();
        sql("UPDATE app.message_outbox SET next_attempt_at = now() WHERE user_id = :u AND state = 'pending'");
        couriers.by(m -> {
                    throw new AssertionError("sent to one who said stop");
                })
                .run(Dispatch.instance(shop.id(), campaign, Ids.next()));
        look(campaign).body("data.counts.suppressed", is(1));
    }

    /** Threat 45: any number of nodes. What one has in hand others wait for, and find done. */
    @Test
    void threat45TwoWorkersWorkAReportOnce() throws Exception {
        book.add("Ani", "phone", PHONE);
        var event = Ids.next();
        var body = bytes("{\"sender\":\"" + PHONE.substring(1) + "\",\"message\":\"Halo\"}");
        sql("INSERT INTO app.webhook_events (user_id, id, kind, key, body) VALUES (:u, '" + event
                + "', 'fonnte', sha256('x'), '" + new String(body, StandardCharsets.UTF_8) + "')");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var others = new ArrayList<Future<?>>();
            db.useTenant(shop.id(), tx -> {
                assertThat(hooks.take(tx, shop.id(), event)).isPresent();
                for (int i = 0; i < 3; i++)
                    others.add(threads.submit(() -> work.run(shop.id().value() + " " + event)));
                awaitWaiting(tx, others.size());
                // worked, and without any effect, so that each of the others' would be seen
                hooks.worked(tx, shop.id(), event);
            });
            for (var other : others) other.get();
        }
        assertThat(one("SELECT count(*) FROM app.incoming_messages WHERE user_id = :u", Long.class))
                .isZero();
        assertThat(waiting()).isEmpty();
        // and this is what it does where nobody has it
        wrote(PHONE, "Halo", 0);
        worked();
        assertThat(one("SELECT count(*) FROM app.incoming_messages WHERE user_id = :u", Long.class))
                .isOne();
    }

    /** Waits until so many wait for what this transaction holds, or for one who does. */
    private static void awaitWaiting(Handle tx, int many) {
        Await.until(many + " wait", () -> tx.createQuery("""
                            WITH RECURSIVE held (pid) AS (
                              SELECT pg_backend_pid()
                              UNION SELECT l.pid FROM pg_locks l JOIN held h ON h.pid = ANY (pg_blocking_pids(l.pid))
                              WHERE NOT l.granted)
                            SELECT count(*) - 1 FROM held
                            """).mapTo(Long.class).one() == many);
    }

    /** In the order in which they were sent, the ids of a campaign's messages. */
    private List<String> inOrder() {
        return db.inTenant(
                shop.id(),
                tx -> tx.createQuery(
                                "SELECT provider_id FROM app.message_outbox WHERE user_id = :u AND provider_id IS NOT NULL ORDER BY sending_since")
                        .bind("u", shop.id())
                        .mapTo(String.class)
                        .list());
    }

    /** A campaign by a number, to six and one who still waits. */
    private UUID byNumber(String via) {
        var campaign = sent(7, new Delivery.RetryLater(Duration.ofHours(1), "busy"));
        sql("UPDATE app.campaigns SET via = '" + via + "', state = 'running' WHERE user_id = :u");
        sql("INSERT INTO app.paces (user_id, via, since, day, sent, next_at, failures) VALUES (:u, '" + via
                + "', current_date, current_date, 6, now(), 0)");
        return campaign;
    }

    private void failures(int expected) {
        worked();
        // the count is a transaction after the one that says that it was worked
        Await.until("in a row failed " + expected, () -> inARow() == expected);
    }

    private int inARow() {
        return one("SELECT failures FROM app.paces WHERE user_id = :u", Integer.class);
    }

    /** A gateway takes everything; the order in which messages were sent counts, not that of the reports. */
    @Test
    void threeThatFailLaterInARowPauseTheCampaign() {
        var campaign = byNumber("fonnte");
        var sent = inOrder();
        assertThat(sent).hasSize(6);
        reported("id", sent.get(0), "status", "expired");
        failures(1);
        // open pages look at this
        assertThat(one("SELECT news_at > created_at FROM app.campaigns WHERE user_id = :u", Boolean.class))
                .isTrue();
        reported("id", sent.get(1), "status", "invalid");
        failures(2);
        // once more is no third
        reported("id", sent.get(1), "status", "invalid", "again", 1);
        reported("id", sent.get(1), "status", "expired");
        reported("id", sent.get(2), "status", "sent", "state", "delivered");
        failures(0);
        reported("id", sent.get(5), "status", "expired");
        failures(1);
        // the fourth failed before the fifth, of which nobody knows
        reported("id", sent.get(3), "status", "expired");
        worked();
        look(campaign).body("data.campaign.state", is("running"));
        reported("id", sent.get(4), "status", "expired");
        failures(3);
        look(campaign).body("data.campaign.state", is("paused")).body("data.campaign.paused_why", is("failures"));
        shop.api().post("/api/campaigns/" + campaign + "/resume").then().statusCode(200);
        assertThat(inARow()).isZero();
        assertThat((int) db.inTenant(shop.id(), tx -> statuses.failuresInARow(tx, shop.id(), "fonnte")))
                .isZero();
    }

    /** Who worked the report died before it looked after the campaign: the job comes again, and finds it worked. */
    @Test
    void threeThatFailLaterPauseTheCampaignThoughTheirReportWasWorkedBefore() {
        var campaign = byNumber("fonnte");
        sql("UPDATE app.message_outbox SET state = 'failed' WHERE user_id = :u AND state = 'accepted'");
        var event = came("fonnte", "{}");
        sql("UPDATE app.webhook_events SET worked_at = now(), body = NULL WHERE user_id = :u");
        work.run(shop.id().value() + " " + event);
        look(campaign).body("data.campaign.state", is("paused")).body("data.campaign.paused_why", is("failures"));
    }

    /** The same where the rest of the report waits for its message: what it told before is looked at again. */
    @Test
    void threeThatFailLaterPauseTheCampaignThoughTheRestOfTheirReportWaits() {
        var campaign = byNumber("fonnte");
        sql("UPDATE app.message_outbox SET state = 'failed' WHERE user_id = :u AND state = 'accepted'");
        var body = json(Map.of("id", List.of(inOrder().getFirst(), "bukan-pesan-kami"), "status", "expired"));
        work.run(shop.id().value() + " " + came("fonnte", body));
        assertThat(waiting()).hasSize(1);
        look(campaign).body("data.campaign.state", is("paused")).body("data.campaign.paused_why", is("failures"));
    }

    /** What wasn't even taken since is no success; what was taken since forgets it. */
    @Test
    void aLateReportForgivesNothingThatFailedSince() {
        byNumber("fonnte");
        var sent = inOrder();
        triedOnceMore(false, 1);
        triedOnceMore(false, 1);
        workedHere(sent.get(0), "read");
        assertThat(inARow()).isEqualTo(2);
        workedHere(sent.get(5), "expired");
        assertThat(inARow()).isEqualTo(2);
        triedOnceMore(true, 0);
        assertThat(inARow()).isZero();
        workedHere(sent.get(4), "expired");
        assertThat(inARow()).isEqualTo(2);
    }

    /** A report that no job of ours works. */
    private UUID came(String kind, String body) {
        var event = Ids.next();
        sql("INSERT INTO app.webhook_events (user_id, id, kind, key, body) VALUES (:u, '" + event + "', '" + kind
                + "', sha256('" + event + "'), '" + body + "')");
        return event;
    }

    private void workedHere(String message, String status) {
        work.run(shop.id().value() + " " + came("fonnte", json(Map.of("id", message, "status", status))));
    }

    private void triedOnceMore(boolean taken, int failures) {
        db.useTenant(
                shop.id(),
                tx -> pacing.settled(tx, shop.id(), com.smartmarketingagent.messaging.Via.FONNTE, taken, failures));
    }

    @Test
    void threeFailuresInOneOfMetasReportsPauseTheCampaign() {
        var campaign = byNumber("cloud_api");
        var failed = new ArrayList<String>();
        for (var id : inOrder().subList(0, 3))
            failed.add("{\"id\":\"" + id + "\",\"status\":\"failed\",\"errors\":[{\"code\":131026}]}");
        var body = "{\"entry\":[{\"changes\":[{\"value\":{\"metadata\":{\"phone_number_id\":\"%s\"},\"statuses\":["
                + String.join(",", failed) + "]}}]}]}";
        // another number's of the same app
        cloud(shop.id(), body.formatted("987654321"));
        counts(campaign, 6, 0, 0);
        cloud(shop.id(), body.formatted("123456789"));
        failures(3);
        look(campaign).body("data.campaign.state", is("paused")).body("data.counts.failed", is(3));
    }

    /** Threat 44: a poisoned report is tried five times and stands in nobody's way; one that is none, once. */
    @Test
    void threat44APoisonedReportIsGivenUpAndOthersFlow() {
        for (var none : List.of("{rusak", "", "[1]", "id=1&status=sent", "[".repeat(9_000)))
            fonnte(shop.id(), secret, bytes(none)).then().statusCode(200);
        worked();
        assertThat(waiting()).isEmpty();
        assertThat(one("SELECT string_agg(error, ',') FROM app.webhook_events WHERE user_id = :u", String.class))
                .isEqualTo("Unreadable,Unreadable,Unreadable,Unreadable,Unreadable");
        var ani = book.add("Ani", "phone", PHONE);
        wrote(PHONE, "Halo", 0);
        worked();
        assertThat(messages(ani).getInt("meta.total")).isOne();

        reported("id", "bukan-pesan-kami", "status", "expired");
        worked();
        for (int i = 1; i < 5; i++) {
            var event = waiting().getFirst();
            db.useTenant(shop.id(), tx -> hooks.postpone(tx, shop.id(), event, "Failure"));
            assertThat(waiting()).describedAs("attempt " + i).hasSize(i < 4 ? 1 : 0);
        }
    }

    /** Meta tells of many messages at once, and of one several times; each is looked for once, whoever's it is. */
    @Test
    void aReportOfTwoThousandIsWorkedAsOneAndALongerOneIsNone() {
        var campaign = sent(3, new Delivery.Unknown("lost"));
        sql("UPDATE app.message_outbox SET provider_id = 'pesan-1' WHERE user_id = :u AND state = 'unknown'");
        var said = new ArrayList<String>();
        for (var status : List.of("sent", "read", "failed")) said.add(status("pesan-1", status));
        for (var status : List.of("failed", "delivered")) said.add(status("pesan-2", status));
        for (int i = said.size(); i < 2_000; i++) said.add(status("asing-" + i, "delivered"));
        cloud(shop.id(), statuses(said));
        counts(campaign, 1, 1, 1);
        assertThat(one(
                        "SELECT string_agg(why, ',') FROM app.message_outbox WHERE user_id = :u AND state = 'failed'",
                        String.class))
                .isEqualTo("address");
        // what is nobody's may be somebody's in a moment
        assertThat(waiting()).hasSize(1);
        said.set(1_999, status("pesan-3", "delivered"));
        said.add(status("pesan-3", "delivered"));
        cloud(shop.id(), statuses(said));
        worked();
        assertThat(waiting()).hasSize(1);
        counts(campaign, 1, 1, 1);
        assertThat(one("SELECT string_agg(error, ',') FROM app.webhook_events WHERE user_id = :u", String.class))
                .isEqualTo("Unreadable");
    }

    private static String status(String id, String status) {
        return "{\"id\":\"" + id + "\",\"status\":\"" + status + "\",\"errors\":[{\"code\":131026}]}";
    }

    private static String statuses(List<String> said) {
        return "{\"entry\":[{\"changes\":[{\"value\":{\"statuses\":[" + String.join(",", said) + "]}}]}]}";
    }

    /** Two reports of the same messages, the one in the other's order: neither waits for the other for ever. */
    @Test
    void reportsOfTheSameMessagesDontStopEachOther() throws Exception {
        var campaign = sent(8);
        var forth = new ArrayList<HookEvent.Status>();
        for (int i = 1; i <= 8; i++)
            forth.add(new HookEvent.Status("pesan-" + i, null, HookEvent.State.DELIVERED, null, null));
        var back = forth.reversed();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = new ArrayList<Future<List<StatusRepository.Reported>>>();
            for (int i = 0; i < 20; i++) {
                var said = i % 2 == 0 ? forth : back;
                all.add(threads.submit(() -> db.inTenant(shop.id(), tx -> statuses.report(tx, shop.id(), said))));
            }
            for (var one : all) assertThat(one.get()).hasSize(8).allMatch(StatusRepository.Reported::tells);
        }
        counts(campaign, 0, 8, 0);
    }

    /** Nobody has to say beforehand how long a report is; and of the address only we know the end. */
    @Test
    void aReportThatIsTooLongIsRefusedInTheEnvelopeAndItsSecretIsInNoLog() throws Exception {
        var lines = new java.util.concurrent.ConcurrentLinkedQueue<String>();
        var listener = new java.util.logging.Handler() {
            @Override
            public void publish(java.util.logging.LogRecord line) {
                if (line.getLevel().intValue() >= java.util.logging.Level.WARNING.intValue())
                    lines.add(line.getMessage() + " " + line.getThrown());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        var root = java.util.logging.Logger.getLogger("");
        root.addHandler(listener);
        try {
            for (int size : new int[] {65_537, 200_000, 3_000_000}) {
                for (var type : List.of("application/json", "application/x-www-form-urlencoded", "text/plain")) {
                    var answer = inChunks("/api/webhooks/fonnte/" + shop.id().value() + "/" + secret, type, size);
                    assertThat(answer.statusCode()).isEqualTo(413);
                    assertThat(answer.body()).contains("PAYLOAD_TOO_LARGE");
                }
            }
            var whole = inChunks("/api/webhooks/fonnte/" + shop.id().value() + "/" + secret, "text/plain", 65_536);
            assertThat(whole.statusCode()).isEqualTo(200);
            var logIn = inChunks("/api/auth/login", "application/json", 2_600_000);
            assertThat(logIn.statusCode()).isEqualTo(413);
            assertThat(logIn.body()).contains("PAYLOAD_TOO_LARGE");
        } finally {
            root.removeHandler(listener);
        }
        assertThat(lines).noneMatch(line -> line.contains(secret)).noneMatch(line -> line.contains("HTTP Request to"));
    }

    private HttpResponse<String> inChunks(String path, String type, int size) throws Exception {
        var spaces = " ".repeat(size).getBytes(StandardCharsets.UTF_8);
        var request = HttpRequest.newBuilder(server.resolve(path))
                .version(HttpClient.Version.HTTP_1_1)
                .header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(spaces)))
                .build();
        try (var client = HttpClient.newHttpClient()) {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void noBodyMakesItFail() {
        var deep = "[".repeat(20_000) + "]".repeat(20_000);
        for (var body : List.of(
                "",
                "\u0000",
                "nul",
                "[]",
                "5",
                deep,
                "{\"sender\":" + deep + "}",
                "{\"sender\":5e999999999}",
                "{\"id\":\"\\u0000\"}"))
            fonnte(shop.id(), secret, bytes(body)).then().statusCode(200);
        fonnte(shop.id(), secret, new byte[] {(byte) 0xff, (byte) 0xfe, 0})
                .then()
                .statusCode(200);
        for (var type : List.of("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"))
            assertThat(posted(type)).describedAs(type).isEqualTo(200);
        fonnte(shop.id(), secret, bytes(" ".repeat(64 << 10))).then().statusCode(200);
        fonnte(shop.id(), secret, bytes(" ".repeat((64 << 10) + 1)))
                .then()
                .statusCode(413)
                .body("error.code", is("PAYLOAD_TOO_LARGE"));
        worked();
    }

    private int posted(String type) {
        var request = HttpRequest.newBuilder(
                        server.resolve("/api/webhooks/fonnte/" + shop.id().value() + "/" + secret))
                .header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofString("{\"sender\":\"" + type + "\"}"))
                .build();
        try (var client = HttpClient.newHttpClient()) {
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (java.io.IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void metaIsAnsweredItsQuestion() {
        var token = opened(shop, Kind.CLOUD_API) instanceof Channel.CloudApi its
                ? its.verifyToken().value()
                : "";
        var path = "/api/webhooks/cloud_api/" + shop.id().value();
        var right = given().get(path + "?hub.mode=subscribe&hub.verify_token=" + token + "&hub.challenge=1158201444");
        assertThat(right.statusCode()).isEqualTo(200);
        assertThat(right.contentType()).startsWith("text/plain");
        assertThat(right.asString()).isEqualTo("1158201444");
        for (var wrong : List.of(
                "hub.mode=subscribe&hub.verify_token=bukan&hub.challenge=1",
                "hub.mode=unsubscribe&hub.verify_token=" + token + "&hub.challenge=1",
                "hub.verify_token=" + token + "&hub.challenge=1",
                "hub.mode=subscribe&hub.verify_token=" + token))
            given().get(path + "?" + wrong).then().statusCode(401);
    }

    /** Also where nobody but the provider noticed. */
    @Test
    void whenThePhoneGoesOfflineItsCampaignRestsAndItsOwnerIsToldOnce() {
        var campaign = byNumber("fonnte");
        connectedBy("+6281200000001");
        for (int i = 0; i < 2; i++) {
            reported("device", "6281200000001", "status", "disconnect", "reason", "x");
            worked();
        }
        look(campaign).body("data.campaign.state", is("paused")).body("data.campaign.paused_why", is("channel"));
        shop.api()
                .get("/api/notices")
                .then()
                .body("data.notices.kind", containsInAnyOrder("device_disconnected", "campaign_paused"));
    }

    @Test
    void whoStopsTheShopInWhatsAppItselfIsNotWrittenToAgain() {
        var ani = book.add("Ani", "phone", PHONE);
        var budi = book.add("Budi", "phone", "+6281234000002");
        var change = "{\"entry\":[{\"changes\":[{\"value\":{\"metadata\":{\"phone_number_id\":\"123456789\"},%s}}]}]}";
        cloud(shop.id(), change.formatted("""
                "user_preferences":[{"wa_id":"6281234000001","detail":"User requested to stop marketing messages",
                                     "category":"marketing_messages","value":"stop","timestamp":1764150000}]"""));
        cloud(shop.id(), change.formatted("""
                "statuses":[{"id":"bukan-kami","status":"failed","recipient_id":"6281234000002","errors":[{"code":131050}]}]"""));
        worked();
        permission(ani)
                .body("data.consents[channel=whatsapp][0].state", is("withdrawn"))
                .body("data.suppressions.reason", contains("stop"));
        permission(budi).body("data.suppressions.reason", contains("stop"));
    }

    @Test
    void whenThePhoneGoesOfflineTheChannelSaysSo() {
        for (var state : List.of("disconnect", "connect")) {
            reported("device", "628", "status", state, "reason", "x");
            worked();
            shop.api().get("/api/channels").then().body("data.channels[kind=fonnte][0].state", is(state + "ed"));
        }
    }

    private static final String FONNTE_IS =
            "SELECT concat_ws(' ', state, why, CASE WHEN doubtful THEN 'another' END) FROM app.channels WHERE user_id = :u AND kind = 'fonnte'";

    private void connectedBy(String number) {
        sql("UPDATE app.channels SET number = '" + number
                + "', state = 'connected', why = NULL, doubtful = false, connected_since = now()"
                + " WHERE user_id = :u AND kind = 'fonnte'");
    }

    /** A shop may have two phones at Fonnte. A no said to the one is a no to the shop. */
    @Test
    void aStopToTheShopsOtherPhoneCountsAndItsOwnMessagesChangeNothing() {
        var ani = book.add("Ani", "phone", PHONE);
        connectedBy("+6281200000001");
        reported("device", "6281200000002", "id", "bukan-pesan-kami", "status", "expired");
        reported("device", "6281200000002", "status", "disconnect");
        reported(
                "device", "6281200000002", "sender", PHONE.substring(1), "message", "STOP", "timestamp", 1_764_150_000);
        worked();
        permission(ani).body("data.suppressions.reason", contains("stop"));
        assertThat(one(FONNTE_IS, String.class)).isEqualTo("connected");
    }

    /** The phone goes on with a new card; nothing else than the reports says so. */
    @Test
    void aNumberThatChangesWhileConnectedIsDoubtedAndNothingIsLost() {
        var campaign = sent(2);
        connectedBy("+6281200000001");
        reported("device", "6281200000002", "id", "pesan-1", "stateid", "s1", "status", "sent");
        counts(campaign, 2, 0, 0);
        assertThat(one(FONNTE_IS, String.class)).isEqualTo("unchecked another");
        // until somebody looked, whatever phone says it
        reported("device", "6281200000002", "stateid", "s1", "state", "delivered");
        reported("device", "6281200000001", "id", "pesan-2", "status", "expired");
        counts(campaign, 0, 1, 1);
        connectedBy("+6281200000001");
        reported("device", "6281200000002", "status", "connect");
        worked();
        assertThat(one(FONNTE_IS, String.class)).isEqualTo("unchecked another");
        connectedBy("+6281200000001");
        reported("device", "6281200000001", "status", "disconnect");
        worked();
        assertThat(one(FONNTE_IS, String.class)).isEqualTo("disconnected disconnected");
        reported("device", "6281200000002", "status", "connect");
        worked();
        assertThat(one(FONNTE_IS, String.class)).isEqualTo("unchecked another");
    }

    @Test
    void metasReportsCountEachOnce() {
        var campaign = sent(2);
        var ani = UUID.fromString(
                shop.api().get("/api/customers?search=Ani 1").then().extract().path("data.customers[0].id"));
        var message = "{\"from\":\"6281234000001\",\"id\":\"wamid.X\",\"text\":{\"body\":\"Terima kasih \\u00e9\"}}";
        var first = "{\"entry\":[{\"changes\":[{\"value\":{\"statuses\":[{\"id\":\"pesan-1\",\"status\":\"read\"},"
                + "{\"id\":\"pesan-2\",\"status\":\"failed\",\"errors\":[{\"code\":131049}]}],\"messages\":[" + message
                + "]}}]}]}";
        cloud(shop.id(), first);
        cloud(shop.id(), first);
        // bundled another way
        cloud(shop.id(), "{\"entry\":[{\"changes\":[{\"value\":{\"messages\":[" + message + "]}}]}]}");
        counts(campaign, 0, 1, 1);
        assertThat(messages(ani).getList("data.messages[incoming=true].text")).isEqualTo(List.of("Terima kasih é"));
    }

    @Test
    void anAddressThatIsNoneIsWrittenToNoMore() {
        var ani = book.add("Ani", "email", "ani@contoh.id");
        resend("a", "bounced", "ani@contoh.id", ",\"bounce\":{\"type\":\"Permanent\"}");
        worked();
        permission(ani).body("data.suppressions.reason", contains("bounce"));
        var budi = book.add("Budi", "email", "budi@contoh.id");
        resend("b", "complained", "Budi <BUDI@contoh.id>", "");
        worked();
        permission(budi).body("data.suppressions.reason", contains("complaint"));
        // as a STOP: it counts among those that stop a campaign
        assertThat(one(
                        "SELECT state || ' by ' || source FROM app.consents WHERE user_id = :u AND channel = 'email'",
                        String.class))
                .isEqualTo("withdrawn by provider");
    }

    @Test
    void theThirdSoftBounceCounts() {
        var ani = book.add("Ani", "email", "ani@contoh.id");
        var soft = ",\"bounce\":{\"type\":\"Transient\"}";
        for (var id : List.of("a", "a", "b")) resend(id, "bounced", "ani@contoh.id", soft);
        worked();
        // its message is nobody's here: worked again and again, each counts once
        for (int i = 0; i < 4; i++) workWaiting();
        permission(ani).body("data.suppressions", empty());
        resend("c", "bounced", "ani@contoh.id", soft);
        worked();
        permission(ani).body("data.suppressions.reason", contains("bounce"));
    }

    @Test
    void threeSoftBouncesInMoreThan90DaysAreNotThree() {
        var ani = book.add("Ani", "email", "ani@contoh.id");
        for (var id : List.of("a", "b", "c")) {
            resend(id, "bounced", "ani@contoh.id", ",\"bounce\":{\"type\":\"Transient\"}");
            worked();
            sql("UPDATE app.soft_bounces SET bounced_at = bounced_at - interval '45 days 1 minute' WHERE user_id = :u");
        }
        permission(ani).body("data.suppressions", hasSize(0));
    }

    /** Threat 35: neither what they wrote nor a report that still waits. */
    @Test
    void threat35NothingOfAnErasedPersonIsLeft() {
        var ani = book.add("Ratnaningsih", "phone", PHONE, "email", "ratna@contoh.id");
        wrote(PHONE, "Saya Ratnaningsih", 0);
        worked();
        reported("id", "bukan-pesan-kami", "status", "sent", "target", "6281234000001");
        resend("a", "delivered", "ratna@contoh.id", "");
        worked();
        assertThat(waiting()).hasSize(2);
        assertThat(one("SELECT count(*) FROM app.incoming_messages WHERE user_id = :u", Long.class))
                .isOne();
        shop.api().delete("/api/customers/" + ani + "?erase=now").then().statusCode(200);
        assertThat(waiting()).isEmpty();
        assertThat(one("SELECT count(*) FROM app.incoming_messages WHERE user_id = :u", Long.class))
                .isZero();
        assertThat(one("SELECT count(*) FROM app.webhook_events WHERE user_id = :u AND body IS NOT NULL", Long.class))
                .isZero();
        // a second time is no news
        reported("id", "bukan-pesan-kami", "status", "sent", "target", "6281234000001");
        assertThat(waiting()).isEmpty();
    }

    /**
     * One report of what became of a message and of what its reader answered, at the moment at which they are erased.
     */
    @Test
    void erasingAndAReportDontWaitForEachOther() throws Exception {
        var campaign = sent(1);
        var ani = one("SELECT customer_id FROM app.message_outbox WHERE user_id = :u", UUID.class);
        var status = Map.of("id", "pesan-1", "status", "read");
        var answer = Map.of("from", PHONE.substring(1), "id", "wamid.X", "text", Map.of("body", "Halo"));
        var value = Map.of("statuses", List.of(status), "messages", List.of(answer));
        var event =
                came("cloud_api", json(Map.of("entry", List.of(Map.of("changes", List.of(Map.of("value", value)))))));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var both = db.<List<Future<?>>>inTenant(shop.id(), tx -> {
                tx.createQuery("SELECT place FROM app.message_outbox WHERE user_id = :u FOR UPDATE")
                        .bind("u", shop.id())
                        .mapTo(Integer.class)
                        .list();
                var worked = threads.submit(() -> work.run(shop.id().value() + " " + event));
                CampaignCase.awaitBehind(tx, worked);
                var erased = threads.submit(() -> shop.api()
                        .delete("/api/customers/" + ani + "?erase=now")
                        .then()
                        .statusCode(200));
                CampaignCase.awaitBehind(tx, worked, erased);
                return List.of(worked, erased);
            });
            for (var one : both) one.get();
        }
        assertThat(one("SELECT count(*) FROM app.webhook_events WHERE user_id = :u AND error IS NOT NULL", Long.class))
                .isZero();
        counts(campaign, 0, 1, 0);
        assertThat(one("SELECT count(*) FROM app.incoming_messages WHERE user_id = :u", Long.class))
                .isZero();
    }

    @Test
    void keysOfLongAgoAreForgotten() {
        wrote(PHONE, "Halo", 0);
        wrote(PHONE, "Halo lagi", 1);
        worked();
        sql("UPDATE app.webhook_events SET worked_at = now() - interval '30 days 1 minute' WHERE user_id = :u");
        sql(
                "UPDATE app.webhook_events SET worked_at = now() - interval '29 days' WHERE user_id = :u AND id = (SELECT id FROM app.webhook_events ORDER BY id LIMIT 1)");
        wrote(PHONE, "Baru", 2);
        worked();
        assertThat(one("SELECT count(*) FROM app.webhook_events WHERE user_id = :u", Long.class))
                .isEqualTo(2);
    }
}
