package com.smartmarketingagent.notice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import com.smartmarketingagent.Await;
import com.smartmarketingagent.Http;
import com.smartmarketingagent.Http.Checked;
import com.smartmarketingagent.Mailbox;
import com.smartmarketingagent.Shop;
import com.smartmarketingagent.ShopRows;
import com.smartmarketingagent.Visitor;
import com.smartmarketingagent.account.MailedLinks;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Jobs;
import com.smartmarketingagent.platform.SendingRepository;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import jakarta.ws.rs.core.MediaType;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;

/** What owners are told, in the app and by e-mail. */
@QuarkusTest
class NoticesTest {

    @Inject
    Db db;

    @Inject
    Notices notices;

    @Inject
    NoticeDelivery delivery;

    @Inject
    MailedLinks links;

    @Inject
    Jobs jobs;

    private void tell(Shop shop, Kind kind, Map<String, Object> facts) {
        db.useTenant(shop.id(), tx -> notices.tell(tx, shop.id(), kind, facts));
        notices.told(shop.id());
    }

    private static Map<String, Object> campaign(String name) {
        return Map.of("id", UUID.randomUUID(), "name", name, "sent", 1_234, "messages", 2);
    }

    private static String imported(Shop shop, String file, String text) {
        String id = shop.api()
                .contentType(MediaType.MULTIPART_FORM_DATA)
                .multiPart("file", file, text.getBytes(StandardCharsets.UTF_8), "text/csv")
                .post("/api/transactions/import")
                .then()
                .statusCode(202)
                .extract()
                .path("data.import.id");
        shop.imported(id);
        return id;
    }

    @Test
    void anImportThatEndedIsToldWithWhatItBroughtAndLeadsToIt() {
        var shop = Shop.register();
        var owner = new Visitor(shop);
        owner.get("/notices").body(containsString("Belum ada kabar"));
        owner.get("/customers").body(containsString("id=\"unread\" hidden"));
        var id =
                imported(shop, "desember <b>.csv", "Nama,Tanggal,Total\nAni,2025-12-05,5000\nBudi,2025-12-05,banyak\n");

        shop.api()
                .get("/api/notices")
                .then()
                .statusCode(200)
                .body("data.unread", equalTo(1))
                .body("meta.total", equalTo(1))
                .body("data.notices[0].kind", equalTo("import_done"))
                .body("data.notices[0].path", equalTo("/imports/" + id))
                .body("data.notices[0].read", equalTo(false))
                .body(
                        "data.notices[0].text",
                        equalTo("Berkas desember <b>.csv selesai diimpor: 1 baris baru, 1 tidak disimpan."));
        shop.api()
                .header("Accept-Language", "en")
                .get("/api/notices")
                .then()
                .body(
                        "data.notices[0].text",
                        equalTo("The file desember <b>.csv is imported: 1 new rows, 1 not stored."));
        owner.get("/notices")
                .statusCode(200)
                .body(
                        containsString("href=\"/imports/" + id + "\""),
                        containsString("desember &lt;b&gt;.csv selesai"),
                        containsString("id=\"unread\">1<"));
        // the bell of any other page too
        owner.get("/customers").body(containsString("id=\"unread\">1<"));
        owner.get("/notices/unread").body(equalTo("1"));
    }

    @Test
    void anImportThatFailedIsToldOnceAndNothingElse() {
        var shop = Shop.register();
        // what no text holds, far behind what is looked at first
        var bytes = ("Nama,Tanggal,Total\n" + "Ani,2025-12-05,5000\n".repeat(10_000) + "\0\0")
                .getBytes(StandardCharsets.UTF_8);
        String id = shop.api()
                .contentType(MediaType.MULTIPART_FORM_DATA)
                .multiPart("file", "rusak.csv", bytes, "text/csv")
                .post("/api/transactions/import")
                .then()
                .statusCode(202)
                .extract()
                .path("data.import.id");
        assertThat(shop.ended(id)).isEqualTo("failed");
        shop.api()
                .get("/api/notices")
                .then()
                .body("meta.total", equalTo(1))
                .body("data.notices[0].kind", equalTo("import_failed"))
                .body("data.notices[0].text", containsString("rusak.csv gagal"));
    }

    @Test
    void aNoticeExistsExactlyIfWhatItTellsOfDoes() {
        var shop = Shop.register();
        assertThatThrownBy(() -> db.useTenant(shop.id(), tx -> {
                    notices.tell(tx, shop.id(), Kind.CAMPAIGN_PAUSED, campaign("Kangen"));
                    throw new IllegalStateException("undone");
                }))
                .hasMessage("undone");
        assertThat(total(shop)).isZero();
        tell(shop, Kind.CAMPAIGN_PAUSED, campaign("Kangen"));
        assertThat(total(shop)).isOne();
        // a sentence with a hole in it is a bug of who tells
        assertThatThrownBy(() -> tell(shop, Kind.CAMPAIGN_PAUSED, Map.of("id", "x")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> tell(shop, Kind.CAMPAIGN_PAUSED, Map.of("name", "x")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(total(shop)).isOne();
    }

    private static int total(Shop shop) {
        return shop.api().get("/api/notices").path("meta.total");
    }

    @Test
    void everyKindHasItsSentenceInBothLanguages() {
        var shop = Shop.register();
        var facts = new HashMap<String, Object>(Map.of("fading", 2, "risen", 0, "fresh", 1_234, "others", 0));
        facts.putAll(Map.of("month", 11, "year", "2026", "revenue", "Rp1.250.000", "buyers", 12));
        facts.putAll(Map.of(
                "id", UUID.randomUUID(),
                "file", "a.csv",
                "added", 1_234,
                "refused", 0,
                "customers", 10,
                "name", "Kangen",
                "sent", 1_234,
                "messages", 2,
                "hours", 6,
                "reason", "Diminta pemilik"));
        for (var kind : Kind.values()) tell(shop, kind, facts);
        for (var language : List.of("id", "en")) {
            List<String> said = shop.api()
                    .header("Accept-Language", language)
                    .get("/api/notices")
                    .path("data.notices.text");
            assertThat(said).hasSize(Kind.values().length).doesNotHaveDuplicates();
            assertThat(said)
                    .allSatisfy(
                            s -> assertThat(s).endsWith(".").doesNotContain("{").doesNotContain("null"));
        }
        // newest first; numbers as they are read here
        List<String> said = shop.api().get("/api/notices").path("data.notices.text");
        assertThat(said.getFirst())
                .isEqualTo("2 pesan dari kampanye Kangen perlu dicek: mungkin terkirim, mungkin tidak.");
        assertThat(said.getLast()).contains("1.234 baris baru");
    }

    @Test
    void whatCameWhileTheOwnerWasReadingStaysUnread() {
        var shop = Shop.register();
        var owner = new Visitor(shop);
        tell(shop, Kind.CAMPAIGN_PAUSED, campaign("Satu"));
        var page = owner.get("/notices").extract().asString();
        var seen = java.util.regex.Pattern.compile("name=\"seen\" value=\"([^\"]+)\"")
                .matcher(page);
        assertThat(seen.find()).isTrue();
        tell(shop, Kind.CAMPAIGN_PAUSED, campaign("Dua"));
        owner.post("/notices/read", "seen", seen.group(1)).statusCode(303);
        assertThat(shop.api().get("/api/notices").<List<Boolean>>path("data.notices.read"))
                .containsExactly(false, true);
        owner.get("/customers").body(containsString("id=\"unread\">1<"));
        owner.post("/notices/read", "seen", "kemarin").statusCode(303);
        assertThat(shop.api().get("/api/notices").<Integer>path("data.unread")).isOne();
        shop.api().post("/api/notices/read").then().statusCode(200);
        owner.get("/customers").body(containsString("id=\"unread\" hidden"));
    }

    @Test
    void theBellCountsToAHundredAndOldNewsGo() {
        var shop = Shop.register();
        db.useTenant(shop.id(), tx -> {
            for (int i = 0; i < 100; i++) notices.tell(tx, shop.id(), Kind.DEVICE_DISCONNECTED, Map.of());
        });
        notices.told(shop.id());
        new Visitor(shop).get("/customers").body(containsString("id=\"unread\">99+<"));
        age(shop, "89 days");
        tell(shop, Kind.DEVICE_DISCONNECTED, Map.of());
        assertThat(total(shop)).isEqualTo(101);
        age(shop, "2 days");
        tell(shop, Kind.DEVICE_DISCONNECTED, Map.of());
        // those of 91 days are gone
        assertThat(total(shop)).isEqualTo(2);
        new Visitor(shop).get("/notices?page=7").statusCode(200);
    }

    private void age(Shop shop, String by) {
        db.useTenant(
                shop.id(),
                tx -> tx.createUpdate(
                                "UPDATE app.notices SET created_at = created_at - CAST(:by AS interval) WHERE user_id = :user")
                        .bind("by", by)
                        .bind("user", shop.id())
                        .execute());
    }

    @Test
    void anotherShopSeesAndReadsNothingOfIt() {
        var shop = Shop.register();
        var stranger = Shop.register();
        tell(shop, Kind.CAMPAIGN_PAUSED, campaign("Rahasia"));
        var before = ShopRows.of(db, shop);
        assertThat(total(stranger)).isZero();
        stranger.api().post("/api/notices/read").then().statusCode(200);
        new Visitor(stranger).post("/notices/read", "seen", "2999-01-01T00:00:00Z");
        new Visitor(stranger)
                .get("/notices")
                .body(not(containsString("Rahasia")), containsString("id=\"unread\" hidden"));
        assertThat(ShopRows.of(db, shop)).isEqualTo(before);
    }

    private void verify(Shop shop) {
        var token = links.issue(shop.id(), MailedLinks.Purpose.VERIFY, shop.email());
        Http.given()
                .contentType(MediaType.APPLICATION_JSON)
                .body(Map.of("token", token))
                .post("/api/auth/verify")
                .then()
                .statusCode(200);
    }

    private List<String> deliveries(Shop shop) {
        return db.inTenant(
                shop.id(),
                tx -> tx.createQuery("SELECT way || ' ' || state FROM app.notice_deliveries WHERE user_id = :user")
                        .bind("user", shop.id())
                        .mapTo(String.class)
                        .list());
    }

    @Test
    void whatIsPressingGoesByMailToAnAddressThatIsKnownToBeTheirs() {
        try (var mailbox = Mailbox.open()) {
            var shop = Shop.register();
            mailbox.await(shop.email(), 1);
            tell(shop, Kind.CAMPAIGN_PAUSED, campaign("Sebelum"));
            assertThat(deliveries(shop)).isEmpty();
            verify(shop);
            // not pressing: only where it was chosen
            tell(shop, Kind.CAMPAIGN_FINISHED, campaign("Selesai"));
            assertThat(deliveries(shop)).isEmpty();
            tell(shop, Kind.CAMPAIGN_PAUSED, campaign("Kangen \r\nBcc: x@y.id"));
            var sent = mailbox.await(shop.email(), 2);
            assertThat(Mailbox.text(sent)).contains("Kampanye Kangen").contains("berhenti sementara");
            assertThat(Mailbox.link(sent)).startsWith("/campaigns/");
            assertThat(header(sent, "Subject")).isEqualTo("Kampanye berhenti sementara");
            assertThat(header(sent, "Auto-Submitted")).isEqualTo("auto-generated");
            awaitDeliveries(shop, "email sent");
        }
    }

    @Test
    void whoseAccountIsSwitchedOffIsMailedNoNewsOfTheirShop() {
        try (var mailbox = Mailbox.open()) {
            var shop = Shop.register();
            mailbox.await(shop.email(), 1);
            verify(shop);
            Shop.admin()
                    .api()
                    .body(Map.of("is_active", false))
                    .put("/api/admin/users/" + shop.id().value())
                    .then()
                    .statusCode(200);
            tell(shop, Kind.CAMPAIGN_PAUSED, campaign("Kangen"));
            awaitDeliveries(shop, "email failed");
        }
    }

    private static String header(jakarta.mail.internet.MimeMessage mail, String name) {
        try {
            return mail.getHeader(name, null);
        } catch (jakarta.mail.MessagingException e) {
            throw new AssertionError(e);
        }
    }

    private void awaitDeliveries(Shop shop, String... wanted) {
        var all = List.of(wanted);
        Await.until("deliveries are " + all, () -> deliveries(shop).equals(all));
    }

    @Test
    void theOwnerChoosesWhatGoesByMail() {
        try (var mailbox = Mailbox.open()) {
            var shop = Shop.register();
            mailbox.await(shop.email(), 1);
            verify(shop);
            var owner = new Visitor(shop);
            owner.post("/notices/settings", "by_email", "campaign_finished", "by_email", "nonsense")
                    .statusCode(303);
            var page = owner.get("/notices/settings").extract().asString();
            assertThat(page)
                    .containsPattern("value=\"campaign_finished\" checked")
                    .doesNotContainPattern("value=\"campaign_paused\" checked");
            tell(shop, Kind.CAMPAIGN_PAUSED, campaign("Sunyi"));
            tell(shop, Kind.CAMPAIGN_FINISHED, campaign("Ramai"));
            assertThat(Mailbox.text(mailbox.await(shop.email(), 2))).contains("Kampanye Ramai selesai: 1.234 pesan");
            awaitDeliveries(shop, "email sent");

            shop.api()
                    .body(Map.of(
                            "choices", List.of(Map.of("kind", "campaign_finished", "push", false, "email", false))))
                    .put("/api/notices/settings")
                    .then()
                    .statusCode(200);
            tell(shop, Kind.CAMPAIGN_FINISHED, campaign("Diam"));
            assertThat(deliveries(shop)).hasSize(1);
            shop.api()
                    .body(Map.of("choices", List.of(Map.of("kind", "nonsense", "push", false, "email", false))))
                    .put("/api/notices/settings")
                    .then()
                    .statusCode(400);
        }
    }

    @Test
    void aMailGoesOutOnceWhateverDies() {
        try (var mailbox = Mailbox.open()) {
            var shop = Shop.register();
            mailbox.await(shop.email(), 1);
            verify(shop);
            tell(shop, Kind.DEVICE_DISCONNECTED, Map.of());
            mailbox.await(shop.email(), 2);
            awaitDeliveries(shop, "email sent");
            UUID id = UUID.fromString(shop.api().get("/api/notices").path("data.notices[0].id"));
            var instance = NoticeDelivery.instance(shop.id(), id);
            delivery.run(instance);
            // a node that died between handing it over and writing that down
            set(shop, "sending");
            delivery.run(instance);
            assertThat(deliveries(shop)).containsExactly("email unknown");
            delivery.run(instance);
            assertThat(mailbox.to(shop.email())).hasSize(2);
            assertThat(delivery.again(instance)).isNull();
            // one that surely was not sent is
            set(shop, "pending");
            assertThat(delivery.again(instance)).isNotNull();
            delivery.run(instance);
            assertThat(mailbox.to(shop.email())).hasSize(3);
            // but not after half a day
            set(shop, "pending");
            age(shop, "13 hours");
            delivery.run(instance);
            assertThat(deliveries(shop)).containsExactly("email failed");
            assertThat(mailbox.to(shop.email())).hasSize(3);
        }
    }

    private void set(Shop shop, String state) {
        db.useTenant(
                shop.id(),
                tx -> tx.createUpdate("UPDATE app.notice_deliveries SET state = :state WHERE user_id = :user")
                        .bind("state", state)
                        .bind("user", shop.id())
                        .execute());
    }

    @Test
    void whileTheMailServerIsGoneItWaits() {
        var shop = Shop.register();
        try (var mailbox = Mailbox.open()) {
            verify(shop);
            mailbox.refuse();
            // no job of its own comes in between
            var id = UUID.randomUUID();
            db.useTenant(shop.id(), tx -> {
                repository.insert(tx, shop.id(), id, Kind.DEVICE_DISCONNECTED, Map.of());
                repository.planMail(tx, shop.id(), id);
            });
            for (int i = 0; i < 2; i++) {
                delivery.run(NoticeDelivery.instance(shop.id(), id));
                assertThat(deliveries(shop)).containsExactly("email pending");
                assertThat(delivery.again(NoticeDelivery.instance(shop.id(), id)))
                        .isNotNull();
            }
        }
    }

    private List<String> ways(org.jdbi.v3.core.Handle tx, Shop shop) {
        return tx.createQuery("SELECT way FROM app.notice_deliveries WHERE user_id = :user")
                .bind("user", shop.id())
                .mapTo(String.class)
                .list();
    }

    private static Checked choose(Shop shop, String kind, String phone) {
        return shop.api()
                .body(Map.of(
                        "choices",
                        List.of(Map.of("kind", kind, "push", false, "email", false, "whatsapp", true)),
                        "whatsapp_phone",
                        phone))
                .put("/api/notices/settings")
                .then();
    }

    /** A number by which the shop sends, as Fonnte told it. */
    private void connect(Shop shop, String state) {
        shop.api()
                .body(Map.of("token", "token-uji-00000000"))
                .put("/api/channels/fonnte")
                .then()
                .statusCode(200);
        db.useTenant(
                shop.id(),
                tx -> tx.createUpdate(
                                "UPDATE app.channels SET state = :state, number = '+6281200000001' WHERE user_id = :user")
                        .bind("user", shop.id())
                        .bind("state", state)
                        .execute());
    }

    @Test
    void whatGoesByWhatsAppIsChosenForAnotherNumberThanTheShops() {
        var shop = Shop.register();
        connect(shop, "connected");
        choose(shop, "campaign_paused", "0812-0000-0001")
                .statusCode(400)
                .body("error.details[0].field", equalTo("whatsapp_phone"));
        choose(shop, "campaign_paused", "021 5550123").statusCode(400);
        choose(shop, "device_disconnected", "081234567890")
                .statusCode(400)
                .body("error.details[0].field", equalTo("whatsapp"));
        choose(shop, "campaign_paused", "0812-3456-7890")
                .statusCode(200)
                .body("data.whatsapp_phone", equalTo("+6281234567890"));
        // whoever says nothing of it leaves it as it is
        shop.api()
                .body(Map.of("choices", List.of(Map.of("kind", "campaign_paused", "push", false, "email", false))))
                .put("/api/notices/settings")
                .then()
                .body("data.whatsapp_phone", equalTo("+6281234567890"))
                .body("data.choices[kind=campaign_paused][0].whatsapp", equalTo(true));
        var owner = new Visitor(shop);
        owner.get("/notices/settings")
                .body(
                        containsString("value=\"0812-3456-7890\""),
                        containsString("name=\"by_whatsapp\" value=\"campaign_paused\" checked"),
                        not(containsString("name=\"by_whatsapp\" value=\"device_disconnected\"")));
        owner.post("/notices/settings", "by_whatsapp", "needs_check", "whatsapp_phone", "0812-0000-0001")
                .statusCode(400)
                .body(containsString("Itu nomor toko yang mengirim."), containsString("value=\"0812-0000-0001\""));
        owner.post("/notices/settings", "by_whatsapp", "needs_check", "whatsapp_phone", "")
                .statusCode(303);
        shop.api()
                .get("/api/notices/settings")
                .then()
                .body("data.whatsapp_phone", org.hamcrest.Matchers.nullValue())
                .body("data.choices[kind=campaign_paused][0].whatsapp", equalTo(false));
    }

    @Test
    void onlyWhatWasChosenGoesByWhatsAppAndOnlyWhileTheNumberIsConnected() {
        var shop = Shop.register();
        choose(shop, "campaign_paused", "081234567890").statusCode(200);
        for (var state : List.of("", "disconnected", "refused", "connected", "unchecked")) {
            if (!state.isEmpty()) connect(shop, state);
            boolean goes = List.of("connected", "unchecked").contains(state);
            db.useTenant(shop.id(), tx -> {
                tx.createUpdate("DELETE FROM app.notices WHERE user_id = :user")
                        .bind("user", shop.id())
                        .execute();
                notices.tell(tx, shop.id(), Kind.CAMPAIGN_FINISHED, campaign("Selesai"));
                notices.tell(tx, shop.id(), Kind.DEVICE_DISCONNECTED, Map.of());
                assertThat(ways(tx, shop)).isEmpty();
                notices.tell(tx, shop.id(), Kind.CAMPAIGN_PAUSED, campaign("Kangen"));
                assertThat(ways(tx, shop)).describedAs(state).hasSize(goes ? 1 : 0);
            });
        }
    }

    @Inject
    NoticeRepository repository;

    @Inject
    DeviceRepository devices;

    @Inject
    Push push;

    @Inject
    SendingRepository sending;

    @Inject
    com.smartmarketingagent.account.Accounts accounts;

    @Inject
    com.smartmarketingagent.platform.Mailer mailer;

    @Inject
    OwnersReport reports;

    @Inject
    com.smartmarketingagent.account.ShopCalendar calendar;

    /** At an hour of the shop's day, by a WhatsApp of the test's. */
    private NoticeDelivery at(java.time.LocalTime hour, OwnersWhatsApp chat) {
        var then = today(hour);
        return at(_ -> then, chat);
    }

    private NoticeDelivery at(Function<Handle, Instant> now, OwnersWhatsApp chat) {
        return new NoticeDelivery(
                db, repository, devices, push, accounts, mailer, chat, calendar, sending, reports, now);
    }

    private Instant today(java.time.LocalTime hour) {
        var zone = java.time.ZoneId.of("Asia/Jakarta");
        return db.withoutTenant(Db::now)
                .atZone(zone)
                .toLocalDate()
                .atTime(hour)
                .atZone(zone)
                .toInstant();
    }

    /** Planned without a job of its own: the test does it. */
    private String planned(Shop shop) {
        var id = UUID.randomUUID();
        db.useTenant(shop.id(), tx -> {
            repository.insert(tx, shop.id(), id, Kind.CAMPAIGN_PAUSED, campaign("Kangen"));
            repository.planWhatsApp(tx, shop.id(), id);
        });
        return NoticeDelivery.instance(shop.id(), id);
    }

    @Test
    void atNightTheOwnersPhoneDoesntRing() {
        var shop = Shop.register();
        connect(shop, "connected");
        choose(shop, "campaign_paused", "081234567890").statusCode(200);
        var instance = planned(shop);
        var heard = new java.util.ArrayList<String>();
        OwnersWhatsApp chat = (_, phone, text) -> {
            heard.add(phone + " " + text);
            return OwnersWhatsApp.Outcome.TAKEN;
        };
        for (var hour :
                List.of(java.time.LocalTime.of(21, 0), java.time.LocalTime.of(5, 59), java.time.LocalTime.of(0, 0))) {
            at(hour, chat).run(instance);
            var again = java.util.Objects.requireNonNull(at(hour, chat).again(instance));
            assertThat(java.time.LocalTime.ofInstant(again, java.time.ZoneId.of("Asia/Jakarta")))
                    .isEqualTo(java.time.LocalTime.of(6, 0));
        }
        assertThat(heard).isEmpty();
        try (var _ = Mailbox.open()) {
            // it says where our pages are
            at(java.time.LocalTime.of(6, 0), chat).run(instance);
        }
        at(java.time.LocalTime.of(20, 59), chat).run(instance);
        assertThat(heard)
                .singleElement()
                .asString()
                .startsWith("+6281234567890 Kampanye berhenti sementara")
                .contains("Kampanye Kangen berhenti sementara dengan sendirinya")
                .contains("/campaigns/");
        assertThat(deliveries(shop)).containsExactly("whatsapp sent");
        assertThat(at(java.time.LocalTime.NOON, chat).again(instance)).isNull();
    }

    private Shop toldByWhatsApp() {
        var shop = Shop.register();
        connect(shop, "connected");
        choose(shop, "campaign_paused", "081234567890").statusCode(200);
        return shop;
    }

    @Test
    void whatWaitsForTheShopsNumberComesBackWhenThatMaySend() {
        var shop = toldByWhatsApp();
        var instance = planned(shop);
        var noon = today(java.time.LocalTime.NOON);
        var delivery = at(_ -> noon, (_, _, _) -> OwnersWhatsApp.Outcome.LATER);
        delivery.run(instance);
        assertThat(delivery.again(instance)).isEqualTo(noon.plusSeconds(60));
        var free = noon.plusSeconds(1_234);
        db.useTenant(
                shop.id(),
                tx -> tx.createUpdate("""
                                INSERT INTO app.paces (user_id, via, since, day, sent, next_at, failures)
                                VALUES (:user, 'fonnte', current_date, current_date, 1, :free, 0)
                                """)
                        .bind("user", shop.id())
                        .bind("free", free)
                        .execute());
        assertThat(delivery.again(instance)).isEqualTo(free);
        // it rests no longer
        assertThat(at(_ -> free, (_, _, _) -> OwnersWhatsApp.Outcome.LATER).again(instance))
                .isEqualTo(free.plusSeconds(60));
    }

    @Test
    void whereTheNightFallsBeforeItsTurnItWaitsForTheMorning() {
        var shop = toldByWhatsApp();
        var instance = planned(shop);
        var told = today(java.time.LocalTime.of(20, 58));
        db.useTenant(
                shop.id(),
                tx -> tx.createUpdate("UPDATE app.notices SET created_at = :told WHERE user_id = :user")
                        .bind("told", told)
                        .bind("user", shop.id())
                        .execute());
        var began = new AtomicBoolean();
        var delivery = at(
                _ -> today(began.getAndSet(true) ? java.time.LocalTime.of(21, 0) : java.time.LocalTime.of(20, 59)),
                (_, _, _) -> {
                    throw new AssertionError("nobody is called");
                });
        delivery.run(instance);
        assertThat(deliveries(shop)).containsExactly("whatsapp pending");
        assertThat(java.time.LocalTime.ofInstant(
                        java.util.Objects.requireNonNull(delivery.again(instance)),
                        java.time.ZoneId.of("Asia/Jakarta")))
                .isEqualTo(java.time.LocalTime.of(6, 0));
    }

    /** Also at night: else it would go out in the morning, when sending may be on again. */
    @Test
    void aDatabaseThatWasPutBackTellsNothingOutOfTheApp() {
        try (var mailbox = Mailbox.open()) {
            var shop = toldByWhatsApp();
            mailbox.await(shop.email(), 1);
            verify(shop);
            var instance = planned(shop);
            var notice = UUID.fromString(instance.substring(instance.indexOf('/') + 1));
            db.useTenant(shop.id(), tx -> repository.planMail(tx, shop.id(), notice));
            db.asOwner(tx -> tx.execute("UPDATE jobs.installation SET mark = 'elsewhere'"));
            try {
                at(java.time.LocalTime.MIDNIGHT, (_, _, _) -> {
                            throw new AssertionError("nobody is called");
                        })
                        .run(instance);
            } finally {
                db.asOwner(tx -> {
                    sending.turn(tx, true);
                    return tx;
                });
            }
            assertThat(deliveries(shop)).containsExactlyInAnyOrder("email failed", "whatsapp failed");
            assertThat(mailbox.to(shop.email())).hasSize(1);
            assertThat(total(shop)).isOne();
        }
    }

    @Test
    void whatCameOfAWhatsAppIsKeptAndOnlyWhatSurelyWasNotTakenIsTriedAgain() {
        for (var outcome : OwnersWhatsApp.Outcome.values()) {
            var shop = Shop.register();
            connect(shop, "connected");
            choose(shop, "campaign_paused", "081234567890").statusCode(200);
            var instance = planned(shop);
            var noon = at(java.time.LocalTime.NOON, (_, _, _) -> outcome);
            noon.run(instance);
            assertThat(deliveries(shop))
                    .containsExactly("whatsapp "
                            + switch (outcome) {
                                case TAKEN -> "sent";
                                case LATER -> "pending";
                                case REFUSED -> "failed";
                                case UNKNOWN -> "unknown";
                            });
            assertThat(noon.again(instance) != null).isEqualTo(outcome == OwnersWhatsApp.Outcome.LATER);
        }
        // cut off since it was told
        var shop = Shop.register();
        connect(shop, "disconnected");
        choose(shop, "campaign_paused", "081234567890").statusCode(200);
        at(java.time.LocalTime.NOON, (_, _, _) -> {
                    throw new AssertionError("nobody is called");
                })
                .run(planned(shop));
        assertThat(deliveries(shop)).containsExactly("whatsapp failed");
    }
}
