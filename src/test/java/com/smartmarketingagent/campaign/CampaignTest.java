package com.smartmarketingagent.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import com.smartmarketingagent.Shop;
import com.smartmarketingagent.Visitor;
import com.smartmarketingagent.account.Limits;
import com.smartmarketingagent.messaging.Delivery;
import com.smartmarketingagent.messaging.Sender;
import com.smartmarketingagent.pacing.Zones;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From a draft to what became of each message. */
@QuarkusTest
class CampaignTest extends CampaignCase {

    @Inject
    Limits limits;

    @Test
    void whoIsMeantIsCountedWithWhyTheOthersAreLeftOut() {
        var people = customers(3);
        book.add("Tanpa Nomor");
        refuse(people.get(0));
        shop.api()
                .body(Map.of("channel", "whatsapp", "state", "granted", "wording", "Boleh, Kak"))
                .put("/api/customers/" + people.get(1) + "/consents")
                .then()
                .statusCode(200);
        look(shop.draft())
                .body("data.reach.reachable", is(2))
                .body("data.reach.refused", is(1))
                .body("data.reach.no_number", is(1))
                .body("data.counts", nullValue());
        look(shop.draft("audience", Map.of()))
                .body("data.reach.reachable", is(1))
                .body("data.reach.unasked", is(1));
        look(shop.draft("audience", Map.of("city", "Solo", "include_unasked", true)))
                .body("data.reach.reachable", is(0));
    }

    @Test
    void practiceBringsEachOneMessageAsTheyWouldReadIt() {
        customers(3);
        var campaign = shop.draft("holdout_percent", 0);
        step(campaign, "approve").statusCode(200).body("data.campaign.state", is("running"));
        done(campaign).body("data.counts.accepted", is(3)).body("data.counts.pending", is(0));
        shop.api()
                .get("/api/practice/messages")
                .then()
                .body("data.messages.name", containsInAnyOrder("Ani 0", "Ani 1", "Ani 2"))
                .body(
                        "data.messages[name=Ani 1][0].text",
                        equalTo("Halo Ani 1, ini Batik Sri. Balas STOP untuk berhenti."));
        Shop.register().api().get("/api/practice/messages").then().body("data.messages", hasSize(0));
    }

    /** Threat 30. */
    @Test
    void threat30NothingIsSentThatNobodyApproved() {
        customers(1);
        var campaign = shop.draft();
        by(new Counting()).run(instance(campaign));
        shop.api().get("/api/practice/messages").then().body("data.messages", hasSize(0));
        for (var step : List.of("pause", "resume")) step(campaign, step).statusCode(409);
        step(campaign, "approve").statusCode(200);
        step(campaign, "approve").statusCode(409);
    }

    @Test
    void aTextThatDoesNotSayHowToStopIsRefused() {
        for (var text : List.of("Halo {nama|Kak}.", "Halo {ibu}. Balas STOP.", "Kami tak stop memikirkan Kakak."))
            shop.api()
                    .body(Shop.campaign("text", text))
                    .post("/api/campaigns")
                    .then()
                    .statusCode(400)
                    .body("error.details[0].field", is("text"));
    }

    @Test
    void aCampaignForNobodyIsNotStarted() {
        book.add("Tanpa Nomor");
        var campaign = shop.draft();
        step(campaign, "approve").statusCode(409);
        look(campaign).body("data.campaign.state", is("draft"));
    }

    @Test
    void aShareGetsNothingAndTheSameWheneverItIsDrawn() {
        customers(50);
        var campaign = shop.draft();
        look(campaign).body("data.campaign.holdout_percent", is(10));
        step(campaign, "approve").statusCode(200);
        done(campaign).body("data.counts.accepted", is(30)).body("data.counts.holdout", is(20));
        var held = found(
                String.class,
                "SELECT customer_id::text FROM app.campaign_holdout WHERE user_id = :u AND campaign_id = :c",
                "c",
                campaign);
        var written = new TreeSet<>(shop.api()
                .get("/api/campaigns/" + campaign + "/recipients?limit=100")
                .then()
                .extract()
                .<List<String>>path("data.recipients.customer_id"));
        assertThat(written).hasSize(30).doesNotContainAnyElementsOf(held);
        // drawn again for the same campaign, they are the same
        var again = found(String.class, """
                SELECT id::text FROM app.customers WHERE user_id = :u
                ORDER BY sha256(uuid_send(:c) || uuid_send(id)) LIMIT 20
                """, "c", campaign);
        assertThat(held).containsExactlyInAnyOrderElementsOf(again);
    }

    private void mayHave(int messages) {
        limits.change(shop.id(), new Limits.Limit(null, null, messages, List.of()), "");
    }

    @Test
    void whatWaitsIsHeldAgainstALimitThatWasLoweredWhenItIsResumed() {
        var campaign = running(5);
        step(campaign, "pause").statusCode(200);
        mayHave(3);
        step(campaign, "resume").statusCode(409).body(containsString("melewati batas 3 pesan sebulan"));
        look(campaign).body("data.campaign.state", is("paused"));
        mayHave(5);
        step(campaign, "resume").statusCode(200);
    }

    @Test
    void whatGoesOnPausesWhenTheLimitIsLowered() {
        var campaign = running(5);
        mayHave(4);
        var sender = new Counting();
        by(sender).run(instance(campaign));
        assertThat(sender.calls).isEmpty();
        look(campaign).body("data.campaign.state", is("paused")).body("data.campaign.paused_why", is("limits"));
        mayHave(5);
        step(campaign, "resume").statusCode(200);
        by(sender).run(instance(campaign));
        assertThat(sender.calls).hasSize(5);
        look(campaign).body("data.campaign.state", is("done"));
    }

    /** Threat 36: also after the approval, at the moment of sending. */
    @Test
    void threat36WhoSaysStopBeforeTheirMessageIsBegunGetsNone() {
        var campaign = running(3);
        var stopped = UUID.fromString(
                shop.api().get("/api/customers?search=Ani 1").then().extract().path("data.customers[0].id"));
        refuse(stopped);
        var sender = new Counting();
        by(sender).run(instance(campaign));
        assertThat(sender.calls).hasSize(2).doesNotContainKey(stopped);
        look(campaign).body("data.counts.suppressed", is(1)).body("data.counts.accepted", is(2));
    }

    @Test
    void whoIsErasedBeforeTheirMessageIsBegunGetsNone() {
        var campaign = running(2);
        var gone = UUID.fromString(
                shop.api().get("/api/customers?search=Ani 1").then().extract().path("data.customers[0].id"));
        shop.api().delete("/api/customers/" + gone + "?erase=now").then().statusCode(200);
        var sender = new Counting();
        by(sender).run(instance(campaign));
        assertThat(sender.calls).hasSize(1).doesNotContainKey(gone);
        shop.api()
                .get("/api/campaigns/" + campaign + "/recipients")
                .then()
                .body("data.recipients[state=skipped].why", equalTo(List.of("no_number")));
    }

    @Test
    void threeCampaignsInAWeekAreOneMessage() {
        var first = running(2);
        // approved before anything was sent
        var second = shop.draft("via", "assisted", "holdout_percent", 0);
        step(second, "approve").statusCode(200);
        sql("UPDATE app.message_outbox SET next_attempt_at = now() WHERE user_id = :u AND campaign_id = :c", second);
        var sender = new Counting();
        by(sender).run(instance(first));
        sql(
                "UPDATE app.message_outbox SET sending_since = now() - interval '6 days' WHERE user_id = :u AND campaign_id = :c",
                first);
        by(sender).run(instance(second));
        look(second).body("data.counts.skipped", is(2)).body("data.campaign.state", is("done"));
        var third = shop.draft("via", "assisted");
        look(third).body("data.reach.reachable", is(0)).body("data.reach.recent", is(2));
        step(third, "approve").statusCode(409);
        // practice is for practice
        look(shop.draft()).body("data.reach.reachable", is(2));
        assertThat(sender.calls)
                .hasSize(2)
                .allSatisfy((c, calls) -> assertThat(calls).hasValue(1));
    }

    /** Both approved before either was sent: what counts is the moment of sending. */
    @Test
    void ofTwoCampaignsAtOnceOneIsSent() throws Exception {
        customers(20);
        var both = List.of(
                shop.draft("via", "assisted", "holdout_percent", 0),
                shop.draft("via", "assisted", "holdout_percent", 0));
        for (var campaign : both) {
            step(campaign, "approve").statusCode(200);
            sql(
                    "UPDATE app.message_outbox SET next_attempt_at = now() WHERE user_id = :u AND campaign_id = :c",
                    campaign);
        }
        var sender = new Counting();
        together(both.stream()
                .map(c -> (Runnable) () -> by(sender).run(instance(c)))
                .toList());
        assertThat(sender.calls)
                .hasSize(20)
                .allSatisfy((c, calls) -> assertThat(calls).hasValue(1));
    }

    /** Threat 45: any number of nodes. */
    @Test
    void threat45SeveralNodesSendEachMessageOnce() throws Exception {
        var campaign = running(40);
        var sender = new Counting();
        Runnable node = () -> by(sender).run(instance(campaign));
        together(List.of(node, node, node));
        assertThat(sender.calls)
                .hasSize(40)
                .allSatisfy((c, calls) -> assertThat(calls).hasValue(1));
        look(campaign).body("data.campaign.state", is("done")).body("data.counts.accepted", is(40));
    }

    /** Threat 39: a node that died before its commit has begun nothing; one that died while sending may have sent. */
    @Test
    void threat39WhatADeadNodeHadBegunIsUnknownAndWhatItHadNotIsSent() {
        var campaign = running(3);
        var dead = db.inTenant(shop.id(), tx -> begin(tx, campaign, 1)).getFirst();
        try {
            db.useTenant(shop.id(), tx -> {
                begin(tx, campaign, 1);
                throw new IllegalStateException("mati");
            });
        } catch (IllegalStateException e) {
            assertThat(e).hasMessage("mati");
        }
        sql(
                "UPDATE app.message_outbox SET lease_until = now() - interval '1 second' WHERE user_id = :u AND campaign_id = :c AND lease_until IS NOT NULL",
                campaign);
        var sender = new Counting();
        by(sender).run(instance(campaign));
        assertThat(sender.calls).hasSize(2).doesNotContainKey(dead.customerId());
        look(campaign)
                .body("data.counts.unknown", is(1))
                .body("data.counts.accepted", is(2))
                .body("data.campaign.state", is("done"));
        // who comes back from the dead writes nothing
        var late = new OutboxRepository.Outcome(dead, "Halo.", "accepted", null, null, null);
        db.useTenant(
                shop.id(),
                tx -> assertThat(couriers.outbox.settle(tx, shop.id(), campaign, List.of(late)))
                        .isZero());
        look(campaign).body("data.counts.unknown", is(1));
    }

    /** What a mail was is known to Resend by its key, for a day. */
    @ParameterizedTest
    @CsvSource({"22 hours, 2, 0", "24 hours, 1, 1"})
    void whatADeadNodeSentByResendIsSentOnceMoreAsLongAsItsKeyIsKnown(String ago, int calls, int unknown) {
        var campaign = running(2);
        sql("UPDATE app.campaigns SET via = 'resend' WHERE user_id = :u AND id = :c", campaign);
        var dead = db.inTenant(shop.id(), tx -> begin(tx, campaign, 1)).getFirst();
        sql(
                "UPDATE app.message_outbox SET lease_until = now() - interval '1 second', first_try_at = now() - interval '"
                        + ago + "' WHERE user_id = :u AND campaign_id = :c AND state = 'sending'",
                campaign);
        var sender = new Counting();
        by(sender).run(instance(campaign));
        assertThat(sender.calls).hasSize(calls);
        assertThat(sender.calls.containsKey(dead.customerId())).isEqualTo(unknown == 0);
        look(campaign).body("data.counts.unknown", is(unknown)).body("data.counts.accepted", is(calls));
    }

    /**
     * Whatever nodes, campaigns and repetitions there are, a shop's mail server is asked no more at once than agreed.
     */
    @Test
    void ofAllWhoSendAShopsMailOneAtATimeDoes() throws Exception {
        var campaign = running(30);
        sql("UPDATE app.campaigns SET via = 'smtp' WHERE user_id = :u AND id = :c", campaign);
        var inside = new AtomicInteger();
        var most = new AtomicInteger();
        Runnable node = () -> by(message -> {
                    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                    LockSupport.parkNanos(50_000_000);
                    inside.decrementAndGet();
                    return new Delivery.Accepted(null);
                })
                .run(instance(campaign));
        together(List.of(node, node, node));
        assertThat(most).hasValue(3);
        look(campaign).body("data.campaign.state", is("done")).body("data.counts.accepted", is(30));
    }

    /** On a machine that goes down: what was taken is written down, and of the rest it is said that nobody knows. */
    @Test
    void whoIsStoppedInTheMiddleStillWritesDownWhatCame() throws Exception {
        var campaign = running(4);
        sql("UPDATE app.campaigns SET via = 'practice' WHERE user_id = :u AND id = :c", campaign);
        var calls = new AtomicInteger();
        var first = new CountDownLatch(1);
        var node = new AtomicReference<Thread>();
        Sender sender = message -> {
            try {
                if (calls.incrementAndGet() == 1) return new Delivery.Accepted(null);
                LockSupport.parkNanos(50_000_000);
                node.get().interrupt();
                first.await();
                throw new AssertionError("not interrupted");
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        };
        node.set(Thread.ofPlatform().start(() -> by(sender).run(instance(campaign))));
        assertThat(node.get().join(Duration.ofSeconds(60))).isTrue();
        look(campaign)
                .body("data.counts.sending", is(0))
                .body("data.counts.accepted", is(1))
                .body("data.counts.unknown", is(3));
    }

    private List<OutboxRepository.Begun> begin(Handle tx, UUID campaign, int most) {
        return couriers.outbox.begin(
                tx,
                shop.id(),
                campaign,
                couriers.outbox.choose(tx, shop.id(), campaign, Zones.EAST_FIRST, false, most));
    }

    /** Else each batch takes seconds, until somebody has counted what is pending. */
    @Test
    void aBatchLooksAtItsOwnMessagesOnlyThoughThePlannerKnowsNothingOfTheCampaign() {
        threeThousand();
        sql(
                "UPDATE app.message_outbox SET state = 'accepted', sending_since = now() - interval '9 days' WHERE user_id = :u AND campaign_id = :c",
                running(0));
        db.asOwner(tx -> tx.execute("ANALYZE app.message_outbox"));
        var campaign = running(0);
        for (int batch = 0; batch < 2; batch++) {
            long rows = db.inTenant(shop.id(), tx -> {
                long before = rowsRead(tx);
                assertThat(begin(tx, campaign, 25)).hasSize(25);
                return rowsRead(tx) - before;
            });
            assertThat(rows).isBetween(25L, 500L);
        }
    }

    private void threeThousand() {
        db.useTenant(shop.id(), tx -> tx.createUpdate("""
                                INSERT INTO app.customers (user_id, id, name, phone)
                                SELECT :u, gen_random_uuid(), 'Ani', '+62812' || (34000000 + i) FROM generate_series(1, 3000) i
                                """).bind("u", shop.id()).execute());
    }

    /** It is asked before each message. */
    @Test
    void whetherToGoOnIsAskedOfThoseWhoSaidStopOnly() {
        threeThousand();
        var campaign = running(0);
        sql(
                "UPDATE app.message_outbox SET state = 'accepted', sending_since = now() WHERE user_id = :u AND campaign_id = :c",
                campaign);
        sql("""
                INSERT INTO app.consents (user_id, customer_id, channel, state, source)
                SELECT user_id, customer_id, channel, 'withdrawn', 'owner' FROM app.message_outbox
                WHERE user_id = :u AND campaign_id = :c ORDER BY place LIMIT 3
                """, campaign);
        for (int known = 0; known < 2; known++) {
            long rows = db.inTenant(shop.id(), tx -> {
                long before = rowsRead(tx);
                assertThat(couriers.progress.isUnwanted(tx, shop.id(), campaign))
                        .isFalse();
                return rowsRead(tx) - before;
            });
            // fifty for each of them, their own, and what an index leads past; not all who got one
            assertThat(rows).isBetween(150L, 1_000L);
            db.asOwner(tx -> tx.execute("ANALYZE app.message_outbox, app.consents, app.customers"));
        }
    }

    /** By this connection since it last reported it. */
    private static long rowsRead(Handle tx) {
        return tx.createQuery("""
                        SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relid = 'app.message_outbox'::regclass
                        """).mapTo(Long.class).one();
    }

    /** Nobody is left in the middle, whatever became of the campaign meanwhile. */
    @Test
    void whatWasBeingSentWhenItWasCancelledIsLookedAfter() {
        var campaign = running(3);
        sql("UPDATE app.campaigns SET via = 'practice' WHERE user_id = :u AND id = :c", campaign);
        db.useTenant(shop.id(), tx -> begin(tx, campaign, 1));
        step(campaign, "cancel").statusCode(200);
        look(campaign).body("data.counts.cancelled", is(2)).body("data.counts.sending", is(1));
        var dispatch = by(new Counting());
        assertThat(dispatch.again(instance(campaign))).isNotNull();
        sql(
                "UPDATE app.message_outbox SET lease_until = now() WHERE user_id = :u AND campaign_id = :c AND state = 'sending'",
                campaign);
        dispatch.run(instance(campaign));
        look(campaign).body("data.counts.unknown", is(1)).body("data.counts.sending", is(0));
        assertThat(dispatch.again(instance(campaign))).isNull();
        // it may be taken as sent, but a cancelled campaign sends nothing more
        var open = shop.api()
                .get("/api/campaigns/" + campaign + "/recipients")
                .<String>path("data.recipients[state=unknown][0].customer_id");
        say(campaign, open, "again").statusCode(409);
        say(campaign, open, "sent").statusCode(200).body("data.counts.accepted", is(1));
    }

    @Test
    void whatComesBackAfterTheCampaignWasCancelledIsCancelledToo() {
        var campaign = running(1);
        by(message -> {
                    step(campaign, "cancel").statusCode(200);
                    return new Delivery.RetryLater(Duration.ofHours(1), "busy");
                })
                .run(instance(campaign));
        // by hand it would be unknown; the sender of this test is none
        look(campaign).body("data.counts.pending", is(0)).body("data.counts.sending", is(0));
    }

    /** Also while their message is open in the owner's hands. */
    @Test
    void whoSaysStopWhileTheirMessageIsOpenIsNotOfferedAnyMore() {
        var people = customers(2);
        var campaign = shop.draft("via", "assisted", "holdout_percent", 0);
        step(campaign, "approve").statusCode(200);
        var open = UUID.fromString(next(campaign).extract().path("data.open.customer_id"));
        refuse(open);
        people.remove(open);
        next(campaign).body("data.open.customer_id", is(people.getFirst().toString()));
        look(campaign).body("data.counts.suppressed", is(1)).body("data.counts.sending", is(1));
        shop.api().delete("/api/customers/" + people.getFirst()).then().statusCode(200);
        next(campaign).body("data.open", nullValue());
        look(campaign).body("data.counts.skipped", is(1)).body("data.campaign.state", is("done"));
    }

    /** A provider that knows a second try by its key forgets it after a day: later it would be a second message. */
    @Test
    void whatMayHaveGoneADayAgoIsNotTriedAgain() {
        var campaign = running(2);
        sql(
                "UPDATE app.message_outbox SET attempt = 1, why = 'lost', first_try_at = now() - interval '24 hours' WHERE user_id = :u AND campaign_id = :c AND place = 1",
                campaign);
        sql(
                "UPDATE app.message_outbox SET attempt = 1, why = 'lost', first_try_at = now() - interval '22 hours' WHERE user_id = :u AND campaign_id = :c AND place = 2",
                campaign);
        var sender = new Counting();
        by(sender).run(instance(campaign));
        assertThat(sender.calls).hasSize(1);
        look(campaign).body("data.counts.unknown", is(1)).body("data.counts.accepted", is(1));
    }

    /** Who was written to stays known as such, whatever becomes of the file that they came with. */
    @Test
    void anImportThatIsTakenBackTakesNobodyWhoHasAMessage() {
        var file = "Nama,Telepon\nEka,081234567890\nFani,081234567891\n";
        var imported = shop.api()
                .contentType("multipart/form-data")
                .multiPart("file", "pelanggan.csv", file.getBytes(java.nio.charset.StandardCharsets.UTF_8), "text/csv")
                .post("/api/customers/import")
                .then()
                .statusCode(202)
                .extract()
                .<String>path("data.import.id");
        shop.imported(imported);
        var campaign = shop.draft("via", "assisted", "holdout_percent", 0);
        step(campaign, "approve").statusCode(200);
        shop.api().post("/api/imports/" + imported + "/undo").then().statusCode(200);
        look(campaign).body("data.counts.pending", is(2));
        shop.api().get("/api/customers").then().body("meta.total", is(2));
    }

    @Test
    void aShopThatIsSwitchedOffSendsNothing() {
        var campaign = running(2);
        Shop.admin()
                .api()
                .body(Map.of("is_active", false))
                .put("/api/admin/users/" + shop.id().value())
                .then()
                .statusCode(200);
        var sender = new Counting();
        by(sender).run(instance(campaign));
        assertThat(sender.calls).isEmpty();
    }

    @Test
    void whatNobodyKnowsOfTheOwnerSettlesOrHasSentAgain() {
        var campaign = running(3);
        var sender = new Counting();
        for (int i = 0; i < 3; i++) sender.answers.add(new Delivery.Unknown("timeout"));
        by(sender).run(instance(campaign));
        look(campaign).body("data.counts.unknown", is(3)).body("data.campaign.state", is("done"));
        var ids = List.copyOf(sender.calls.keySet());
        say(campaign, ids.get(0).toString(), "sent").statusCode(200);
        say(campaign, ids.get(1).toString(), "skipped").statusCode(200);
        say(campaign, ids.get(2).toString(), "again")
                .body("data.counts.accepted", is(1))
                .body("data.counts.skipped", is(1))
                .body("data.counts.pending", is(1))
                .body("data.campaign.state", is("running"));
        // from another window, where it is unknown still
        say(campaign, ids.get(2).toString(), "sent").statusCode(409);
        look(campaign).body("data.counts.pending", is(1));
        by(sender).run(instance(campaign));
        assertThat(sender.calls.get(ids.get(2))).hasValue(2);
        look(campaign).body("data.counts.accepted", is(2)).body("data.campaign.state", is("done"));
        // it is known now
        say(campaign, ids.get(2).toString(), "again").statusCode(404);
        assertThat(one(
                        Integer.class,
                        "SELECT count(checked_at) FROM app.message_outbox WHERE user_id = :u AND campaign_id = :c",
                        "c",
                        campaign))
                .isEqualTo(3);
        shop.api()
                .get("/api/audit")
                .then()
                .body("data.entries.action", hasItems("message_sent_again", "message_settled"));
    }

    @Test
    void whoseNumberHasNoWhatsAppIsLeftOutUntilItIsCorrected() {
        var campaign = running(2);
        var sender = new Counting();
        sender.answers.add(new Delivery.Rejected("address"));
        by(sender).run(instance(campaign));
        look(campaign).body("data.counts.failed", is(1));
        look(shop.draft("via", "assisted")).body("data.reach.no_number", is(1));
        // somebody may have WhatsApp by then
        sql(
                "UPDATE app.message_outbox SET sending_since = sending_since - interval '90 days' WHERE user_id = :u AND campaign_id = :c",
                campaign);
        sql(
                "UPDATE app.customers SET updated_at = updated_at - interval '99 days' WHERE user_id = :u AND :c IS NOT NULL",
                campaign);
        look(shop.draft("via", "assisted")).body("data.reach.no_number", is(0));
        sql("UPDATE app.message_outbox SET sending_since = now() WHERE user_id = :u AND campaign_id = :c", campaign);
        look(shop.draft("via", "assisted")).body("data.reach.no_number", is(1));
        sql("UPDATE app.customers SET updated_at = now() WHERE user_id = :u AND :c IS NOT NULL", campaign);
        look(shop.draft("via", "assisted")).body("data.reach.no_number", is(0));
    }

    /** Threat 44: a bad message fails alone, a busy provider is asked later, five times at most. */
    @Test
    void threat44EachAnswerHasItsOwnEnd() {
        var campaign = running(4);
        sql("UPDATE app.campaigns SET via = 'practice' WHERE user_id = :u AND id = :c", campaign);
        var sender = new Counting();
        sender.answers.addAll(List.of(
                new Delivery.Rejected("target invalid"),
                new Delivery.Unknown("timeout"),
                new Delivery.RetryLater(Duration.ofHours(1), "busy")));
        var dispatch = by(sender);
        var instance = instance(campaign);
        dispatch.run(instance);
        look(campaign)
                .body("data.counts.failed", is(1))
                .body("data.counts.unknown", is(1))
                .body("data.counts.pending", is(1))
                .body("data.counts.accepted", is(1))
                .body("data.campaign.state", is("running"));
        assertThat(Duration.between(java.time.Clock.systemUTC().instant(), dispatch.again(instance)))
                .isBetween(Duration.ofMinutes(58), Duration.ofMinutes(61));
        // nobody asks before
        dispatch.run(instance);
        for (int i = 0; i < 4; i++) {
            sender.answers.add(new Delivery.RetryLater(Duration.ofHours(1), "busy"));
            sql(
                    "UPDATE app.message_outbox SET next_attempt_at = now() WHERE user_id = :u AND campaign_id = :c AND state = 'pending'",
                    campaign);
            dispatch.run(instance);
        }
        assertThat(sender.calls.values().stream().mapToInt(AtomicInteger::get)).containsExactlyInAnyOrder(1, 1, 1, 5);
        look(campaign).body("data.counts.failed", is(2)).body("data.campaign.state", is("done"));
        assertThat(dispatch.again(instance)).isNull();
    }

    /** Else the next campaign would go to them alone, and both would be measured by each other's readers. */
    @Test
    void whoIsHeldOutRestsAsThoseWhoWereWrittenTo() {
        var earlier = running(60);
        var measured = shop.draft("via", "assisted", "holdout_percent", 20);
        step(measured, "approve").statusCode(200);
        look(measured).body("data.counts.holdout", is(20));
        sql("UPDATE app.message_outbox SET next_attempt_at = now() WHERE user_id = :u AND campaign_id = :c", measured);
        for (int i = 0; i < 40; i++) by(new Counting()).run(instance(measured));
        look(measured).body("data.counts.accepted", is(40)).body("data.campaign.state", is("done"));

        var sender = new Counting();
        for (int i = 0; i < 60; i++) by(sender).run(instance(earlier));
        assertThat(sender.calls).isEmpty();
        look(earlier).body("data.counts.skipped", is(60));
        reaches(0, 60);
        // nobody rests from practice, nor whom it held out
        look(shop.draft()).body("data.reach.reachable", is(60));

        sql(
                "UPDATE app.message_outbox SET sending_since = now() - interval '8 days' WHERE user_id = :u AND campaign_id = :c",
                measured);
        var age =
                "UPDATE app.campaigns SET frozen_at = now() - interval '%s', finished_at = %s, state = '%s' WHERE user_id = :u AND id = :c";
        sql(age.formatted("8 days", "now() - interval '6 days'", "done"), measured);
        reaches(40, 20);
        sql(age.formatted("8 days", "NULL", "running"), measured);
        reaches(40, 20);
        sql(age.formatted("8 days", "NULL", "paused"), measured);
        reaches(40, 20);
        sql(age.formatted("8 days", "now() - interval '8 days'", "done"), measured);
        reaches(60, 0);
        sql(age.formatted("22 days", "NULL", "running"), measured);
        reaches(60, 0);
    }

    @Test
    void whoIsHeldOutByACampaignThatWroteToNobodyDoesNotRest() {
        customers(60);
        var campaign = shop.draft("via", "assisted", "holdout_percent", 20);
        step(campaign, "approve").statusCode(200);
        reaches(40, 20);
        step(campaign, "cancel").statusCode(200);
        look(campaign).body("data.counts.holdout", is(0));
        reaches(60, 0);
    }

    /** One message was tried: what it did may be measured, whether it arrived or came back. */
    @ParameterizedTest
    @CsvSource({"true, 39", "false, 40"})
    void whoIsHeldOutByACampaignThatIsCancelledAfterItsFirstMessageRests(boolean arrives, int reachable) {
        customers(60);
        var campaign = shop.draft("via", "assisted", "holdout_percent", 20);
        step(campaign, "approve").statusCode(200);
        sql("""
                UPDATE app.message_outbox SET next_attempt_at = now()
                WHERE user_id = :u AND campaign_id = :c AND customer_id IN (
                  SELECT customer_id FROM app.message_outbox WHERE user_id = :u AND campaign_id = :c ORDER BY place LIMIT 1)
                """, campaign);
        by(arrives ? new Counting() : _ -> new Delivery.RetryLater(Duration.ofHours(1), "busy"))
                .run(instance(campaign));
        step(campaign, "cancel").statusCode(200);
        look(campaign)
                .body("data.counts.holdout", is(20))
                .body("data.counts.accepted", is(40 - reachable))
                .body("data.counts.cancelled", is(reachable));
        reaches(reachable, 60 - reachable);
    }

    /** One that waits for its owner's hand may never end: the rest is counted from its fourteenth day at the latest. */
    @ParameterizedTest
    @CsvSource({
        "paused, 20, 7, 20",
        "paused, 22, 7, 0",
        "running, 20, 7, 20",
        "running, 22, 7, 0",
        "paused, 103, 90, 20",
        "paused, 105, 90, 0"
    })
    void whoIsHeldOutByACampaignThatDoesNotEndRestsFromItsFourteenthDay(String state, int days, int rest, int held) {
        customers(60);
        var audience = Map.of("include_unasked", true, "rest_days", rest);
        var next = shop.draft("via", "assisted", "holdout_percent", 0, "audience", audience);
        step(next, "approve").statusCode(200);
        sql("UPDATE app.message_outbox SET next_attempt_at = now() WHERE user_id = :u AND campaign_id = :c", next);
        var endless = shop.draft("via", "assisted", "holdout_percent", 20);
        step(endless, "approve").statusCode(200);
        sql(
                "UPDATE app.campaigns SET frozen_at = now() - interval '%s days', state = '%s' WHERE user_id = :u AND id = :c"
                        .formatted(days, state),
                endless);
        look(shop.draft("via", "assisted", "audience", audience))
                .body("data.reach.reachable", is(60 - held))
                .body("data.reach.recent", is(held));
        // and where a message is begun
        for (int i = 0; i < 60; i++) by(new Counting()).run(instance(next));
        look(next).body("data.counts.accepted", is(60 - held)).body("data.counts.skipped", is(held));
    }

    private void reaches(int reachable, int recent) {
        look(shop.draft("via", "assisted"))
                .body("data.reach.reachable", is(reachable))
                .body("data.reach.recent", is(recent));
    }

    /** Of their campaign: how long who got a message of any is left alone. */
    @ParameterizedTest
    @CsvSource({"10, 0", "11, 1"})
    void howLongAReaderRestsIsTheCampaigns(int rest, int skipped) {
        var first = running(1);
        var second = shop.draft(
                "via",
                "assisted",
                "holdout_percent",
                0,
                "audience",
                Map.of("include_unasked", true, "rest_days", rest));
        step(second, "approve").statusCode(200);
        sql(
                "UPDATE app.message_outbox SET state = 'accepted', sending_since = now() - interval '10 days 1 hour' WHERE user_id = :u AND campaign_id = :c",
                first);
        sql("UPDATE app.message_outbox SET next_attempt_at = now() WHERE user_id = :u AND campaign_id = :c", second);
        look(shop.draft("audience", Map.of("include_unasked", true, "rest_days", rest)))
                // practice is for practice
                .body("data.reach.reachable", is(1));
        look(shop.draft("via", "assisted", "audience", Map.of("include_unasked", true, "rest_days", rest)))
                .body("data.reach.recent", is(skipped));
        by(new Counting()).run(instance(second));
        look(second).body("data.counts.skipped", is(skipped)).body("data.counts.accepted", is(1 - skipped));
    }

    /** Three refusals in a row pause a campaign; who is asked too much has refused nothing. */
    @Test
    void whoSaysLaterIsNoFailure() {
        var campaign = running(4);
        sql("UPDATE app.campaigns SET via = 'resend' WHERE user_id = :u AND id = :c", campaign);
        var sender = new Counting();
        for (int i = 0; i < 4; i++) sender.answers.add(new Delivery.RetryLater(Duration.ofHours(1), "busy"));
        by(sender).run(instance(campaign));
        look(campaign).body("data.campaign.state", is("running")).body("data.counts.pending", is(4));
    }

    @Test
    void aSenderThatBreaksLeavesTheMessageUnknownAndTheOthersSent() {
        var campaign = running(2);
        var calls = new AtomicInteger();
        by(message -> {
                    if (calls.incrementAndGet() == 1) throw new IllegalStateException("rusak");
                    return new Delivery.Accepted(null);
                })
                .run(instance(campaign));
        look(campaign).body("data.counts.unknown", is(1)).body("data.counts.accepted", is(1));
    }

    @Test
    void whatIsPausedWaitsAndWhatIsCancelledIsNeverSent() {
        var campaign = running(3);
        step(campaign, "pause").statusCode(200);
        var sender = new Counting();
        by(sender).run(instance(campaign));
        assertThat(sender.calls).isEmpty();
        look(campaign).body("data.counts.pending", is(3)).body("data.campaign.state", is("paused"));
        step(campaign, "resume").statusCode(200);
        step(campaign, "cancel").statusCode(200);
        by(sender).run(instance(campaign));
        assertThat(sender.calls).isEmpty();
        look(campaign).body("data.counts.cancelled", is(3)).body("data.campaign.state", is("cancelled"));
        step(campaign, "resume").statusCode(409);
    }

    @Test
    void byHandOneOpensAfterTheOtherAndTheOwnerSaysWhatBecameOfIt() {
        var people = customers(3);
        var campaign = shop.draft("via", "assisted", "holdout_percent", 0);
        shop.api().post("/api/campaigns/" + campaign + "/next").then().statusCode(409);
        step(campaign, "approve").statusCode(200);
        refuse(people.get(1));
        var first = next(campaign)
                .body("data.open.name", is("Ani 0"))
                .body("data.open.text", containsString("Halo Ani 0, ini Batik Sri."))
                .body("data.open.link", containsString("https://wa.me/62812340"))
                .extract()
                .<String>path("data.open.customer_id");
        say(campaign, first, "sent").statusCode(200).body("data.counts.accepted", is(1));
        say(campaign, first, "sent").statusCode(404);
        var last = next(campaign).body("data.open.name", is("Ani 2")).extract().<String>path("data.open.customer_id");
        say(campaign, last, "skipped")
                .body("data.counts.skipped", is(1))
                .body("data.counts.suppressed", is(1))
                .body("data.campaign.state", is("done"));
        shop.api()
                .get("/api/campaigns/" + campaign + "/recipients")
                .then()
                .body("data.recipients.state", equalTo(List.of("accepted", "suppressed", "skipped")));
    }

    @Test
    void everybodyIsAccountedFor() {
        var campaign = running(30);
        sql("UPDATE app.campaigns SET via = 'practice' WHERE user_id = :u AND id = :c", campaign);
        var sender = new Counting();
        for (int i = 0; i < 10; i++) sender.answers.add(new Delivery.Rejected("target invalid"));
        by(sender).run(instance(campaign));
        look(campaign)
                .body("data.counts.failed", is(10))
                .body("data.counts.accepted", is(20))
                .body("data.counts.pending", is(0))
                .body("data.counts.sending", is(0))
                .body("data.campaign.state", is("done"));
    }

    private List<Map<String, Object>> told(String kind) {
        return shop.api().get("/api/notices").jsonPath().<Map<String, Object>>getList("data.notices").stream()
                .filter(n -> kind.equals(n.get("kind")))
                .toList();
    }

    /** At once, and once: the notice says how many there are by now until its owner has read it. */
    @Test
    void whoseMessagesNeedACheckIsToldAtTheFirstOfThem() {
        var campaign = running(4);
        var sender = new Counting();
        sender.answers.addAll(List.of(new Delivery.Unknown("lost"), new Delivery.ChannelDown("disconnected")));
        by(sender).run(instance(campaign));
        look(campaign).body("data.campaign.state", is("paused")).body("data.counts.unknown", is(1));
        assertThat(told("needs_check"))
                .singleElement()
                .satisfies(
                        n -> assertThat(n.get("facts")).hasToString("{id=" + campaign + ", name=Kangen, messages=1}"));
        step(campaign, "resume").statusCode(200);
        sender.answers.addAll(List.of(new Delivery.Unknown("lost"), new Delivery.ChannelDown("disconnected")));
        by(sender).run(instance(campaign));
        assertThat(told("needs_check"))
                .singleElement()
                .satisfies(n -> assertThat(n.get("facts")).asString().contains("messages=2"));
        shop.api().post("/api/notices/read").then().statusCode(200);
        step(campaign, "resume").statusCode(200);
        sender.answers.add(new Delivery.Unknown("lost"));
        by(sender).run(instance(campaign));
        assertThat(told("needs_check")).hasSize(2);
    }

    @Test
    void whatWasSentIsShownAsItsReaderReadIt() {
        var campaign = running(1);
        by(new Counting()).run(instance(campaign));
        String ani =
                shop.api().get("/api/campaigns/" + campaign + "/recipients").path("data.recipients[0].customer_id");
        var said = "Halo Ani 0, ini Batik Sri. Balas STOP untuk berhenti.";
        // what changes later doesn't change what was sent
        shop.api()
                .body(Map.of("name", "Bu Ani"))
                .patch("/api/customers/" + ani)
                .then()
                .statusCode(200);
        shop.api().get("/api/customers/" + ani + "/messages").then().body("data.messages[0].text", is(said));
        new Visitor(shop).get("/customers/" + ani).body(org.hamcrest.Matchers.containsString(said));
        var byHand = shop.draft("via", "assisted", "holdout_percent", 0);
        book.add("Budi", "phone", "081234000777");
        step(byHand, "approve").statusCode(200);
        String budi = next(byHand).extract().path("data.open.customer_id");
        shop.api()
                .get("/api/customers/" + budi + "/messages")
                .then()
                .body("data.messages[0].text", is(said.replace("Ani 0", "Budi")));
        shop.api().delete("/api/customers/" + ani + "?erase=now").then().statusCode(200);
        assertThat(one(
                        Integer.class,
                        "SELECT count(*) FROM app.message_outbox WHERE user_id = :u AND sent_text LIKE '%Ani 0%'"))
                .isZero();
    }

    /** What its owner can't look after any more stands still at once, not when its turn comes. */
    @Test
    void aShopThatIsSwitchedOffHasItsCampaignsPaused() {
        var going = running(2);
        var later = shop.draft("holdout_percent", 0);
        shop.api()
                .body(Map.of(
                        "send_at",
                        db.inTenant(shop.id(), com.smartmarketingagent.platform.Db::now)
                                .plus(Duration.ofHours(3))
                                .toString()))
                .post("/api/campaigns/" + later + "/approve")
                .then()
                .statusCode(200);
        var draft = shop.draft();
        var other = Shop.register();
        var admin = Shop.admin();
        admin.api()
                .body(Map.of("is_active", false))
                .put("/api/admin/users/" + shop.id().value())
                .then()
                .statusCode(200);
        var states = found(
                String.class,
                "SELECT id || ' ' || state || coalesce(' ' || paused_why, '') FROM app.campaigns WHERE user_id = :u");
        assertThat(states)
                .containsExactlyInAnyOrder(going + " paused inactive", later + " paused inactive", draft + " draft");
        assertThat(other.api().get("/api/campaigns").statusCode()).isEqualTo(200);
    }
}
