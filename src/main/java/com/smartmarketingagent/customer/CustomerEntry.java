package com.smartmarketingagent.customer;

import com.smartmarketingagent.account.Conflict;
import com.smartmarketingagent.account.Frame;
import jakarta.ws.rs.DefaultValue;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
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

    /** The fields in which this and what is {@code stored} differ. */
    List<Conflict> conflicts(Frame frame, CustomerEntry stored) {
        return Stream.of(
                        new Conflict(frame.say("customers.name"), name, stored.name),
                        new Conflict(frame.say("customers.phone"), phone, stored.phone),
                        new Conflict(frame.say("customers.city"), city, stored.city),
                        new Conflict(frame.say("customers.tags"), tags, stored.tags),
                        new Conflict(frame.say("field.email"), email, stored.email),
                        new Conflict(frame.say("customers.address"), lines(address), stored.address),
                        new Conflict(frame.say("customers.notes"), lines(notes), stored.notes))
                .filter(Conflict::differs)
                .toList();
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
