package com.smartmarketingagent.admin;

import static com.smartmarketingagent.Http.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import com.smartmarketingagent.Await;
import com.smartmarketingagent.Browser;
import com.smartmarketingagent.Http.Request;
import com.smartmarketingagent.Http.Response;
import com.smartmarketingagent.Shop;
import com.smartmarketingagent.Visitor;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Jobs;
import com.smartmarketingagent.platform.UserId;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
class AdminPagesTest {

    @Inject
    Db db;

    @Inject
    Jobs jobs;

    @Inject
    Clock clock;

    Shop shop;
    Shop admin;
    String cookie;

    @BeforeEach
    void logIn() {
        shop = Shop.register();
        admin = Shop.admin();
        cookie = Visitor.cookie(admin.email(), admin.password());
    }

    private Request as() {
        return given().follow(false).cookie("sma_session", cookie);
    }

    private Response send(String path, Map<String, String> fields) {
        return as().contentType("application/x-www-form-urlencoded; charset=utf-8")
                .formParam("csrf", Visitor.csrf(cookie))
                .formParams(fields)
                .post(path);
    }

    private void sell() {
        String customer = shop.api()
                .body(Map.of("name", "Ani Rahasia", "phone", "081234567890"))
                .post("/api/customers")
                .then()
                .statusCode(201)
                .extract()
                .path("data.customer.id");
        var today = LocalDate.ofInstant(clock.instant(), ZoneId.of("Asia/Jakarta"));
        for (var sale : Map.of(0, 150_000, 29, 75_000, 30, 1_000_000).entrySet()) {
            shop.api()
                    .body(Map.of(
                            "customer_id", customer,
                            "transaction_date", today.minusDays(sale.getKey()).toString(),
                            "amount", sale.getValue()))
                    .post("/api/transactions")
                    .then()
                    .statusCode(201);
        }
        shop.api().body("{}").post("/api/rfm/calculate").then().statusCode(200);
    }

    private List<String> audit(UserId user) {
        return db.inTenant(
                user,
                tx -> tx.createQuery(
                                "SELECT action FROM app.audit_log WHERE user_id = :user AND actor_id = :admin ORDER BY id")
                        .bind("user", user)
                        .bind("admin", admin.id())
                        .mapTo(String.class)
                        .list());
    }

    @Test
    void eachShopIsListedWithItsNumbersAndTheLookIsWrittenDown() {
        sell();
        as().queryParam("search", shop.email())
                .get("/admin")
                .then()
                .statusCode(200)
                .header("Cache-Control", "no-store")
                .body(containsString("Batik Sri"), containsString("1 akun"))
                .body(containsString("data-label=\"pelanggan\">1</td>"))
                .body(containsString("data-label=\"transaksi\">3</td>"))
                // of 30 days: today and the 29 before
                .body(containsString("Rp225.000"))
                .body(not(containsString("Ani Rahasia")));
        assertThat(audit(shop.id())).containsExactly("list");
        // beyond the last page is the last
        as().queryParam("search", shop.email())
                .queryParam("page", 99)
                .get("/admin")
                .then()
                .statusCode(200)
                .body(containsString("data-label=\"pelanggan\">1</td>"), not(containsString("page=98")));
        as().queryParam("search", "<script>%' nobody")
                .get("/admin")
                .then()
                .statusCode(200)
                .body(containsString("0 akun"), not(containsString("<script>%")));
        as().queryParam("page", "-5").get("/admin").then().statusCode(200);
        as().queryParam("page", "999999")
                .get("/admin")
                .then()
                .statusCode(200)
                .body(not(containsString("rel=\"next\"")));
    }

    @Test
    void aLookIntoAShopIsRecordedSaysSoAndChangesNothing() {
        sell();
        var page = as().get("/admin/shops/" + shop.id().value());
        page.then()
                .statusCode(200)
                .body(containsString("Kunjungan ini dicatat"))
                .body(containsString("Rp1.225.000"))
                .body(not(containsString("Ani Rahasia")), not(containsString("6281234567890")));
        assertThat(audit(shop.id())).containsExactly("look");
        var actions = Pattern.compile("<form method=\"post\" action=\"([^\"]+)\"")
                .matcher(page.asString())
                .results()
                .map(r -> r.group(1))
                .filter(a -> !a.equals("/logout"))
                .toList();
        var its = "/admin/shops/" + shop.id().value();
        assertThat(actions).containsExactly(its + "/limits", its + "/visit", its + "/deactivate");
        assertThatThrownBy(() -> db.asAdmin(tx -> tx.execute("UPDATE app.customers SET name = 'x'")))
                .hasMessageContaining("permission denied");
        as().get("/admin/shops/" + UUID.randomUUID()).then().statusCode(404).contentType("text/html");
        as().get("/admin/shops/bukan-id").then().statusCode(404).contentType("text/html");
    }

    @Test
    void aShopIsMadeWithAPasswordThatIsShownOnce() {
        var email = "toko-" + UUID.randomUUID() + "@contoh.id";
        var fields = Map.of(
                "email",
                email,
                "full_name",
                "Sri \uD83D\uDC57",
                "business_name",
                "<b>Batik</b>",
                "phone",
                "0812 3456 7890");
        var made = send("/admin/new", fields);
        made.then().statusCode(201).header("Cache-Control", "no-store").body(not(containsString("<b>Batik")));
        var password = Pattern.compile("id=\"password\">([^<]+)<").matcher(made.asString());
        assertThat(password.find()).isTrue();
        var owner = Shop.logIn(email, password.group(1));
        owner.api()
                .get("/api/auth/profile")
                .then()
                .body("data.user.business_name", equalTo("<b>Batik</b>"))
                .body("data.user.phone", equalTo("+6281234567890"))
                .body("data.user.role", equalTo("umkm_owner"));
        assertThat(audit(owner.id())).containsExactly("create");
        // pressed twice: one account, and the first password stays
        send("/admin/new", fields)
                .then()
                .statusCode(409)
                .body(containsString("id=\"email_problem\">Email ini sudah terdaftar."))
                .body(containsString("value=\"Sri \uD83D\uDC57\""));
        Shop.logIn(email, password.group(1));
    }

    @ParameterizedTest
    @CsvSource({
        "email, bukan email",
        "email, ''",
        "full_name, ' '",
        "full_name, LONG",
        "business_name, ''",
        "phone, <script>",
        "phone, 12"
    })
    void whatCannotBeIsSaidUnderItsField(String field, String value) {
        var email = "toko-" + UUID.randomUUID() + "@contoh.id";
        var fields = new java.util.HashMap<>(Map.of("email", email, "full_name", "Sri", "business_name", "Batik"));
        fields.put(field, value.equals("LONG") ? "x".repeat(201) : value);
        send("/admin/new", fields)
                .then()
                .statusCode(400)
                .body(containsString("id=\"" + field + "_problem\">"), not(containsString("<script>\"")));
        assertThat(db.<Boolean>withoutTenant(tx -> tx.createQuery("SELECT 1 FROM app.login_lookup(:email)")
                        .bind("email", email)
                        .mapTo(Integer.class)
                        .findOne()
                        .isPresent()))
                .isFalse();
    }

    @Test
    void threat12ADeactivatedOwnerIsOutAtOnceAndComesBackWhenActivated() {
        var theirs = Visitor.cookie(shop.email(), shop.password());
        var path = "/admin/shops/" + shop.id().value();
        given().cookie("sma_session", theirs).get("/profile").then().body(containsString("Batik Sri"));
        try (var browser = Browser.phone().as(admin)) {
            var page = browser.open(path);
            page.click("main details summary");
            page.click("form[action$='/deactivate'] button");
            page.waitForURL("**?done=deactivate");
            assertThat(page.content()).contains("Akun sudah dinonaktifkan");
            assertThat(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
                    .isEqualTo(true);
            given().follow(false)
                    .cookie("sma_session", theirs)
                    .get("/profile")
                    .then()
                    .statusCode(303);
            given().formParam("email", shop.email())
                    .formParam("password", shop.password())
                    .post("/login")
                    .then()
                    .statusCode(403);
            page.click("form[action$='/activate'] button");
            page.waitForURL("**?done=activate");
            assertThat(browser.complaints()).isEmpty();
        }
        given().follow(false)
                .cookie("sma_session", theirs)
                .get("/profile")
                .then()
                .statusCode(303);
        Visitor.cookie(shop.email(), shop.password());
        assertThat(audit(shop.id())).containsExactly("look", "deactivate", "look", "activate", "look");
        send("/admin/shops/" + admin.id().value() + "/deactivate", Map.of())
                .then()
                .statusCode(403);
        send("/admin/shops/" + UUID.randomUUID() + "/deactivate", Map.of())
                .then()
                .statusCode(404);
    }

    @Test
    void theSystemSaysHowItIs() {
        as().get("/admin/system")
                .then()
                .statusCode(200)
                .body(containsString("PostgreSQL "), containsString(" MB, bawaan program"))
                .body(containsString("<dd class=\"mb-2\">" + db.version() + "</dd>"))
                .body(containsString("menunggu"), containsString(" GB tersisa dari "))
                .body(containsString("Java " + Runtime.version().feature()))
                .body(containsString("database: sehat, "), containsString("storage: sehat, "))
                .body(containsString("mail: tidak dipakai<br>"), not(containsString("bermasalah")))
                .body(not(containsString("tidak memisahkan")));
    }

    private static final String FAILED = "Cadangan harian yang terakhir gagal";

    @Test
    void theSystemSaysHowOldTheNewestBackupIs(@TempDir Path folder) throws Exception {
        as().get("/admin/system").then().body(containsString("tidak dibuat (BACKUP_DIR belum diatur)"));
        Files.writeString(folder.resolve("sma-backup-20200103-170000.zip"), "");
        System.setProperty("BACKUP_DIR", folder.toString());
        try {
            as().get("/admin/system")
                    .then()
                    .body(containsString("4 Jan 2020"), containsString("lebih dari dua hari"))
                    .body(not(containsString(FAILED)));
        } finally {
            System.clearProperty("BACKUP_DIR");
        }
    }

    @Test
    void aDailyBackupThatFailsIsSeen(@TempDir Path folder) throws Exception {
        var noFolder = Files.writeString(folder.resolve("no folder"), "");
        System.setProperty("BACKUP_DIR", noFolder.toString());
        try {
            backUp();
            Await.until("it is said", () -> as().get("/admin/system").asString().contains(FAILED));
            Await.until(
                    "it is counted",
                    () -> given().get("/api/metrics")
                            .asString()
                            .contains("sma_jobs_seconds_count{job=\"backup\",outcome=\"failed\"}"));
            Files.delete(noFolder);
            backUp();
            Await.until(
                    "it is well again",
                    () -> !as().get("/admin/system").asString().contains(FAILED));
        } finally {
            System.clearProperty("BACKUP_DIR");
        }
    }

    /** Before its hour. */
    private void backUp() {
        db.withoutTenantAsWorker(tx -> tx.execute(
                "UPDATE jobs.scheduled_tasks SET execution_time = now() WHERE task_name = 'backup' AND NOT picked"));
        jobs.wakeUp();
    }

    @Test
    void theStateNamesTheJobsThatFail() {
        db.withoutTenantAsWorker(tx -> tx.execute("""
                INSERT INTO jobs.scheduled_tasks
                  (task_name, task_instance, execution_time, picked, version, consecutive_failures, last_failure)
                VALUES ('test-fails', '1', now() + interval '1 day', false, 1, 3, now()),
                       ('test-fails', '2', now() + interval '1 day', false, 1, 7, now())"""));
        try {
            as().get("/admin/system")
                    .then()
                    .body(containsString("test-fails: 2 pekerjaan, gagal 7 kali berturut-turut, terakhir "));
        } finally {
            db.withoutTenantAsWorker(
                    tx -> tx.execute("DELETE FROM jobs.scheduled_tasks WHERE task_name = 'test-fails'"));
        }
    }

    @Test
    void anAdministratorFindsTheWayAndAnOwnerDoesNot() {
        as().get("/profile").then().body(containsString("href=\"/admin\""));
        var owner = Visitor.cookie(shop.email(), shop.password());
        given().cookie("sma_session", owner).get("/profile").then().body(not(containsString("href=\"/admin\"")));
        given().follow(false)
                .cookie("sma_session", owner)
                .get("/admin/shops/" + admin.id().value())
                .then()
                .statusCode(403)
                .body(not(containsString(admin.email())));
        given().follow(false).get("/admin").then().statusCode(303).header("Location", endsWith("next=%2Fadmin"));
        assertThat(audit(shop.id())).isEmpty();
    }

    @Test
    void aTemporaryPasswordThatWasLostIsMadeAnewUntilSomebodyUsesTheAccount() {
        var email = "toko-" + UUID.randomUUID() + "@contoh.id";
        var lost = password(send("/admin/new", Map.of("email", email, "full_name", "Sri", "business_name", "Batik")));
        var id = new UserId(db.<UUID>withoutTenant(tx -> tx.createQuery("SELECT id FROM app.login_lookup(:email)")
                .bind("email", email)
                .mapTo(UUID.class)
                .one()));
        String fresh;
        try (var browser = Browser.phone().as(admin)) {
            var page = browser.open("/admin/shops/" + id.value());
            page.getByText("Kata sandi sementara baru").click();
            page.getByText("Ya, buat yang baru").click();
            page.waitForSelector("#password");
            assertThat(page.locator("h1").innerText()).isEqualTo("Kata sandi sementara yang baru");
            fresh = page.locator("#password").innerText();
            assertThat(browser.complaints()).isEmpty();
        }
        assertThat(audit(id)).containsExactly("create", "look", "password");
        given().formParam("email", email)
                .formParam("password", lost)
                .post("/login")
                .then()
                .statusCode(401);
        Shop.logIn(email, fresh);

        as().get("/admin/shops/" + id.value()).then().body(not(containsString("/password\"")));
        var path = "/admin/shops/" + id.value() + "/password";
        send(path, Map.of()).then().statusCode(409).body(not(containsString("id=\"password\"")));
        Shop.logIn(email, fresh);
        send("/admin/shops/" + shop.id().value() + "/password", Map.of()).then().statusCode(409);
        send("/admin/shops/" + admin.id().value() + "/password", Map.of())
                .then()
                .statusCode(409);
        send("/admin/shops/" + UUID.randomUUID() + "/password", Map.of()).then().statusCode(404);
        assertThat(audit(id)).containsExactly("create", "look", "password", "look");
    }

    /** Sessions are forgotten a month after their end: what was left in the shop still tells. */
    @Test
    void anAccountThatHoldsSomethingHasBeenUsedThoughItsSessionsAreForgotten() {
        sell();
        db.useTenant(
                shop.id(),
                tx -> tx.createUpdate("DELETE FROM app.sessions WHERE user_id = :user")
                        .bind("user", shop.id())
                        .execute());
        send("/admin/shops/" + shop.id().value() + "/password", Map.of()).then().statusCode(409);
        assertThat(Visitor.cookie(shop.email(), shop.password())).isNotEmpty();
    }

    private static String password(Response made) {
        var password = Pattern.compile("id=\"password\">([^<]+)<").matcher(made.asString());
        assertThat(password.find()).isTrue();
        return password.group(1);
    }
}
