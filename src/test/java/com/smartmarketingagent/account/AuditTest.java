package com.smartmarketingagent.account;

import static com.smartmarketingagent.Http.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasItem;

import com.smartmarketingagent.Http.Request;
import com.smartmarketingagent.Shop;
import com.smartmarketingagent.Visitor;
import com.smartmarketingagent.account.Audit.CustomerList;
import com.smartmarketingagent.account.Audit.Reading;
import com.smartmarketingagent.customer.CustomerBook;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Ids;
import com.smartmarketingagent.platform.Language;
import com.smartmarketingagent.platform.Words;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who read the lists that name customers; PrivacyTest has the rest of the log. */
@QuarkusTest
class AuditTest {

    @Inject
    Db db;

    @Inject
    CurrentUser reader;

    @Inject
    RoutingContext request;

    private CustomerBook book;
    private Shop shop;
    private String cookie;
    private UUID ani;

    @BeforeEach
    void aShop() {
        book = CustomerBook.open();
        shop = book.shop();
        cookie = Visitor.cookie(shop.email(), shop.password());
        ani = book.add("Ani", "phone", "081234567801");
        book.sell(ani, "2025-01-02", 5_000);
    }

    private Request as(String path) {
        return path.startsWith("/api/")
                ? shop.api()
                : given().follow(false).accept("text/html").cookie("sma_session", cookie);
    }

    private UUID campaign() {
        var campaign = shop.draft("via", "assisted", "holdout_percent", 0);
        shop.api().post("/api/campaigns/" + campaign + "/approve").then().statusCode(200);
        return campaign;
    }

    private String imported() {
        String id = shop.api()
                .contentType("multipart/form-data")
                .multiPart(
                        "file",
                        "penjualan.csv",
                        "Nama,Tanggal,Total\nDewi,2025-12-06,banyak\n".getBytes(StandardCharsets.UTF_8))
                .post("/api/transactions/import")
                .then()
                .statusCode(202)
                .extract()
                .path("data.import.id");
        shop.ended(id);
        return id;
    }

    /** With what this shop has, which is made for it, in place of its parameter. */
    private String address(String path) {
        if (path.contains("{campaign}"))
            return path.replace("{campaign}", campaign().toString());
        if (path.contains("{import}")) return path.replace("{import}", imported());
        return path.replace("{customer}", ani.toString());
    }

    /** Those that were read, in their order. */
    private List<String> lists(Shop whose) {
        return db.inTenant(
                whose.id(),
                tx -> tx.createQuery(
                                "SELECT detail FROM app.audit_log WHERE user_id = :u AND action = 'list_viewed' ORDER BY created_at")
                        .bind("u", whose.id())
                        .mapTo(String.class)
                        .list());
    }

    /** Whoever only asks whether it is there, sees nobody. */
    @ParameterizedTest
    @CsvSource({
        "/api/customers, customers",
        "/customers, customers",
        "/sales/customers?search=An, customers",
        "/customers/{customer}/merge, customers",
        "/api/transactions, sales",
        "/sales, sales",
        "/api/rfm/analysis, segments",
        "/api/rfm/segments/lost, segments",
        "/segments/lost, segments",
        "/segments/cells/1/1, segments",
        "/api/campaigns/{campaign}/recipients, recipients",
        "/campaigns/{campaign}/recipients, recipients",
        "/api/practice/messages, practice",
        "/practice, practice",
        "/api/imports/{import}/refused, refused_rows",
        "/imports/{import}/refused, refused_rows"
    })
    void whoReadsAListThatNamesCustomersIsWrittenDownOnceAnHour(String path, String list) {
        var address = address(path);
        as(path).head(address).then().statusCode(200);
        assertThat(lists(shop)).isEmpty();
        for (int i = 0; i < 3; i++) as(path).get(address).then().statusCode(200);
        assertThat(lists(shop)).containsExactly(list);
    }

    @Test
    void eachListIsWrittenDownForItselfAndIsNothingOfAnotherShops() {
        var other = Shop.register();
        for (var path : List.of("/api/customers", "/sales", "/customers", "/api/transactions"))
            as(path).get(path).then().statusCode(200);
        assertThat(lists(shop)).containsExactly("customers", "sales");
        shop.api().get("/api/audit").then().body("data.entries.action", hasItem("list_viewed"));
        assertThat(lists(other)).isEmpty();
        other.api().get("/api/customers").then().statusCode(200);
        assertThat(lists(other)).containsExactly("customers");
        assertThat(lists(shop)).hasSize(2);
        new Visitor(shop)
                .get("/audit")
                .body(
                        containsString("Membuka daftar yang memuat nama pelanggan:"),
                        containsString("<bdi>pelanggan</bdi>"),
                        containsString("<bdi>penjualan</bdi>"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/customers?limit=0",
                "/customers?segment=raja",
                "/api/transactions?page=0",
                "/sales?from=kemarin",
                "/sales/customers?search=",
                "/customers/00000000-0000-4000-8000-000000000000/merge",
                "/api/rfm/analysis?segment=raja",
                "/api/rfm/segments/raja",
                "/segments/raja",
                "/segments/cells/6/1",
                "/api/campaigns/00000000-0000-4000-8000-000000000000/recipients",
                "/campaigns/00000000-0000-4000-8000-000000000000/recipients",
                "/api/imports/00000000-0000-4000-8000-000000000000/refused",
                "/imports/00000000-0000-4000-8000-000000000000/refused"
            })
    void whoIsShownNobodyHasReadNothing(String path) {
        var answer = as(path).urlEncodingEnabled(false).get(path);
        if (!path.equals("/sales/customers?search="))
            assertThat(answer.statusCode()).isIn(400, 404);
        given().follow(false).get(path);
        assertThat(lists(shop)).isEmpty();
    }

    /** By the database's clock. */
    @Test
    void anHourLaterItIsWrittenDownAnew() {
        earlier(CustomerList.CUSTOMERS, "61 minutes");
        earlier(CustomerList.SALES, "59 minutes");
        shop.api().get("/api/customers").then().statusCode(200);
        shop.api().get("/api/transactions").then().statusCode(200);
        assertThat(lists(shop)).containsExactly("customers", "sales", "customers");
    }

    private void earlier(CustomerList list, String ago) {
        db.useTenant(
                shop.id(),
                tx -> tx.createUpdate("""
                        INSERT INTO app.audit_log (user_id, id, actor_id, action, detail, created_at)
                        VALUES (:u, :id, :u, 'list_viewed', :list, now() - CAST(:ago AS interval))
                        """)
                        .bind("u", shop.id())
                        .bind("id", Ids.next())
                        .bind("list", list.key())
                        .bind("ago", ago)
                        .execute());
    }

    private static final class Asked extends AuditRepository {
        private int times;

        @Override
        boolean noteList(Handle tx, Reading reading) {
            times++;
            return super.noteList(tx, reading);
        }
    }

    @Test
    void aNodeAsksOfWhatItWroteDownOnlyAfterAnHourAndOfWhatAnotherWroteEachTime() {
        var time = new AtomicLong();
        var asked = new Asked();
        var here = new Audit(db, reader, request, asked, time::get);
        var reading = new Reading(shop.id(), shop.id().value(), CustomerList.CUSTOMERS);
        for (int i = 0; i < 3; i++) here.noteList(reading);
        time.addAndGet(Duration.ofMinutes(59).toNanos());
        here.noteList(reading);
        assertThat(asked.times).isOne();
        time.addAndGet(Duration.ofMinutes(2).toNanos());
        here.noteList(reading);
        assertThat(asked.times).isEqualTo(2);

        var elsewhere = new Asked();
        var there = new Audit(db, reader, request, elsewhere, time::get);
        for (int i = 0; i < 2; i++) there.noteList(reading);
        assertThat(elsewhere.times).isEqualTo(2);
        assertThat(lists(shop)).containsExactly("customers");

        // who looks on as well, and the owner at something else
        there.noteList(new Reading(shop.id(), UUID.randomUUID(), CustomerList.CUSTOMERS));
        there.noteList(new Reading(shop.id(), shop.id().value(), CustomerList.SALES));
        assertThat(lists(shop)).containsExactly("customers", "customers", "sales");
    }

    @Test
    void whoTakesTheListOfRecipientsAlongByAProgramIsWrittenDownAsByThePage() {
        var campaign = campaign();
        for (var path : List.of("/api/campaigns/" + campaign, "/campaigns/" + campaign))
            as(path).get(path + "/recipients.csv").then().statusCode(200);
        var downloads = db.inTenant(
                shop.id(),
                tx -> tx.createQuery(
                                "SELECT subject_id FROM app.audit_log WHERE user_id = :u AND action = 'recipients_downloaded'")
                        .bind("u", shop.id())
                        .mapTo(UUID.class)
                        .list());
        assertThat(downloads).containsExactly(campaign, campaign);
    }

    @Test
    void everyActAndListHasItsWords() {
        for (var language : Language.values()) {
            for (var act : Act.values())
                assertThat(Words.say(language, "audit.act_" + act.key())).isNotBlank();
            for (var list : CustomerList.values())
                assertThat(Words.say(language, "audit.list_" + list.key())).isNotBlank();
        }
    }
}
