package com.smartmarketingagent.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import com.smartmarketingagent.Http.Checked;
import com.smartmarketingagent.Shop;
import com.smartmarketingagent.messaging.Delivery;
import com.smartmarketingagent.messaging.Via;
import com.smartmarketingagent.pacing.Due;
import com.smartmarketingagent.pacing.QuietHours;
import com.smartmarketingagent.pacing.QuietHoursTest;
import com.smartmarketingagent.pacing.Zones;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Problem;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;

/** When messages go out: later, slowly, by day, and not at all once something is wrong. */
@QuarkusTest
class SendingPaceTest extends CampaignCase {

    /** As {@link #running}, but by a number that could be taken away. */
    private UUID byNumber(int people) {
        var campaign = running(people);
        sql("UPDATE app.campaigns SET via = 'fonnte' WHERE user_id = :u AND id = :c", campaign);
        return campaign;
    }

    private void gapIsOver() {
        db.useTenant(
                shop.id(),
                tx -> tx.createUpdate("UPDATE app.paces SET next_at = now() WHERE user_id = :u")
                        .bind("u", shop.id())
                        .execute());
    }

    private int failures() {
        return db.inTenant(shop.id(), tx -> couriers.paces.find(tx, shop.id(), Via.FONNTE))
                .orElseThrow()
                .failures();
    }

    private Instant now() {
        return db.inTenant(shop.id(), Db::now);
    }

    @Test
    void aNumberSendsOneAndComesBackAfterItsGap() {
        var campaign = byNumber(3);
        var sender = new Counting();
        var dispatch = by(sender);
        var instance = instance(campaign);
        dispatch.run(instance);
        dispatch.run(instance);
        assertThat(sender.calls).hasSize(1);
        assertThat(Duration.between(now(), dispatch.again(instance)))
                .isBetween(Duration.ofSeconds(15), Duration.ofSeconds(90));
        gapIsOver();
        dispatch.run(instance);
        assertThat(sender.calls).hasSize(2);
    }

    /** That none of a hundred is short, or long, happens once in 10<sup>14</sup> times. */
    @Test
    void howLongANumberRestsIsDrawnAnewEachTime() {
        var pacing = couriers.pacing(QuietHoursTest.NONE);
        var now = now();
        var rests = new ArrayList<Duration>();
        db.useTenant(shop.id(), tx -> {
            for (int i = 0; i < 100; i++) {
                pacing.sent(tx, shop.id(), Via.FONNTE, now);
                var pace = couriers.paces.find(tx, shop.id(), Via.FONNTE).orElseThrow();
                rests.add(Duration.between(now, pace.nextAt()));
            }
        });
        assertThat(rests)
                .allSatisfy(rest -> assertThat(rest).isBetween(Duration.ofSeconds(20), Duration.ofSeconds(90)))
                .anySatisfy(rest -> assertThat(rest).isLessThan(Duration.ofSeconds(40)))
                .anySatisfy(rest -> assertThat(rest).isGreaterThan(Duration.ofSeconds(70)));
    }

    /** The gap is the number's: another campaign waits for it too, and another node. */
    @Test
    void twoCampaignsAndTwoNodesShareTheNumbersGap() throws Exception {
        var first = byNumber(3);
        var second = shop.draft("via", "assisted", "holdout_percent", 0);
        step(second, "approve").statusCode(200);
        sql("UPDATE app.campaigns SET via = 'fonnte' WHERE user_id = :u AND id = :c", second);
        sql("UPDATE app.message_outbox SET next_attempt_at = now() WHERE user_id = :u AND campaign_id = :c", second);
        var sender = new Counting();
        var nodes = new ArrayList<Runnable>();
        for (var campaign : List.of(first, second, first, second))
            nodes.add(() -> by(sender).run(instance(campaign)));
        together(nodes);
        assertThat(sender.calls).hasSize(1);
    }

    /** A message to oneself goes by the same number: it waits for the gap, and the campaign waits for it. */
    @Test
    void aMessageToOneselfCountsForTheNumber() {
        var campaign = byNumber(2);
        shop.api()
                .body(Map.of("token", "token-uji-00000000"))
                .put("/api/channels/fonnte")
                .then()
                .statusCode(200);
        var test = "/api/campaigns/" + campaign + "/test";
        shop.api().post(test).then().statusCode(409);
        shop.api()
                .body(Map.of("full_name", "Sri", "business_name", "Batik Sri", "phone", "081234567890"))
                .put("/api/auth/profile")
                .then()
                .statusCode(200);
        // nobody is at the provider's address in tests
        shop.api().post(test).then().statusCode(200).body("data.state", is("failed"));
        shop.api().post(test).then().statusCode(409);
        var sender = new Counting();
        by(sender).run(instance(campaign));
        assertThat(sender.calls).isEmpty();
        gapIsOver();
        by(sender).run(instance(campaign));
        assertThat(sender.calls).hasSize(1);
    }

    @Test
    void aNewNumberSendsTwentyOnItsFirstDay() {
        var campaign = byNumber(22);
        var sender = new Counting();
        for (int i = 0; i < 23; i++) {
            by(sender).run(instance(campaign));
            gapIsOver();
        }
        assertThat(sender.calls).hasSize(20);
        assertThat(by(sender).again(instance(campaign))).isAfter(now());
        look(campaign).body("data.counts.pending", is(2)).body("data.campaign.state", is("running"));
    }

    @Test
    void threeFailuresInARowPauseTheCampaignAndAResumeForgivesThem() {
        var campaign = byNumber(9);
        var sender = new Counting();
        var bad = new Delivery.Rejected("target invalid");
        sender.answers.addAll(List.of(bad, new Delivery.Unknown("timeout"), new Delivery.Accepted(null), bad, bad));
        for (int i = 0; i < 5; i++) {
            by(sender).run(instance(campaign));
            gapIsOver();
        }
        look(campaign).body("data.campaign.state", is("running"));
        sender.answers.add(new Delivery.RetryLater(Duration.ofHours(1), "unreachable"));
        by(sender).run(instance(campaign));
        look(campaign).body("data.campaign.state", is("paused")).body("data.campaign.paused_why", is("failures"));
        gapIsOver();
        by(sender).run(instance(campaign));
        assertThat(sender.calls).hasSize(6);
        assertThat(failures()).isEqualTo(3);
        sql(
                "UPDATE app.campaigns SET via = 'fonnte', send_at = now() + interval '1 hour', frozen_at = NULL WHERE user_id = :u AND id = :c",
                campaign);
        step(campaign, "resume").statusCode(200);
        assertThat(failures()).isEqualTo(0);
    }

    /** Whoever lives where it is night waits; the others don't wait for them. */
    @Test
    void whoLivesWhereItIsNightWaitsForTheirMorning() {
        customers(2);
        for (var city : List.of("Kota Makassar", "jayapura", "Entah di Mana"))
            book.add("Dari " + city, "phone", "0812340099%02d".formatted(city.charAt(0) % 100), "city", city);
        var campaign = shop.draft("via", "assisted", "holdout_percent", 0);
        step(campaign, "approve").statusCode(200);
        sql("UPDATE app.message_outbox SET next_attempt_at = now() WHERE user_id = :u AND campaign_id = :c", campaign);
        assertThat(zones(campaign))
                .containsExactlyInAnyOrder(
                        "Ani 0 Asia/Jakarta",
                        "Ani 1 Asia/Jakarta",
                        "Dari Entah di Mana Asia/Jakarta",
                        "Dari Kota Makassar Asia/Makassar",
                        "Dari jayapura Asia/Jayapura");
        sql("UPDATE app.campaigns SET via = 'smtp' WHERE user_id = :u AND id = :c", campaign);
        // half an hour before and after it is now in Jakarta
        var here = LocalTime.ofInstant(now(), ZoneId.of("Asia/Jakarta"));
        var quiet = new QuietHours(
                here.isBefore(LocalTime.of(0, 30)) ? LocalTime.MIN : here.minusMinutes(30),
                here.isBefore(LocalTime.of(23, 30)) ? here.plusMinutes(30) : LocalTime.MIDNIGHT);
        var sender = new Counting();
        by(sender, quiet).run(instance(campaign));
        assertThat(sender.calls).hasSize(3);
        look(campaign).body("data.counts.pending", is(2));
        assertThat(quiet.isQuiet(now(), ZoneId.of("Asia/Jayapura"))).isTrue();
        var again = java.util.Objects.requireNonNull(by(sender, quiet).again(instance(campaign)));
        assertThat(again).isAfter(now());
        assertThat(quiet.awake(again)).isNotEmpty().doesNotContain(ZoneId.of("Asia/Jakarta"));
    }

    /** Three zones, seven days, every hour: who is chosen then, and when somebody's turn is that comes due. */
    @Test
    void atNoHourOfTheWeekIsAnybodyWrittenToWhereItIsNight() {
        for (var city : List.of("Solo", "Makassar", "Jayapura"))
            book.add("Dari " + city, "phone", "0812340099%02d".formatted(city.charAt(0) % 100), "city", city);
        var campaign = shop.draft("via", "assisted", "holdout_percent", 0);
        step(campaign, "approve").statusCode(200);
        sql("UPDATE app.message_outbox SET next_attempt_at = now() WHERE user_id = :u AND campaign_id = :c", campaign);
        var pacing = couriers.pacing(new QuietHours(LocalTime.of(8, 0), LocalTime.of(20, 0)));
        var start = now().plus(Duration.ofDays(1)).truncatedTo(ChronoUnit.HOURS);
        db.useTenant(shop.id(), tx -> {
            var homes = homes(tx, campaign);
            assertThat(homes.values()).containsExactlyInAnyOrderElementsOf(Zones.EAST_FIRST);
            for (int hour = 0; hour < 7 * 24; hour++) {
                var at = start.plus(Duration.ofHours(hour));
                var chosen = couriers.outbox.choose(
                        tx, shop.id(), campaign, pacing.awake(Via.FONNTE, at), false, homes.size());
                homes.forEach((customer, zone) -> {
                    boolean isDay = isDay(at, zone);
                    assertThat(chosen.contains(customer))
                            .as("%s in %s", at, zone)
                            .isEqualTo(isDay);
                    var turn = pacing.next(tx, shop.id(), Via.FONNTE, List.of(new Due(at, zone)))
                            .orElseThrow();
                    assertThat(turn).isBetween(at, at.plus(Duration.ofHours(12)));
                    assertThat(isDay(turn, zone)).as("%s in %s", turn, zone).isTrue();
                    assertThat(turn.equals(at)).isEqualTo(isDay);
                });
            }
        });
    }

    private static boolean isDay(Instant at, ZoneId zone) {
        int hour = at.atZone(zone).getHour();
        return 8 <= hour && hour < 20;
    }

    private Map<UUID, ZoneId> homes(Handle tx, UUID campaign) {
        return tx.createQuery(
                        "SELECT customer_id, zone FROM app.message_outbox WHERE user_id = :u AND campaign_id = :c")
                .bind("u", shop.id())
                .bind("c", campaign)
                .reduceRows(new HashMap<>(), (homes, row) -> {
                    homes.put(row.getColumn("customer_id", UUID.class), ZoneId.of(row.getColumn("zone", String.class)));
                    return homes;
                });
    }

    @Test
    void byHandItIsSaidUntilWhenItIsNight() {
        var campaign = shop.draft("via", "assisted", "holdout_percent", 0);
        // an hour in the other half of the day
        boolean morning = LocalTime.ofInstant(now(), ZoneId.of("Asia/Jakarta")).isBefore(LocalTime.NOON);
        var from = LocalTime.of(morning ? 22 : 1, 0);
        var night = new QuietHours(from, from.plusHours(1));
        var first = "Pesan pertama bisa dikirim mulai";
        assertThat(couriers.page(shop.id(), campaign, night)).as("to nobody").doesNotContain(first);
        customers(2);
        assertThat(couriers.page(shop.id(), campaign, night))
                .contains(first)
                .contains("%02d.00".formatted(from.getHour()));
        assertThat(couriers.page(shop.id(), campaign, QuietHoursTest.NONE)).doesNotContain(first);
        step(campaign, "approve").statusCode(200);
        var byHand = couriers.byHand(night);
        assertThatThrownBy(() -> db.inTenant(shop.id(), tx -> byHand.next(tx, shop.id(), campaign)))
                .isInstanceOf(Problem.Conflict.class)
                .hasMessageContaining("campaign.night");
        var rests = db.inTenant(shop.id(), tx -> byHand.rests(tx, shop.id(), campaign))
                .orElseThrow();
        assertThat(rests).isAfter(now());
        assertThat(LocalTime.ofInstant(rests, ZoneId.of("Asia/Jakarta"))).isEqualTo(from);

        var byDay = couriers.byHand(QuietHoursTest.NONE);
        var nothing = db.inTenant(shop.id(), tx -> byDay.rests(tx, shop.id(), campaign));
        var opened = db.inTenant(shop.id(), tx -> byDay.next(tx, shop.id(), campaign));
        assertThat(nothing).isEmpty();
        assertThat(opened).isPresent();
        var link = "https://wa.me/62812";
        assertThat(couriers.page(shop.id(), campaign, QuietHoursTest.NONE)).contains(link);
        assertThat(couriers.page(shop.id(), campaign, night))
                .contains("Bisa dilanjutkan mulai")
                .doesNotContain(link);
        // opened by day, and now it is night there, wherever those are who come after
        sql(
                "UPDATE app.message_outbox SET zone = 'Asia/Jayapura' WHERE user_id = :u AND campaign_id = :c AND state = 'pending'",
                campaign);
        var open = db.inTenant(shop.id(), tx -> byHand.rests(tx, shop.id(), campaign));
        assertThat(open).contains(rests);
        assertThatThrownBy(() -> db.inTenant(shop.id(), tx -> byHand.next(tx, shop.id(), campaign)))
                .isInstanceOf(Problem.Conflict.class)
                .hasMessageContaining("campaign.night");
    }

    private List<String> zones(UUID campaign) {
        return found(String.class, """
                SELECT c.name || ' ' || o.zone FROM app.message_outbox o
                JOIN app.customers c ON c.user_id = o.user_id AND c.id = o.customer_id
                WHERE o.user_id = :u AND o.campaign_id = :c
                """, "c", campaign);
    }

    @Test
    void whatIsPlannedForLaterWaitsAndSettlesItsAudienceOnlyThen() {
        customers(2);
        var campaign = shop.draft("holdout_percent", 0);
        var at = now().plus(Duration.ofHours(3));
        approve(campaign, at)
                .body("data.campaign.state", is("scheduled"))
                .body("data.campaign.send_at", is(at.toString()))
                .body("data.campaign.frozen_at", nullValue());
        isPutOff(campaign);
        var sender = new Counting();
        by(sender).run(instance(campaign));
        assertThat(by(sender).again(instance(campaign))).isEqualTo(at);
        book.add("Baru", "phone", "081234567890");
        sql(
                "UPDATE app.campaigns SET send_at = now() - interval '119 minutes' WHERE user_id = :u AND id = :c",
                campaign);
        by(sender).run(instance(campaign));
        assertThat(sender.calls).hasSize(3);
        look(campaign).body("data.campaign.frozen_at", notNullValue()).body("data.campaign.state", is("done"));
    }

    private Checked approve(UUID campaign, Instant at) {
        return shop.api()
                .body(Map.of("send_at", at.toString()))
                .post("/api/campaigns/" + campaign + "/approve")
                .then();
    }

    @Inject
    Dispatch dispatch;

    @Test
    void whatIsPlannedForLaterAndGoesByHandWaitsForTheHandThen() {
        customers(1);
        var campaign = shop.draft("via", "assisted", "holdout_percent", 0);
        approve(campaign, now().plus(Duration.ofHours(3))).statusCode(200);
        isPutOff(campaign);
        sql("UPDATE app.campaigns SET send_at = now() - interval '1 minute' WHERE user_id = :u AND id = :c", campaign);
        dispatch.run(instance(campaign));
        look(campaign).body("data.campaign.state", is("running")).body("data.counts.pending", is(1));
        assertThat(dispatch.again(instance(campaign))).isNull();
        next(campaign).body("data.open.name", is("Ani 0"));
        dispatch.run(instance(campaign));
        look(campaign).body("data.counts.sending", is(1)).body("data.campaign.paused_why", nullValue());
    }

    /** An installation that was off all night doesn't send the morning's greeting in the evening. */
    @Test
    void whatIsMoreThanTwoHoursLateAsksItsOwner() {
        customers(2);
        var campaign = shop.draft("holdout_percent", 0);
        approve(campaign, now().plus(Duration.ofHours(3))).statusCode(200);
        isPutOff(campaign);
        sql(
                "UPDATE app.campaigns SET send_at = now() - interval '121 minutes' WHERE user_id = :u AND id = :c",
                campaign);
        var sender = new Counting();
        by(sender).run(instance(campaign));
        assertThat(sender.calls).isEmpty();
        look(campaign).body("data.campaign.state", is("paused")).body("data.campaign.paused_why", is("late"));
        step(campaign, "resume").statusCode(200).body("data.campaign.state", is("running"));
        done(campaign).body("data.counts.accepted", is(2)).body("data.campaign.paused_why", nullValue());
    }

    @Test
    void aTimeThatIsOverOrFarAwayIsRefusedAndNothingIsApproved() {
        customers(1);
        var campaign = shop.draft();
        for (var at : List.of(now().minusSeconds(60), now().plus(Duration.ofDays(366))))
            approve(campaign, at).statusCode(400).body("error.details[0].field", is("send_at"));
        look(campaign).body("data.campaign.state", is("draft")).body("data.campaign.send_at", nullValue());
        approve(campaign, now().plus(Duration.ofDays(364))).statusCode(200);
        step(campaign, "pause").statusCode(200).body("data.campaign.state", is("paused"));
        step(campaign, "resume").statusCode(200).body("data.campaign.state", is("scheduled"));
        step(campaign, "cancel").statusCode(200).body("data.campaign.state", is("cancelled"));
    }

    @Test
    void aDraftIsSaidAnewUntilItIsApproved() {
        customers(1);
        var campaign = shop.draft();
        var body = Shop.campaign("name", "Lain");
        shop.api()
                .body(body)
                .put("/api/campaigns/" + campaign)
                .then()
                .statusCode(200)
                .body("data.campaign.name", is("Lain"))
                .body("data.campaign.version", is(2));
        step(campaign, "approve").statusCode(200);
        shop.api().body(body).put("/api/campaigns/" + campaign).then().statusCode(409);
    }
}
