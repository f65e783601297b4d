package com.smartmarketingagent.transaction;

import com.smartmarketingagent.platform.Assets;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A sale or refund as it is stored.
 *
 * @param transactionDate the business day in the shop's zone
 * @param amount in rupiah, negative for a refund
 * @param externalId the order's number elsewhere; null when it has none
 */
public record Transaction(
        UUID id,
        Buyer customer,
        LocalDate transactionDate,
        BigDecimal amount,
        List<Product> products,
        @Nullable String notes,
        @Nullable String externalId,
        Instant createdAt,
        Instant updatedAt) {

    /** @param name {@code Pelanggan dihapus} once the customer was erased */
    public record Buyer(UUID id, String name) {}

    /** Another one as soon as anything about it changes, its customer's name included. */
    String version() {
        return Assets.hash(toString());
    }

    Sale sale() {
        return new Sale(customer.id(), transactionDate, amount, products, notes, externalId);
    }

    /** Whether {@code sale} says the same, so that storing it would change nothing. */
    boolean says(Sale sale) {
        return customer.id().equals(sale.customerId())
                && transactionDate.equals(sale.transactionDate())
                && amount.compareTo(sale.amount()) == 0
                && Objects.equals(notes, sale.notes())
                && Objects.equals(externalId, sale.externalId())
                && same(products, sale.lines());
    }

    private static boolean same(List<Product> ours, List<Product> theirs) {
        if (ours.size() != theirs.size()) return false;
        for (int i = 0; i < ours.size(); i++) {
            if (!ours.get(i).same(theirs.get(i))) return false;
        }
        return true;
    }
}
