package com.smartmarketingagent.campaign;

import static com.smartmarketingagent.Http.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import com.smartmarketingagent.Await;
import com.smartmarketingagent.Mailbox;
import com.smartmarketingagent.Shop;
import com.smartmarketingagent.Visitor;
import com.smartmarketingagent.customer.AddressKeys;
import com.smartmarketingagent.customer.CustomerBook;
import com.smartmarketingagent.demo.DemoShop;
import com.smartmarketingagent.messaging.Delivery;
import com.smartmarketingagent.messaging.FakeFonnte;
import com.smartmarketingagent.messaging.FakeProvider;
import com.smartmarketingagent.messaging.FakeResend;
import com.smartmarketingagent.platform.MailServer;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import jakarta.mail.MessagingException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Campaigns that leave the house, by a channel that the shop set up. */
@QuarkusTest
class ChannelCampaignTest extends CampaignCase {

    private static final String MIDDLE = "orang-500@contoh.id";

    @Inject
    DemoShop demo;

    @Inject
    AddressKeys keys;

    private static void mailServer(Shop whose, int port) {
        whose.api()
                .body(Map.of(
                        "host", "127.0.0.1", "port", "" + port, "security", "none", "from_email", "toko@contoh.id"))
                .put("/api/channels/smtp")
                .then()
                .statusCode(200);
    }

    private static UUID mailing(Shop whose) {
        return mailing(whose, "smtp");
    }

    private static UUID mailing(Shop whose, String via) {
        return whose.draft(
                "name",
                "Kabar",
                "via",
                via,
                "subject",
                "Kabar untuk {nama|Kak}",
                "text",
                "Halo {nama|Kak}, ini {nama_toko}.",
                "holdout_percent",
                0);
    }

    /** Its customers are made up, and their numbers may be somebody's. */
    @Test
    void theDemoShopSendsNothingForReal() {
        var opened = demo.open();
        try {
            var its = Shop.logIn(opened.email(), opened.password());
            its.api()
                    .body(Map.of("token", "token-uji-00000000"))
                    .put("/api/channels/fonnte")
                    .then()
                    .statusCode(200);
            for (var via : List.of("fonnte", "practice")) {
                var id = its.draft("via", via);
                var approved =
                        its.api().post("/api/campaigns/" + id + "/approve").then();
                if (via.equals("practice")) approved.statusCode(200);
                else approved.statusCode(409).body("error.message", containsString("Toko contoh"));
            }
        } finally {
            demo.remove(opened.id());
        }
    }

    @Test
    void aMailReachesItsReaderWithAWayOutThatWorksWithOneTap() throws MessagingException {
        try (var box = Mailbox.open()) {
            var ani = book.add("Ani", "email", "ani-" + shop.id().value() + "@contoh.id");
            book.add("Budi", "phone", "081234567811");
            mailServer(shop, port());
            var campaign = mailing(shop);
            look(campaign).body("data.reach.reachable", is(1)).body("data.reach.no_number", is(1));
            // to oneself first
            shop.api()
                    .post("/api/campaigns/" + campaign + "/test")
                    .then()
                    .statusCode(200)
                    .body("data.state", is("accepted"));
            assertThat(Mailbox.text(box.await(shop.email(), 1))).contains("ini Batik Sri.");
            look(campaign).body("data.campaign.state", is("draft")).body("data.counts", nullValue());
            step(campaign, "approve").statusCode(200);
            var mail = box.await("ani-" + shop.id().value() + "@contoh.id", 1);
            done(campaign).body("data.counts.accepted", is(1));
            assertThat(mail.getSubject()).isEqualTo("Kabar untuk Ani");
            assertThat(Mailbox.text(mail)).contains("Halo Ani, ini Batik Sri.");
            assertThat(mail.getHeader("List-Unsubscribe-Post")).containsExactly("List-Unsubscribe=One-Click");
            var link = mail.getHeader("List-Unsubscribe")[0].replaceAll("[<>]", "");
            assertThat(link).startsWith(Mailbox.PUBLIC_URL + "/u/");
            given().formParam("List-Unsubscribe", "One-Click")
                    .post(link.substring(Mailbox.PUBLIC_URL.length()))
                    .then()
                    .statusCode(200);
            look(mailing(shop)).body("data.reach.refused", is(1)).body("data.reach.reachable", is(0));
            shop.api()
                    .get("/api/customers/" + ani + "/consents")
                    .then()
                    .body("data.consents[channel=email][0].state", is("withdrawn"));
            shop.api().get("/api/notices").then().body("data.notices.kind", hasItem("campaign_finished"));
        }
    }

    /** Of the mail server that is open. */
    private static int port() {
        return Integer.parseInt(System.getProperty("MAIL_URL").replaceFirst(".*:", ""));
    }

    private void people(int n) {
        db.useTenant(
                shop.id(),
                tx -> tx.createUpdate("""
                        INSERT INTO app.customers (user_id, id, name, email)
                        SELECT :u, gen_random_uuid(), 'Ani ' || i, 'orang-' || i || '@contoh.id' FROM generate_series(1, :n) i
                        """).bind("u", shop.id()).bind("n", n).execute());
    }

    private int rows(String which) {
        return one(Integer.class, "SELECT count(*) FROM app." + which);
    }

    private UUID mailed() {
        var campaign = mailing(shop);
        step(campaign, "approve").statusCode(200);
        return campaign;
    }

    @Test
    void oneOfManyWhoIsRefusedIsOneAndIsWrittenToNoMore() {
        people(600);
        try (var box = Mailbox.open();
                var server = new MailServer().says("RCPT TO:<" + MIDDLE + ">", "550 5.1.1 nobody of that name")) {
            assertThat(box.to(MIDDLE)).isEmpty();
            mailServer(shop, server.port());
            var campaign = mailed();
            done(campaign).body("data.counts.accepted", is(599)).body("data.counts.failed", is(1));
            assertThat(server.taken()).doesNotHaveDuplicates().hasSize(599);
            assertThat(rows("message_outbox WHERE user_id = :u AND state = 'failed' AND why = 'bounced'"))
                    .isOne();
            assertThat(rows("suppressions WHERE user_id = :u AND channel = 'email' AND reason = 'bounce'"))
                    .isOne();
            // and the next campaign leaves them out
            look(mailing(shop)).body("data.reach.refused", is(1));
        }
    }

    /** As of Resend's reports: full today may have room tomorrow; the third time within 90 days it is nobody's. */
    @Test
    void theThirdMailThatBouncesForTheMomentCounts() {
        var ani = book.add("Ani", "email", "ani@contoh.id");
        try (var box = Mailbox.open();
                var server = new MailServer().says("RCPT", "552 5.2.2 mailbox full")) {
            assertThat(box.to("ani@contoh.id")).isEmpty();
            mailServer(shop, server.port());
            for (int i = 1; i <= 3; i++) {
                var campaign = mailed();
                done(campaign).body("data.counts.failed", is(1));
                // else the third failure in a row would pause it
                sql("UPDATE app.paces SET failures = 0 WHERE user_id = :u AND :c IS NOT NULL", campaign);
                assertThat(rows("soft_bounces WHERE user_id = :u")).isEqualTo(i);
                assertThat(rows("suppressions WHERE user_id = :u")).isEqualTo(i / 3);
            }
            // who won't have our mail says nothing about the address
            book.add("Budi", "email", "budi@contoh.id");
            server.says("RCPT", "550 5.7.1 no such sender here");
            done(mailed()).body("data.counts.failed", is(1));
            assertThat(rows("soft_bounces WHERE user_id = :u")).isEqualTo(3);
            shop.api()
                    .get("/api/customers/" + ani + "/consents")
                    .then()
                    .body("data.suppressions.reason", hasItem("bounce"));
        }
    }

    /** What came of a try counts once, also where the database is away when it is to be written down. */
    @Test
    void whatCameOfAMessageIsWrittenDownWhenTheDatabaseIsBackAndNothingIsSentTwice() {
        var campaign = running(2);
        sql("UPDATE app.campaigns SET via = 'smtp' WHERE user_id = :u AND id = :c", campaign);
        var sender = new Counting();
        sender.answers.add(new Delivery.Bounced(false));
        var away = new java.util.concurrent.atomic.AtomicInteger();
        var forgetful = new OutboxRepository(keys) {
            @Override
            int settle(
                    org.jdbi.v3.core.Handle tx,
                    com.smartmarketingagent.platform.UserId user,
                    UUID id,
                    java.util.List<Outcome> outcomes) {
                int settled = super.settle(tx, user, id, outcomes);
                if (away.incrementAndGet() == 1)
                    throw new IllegalStateException(new java.sql.SQLException("gone", "57P01"));
                return settled;
            }
        };
        var outbox = couriers.outbox;
        couriers.outbox = forgetful;
        try {
            by(sender).run(instance(campaign));
        } finally {
            couriers.outbox = outbox;
        }
        assertThat(away).hasValue(2);
        assertThat(sender.calls.values()).extracting(Object::toString).containsExactly("1", "1");
        look(campaign)
                .body("data.campaign.state", is("done"))
                .body("data.counts.accepted", is(1))
                .body("data.counts.failed", is(1));
        assertThat(rows("soft_bounces WHERE user_id = :u")).isOne();
    }

    /** Five requests a second is what Resend allows to all of an account together. */
    @Test
    void resendIsAskedAtMostFourTimesASecond() {
        people(9);
        try (var box = Mailbox.open();
                var resend = new FakeResend()) {
            assertThat(box.to(MIDDLE)).isEmpty();
            var asked = new ConcurrentLinkedQueue<Long>();
            shop.api()
                    .body(Map.of("api_key", "re_kunci_panjang_sekali", "from_email", "toko@contoh.id"))
                    .put("/api/channels/resend")
                    .then()
                    .statusCode(200);
            resend.always((call, heard) -> {
                asked.add(System.nanoTime());
                resend.usually(call, heard);
            });
            var campaign = mailing(shop, "resend");
            step(campaign, "approve").statusCode(200);
            done(campaign).body("data.counts.accepted", is(9));
            assertThat(asked).hasSize(9);
            var times = asked.stream().sorted().toList();
            for (int i = 4; i < times.size(); i++)
                assertThat(Duration.ofNanos(times.get(i) - times.get(i - 4))).isGreaterThan(Duration.ofMillis(900));
        }
    }

    @Test
    void aPausedCampaignSaysWhatKeepsItsChannelAndWhatToDo() {
        var campaign = running(1);
        sql(
                "UPDATE app.campaigns SET via = 'fonnte', state = 'paused', paused_why = 'channel' WHERE user_id = :u AND id = :c",
                campaign);
        shop.api()
                .body(Map.of("token", "token-uji-00000000"))
                .put("/api/channels/fonnte")
                .then()
                .statusCode(200);
        var owner = new Visitor(shop);
        var says = Map.of(
                "quota", "Jatah pesannya habis. Tambah jatah",
                "token", "Kuncinya ditolak. Salin lagi",
                "disconnected", "WhatsApp di HP terputus");
        says.forEach((why, words) -> {
            sql(
                    "UPDATE app.channels SET state = 'refused', why = '" + why
                            + "' WHERE user_id = :u AND :c IS NOT NULL",
                    campaign);
            owner.get("/campaigns/" + campaign)
                    .body(containsString("tidak bisa dipakai. " + words.substring(0, 10)))
                    .body(containsString(words));
        });
        sql("UPDATE app.channels SET state = 'connected', why = NULL WHERE user_id = :u AND :c IS NOT NULL", campaign);
        owner.get("/campaigns/" + campaign).body(containsString("sempat tidak bisa dipakai"));
    }

    @Test
    void whatHasNoChannelOrNoWayOutIsNotApproved() {
        book.add("Ani", "email", "ani@contoh.id", "phone", "081234567811");
        var byNumber = shop.draft("via", "fonnte");
        step(byNumber, "approve").statusCode(409);
        look(byNumber).body("data.campaign.state", is("draft"));
        mailServer(shop, 9);
        // nobody said where people outside reach this installation
        step(mailing(shop), "approve").statusCode(409);
    }

    @Test
    void oneAddressGetsOneMailWhoeverSharesIt() {
        book.add("Ani", "email", "berdua@contoh.id");
        book.add("Budi", "email", "berdua@contoh.id");
        book.add("Citra", "email", "citra@contoh.id");
        look(mailing(shop)).body("data.reach.reachable", is(2)).body("data.reach.no_number", is(1));
    }

    @Test
    void aChannelThatIsDownPausesAndItsOwnerIsToldAndNothingCountsAsTried() {
        var campaign = running(3);
        var sender = new Counting();
        sender.answers.add(new Delivery.ChannelDown("token"));
        sql("UPDATE app.campaigns SET via = 'fonnte' WHERE user_id = :u AND id = :c", campaign);
        by(sender).run(instance(campaign));
        assertThat(sender.calls).hasSize(1);
        look(campaign)
                .body("data.campaign.state", is("paused"))
                .body("data.campaign.paused_why", is("channel"))
                .body("data.counts.pending", is(3));
        assertThat(one(
                        Integer.class,
                        "SELECT sum(attempt) FROM app.message_outbox WHERE user_id = :u AND campaign_id = :c",
                        "c",
                        campaign))
                .isZero();
        shop.api().get("/api/notices").then().body("data.notices.kind", hasItem("campaign_paused"));
        // looked after and resumed, without anything set up: the job itself finds no channel
        step(campaign, "resume").statusCode(200);
        Await.until(
                "the job finds no channel",
                () -> "no_channel".equals(look(campaign).extract().path("data.campaign.paused_why")));
        look(campaign).body("data.campaign.paused_why", is("no_channel")).body("data.counts.pending", is(3));
    }

    /** Whether Meta says so at once or later. */
    @Test
    void whoStoppedTheShopInWhatsAppItselfIsNotWrittenToAgain() {
        var campaign = running(1);
        var sender = new Counting();
        sender.answers.add(new Delivery.Rejected("stopped"));
        by(sender).run(instance(campaign));
        look(campaign).body("data.counts.failed", is(1));
        look(shop.draft("via", "assisted")).body("data.reach.refused", is(1));
    }

    /** A mail server that is away for an hour doesn't use up the tries of everybody. */
    @Test
    void mailGoesThreeAtOnceAndPausesAfterThreeFailures() {
        var campaign = running(9);
        sql("UPDATE app.campaigns SET via = 'smtp' WHERE user_id = :u AND id = :c", campaign);
        var sender = new Counting();
        for (int i = 0; i < 6; i++) sender.answers.add(new Delivery.RetryLater(Duration.ofMinutes(15), "unreachable"));
        by(sender).run(instance(campaign));
        assertThat(sender.calls).hasSize(3);
        look(campaign)
                .body("data.campaign.paused_why", is("failures"))
                .body("data.counts.pending", is(9))
                .body("data.counts.failed", is(0));
    }

    @Test
    void moreThanOneInFiftyWhoSaysStopPausesTheCampaign() {
        var campaign = running(6);
        sql("UPDATE app.campaigns SET via = 'fonnte' WHERE user_id = :u AND id = :c", campaign);
        var sender = new Counting();
        for (int i = 0; i < 3; i++) {
            by(sender).run(instance(campaign));
            db.useTenant(
                    shop.id(),
                    tx -> tx.createUpdate("UPDATE app.paces SET next_at = now() WHERE user_id = :u")
                            .bind("u", shop.id())
                            .execute());
        }
        var reached = new ArrayList<>(sender.calls.keySet());
        assertThat(reached).hasSize(3);
        refuse(reached.get(0));
        refuse(reached.get(1));
        by(sender).run(instance(campaign));
        assertThat(sender.calls).hasSize(3);
        look(campaign).body("data.campaign.paused_why", is("stops"));
        // by mail as by WhatsApp
        sql("UPDATE app.campaigns SET state = 'running', via = 'smtp' WHERE user_id = :u AND id = :c", campaign);
        by(sender).run(instance(campaign));
        look(campaign).body("data.campaign.paused_why", is("stops"));
        // whoever goes on has seen them
        sql("UPDATE app.campaigns SET via = 'fonnte' WHERE user_id = :u AND id = :c", campaign);
        sql("UPDATE app.campaigns SET state = 'running', resumed_at = now() WHERE user_id = :u AND id = :c", campaign);
        by(sender).run(instance(campaign));
        assertThat(sender.calls).hasSize(4);
    }

    /** Also of those who became somebody else since. */
    @Test
    void oneInFiftyWhoSaysStopIsStillFewEnough() {
        var campaign = running(103);
        sql("UPDATE app.campaigns SET via = 'fonnte' WHERE user_id = :u AND id = :c", campaign);
        sql("""
                UPDATE app.message_outbox SET state = 'accepted', sending_since = now()
                WHERE user_id = :u AND campaign_id = :c
                  AND customer_id IN (SELECT customer_id FROM app.message_outbox WHERE user_id = :u AND campaign_id = :c ORDER BY place LIMIT 100)
                """, campaign);
        var reached = found(
                UUID.class, "SELECT customer_id FROM app.message_outbox WHERE user_id = :u AND state = 'accepted'");
        refuse(reached.get(0));
        var other = book.add("Wulan");
        var today = book.add("Wulan Sari");
        merge(other, reached.get(1));
        merge(today, other);
        // who said so of mails, or before the message went, doesn't count
        for (int i = 4; i < 9; i++)
            new Visitor(shop)
                    .post("/customers/" + reached.get(i) + "/consents", "channel", "email", "state", "withdrawn")
                    .statusCode(303);
        refuse(reached.get(9));
        sql("""
                UPDATE app.message_outbox SET sending_since = now()
                WHERE user_id = :u AND campaign_id = :c AND customer_id = (
                  SELECT customer_id FROM app.consents WHERE user_id = :u AND channel = 'whatsapp' ORDER BY changed_at DESC LIMIT 1)
                """, campaign);
        var sender = new Counting();
        refuse(today);
        by(sender).run(instance(campaign));
        assertThat(sender.calls).as("two of a hundred").hasSize(1);
        db.useTenant(
                shop.id(),
                tx -> tx.createUpdate("UPDATE app.paces SET next_at = now() WHERE user_id = :u")
                        .bind("u", shop.id())
                        .execute());
        refuse(reached.get(3));
        by(sender).run(instance(campaign));
        assertThat(sender.calls).as("three of 101").hasSize(1);
        look(campaign).body("data.campaign.paused_why", is("stops"));
    }

    /** Threat 44: shops whose provider stalls keep no other shop from sending, and no page from its owner. */
    @Test
    void threat44AStallingProviderHoldsUpNobodyElse() {
        try (var box = Mailbox.open();
                var server = new MailServer().says("END", "stall")) {
            assertThat(box.to("x@contoh.id")).isEmpty();
            var stalled = new HashMap<UUID, Shop>();
            for (int i = 0; i < 6; i++) {
                var other = Shop.register();
                new CustomerBook(other).add("Ani", "email", "ani@contoh.id");
                mailServer(other, server.port());
                var campaign = mailing(other);
                other.api()
                        .post("/api/campaigns/" + campaign + "/approve")
                        .then()
                        .statusCode(200);
                stalled.put(campaign, other);
            }
            Await.until(
                    "all six hang",
                    () -> server.heard().stream().filter("."::equals).count() >= 6);
            customers(3);
            var campaign = shop.draft("holdout_percent", 0);
            step(campaign, "approve").statusCode(200);
            done(campaign).body("data.counts.accepted", is(3));
            // all this while they hang
            stalled.forEach((id, other) ->
                    other.api().get("/api/campaigns/" + id).then().body("data.counts.sending", is(1)));
            Await.until(
                    "what may have been sent is unknown",
                    () -> stalled.entrySet().stream().allMatch(s -> isUnknown(s.getValue(), s.getKey())));
        }
    }

    /** Threat 44: nor does one that fails some shops in its own way; also where the others send by the same. */
    @ParameterizedTest
    @CsvSource({"failing, unknown", "busy, pending", "garbage, unknown", "reset, unknown"})
    void threat44AProviderThatFailsSomeShopsHoldsUpNoOther(String fault, String state) {
        var behaviours = Map.of(
                "failing",
                FakeProvider.failing(),
                "busy",
                FakeProvider.answering(429, Map.of(), "Retry-After", "3600"),
                "garbage",
                FakeProvider.garbage(),
                "reset",
                FakeProvider.reset());
        try (var fonnte = new FakeFonnte()) {
            var failed = new HashMap<UUID, Shop>();
            var numbers = List.of("6285799000100", "6285799000101", "6285799000102", "6285799000103");
            for (var number : numbers) {
                fonnte.to(number, Objects.requireNonNull(behaviours.get(fault)));
                var other = Shop.register();
                failed.put(byNumber(other, number), other);
            }
            var campaign = byNumber(shop, "6285799000106");
            done(campaign).body("data.counts.accepted", is(1));
            Await.until("each was tried", () -> fonnte.messages().keySet().containsAll(numbers));
            failed.forEach((id, other) -> {
                Await.until(
                        "it is " + state,
                        () -> other.api().get("/api/campaigns/" + id).<Integer>path("data.counts." + state) == 1);
                // what is put off comes to no other test's provider
                other.api().post("/api/campaigns/" + id + "/cancel");
            });
            for (var number : numbers) assertThat(fonnte.messages()).containsEntry(number, 1);
        }
    }

    private static UUID byNumber(Shop whose, String number) {
        new CustomerBook(whose).add("Ani", "phone", "+" + number);
        whose.api()
                .body(Map.of("token", "token-uji-00000000"))
                .put("/api/channels/fonnte")
                .then()
                .statusCode(200);
        var campaign = whose.draft("via", "fonnte", "holdout_percent", 0);
        whose.api().post("/api/campaigns/" + campaign + "/approve").then().statusCode(200);
        return campaign;
    }

    private static boolean isUnknown(Shop whose, UUID campaign) {
        return whose.api().get("/api/campaigns/" + campaign).<Integer>path("data.counts.unknown") == 1;
    }
}
