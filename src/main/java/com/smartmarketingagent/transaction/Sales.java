package com.smartmarketingagent.transaction;

import static java.util.Objects.requireNonNull;

import com.smartmarketingagent.customer.CustomerRepository;
import com.smartmarketingagent.customer.CustomerRepository.Locked;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Problem.Detail;
import com.smartmarketingagent.platform.UserId;
import com.smartmarketingagent.transaction.SaleReader.Numbered;
import com.smartmarketingagent.transaction.TransactionRepository.NewRow;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.LocalDate;
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

/** Records sales, one or many at once, and corrects them. */
@Singleton
class Sales {

    private final Clock clock;
    private final CustomerRepository customers;
    private final TransactionRepository transactions;

    Sales(Clock clock, CustomerRepository customers, TransactionRepository transactions) {
        this.clock = clock;
        this.customers = customers;
        this.transactions = transactions;
    }

    /** @param created false where the same sale was known already */
    record Recorded(Transaction transaction, boolean created) {}

    /**
     * Stores a sale once.
     *
     * @throws Problem.Conflict if another one has its external id
     */
    Recorded record(Handle tx, UserId user, Sale sale) {
        checkDay(tx, user, sale);
        if (liveCustomers(tx, user, Set.of(sale.customerId())).isEmpty()) throw new Problem.NotFound("customer");
        var stored = transactions.insert(tx, user, List.of(NewRow.of(sale)));
        if (!stored.isEmpty()) return new Recorded(transactions.get(tx, user, stored.getFirst()), true);
        var existing = transactions
                .withExternalIds(tx, user, Set.of(requireNonNull(sale.externalId())))
                .getFirst();
        if (existing.says(sale)) return new Recorded(existing, false);
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
        var current = transactions.lock(tx, user, id);
        var corrected = correction.apply(current.sale()).tidy();
        checkDay(tx, user, corrected);
        if (!live && !corrected.customerId().equals(current.customer().id())) throw new Problem.NotFound("customer");
        transactions.update(tx, user, id, corrected);
        return transactions.get(tx, user, id);
    }

    private void checkDay(Handle tx, UserId user, Sale sale) {
        sale.wrongDay(today(tx, user)).ifPresent(wrong -> {
            throw new Problem.Invalid(List.of(wrong));
        });
    }

    private LocalDate today(Handle tx, UserId user) {
        return LocalDate.ofInstant(clock.instant(), transactions.zone(tx, user));
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
        var today = today(tx, user);
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
        var rows = sales.stream().map(s -> NewRow.of(s.sale())).toList();
        var once = new HashSet<String>();
        var distinct = rows.stream()
                .filter(r -> r.externalId() == null || once.add(r.externalId()))
                .toList();
        var stored = new HashSet<>(transactions.insert(tx, user, distinct));
        var known = known(
                tx, user, rows.stream().filter(r -> !stored.contains(r.id())).toList());
        var refused = new ArrayList<Detail>();
        var ids = new ArrayList<UUID>();
        for (int i = 0; i < rows.size(); i++) {
            var row = rows.get(i);
            var existing = row.externalId() == null || stored.contains(row.id()) ? null : known.get(row.externalId());
            if (existing != null && !existing.says(sales.get(i).sale())) {
                boolean twice = stored.contains(existing.id());
                refused.add(sales.get(i)
                        .refusal(
                                twice
                                        ? Detail.of("external_id", "transaction.external_id_twice")
                                        : TransactionRepository.externalIdTaken(existing)));
            }
            ids.add(existing == null ? row.id() : existing.id());
        }
        SaleReader.refuse(refused);
        return new RecordedMany(stored.size(), rows.size() - stored.size(), ids);
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
