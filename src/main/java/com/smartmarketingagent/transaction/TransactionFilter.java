package com.smartmarketingagent.transaction;

import com.smartmarketingagent.platform.OneLine;
import com.smartmarketingagent.platform.Problem;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/**
 * Which transactions a list shows; null shows all. Texts, because the framework answers 404 to a day it can't read.
 *
 * @param from the first day
 * @param to the last day
 * @param minAmount in rupiah, included; as maxAmount
 * @param search part of a product's name, the notes, the order's number or the customer's name
 */
record TransactionFilter(
        @RestQuery @Pattern(regexp = DAY) @Nullable String from,
        @RestQuery @Pattern(regexp = DAY) @Nullable String to,

        @RestQuery("customer_id") @Pattern(regexp = ID) @Nullable
        String customerId,

        @RestQuery("min_amount") @Pattern(regexp = AMOUNT) @Nullable
        String minAmount,

        @RestQuery("max_amount") @Pattern(regexp = AMOUNT) @Nullable
        String maxAmount,

        @RestQuery @Size(max = 200) @OneLine @Nullable String search,

        @RestQuery
        @Size(max = 50)
        @Parameter(description = "transaction_date, amount, created_at, updated_at; -amount descends")
        @Nullable
        String sort) {

    private static final String DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}";
    private static final String ID = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}";
    private static final String AMOUNT = "-?[0-9]{1,15}(\\.[0-9]{1,2})?";

    /** @throws Problem.Invalid if the calendar has no such day */
    @Nullable
    LocalDate firstDay() {
        return day("from", from);
    }

    /** @throws Problem.Invalid if the calendar has no such day */
    @Nullable
    LocalDate lastDay() {
        return day("to", to);
    }

    private static @Nullable LocalDate day(String parameter, @Nullable String text) {
        try {
            return text == null ? null : LocalDate.parse(text);
        } catch (DateTimeParseException e) {
            throw Problem.Invalid.wrongKind(parameter);
        }
    }

    @Nullable
    UUID customer() {
        return customerId == null ? null : UUID.fromString(customerId);
    }

    @Nullable
    BigDecimal least() {
        return minAmount == null ? null : new BigDecimal(minAmount);
    }

    @Nullable
    BigDecimal most() {
        return maxAmount == null ? null : new BigDecimal(maxAmount);
    }

    @Nullable
    String text() {
        return search == null || search.isBlank() ? null : search.strip();
    }
}
