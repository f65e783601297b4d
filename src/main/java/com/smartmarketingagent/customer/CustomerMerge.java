package com.smartmarketingagent.customer;

import com.smartmarketingagent.account.Act;
import com.smartmarketingagent.account.Audit;
import com.smartmarketingagent.customer.CustomerRepository.Locked;
import com.smartmarketingagent.platform.Ids;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Makes two customers one, and two again. */
@Singleton
class CustomerMerge {

    private final CustomerRepository customers;
    private final MergeRepository merges;
    private final ConsentRepository consents;
    private final Audit audit;

    CustomerMerge(CustomerRepository customers, MergeRepository merges, ConsentRepository consents, Audit audit) {
        this.customers = customers;
        this.merges = merges;
        this.consents = consents;
        this.audit = audit;
    }

    /** @param mergeId what an undo asks for */
    record Merged(Customer customer, UUID mergeId) {}

    /** @param other the one who had gone */
    record Undone(Customer customer, Customer other) {}

    /**
     * {@code other}'s sales and missing details go to {@code id}; who of the two didn't want to be written to still
     * doesn't.
     *
     * @throws Problem.NotFound if either isn't there
     */
    Merged merge(Handle tx, UserId user, UUID id, UUID other) {
        return merge(tx, user, Ids.next(), id, other);
    }

    /** The same for a form that may be sent twice: {@code merge} came with it, and the second time changes nothing. */
    void mergeOnce(Handle tx, UserId user, UUID merge, UUID id, UUID other) {
        customers.lock(tx, user, List.of(id, other));
        var known = merges.find(tx, user, merge);
        boolean sentBefore = known.isPresent()
                && known.get().customerId().equals(id)
                && known.get().otherId().equals(other);
        if (!sentBefore) merge(tx, user, known.isPresent() ? Ids.next() : merge, id, other);
    }

    private Merged merge(Handle tx, UserId user, UUID merge, UUID id, UUID other) {
        if (id.equals(other)) throw new Problem.Invalid("other_id", "merge.same");
        var both = List.of(id, other);
        if (customers.lock(tx, user, both).stream().filter(Locked::live).count() < 2) {
            throw new Problem.NotFound("customer");
        }
        var united = customers.get(tx, user, id).absorb(customers.get(tx, user, other));
        merges.begin(tx, user, merge, id, other);
        consents.replace(tx, user, id, Consent.united(consents.of(tx, user, id), consents.of(tx, user, other)));
        consents.replace(tx, user, other, List.of());
        customers.anonymise(tx, user, other, id);
        customers.update(tx, user, id, united);
        merges.moveSales(tx, user, merge);
        customers.salesChanged(tx, user, both);
        audit.note(tx, user, Act.CUSTOMERS_MERGED, id);
        return new Merged(customers.get(tx, user, id), merge);
    }

    /**
     * Puts both back as they were and moves the sales back that the merge had moved.
     *
     * @throws Problem.Conflict if it was undone before, or if that would lose a later change
     */
    Undone undo(Handle tx, UserId user, UUID id) {
        var merge = merges.find(tx, user, id).orElseThrow(() -> new Problem.NotFound("merge"));
        var both = List.of(merge.customerId(), merge.otherId());
        customers.lock(tx, user, both);
        // what was read before the locks may have changed while we waited for them
        merge = merges.find(tx, user, id).orElseThrow(() -> new Problem.NotFound("merge"));
        if (merge.undone()) throw new Problem.Conflict("merge.undone");
        if (merge.deleted()) throw new Problem.Conflict("merge.deleted");
        if (merge.changed()) throw new Problem.Conflict("merge.changed");
        customers.putBack(tx, user, merge.customerId(), merge.customerBefore());
        customers.putBack(tx, user, merge.otherId(), merge.otherBefore());
        merges.moveSalesBack(tx, user, id);
        consents.putBack(tx, user, id, merge.customerId(), merge.otherId());
        customers.salesChanged(tx, user, both);
        audit.note(tx, user, Act.MERGE_UNDONE, merge.customerId());
        return new Undone(customers.get(tx, user, merge.customerId()), customers.get(tx, user, merge.otherId()));
    }
}
