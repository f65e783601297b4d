package com.smartmarketingagent.customer;

import jakarta.ws.rs.DefaultValue;
import java.util.Arrays;
import java.util.List;
import org.jboss.resteasy.reactive.RestForm;
import org.jspecify.annotations.Nullable;

/**
 * A customer as typed into the form, which shows it again as it was when something is wrong.
 *
 * @param tags with commas between them
 */
record CustomerEntry(
        @RestForm @DefaultValue("") String name,
        @RestForm @DefaultValue("") String phone,
        @RestForm @DefaultValue("") String email,
        @RestForm @DefaultValue("") String address,
        @RestForm @DefaultValue("") String city,
        @RestForm @DefaultValue("") String tags,
        @RestForm @DefaultValue("") String notes) {

    static final CustomerEntry EMPTY = new CustomerEntry("", "", "", "", "", "", "");

    static CustomerEntry of(Customer customer) {
        return new CustomerEntry(
                customer.name(),
                customer.phone() == null ? "" : Phone.shown(customer.phone()),
                orEmpty(customer.email()),
                orEmpty(customer.address()),
                orEmpty(customer.city()),
                String.join(", ", customer.tags()),
                orEmpty(customer.notes()));
    }

    CustomerProfile profile() {
        return new CustomerProfile(name, phone, email, lines(address), city, eachTag(), lines(notes));
    }

    private List<String> eachTag() {
        return Arrays.stream(tags.split(",", -1))
                .map(String::strip)
                .filter(tag -> !tag.isEmpty())
                .toList();
    }

    /** Browsers send two characters for a line's end and count one. */
    private static String lines(String text) {
        return text.replace("\r\n", "\n");
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
