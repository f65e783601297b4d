package com.smartmarketingagent.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import com.smartmarketingagent.Shop;
import com.smartmarketingagent.Visitor;
import com.smartmarketingagent.customer.CustomerBook;
import com.smartmarketingagent.messaging.Delivery;
import com.smartmarketingagent.messaging.Outgoing;
import com.smartmarketingagent.messaging.Sender;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Ids;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From a draft to what became of each message. */
@QuarkusTest
class CampaignTest {

    private static final String TEXT = "Halo {nama|Kak}, ini {nama_toko}. Balas STOP untuk berhenti.";

    @Inject
    Db db;

    @Inject
    CampaignRepository campaigns;

    @Inject
    OutboxRepository outbox;

    @Inject
    Links links;

    private Shop shop;
    private CustomerBook book;

    @BeforeEach
    void aShop() {
        shop = Shop.register();
        book = new CustomerBook(shop);
    }

    /** Provider that keeps what it was given and answers as it is told. */
    private static final class Counting implements Sender {
        final Map<UUID, AtomicInteger> calls = new ConcurrentHashMap<>();
        final ConcurrentLinkedQueue<Delivery> answers = new ConcurrentLinkedQueue<>();

        @Override
        public Delivery send(Outgoing message) {
            calls.computeIfAbsent(message.customer(), c -> new AtomicInteger()).incrementAndGet();
            var answer = answers.poll();
            return answer == null ? new Delivery.Accepted(null) : answer;
        }
    }

    private List<UUID> customers(int n) {
        var ids = new ArrayList<UUID>();
        for (int i = 0; i < n; i++) ids.add(book.add("Ani " + i, "phone", "08123400%04d".formatted(i)));
        return ids;
    }

    private UUID draft(Object... details) {
        var body = new HashMap<String, Object>(
                Map.of("name", "Kangen", "via", "practice", "text", TEXT, "audience", Map.of("include_unasked", true)));
        for (int i = 0; i < details.length; i += 2) body.put((String) details[i], details[i + 1]);
        return UUID.fromString(shop.api()
                .body(body)
                .post("/api/campaigns")
                .then()
                .statusCode(201)
                .body("data.campaign.state", is("draft"))
                .extract()
                .path("data.campaign.id"));
    }

    private ValidatableResponse step(UUID campaign, String step) {
        return shop.api().post("/api/campaigns/" + campaign + "/" + step).then();
    }

    private ValidatableResponse look(UUID campaign) {
        return shop.api().get("/api/campaigns/" + campaign).then().statusCode(200);
    }

    private ValidatableResponse done(UUID campaign) {
        for (int i = 0; i < 1_000; i++) {
            if ("done".equals(look(campaign).extract().path("data.campaign.state"))) return look(campaign);
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
        throw new AssertionError(look(campaign).extract().asString());
    }

    private void refuse(UUID customer) {
        new Visitor(shop)
                .post("/customers/" + customer + "/consents", "channel", "whatsapp", "state", "withdrawn")
                .statusCode(303);
    }

    /** Approved, but not by the page: no job of ours sends what a test sends by a provider of its own. */
    private UUID running(int people) {
        customers(people);
        var campaign = draft("via", "assisted", "holdout_percent", 0);
        step(campaign, "approve").statusCode(200);
        db.useTenant(
                shop.id(),
                tx -> tx.createUpdate(
                                "UPDATE app.message_outbox SET next_attempt_at = now() WHERE user_id = :u AND campaign_id = :c")
                        .bind("u", shop.id())
                        .bind("c", campaign)
                        .execute());
        return campaign;
    }

    private Dispatch by(Sender sender) {
        return new Dispatch(db, campaigns, outbox, links, sender);
    }

    private String instance(UUID campaign) {
        return Dispatch.instance(shop.id(), campaign, Ids.next());
    }

    private void sql(String statement, UUID campaign) {
        db.useTenant(
                shop.id(),
                tx -> tx.createUpdate(statement)
                        .bind("u", shop.id())
                        .bind("c", campaign)
                        .execute());
    }

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
        look(draft())
                .body("data.reach.reachable", is(2))
                .body("data.reach.refused", is(1))
                .body("data.reach.no_number", is(1))
                .body("data.counts", nullValue());
        look(draft("audience", Map.of())).body("data.reach.reachable", is(1)).body("data.reach.unasked", is(1));
        look(draft("audience", Map.of("city", "Solo", "include_unasked", true))).body("data.reach.reachable", is(0));
    }

    @Test
    void practiceBringsEachOneMessageAsTheyWouldReadIt() {
        customers(3);
        var campaign = draft("holdout_percent", 0);
        step(campaign, "approve").statusCode(200).body("data.campaign.state", is("running"));
        done(campaign).body("data.counts.accepted", is(3)).body("data.counts.pending", is(0));
        shop.api()
                .get("/api/practice/messages")
                .then()
                .body("data.messages.name", containsInAnyOrder("Ani 0", "Ani 1", "Ani 2"))
                .body(
                        "data.messages.find { it.name == 'Ani 1' }.text",
                        equalTo("Halo Ani 1, ini Batik Sri. Balas STOP untuk berhenti."));
        Shop.register().api().get("/api/practice/messages").then().body("data.messages", hasSize(0));
    }

    /** Threat 30. */
    @Test
    void threat30NothingIsSentThatNobodyApproved() {
        customers(1);
        var campaign = draft();
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
                    .body(Map.of("name", "x", "via", "practice", "text", text, "audience", Map.of()))
                    .post("/api/campaigns")
                    .then()
                    .statusCode(400)
                    .body("error.details[0].field", is("text"));
    }

    @Test
    void aCampaignForNobodyIsNotStarted() {
        book.add("Tanpa Nomor");
        var campaign = draft();
        step(campaign, "approve").statusCode(409);
        look(campaign).body("data.campaign.state", is("draft"));
    }

    @Test
    void aShareGetsNothingAndTheSameWheneverItIsDrawn() {
        customers(50);
        var campaign = draft();
        step(campaign, "approve").statusCode(200);
        done(campaign).body("data.counts.accepted", is(30)).body("data.counts.holdout", is(20));
        var held = held(campaign);
        var written = new TreeSet<>(shop.api()
                .get("/api/campaigns/" + campaign + "/recipients?limit=100")
                .then()
                .extract()
                .<List<String>>path("data.recipients.customer_id"));
        assertThat(written).hasSize(30).doesNotContainAnyElementsOf(held);
        // drawn again for the same campaign, they are the same
        var again = db.inTenant(
                shop.id(),
                tx -> tx.createQuery("""
                        SELECT id::text FROM app.customers WHERE user_id = :u
                        ORDER BY sha256(uuid_send(:c) || uuid_send(id)) LIMIT 20
                        """)
                        .bind("u", shop.id())
                        .bind("c", campaign)
                        .mapTo(String.class)
                        .set());
        assertThat(held).isEqualTo(again);
    }

    private Set<String> held(UUID campaign) {
        return db.inTenant(
                shop.id(),
                tx -> tx.createQuery(
                                "SELECT customer_id::text FROM app.campaign_holdout WHERE user_id = :u AND campaign_id = :c")
                        .bind("u", shop.id())
                        .bind("c", campaign)
                        .mapTo(String.class)
                        .set());
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
                .body("data.recipients.findAll { it.state == 'skipped' }.why", equalTo(List.of("no_number")));
    }

    @Test
    void threeCampaignsInAWeekAreOneMessage() {
        var first = running(2);
        var sender = new Counting();
        by(sender).run(instance(first));
        var second = draft("via", "assisted");
        look(second).body("data.reach.reachable", is(0)).body("data.reach.recent", is(2));
        step(second, "approve").statusCode(409);
        // practice is for practice
        look(draft()).body("data.reach.reachable", is(2));
        assertThat(sender.calls.values()).allMatch(calls -> calls.get() == 1);
    }

    /** Both approved before either was sent: what counts is the moment of sending. */
    @Test
    void ofTwoCampaignsAtOnceOneIsSent() throws Exception {
        customers(20);
        var both =
                List.of(draft("via", "assisted", "holdout_percent", 0), draft("via", "assisted", "holdout_percent", 0));
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

    private static void together(List<Runnable> all) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls = new ArrayList<Callable<Object>>();
            for (var one : all) calls.add(Executors.callable(one));
            for (var call : threads.invokeAll(calls)) call.get();
        }
    }

    /** Threat 39: a node that died after leasing has sent nothing; one that died while sending may have. */
    @Test
    void threat39WhatADeadNodeHadBegunIsUnknownAndWhatItHadNotIsSent() {
        var campaign = running(3);
        var leases = db.inTenant(shop.id(), tx -> outbox.lease(tx, shop.id(), campaign, 2));
        db.useTenant(
                shop.id(),
                tx -> assertThat(outbox.begin(tx, shop.id(), campaign, leases.getFirst()))
                        .contains("sending"));
        sql(
                "UPDATE app.message_outbox SET lease_until = now() - interval '1 second' WHERE user_id = :u AND campaign_id = :c AND lease_until IS NOT NULL",
                campaign);
        var sender = new Counting();
        by(sender).run(instance(campaign));
        assertThat(sender.calls).hasSize(2).doesNotContainKey(leases.getFirst().customer());
        look(campaign)
                .body("data.counts.unknown", is(1))
                .body("data.counts.accepted", is(2))
                .body("data.campaign.state", is("done"));
        // who comes back from the dead writes nothing
        db.useTenant(shop.id(), tx -> {
            assertThat(outbox.settle(tx, shop.id(), campaign, leases.getFirst(), "accepted", null, null, null))
                    .isFalse();
            assertThat(outbox.begin(tx, shop.id(), campaign, leases.getLast())).isEmpty();
        });
    }

    /** Threat 44: a bad message fails alone, a busy provider is asked later, five times at most. */
    @Test
    void threat44EachAnswerHasItsOwnEnd() {
        var campaign = running(4);
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
        var campaign = draft("via", "assisted", "holdout_percent", 0);
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

    private ValidatableResponse next(UUID campaign) {
        return shop.api().post("/api/campaigns/" + campaign + "/next").then().statusCode(200);
    }

    private ValidatableResponse say(UUID campaign, String customer, String outcome) {
        return shop.api()
                .body(Map.of("outcome", outcome))
                .post("/api/campaigns/" + campaign + "/recipients/" + customer)
                .then();
    }

    @Test
    void everybodyIsAccountedFor() {
        var campaign = running(30);
        var sender = new Counting();
        for (int i = 0; i < 10; i++) sender.answers.add(new Delivery.Rejected("target invalid"));
        by(sender).run(instance(campaign));
        var counts = look(campaign).extract().jsonPath();
        long all = 0;
        for (var state : List.of(
                "pending",
                "sending",
                "accepted",
                "delivered",
                "failed",
                "unknown",
                "skipped",
                "suppressed",
                "cancelled")) all += counts.getLong("data.counts." + state);
        assertThat(all).isEqualTo(30);
    }
}
