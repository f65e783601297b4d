package com.smartmarketingagent.importing;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.smartmarketingagent.platform.Language;
import com.smartmarketingagent.platform.Problem.Text;
import com.smartmarketingagent.platform.Words;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One row of a file after its values were checked. Rows are numbered as a spreadsheet shows them. */
public sealed interface Line {

    int row();

    /**
     * A sale, or one product of an order.
     *
     * @param product the first that was sold, null where the file names none
     * @param phone E.164, null where unknown or masked
     * @param date the business day in the shop's zone
     * @param amount rupiah, negative for a refund, at most two decimals
     * @param quantity null where the file has none
     * @param price rupiah for one, null where the file has none
     * @param externalId the order number, null where the file has none
     * @param items all that was sold, as it is stored
     * @param head the row that the sale begins in, above this one where this one continues it
     */
    record Sale(
            int row,
            @Nullable String name,
            @Nullable String phone,
            @Nullable String email,
            @Nullable String address,
            @Nullable String city,
            List<String> tags,
            @Nullable String notes,
            LocalDate date,
            BigDecimal amount,
            @Nullable String product,
            @Nullable BigDecimal quantity,
            @Nullable BigDecimal price,
            @Nullable String externalId,
            @JsonIgnore List<Item> items,
            @JsonIgnore int head)
            implements Line {

        /** The same day's sale to the same customer, under the same number: a further row of it, or another reading. */
        Sale further(
                int at,
                @Nullable String noted,
                BigDecimal paid,
                @Nullable BigDecimal pieces,
                @Nullable BigDecimal each,
                List<Item> sold) {
            return new Sale(
                    at,
                    name,
                    phone,
                    email,
                    address,
                    city,
                    tags,
                    noted,
                    date,
                    paid,
                    sold.isEmpty() ? null : sold.getFirst().name(),
                    pieces,
                    each,
                    externalId,
                    sold,
                    head);
        }

        /** Without a number of pieces and a price that are not stored. */
        Sale asStored() {
            return further(row, notes, amount, Item.counted(quantity), Item.priced(price), items);
        }

        /** The same sale of these products. */
        Sale of(List<Item> sold) {
            return further(row, notes, amount, sold.getFirst().quantity(), price, sold);
        }

        boolean isPart() {
            return head != row;
        }
    }

    /**
     * A product of a sale.
     *
     * @param quantity above 0; null where it isn't known
     * @param price rupiah for one, from 0; null where it isn't known
     */
    record Item(
            String name,
            @Nullable BigDecimal quantity,
            @Nullable BigDecimal price) {

        /** What a row names, null for nothing: one piece of it where the row has no quantity. */
        static List<Item> of(@Nullable String name, @Nullable BigDecimal quantity, @Nullable BigDecimal price) {
            if (name == null) return List.of();
            return List.of(new Item(name, quantity == null ? BigDecimal.ONE : counted(quantity), priced(price)));
        }

        /** A refund may count its pieces below zero; what it says is in the amount. */
        private static @Nullable BigDecimal counted(@Nullable BigDecimal quantity) {
            return quantity != null && quantity.signum() > 0 ? quantity : null;
        }

        private static @Nullable BigDecimal priced(@Nullable BigDecimal price) {
            return price != null && price.signum() >= 0 ? price : null;
        }
    }

    /** @param phone E.164, null where unknown or masked */
    record Person(
            int row,
            @Nullable String name,
            @Nullable String phone,
            @Nullable String email,
            @Nullable String address,
            @Nullable String city,
            List<String> tags,
            @Nullable String notes)
            implements Line {}

    /**
     * A row that cannot be used.
     *
     * @param column the heading of the column, as the file writes it
     * @param value what stands there, shortened to 200 characters
     * @param reason its values are texts
     * @param externalId the number of its order, as far as that is known; null where it has none
     */
    public record Refused(
            int row,
            String column,
            String value,
            Text reason,
            @Nullable String externalId) implements Line {

        static final String CANCELLED = "refused.cancelled";

        static final String UNPAID = "refused.unpaid";

        /** Reasons of orders that were cancelled or aren't paid: nothing is wrong with their rows. */
        static final List<String> SKIPPED = List.of(CANCELLED, UNPAID);

        Refused(int row, String column, String value, Text reason) {
            this(row, column, value, reason, null);
        }

        boolean isSkipped() {
            return SKIPPED.contains(reason.key());
        }

        /** The same in the reader's words. */
        public Said said(Language language) {
            return new Said(row, column, value, Words.say(language, reason));
        }
    }

    /** A {@link Refused} as it is answered: with its reason in the reader's words. */
    public record Said(int row, String column, String value, String reason) {}
}
