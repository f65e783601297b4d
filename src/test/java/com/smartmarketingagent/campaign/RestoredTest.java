package com.smartmarketingagent.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import com.smartmarketingagent.Visitor;
import com.smartmarketingagent.platform.Backup;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.SendingRepository;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A database that was put back from a backup doesn't know who was written to since: nothing goes out until somebody
 * says so.
 */
@QuarkusTest
class RestoredTest extends CampaignCase {

    @Inject
    SendingRepository sending;

    @Inject
    Backup backup;

    @AfterEach
    void on() {
        turn(true);
    }

    private void turn(boolean on) {
        db.asOwner(tx -> {
            sending.turn(tx, on);
            return on;
        });
    }

    private void isPaused(UUID campaign, String why) {
        look(campaign).body("data.campaign.state", is("paused")).body("data.campaign.paused_why", is(why));
    }

    /** By hand for a moment: else a job of ours would look for the shop's channel. */
    private void resume(UUID campaign, String via) {
        sql("UPDATE app.campaigns SET via = 'assisted' WHERE user_id = :u AND id = :c", campaign);
        step(campaign, "resume").statusCode(200);
        sql("UPDATE app.campaigns SET via = '" + via + "' WHERE user_id = :u AND id = :c", campaign);
    }

    @Test
    void whatWasRunningThereSendsNothingUntilAnOperatorAndTheOwnerSaySo() throws Exception {
        assertThat(db.withoutTenant(sending::off)).isEmpty();
        var campaign = running(3);
        sql("UPDATE app.campaigns SET via = 'fonnte' WHERE user_id = :u AND id = :c", campaign);
        var sender = new Counting();
        by(sender).run(instance(campaign));
        assertThat(sender.calls).hasSize(1);
        var byHand = shop.draft("via", "assisted", "holdout_percent", 0);
        step(byHand, "approve").statusCode(200);
        // who just got one would be passed over
        sql("UPDATE app.message_outbox SET sending_since = NULL WHERE user_id = :u AND campaign_id <> :c", byHand);
        String open = next(byHand).extract().path("data.open.name");
        var later = shop.draft("holdout_percent", 0);
        shop.api()
                .body(Map.of(
                        "send_at",
                        db.inTenant(shop.id(), Db::now)
                                .plus(Duration.ofHours(3))
                                .toString()))
                .post("/api/campaigns/" + later + "/approve")
                .then()
                .statusCode(200);
        isPutOff(later);
        var draft = shop.draft();
        sql("UPDATE app.campaigns SET send_at = now() - interval '1 minute' WHERE user_id = :u AND id = :c", later);
        db.useTenant(
                shop.id(),
                tx -> tx.createUpdate("UPDATE app.paces SET next_at = now() WHERE user_id = :u")
                        .bind("u", shop.id())
                        .execute());

        backup.restore();

        by(sender).run(instance(campaign));
        by(sender).run(instance(later));
        assertThat(sender.calls).hasSize(1);
        isPaused(campaign, "restored");
        isPaused(later, "restored");
        look(later).body("data.campaign.frozen_at", nullValue());
        shop.api().get("/api/notices").then().body("data.notices.kind", hasItem("campaign_paused"));
        step(campaign, "resume").statusCode(409).body("error.message", containsString("cadangan"));
        step(draft, "approve").statusCode(409).body("error.message", containsString("pengelola"));
        look(draft).body("data.campaign.state", is("draft"));
        // nor to oneself
        step(byHand, "test").statusCode(409).body("error.message", containsString("pengelola"));
        shop.api()
                .post("/api/campaigns/" + byHand + "/next")
                .then()
                .statusCode(409)
                .body("error.message", containsString("cadangan"));
        var page = new Visitor(shop);
        page.get("/campaigns/" + byHand)
                .statusCode(200)
                .body(
                        not(containsString("wa.me")),
                        containsString("cadangan"),
                        // it was opened before: its owner can still say what became of it
                        containsString("name=\"outcome\" value=\"sent\""),
                        not(containsString("anjutkan")),
                        not(containsString("Buka pesan")));
        page.get("/campaigns/" + campaign).statusCode(200).body(containsString("cadangan"));

        turn(true);

        by(sender).run(instance(campaign));
        assertThat(sender.calls).hasSize(1);
        resume(campaign, "fonnte");
        by(sender).run(instance(campaign));
        assertThat(sender.calls).hasSize(2);
        next(byHand).body("data.open.name", is(open));
        page.get("/campaigns/" + byHand).body(containsString("wa.me"));
        step(draft, "approve").statusCode(200);
    }

    @Test
    void anOperatorMaySwitchItOffByHand() {
        var campaign = running(1);
        sql("UPDATE app.campaigns SET via = 'smtp' WHERE user_id = :u AND id = :c", campaign);
        turn(false);
        var sender = new Counting();
        by(sender).run(instance(campaign));
        isPaused(campaign, "off");
        step(campaign, "resume").statusCode(409).body("error.message", containsString("Pengelola"));
        turn(true);
        resume(campaign, "smtp");
        by(sender).run(instance(campaign));
        assertThat(sender.calls).hasSize(1);
    }

    private String off(Handle owner) {
        return sending.off(owner).orElse("on");
    }

    private void inVain(Consumer<Handle> work) {
        db.asOwner(tx -> {
            tx.savepoint("before");
            work.accept(tx);
            tx.rollbackToSavepoint("before");
            assertThat(off(tx)).isEqualTo("on");
            return tx;
        });
    }

    /** What pg_restore does, whole or of one table. */
    private static void makeOutboxAnew(Handle owner) {
        owner.execute("ALTER TABLE app.message_outbox RENAME TO was");
        owner.execute("CREATE TABLE app.message_outbox (LIKE app.was INCLUDING ALL)");
    }

    @Test
    void aTableOfMessagesThatWasMadeAnewIsNoticedAndSoIsAMissingMark() {
        inVain(tx -> {
            // the server tells everything, also to who is no superuser
            assertThat(tx.createQuery("SELECT jobs.mark()").mapTo(String.class).one())
                    .matches("[0-9]+/[0-9A-F]{8}/[0-9]+/[0-9]+");
            makeOutboxAnew(tx);
            assertThat(off(tx)).isEqualTo("restored");
        });
        inVain(tx -> {
            tx.execute("DELETE FROM jobs.installation");
            assertThat(off(tx)).isEqualTo("restored");
            sending.turn(tx, false);
            assertThat(off(tx)).isEqualTo("off");
            makeOutboxAnew(tx);
            assertThat(off(tx)).isEqualTo("restored");
        });
    }

    /** Not every server tells everything, nor always. */
    @Test
    void whatIsNotKnownOnBothSidesSaysNothingAndEveryPartThatIsCounts() {
        String mark = db.asOwner(
                tx -> tx.createQuery("SELECT jobs.mark()").mapTo(String.class).one());
        for (int i = 0; i < 4; i++) {
            var parts = mark.split("/");
            int part = i;
            inVain(tx -> {
                for (var kept : List.of("", "1")) {
                    parts[part] = kept;
                    tx.createUpdate("UPDATE jobs.installation SET mark = :mark")
                            .bind("mark", String.join("/", parts))
                            .execute();
                    assertThat(off(tx)).isEqualTo(kept.isEmpty() ? "on" : "restored");
                }
            });
        }
    }

    /** As docs/decisions/0015 tells whoever writes one. */
    @Test
    void aMigrationThatMakesTheTableAnewKeepsWhatWasSaid() {
        for (boolean on : new boolean[] {true, false})
            inVain(tx -> {
                sending.turn(tx, on);
                migrate(tx);
                assertThat(off(tx)).isEqualTo(on ? "on" : "off");
            });
        inVain(tx -> {
            tx.execute("UPDATE jobs.installation SET mark = 'elsewhere'");
            migrate(tx);
            assertThat(off(tx)).isEqualTo("restored");
        });
    }

    private static void migrate(Handle owner) {
        owner.execute("UPDATE jobs.installation SET mark = NULL WHERE jobs.is_same_place(mark, jobs.mark())");
        makeOutboxAnew(owner);
        owner.execute("UPDATE jobs.installation SET mark = jobs.mark() WHERE mark IS NULL");
    }
}
