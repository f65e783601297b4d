package com.smartmarketingagent.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import com.smartmarketingagent.Await;
import com.smartmarketingagent.Http.Checked;
import com.smartmarketingagent.Shop;
import com.smartmarketingagent.Visitor;
import com.smartmarketingagent.customer.CustomerBook;
import com.smartmarketingagent.messaging.Delivery;
import com.smartmarketingagent.messaging.Outgoing;
import com.smartmarketingagent.messaging.Sender;
import com.smartmarketingagent.pacing.QuietHours;
import com.smartmarketingagent.pacing.QuietHoursTest;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Ids;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.BeforeEach;

/** What tests of campaigns do again and again. */
abstract class CampaignCase {

    @Inject
    Db db;

    @Inject
    Couriers couriers;

    Shop shop;
    CustomerBook book;

    @BeforeEach
    void aShop() {
        shop = Shop.register();
        book = new CustomerBook(shop);
    }

    /** Provider that keeps what it was given and answers as it is told. */
    static final class Counting implements Sender {
        final Map<UUID, AtomicInteger> calls = new ConcurrentHashMap<>();
        final ConcurrentLinkedQueue<Delivery> answers = new ConcurrentLinkedQueue<>();

        @Override
        public Delivery send(Outgoing message) {
            calls.computeIfAbsent(message.customer(), c -> new AtomicInteger()).incrementAndGet();
            var answer = answers.poll();
            return answer == null ? new Delivery.Accepted(null) : answer;
        }
    }

    List<UUID> customers(int n) {
        var ids = new ArrayList<UUID>();
        for (int i = 0; i < n; i++) ids.add(book.add("Ani " + i, "phone", "08123400%04d".formatted(i)));
        return ids;
    }

    Checked step(UUID campaign, String step) {
        return shop.api().post("/api/campaigns/" + campaign + "/" + step).then();
    }

    /**
     * What is planned has been looked at by a job of ours: one that came later would find what a test does meanwhile.
     */
    void isPutOff(UUID campaign) {
        Await.until(
                "it is put off",
                () -> db.asOwner(tx -> tx.createQuery("""
                                SELECT EXISTS (SELECT FROM jobs.scheduled_tasks
                                               WHERE task_instance LIKE '%' || :id || '%' AND NOT picked
                                                 AND execution_time > now() + interval '1 hour')""")
                        .bind("id", campaign.toString())
                        .mapTo(Boolean.class)
                        .one()));
    }

    Checked look(UUID campaign) {
        return shop.api().get("/api/campaigns/" + campaign).then().statusCode(200);
    }

    Checked done(UUID campaign) {
        Await.until(
                "the campaign is done",
                Duration.ofMinutes(3),
                () -> "done".equals(look(campaign).extract().path("data.campaign.state")));
        return look(campaign);
    }

    void merge(UUID kept, UUID other) {
        shop.api()
                .body(Map.of("other_id", other))
                .post("/api/customers/" + kept + "/merge")
                .then()
                .statusCode(200);
    }

    void refuse(UUID customer) {
        new Visitor(shop)
                .post("/customers/" + customer + "/consents", "channel", "whatsapp", "state", "withdrawn")
                .statusCode(303);
    }

    /** Approved, but not by the page: no job of ours sends what a test sends by a provider of its own. */
    UUID running(int people) {
        customers(people);
        var campaign = shop.draft("via", "assisted", "holdout_percent", 0);
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

    Dispatch by(Sender sender) {
        return by(sender, QuietHoursTest.NONE);
    }

    Dispatch by(Sender sender, QuietHours quiet) {
        return couriers.by(sender, quiet, couriers.links);
    }

    String instance(UUID campaign) {
        return Dispatch.instance(shop.id(), campaign, Ids.next());
    }

    /**
     * What a query of this shop, {@code :u}, finds.
     *
     * @param others it speaks of, name and value in turn
     */
    <T> List<T> found(Class<T> type, String query, Object... others) {
        return db.inTenant(shop.id(), tx -> {
            var asked = tx.createQuery(query).bind("u", shop.id());
            for (int i = 0; i < others.length; i += 2) asked.bind((String) others[i], others[i + 1]);
            return asked.mapTo(type).list();
        });
    }

    /** The same of one that finds one row. */
    <T> T one(Class<T> type, String query, Object... others) {
        var found = found(type, query, others);
        assertThat(found).hasSize(1);
        return found.getFirst();
    }

    void sql(String statement, UUID campaign) {
        db.useTenant(
                shop.id(),
                tx -> tx.createUpdate(statement)
                        .bind("u", shop.id())
                        .bind("c", campaign)
                        .execute());
    }

    static void together(List<Runnable> all) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls = new ArrayList<Callable<Object>>();
            for (var one : all) calls.add(Executors.callable(one));
            for (var call : threads.invokeAll(calls)) call.get();
        }
    }

    /** Waits until each of these is done, or waits for {@code tx} or for whoever waits for it. */
    static void awaitBehind(Handle tx, Future<?>... others) {
        Await.until("they end or wait", () -> {
            long behind = tx.createQuery("""
                            WITH RECURSIVE behind AS (
                              SELECT pg_backend_pid() AS pid
                              UNION
                              SELECT l.pid FROM behind b JOIN pg_locks l ON NOT l.granted AND b.pid = ANY (pg_blocking_pids(l.pid)))
                            SELECT count(*) - 1 FROM behind
                            """).mapTo(Long.class).one();
            return behind + List.of(others).stream().filter(Future::isDone).count() >= others.length;
        });
    }

    Checked next(UUID campaign) {
        return shop.api().post("/api/campaigns/" + campaign + "/next").then().statusCode(200);
    }

    Checked say(UUID campaign, String customer, String outcome) {
        return shop.api()
                .body(Map.of("outcome", outcome))
                .post("/api/campaigns/" + campaign + "/recipients/" + customer)
                .then();
    }
}
