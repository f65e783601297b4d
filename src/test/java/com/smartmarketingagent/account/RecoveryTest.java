package com.smartmarketingagent.account;

import static com.smartmarketingagent.Http.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import com.smartmarketingagent.Await;
import com.smartmarketingagent.Http.Checked;
import com.smartmarketingagent.Http.Response;
import com.smartmarketingagent.Mailbox;
import com.smartmarketingagent.Shop;
import com.smartmarketingagent.ShopRows;
import com.smartmarketingagent.Visitor;
import com.smartmarketingagent.platform.Db;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import jakarta.ws.rs.core.MediaType;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A forgotten password and an address that is shown to be one's own, with a real mail server. */
@QuarkusTest
class RecoveryTest {

    private static final String NEW = "kain batik lasem";

    private static Mailbox mailbox;

    @Inject
    Db db;

    @Inject
    MailedLinks links;

    @Inject
    LinkMail mail;

    @BeforeAll
    static void open() {
        mailbox = Mailbox.open();
    }

    @AfterAll
    static void close() {
        mailbox.close();
    }

    /** Its first mail is the one of the registration. */
    private static Shop shop() {
        var shop = Shop.register();
        mailbox.await(shop.email(), 1);
        return shop;
    }

    private static Response forgot(String email) {
        return given().contentType(MediaType.APPLICATION_JSON)
                .body(Map.of("email", email))
                .post("/api/auth/forgot");
    }

    private static Checked reset(String token, String password) {
        return given().contentType(MediaType.APPLICATION_JSON)
                .body(Map.of("token", token, "new_password", password))
                .post("/api/auth/reset")
                .then();
    }

    private static String token(String link) {
        return link.substring(link.lastIndexOf('/') + 1);
    }

    private static Checked logIn(Shop shop, String password) {
        return given().contentType(MediaType.APPLICATION_JSON)
                .body(Map.of("email", shop.email(), "password", password))
                .post("/api/auth/login")
                .then();
    }

    @Test
    void whoForgotThePasswordSetsAnotherByTheLinkInAMail() {
        var shop = shop();
        given().get("/login").then().body(containsString("href=\"/forgot\""));
        given().follow(false)
                .formParam("email", " " + shop.email().toUpperCase(java.util.Locale.ROOT))
                .post("/forgot")
                .then()
                .statusCode(303)
                .header("Location", endsWith("/forgot/sent"));

        var sent = mailbox.await(shop.email(), 2);
        assertThat(Mailbox.text(sent)).contains("satu jam").doesNotContain("Sri", "Batik");
        var link = Mailbox.link(sent);
        assertThat(link).startsWith("/reset/");
        given().get(link)
                .then()
                .statusCode(200)
                .header("Referrer-Policy", "no-referrer")
                .header("Cache-Control", containsString("no-store"))
                .body(containsString("new_password"));

        // a browser that keeps to itself where it is says that the form comes from "null"
        given().follow(false)
                .header("Origin", "null")
                .formParam("new_password", NEW)
                .post(link)
                .then()
                .statusCode(303)
                .header("Location", endsWith("/reset/done"));

        logIn(shop, shop.password()).statusCode(401);
        logIn(shop, NEW).statusCode(200).body("data.user.email_verified", equalTo(true));
    }

    @Test
    void everySessionEndsWithTheOldPassword() {
        var shop = shop();
        var owner = new Visitor(shop);
        owner.get("/customers").statusCode(200);
        forgot(shop.email()).then().statusCode(200);
        reset(token(Mailbox.link(mailbox.await(shop.email(), 2))), NEW).statusCode(200);

        shop.api().get("/api/auth/profile").then().statusCode(401);
        owner.get("/customers").statusCode(303);
        given().contentType(MediaType.APPLICATION_JSON)
                .body(Map.of("refresh_token", shop.refreshToken()))
                .post("/api/auth/refresh")
                .then()
                .statusCode(401);
    }

    @Test
    void aLinkWorksOnceAndOnlyTheNewestDoes() {
        var shop = shop();
        var first = links.issue(shop.id(), MailedLinks.Purpose.RESET, shop.email());
        var second = links.issue(shop.id(), MailedLinks.Purpose.RESET, shop.email());
        over(first);
        // a guessable password uses nothing up
        reset(second, "password123").statusCode(400).body("error.details[0].field", equalTo("new_password"));
        reset(second, shop.email()).statusCode(400);
        reset(second, "pendek").statusCode(400);
        reset(second, NEW).statusCode(200);
        over(second);
        logIn(shop, NEW).statusCode(200);
    }

    @Test
    void ofTwoAtOnceWithOneLinkOneIsTaken() throws Exception {
        var shop = shop();
        var token = links.issue(shop.id(), MailedLinks.Purpose.RESET, shop.email());
        try (var threads = Executors.newFixedThreadPool(4)) {
            Callable<Integer> use = () -> reset(token, NEW).extract().statusCode();
            var statuses = threads.invokeAll(java.util.Collections.nCopies(4, use)).stream()
                    .map(f -> f.resultNow())
                    .sorted()
                    .toList();
            assertThat(statuses).containsExactly(200, 400, 400, 400);
        }
    }

    @Test
    void aLinkLastsAnHourAndNotLonger() {
        var shop = shop();
        var token = links.issue(shop.id(), MailedLinks.Purpose.RESET, shop.email());
        expireIn(shop, "1 second");
        given().get("/reset/" + token).then().statusCode(200);
        assertThat(lifetime(shop)).isBetween(3_590L, 3_600L);
        expireIn(shop, "-1 second");
        over(token);
    }

    private long lifetime(Shop shop) {
        links.issue(shop.id(), MailedLinks.Purpose.RESET, shop.email());
        return db.inTenant(
                shop.id(),
                tx -> tx.createQuery("SELECT extract(epoch FROM expires_at - now()) FROM app.mailed_links"
                                + " WHERE user_id = :user AND purpose = 'reset'")
                        .bind("user", shop.id())
                        .mapTo(Long.class)
                        .one());
    }

    private void expireIn(Shop shop, String interval) {
        db.useTenant(
                shop.id(),
                tx -> tx.createUpdate(
                                "UPDATE app.mailed_links SET expires_at = now() + CAST(:in AS interval) WHERE user_id = :user")
                        .bind("in", interval)
                        .bind("user", shop.id())
                        .execute());
    }

    private static void over(String token) {
        reset(token, NEW).statusCode(400).body("error.details[0].field", equalTo("token"));
        given().get("/reset/" + token)
                .then()
                .statusCode(404)
                .header("Referrer-Policy", "no-referrer")
                .body(containsString("href=\"/forgot\""), not(containsString("new_password")));
        given().formParam("new_password", NEW)
                .post("/reset/" + token)
                .then()
                .statusCode(404)
                .body(containsString("href=\"/forgot\""));
    }

    @Test
    void aPasswordThatIsChangedMeanwhileEndsTheLink() {
        var shop = shop();
        var token = links.issue(shop.id(), MailedLinks.Purpose.RESET, shop.email());
        shop.api()
                .body(Map.of("current_password", shop.password(), "new_password", NEW))
                .post("/api/auth/password")
                .then()
                .statusCode(200);
        over(token);
    }

    @Test
    void aLinkOfOnePurposeOrShopIsNothingElsewhere() {
        var shop = shop();
        var other = shop();
        var before = ShopRows.of(db, other);
        var verify = links.issue(shop.id(), MailedLinks.Purpose.VERIFY, shop.email());
        over(verify);
        for (var nothing : Set.of("x", "A".repeat(64), shop.id().value().toString(), "%00", "a b")) {
            reset(nothing, NEW).statusCode(400);
        }
        // another's id before a secret that is right for one's own
        var mine = java.util.Base64.getUrlDecoder()
                .decode(links.issue(shop.id(), MailedLinks.Purpose.RESET, shop.email()));
        var forged = java.nio.ByteBuffer.wrap(mine.clone())
                .putLong(other.id().value().getMostSignificantBits())
                .putLong(other.id().value().getLeastSignificantBits())
                .array();
        over(java.util.Base64.getUrlEncoder().withoutPadding().encodeToString(forged));
        assertThat(ShopRows.of(db, other)).isEqualTo(before);
    }

    /** Threat 13: the same words, and the same work of the request. */
    @Test
    void threat13NobodyLearnsWhetherAnAddressHasAnAccount() {
        var shop = shop();
        var stranger = "tak-ada-" + UUID.randomUUID() + "@contoh.id";
        var jobs = jobs();
        var known = forgot(shop.email());
        var unknown = forgot(stranger);
        assertThat(known.statusCode()).isEqualTo(200);
        assertThat(unknown.statusCode()).isEqualTo(200);
        assertThat(unknown.asString()).isEqualTo(known.asString());
        mailbox.await(shop.email(), 2);
        assertThat(mailbox.to(stranger)).isEmpty();
        assertThat(jobs()).isLessThanOrEqualTo(jobs + 1);
        // the address is asked for in no table and no name of a job
        for (int i = 0; i < 4; i++) assertThat(forgot(stranger).statusCode()).isEqualTo(200);
        assertThat(forgot(stranger).statusCode()).isEqualTo(429);
        // the same for one that there is, whoever asks
        for (int i = 0; i < 4; i++) forgot(shop.email());
        assertThat(forgot(shop.email().toUpperCase(java.util.Locale.ROOT)).statusCode())
                .isEqualTo(429);
        given().formParam("email", shop.email())
                .post("/forgot")
                .then()
                .statusCode(429)
                .body(containsString(shop.email()));
    }

    private long jobs() {
        return db.withoutTenantAsWorker(
                tx -> tx.createQuery("SELECT count(*) FROM jobs.scheduled_tasks WHERE task_name = 'link-mail'")
                        .mapTo(Long.class)
                        .one());
    }

    @Test
    void aDeactivatedAccountGetsNoLink() {
        var shop = shop();
        var admin = Shop.admin();
        admin.api()
                .body(Map.of("is_active", false))
                .put("/api/admin/users/" + shop.id().value())
                .then()
                .statusCode(200);
        mail.run("RESET/" + shop.id().value() + "/" + soon());
        assertThat(mailbox.to(shop.email())).hasSize(1);
    }

    private static long soon() {
        return 4_000_000_000L;
    }

    @Test
    void aMailThatWaitedForAnHourIsNotSentAnyMore() {
        var shop = shop();
        mail.run("RESET/" + shop.id().value() + "/1000");
        assertThat(mailbox.to(shop.email())).hasSize(1);
        mail.run("RESET/" + shop.id().value() + "/" + soon());
        assertThat(mailbox.to(shop.email())).hasSize(2);
    }

    /** Threat 34: what the link's holder may do, nobody else learns from the log or the database. */
    @Test
    void theLinkLiesInNoTableAndNoLog() {
        var log = new ConcurrentLinkedQueue<String>();
        var handler = new Handler() {
            @Override
            public void publish(LogRecord record) {
                // the mail server of this test is talkative
                if (String.valueOf(record.getLoggerName()).startsWith("com.icegreen")) return;
                log.add(record.getMessage() + " " + record.getThrown() + " "
                        + java.util.Arrays.toString(record.getParameters()));
            }

            @Override
            public void flush() {
                // nothing is held back
            }

            @Override
            public void close() {
                // nothing is open
            }
        };
        Logger.getLogger("").addHandler(handler);
        try {
            var shop = shop();
            forgot(shop.email());
            var token = token(Mailbox.link(mailbox.await(shop.email(), 2)));
            assertThat(ShopRows.of(db, shop).values()).noneMatch(rows -> rows.contains(token));
            given().get("/reset/" + token);
            reset(token, "password123");
            reset(token, NEW).statusCode(200);
            given().get("/reset/" + token);
            assertThat(log).noneMatch(line -> line.contains(token) || line.contains(shop.email()));
        } finally {
            Logger.getLogger("").removeHandler(handler);
        }
    }

    @Test
    void anOwnerShowsThatTheAddressIsTheirsByTheButtonNotByTheLinkAlone() {
        var shop = Shop.register();
        var owner = new Visitor(shop);
        owner.get("/profile")
                .body(
                        containsString("belum dikonfirmasi"),
                        containsString("Buka email dari kami"),
                        containsString("action=\"/profile/verification\""),
                        not(containsString("Hubungi pengelola")));
        var sent = mailbox.await(shop.email(), 1);
        assertThat(Mailbox.text(sent)).doesNotContain("Sri", "Batik");
        var link = Mailbox.link(sent);
        assertThat(link).startsWith("/verify/");
        // a program that looks at mail
        given().get(link).then().statusCode(200).header("Referrer-Policy", "no-referrer");
        assertThat(verified(shop)).isFalse();
        given().follow(false).post(link).then().statusCode(303);
        assertThat(verified(shop)).isTrue();
        owner.get("/profile").body(not(containsString("belum dikonfirmasi")), containsString("sudah dikonfirmasi"));
        // used up, and nothing more to ask for
        given().post(link).then().statusCode(404).body(containsString("href=\"/profile\""));
        given().get(link).then().statusCode(404);
        owner.post("/profile/verification").statusCode(303);
        assertThat(mailbox.to(shop.email())).hasSize(1);
    }

    private static boolean verified(Shop shop) {
        return shop.api()
                .get("/api/auth/profile")
                .then()
                .statusCode(200)
                .extract()
                .path("data.user.email_verified");
    }

    @Test
    void theMailIsSentAgainWhenItIsAskedForAndNotTooOften() {
        var shop = shop();
        // asked for twice in one second while it is being sent is asked for once
        Await.until(
                "the first is done with",
                () -> db.asOwner(tx -> tx.createQuery(
                                "SELECT NOT EXISTS (SELECT FROM jobs.scheduled_tasks WHERE strpos(task_instance, :user) > 0)")
                        .bind("user", shop.id().value().toString())
                        .mapTo(Boolean.class)
                        .one()));
        shop.api().post("/api/auth/verification").then().statusCode(200);
        var again = token(Mailbox.link(mailbox.await(shop.email(), 2)));
        given().contentType(MediaType.APPLICATION_JSON)
                .body(Map.of("token", again))
                .post("/api/auth/verify")
                .then()
                .statusCode(200);
        var other = shop();
        for (int i = 0; i < 5; i++)
            other.api().post("/api/auth/verification").then().statusCode(200);
        other.api().post("/api/auth/verification").then().statusCode(429);
        new Visitor(other).post("/profile/verification").statusCode(429).body(containsString("Terlalu banyak"));
    }

    /** The account may have another address by the time the link is used. */
    @Test
    void aLinkShowsOnlyTheAddressItWasSentTo() {
        var shop = shop();
        var token = links.issue(shop.id(), MailedLinks.Purpose.VERIFY, "lama@contoh.id");
        given().contentType(MediaType.APPLICATION_JSON)
                .body(Map.of("token", token))
                .post("/api/auth/verify");
        assertThat(verified(shop)).isFalse();
    }

    @Test
    void whereNoMailIsSentThePagesSaySo() {
        var shop = shop();
        var url = System.clearProperty("MAIL_URL");
        try {
            given().get("/forgot")
                    .then()
                    .statusCode(200)
                    .body(containsString("Hubungi pengelola"), not(containsString("name=\"email\"")));
            given().formParam("email", shop.email())
                    .post("/forgot")
                    .then()
                    .statusCode(503)
                    .body(containsString("Hubungi pengelola"));
            forgot(shop.email()).then().statusCode(503).body("error.code", equalTo("PROVIDER_UNAVAILABLE"));
            var owner = new Visitor(shop);
            owner.get("/profile")
                    .body(
                            containsString("belum dikonfirmasi"),
                            containsString("Server ini belum bisa mengirim email. Hubungi pengelola aplikasi ini."),
                            // no mail is promised, nor a button for one
                            not(containsString("Buka email dari kami")),
                            not(containsString("/profile/verification")));
            owner.post("/profile/verification")
                    .statusCode(503)
                    .body(containsString("Hubungi pengelola"), not(containsString("Buka email dari kami")));
            // nobody waits for a mail that won't come
            var waiting = jobs();
            Shop.register();
            assertThat(jobs()).isLessThanOrEqualTo(waiting);
        } finally {
            System.setProperty("MAIL_URL", url);
        }
    }

    @Test
    void theWordsOfTheMailsAreInTheOwnersLanguage() {
        var shop = shop();
        new Visitor(shop).post("/profile/look", "language", "en", "theme", "light");
        forgot(shop.email());
        var text = Mailbox.text(mailbox.await(shop.email(), 2));
        assertThat(Stream.of("within an hour", "Wasn't it you?").collect(Collectors.toSet()))
                .allMatch(text::contains);
    }
}
