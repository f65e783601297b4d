package com.smartmarketingagent.admin;

import static com.smartmarketingagent.Http.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import com.smartmarketingagent.Await;
import com.smartmarketingagent.Browser;
import com.smartmarketingagent.Http.Checked;
import com.smartmarketingagent.Http.Request;
import com.smartmarketingagent.Http.Response;
import com.smartmarketingagent.Mailbox;
import com.smartmarketingagent.PageRoutes;
import com.smartmarketingagent.Shop;
import com.smartmarketingagent.ShopRows;
import com.smartmarketingagent.Visitor;
import com.smartmarketingagent.account.Limits;
import com.smartmarketingagent.account.MailedLinks;
import com.smartmarketingagent.account.Sessions;
import com.smartmarketingagent.customer.CustomerBook;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Jobs;
import com.smartmarketingagent.platform.Problem;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a super_admin may do with the shops: look without changing, limit, announce. */
@QuarkusTest
class VisitsTest {

    @Inject
    Db db;

    @Inject
    Sessions sessions;

    @Inject
    Jobs jobs;

    @Inject
    MailedLinks links;

    @Inject
    Limits limits;

    private CustomerBook book =
            new CustomerBook(new Shop(new com.smartmarketingagent.platform.UserId(new UUID(0, 0)), "", "", "", ""));
    private Shop admin = book.shop();
    private String cookie = "";

    @BeforeEach
    void logIn() {
        book = CustomerBook.open();
        admin = Shop.admin();
        cookie = Visitor.cookie(admin.email(), admin.password());
    }

    private Request as() {
        return given().follow(false).cookie("sma_session", cookie);
    }

    private Response send(String path, Map<String, ?> fields) {
        return as().contentType("application/x-www-form-urlencoded; charset=utf-8")
                .formParam("csrf", Visitor.csrf(cookie))
                .formParams(fields)
                .post(path);
    }

    private String itsPage() {
        return "/admin/shops/" + book.shop().id().value();
    }

    private List<String> acts(Shop shop) {
        return shop.api().get("/api/audit?limit=100").path("data.entries.action");
    }

    @Test
    void aVisitShowsTheShopsPagesAndItsOwnerReadsOfIt() {
        var ani = book.add("Ani Kunjungan", "phone", "081377770001");
        as().get("/customers").then().body(not(containsString("Ani Kunjungan")));
        send(itsPage() + "/visit", Map.of("reason", "")).then().statusCode(400);
        send(itsPage() + "/visit", Map.of("reason", "Diminta Bu Sri")).then().statusCode(303);

        as().get("/customers")
                .then()
                .statusCode(200)
                .body(containsString("Ani Kunjungan"), containsString("Anda sedang melihat toko ini"));
        as().get("/customers/" + ani).then().statusCode(200);
        for (var page :
                List.of("/segments", "/segments/champions", "/sales", "/campaigns", "/reports", "/reports/2025-11"))
            assertThat(as().get(page).statusCode()).as(page).isEqualTo(200);
        as().get("/admin").then().statusCode(200).body(containsString("href=\"/admin/new\""));
        // no file leaves with them
        for (var file : List.of(
                "/profile/export.zip", "/customers/" + ani + "/data.json", "/reports/2025-12/report.csv", "/live"))
            as().get(file).then().statusCode(403);
        as().get("/imports/" + imported() + "/file").then().statusCode(403);
        admin.api().get("/api/customers/" + ani).then().statusCode(404);

        // that it stood in the list of shops, too
        assertThat(acts(book.shop()))
                .filteredOn(act -> !act.equals("list"))
                .containsSubsequence("customer_viewed", "visited_page", "visited_page", "visit")
                // nor twice: each page of a visit is written down already
                .doesNotContain("list_viewed");
        var owner = new Visitor(book.shop());
        owner.get("/audit").body(containsString("Diminta Bu Sri"), containsString("/customers/" + ani));
        owner.get("/notices").body(containsString("Diminta Bu Sri"));

        send("/admin/visit/end", Map.of()).then().statusCode(303);
        as().get("/customers").then().body(not(containsString("Ani Kunjungan")));
    }

    @Test
    void aVisitEndsByItselfAndNeverLeadsToAnotherAdministrator() {
        var other = Shop.admin();
        send("/admin/shops/" + other.id().value() + "/visit", Map.of("reason", "x"))
                .then()
                .statusCode(403);
        book.add("Ani Kunjungan");
        send(itsPage() + "/visit", Map.of("reason", "x")).then().statusCode(303);
        visitOver();
        var list = "/admin?visited=" + book.shop().id().value();
        as().get("/customers").then().statusCode(303).header("Location", list);
        as().get(list).then().body(containsString("Kunjungan ke Batik Sri selesai: waktunya 30 menit sudah habis"));
        // once
        as().get("/customers").then().statusCode(200).body(not(containsString("Ani Kunjungan")));
        as().get("/admin").then().body(not(containsString("selesai: waktunya")));
        // nor does an owner's session, whatever stands in its row
        var owner = new Visitor(book.shop());
        db.useTenant(
                book.shop().id(),
                tx -> tx.createUpdate(
                                "UPDATE app.sessions SET visiting = :v, visiting_until = now() + interval '1 hour'")
                        .bind("v", other.id())
                        .execute());
        sessions.forget(book.shop().id());
        owner.get("/customers").statusCode(200).body(containsString("Ani Kunjungan"));
    }

    @Test
    void aFormOfAVisitIsNotSavedIntoTheAdministratorsOwnAccount() {
        var own = Visitor.csrf(cookie);
        send(itsPage() + "/visit", Map.of("reason", "x")).then().statusCode(303);
        var visited = Visitor.csrf(cookie);
        assertThat(visited).isNotEqualTo(own);
        visitOver();
        add(visited).statusCode(403).body(containsString("kunjungan itu sudah selesai"));
        // an open page that asks for a part of itself leads there, too
        as().header("HX-Request", "true")
                .get("/customers")
                .then()
                .statusCode(204)
                .header("HX-Redirect", "/admin?visited=" + book.shop().id().value());
        add(visited).statusCode(403).body(containsString("Tidak ada yang disimpan"));
        assertThat(admin.api().get("/api/customers").<Integer>path("meta.total"))
                .isZero();
        assertThat(book.names()).isEmpty();
        add(own).statusCode(303);
        // the way out stands on the visited pages
        send(itsPage() + "/visit", Map.of("reason", "x")).then().statusCode(303);
        as().formParam("csrf", Visitor.csrf(cookie))
                .post("/admin/visit/end")
                .then()
                .statusCode(303);
        as().formParam("csrf", "x" + visited.substring(1))
                .post("/admin/visit/end")
                .then()
                .statusCode(403);
    }

    private Checked add(String csrf) {
        return as().formParam("csrf", csrf)
                .formParam("id", UUID.randomUUID())
                .formParam("name", "Ani Salah Toko")
                .post("/customers")
                .then();
    }

    private void visitOver() {
        db.useTenant(
                admin.id(), tx -> tx.execute("UPDATE app.sessions SET visiting_until = now() - interval '1 second'"));
        sessions.forget(admin.id());
    }

    @Test
    void threat14WhoVisitsChangesNothingByAnyForm() {
        var ani = book.add("Ani Kunjungan");
        send(itsPage() + "/visit", Map.of("reason", "x")).then().statusCode(303);
        var csrf = Visitor.csrf(cookie);
        var before = ShopRows.of(db, book.shop());
        int forms = 0;
        for (var form : PageRoutes.all()) {
            var path = form.path();
            if (form.reads() || path.startsWith("/admin") || path.equals("/logout")) continue;
            boolean file = form.takesFiles();
            var answer = as().contentType(file ? "multipart/form-data" : "application/x-www-form-urlencoded");
            if (file) answer.multiPart("csrf", csrf).multiPart("file", "a.csv", new byte[] {65});
            else
                answer.formParam("csrf", csrf)
                        .formParam("id", UUID.randomUUID())
                        .formParam("name", "Diganti")
                        .formParam("language", "en")
                        .formParam("kind", "erase")
                        .formParam("business_name", "Diganti");
            assertThat(answer.post(path.replace("{id}", ani.toString()).replaceAll("\\{[^}]+}", "x"))
                            .statusCode())
                    .describedAs(path)
                    .isEqualTo(403);
            forms++;
        }
        assertThat(forms).isGreaterThan(50);
        assertThat(ShopRows.of(db, book.shop())).isEqualTo(before);
        as().formParam("csrf", csrf).post("/logout").then().statusCode(303);
        as().get("/customers").then().statusCode(303);
    }

    /** The file of an import that is over. */
    private String imported() {
        var id = book.shop()
                .api()
                .contentType("multipart/form-data")
                .multiPart("file", "a.csv", "nama\nEka\n".getBytes(StandardCharsets.UTF_8))
                .post("/api/customers/import")
                .<String>path("data.import.id");
        book.shop().imported(id);
        return id;
    }

    @Test
    void whatIsAnnouncedIsOnEveryOwnersPageUntilItIsOver() {
        var text = "Sabtu malam ada perawatan <b> " + UUID.randomUUID();
        var shown = text.replace("<b>", "&lt;b&gt;");
        for (var days : List.of("0", "61", "1000", "-5", ""))
            send("/admin/announcements", Map.of("id", UUID.randomUUID(), "text", text, "days", days))
                    .then()
                    .statusCode(400);
        // what was typed stays, or the next press announces it for another time
        send("/admin/announcements", Map.of("id", UUID.randomUUID(), "text", text, "days", "61"))
                .then()
                .body(containsString("name=\"days\" type=\"text\" value=\"61\""), containsString("value=\"" + shown));
        send("/admin/announcements", Map.of("id", UUID.randomUUID(), "text", " ", "days", "3"))
                .then()
                .statusCode(400);
        var id = UUID.randomUUID();
        for (int i = 0; i < 2; i++)
            send("/admin/announcements", Map.of("id", id, "text", text, "days", "3"))
                    .then()
                    .statusCode(303);
        var owner = new Visitor(book.shop());
        owner.get("/customers").body(containsString(shown));
        given().get("/login").then().body(not(containsString(shown)));
        assertThat(as().get("/admin/announcements").asString().split(java.util.regex.Pattern.quote(shown), -1).length)
                .isGreaterThan(1);
        send("/admin/announcements/" + id + "/end", Map.of()).then().statusCode(303);
        owner.get("/customers").body(not(containsString(shown)));
        send("/admin/announcements/" + id + "/end", Map.of()).then().statusCode(303);
        // in the log of who did it, once each
        assertThat(acts(admin))
                .filteredOn(act -> act.startsWith("announce"))
                .containsExactly("announcement_ended", "announced");
        as().get("/audit").then().body(containsString("Mengumumkan kepada semua pemilik toko"), containsString(shown));
    }

    @Test
    void aShopHoldsAndSendsNoMoreThanItsLimits() {
        var shop = book.shop();
        var ani = book.add("Ani", "phone", "081377770001");
        book.add("Budi", "phone", "081377770002");
        book.sell(ani, "2025-01-01", 5_000);
        send(itsPage() + "/limits", Map.of("customers", "banyak")).then().statusCode(400);
        send(itsPage() + "/limits", Map.of("customers", "-1")).then().statusCode(400);
        send(itsPage() + "/limits", Map.of("customers", "3", "sales", "2", "messages", "1"))
                .then()
                .statusCode(303);
        as().get(itsPage()).then().body(containsString("value=\"3\""), containsString("2 pelanggan, 1 penjualan"));

        book.add("Citra");
        shop.api()
                .body(Map.of("name", "Dewi"))
                .post("/api/customers")
                .then()
                .statusCode(409)
                .body(containsString("3 pelanggan"));
        new Visitor(shop)
                .post("/customers", "id", UUID.randomUUID(), "name", "Dewi")
                .statusCode(409);
        assertThat(book.names()).hasSize(3);
        book.sell(ani, "2025-01-02", 5_000);
        shop.api()
                .body(Map.of("customer_id", ani, "transaction_date", "2025-01-03", "amount", 1))
                .post("/api/transactions")
                .then()
                .statusCode(409)
                .body(containsString("2 penjualan"));
        assertThat(shop.api().get("/api/transactions").<Integer>path("meta.total"))
                .isEqualTo(2);
        var campaign = shop.draft("via", "assisted", "holdout_percent", 0);
        shop.api()
                .post("/api/campaigns/" + campaign + "/approve")
                .then()
                .statusCode(409)
                .body(containsString("1 pesan"));
        send(itsPage() + "/limits", Map.of("messages", "2", "off", "sending"))
                .then()
                .statusCode(303);
        shop.api()
                .post("/api/campaigns/" + campaign + "/approve")
                .then()
                .statusCode(409)
                .body(containsString("mematikan"));
        // and is said before anybody presses anything
        var looks = new Visitor(shop);
        looks.get("/campaigns").body(containsString("mematikan pengiriman"));
        looks.get("/campaigns/" + campaign).body(containsString("mematikan pengiriman"));
        looks.get("/campaigns/new").body(containsString("mematikan pengiriman"));
        var pressed = new Visitor(shop)
                .post("/campaigns/" + campaign + "/approve")
                .statusCode(409)
                .extract()
                .asString();
        assertThat(pressed).containsOnlyOnce("mematikan pengiriman");
        looks.get("/imports").body(not(containsString("mematikan")));
        send(itsPage() + "/limits", Map.of("messages", "2")).then().statusCode(303);
        looks.get("/campaigns").body(not(containsString("mematikan")));
        looks.get("/campaigns/" + campaign).body(not(containsString("mematikan")));
        looks.get("/campaigns/new").body(not(containsString("mematikan")));
        shop.api().post("/api/campaigns/" + campaign + "/approve").then().statusCode(200);
        // by hand, too
        looks.get("/campaigns").body(containsString("Sedang berjalan, "), not(containsString("Tertahan")));
        send(itsPage() + "/limits", Map.of("off", "sending")).then().statusCode(303);
        looks.get("/campaigns").body(containsString("Tertahan, "), not(containsString("Sedang berjalan")));
        looks.get("/campaigns/" + campaign)
                .body(containsString("mematikan pengiriman"))
                .body(containsString(">Tertahan</h2>"), not(containsString("/pause")), containsString("/cancel"));
        shop.api()
                .post("/api/campaigns/" + campaign + "/next")
                .then()
                .statusCode(409)
                .body(containsString("mematikan"));
        send(itsPage() + "/limits", Map.of("messages", "2")).then().statusCode(303);
        shop.api().post("/api/campaigns/" + campaign + "/next").then().statusCode(200);
        book.add("Dewi");
        assertThat(acts(shop)).contains("limits_changed");
        var early = new Visitor(shop);
        var waiting = early.request()
                .multiPart("csrf", early.csrf())
                .multiPart("file", "b.csv", "nama\nGalih\n".getBytes(StandardCharsets.UTF_8))
                .post("/imports")
                .then()
                .statusCode(303)
                .extract()
                .header("Location");
        send(itsPage() + "/limits", Map.of("off", "imports")).then().statusCode(303);
        shop.api()
                .contentType("multipart/form-data")
                .multiPart("file", "a.csv", "nama\nEka\n".getBytes(StandardCharsets.UTF_8))
                .post("/api/customers/import")
                .then()
                .statusCode(409);
        looks.get("/imports").body(containsString("mematikan impor berkas")).body(not(containsString("type=\"file\"")));
        var owner = new Visitor(shop);
        owner.request()
                .multiPart("csrf", owner.csrf())
                .multiPart("file", "b.csv", "nama\nFajar\n".getBytes(StandardCharsets.UTF_8))
                .post("/imports")
                .then()
                .statusCode(409)
                .body(containsString("mematikan"));
        assertThat(waiting).contains("/check");
        owner.get(waiting).body(containsString("mematikan impor berkas")).body(not(containsString("value=\"run\"")));
        owner.post(waiting, "kind", "customers", "act", "run").statusCode(409).body(containsString("mematikan"));
        send(itsPage() + "/limits", Map.of("off", "semua")).then().statusCode(400);
    }

    @Test
    void aLimitThatWasLoweredRefusesNothingThatAddsNothing() {
        var shop = book.shop();
        var ani = book.add("Ani");
        book.add("Budi");
        book.sell(ani, "2025-01-01", 5_000, "external_id", "A1");
        book.sell(ani, "2025-01-02", 6_000, "external_id", "A2");
        limits("1", "1");
        assertThat(imported("transactions", "Nama;Tanggal;Total;No Pesanan\nAni;2025-01-03;6000;A2\n"))
                .containsExactly("done", null);
        assertThat(imported("customers", "Nama;Kota\nAni;Solo\n")).containsExactly("done", null);
        assertThat(imported("customers", "Nama;Kota\nCitra;Solo\n").getLast()).contains("1 pelanggan");
        limits("1", "9");
        assertThat(imported("transactions", "Nama;Tanggal;Total\nAni;2025-01-04;7000\n"))
                .containsExactly("done", null);
        assertThat(imported("transactions", "Nama;Tanggal;Total\nCitra;2025-01-04;7000\n")
                        .getLast())
                .contains("1 pelanggan");
        limits("9", "3");
        assertThat(imported("transactions", "Nama;Tanggal;Total\nAni;2025-01-05;7000\n")
                        .getLast())
                .contains("3 penjualan");
        // money that is given back is written down, alone; nor is anybody kept from coming back
        book.sell(ani, "2025-01-05", -1_000);
        var bulk = List.of(Map.of("customer_id", ani, "transaction_date", "2025-01-05", "amount", -2_000));
        shop.api()
                .body(Map.of("transactions", bulk))
                .post("/api/transactions/bulk")
                .then()
                .statusCode(409);
        shop.api()
                .body(Map.of("customer_id", ani, "transaction_date", "2025-01-05", "amount", 0))
                .post("/api/transactions")
                .then()
                .statusCode(409);
        limits("1", "3");
        shop.api().delete("/api/customers/" + ani).then().statusCode(200);
        shop.api().post("/api/customers/" + ani + "/restore").then().statusCode(200);
        assertThat(book.names()).containsExactlyInAnyOrder("Ani", "Budi");
    }

    private void limits(String customers, String sales) {
        send(itsPage() + "/limits", Map.of("customers", customers, "sales", sales))
                .then()
                .statusCode(303);
    }

    /** @return the status in which the import ended, and why it failed, or null */
    private List<String> imported(String kind, String file) {
        var id = book.shop()
                .api()
                .contentType("multipart/form-data")
                .multiPart("file", "a.csv", file.getBytes(StandardCharsets.UTF_8))
                .post("/api/" + kind + "/import")
                .then()
                .statusCode(202)
                .extract()
                .<String>path("data.import.id");
        var path = "/api/imports/" + id;
        Await.until(
                "it ended",
                () -> List.of("done", "failed")
                        .contains(book.shop().api().get(path).<String>path("data.import.status")));
        var ended = book.shop().api().get(path);
        return java.util.Arrays.asList(ended.path("data.import.status"), ended.path("data.import.error"));
    }

    @Test
    void limitsThatAnotherAdministratorChangedAreNotWrittenOverUnseen() {
        var opened = seen();
        var second = Map.of("customers", "100", "sales", "100", "messages", "10", "off", "sending", "seen", opened);
        send(itsPage() + "/limits", second).then().statusCode(303);
        // pressed twice
        send(itsPage() + "/limits", second).then().statusCode(303);
        var answer = send(itsPage() + "/limits", Map.of("customers", "200", "seen", opened));
        answer.then()
                .statusCode(409)
                .body(containsString("Pengelola lain mengubah batas toko ini"))
                .body(containsString("dir=\"auto\">Kirim pesan kampanye</span>"))
                .body(containsString("dir=\"auto\">100</span>"), containsString("value=\"200\""));
        assertThat(stored()).containsExactly(100, 100, 10, List.of("sending"));
        var now = seen(answer.asString());
        assertThat(now).isEqualTo(seen()).isNotEqualTo(opened);
        send(itsPage() + "/limits", Map.of("customers", "200", "seen", now))
                .then()
                .statusCode(303);
        assertThat(stored()).containsExactly(200, null, null, List.of());
        assertThat(book.shop().api().get("/api/audit?limit=100").<List<Map<String, ?>>>path("data.entries"))
                .filteredOn(entry -> "limits_changed".equals(entry.get("action")))
                .extracting(entry -> entry.get("detail"))
                .isEqualTo(List.of(
                        "customers 100 -> 200, sales 100 -> none, messages 10 -> none, sending off -> on",
                        "customers none -> 100, sales none -> 100, messages none -> 10, sending on -> off"));
    }

    private String seen() {
        return seen(as().get(itsPage()).asString());
    }

    private static String seen(String page) {
        var field = java.util.regex.Pattern.compile("name=\"seen\" value=\"([^\"]+)\"")
                .matcher(page);
        assertThat(field.find()).isTrue();
        return field.group(1);
    }

    private List<Object> stored() {
        var limit = admin.api()
                .get("/api/admin/users/" + book.shop().id().value() + "/limits")
                .<Map<String, Object>>path("data.limit");
        return java.util.Arrays.asList(
                limit.get("customers"), limit.get("sales"), limit.get("messages"), limit.get("features_off"));
    }

    @Test
    void limitsThatCannotBeAreShownAsTheyWereTyped() {
        for (var wrong : List.of("99999999999", "2147483648", "1.5", "1.50", "1,5", "15.00.000", "-1", "banyak"))
            send(itsPage() + "/limits", Map.of("customers", "77", "sales", wrong, "off", "sending"))
                    .then()
                    .statusCode(400)
                    .body(containsString("id=\"sales_problem\">Isi dengan angka bulat dari 0 sampai 2.147.483.647"))
                    .body(containsString("value=\"" + wrong + "\""), containsString("value=\"77\""))
                    .body(containsString("value=\"sending\" checked"), not(containsString("id=\"customers_problem")));
        assertThat(stored()).containsExactly(null, null, null, List.of());
        send(itsPage() + "/limits", Map.of("customers", " 1.500 ", "sales", "2147483647", "messages", "0"))
                .then()
                .statusCode(303);
        assertThat(stored()).containsExactly(1500, Integer.MAX_VALUE, 0, List.of());
    }

    @Test
    void longWordsWidenNoPage() {
        var id = UUID.randomUUID();
        var word = "https://contoh.id/" + "a".repeat(400);
        send("/admin/announcements", Map.of("id", id, "text", word, "days", "1"))
                .then()
                .statusCode(303);
        db.useTenant(
                book.shop().id(),
                tx -> tx.createUpdate("UPDATE app.users SET business_name = repeat('B', 180) WHERE id = :u")
                        .bind("u", book.shop().id())
                        .execute());
        try (var owner = Browser.phone().as(book.shop());
                var admins = Browser.phone().as(admin)) {
            var page = owner.open("/customers");
            assertThat(page.content()).contains(word);
            assertThat(page.evaluate(FITS)).isEqualTo(true);
            for (var path : List.of("/admin?search=" + book.shop().email(), itsPage()))
                assertThat(admins.open(path).evaluate(FITS)).as(path).isEqualTo(true);
        } finally {
            send("/admin/announcements/" + id + "/end", Map.of()).then().statusCode(303);
        }
    }

    private static final String FITS = "document.documentElement.scrollWidth <= innerWidth";

    private String campaign(int holdout) {
        return book.shop().draft("via", "assisted", "holdout_percent", holdout).toString();
    }

    private Checked approve(String campaign, Map<String, ?> how) {
        return book.shop()
                .api()
                .body(how)
                .post("/api/campaigns/" + campaign + "/approve")
                .then();
    }

    private List<String> of(List<String> campaigns, String what) {
        return campaigns.stream()
                .map(id -> String.valueOf(
                        (Object) book.shop().api().get("/api/campaigns/" + id).path("data.campaign." + what)))
                .toList();
    }

    /** Its hour has come. */
    private void begin(String campaign) {
        // the job of the approval first: it puts off what it finds
        Await.until(
                "it is put off",
                () -> db.<Boolean>withoutTenantAsWorker(tx -> tx.createQuery("""
                                SELECT EXISTS (SELECT FROM jobs.scheduled_tasks
                                               WHERE task_instance LIKE '%' || :id || '%' AND NOT picked
                                                 AND execution_time > now() + interval '30 minutes')""")
                        .bind("id", campaign)
                        .mapTo(Boolean.class)
                        .one()));
        db.useTenant(
                book.shop().id(),
                tx -> tx.createUpdate("UPDATE app.campaigns SET send_at = now() WHERE id = :id")
                        .bind("id", UUID.fromString(campaign))
                        .execute());
        db.withoutTenantAsWorker(tx -> tx.createUpdate(
                        "UPDATE jobs.scheduled_tasks SET execution_time = now() WHERE task_instance LIKE '%' || :id || '%'")
                .bind("id", campaign)
                .execute());
        jobs.wakeUp();
    }

    /** Two evenings planned, and the month has room for one. */
    @Test
    void whatWasScheduledIsHeldAgainstTheLimitWhenItBegins() {
        book.add("Ani", "phone", "081377770001");
        book.add("Budi", "phone", "081377770002");
        send(itsPage() + "/limits", Map.of("messages", "3")).then().statusCode(303);
        var later = db.inTenant(book.shop().id(), Db::now).plus(Duration.ofHours(1));
        var both = List.of(campaign(0), campaign(0));
        for (var id : both) approve(id, Map.of("send_at", later.toString())).statusCode(200);
        for (var id : both) {
            begin(id);
            Await.until("it begins", () -> !of(List.of(id), "state").contains("scheduled"));
        }
        assertThat(of(both, "state")).containsExactly("running", "paused");
        assertThat(of(both, "paused_why")).contains("limits");
        var paused = both.getLast();
        new Visitor(book.shop()).get("/campaigns/" + paused).body(containsString("Batas pemakaian toko ini"));
        var resume = "/api/campaigns/" + paused + "/resume";
        book.shop().api().post(resume).then().statusCode(409).body(containsString("3 pesan"));
        send(itsPage() + "/limits", Map.of("messages", "4", "off", "sending"))
                .then()
                .statusCode(303);
        book.shop().api().post(resume).then().statusCode(409).body(containsString("mematikan"));
        send(itsPage() + "/limits", Map.of("messages", "4")).then().statusCode(303);
        book.shop().api().post(resume).then().statusCode(200);
    }

    /** What failed cost nothing, and makes room for another. */
    @Test
    void whatCountsAsAMessageIsWhatItsCampaignCountsAsOne() {
        for (int n = 1; n <= 5; n++) book.add("Pelanggan " + n, "phone", "08137777000" + n);
        var campaign = campaign(0);
        approve(campaign, Map.of()).statusCode(200);
        db.useTenant(
                book.shop().id(),
                tx -> tx.createUpdate("""
                        UPDATE app.message_outbox o SET state = n.state, sending_since = now(), why = CASE n.state WHEN 'failed' THEN 'x' END
                        FROM (SELECT customer_id, (ARRAY['sending', 'accepted', 'delivered', 'unknown', 'failed'])[row_number() OVER (ORDER BY place)] AS state
                              FROM app.message_outbox WHERE user_id = :u) n
                        WHERE o.user_id = :u AND o.customer_id = n.customer_id
                        """).bind("u", book.shop().id()).execute());
        db.useTenant(
                book.shop().id(),
                tx -> tx.createUpdate("UPDATE app.campaigns SET price_per_message = 500 WHERE user_id = :u")
                        .bind("u", book.shop().id())
                        .execute());
        as().get(itsPage()).then().body(containsString("Bulan ini 4 pesan (kira-kira Rp2.000)"));
        book.shop().api().get("/api/campaigns/" + campaign + "/result").then().body("data.result.cost.messages", is(4));
        assertThat(beyond(4, 0)).isFalse();
        assertThat(beyond(4, 1)).isTrue();
    }

    private boolean beyond(int most, int adding) {
        send(itsPage() + "/limits", Map.of("messages", String.valueOf(most)))
                .then()
                .statusCode(303);
        return db.inTenant(book.shop().id(), tx -> {
            try {
                limits.checkMessages(tx, book.shop().id(), adding);
                return false;
            } catch (Problem.Conflict e) {
                return true;
            }
        });
    }

    @Test
    void whoGetsNothingForComparisonIsNotCounted() {
        db.useTenant(
                book.shop().id(),
                tx -> tx.createUpdate("""
                                INSERT INTO app.customers (user_id, id, name, phone)
                                SELECT :user, gen_random_uuid(), 'Pelanggan ' || n, '+6281377771' || lpad(n::text, 3, '0')
                                FROM generate_series(1, 45) n""").bind("user", book.shop().id()).execute());
        send(itsPage() + "/limits", Map.of("messages", "25")).then().statusCode(303);
        approve(campaign(0), Map.of()).statusCode(409);
        approve(campaign(10), Map.of()).statusCode(200);
    }

    @Test
    void aCallThatIsMadeAgainRecordsOneBreachAndOneAnnouncement() {
        var its = Map.of(
                "happened",
                "Bocor",
                "concerned",
                "Nama",
                "measures",
                "Diganti",
                "shops",
                List.of(book.shop().email()));
        var said = Map.of("text", "Perawatan pukul 22", "days", 1);
        for (var call : Map.of("/api/admin/breaches", its, "/api/admin/announcements", said)
                .entrySet()) {
            var first = once(call.getKey(), call.getValue())
                    .statusCode(201)
                    .extract()
                    .asString();
            assertThat(once(call.getKey(), call.getValue())
                            .statusCode(201)
                            .extract()
                            .asString())
                    .isEqualTo(first);
            var other = new java.util.HashMap<String, Object>(call.getValue());
            other.replaceAll((_, value) -> value instanceof String text ? text + "!" : value);
            once(call.getKey(), other).statusCode(422);
        }
        awaitNotice();
        Await.until(
                "no other news is on its way",
                () -> db.withoutTenantAsWorker(tx -> tx.createQuery(
                                "SELECT count(*) = 0 FROM jobs.scheduled_tasks WHERE task_name = 'breach-news'")
                        .mapTo(Boolean.class)
                        .one()));
        assertThat(book.shop().api().get("/api/notices").<Integer>path("meta.total"))
                .isEqualTo(1);
    }

    private void awaitNotice() {
        Await.until(
                "the shop is told", () -> book.shop().api().get("/api/notices").<Integer>path("meta.total") > 0);
    }

    private Checked once(String path, Map<String, ?> body) {
        return admin.api().header("Idempotency-Key", path).body(body).post(path).then();
    }

    @Test
    void aShopsLimitsAreNotTheShopsToChange() {
        send(itsPage() + "/limits", Map.of("customers", "3")).then().statusCode(303);
        for (var sql : List.of(
                "UPDATE app.limits SET customers = 9",
                "DELETE FROM app.limits",
                "INSERT INTO app.limits (user_id) VALUES (app.tenant_id())"))
            assertThatThrownBy(() -> db.inTenant(book.shop().id(), tx -> tx.execute(sql)))
                    .hasMessageContaining("permission denied");
    }

    /** The shops of the newest breach that is open. */
    private List<String> reached() {
        return admin.api().get("/api/admin/breaches").path("data.breaches[0].shops.reached");
    }

    private void switchOff(Shop shop) {
        admin.api()
                .body(Map.of("is_active", false))
                .put("/api/admin/users/" + shop.id().value())
                .then()
                .statusCode(200);
    }

    @Test
    void whoseAccountIsOffIsMailedOfABreachAndWhoIsNotReachedIsNamed() {
        try (var mailbox = Mailbox.open()) {
            var off = Shop.register();
            var unknown = Shop.register();
            mailbox.await(off.email(), 1);
            given().contentType("application/json")
                    .body(Map.of("token", links.issue(off.id(), MailedLinks.Purpose.VERIFY, off.email())))
                    .post("/api/auth/verify")
                    .then()
                    .statusCode(200);
            switchOff(off);
            switchOff(unknown);
            var said = Map.of(
                    "happened",
                    "Kata sandi bocor",
                    "concerned",
                    "Nama pelanggan",
                    "measures",
                    "Sesi diakhiri",
                    "shops",
                    List.of(off.email(), unknown.email()));
            admin.api().body(said).post("/api/admin/breaches").then().statusCode(201);

            // they can open no page
            assertThat(Mailbox.text(mailbox.await(off.email(), 2)))
                    .contains("Kata sandi bocor", "Nama pelanggan", "Sesi diakhiri", "3 × 24 jam")
                    .doesNotContain("http");
            Await.until("it is known who was reached", () -> reached().equals(List.of("not_reached", "sent")));
            admin.api()
                    .get("/api/admin/breaches")
                    .then()
                    .body("data.breaches[0].shops_touched", is(2))
                    .body("data.breaches[0].shops_reached", is(1))
                    .body("data.breaches[0].shops[0].email", is(unknown.email()))
                    .body("data.breaches[0].shops[0].is_active", is(false));
            as().get("/admin/breaches")
                    .then()
                    .body(
                            containsString("Toko yang diberi tahu: 2, terjangkau: 1."),
                            containsString(unknown.email()),
                            containsString(
                                    "Belum terjangkau: hubungi sendiri lewat email atau telepon. Akunnya dinonaktifkan."));
        }
    }

    @Test
    void aBreachIsToldToTheShopsItTouchesAndToNobodyElse() {
        var id = UUID.randomUUID();
        var other = Shop.register();
        var said = Map.of(
                "id", id,
                "happened", "Kata sandi satu toko bocor <b>",
                "concerned", "Nama dan nomor HP pelanggan",
                "measures", "Sesi diakhiri, kata sandi diganti.");
        var wrong = new java.util.HashMap<String, Object>(said);
        wrong.put("shops", "tidak-ada@contoh.id");
        send("/admin/breaches", wrong).then().statusCode(400).body(containsString("tidak-ada@contoh.id"));
        var right = new java.util.HashMap<String, Object>(said);
        right.put("shops", " " + book.shop().email().toUpperCase(java.util.Locale.ROOT) + "\n\n");
        for (int i = 0; i < 2; i++) send("/admin/breaches", right).then().statusCode(303);

        var owner = new Visitor(book.shop());
        awaitNotice();
        owner.get("/privacy").body(containsString("bocor &lt;b&gt;"), containsString("Sesi diakhiri"));
        assertThat(book.shop().api().get("/api/notices").<List<String>>path("data.notices.kind"))
                .containsExactly("shop_breach");
        new Visitor(other).get("/privacy").body(not(containsString("bocor")));
        assertThat(other.api().get("/api/notices").<Integer>path("meta.total")).isZero();
        as().get("/admin/breaches")
                .then()
                .body(
                        containsString("bocor &lt;b&gt;"),
                        containsString("paling lambat"),
                        containsString("Nama dan nomor HP pelanggan"),
                        containsString("Sesi diakhiri, kata sandi diganti."),
                        containsString(book.shop().email()),
                        not(containsString(other.email())));
        assertThat(reached()).containsExactly("not_reached");
        book.shop().api().post("/api/notices/read").then().statusCode(200);
        assertThat(reached()).containsExactly("read");
        send("/admin/breaches/" + id + "/close", Map.of()).then().statusCode(303);
        send("/admin/breaches/" + id + "/close", Map.of()).then().statusCode(303);
        send("/admin/breaches/" + UUID.randomUUID() + "/close", Map.of()).then().statusCode(404);
        assertThat(acts(admin))
                .filteredOn(act -> act.startsWith("breach"))
                .containsExactly("breach_closed", "breach_recorded");
        db.useTenant(
                admin.id(),
                tx -> assertThat(tx.createQuery(
                                        "SELECT closed_at IS NOT NULL AND due_at = found_at + interval '72 hours' FROM app.breaches WHERE id = :id")
                                .bind("id", id)
                                .mapTo(Boolean.class)
                                .one())
                        .isTrue());
    }
}
