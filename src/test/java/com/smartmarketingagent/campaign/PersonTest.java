package com.smartmarketingagent.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import com.smartmarketingagent.Shop;
import com.smartmarketingagent.customer.AddressKeys;
import com.smartmarketingagent.customer.CustomerBook;
import com.smartmarketingagent.customer.Erasure;
import com.smartmarketingagent.customer.Keys;
import com.smartmarketingagent.messaging.Delivery;
import com.smartmarketingagent.messaging.Outgoing;
import com.smartmarketingagent.messaging.Sender;
import com.smartmarketingagent.messaging.Via;
import com.smartmarketingagent.platform.Settings;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** A person gets one message, whatever becomes of the rows and numbers by which the shop knows them. */
@QuarkusTest
class PersonTest extends CampaignCase {

    private static final String A = "+6281234000001";
    private static final String B = "+6281234000002";
    private static final String C = "+6281234000003";

    @Inject
    Erasure erasure;

    @Inject
    Settings settings;

    /** Keeps where its messages went. */
    private static final class Postman implements Sender {
        final Queue<String> addresses = new ConcurrentLinkedQueue<>();
        final Queue<String> texts = new ConcurrentLinkedQueue<>();

        @Override
        public Delivery send(Outgoing message) {
            addresses.add(message.address());
            texts.add(message.text());
            return new Delivery.Accepted(null);
        }
    }

    private final Postman postman = new Postman();

    private UUID ani() {
        return book.add("Ani", "phone", A, "city", "Solo");
    }

    private UUID budi() {
        return book.add("Budi", "phone", B, "city", "Klaten");
    }

    private UUID draftFor(String city) {
        return shop.draft(
                "via", "assisted", "holdout_percent", 0, "audience", Map.of("include_unasked", true, "city", city));
    }

    /** Frozen, and due; what is sent goes by the postman. */
    private UUID frozen(UUID draft) {
        step(draft, "approve").statusCode(200);
        sql("UPDATE app.message_outbox SET next_attempt_at = now() WHERE user_id = :u AND campaign_id = :c", draft);
        return draft;
    }

    private void send(UUID campaign) {
        by(postman).run(instance(campaign));
    }

    private void writtenTo(String city) {
        send(frozen(draftFor(city)));
    }

    private void ago(String interval) {
        sql(
                "UPDATE app.message_outbox SET sending_since = now() - interval '" + interval
                        + "' WHERE user_id = :u AND sending_since IS NOT NULL AND :c IS NOT NULL",
                new UUID(0, 0));
    }

    private void change(UUID customer, String field, String value) {
        shop.api()
                .body(Map.of(field, value))
                .patch("/api/customers/" + customer)
                .then()
                .statusCode(200);
    }

    private void reach(int reachable, int recent) {
        look(shop.draft("via", "assisted", "holdout_percent", 0))
                .body("data.reach.reachable", is(reachable))
                .body("data.reach.recent", is(recent));
    }

    private String fate(UUID campaign, UUID customer) {
        return one(
                String.class,
                "SELECT concat_ws(' ', state, why) FROM app.message_outbox WHERE user_id = :u AND campaign_id = :c AND customer_id = :k",
                "c",
                campaign,
                "k",
                customer);
    }

    @Test
    void whoWasMergedIntoAnotherIsThatOneForSevenDays() {
        var ani = ani();
        var budi = budi();
        writtenTo("Solo");
        merge(budi, ani);
        // and that one is somebody else by now
        var citra = book.add("Citra", "phone", C);
        merge(citra, budi);
        reach(0, 1);
        ago("6 days 23 hours");
        reach(0, 1);
        ago("7 days");
        reach(1, 0);
        assertThat(postman.addresses).containsExactly(A);
    }

    @Test
    void aNumberThatMovedToAnotherCustomerHadItsMessage() {
        var ani = ani();
        var budi = budi();
        writtenTo("Solo");
        change(ani, "phone", C);
        change(budi, "phone", A);
        reach(0, 2);
        ago("6 days 23 hours");
        reach(0, 2);
        ago("7 days");
        reach(2, 0);
    }

    @Test
    void whoIsErasedAndComesBackHadTheirMessage() {
        var ani = ani();
        writtenTo("Solo");
        shop.api().delete("/api/customers/" + ani + "?erase=now").then().statusCode(200);
        ani();
        reach(0, 1);
        ago("6 days 23 hours");
        reach(0, 1);
        ago("7 days");
        reach(1, 0);
    }

    private int erase(UUID customer) {
        return shop.api().delete("/api/customers/" + customer + "?erase=now").statusCode();
    }

    private List<String> texts() {
        return found(
                String.class, "SELECT sent_text FROM app.message_outbox WHERE user_id = :u AND sent_text IS NOT NULL");
    }

    /** Also of who was merged into them since; the others' texts stay. */
    @Test
    void threat35WhoIsErasedWhileTheirMessageIsOnItsWayLeavesNoText() {
        var ani = ani();
        var budi = budi();
        book.add("Citra", "phone", C, "city", "Solo");
        var campaign = frozen(draftFor("Solo"));
        merge(budi, ani);
        by(message -> {
                    if (message.customer().equals(ani)) assertThat(erase(budi)).isEqualTo(200);
                    return new Delivery.Accepted(null);
                })
                .run(instance(campaign));
        look(campaign).body("data.counts.accepted", is(2));
        assertThat(texts()).hasSize(1).allMatch(t -> t.contains("Citra"));
    }

    /** Whoever erases comes while the text is being written down: they wait, and then find it. */
    @Test
    void threat35WhoIsErasedWhileTheirMessageIsWrittenDownLeavesNoText() throws Exception {
        var ani = ani();
        var campaign = frozen(draftFor("Solo"));
        var inHand = new CountDownLatch(1);
        var mayGo = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var sent = threads.submit(() -> by(message -> {
                        inHand.countDown();
                        await(mayGo);
                        return new Delivery.Accepted(null);
                    })
                    .run(instance(campaign)));
            await(inHand);
            var erased = db.<Future<Integer>>inTenant(shop.id(), tx -> {
                lockMessages(tx);
                mayGo.countDown();
                awaitBehind(tx, sent);
                var other = threads.submit(() -> erase(ani));
                awaitBehind(tx, sent, other);
                return other;
            });
            sent.get();
            assertThat(erased.get()).isEqualTo(200);
        }
        look(campaign).body("data.counts.accepted", is(1));
        assertThat(texts()).isEmpty();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void lockMessages(org.jdbi.v3.core.Handle tx) {
        tx.createQuery("SELECT place FROM app.message_outbox WHERE user_id = :u FOR UPDATE")
                .bind("u", shop.id())
                .mapTo(Integer.class)
                .list();
    }

    @Test
    void whatIsToBeTriedAgainWasNotSaid() {
        ani();
        var campaign = frozen(draftFor("Solo"));
        by(message -> new Delivery.RetryLater(java.time.Duration.ofHours(1), "busy"))
                .run(instance(campaign));
        look(campaign).body("data.counts.pending", is(1));
        assertThat(texts()).isEmpty();
    }

    /** Readers before their messages: one who is erased at the moment at which theirs is chosen, and has a text. */
    @Test
    void erasingAndSendingDontWaitForEachOther() throws Exception {
        var ani = ani();
        var campaign = frozen(draftFor("Solo"));
        sql("UPDATE app.message_outbox SET sent_text = 'Halo Ani' WHERE user_id = :u AND campaign_id = :c", campaign);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var both = db.<List<Future<?>>>inTenant(shop.id(), tx -> {
                // between the choice and the readers' turn
                tx.execute(
                        "SELECT pg_advisory_xact_lock(hashtextextended('begin ' || ?, 0))",
                        shop.id().value().toString());
                var sent = threads.submit(() -> send(campaign));
                awaitBehind(tx, sent);
                var erased = threads.submit(() -> assertThat(erase(ani)).isEqualTo(200));
                awaitBehind(tx, sent, erased);
                return List.of(sent, erased);
            });
            for (var one : both) one.get();
        }
        assertThat(postman.addresses).isEmpty();
        assertThat(fate(campaign, ani)).isEqualTo("skipped no_number");
        assertThat(texts()).isEmpty();
    }

    /** The hash in itself is no longer than it is needed. */
    @Test
    void threat35TheHashOfAnAddressIsForgottenAfterAWeek() {
        ani();
        writtenTo("Solo");
        assertThat(hashes()).hasSize(1).allMatch(h -> !h.contains("81234000001"));
        ago("6 days 23 hours");
        erasure.run("");
        assertThat(hashes()).hasSize(1);
        ago("7 days");
        erasure.run("");
        assertThat(hashes()).isEmpty();
    }

    private List<String> hashes() {
        return found(
                String.class,
                "SELECT encode(address_hash, 'escape') FROM app.message_outbox WHERE user_id = :u AND address_hash IS NOT NULL");
    }

    @Test
    void anotherShopsMessageAndPracticeDontCount() {
        ani();
        writtenTo("Solo");
        var other = Shop.register();
        new CustomerBook(other).add("Ani", "phone", A);
        shop = other;
        book = new CustomerBook(other);
        reach(1, 0);
        var practice = shop.draft("holdout_percent", 0);
        step(practice, "approve").statusCode(200);
        done(practice);
        reach(1, 0);
        // nor does what was sent keep anybody from practice
        send(frozen(shop.draft("via", "assisted", "holdout_percent", 0)));
        reach(0, 1);
        look(shop.draft()).body("data.reach.reachable", is(1));
    }

    /** Frozen apart, one by now: the message goes to who they are today, and there is one. */
    @Test
    void aMessageFollowsItsReaderThroughAMergeAndTheSecondIsNotSent() {
        var ani = ani();
        var budi = budi();
        var first = frozen(draftFor("Solo"));
        var second = frozen(draftFor("Klaten"));
        merge(budi, ani);
        send(first);
        send(second);
        assertThat(postman.addresses).containsExactly(B);
        assertThat(postman.texts).allMatch(t -> t.startsWith("Halo Budi"));
        assertThat(fate(first, ani)).isEqualTo("accepted");
        assertThat(fate(second, budi)).isEqualTo("skipped recent");
        shop.api()
                .get("/api/campaigns/" + first + "/recipients")
                .then()
                .body("data.recipients.name", equalTo(List.of("Budi")))
                .body("data.recipients.state", equalTo(List.of("accepted")));
        assertThat(shop.api().get("/api/campaigns/" + first + "/recipients.csv").asString())
                .contains("Budi,'" + B);
        shop.api()
                .get("/api/customers/" + budi + "/messages")
                .then()
                .body("data.messages.campaign_id", equalTo(List.of(first.toString())));
    }

    @Test
    void aMessageOfTheSameCampaignIsEnoughForEver() {
        var ani = ani();
        var budi = budi();
        var campaign = frozen(shop.draft("via", "assisted", "holdout_percent", 0));
        sql(
                "UPDATE app.message_outbox SET next_attempt_at = 'infinity' WHERE user_id = :u AND campaign_id = :c AND customer_id = '"
                        + ani + "'",
                campaign);
        send(campaign);
        assertThat(postman.addresses).containsExactly(B);
        ago("10 days");
        merge(budi, ani);
        sql("UPDATE app.message_outbox SET next_attempt_at = now() WHERE user_id = :u AND campaign_id = :c", campaign);
        send(campaign);
        assertThat(postman.addresses).containsExactly(B);
        assertThat(fate(campaign, ani)).isEqualTo("skipped same_person");
        look(campaign).body("data.campaign.state", is("done"));
    }

    @Test
    void twoOfOneBatchWhoAreOneGetOneAlsoForPractice() {
        var ani = ani();
        var budi = budi();
        var campaign = frozen(shop.draft("via", "assisted", "holdout_percent", 0));
        sql("UPDATE app.campaigns SET via = 'practice' WHERE user_id = :u AND id = :c", campaign);
        merge(budi, ani);
        send(campaign);
        assertThat(postman.addresses).containsExactly(B);
        assertThat(List.of(fate(campaign, ani), fate(campaign, budi)))
                .containsExactlyInAnyOrder("accepted", "skipped same_person");
    }

    @Test
    void whatTheSurvivorSaidCounts() {
        var ani = ani();
        var budi = budi();
        var refused = frozen(draftFor("Solo"));
        refuse(budi);
        merge(budi, ani);
        send(refused);
        assertThat(fate(refused, ani)).isEqualTo("suppressed said_no");
        var citra = book.add("Citra", "phone", C, "city", "Tegal");
        var gone = book.add("Dodi", "phone", "081234000009");
        var lost = frozen(draftFor("Tegal"));
        merge(gone, citra);
        shop.api().delete("/api/customers/" + gone).then().statusCode(200);
        send(lost);
        assertThat(fate(lost, citra)).isEqualTo("skipped no_number");
        assertThat(postman.addresses).isEmpty();
    }

    @Test
    void aNumberThatMovesBetweenTwoFrozenCampaignsGetsOne() {
        var ani = ani();
        var budi = budi();
        var first = frozen(draftFor("Solo"));
        var second = frozen(draftFor("Klaten"));
        send(first);
        change(ani, "phone", C);
        change(budi, "phone", A);
        ago("6 days 23 hours");
        send(second);
        assertThat(postman.addresses).containsExactly(A);
        assertThat(fate(second, budi)).isEqualTo("skipped recent");
    }

    @Test
    void aNumberThatMovesBetweenTwoFrozenCampaignsGetsTheSecondAfterAWeek() {
        var ani = ani();
        var budi = budi();
        var first = frozen(draftFor("Solo"));
        var second = frozen(draftFor("Klaten"));
        send(first);
        change(ani, "phone", C);
        change(budi, "phone", A);
        ago("7 days");
        send(second);
        assertThat(postman.addresses).containsExactly(A, A);
    }

    @Test
    void aChangedKeyStillKnowsWhoWasWrittenToUnderTheFormerOne() {
        var old = "kunci lama yang cukup panjang untuk dipakai";
        var fresh = "kunci baru yang cukup panjang untuk dipakai";
        var ani = ani();
        var budi = budi();
        var campaign = frozen(draftFor("Solo"));
        var former = new OutboxRepository(Keys.under(old, null));
        db.useTenant(
                shop.id(),
                tx -> assertThat(former.begin(tx, shop.id(), campaign, List.of(ani)))
                        .hasSize(1));
        change(ani, "phone", C);
        change(budi, "phone", A);
        // Ani is known by her row, Budi by the address alone
        assertThat(reach(Keys.under(fresh, null)).recent()).isEqualTo(1);
        assertThat(reach(Keys.under(fresh, old)).recent()).isEqualTo(2);
    }

    private Audience.Reach reach(AddressKeys keys) {
        var everybody = new Audience(null, null, null, null, null, null, null, null, true);
        return db.inTenant(shop.id(), tx -> new AudienceRepository(keys).count(tx, shop.id(), Via.ASSISTED, everybody));
    }

    /** Of whom nothing is left but the hash of a number, and that was made under the key of then. */
    @Test
    void whoSaidNoUnderTheFormerKeyAndWasErasedIsNotWrittenToUnderTheNewOne() {
        var ani = ani();
        refuse(ani);
        shop.api().delete("/api/customers/" + ani + "?erase=now").then().statusCode(200);
        var again = book.add("Ani", "phone", B, "city", "Solo");
        var campaign = frozen(draftFor("Solo"));
        change(again, "phone", A);
        var fresh = "kunci baru yang cukup panjang untuk dipakai";
        var alone = Keys.under(fresh, null);
        var both = Keys.under(fresh, settings.secret("ENCRYPTION_KEY"));
        assertThat(reach(alone).reachable()).isOne();
        assertThat(reach(both).reachable()).isZero();
        assertThat(reach(both).refused()).isOne();
        // and at the moment of sending
        db.useTenant(
                shop.id(),
                tx -> assertThat(new OutboxRepository(both).begin(tx, shop.id(), campaign, List.of(again)))
                        .isEmpty());
        assertThat(fate(campaign, again)).isEqualTo("suppressed said_no");
    }

    private void byMail(UUID campaign) {
        sql("UPDATE app.campaigns SET via = 'smtp' WHERE user_id = :u AND id = :c", campaign);
        sql("UPDATE app.message_outbox SET channel = 'email' WHERE user_id = :u AND campaign_id = :c", campaign);
    }

    @Test
    void anAddressThatTwoShareGetsOneMail() {
        var ani = book.add("Ani", "phone", A, "email", "toko@contoh.id", "city", "Solo");
        var budi = book.add("Budi", "phone", B, "email", "toko@contoh.id", "city", "Klaten");
        look(shop.draft("via", "smtp", "subject", "Kangen"))
                .body("data.reach.reachable", is(1))
                .body("data.reach.no_number", is(1));
        // begun together
        var both = frozen(shop.draft("via", "assisted", "holdout_percent", 0));
        byMail(both);
        var later = frozen(draftFor("Klaten"));
        byMail(later);
        send(both);
        assertThat(postman.addresses).containsExactly("toko@contoh.id");
        assertThat(List.of(fate(both, ani), fate(both, budi)))
                .containsExactlyInAnyOrder("accepted", "skipped same_person");
        send(later);
        assertThat(fate(later, budi)).isEqualTo("skipped recent");
        assertThat(postman.addresses).hasSize(1);
        look(shop.draft("via", "smtp", "subject", "Kangen"))
                .body("data.reach.reachable", is(0))
                .body("data.reach.recent", is(2));
    }

    /** The one of them who may be written to is, whoever was there first. */
    @Test
    void whoSharesAnAddressWithSomebodyUnaskedIsWrittenTo() {
        book.add("Ani", "email", "toko@contoh.id");
        var budi = book.add("Budi", "email", "toko@contoh.id");
        shop.api()
                .body(Map.of("channel", "email", "state", "granted", "wording", "Boleh"))
                .put("/api/customers/" + budi + "/consents")
                .then()
                .statusCode(200);
        look(shop.draft("via", "smtp", "subject", "Kangen", "audience", Map.of()))
                .body("data.reach.reachable", is(1))
                .body("data.reach.unasked", is(1));
    }

    @Test
    void ofTwoCampaignsAtOnceForOneAddressOneIsSent() throws Exception {
        for (int i = 0; i < 12; i++) {
            book.add("Ani " + i, "phone", "08123400%04d".formatted(i), "email", i + "@contoh.id", "city", "Solo");
            book.add("Budi " + i, "phone", "08123401%04d".formatted(i), "email", i + "@contoh.id", "city", "Klaten");
        }
        var campaigns = List.of(frozen(draftFor("Solo")), frozen(draftFor("Klaten")));
        campaigns.forEach(this::byMail);
        together(campaigns.stream().map(c -> (Runnable) () -> send(c)).toList());
        assertThat(postman.addresses).hasSize(12).doesNotHaveDuplicates();
    }

    @Test
    void byHandAMessageOpensForWhoTheyAreToday() {
        var ani = ani();
        var budi = budi();
        var campaign = draftFor("Solo");
        step(campaign, "approve").statusCode(200);
        merge(budi, ani);
        next(campaign)
                .body("data.open.name", is("Budi"))
                .body("data.open.customer_id", is(ani.toString()))
                .body("data.open.link", containsString(B.substring(1)));
        say(campaign, ani.toString(), "sent").statusCode(200).body("data.counts.accepted", is(1));
    }

    /** Also one that was open before the merge; what counts then is the number that it is shown with. */
    @Test
    void byHandWhatIsOpenFollowsAMergeUnlessTheyHadAnother() {
        var ani = ani();
        var budi = budi();
        var campaign = draftFor("Solo");
        step(campaign, "approve").statusCode(200);
        next(campaign).body("data.open.name", is("Ani"));
        merge(budi, ani);
        next(campaign).body("data.open.name", is("Budi")).body("data.open.link", containsString(B.substring(1)));
        change(budi, "phone", C);
        var citra = book.add("Citra", "phone", B);
        reach(0, 2);
        next(campaign).body("data.open.link", containsString(C.substring(1)));
        // nobody was written to at B after all
        reach(1, 1);
        change(citra, "city", "Tegal");
        send(frozen(draftFor("Tegal")));
        ago("1 hour");
        sql(
                "UPDATE app.message_outbox SET sending_since = now() WHERE user_id = :u AND campaign_id = :c AND state = 'sending'",
                campaign);
        merge(citra, budi);
        next(campaign).body("data.open", nullValue());
        assertThat(fate(campaign, ani)).isEqualTo("skipped recent");
        look(campaign).body("data.campaign.state", is("done"));
    }

    /** Looking at it again after its week brings the hash back no more. */
    @Test
    void byHandWhatHasBeenOpenForAWeekKeepsNoHash() {
        ani();
        var campaign = draftFor("Solo");
        step(campaign, "approve").statusCode(200);
        next(campaign).body("data.open.name", is("Ani"));
        ago("6 days 23 hours");
        sql("UPDATE app.message_outbox SET address_hash = NULL WHERE user_id = :u AND campaign_id = :c", campaign);
        next(campaign).body("data.open.name", is("Ani"));
        assertThat(hashes()).hasSize(1);
        ago("7 days");
        erasure.run("");
        next(campaign).body("data.open.name", is("Ani"));
        assertThat(hashes()).isEmpty();
    }

    @Test
    void thePracticeMailboxKnowsThemByTodaysName() {
        var ani = ani();
        var budi = budi();
        var campaign = draftFor("Solo");
        sql("UPDATE app.campaigns SET via = 'practice' WHERE user_id = :u AND id = :c", campaign);
        step(campaign, "approve").statusCode(200);
        done(campaign);
        merge(budi, ani);
        shop.api()
                .get("/api/practice/messages")
                .then()
                .body("data.messages", hasSize(1))
                .body("data.messages.name", hasItem("Budi"));
    }
}
