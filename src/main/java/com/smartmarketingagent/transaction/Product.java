package com.smartmarketingagent.transaction;

import com.smartmarketingagent.platform.OneLine;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * A line of a sale.
 *
 * @param quantity pieces, or metres of cloth: up to three decimals; null when not written down
 * @param price of one, in rupiah; null when not written down
 */
public record Product(
        @NotBlank @Size(max = 200) @OneLine String name,

        @Digits(integer = 9, fraction = 3) @Positive @Nullable
        BigDecimal quantity,

        @Digits(integer = 13, fraction = 2) @DecimalMin("0") @Nullable
        BigDecimal price) {

    boolean same(Product other) {
        return name.equals(other.name) && same(quantity, other.quantity) && same(price, other.price);
    }

    private static boolean same(@Nullable BigDecimal one, @Nullable BigDecimal other) {
        return one == null || other == null ? one == other : one.compareTo(other) == 0;
    }
}
