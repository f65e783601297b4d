package com.smartmarketingagent.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import com.smartmarketingagent.Await;
import com.smartmarketingagent.Shop;
import com.smartmarketingagent.ShopRows;
import com.smartmarketingagent.Visitor;
import com.smartmarketingagent.account.Audit;
import com.smartmarketingagent.customer.Consent;
import com.smartmarketingagent.customer.ConsentRepository;
import com.smartmarketingagent.customer.Consents;
import com.smartmarketingagent.customer.CustomerBook;
import com.smartmarketingagent.customer.CustomerRepository;
import com.smartmarketingagent.notice.Notices;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Figures;
import com.smartmarketingagent.platform.Jobs;
import com.smartmarketingagent.platform.Language;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import jakarta.ws.rs.core.MediaType;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What the law asks of a shop (UU 27/2022): to show, to forget, to answer in time, and to know who looked. */
@QuarkusTest
class PrivacyTest {

    private static final String NAME = "Wulandari Prameswari";
    private static final String PHONE = "+6281377665544";
    private static final String EMAIL = "wulan.prameswari@contoh.id";

    /** Columns that an erasure takes persons out of, by whatever way. */
    private static final Set<String> FORGOTTEN = Set.of(
            "campaigns.audience",
            "campaigns.name",
            "campaigns.subject",
            "campaigns.text",
            "consent_history.wording",
            "consents.wording",
            "files.name",
            "content.brief",
            "content.variants",
            "content_cache.content",
            "content_template_versions.preheader",
            "content_template_versions.subject",
            "content_template_versions.text",
            "content_templates.brief",
            "content_templates.name",
            "content_templates.preheader",
            "content_templates.subject",
            "content_templates.text",
            "customers.address",
            "customers.city",
            "customers.email",
            "customers.name",
            "customers.notes",
            "customers.phone",
            "customers.tags",
            "deleted_customers.identity",
            "figure_cache.figures",
            "idempotency_keys.answer",
            "idempotency_keys.key",
            "import_changes.after",
            "import_changes.before",
            "import_refusals.reason_values",
            "import_refusals.value",
            "imports.error",
            "imports.file_name",
            "incoming_messages.text",
            "merges.consents_before",
            "merges.customer_after",
            "merges.customer_before",
            "merges.other_before",
            "message_outbox.provider_id",
            "message_outbox.sent_text",
            "message_outbox.state_id",
            "notices.facts",
            "occasions.name",
            "practice_messages.text",
            "privacy_requests.reason",
            "style_examples.text",
            "transactions.external_id",
            "transactions.notes",
            "transactions.products",
            "webhook_events.body");

    /**
     * Tables of what is the shop's or the program's own: how its owner logs in, its numbers, its settings, and who did
     * what by ids.
     */
    private static final Set<String> OF_NO_CUSTOMER = Set.of(
            "audit_log",
            "breaches",
            "announcements",
            "limits",
            "shop_breaches",
            "channels",
            "mailed_links",
            "model_spending",
            "notice_choices",
            "notice_deliveries",
            "paces",
            "push_devices",
            "refresh_tokens",
            "rfm_analysis",
            "rfm_runs",
            "rfm_settings",
            "sessions",
            "soft_bounces",
            "suppressions",
            "users",
            "weekly_analyses");

    /** Columns of the other tables that hold a word of the program's, a keyed hash, or an address of the shop's. */
    private static final Set<String> NAME_NOBODY = Set.of(
            "campaign_links.code",
            "campaigns.link",
            "campaigns.media_url",
            "campaigns.paused_why",
            "campaigns.state",
            "campaigns.via",
            "files.purpose",
            "files.state",
            "files.type",
            "figure_cache.mark",
            "figure_cache.what",
            "consent_history.channel",
            "consent_history.source",
            "consent_history.state",
            "consents.channel",
            "consents.source",
            "consents.state",
            "content.model",
            "content.source",
            "content.usage",
            "content_cache.content_type",
            "content_cache.prompt_hash",
            "content_cache.segment",
            "content_templates.content_type",
            "content_templates.goal",
            "content_templates.language",
            "content_templates.segment",
            "idempotency_keys.request_hash",
            "import_changes.table_name",
            // a heading of the file
            "import_refusals.column_name",
            "import_refusals.reason",
            "imports.date_order",
            "imports.kind",
            "imports.mapping",
            "imports.status",
            "incoming_messages.channel",
            "message_outbox.address_hash",
            "message_outbox.channel",
            "message_outbox.state",
            "message_outbox.why",
            "message_outbox.zone",
            // ids of sales
            "merges.moved",
            "notices.kind",
            "privacy_requests.kind",
            "privacy_requests.state",
            "webhook_events.error",
            "webhook_events.key",
            "webhook_events.kind");

    @Inject
    Db db;

    @Inject
    RequestRepository requests;

    @Inject
    @SuppressWarnings("NullAway.Init")
    BreachRepository breaches;

    @Inject
    CustomerRepository customers;

    @Inject
    Consents consents;

    @Inject
    ConsentRepository addresses;

    @Inject
    Notices notices;

    @Inject
    Audit audit;

    @Inject
    Jobs jobs;

    @Test
    void everyColumnThatMayNameSomebodyIsForgottenOrHasAReason() {
        var unknown = new TreeSet<String>();
        var there = new HashSet<String>();
        db.useTenant(
                Shop.register().id(),
                tx -> tx.createQuery("""
                        SELECT table_name || '.' || column_name FROM information_schema.columns
                        WHERE table_schema = 'app' AND data_type IN ('text', 'jsonb', 'json', 'bytea', 'ARRAY', 'character varying')
                        """).mapTo(String.class).forEach(column -> {
                    there.add(column);
                    boolean known = FORGOTTEN.contains(column)
                            || NAME_NOBODY.contains(column)
                            || OF_NO_CUSTOMER.contains(column.replaceFirst("\\..*", ""));
                    if (!known) unknown.add(column);
                }));
        assertThat(unknown).isEmpty();
        assertThat(there).containsAll(FORGOTTEN).containsAll(NAME_NOBODY);
    }

    /** THREAT 35. */
    @Test
    void erasedNowNobodyIsLeftAnywhereWhateverTheOwnerTyped() {
        var book = CustomerBook.open();
        var wulan = person(book);
        plant(book, wulan);
        assertThat(hits(book)).hasSizeGreaterThan(20);
        var sales = amounts(book);

        book.shop()
                .api()
                .delete("/api/customers/" + wulan + "?erase=now")
                .then()
                .statusCode(200);

        assertThat(hits(book)).isEmpty();
        assertThat(amounts(book)).isEqualTo(sales);
        assertThat(count(book, "SELECT count(*) FROM app.suppressions")).isEqualTo(2);
        assertThat(
                        count(
                                book,
                                "SELECT count(*) FROM app.transactions WHERE products @> '[{\"name\": \"Kain \\\"tulis\\\" [dihapus]\"}]'"))
                .isEqualTo(2);
    }

    @Test
    void aNameOfOneWordIsAWordAndANameThatTwoHaveIsNotOnesAlone() {
        var book = CustomerBook.open();
        var sari = book.add("Sari", "phone", "081311112222");
        var twins = List.of(book.add("Dewi Lestari"), book.add("Dewi Lestari"));
        var other = book.add("Budi", "notes", "beli kain sari, titip Dewi Lestari, HP 0813-1111-2222");
        book.shop().api().delete("/api/customers/" + sari + "?erase=now").then().statusCode(200);
        book.shop()
                .api()
                .delete("/api/customers/" + twins.getFirst() + "?erase=now")
                .then()
                .statusCode(200);
        assertThat(book.get(other).getString("data.customer.notes"))
                .isEqualTo("beli kain sari, titip Dewi Lestari, HP [dihapus]");
        book.shop()
                .api()
                .delete("/api/customers/" + twins.getLast() + "?erase=now")
                .then()
                .statusCode(200);
        assertThat(book.get(other).getString("data.customer.notes"))
                .isEqualTo("beli kain sari, titip [dihapus], HP [dihapus]");
    }

    @Test
    void whatIsHeldOfOneIsWholeAndNobodyElses() {
        var book = CustomerBook.open();
        var wulan = person(book);
        plant(book, wulan);
        book.add("Orang Lain", "phone", "081200009999");
        book.shop().api().get("/api/customers/" + wulan).then().statusCode(200);

        var held = book.shop().api().get("/api/customers/" + wulan + "/export");

        held.then()
                .statusCode(200)
                .header("Content-Disposition", containsString("attachment"))
                .body("data.customer.name", equalTo(NAME))
                .body("data.customer.phone", equalTo(PHONE))
                .body("data.sales", hasSize(1))
                .body("data.consents.wording", hasItems("Lewat telepon " + NAME))
                .body("data.not_written_to", hasSize(2))
                .body("data.merged", hasSize(1))
                .body("data.seen_and_changed.action", hasItems("customer_viewed", "customers_merged"));
        assertThat(held.asString())
                .doesNotContain("Orang Lain")
                .doesNotContain(book.shop().id().toString());
        // every table that knows customers is in it, or can't be of one who is there
        var tables = db.inTenant(
                book.shop().id(), tx -> tx.createQuery("""
                        SELECT table_name FROM information_schema.columns
                        WHERE table_schema = 'app' AND column_name IN ('customer_id', 'other_id', 'row_id') AND table_name NOT IN
                          ('deleted_customers', 'rfm_changes')
                        """).mapTo(String.class).set());
        assertThat(tables)
                .containsOnly(
                        "campaign_holdout",
                        "campaign_links",
                        "consent_history",
                        "consents",
                        "import_changes",
                        "incoming_messages",
                        "merges",
                        "message_outbox",
                        "practice_messages",
                        "privacy_requests",
                        "rfm_analysis",
                        "transactions");
        var page = new Visitor(book.shop()).get("/customers/" + wulan + "/data.json");
        page.statusCode(200)
                .header("Content-Disposition", containsString(".json"))
                .body("customer.email", equalTo(EMAIL));
        assertThat(acts(book.shop())).filteredOn("customer_exported"::equals).hasSize(2);
        Shop.register().api().get("/api/customers/" + wulan + "/export").then().statusCode(404);
        new Visitor(Shop.register()).get("/customers/" + wulan + "/data.json").statusCode(404);
    }

    @Test
    void whatIsHeldTellsOfANumberThatAMergeTook() {
        var book = CustomerBook.open();
        var shop = book.shop();
        var ani = book.add("Ani", "phone", "081311112221");
        var twin = book.add("Ani S", "phone", "081311112222");
        db.useTenant(
                shop.id(),
                tx -> addresses.suppress(
                        tx, shop.id(), Consent.Channel.WHATSAPP, "+6281311112222", ConsentRepository.Reason.STOP));
        shop.api()
                .body(Map.of("other_id", twin))
                .post("/api/customers/" + ani + "/merge")
                .then()
                .statusCode(200);
        shop.api()
                .get("/api/customers/" + ani + "/export")
                .then()
                .statusCode(200)
                .body("data.not_written_to.channel", equalTo(List.of("whatsapp")));
    }

    @Test
    void aRequestHasThreeDaysAndItsOwnerIsRemindedInTime() {
        var book = CustomerBook.open();
        var shop = book.shop();
        var ani = book.add("Ani");
        var request = UUID.fromString(shop.api()
                .body(Map.of("customer_id", ani, "kind", "correct"))
                .post("/api/privacy/requests")
                .then()
                .statusCode(201)
                .body("data.request.state", equalTo("open"))
                .extract()
                .path("data.request.id"));
        var due = db.inTenant(
                        shop.id(), tx -> requests.lock(tx, shop.id(), request).orElseThrow())
                .dueAt();
        assertThat(Duration.between(now(shop), due)).isBetween(Duration.ofHours(71), Duration.ofHours(72));
        var instance = shop.id().value() + "/" + request;

        remind(instance, due.minus(Duration.ofHours(24)).minusSeconds(1));
        assertThat(told(shop)).isEmpty();
        assertThat(at(due.minus(Duration.ofHours(30))).again(instance)).isEqualTo(due.minus(Duration.ofHours(24)));
        remind(instance, due.minus(Duration.ofHours(24)));
        remind(instance, due.minus(Duration.ofHours(23)));
        assertThat(told(shop)).containsExactly("privacy_due");
        assertThat(shop.api().get("/api/notices").<Integer>path("data.notices[0].facts.hours"))
                .isEqualTo(24);
        assertThat(at(due.minus(Duration.ofHours(23))).again(instance)).isEqualTo(due.minus(Duration.ofHours(6)));
        remind(instance, due.plusSeconds(1));
        remind(instance, due.plusSeconds(2));
        assertThat(told(shop)).containsExactly("privacy_overdue", "privacy_due");
        assertThat(at(due.plusSeconds(2)).again(instance)).isNull();
        new Visitor(shop).get("/notices").body(containsString("href=\"/privacy\""));

        shop.api()
                .body(Map.of("refused", false))
                .post("/api/privacy/requests/" + request + "/close")
                .then()
                .statusCode(200)
                .body("data.request.state", equalTo("done"));
        shop.api().get("/api/privacy/requests").then().body("data.requests[0].state", equalTo("done"));
        assertThat(acts(shop)).contains("request_recorded", "request_closed");
    }

    /** A customer without a name on the receipt, or who sells on, has thousands of sales. */
    @Test
    void whoBoughtAThousandTimesIsShownAllOfIt() {
        var book = CustomerBook.open();
        var shop = book.shop();
        var ani = book.add("Ani");
        db.useTenant(
                shop.id(),
                tx -> tx.createUpdate("""
                                INSERT INTO app.transactions (user_id, id, customer_id, transaction_date, amount, products)
                                SELECT :user, gen_random_uuid(), :ani, '2025-12-31', n, '[{"name": "Kain", "quantity": 1, "price": 5000}]'
                                FROM generate_series(1, 1000) n""")
                        .bind("user", shop.id())
                        .bind("ani", ani)
                        .execute());
        var held = shop.api().get("/api/customers/" + ani + "/export");
        held.then().statusCode(200);
        assertThat(held.asString().split("\"Kain\"", -1)).hasSize(1_001);
    }

    @Test
    void everySuperAdminIsRemindedOfABreachUntilAllWereTold() {
        var admin = Shop.admin();
        var other = Shop.admin();
        var touched = Shop.register();
        var id = UUID.randomUUID();
        var found = now(admin);
        var due = found.plus(Duration.ofHours(72));
        breachesAt(found).record(admin.id(), id, new Breach.Said("Bocor", "Nama", "Diganti"), List.of(touched.email()));
        var instance = admin.id().value() + "/" + id;
        assertThat(breachesAt(found).again(instance)).isEqualTo(due.minus(Duration.ofHours(24)));

        breachesAt(due.minus(Duration.ofHours(24)).minusSeconds(1)).run(instance);
        assertThat(told(admin)).isEmpty();
        breachesAt(due.minus(Duration.ofHours(5))).run(instance);
        breachesAt(due.minus(Duration.ofHours(4))).run(instance);
        assertThat(told(admin)).containsExactly("breach_due");
        // who recorded it may be away
        Await.until("the other is told", () -> told(other).equals(List.of("breach_due")));
        assertThat(other.api().get("/api/notices").<Integer>path("data.notices[0].facts.hours"))
                .isEqualTo(5);
        assertThat(admin.api().get("/api/notices").<Integer>path("data.notices[0].facts.hours"))
                .isEqualTo(5);

        breachesAt(due).close(id);
        breachesAt(due).run(instance);
        assertThat(told(admin)).hasSize(1);
        assertThat(breachesAt(found).again(instance)).isNull();
    }

    @Test
    void whatCustomersAreToldOfABreachIsInParagraphsAndHasADay() {
        var shop = Shop.register();
        var said = new Breach.Said("Bocor 1 Mei", "Nama", "Diganti");
        db.inTenantAsWorker(shop.id(), tx -> breaches.tellShop(tx, shop.id(), UUID.randomUUID(), said));
        var told = db.inTenant(shop.id(), tx -> breaches.told(tx, shop.id()))
                .getFirst()
                .toldAt();
        new Visitor(shop)
                .get("/privacy")
                .body(
                        containsString(
                                "Yang terjadi: Bocor 1 Mei\n\nData yang kena: Nama\n\nYang kami lakukan: Diganti"),
                        containsString("paling lambat "
                                + Figures.moment(
                                        Language.INDONESIAN,
                                        told.plus(Duration.ofHours(72)),
                                        ZoneId.of("Asia/Jakarta"))));
    }

    private Breaches breachesAt(Instant moment) {
        return new Breaches(db, breaches, notices, jobs, audit, _ -> moment);
    }

    @Test
    void whatIsDoneIsDoneByItselfAndAClosedOneRemindsNobody() {
        var book = CustomerBook.open();
        var shop = book.shop();
        var ani = book.add("Ani", "phone", "081355550001");
        var owner = new Visitor(shop);
        var id = UUID.randomUUID();
        for (int i = 0; i < 2; i++)
            owner.post("/customers/" + ani + "/requests", "id", id, "kind", "access")
                    .statusCode(303);
        for (var kind : List.of("erase", "withdraw"))
            owner.post("/customers/" + ani + "/requests", "id", UUID.randomUUID(), "kind", kind)
                    .statusCode(303);
        assertThat(states(shop))
                .containsOnly(Map.entry("access", "open"), Map.entry("erase", "open"), Map.entry("withdraw", "done"));
        shop.api()
                .get("/api/customers/" + ani + "/consents")
                .then()
                .body("data.consents.state", equalTo(List.of("withdrawn", "withdrawn")));
        owner.get("/privacy").body(containsString("Ingin datanya dihapus"), containsString("Ani"));
        owner.get("/customers/" + ani + "/data.json").statusCode(200);
        shop.api().delete("/api/customers/" + ani + "?erase=now").then().statusCode(200);
        assertThat(states(shop).values()).containsOnly("done");
        owner.get("/privacy").body(containsString("Pelanggan yang sudah dihapus"), not(containsString(">Ani<")));
        remind(shop.id().value() + "/" + id, now(shop).plus(Duration.ofDays(4)));
        assertThat(told(shop)).isEmpty();
        assertThat(at(now(shop)).again(shop.id().value() + "/" + id)).isNull();
    }

    @Test
    void aRequestIsRefusedForAReasonThatIsKeptAndShown() {
        var asked = asksToBeForgotten();
        var shop = asked.book().shop();
        var ani = asked.customer();
        var owner = asked.owner();
        var close = asked.close();

        for (var none : List.of("", " \r\n ", "x".repeat(501)))
            owner.post(close, "outcome", "refused", "reason", none)
                    .statusCode(400)
                    .body(containsString("class=\"problem\""), containsString("<details class=\"w-full\" open>"));
        assertThat(states(shop)).containsEntry("erase", "open");
        new Visitor(Shop.register())
                .post(close, "outcome", "refused", "reason", "Bukan tokonya")
                .statusCode(404);
        owner.post(close, "outcome", "refused", "reason", " Masih ada <b>utang</b>\r\nyang belum lunas ")
                .statusCode(303);

        shop.api()
                .get("/api/privacy/requests")
                .then()
                .body("data.requests[0].state", equalTo("refused"))
                .body("data.requests[0].reason", equalTo("Masih ada <b>utang</b>\nyang belum lunas"));
        owner.get("/privacy").body(containsString("Alasan: <bdi>Masih ada &lt;b&gt;utang"));
        assertThat(acts(shop)).contains("request_closed");
        assertThat(shop.api().get("/api/audit").asString()).doesNotContain("utang");
        shop.api().delete("/api/customers/" + ani).then().statusCode(200);
        owner.get("/privacy").body(not(containsString("utang")));
        shop.api().delete("/api/customers/" + ani + "?erase=now").then().statusCode(200);
        assertThat(count(asked.book(), "SELECT count(*) FROM app.privacy_requests WHERE reason IS NOT NULL"))
                .isZero();
    }

    /** Older programs refuse without one. */
    @Test
    void aRequestIsRefusedWithoutAReasonByTheApiAndABlankOneIsNone() {
        var book = CustomerBook.open();
        var ani = book.add("Ani");
        for (var closing : List.<Map<String, Object>>of(
                Map.of("refused", true), Map.of("refused", true, "reason", " \n "), Map.of("reason", "Sudah"))) {
            var id = book.shop()
                    .api()
                    .body(Map.of("customer_id", ani, "kind", "access"))
                    .post("/api/privacy/requests")
                    .<String>path("data.request.id");
            book.shop()
                    .api()
                    .body(closing)
                    .post("/api/privacy/requests/" + id + "/close")
                    .then()
                    .statusCode(200)
                    .body("data.request.state", equalTo(closing.containsKey("refused") ? "refused" : "done"))
                    .body("data.request.reason", nullValue());
        }
    }

    /** Another device closes some meanwhile, and the list moves. */
    @Test
    void anAnswerInVainIsShownWhereItsRequestIsOnAnotherPageAndOneThatIsTakenLeadsBack() {
        var book = CustomerBook.open();
        var owner = new Visitor(book.shop());
        for (int i = 1; i <= 21; i++)
            owner.post(
                            "/customers/" + book.add("Pelanggan " + i) + "/requests",
                            "id",
                            UUID.randomUUID(),
                            "kind",
                            "erase")
                    .statusCode(303);
        var close = "/privacy/requests/" + request(book.shop()) + "/close";
        var vain = "class=\"problem\"";
        owner.get("/privacy?page=2").body(not(containsString(close)));

        owner.post(close, "outcome", "refused", "reason", "", "page", 2)
                .statusCode(400)
                .body(containsString(close), containsString(vain));
        owner.post(close, "outcome", "done", "page", 2)
                .statusCode(409)
                .body(containsString(close), containsString("belum dihapus"));
        new Visitor(Shop.register())
                .post(close, "outcome", "refused", "reason", "", "page", 2)
                .statusCode(404);
        owner.post(close, "outcome", "refused", "reason", "Masih ada utang", "page", 2)
                .statusCode(303)
                .header("Location", endsWith("/privacy?page=2"));
    }

    @Test
    void whoWantsToBeForgottenIsNotDoneWithBeforeTheyAreDeleted() {
        var asked = asksToBeForgotten();
        var shop = asked.book().shop();
        var ani = asked.customer();
        var owner = asked.owner();
        var close = asked.close();

        owner.post(close, "outcome", "done")
                .statusCode(409)
                .body(containsString("belum dihapus"), containsString("href=\"/customers/" + ani + "#remove\""));
        shop.api()
                .body(Map.of("refused", false))
                .post("/api" + close)
                .then()
                .statusCode(409)
                .body("error.code", equalTo("CONFLICT"));
        assertThat(states(shop)).containsEntry("erase", "open");
        owner.get("/customers/" + ani).body(containsString("id=\"remove\""));

        owner.post("/customers/" + ani + "/delete").statusCode(303);
        assertThat(states(shop)).containsEntry("erase", "done");
        assertThat(acts(shop)).contains("request_closed");
        owner.get("/privacy").body(not(containsString("paling lambat")));

        // who is brought back is still to be forgotten, and their request reminds of itself as before
        for (boolean page : List.of(true, false)) {
            dropReminder(shop);
            if (page) owner.post("/customers/" + ani + "/restore").statusCode(303);
            else shop.api().post("/api/customers/" + ani + "/restore").then().statusCode(200);
            assertThat(states(shop)).containsEntry("erase", "open");
            assertThat(reminders(shop)).containsExactly(shop.id().value() + "/" + request(shop));
            if (page) owner.post("/customers/" + ani + "/delete").statusCode(303);
        }
        owner.post(close, "outcome", "done").statusCode(409);
    }

    @Test
    void aRequestOfTheFutureOrOfLongAgoIsNone() {
        var book = CustomerBook.open();
        var ani = book.add("Ani");
        var its = now(book.shop());
        for (var wrong :
                List.of(its.plusSeconds(60), its.minus(Duration.ofDays(30)).minusSeconds(60)))
            book.shop()
                    .api()
                    .body(Map.of("customer_id", ani, "kind", "access", "received_at", wrong.toString()))
                    .post("/api/privacy/requests")
                    .then()
                    .statusCode(400)
                    .body("error.details[0].field", equalTo("received_at"));
        Shop.register()
                .api()
                .body(Map.of("customer_id", ani, "kind", "access"))
                .post("/api/privacy/requests")
                .then()
                .statusCode(404);
        book.shop()
                .api()
                .body(Map.of(
                        "customer_id",
                        ani,
                        "kind",
                        "access",
                        "received_at",
                        its.minus(Duration.ofDays(2)).toString()))
                .post("/api/privacy/requests")
                .then()
                .statusCode(201);
    }

    @Test
    void whoSawAndChangedWhatIsWrittenDownAndStaysSo() {
        var book = CustomerBook.open();
        var shop = book.shop();
        var ani = book.add("Ani");
        var twin = book.add("Ani S");
        var sale = book.sell(ani, "2025-01-01", 5_000);
        shop.logIn();
        var owner = new Visitor(shop);
        for (int i = 0; i < 3; i++)
            shop.api().get("/api/customers/" + ani).then().statusCode(200);
        owner.get("/customers/" + ani).statusCode(200);
        shop.api()
                .body(Map.of("city", "Solo"))
                .patch("/api/customers/" + ani)
                .then()
                .statusCode(200);
        var merge = shop.api()
                .body(Map.of("other_id", twin))
                .post("/api/customers/" + ani + "/merge")
                .<String>path("data.merge_id");
        shop.api().post("/api/merges/" + merge + "/undo").then().statusCode(200);
        shop.api().delete("/api/transactions/" + sale).then().statusCode(200);
        shop.api().delete("/api/customers/" + twin).then().statusCode(200);
        shop.api().post("/api/customers/" + twin + "/restore").then().statusCode(200);
        shop.api().get("/api/export").then().statusCode(200);
        owner.get("/reports/2025-01/report.csv").statusCode(200);
        shop.api()
                .body(Map.of("token", "token-uji-00000000"))
                .put("/api/channels/fonnte")
                .then()
                .statusCode(200);
        shop.api().delete("/api/channels/fonnte").then().statusCode(200);
        shop.api()
                .body(Map.of("method", "quantile"))
                .put("/api/rfm/settings")
                .then()
                .statusCode(200);
        var admin = Shop.admin();
        admin.api().get("/api/admin/users/" + shop.id().value()).then().statusCode(200);

        assertThat(acts(shop))
                .containsExactly(
                        "read",
                        "scoring_changed",
                        "channel_removed",
                        "channel_changed",
                        "report_downloaded",
                        "shop_exported",
                        "customer_restored",
                        "customer_deleted",
                        "sale_deleted",
                        "merge_undone",
                        "customers_merged",
                        "customer_changed",
                        "customer_viewed",
                        "list_viewed",
                        "logged_in",
                        "logged_in");
        owner.get("/audit")
                .statusCode(200)
                .body(containsString("Pengelola aplikasi"), containsString("Menghapus penjualan"));
        shop.api()
                .get("/api/audit?subject_id=" + sale)
                .then()
                .body("data.entries", hasSize(1))
                .body("data.entries[0].actor_id", equalTo(shop.id().value().toString()));
        Shop.register().api().get("/api/audit?subject_id=" + sale).then().body("data.entries", hasSize(0));
        for (var sql : List.of(
                "DELETE FROM app.audit_log", "UPDATE app.audit_log SET action = 'x'", "TRUNCATE app.audit_log")) {
            assertThatThrownBy(() -> db.useTenant(shop.id(), tx -> tx.execute(sql)))
                    .hasMessageContaining("permission denied");
            assertThatThrownBy(() -> db.inTenantAsWorker(shop.id(), tx -> tx.execute(sql)))
                    .hasMessageContaining("permission denied");
            assertThatThrownBy(() -> db.asAdmin(tx -> tx.execute(sql))).hasMessageContaining("permission denied");
        }
    }

    @Test
    void aChangeThatFailsLeavesNoEntry() {
        var book = CustomerBook.open();
        var shop = book.shop();
        book.add("Budi", "phone", "081366660001");
        var ani = book.add("Ani");
        shop.api()
                .body(Map.of("phone", "081366660001"))
                .patch("/api/customers/" + ani)
                .then()
                .statusCode(409);
        assertThat(acts(shop)).isEmpty();
    }

    private PrivacyRequests at(Instant moment) {
        return new PrivacyRequests(db, requests, customers, consents, notices, audit, jobs, _ -> moment);
    }

    private void remind(String instance, Instant moment) {
        at(moment).run(instance);
    }

    private Instant now(Shop shop) {
        return db.inTenant(shop.id(), Db::now);
    }

    private static List<String> told(Shop shop) {
        return shop.api().get("/api/notices").path("data.notices.kind");
    }

    /** As if it had come due, and ended, while the request was closed. */
    private void dropReminder(Shop shop) {
        db.withoutTenantAsWorker(tx ->
                tx.createUpdate("""
                        DELETE FROM jobs.scheduled_tasks
                        WHERE task_name = 'privacy-request' AND starts_with(task_instance, :shop)
                        """).bind("shop", shop.id().value().toString()).execute());
    }

    private List<String> reminders(Shop shop) {
        return db.withoutTenantAsWorker(tx -> tx.createQuery("""
                        SELECT task_instance FROM jobs.scheduled_tasks
                        WHERE task_name = 'privacy-request' AND starts_with(task_instance, :shop)
                        """)
                .bind("shop", shop.id().value().toString())
                .mapTo(String.class)
                .list());
    }

    /** @param close where the owner says what became of the request */
    private record Asked(CustomerBook book, UUID customer, Visitor owner, String close) {}

    /** A shop whose one customer wants to be forgotten, which its owner has just noted. */
    private static Asked asksToBeForgotten() {
        var book = CustomerBook.open();
        var customer = book.add("Ani");
        var owner = new Visitor(book.shop());
        owner.post("/customers/" + customer + "/requests", "id", UUID.randomUUID(), "kind", "erase")
                .statusCode(303);
        return new Asked(book, customer, owner, "/privacy/requests/" + request(book.shop()) + "/close");
    }

    private static String request(Shop shop) {
        return shop.api().get("/api/privacy/requests").path("data.requests[0].id");
    }

    private static Map<String, String> states(Shop shop) {
        var states = new java.util.HashMap<String, String>();
        shop.api()
                .get("/api/privacy/requests")
                .jsonPath()
                .<Map<String, Object>>getList("data.requests")
                .forEach(r -> states.put(String.valueOf(r.get("kind")), String.valueOf(r.get("state"))));
        return states;
    }

    private static List<String> acts(Shop shop) {
        return shop.api().get("/api/audit?limit=100").path("data.entries.action");
    }

    private long count(CustomerBook book, String sql) {
        return db.inTenant(
                book.shop().id(), tx -> tx.createQuery(sql).mapTo(Long.class).one());
    }

    private List<String> amounts(CustomerBook book) {
        return db.inTenant(
                book.shop().id(),
                tx -> tx.createQuery(
                                "SELECT id || ' ' || amount || ' ' || transaction_date FROM app.transactions ORDER BY 1")
                        .mapTo(String.class)
                        .list());
    }

    private static UUID person(CustomerBook book) {
        return book.add(NAME, "phone", PHONE, "email", EMAIL, "address", "Jl. Melati 7", "notes", "anak " + NAME);
    }

    /** The name, the phone and the e-mail wherever an owner can type them, and wherever the program puts them then. */
    private void plant(CustomerBook book, UUID wulan) {
        var shop = book.shop();
        var all = NAME + ", HP 0813 7766-5544, " + EMAIL;
        var budi = book.add(
                "Budi", "notes", "adik " + all, "address", "d/a " + NAME, "tags", List.of("teman " + NAME, "grosir"));
        var product = List.of(Map.of("name", "Kain \"tulis\" " + NAME, "quantity", 1, "price", 5_000));
        book.sell(wulan, "2025-01-01", 250_000, "notes", all, "products", product, "external_id", "WA-" + PHONE);
        book.sell(budi, "2025-01-02", 90_000, "notes", "dititip " + all, "products", product);
        for (var channel : List.of("whatsapp", "email"))
            shop.api()
                    .body(Map.of("channel", channel, "state", "granted", "wording", "Lewat telepon " + NAME))
                    .put("/api/customers/" + budi + "/consents")
                    .then()
                    .statusCode(200);
        var file = "nama,telepon,catatan\nCitra Ayu,081200007777,\"saudara " + NAME + "\"\n" + NAME
                + ",0813-7766-5544,diubah\nrusak " + NAME + ",12,x\n";
        imported(shop, "pelanggan " + NAME + ".csv", file);
        shop.api()
                .body(Map.of("name", "Untuk " + NAME, "content_type", "email", "subject", "Halo " + NAME, "text", all))
                .post("/api/content/templates")
                .then()
                .statusCode(201);
        var template = shop.api().get("/api/content/templates").<String>path("data.templates[0].id");
        shop.api()
                .body(Map.of(
                        "name",
                        "Untuk " + NAME,
                        "content_type",
                        "email",
                        "subject",
                        "Hai " + NAME,
                        "text",
                        "Lagi " + all))
                .put("/api/content/templates/" + template)
                .then()
                .statusCode(200);
        shop.api()
                .body(Map.of("text", "Halo " + all))
                .post("/api/content/examples")
                .then()
                .statusCode(201);
        for (var via : List.of("practice", "assisted")) {
            var id = shop.api()
                    .header("Idempotency-Key", UUID.randomUUID() + " " + NAME)
                    .body(Shop.campaign(
                            "name",
                            "Pesta " + NAME,
                            "via",
                            via,
                            "text",
                            "Halo {nama|Kak}, salam dari " + all + ". Balas STOP.",
                            "holdout_percent",
                            0))
                    .post("/api/campaigns")
                    .then()
                    .statusCode(201)
                    .extract()
                    .<String>path("data.campaign.id");
            shop.api().post("/api/campaigns/" + id + "/approve").then().statusCode(200);
            if (via.equals("assisted"))
                shop.api().post("/api/campaigns/" + id + "/next").then().statusCode(200);
            else Await.until("both are sent", () -> count(book, "SELECT count(*) FROM app.practice_messages") > 1);
        }
        for (var customer : List.of(wulan, budi)) {
            var request = shop.api()
                    .body(Map.of("customer_id", customer, "kind", "correct"))
                    .post("/api/privacy/requests")
                    .then()
                    .statusCode(201)
                    .extract()
                    .<String>path("data.request.id");
            shop.api()
                    .body(Map.of("refused", true, "reason", "Sudah benar, kata " + all))
                    .post("/api/privacy/requests/" + request + "/close")
                    .then()
                    .statusCode(200);
        }
        var twin = book.add(NAME + " kembar");
        shop.api()
                .body(Map.of("other_id", twin))
                .post("/api/customers/" + wulan + "/merge")
                .then()
                .statusCode(200);
        db.useTenant(shop.id(), tx -> {
            tx.createUpdate(
                            "INSERT INTO app.figure_cache (user_id, what, mark, figures) VALUES (:u, 'products', '1', :text)")
                    .bind("u", shop.id())
                    .bind("text", "[{\"name\": \"Kain " + NAME + "\"}]")
                    .execute();
            tx.createUpdate("INSERT INTO app.occasions (user_id, name, day) VALUES (:u, :text, '2027-01-01')")
                    .bind("u", shop.id())
                    .bind("text", "Ulang tahun " + NAME)
                    .execute();
            tx.createUpdate("""
                    INSERT INTO app.incoming_messages (user_id, id, customer_id, channel, text, received_at)
                    SELECT :u, gen_random_uuid(), c, 'whatsapp', :text, now() FROM unnest(:both::uuid[]) c
                    """)
                    .bind("u", shop.id())
                    .bindArray("both", UUID.class, wulan, budi)
                    .bind("text", "dari " + all)
                    .execute();
            tx.createUpdate("""
                    INSERT INTO app.content (user_id, id, brief, source, variants)
                    VALUES (:u, gen_random_uuid(), jsonb_build_object('wish', :text), 'template', '[]')
                    """).bind("u", shop.id()).bind("text", all).execute();
            tx.createUpdate("""
                    INSERT INTO app.content_cache (user_id, segment, content_type, prompt_hash, content, claimed_until)
                    VALUES (:u, 'lost', 'email', '\\x00', jsonb_build_object('text', :text), now())
                    """).bind("u", shop.id()).bind("text", all).execute();
            tx.createUpdate("""
                    INSERT INTO app.webhook_events (user_id, id, kind, key, body)
                    VALUES (:u, gen_random_uuid(), 'fonnte', sha256('x'), convert_to(:text, 'UTF8'))
                    """)
                    .bind("u", shop.id())
                    .bind("text", "sender=" + PHONE.substring(1) + " " + NAME)
                    .execute();
            tx.createUpdate("UPDATE app.message_outbox SET sent_text = :text WHERE user_id = :u")
                    .bind("u", shop.id())
                    .bind("text", "Halo " + all)
                    .execute();
            tx.createUpdate(
                            "UPDATE app.message_outbox SET provider_id = :p, state_id = :p WHERE user_id = :u AND customer_id = :c")
                    .bind("u", shop.id())
                    .bind("c", wulan)
                    .bind("p", "wamid." + PHONE)
                    .execute();
        });
        for (var channel : List.of("whatsapp", "email"))
            shop.api()
                    .body(Map.of("channel", channel, "state", "withdrawn", "wording", "Lewat telepon " + NAME))
                    .put("/api/customers/" + wulan + "/consents")
                    .then()
                    .statusCode(200);
    }

    private static void imported(Shop shop, String name, String file) {
        var id = shop.api()
                .contentType(MediaType.MULTIPART_FORM_DATA)
                .multiPart("file", name, file.getBytes(StandardCharsets.UTF_8), "text/csv")
                .post("/api/customers/import")
                .then()
                .statusCode(202)
                .extract()
                .<String>path("data.import.id");
        shop.imported(id);
    }

    /** Rows in which they still are, in whatever column and spelling. */
    private List<String> hits(CustomerBook book) {
        return db.inTenant(book.shop().id(), tx -> {
            var found = new ArrayList<String>();
            var tables = ShopRows.tables(tx);
            tables.remove("users");
            for (var table : tables) {
                tx.createQuery("SELECT t::text FROM app." + table + """
                                 t WHERE lower(t::text) ~ 'prameswari|81377665544|813 7766-5544'
                                   OR position(encode(convert_to('81377665544', 'UTF8'), 'hex') IN lower(t::text)) > 0
                                """)
                        .mapTo(String.class)
                        .forEach(row -> found.add(table + ": " + row));
            }
            return found;
        });
    }
}
