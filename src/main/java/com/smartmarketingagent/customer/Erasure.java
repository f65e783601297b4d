package com.smartmarketingagent.customer;

import com.smartmarketingagent.account.Act;
import com.smartmarketingagent.account.Audit;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Jobs;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Retention;
import com.smartmarketingagent.platform.Settings;
import com.smartmarketingagent.platform.ShopFiles;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/**
 * The right to be forgotten (UU 27/2022): who a customer was goes, what they paid stays without a name. An owner who
 * clicked too fast has 7 days to bring them back.
 */
@Singleton
public class Erasure implements Jobs.Job {

    private static final Logger LOG = Logger.getLogger(Erasure.class);

    private final Db db;
    private final CustomerRepository customers;
    private final ErasureRepository erasures;
    private final ConsentRepository consents;
    private final ShopFiles files;
    private final Audit audit;
    private final Jobs jobs;
    private final Retention retention;

    Erasure(
            Db db,
            CustomerRepository customers,
            ErasureRepository erasures,
            ConsentRepository consents,
            ShopFiles files,
            Audit audit,
            Jobs jobs,
            Settings settings) {
        retention = Retention.of(settings);
        this.db = db;
        this.customers = customers;
        this.erasures = erasures;
        this.consents = consents;
        this.files = files;
        this.audit = audit;
        this.jobs = jobs;
    }

    /**
     * Whose own request it is, as the owner says now or wrote down before, isn't made anew by a file nor written to.
     *
     * @throws Problem.NotFound if they aren't there, or no longer
     */
    void delete(Handle tx, UserId user, UUID id, boolean atTheirRequest) {
        customers.lockLive(tx, user, id);
        consents.suppressWhereRefused(tx, user, id);
        erasures.keep(tx, user, id);
        var persons = ErasureRepository.persons(tx, user, id);
        var asked = erasures.closeRequests(tx, user, persons);
        if (atTheirRequest || asked.ever()) consents.suppressErased(tx, user, id, persons);
        customers.anonymise(tx, user, id, null);
        customers.salesChanged(tx, user, List.of(id));
        audit.note(tx, user, Act.CUSTOMER_DELETED, id);
        if (asked.open()) audit.note(tx, user, Act.REQUEST_CLOSED, id);
    }

    /**
     * Deletes and keeps nothing, also of one who was deleted before.
     *
     * @throws Problem.NotFound if there is nothing left to erase
     */
    void eraseNow(Handle tx, UserId user, UUID id) {
        var row = customers.lock(tx, user, List.of(id)).stream()
                .findFirst()
                .orElseThrow(() -> new Problem.NotFound("customer"));
        if (row.live()) delete(tx, user, id, false);
        else if (!erasures.kept(tx, user, id)) throw new Problem.NotFound("customer");
        forget(tx, user, id);
    }

    /**
     * Deletes whom a restored backup has brought back.
     *
     * @param purgeAt until then their owner may bring them back, as before
     * @return whether there was anybody
     */
    public boolean repeat(Handle tx, UserId user, UUID id, Instant purgeAt) {
        var row = customers.lock(tx, user, List.of(id)).stream().findFirst();
        // who came after the backup isn't in it
        if (row.isEmpty()) return false;
        boolean wasThere = row.get().live() || erasures.kept(tx, user, id);
        // what the restore says of their address is made anew, with what was known of it before
        if (row.get().live()) delete(tx, user, id, consents.dropErased(tx, user, id));
        erasures.keepUntil(tx, user, id, purgeAt);
        if (!purgeAt.isAfter(Db.now(tx))) forget(tx, user, id);
        return wasThere;
    }

    /** Originals of imports may name them, so they go too, all of the shop's: nobody can tell which don't. */
    private void forget(Handle tx, UserId user, UUID id) {
        erasures.forget(tx, user, id);
        // figures that are kept may name them
        customers.salesChanged(tx, user, List.of(id));
        files.forgetImported(tx, user);
        audit.note(tx, user, Act.CUSTOMER_ERASED, id);
    }

    /**
     * Undoes a deletion. Who had asked for it still does, and their request reminds of itself: {@link Jobs#wakeUp}
     * after the commit.
     *
     * @throws Problem.NotFound if there was none within 7 days
     * @throws Problem.Conflict if somebody has the phone by now
     */
    void restore(Handle tx, UserId user, UUID id) {
        customers.lock(tx, user, List.of(id));
        var row = erasures.restorable(tx, user, id).orElseThrow(() -> new Problem.NotFound("customer"));
        for (var request : erasures.reopenRequests(tx, user, id))
            jobs.enqueue(tx, "privacy-request", user.value() + "/" + request);
        customers.putBack(tx, user, id, row);
        consents.unsuppressErased(tx, user, id);
        erasures.putRestBack(tx, user, id);
        customers.salesChanged(tx, user, List.of(id));
        audit.note(tx, user, Act.CUSTOMER_RESTORED, id);
    }

    @Override
    public String name() {
        return "purge";
    }

    @Override
    public Duration every() {
        return Duration.ofDays(1);
    }

    /** Forgets everyone whose 7 days are over, in every shop, and what else may no longer be kept. */
    @Override
    public void run(String instance) {
        var failed = new ArrayList<RuntimeException>();
        for (var due : db.withoutTenantAsWorker(erasures::due)) {
            try {
                db.inTenantAsWorker(due.userId(), tx -> {
                    customers.lock(tx, due.userId(), List.of(due.customerId()));
                    forget(tx, due.userId(), due.customerId());
                    return due;
                });
            } catch (RuntimeException e) {
                // the others' days are over too; this one is due again tomorrow
                LOG.error("Customer " + due.customerId() + " is not erased; it is tried again tomorrow", e);
                failed.add(e);
            }
        }
        db.withoutTenantAsWorker(tx -> {
            erasures.purge(tx, retention);
            return true;
        });
        if (!failed.isEmpty()) throw failed.getFirst();
    }
}
