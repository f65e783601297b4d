package com.smartmarketingagent.transaction;

import static java.util.Objects.requireNonNull;

import com.smartmarketingagent.account.Limits;
import com.smartmarketingagent.account.ShopCalendar;
import com.smartmarketingagent.customer.CustomerRepository;
import com.smartmarketingagent.customer.CustomerRepository.Locked;
import com.smartmarketingagent.platform.Ids;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Problem.Detail;
import com.smartmarketingagent.platform.UserId;
import com.smartmarketingagent.transaction.SaleReader.Numbered;
import com.smartmarketingagent.transaction.TransactionRepository.NewRow;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Records sales, one or many at once, and corrects them. */
@Singleton
class Sales {

    private final ShopCalendar calendar;
    private final CustomerRepository customers;
    private final TransactionRepository transactions;
    private final Limits limits;

    Sales(ShopCalendar calendar, CustomerRepository customers, TransactionRepository transactions, Limits limits) {
        this.calendar = calendar;
        this.customers = customers;
        this.transactions = transactions;
        this.limits = limits;
    }

    /** @param created false where the same sale was known already */
    record Recorded(Transaction transaction, boolean created) {}

    /**
     * Stores a sale once.
     *
     * @throws Problem.Conflict if another one has its external id, or the shop has too many and this is no refund
     */
    Recorded record(Handle tx, UserId user, Sale sale) {
        return record(tx, user, Ids.next(), sale);
    }

    /** The same under an id that nothing has yet. */
    Recorded record(Handle tx, UserId user, UUID id, Sale sale) {
        checkDay(tx, user, sale);
        if (liveCustomers(tx, user, Set.of(sale.customerId())).isEmpty()) throw new Problem.NotFound("customer");
        var row = NewRow.of(id, sale);
        var outcome = insert(tx, user, List.of(row));
        // money that was given back can be written down whatever the limit
        if (outcome.stored(row) && sale.amount().signum() >= 0) limits.checkSales(tx, user, 0);
        if (outcome.stored(row)) return new Recorded(transactions.get(tx, user, row.id()), true);
        var existing = outcome.inTheWayOf(row);
        if (existing != null && existing.says(sale)) return new Recorded(existing, false);
        throw new Problem.Conflict(TransactionRepository.externalIdTaken(existing));
    }

    /**
     * Corrects a transaction. One of an erased customer stays theirs unless it is given to somebody else.
     *
     * @param correction what it says now to what it shall say
     */
    Transaction correct(Handle tx, UserId user, UUID id, UnaryOperator<Sale> correction) {
        var wanted = correction.apply(transactions.get(tx, user, id).sale());
        // customers are locked before their sales, here as in a merge or an erasure
        boolean live = !liveCustomers(tx, user, Set.of(wanted.customerId())).isEmpty();
        // a sale is locked before its refunds
        var refunded = transactions.refunded(tx, user, id).map(sale -> transactions.lock(tx, user, sale.id()));
        var current = transactions.lock(tx, user, id);
        var corrected = correction.apply(current.sale()).tidy();
        checkDay(tx, user, corrected);
        if (!live && !corrected.customerId().equals(current.customer().id())) throw new Problem.NotFound("customer");
        var givenBack = transactions.givenBack(tx, user, id);
        if (givenBack.signum() > 0 && corrected.amount().compareTo(givenBack) < 0) {
            throw new Problem.Invalid("amount", "sale.below_refunds");
        }
        if (refunded.isPresent()) checkRefund(corrected, current, transactions.left(tx, user, refunded.get()));
        transactions.update(tx, user, id, corrected);
        return transactions.get(tx, user, id);
    }

    /** @param left of the sale, after all its refunds as they are */
    private static void checkRefund(Sale corrected, Transaction current, BigDecimal left) {
        if (corrected.amount().signum() >= 0) throw new Problem.Invalid("amount", "sale.refund_negative");
        if (corrected.amount().add(left).compareTo(current.amount()) < 0) {
            throw new Problem.Invalid("amount", "sale.refund_too_much");
        }
    }

    /** A sale that nobody changes, merges or erases until the transaction ends. */
    Transaction lock(Handle tx, UserId user, UUID id) {
        // customers are locked before their sales
        liveCustomers(tx, user, Set.of(transactions.get(tx, user, id).customer().id()));
        return transactions.lock(tx, user, id);
    }

    private void checkDay(Handle tx, UserId user, Sale sale) {
        sale.wrongDay(calendar.today(tx, user)).ifPresent(wrong -> {
            throw new Problem.Invalid(List.of(wrong));
        });
    }

    /** Those of {@code ids} who can get a sale; nobody erases or merges them meanwhile. */
    private Set<UUID> liveCustomers(Handle tx, UserId user, Set<UUID> ids) {
        return customers.hold(tx, user, ids).stream()
                .filter(Locked::live)
                .map(Locked::id)
                .collect(Collectors.toSet());
    }

    /** @param transactions the ids in the order in which the sales came, those known before included */
    record RecordedMany(int created, int duplicates, List<UUID> transactions) {}

    /** Stores all sales or none; {@link SaleReader#refuse} throws what is wrong with any of them. */
    RecordedMany recordAll(Handle tx, UserId user, SaleReader.Read read) {
        var refused = new ArrayList<>(read.refused());
        var today = calendar.today(tx, user);
        var live = liveCustomers(
                tx, user, read.sales().stream().map(s -> s.sale().customerId()).collect(Collectors.toSet()));
        for (var numbered : read.sales()) {
            numbered.sale().wrongDay(today).ifPresent(d -> refused.add(numbered.refusal(d)));
            if (!live.contains(numbered.sale().customerId())) {
                refused.add(numbered.refusal(Detail.of("customer_id", "not_found.customer")));
            }
        }
        SaleReader.refuse(refused);
        return store(tx, user, read.sales());
    }

    private RecordedMany store(Handle tx, UserId user, List<Numbered> sales) {
        var rows = sales.stream().map(s -> NewRow.of(Ids.next(), s.sale())).toList();
        var outcome = insert(tx, user, rows);
        if (!outcome.ids.isEmpty()) limits.checkSales(tx, user, 0);
        var refused = new ArrayList<Detail>();
        var ids = new ArrayList<UUID>();
        for (int i = 0; i < rows.size(); i++) {
            var row = rows.get(i);
            var existing = outcome.stored(row) ? null : outcome.inTheWayOf(row);
            if (!outcome.stored(row)
                    && (existing == null || !existing.says(sales.get(i).sale()))) {
                boolean twice = existing != null && outcome.ids.contains(existing.id());
                refused.add(sales.get(i)
                        .refusal(
                                twice
                                        ? Detail.of("external_id", "transaction.external_id_twice")
                                        : TransactionRepository.externalIdTaken(existing)));
            }
            ids.add(existing == null ? row.id() : existing.id());
        }
        SaleReader.refuse(refused);
        int stored = outcome.ids.size();
        return new RecordedMany(stored, rows.size() - stored, ids);
    }

    /** What became of new rows. @param known what stood in the way of those not stored, by its external id */
    private record Outcome(Set<UUID> ids, Map<String, Transaction> known) {

        boolean stored(NewRow row) {
            return ids.contains(row.id());
        }

        @Nullable
        Transaction inTheWayOf(NewRow row) {
            return row.externalId() == null ? null : known.get(row.externalId());
        }

        boolean open(NewRow row) {
            return !stored(row) && inTheWayOf(row) == null;
        }
    }

    /** Stores those rows whose external id is new, and of several with the same one the first. */
    private Outcome insert(Handle tx, UserId user, List<NewRow> rows) {
        var outcome = new Outcome(new HashSet<>(), new HashMap<>());
        // what is in the way may be deleted before it can be read: then nothing is, and the row gets another chance
        for (int attempt = 1; attempt <= 2; attempt++) {
            var open = rows.stream().filter(outcome::open).toList();
            if (open.isEmpty()) break;
            var once = new HashSet<String>();
            outcome.ids.addAll(transactions.insert(
                    tx,
                    user,
                    open.stream()
                            .filter(r -> r.externalId() == null || once.add(r.externalId()))
                            .toList()));
            outcome.known.putAll(
                    known(tx, user, open.stream().filter(outcome::open).toList()));
        }
        return outcome;
    }

    /** The transactions that stood in the way of {@code rows}, by their external ids. */
    private Map<String, Transaction> known(Handle tx, UserId user, List<NewRow> rows) {
        var ids = new HashSet<String>();
        for (var row : rows) ids.add(requireNonNull(row.externalId()));
        var known = new HashMap<String, Transaction>();
        if (ids.isEmpty()) return known;
        for (var transaction : transactions.withExternalIds(tx, user, ids)) {
            known.put(requireNonNull(transaction.externalId()), transaction);
        }
        return known;
    }
}
