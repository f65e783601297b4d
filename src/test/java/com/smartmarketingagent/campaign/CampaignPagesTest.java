package com.smartmarketingagent.campaign;

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
                .body(containsString("Setujui dan kirim ke 2 orang"))
                .body(containsString("1 orang dilewati: pernah menolak."))
                .body(containsString("1 orang dilewati: tidak punya nomor atau alamat."));
        owner.get("/practice").body(containsString("Belum ada pesan."));
        owner.post(page(campaign) + "/approve", "seen", "1").statusCode(303);
        done(campaign);
        owner.get(page(campaign)).body(containsString("Selesai"), not(containsString("Setujui dan")));
        owner.get("/practice")
                .body(containsString("Halo Ani 1, ini Batik Sri. Balas STOP untuk berhenti."))
                .body(not(containsString("Ani 0")));
        owner.get("/campaigns").body(containsString("Kangen"), containsString("Selesai, Latihan"));
        owner.get(page(campaign) + "/edit").statusCode(303);
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
                .body(containsString("value=\"Ketiga\""), containsString("name=\"seen\" value=\"2\""));
        look(campaign).body("data.campaign.name", is("Lain"));
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
        var open = db.inTenant(shop.id(), tx -> outbox.open(tx, shop.id(), campaign))
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
}
