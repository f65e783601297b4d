package com.smartmarketingagent.transaction;

import com.smartmarketingagent.platform.OneLine;
import com.smartmarketingagent.platform.Problem.Detail;
import com.smartmarketingagent.platform.Prose;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What an owner says about a transaction, all at once: the body of POST and PUT.
 *
 * @param transactionDate the business day in the shop's zone
 * @param amount in rupiah; negative for a refund; 0 is kept and is no purchase
 * @param products null means none
 * @param externalId the order's number elsewhere, unique in the shop; null when it has none
 */
public record Sale(
        @NotNull UUID customerId,

        @NotNull LocalDate transactionDate,

        @NotNull @Digits(integer = 13, fraction = 2) BigDecimal amount,

        @Size(max = MOST_PRODUCTS, message = "{list.most}") @Nullable
        List<@NotNull @Valid Product> products,

        @Size(max = 5_000) @Prose @Nullable String notes,
        @Size(max = 200) @OneLine @Nullable String externalId) {

    /** So many products has a sale at most, however it comes in. */
    public static final int MOST_PRODUCTS = 200;

    private static final LocalDate FIRST_DAY = LocalDate.of(1990, 1, 1);

    /** What is wrong with the day; empty when nothing is. */
    Optional<Detail> wrongDay(LocalDate today) {
        return wrongDay(transactionDate, today);
    }

    /** The same of any day a sale might get. */
    static Optional<Detail> wrongDay(LocalDate day, LocalDate today) {
        if (day.isAfter(today)) {
            return Optional.of(Detail.of("transaction_date", "transaction.in_future", today));
        }
        if (day.isBefore(FIRST_DAY)) {
            return Optional.of(Detail.of("transaction_date", "transaction.too_early", FIRST_DAY));
        }
        return Optional.empty();
    }

    /** The same as it is stored: spaces around texts gone, blank texts null. */
    Sale tidy() {
        return new Sale(
                customerId,
                transactionDate,
                amount,
                lines().stream()
                        .map(p -> new Product(p.name().strip(), p.quantity(), p.price()))
                        .toList(),
                filled(notes),
                filled(externalId));
    }

    List<Product> lines() {
        return products == null ? List.of() : products;
    }

    private static @Nullable String filled(@Nullable String text) {
        return text == null || text.isBlank() ? null : text.strip();
    }
}
