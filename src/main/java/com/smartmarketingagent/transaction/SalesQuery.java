package com.smartmarketingagent.transaction;

import com.smartmarketingagent.platform.Problem;
import jakarta.ws.rs.DefaultValue;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/**
 * Which sales the list's form asks for, as typed; empty asks for nothing.
 *
 * @param min an amount as people write it, as {@code max}
 * @param customer an id
 * @param page from 1; anything else is 1
 */
public record SalesQuery(
        @RestQuery @DefaultValue("") String search,
        @RestQuery @DefaultValue("") String from,
        @RestQuery @DefaultValue("") String to,
        @RestQuery @DefaultValue("") String min,
        @RestQuery @DefaultValue("") String max,
        @RestQuery @DefaultValue("") String customer,
        @RestQuery @DefaultValue("") String page) {

    private static final Pattern PAGE = Pattern.compile("[1-9][0-9]{0,5}");

    int number() {
        return PAGE.matcher(page).matches() ? Integer.parseInt(page) : 1;
    }

    boolean filtered() {
        return !(search + from + to + min + max + customer).isBlank();
    }

    /** @throws Problem.Invalid naming the first field that can't be understood */
    TransactionFilter filter() {
        var filter = new TransactionFilter(
                filled(from),
                filled(to),
                filled(customer),
                amount("min", min),
                amount("max", max),
                filled(search),
                null);
        var first = filter.firstDay();
        var last = filter.lastDay();
        if (first != null && last != null && first.isAfter(last))
            throw new Problem.Invalid("to", "sale.to_before_from");
        var least = filter.least();
        var most = filter.most();
        if (least != null && most != null && least.compareTo(most) > 0) {
            throw new Problem.Invalid("max", "sale.max_below_min");
        }
        return filter;
    }

    private static @Nullable String filled(String text) {
        return text.isBlank() ? null : text.strip();
    }

    private static @Nullable String amount(String field, String text) {
        try {
            var amount = Amount.read(text);
            return amount == null ? null : amount.toPlainString();
        } catch (Amount.Unreadable e) {
            throw new Problem.Invalid(field, e.text().key(), e.text().values());
        }
    }

    /** The query that asks for {@code number}'s page of the same. */
    String of(int number) {
        var asked = new LinkedHashMap<String, String>();
        asked.put("search", search);
        asked.put("from", from);
        asked.put("to", to);
        asked.put("min", min);
        asked.put("max", max);
        asked.put("customer", customer);
        asked.put("page", number == 1 ? "" : String.valueOf(number));
        return asked.entrySet().stream()
                .filter(e -> !e.getValue().isBlank())
                .map(e -> e.getKey() + "=" + encoded(e.getValue()))
                .collect(Collectors.joining("&"));
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** A name of the filter's record as it is named here. */
    static String field(String property) {
        return Map.of("minAmount", "min", "maxAmount", "max", "customerId", "search")
                .getOrDefault(property, property);
    }
}
