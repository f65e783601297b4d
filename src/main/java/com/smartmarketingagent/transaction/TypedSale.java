package com.smartmarketingagent.transaction;

import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Problem.Detail;
import jakarta.ws.rs.DefaultValue;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jboss.resteasy.reactive.RestForm;
import org.jspecify.annotations.Nullable;

/**
 * What somebody typed about a sale, field by field.
 *
 * @param customer a name, a mobile number or both
 * @param customerId the one picked of several of that name; {@code new} for somebody else of that name, else empty
 * @param asked whose name {@code customerId} was picked for; empty where it isn't known
 * @param amount in rupiah as people write it: {@code 150rb}
 * @param product what was sold; may be empty
 * @param date ISO; empty means today
 * @param sure the doubtful amount that its owner was asked about; empty where none was
 */
public record TypedSale(
        @RestForm @DefaultValue("") String customer,

        @RestForm("customer_id") @DefaultValue("") String customerId,

        @RestForm @DefaultValue("") String asked,
        @RestForm @DefaultValue("") String amount,
        @RestForm @DefaultValue("") String product,
        @RestForm @DefaultValue("") String date,
        @RestForm @DefaultValue("") String sure) {

    private static final Pattern ONE_LINE = Pattern.compile("[^\\p{Cc}\\p{Cs}]*");
    private static final int LONGEST_PRODUCT = 200;
    private static final BigDecimal HUNDRED = new BigDecimal(100);
    static final BigDecimal THOUSAND = new BigDecimal(1_000);
    private static final BigDecimal BILLION = new BigDecimal(1_000_000_000);

    /** @param day null where none was typed */
    record Read(
            BigDecimal amount,
            List<Product> products,
            @Nullable LocalDate day) {

        Sale sale(UUID customer, LocalDate onDay) {
            return new Sale(customer, onDay, amount, products, null, null);
        }
    }

    static TypedSale empty() {
        return new TypedSale("", "", "", "", "", "", "");
    }

    /** Whether it is somebody else of that name. Who wrote another name over it since has not said so of that one. */
    boolean isNew() {
        boolean ofThatName = asked.isEmpty() || asked.strip().equalsIgnoreCase(customer.strip());
        return saysNew() && ofThatName;
    }

    private boolean saysNew() {
        return customerId.equals("new");
    }

    /**
     * The customer picked; null when none was.
     *
     * @throws Problem.NotFound if it can't be one
     */
    @Nullable
    UUID chosen() {
        if (customerId.isEmpty() || saysNew()) return null;
        try {
            return UUID.fromString(customerId);
        } catch (IllegalArgumentException e) {
            throw new Problem.NotFound("customer");
        }
    }

    /**
     * @param refund whether it may be less than nothing, as what was given back is; of a new sale it may not
     * @throws Problem.Invalid naming every field that can't be understood
     */
    Read read(boolean refund) {
        var wrong = new ArrayList<Detail>();
        if (customer.isBlank()) wrong.add(Detail.of("customer", "sale.no_customer"));
        BigDecimal sum = null;
        try {
            sum = amount(amount);
            if (sum.signum() < 0 && !refund) wrong.add(Detail.of("amount", "sale.negative"));
            // nobody sells for sen: 1,5 million is meant
            boolean sen =
                    sum.abs().compareTo(HUNDRED) < 0 && sum.stripTrailingZeros().scale() > 0;
            if (sen) wrong.add(Detail.of("amount", "sale.sen", amount.strip()));
        } catch (Problem.Invalid e) {
            wrong.addAll(e.details());
        }
        var what = product.strip();
        if (what.length() > LONGEST_PRODUCT) wrong.add(Detail.of("product", "too_long", LONGEST_PRODUCT));
        else if (!ONE_LINE.matcher(what).matches()) wrong.add(Detail.of("product", "sale.one_line"));
        LocalDate day = null;
        try {
            day = date.isBlank() ? null : LocalDate.parse(date.strip());
        } catch (DateTimeParseException e) {
            wrong.add(Detail.of("date", "sale.no_day"));
        }
        if (!wrong.isEmpty() || sum == null) throw new Problem.Invalid(wrong);
        return new Read(sum, what.isEmpty() ? List.of() : List.of(new Product(what, null, null)), day);
    }

    /** The same of somebody who is asked about this amount, and sends it once more where it is meant. */
    TypedSale onceAsked() {
        return new TypedSale(customer, customerId, asked, amount, product, date, amount);
    }

    /**
     * The key of what to ask about an amount that hardly any sale has, before it is stored; empty once that was asked.
     */
    Optional<String> doubt(BigDecimal sum) {
        if (sure.strip().equals(amount.strip())) return Optional.empty();
        if (sum.compareTo(THOUSAND) < 0) return Optional.of("sale.thousands");
        return sum.compareTo(BILLION) > 0 ? Optional.of("sale.billions") : Optional.empty();
    }

    /** @throws Problem.Invalid if {@code text} is no amount, or 0 */
    static BigDecimal amount(String text) {
        try {
            var sum = Amount.read(text);
            if (sum == null || sum.signum() == 0) throw new Problem.Invalid("amount", "sale.no_amount");
            return sum;
        } catch (Amount.Unreadable e) {
            throw new Problem.Invalid(List.of(new Detail(null, "amount", e.text(), null)));
        }
    }
}
