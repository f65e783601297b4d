package com.smartmarketingagent.privacy;

import static java.util.stream.Collectors.groupingBy;

import com.smartmarketingagent.account.Act;
import com.smartmarketingagent.account.Audit;
import com.smartmarketingagent.notice.Kind;
import com.smartmarketingagent.notice.Notices;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Jobs;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.UserId;
import com.smartmarketingagent.privacy.Breach.Said;
import com.smartmarketingagent.privacy.BreachRepository.Told;
import com.smartmarketingagent.privacy.BreachRepository.TouchedRow;
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

/**
 * A breach is recorded by a super_admin; the owners of the shops that it touches are told by {@link BreachNews}, with
 * words for their customers, and whoever recorded it and all other super_admins are reminded of the 3 × 24 hours a day
 * and six hours before, and at their end.
 */
@Singleton
class Breaches extends Reminders<Breach> {

    private final Db db;
    private final BreachRepository breaches;
    private final Notices notices;
    private final Jobs jobs;
    private final Audit audit;
    private final Function<Handle, Instant> now;

    @Inject
    Breaches(Db db, BreachRepository breaches, Notices notices, Jobs jobs, Audit audit) {
        this(db, breaches, notices, jobs, audit, Db::now);
    }

    /** @param now what the database's clock says, in tests */
    Breaches(Db db, BreachRepository breaches, Notices notices, Jobs jobs, Audit audit, Function<Handle, Instant> now) {
        super("breach", db, notices, jobs, now);
        this.db = db;
        this.breaches = breaches;
        this.notices = notices;
        this.jobs = jobs;
        this.audit = audit;
        this.now = now;
    }

    /** So many shops of a breach are named; of more, those that weren't reached come first. */
    private static final int SHOPS = 200;

    /**
     * @param touched the shops that were told, by the breach; see {@link BreachRepository#touched}
     * @param now by which it is known who is late
     */
    record Found(List<Breach> breaches, Map<UUID, List<TouchedRow>> touched, Instant now) {

        /** Empty where none was told. */
        List<TouchedRow> touched(Breach breach) {
            return touched.getOrDefault(breach.id(), List.of());
        }
    }

    Found all() {
        return db.asAdmin(tx -> {
            var all = breaches.all(tx);
            var touched = breaches.touched(tx, all.stream().map(Breach::id).toList(), SHOPS);
            return new Found(all, touched.stream().collect(groupingBy(TouchedRow::breach)), now.apply(tx));
        });
    }

    List<Told> told(UserId user) {
        return db.inTenant(user, tx -> breaches.told(tx, user));
    }

    /**
     * Whom it touches.
     *
     * @param emails of the shops; empty for all
     * @throws Problem.Invalid if there is no shop with one of them
     */
    List<UserId> touched(List<String> emails) {
        return db.asAdmin(tx -> emails.isEmpty() ? breaches.shops(tx) : shops(tx, emails));
    }

    /**
     * In the super_admin's transaction; each shop is told by a job of its own. The same id once more changes nothing.
     */
    void record(Handle tx, UserId admin, UUID id, Said said, List<UserId> touched) {
        if (!breaches.insert(tx, admin, id, said, now.apply(tx))) return;
        audit.note(tx, admin, Act.BREACH_RECORDED, id);
        begin(tx, admin, id);
        for (var shop : touched) jobs.enqueue(tx, BreachNews.NAME, BreachNews.instance(shop, admin, id));
    }

    void record(UserId admin, UUID id, Said said, List<String> emails) {
        var touched = touched(emails);
        db.useTenant(admin, tx -> record(tx, admin, id, said, touched));
        jobs.wakeUp();
    }

    private List<UserId> shops(Handle tx, List<String> emails) {
        var found = new ArrayList<UserId>();
        for (var email : emails)
            found.add(breaches.shop(tx, email)
                    .orElseThrow(() -> new Problem.Invalid("shops", "breach.shop_unknown", email)));
        return found;
    }

    /**
     * Everybody was told; who says so is written into the log of who recorded it. @throws Problem.NotFound if there is
     * none
     */
    void close(UUID id) {
        var owner = db.asAdmin(tx -> breaches.owner(tx, id)).orElseThrow(() -> new Problem.NotFound("breach"));
        db.useTenant(owner, tx -> {
            if (breaches.close(tx, owner, id)) audit.note(tx, owner, Act.BREACH_CLOSED, id);
        });
    }

    @Override
    Optional<Breach> lock(Handle tx, UserId user, UUID id) {
        return breaches.lock(tx, user, id);
    }

    @Override
    List<UserId> others(UserId user) {
        return db.asAdmin(tx -> breaches.otherAdmins(tx, user));
    }

    @Override
    void remind(Handle tx, UserId user, Breach breach, int due, Instant its, List<UserId> others) {
        breaches.reminded(tx, user, breach.id(), due);
        long hours = breach.hoursLeft(its);
        notices.tell(tx, user, Kind.BREACH_DUE, Map.of("hours", hours));
        for (var other : others)
            jobs.enqueue(tx, BreachReminder.NAME, BreachReminder.instance(other, breach.id(), hours));
    }
}
