package com.smartmarketingagent.campaign;

import static com.smartmarketingagent.Http.given;
import static com.smartmarketingagent.Shop.TEXT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import com.smartmarketingagent.Visitor;
import com.smartmarketingagent.messaging.Delivery;
import com.smartmarketingagent.platform.Ids;
import io.quarkus.test.junit.QuarkusTest;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A campaign with a browser, from the plan to the last "it went". */
@QuarkusTest
class CampaignPagesTest extends CampaignCase {

    private Visitor owner;

    @BeforeEach
    void anOwner() {
        owner = new Visitor(shop);
    }

    /** Made with the form. */
    private UUID planned(Object... fields) {
        var all = new Object[fields.length + 10];
        System.arraycopy(
                new Object[] {
                    "id", Ids.next(), "name", "Kangen", "text", TEXT, "include_unasked", "yes", "holdout_percent", "0"
                },
                0,
                all,
                0,
                10);
        System.arraycopy(fields, 0, all, 10, fields.length);
        var location =
                owner.post("/campaigns/new", all).statusCode(303).extract().header("Location");
        return UUID.fromString(location.replaceFirst(".*/campaigns/", ""));
    }

    private void connectFonnte() {
        shop.api()
                .body(Map.of("token", "token-fonnte-rahasia-0001"))
                .put("/api/channels/fonnte")
                .then()
                .statusCode(200);
    }

    private static String page(UUID campaign) {
        return "/campaigns/" + campaign;
    }

    @Test
    void aPlanSaysHowManyItReachesAndWithAYesItLandsInThePracticeMailbox() {
        var people = customers(3);
        book.add("Tanpa Nomor");
        refuse(people.getFirst());
        var campaign = planned();
        owner.get(page(campaign))
                .statusCode(200)
                .body(containsString("Setujui dan jalankan latihan untuk 2 orang"))
                .body(containsString("Latihan: tidak ada yang benar-benar dikirimi."))
                .body(containsString("1 orang dilewati: pernah menolak."))
                .body(containsString("1 orang dilewati: tidak punya nomor atau alamat yang bisa dikirimi."));
        owner.get("/practice").body(containsString("Belum ada pesan."));
        owner.post(page(campaign) + "/approve", "seen", "1").statusCode(303);
        done(campaign);
        owner.get(page(campaign)).body(containsString("Selesai"), not(containsString("Setujui dan")));
        owner.get("/practice")
                .body(containsString("Halo Ani 1, ini Batik Sri. Balas STOP untuk berhenti."))
                .body(not(containsString("Ani 0")));
        owner.get("/campaigns").body(containsString("Kangen"), containsString("Selesai, Latihan"));
        owner.get("/notices").body(containsString("Latihan Kangen selesai: 2 pesan masuk kotak latihan"));
        owner.get(page(campaign) + "/edit").statusCode(303);
    }

    /** On the day of the message, too: sales have no hour. */
    @Test
    void whatWasPractisedBroughtNothingAndMayBeSentForReal() {
        var people = customers(2);
        shop.api()
                .body(Map.of(
                        "customer_id",
                        people.getFirst(),
                        "amount",
                        150_000,
                        "transaction_date",
                        LocalDate.now(ZoneId.of("Asia/Jakarta")).toString()))
                .post("/api/transactions")
                .then()
                .statusCode(201);
        var campaign = planned();
        owner.get(page(campaign)).body(not(containsString("Kirim sungguhan")));
        owner.post(page(campaign) + "/approve", "seen", "1").statusCode(303);
        done(campaign);
        owner.get(page(campaign))
                .body(
                        containsString("jadi tidak ada hasil yang dihitung"),
                        containsString("href=\"/practice\""),
                        not(containsString("Biaya kirim")),
                        not(containsString("recipients.csv")));
        owner.get(page(campaign) + "/recipients.csv").body(containsString("Ani 0"), not(containsString("150000")));
        shop.api()
                .get("/api/campaigns/" + campaign + "/result")
                .then()
                .body("data.result.lift.reason", is("practice"), "data.result.written.buyers", is(0));
        owner.get("/campaigns/new?from=" + campaign)
                .statusCode(200)
                .body(
                        containsString("value=\"Kangen\""),
                        containsString(TEXT.substring(0, 20)),
                        containsString("value=\"assisted\" selected"),
                        containsString("id=\"include_unasked\" name=\"include_unasked\" value=\"yes\" checked"));
        owner.get("/campaigns/new?from=" + UUID.randomUUID()).statusCode(404);
    }

    @Test
    void beforeAYesItIsSaidThatTheChannelIsntThereOrSendsNothing() {
        customers(2);
        var campaign = planned("via", "fonnte");
        var promised = containsString("Pesan pertama akan dikirim ");
        sql("""
                INSERT INTO app.paces (user_id, via, since, day, sent, next_at, failures)
                SELECT :u, 'fonnte', current_date - 30, current_date, 7, now() + interval '5 hours', 0 WHERE :c IS NOT NULL
                """, campaign);
        owner.get(page(campaign))
                .body(containsString("Atur dulu jalur kirim ini"), containsString("href=\"/channels\""), not(promised));
        connectFonnte();
        owner.get(page(campaign)).body(promised, not(containsString("jalur kirim ini")));
        sql(
                "UPDATE app.channels SET state = 'refused', why = 'refused', doubtful = false WHERE user_id = :u AND :c IS NOT NULL",
                campaign);
        owner.get(page(campaign)).body(containsString("Jalur kirim ini sedang tidak bisa dipakai."), not(promised));
    }

    @Test
    void withItsLastMessageTheWholePageIsShownAnew() {
        customers(1);
        var campaign = planned();
        assertThat(isShownAnew(campaign, "draft")).isFalse();
        owner.post(page(campaign) + "/approve", "seen", "1").statusCode(303);
        done(campaign);
        for (var seen : new String[] {"scheduled", "running", "paused"})
            assertThat(isShownAnew(campaign, seen)).as(seen).isTrue();
        assertThat(isShownAnew(campaign, "done")).isFalse();
    }

    private boolean isShownAnew(UUID campaign, String seen) {
        return owner.get(page(campaign) + "/state?seen=" + seen)
                .statusCode(200)
                .extract()
                .headers()
                .firstValue("HX-Refresh")
                .isPresent();
    }

    @Test
    void aPlanMayComeFromAKeptTextOrASegment() {
        var text = shop.api()
                .body(Map.of(
                        "name", "Sapaan", "content_type", "whatsapp", "segment", "lost", "text", "Halo. Balas STOP."))
                .post("/api/content/templates")
                .then()
                .statusCode(201)
                .extract()
                .<String>path("data.template.id");
        owner.get("/campaigns/new?text=" + text)
                .body(containsString("Halo. Balas STOP."), containsString("<option value=\"lost\" selected>"));
        owner.get("/campaigns/new?segment=champions").body(containsString("<option value=\"champions\" selected>"));
        owner.get("/campaigns/new?segment=tidak-ada").statusCode(200).body(not(containsString("tidak-ada")));
    }

    /** Between reading and approving, somebody changed it in another window. */
    @Test
    void whatWasNotReadIsNotApproved() {
        customers(1);
        var campaign = planned();
        owner.post(page(campaign) + "/edit", "name", "Lain", "text", TEXT, "seen", "1")
                .statusCode(303);
        owner.post(page(campaign) + "/approve", "seen", "1")
                .statusCode(409)
                .body(containsString("Kampanye ini baru saja diubah."));
        look(campaign).body("data.campaign.state", is("draft"));
        // and the other way round: who types on an older version is told before theirs is kept
        owner.post(page(campaign) + "/edit", "name", "Ketiga", "text", TEXT, "seen", "1")
                .statusCode(409)
                .body(containsString("value=\"Ketiga\""), containsString("name=\"seen\" value=\"2\""))
                .body(
                        containsString("Sementara Anda mengetik, kampanye ini diubah"),
                        containsString("dir=\"auto\">Lain</span>"),
                        containsString("Simpan versi saya"),
                        not(containsString("lalu setujui")));
        look(campaign).body("data.campaign.name", is("Lain"));
        // the same words by chance: nothing to choose
        owner.post(page(campaign) + "/edit", "name", "Lain", "text", TEXT, "seen", "1")
                .statusCode(303);
        look(campaign).body("data.campaign.version", is(2));
    }

    /** Back in the browser, mended and sent again: what its owner read last is what counts, until it is approved. */
    @Test
    void aFormThatIsSentAgainSaysTheSameCampaignAnew() {
        customers(1);
        var id = Ids.next();
        for (var name : new String[] {"Diskon 10", "Diskon 50"})
            owner.post("/campaigns/new", "id", id, "name", name, "text", TEXT, "include_unasked", "yes")
                    .statusCode(303);
        look(id).body("data.campaign.name", is("Diskon 50")).body("data.campaign.version", is(2));
        owner.post(page(id) + "/approve", "seen", "2").statusCode(303);
        owner.post("/campaigns/new", "id", id, "name", "Diskon 90", "text", TEXT, "include_unasked", "yes")
                .statusCode(303);
        look(id).body("data.campaign.name", is("Diskon 50"));
    }

    @Test
    void aTimeIsTheShops() {
        customers(1);
        var campaign = planned();
        owner.post(page(campaign) + "/approve", "seen", "1", "send_at", "2020-01-01T09:00")
                .statusCode(400)
                .body(allOf(containsString("Pilih waktu yang akan datang"), containsString("2020-01-01T09:00")));
        var soon = db.inTenant(shop.id(), com.smartmarketingagent.platform.Db::now)
                .atZone(java.time.ZoneId.of("Asia/Jakarta"))
                .toLocalDate()
                .plusDays(2);
        owner.post(page(campaign) + "/approve", "seen", "1", "send_at", soon + "T09:00")
                .statusCode(303);
        look(campaign).body("data.campaign.send_at", is(soon + "T02:00:00Z"));
        owner.get(page(campaign)).body(containsString("Dijadwalkan"), containsString("Batalkan kampanye"));
    }

    /** A closed window loses nothing: what is open stays on the page until something is said of it. */
    @Test
    void byHandWhatWasOpenedIsShownUntilItIsSaidWhatBecameOfIt() {
        var people = customers(2);
        var campaign = planned("via", "assisted");
        owner.post(page(campaign) + "/approve", "seen", "1").statusCode(303);
        owner.get(page(campaign)).body(containsString("Buka pesan berikutnya"));
        owner.post(page(campaign) + "/next").statusCode(303);
        // pressed twice
        owner.post(page(campaign) + "/next").statusCode(303);
        look(campaign).body("data.counts.sending", is(1)).body("data.counts.pending", is(1));
        for (int i = 0; i < 2; i++)
            owner.get(page(campaign))
                    .body(containsString("Halo Ani"), containsString("https://wa.me/62812340"))
                    .body(containsString("Sudah terkirim"));
        var open = db.inTenant(shop.id(), tx -> couriers.outbox.open(tx, shop.id(), campaign))
                .getFirst()
                .customerId();
        owner.post(page(campaign) + "/recipients/" + open, "outcome", "sent")
                .statusCode(303)
                .header("Location", endsWith(page(campaign)));
        owner.post(page(campaign) + "/recipients/" + open, "outcome", "sent").statusCode(303);
        look(campaign).body("data.counts.accepted", is(1));
        owner.post(page(campaign) + "/recipients/" + open, "outcome", "hilang").statusCode(400);
        owner.post(page(campaign) + "/next").statusCode(303);
        people.remove(open);
        owner.post(page(campaign) + "/recipients/" + people.getFirst(), "outcome", "skipped")
                .statusCode(303);
        look(campaign).body("data.counts.skipped", is(1)).body("data.campaign.state", is("done"));
    }

    /** Of the last it was said in one window, while it was paused in another. */
    @Test
    void byHandWhatIsResumedWithNobodyLeftIsDone() {
        var last = customers(1).getFirst();
        var campaign = planned("via", "assisted");
        owner.post(page(campaign) + "/approve", "seen", "1").statusCode(303);
        owner.post(page(campaign) + "/next").statusCode(303);
        owner.post(page(campaign) + "/pause").statusCode(303);
        owner.post(page(campaign) + "/recipients/" + last, "outcome", "sent").statusCode(303);
        look(campaign).body("data.campaign.state", is("paused"));
        owner.post(page(campaign) + "/resume").statusCode(303);
        look(campaign).body("data.campaign.state", is("done"));
    }

    @Test
    void byHandItIsDoneWhenTheLastWhoseMessageIsOpenMayNotGetItAnyMore() {
        var people = customers(2);
        var campaign = planned("via", "assisted");
        owner.post(page(campaign) + "/approve", "seen", "1").statusCode(303);
        owner.post(page(campaign) + "/next").statusCode(303);
        owner.get(page(campaign))
                .body(containsString("Pesan berikutnya bisa dibuka sesudah"), not(containsString(">Buka pesan")));
        for (var person : people)
            shop.api().delete("/api/customers/" + person).then().statusCode(200);
        // the first look says it already, and one more is left to be passed over
        owner.get(page(campaign))
                .body(containsString("Sedang berjalan"), containsString(">Buka pesan"))
                .body(not(containsString("Sedang dikirim")));
        owner.post(page(campaign) + "/next").statusCode(303);
        owner.get(page(campaign)).body(containsString("Selesai"));
        owner.get(page(campaign) + "/recipients")
                .body(containsString("Pelanggan dihapus"), not(containsString("href=\"/customers/")));
        var other = book.add("Budi", "phone", "081234567899");
        var second = planned("via", "assisted");
        owner.post(page(second) + "/approve", "seen", "1").statusCode(303);
        owner.post(page(second) + "/next").statusCode(303);
        refuse(other);
        owner.get(page(second)).body(containsString("Selesai"), not(containsString("Sedang dikirim")));
        look(second).body("data.campaign.state", is("done")).body("data.counts.suppressed", is(1));
        owner.get(page(second) + "/recipients").body(containsString("href=\"/customers/" + other));
    }

    @Test
    void beforeAYesItIsSaidHowLongItTakesByWhichWayAndWhetherTheQuotaIsTooSmall() {
        customers(21);
        var campaign = planned("via", "fonnte");
        owner.get(page(campaign))
                .body(
                        containsString("Cara kirim: WhatsApp otomatis lewat Fonnte."),
                        containsString("Kira-kira selesai dalam 2 hari"),
                        containsString("Setujui dan kirim ke 21 orang"),
                        not(containsString("Kuota")));
        connectFonnte();
        for (var quota : new String[] {"21", "banyak", "20"}) {
            sql(
                    "UPDATE app.channels SET facts = '{\"quota\": \"" + quota
                            + "\"}' WHERE user_id = :u AND :c IS NOT NULL",
                    campaign);
            var scarce = containsString("tinggal 20 pesan, padahal yang akan menerima 21 orang");
            owner.get(page(campaign)).body(quota.equals("20") ? scarce : not(containsString("Kuota")));
        }
        owner.get(page(planned("via", "assisted"))).body(not(containsString("Kira-kira selesai")));
    }

    @Test
    void beforeItBeginsItIsSaidWhenTheFirstMessageGoes() {
        customers(2);
        connectFonnte();
        var campaign = planned("via", "fonnte");
        var said = containsString("Pesan pertama akan dikirim ");
        owner.get(page(campaign)).body(not(said));
        sql("""
                INSERT INTO app.paces (user_id, via, since, day, sent, next_at, failures)
                SELECT :u, 'fonnte', current_date - 30, current_date, 7, now() + interval '5 hours', 0 WHERE :c IS NOT NULL
                """, campaign);
        owner.get(page(campaign)).body(said);
        var scheduled =
                "UPDATE app.campaigns SET state = 'scheduled', send_at = now() + interval '%d hours' WHERE user_id = :u AND id = :c";
        sql(scheduled.formatted(4), campaign);
        owner.get(page(campaign)).body(said);
        sql(scheduled.formatted(6), campaign);
        owner.get(page(campaign)).body(not(said));
    }

    @Test
    void whereNobodyGotOneItIsNotSaidHowManySaidStop() {
        var campaign = running(1);
        sql("UPDATE app.campaigns SET via = 'fonnte' WHERE user_id = :u AND id = :c", campaign);
        sql("""
                INSERT INTO app.paces (user_id, via, since, day, sent, next_at, failures)
                SELECT :u, 'fonnte', current_date, current_date, 1, now(), 0 WHERE :c IS NOT NULL
                """, campaign);
        for (var path : new String[] {"/campaigns", page(campaign)})
            owner.get(path).body(containsString("Nomor ini baru"), not(containsString("minta berhenti")));
    }

    @Test
    void whatNobodyKnowsIsListedWithTwoButtons() {
        var campaign = running(2);
        var sender = new Counting();
        sender.answers.add(new Delivery.Unknown("timeout"));
        by(sender).run(instance(campaign));
        owner.get(page(campaign)).body(containsString("1 pesan perlu dicek"));
        var list = owner.get(page(campaign) + "/recipients?state=unknown")
                .body(containsString("Anggap terkirim"), containsString("Kirim ulang"))
                .body(containsString("Tidak ada jawaban dari layanan pengirim."))
                .extract()
                .asString();
        assertThat(list.split("Anggap terkirim", -1)).hasSize(2);
        owner.get(page(campaign) + "/recipients").body(containsString("Ani 0"), containsString("Ani 1"));
        owner.get(page(campaign) + "/recipients?state=%27;").statusCode(200);
    }

    @Test
    void howABuyersNameIsWrittenIsSaidWithAnExampleBesideABoxThatShowsAWholeMessage() {
        owner.get("/campaigns/new")
                .body(
                        containsString(
                                "tulis {nama} di tempat nama pembeli: Ani membaca Ani, Budi membaca Budi. Bila ada yang namanya tidak tercatat, tulis {nama|Kak}: ia membaca Kak."),
                        containsString("name=\"text\" rows=\"10\""));
    }

    /** Whoever practises with five and then sends to three wonders where two went. */
    @Test
    void wherePracticeIsChosenItIsSaidThatItLeavesOutFewer() {
        customers(2);
        var said = containsString("Latihan tidak melewati orang yang baru saja dikirimi pesan.");
        owner.get("/campaigns/reach", "via", "practice", "include_unasked", "yes")
                .body(said);
        owner.get("/campaigns/reach", "via", "assisted", "include_unasked", "yes")
                .body(not(said), containsString("terlalu sedikit untuk pembanding"));
    }

    @Test
    void whileChoosingItIsSaidHowManyAreMeant() {
        customers(2);
        book.add("Budi", "phone", "081234567899", "city", "Solo");
        book.add("Tanpa Nomor", "city", "Solo");
        owner.get("/campaigns/reach", "include_unasked", "yes", "city", "solo")
                .statusCode(200)
                .body(
                        containsString("<span class=\"figure\">1</span> orang akan menerima"),
                        containsString("1 orang dilewati: tidak punya nomor atau alamat yang bisa dikirimi."));
        for (var how : Map.of("city=solo", "1</span> person will get", "", "3</span> people will get")
                .entrySet())
            given().cookie("sma_session", owner.cookie())
                    .cookie("sma_language", "en")
                    .get("/campaigns/reach?include_unasked=yes&" + how.getKey())
                    .then()
                    .body(containsString(how.getValue()));
        owner.get("/campaigns/reach").body(containsString(">0</span>"), containsString("3 orang dilewati: belum"));
        owner.get("/campaigns/reach", "min_spent", "banyak", "include_unasked", "yes")
                .statusCode(200)
                .body(containsString("muncul setelah isian di atas benar"), not(containsString("figure")));
        owner.get("/campaigns/reach", "city", "So\u0000lo").statusCode(200).body(not(containsString("figure")));
        owner.get("/campaigns/reach", "via", "kuda").statusCode(200).body(not(containsString("figure")));
        new Visitor(com.smartmarketingagent.Shop.register())
                .get("/campaigns/reach", "include_unasked", "yes")
                .body(containsString(">0</span>"));
    }

    /** Without a button, and whoever types goes on typing. */
    @Test
    void theCountFollowsWhatIsChosenAndTheFocusStays() {
        customers(2);
        book.add("Budi", "phone", "081234567899", "city", "Solo");
        try (var browser = com.smartmarketingagent.Browser.phone().as(shop)) {
            var page = browser.open("/campaigns/new");
            browser.awaitHtmx();
            var reach = page.locator("#reach");
            com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat(reach)
                    .containsText("3 orang dilewati");
            page.check("#include_unasked");
            com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat(reach.locator(".figure"))
                    .hasText("3");
            var asked = new java.util.concurrent.atomic.AtomicInteger();
            page.onRequest(r -> {
                if (r.url().contains("/campaigns/reach")) asked.incrementAndGet();
            });
            page.click("summary:has-text('Saring lagi')");
            page.locator("#city").pressSequentially("Solo");
            com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat(reach.locator(".figure"))
                    .hasText("1");
            assertThat(asked).hasValue(1);
            assertThat(page.evaluate("document.activeElement.id")).isEqualTo("city");
            assertThat(reach.getAttribute("aria-live")).isEqualTo("polite");
        }
    }

    /** A number of which is known how it does, on the list and on the campaign's page. */
    @Test
    void theHealthOfTheNumberIsAMeterWithPlainWords() {
        var campaign = running(60);
        sql("UPDATE app.campaigns SET via = 'fonnte' WHERE user_id = :u AND id = :c", campaign);
        sql("""
                INSERT INTO app.paces (user_id, via, since, day, sent, next_at, failures)
                SELECT :u, 'fonnte', d.day - 2, d.day, 13, now(), 1
                FROM (SELECT (now() AT TIME ZONE 'Asia/Jakarta')::date AS day) d WHERE :c IS NOT NULL
                """, campaign);
        sql(
                "UPDATE app.message_outbox SET state = 'accepted', sending_since = now() - interval '1 hour' WHERE user_id = :u AND campaign_id = :c",
                campaign);
        var people = db.inTenant(
                shop.id(),
                tx -> tx.createQuery(
                                "SELECT customer_id FROM app.message_outbox WHERE user_id = :u AND campaign_id = :c")
                        .bind("u", shop.id())
                        .bind("c", campaign)
                        .mapTo(UUID.class)
                        .list());
        // who says it is by now somebody else
        var heir = book.add("Bu Ani", "phone", "081234009999");
        shop.api()
                .body(Map.of("other_id", people.getFirst()))
                .post("/api/customers/" + heir + "/merge")
                .then()
                .statusCode(200);
        refuse(heir);
        for (var path : new String[] {"/campaigns", page(campaign)})
            owner.get(path)
                    .body(
                            containsString("13 dari paling banyak 20 pesan hari ini."),
                            containsString("max=\"20\" value=\"13\""),
                            containsString("hari ke-3."),
                            containsString("1 pesan terakhir gagal"),
                            containsString("value=\"1.7\""));
        owner.get("/campaigns")
                .body(containsString("1 dari 60 orang yang dikirimi dalam 30 hari minta berhenti (1,7%)"));
        owner.get(page(campaign)).body(containsString("1 dari 60 penerima kampanye ini minta berhenti (1,7%)"));
        shop.api()
                .get("/api/campaigns/numbers")
                .then()
                .body("data.numbers[0].via", is("fonnte"))
                .body("data.numbers[0].day", is(3))
                .body("data.numbers[0].cap", is(20))
                .body("data.numbers[0].stops", is(1))
                .body("data.numbers[0].recipients", is(60));
    }

    @Test
    void whatRestsSaysWhenItGoesOn() {
        var campaign = running(1);
        sql("UPDATE app.campaigns SET via = 'fonnte' WHERE user_id = :u AND id = :c", campaign);
        // tomorrow at eight, where nobody is asleep
        var morning = db.inTenant(shop.id(), com.smartmarketingagent.platform.Db::now)
                .atZone(java.time.ZoneId.of("Asia/Jakarta"))
                .toLocalDate()
                .plusDays(1)
                .atTime(8, 0)
                .atZone(java.time.ZoneId.of("Asia/Jakarta"));
        sql(
                "UPDATE app.message_outbox SET next_attempt_at = '" + morning.toInstant()
                        + "' WHERE user_id = :u AND campaign_id = :c",
                campaign);
        owner.get(page(campaign))
                .body(
                        containsString("Pesan berikutnya dikirim "),
                        containsString(" 08.00. Malam hari pelanggan tidak"));
        sql("UPDATE app.campaigns SET state = 'paused', paused_why = 'owner' WHERE user_id = :u AND id = :c", campaign);
        owner.get(page(campaign)).body(not(containsString("Pesan berikutnya dikirim ")));
    }
}
