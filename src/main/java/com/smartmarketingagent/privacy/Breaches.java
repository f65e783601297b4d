package com.smartmarketingagent.privacy;

import com.smartmarketingagent.notice.Kind;
import com.smartmarketingagent.notice.Notices;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Ids;
import com.smartmarketingagent.platform.Jobs;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.UserId;
import com.smartmarketingagent.privacy.Breach.Said;
import com.smartmarketingagent.privacy.BreachRepository.Told;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * A breach is recorded by a super_admin; the owners of the shops that it touches are told at once, with words for their
 * customers, and whoever recorded it is reminded of the 3 × 24 hours a day and six hours before, and at their end.
 */
@Singleton
class Breaches implements Jobs.Job {

    private static final String NAME = "breach";

    private final Db db;
    private final BreachRepository breaches;
    private final Notices notices;
    private final Jobs jobs;
    private final Function<Handle, Instant> now;

    @Inject
    Breaches(Db db, BreachRepository breaches, Notices notices, Jobs jobs) {
        this(db, breaches, notices, jobs, Db::now);
    }

    /** @param now what the database's clock says, in tests */
    Breaches(Db db, BreachRepository breaches, Notices notices, Jobs jobs, Function<Handle, Instant> now) {
        this.db = db;
        this.breaches = breaches;
        this.notices = notices;
        this.jobs = jobs;
        this.now = now;
    }

    /** @param now by which it is known who is late */
    record Found(List<Breach> breaches, Instant now) {}

    Found all() {
        return db.asAdmin(tx -> new Found(breaches.all(tx), now.apply(tx)));
    }

    List<Told> told(UserId user) {
        return db.inTenant(user, tx -> breaches.told(tx, user));
    }

    /**
     * The same id once more changes nothing but tells those shops that had not been told.
     *
     * @param emails of the shops that it touches; empty for all
     * @throws Problem.Invalid if there is no shop with one of them
     */
    void record(UserId admin, UUID id, Said said, List<String> emails) {
        var touched = db.asAdmin(tx -> emails.isEmpty() ? breaches.shops(tx) : shops(tx, emails));
        db.useTenant(admin, tx -> {
            if (breaches.insert(tx, admin, id, said, now.apply(tx))) jobs.enqueue(tx, NAME, admin.value() + "/" + id);
        });
        for (var shop : touched) {
            boolean news = db.inTenant(shop, tx -> {
                if (breaches.told(tx, shop).stream().anyMatch(t -> t.id().equals(id))) return false;
                breaches.tellShop(tx, shop, id, said);
                notices.tell(tx, shop, Kind.SHOP_BREACH, Map.of());
                return true;
            });
            if (news) notices.told(shop);
        }
    }

    private List<UserId> shops(Handle tx, List<String> emails) {
        var found = new ArrayList<UserId>();
        for (var email : emails)
            found.add(breaches.shop(tx, email)
                    .orElseThrow(() -> new Problem.Invalid("shops", "breach.shop_unknown", email)));
        return found;
    }

    /** Everybody was told. @throws Problem.NotFound if there is none */
    void close(UUID id) {
        var owner = db.<Optional<BreachRepository.Owned>>asAdmin(tx -> breaches.owner(tx, id))
                .orElseThrow(() -> new Problem.NotFound("breach"));
        db.useTenant(owner.userId(), tx -> breaches.close(tx, owner.userId(), id));
    }

    @Override
    public String name() {
        return NAME;
    }

    /** Of several reminders that were missed, the last. */
    @Override
    public void run(String instance) {
        var user = user(instance);
        boolean told = db.inTenantAsWorker(user, tx -> {
            var breach = breaches.lock(tx, user, id(instance)).filter(Breach::stillOpen);
            if (breach.isEmpty()) return false;
            var its = now.apply(tx);
            int due = PrivacyRequest.remindersBy(breach.get().dueAt(), its);
            if (due <= breach.get().reminders()) return false;
            breaches.reminded(tx, user, breach.get().id(), due);
            notices.tell(
                    tx,
                    user,
                    Kind.BREACH_DUE,
                    Map.of("hours", PrivacyRequest.hoursLeft(breach.get().dueAt(), its)));
            return true;
        });
        if (told) notices.told(user);
    }

    @Override
    public @Nullable Instant again(String instance) {
        var user = user(instance);
        return db.inTenantAsWorker(
                        user,
                        tx -> breaches.lock(tx, user, id(instance))
                                .filter(Breach::stillOpen)
                                .flatMap(b ->
                                        Optional.ofNullable(PrivacyRequest.nextReminder(b.dueAt(), now.apply(tx)))))
                .orElse(null);
    }

    private static UserId user(String instance) {
        return new UserId(Ids.read(instance.split("/", 2)[0]).orElseThrow());
    }

    private static UUID id(String instance) {
        return Ids.read(instance.split("/", 2)[1]).orElseThrow();
    }
}
