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

        /** Of at most one product; one piece of it where the file has no quantity. */
        Sale(
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
                @Nullable String externalId) {
            this(
                    row,
                    name,
                    phone,
                    email,
                    address,
                    city,
                    tags,
                    notes,
                    date,
                    amount,
                    product,
                    quantity,
                    price,
                    externalId,
                    product == null
                            ? List.of()
                            : List.of(new Item(
                                    product, quantity == null ? BigDecimal.ONE : counted(quantity), priced(price))),
                    row);
        }

        /** A refund may count its pieces below zero; what it says is in the amount. */
        private static @Nullable BigDecimal counted(@Nullable BigDecimal quantity) {
            return quantity != null && quantity.signum() > 0 ? quantity : null;
        }

        private static @Nullable BigDecimal priced(@Nullable BigDecimal price) {
            return price != null && price.signum() >= 0 ? price : null;
        }

        /** Without a number of pieces and a price that are not stored. */
        Sale asStored() {
            return with(product, counted(quantity), priced(price), items, head);
        }

        /** The same sale of these products. */
        Sale of(List<Item> sold) {
            return with(sold.getFirst().name(), sold.getFirst().quantity(), price, sold, head);
        }

        /** The same as a part of the sale that begins in row {@code first}. */
        Sale partOf(int first) {
            return with(product, quantity, price, items, first);
        }

        boolean isPart() {
            return head != row;
        }

        private Sale with(
                @Nullable String named,
                @Nullable BigDecimal pieces,
                @Nullable BigDecimal each,
                List<Item> sold,
                int first) {
            return new Sale(
                    row,
                    name,
                    phone,
                    email,
                    address,
                    city,
                    tags,
                    notes,
                    date,
                    amount,
                    named,
                    pieces,
                    each,
                    externalId,
                    sold,
                    first);
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
            @Nullable BigDecimal price) {}

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
     */
    public record Refused(int row, String column, String value, Text reason) implements Line {

        /** Reasons of orders that were cancelled or aren't paid: nothing is wrong with their rows. */
        static final List<String> SKIPPED = List.of("refused.cancelled", "refused.unpaid");

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
