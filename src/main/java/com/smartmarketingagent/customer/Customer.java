package com.smartmarketingagent.customer;

import com.smartmarketingagent.platform.Problem;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jdbi.v3.core.mapper.Nested;
import org.jspecify.annotations.Nullable;

/**
 * Someone the shop sells to.
 *
 * @param phone E.164; null when unknown, as with the other details
 */
public record Customer(
        UUID id,
        String name,
        @Nullable String phone,
        @Nullable String email,
        @Nullable String address,
        @Nullable String city,
        List<String> tags,
        @Nullable String notes,
        Instant createdAt,
        Instant updatedAt,
        @Nested Purchases purchases) {

    /** The name under which the sales of someone erased stay. */
    public static final String ERASED = "Pelanggan dihapus";

    /**
     * What they bought so far.
     *
     * @param transactions purchases, refunds and sales of 0 alike
     * @param totalSpent in rupiah, refunds taken off
     * @param lastPurchaseDate the last day with an amount above 0; null when there is none
     */
    public record Purchases(
            long transactions,
            BigDecimal totalSpent,
            @Nullable LocalDate lastPurchaseDate) {}

    CustomerProfile profile() {
        return new CustomerProfile(name, phone, email, address, city, tags, notes);
    }

    /**
     * What is known when {@code other} turns out to be the same person: our details first, theirs where we have none,
     * the tags and notes of both.
     *
     * @throws Problem.Conflict if that is more than one customer can hold
     */
    CustomerProfile absorb(Customer other) {
        var united = CustomerProfile.eachOnce(
                Stream.concat(tags.stream(), other.tags.stream()).toList());
        if (united.size() > CustomerProfile.MOST_TAGS) {
            throw new Problem.Conflict("merge.too_many_tags", CustomerProfile.MOST_TAGS);
        }
        var joined = join(notes, other.notes);
        if (joined != null && joined.length() > CustomerProfile.LONGEST_NOTES) {
            throw new Problem.Conflict("merge.notes_too_long", CustomerProfile.LONGEST_NOTES);
        }
        return new CustomerProfile(
                name,
                first(phone, other.phone),
                first(email, other.email),
                first(address, other.address),
                first(city, other.city),
                united,
                joined);
    }

    private static @Nullable String first(@Nullable String ours, @Nullable String theirs) {
        return ours != null ? ours : theirs;
    }

    private static @Nullable String join(@Nullable String ours, @Nullable String theirs) {
        if (ours == null || theirs == null || ours.equals(theirs)) return first(ours, theirs);
        return ours + "\n" + theirs;
    }
}
