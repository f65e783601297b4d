package com.smartmarketingagent.importing;

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
     * @param phone E.164, null where unknown or masked
     * @param date the business day in the shop's zone
     * @param amount rupiah, negative for a refund, at most two decimals
     * @param quantity null where the file has none
     * @param price rupiah for one, null where the file has none
     * @param externalId the order number, null where the file has none
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
            @Nullable String externalId)
            implements Line {

        /** A refund may count its pieces below zero; what it says is in the amount. */
        boolean countsPieces() {
            return quantity == null || quantity.signum() > 0;
        }

        boolean pricesPieces() {
            return price != null && price.signum() >= 0;
        }

        /** Without a number of pieces and a price that are not stored. */
        Sale asStored() {
            var pieces = countsPieces() ? quantity : null;
            var each = pricesPieces() ? price : null;
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
                    product,
                    pieces,
                    each,
                    externalId);
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
     */
    public record Refused(int row, String column, String value, Text reason) implements Line {

        /** The same in the reader's words. */
        public Said said(Language language) {
            return new Said(row, column, value, Words.say(language, reason));
        }
    }

    /** A {@link Refused} as it is answered: with its reason in the reader's words. */
    public record Said(int row, String column, String value, String reason) {}
}
