package com.smartmarketingagent.customer;

import com.smartmarketingagent.platform.OneLine;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.Arrays;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/**
 * Which customers a list shows; null or empty shows all.
 *
 * @param search part of the name, e-mail or phone, however many spaces; the phone also as dialled in Indonesia
 * @param tags all of them, one a parameter or with commas between them
 * @param segment of the latest analysis
 */
public record CustomerFilter(
        @RestQuery @Size(max = 200) @OneLine @Nullable String search,

        @RestQuery @Size(max = 50, message = "{list.most}") List<@Size(max = 3_000) @OneLine String> tags,

        @RestQuery @Size(max = 100) @OneLine @Nullable String city,

        @RestQuery
        @Pattern(
                regexp =
                        "champions|loyal_customers|new_customers|potential_loyalists|cant_lose_them|at_risk|lost|others",
                message = "{segment.unknown}")
        @Nullable
        String segment,

        @RestQuery
        @Size(max = 50)
        @Parameter(description = "name, created_at, updated_at, city, last_purchase_date, total_spent; -name descends")
        @Nullable
        String sort) {

    private static final java.util.regex.Pattern NUMBER =
            java.util.regex.Pattern.compile("\\+?[0-9 .()-]*[0-9][0-9 .()-]*");

    @Nullable
    String text() {
        return search == null || search.isBlank() ? null : Title.spaced(search);
    }

    /** The digits of a search that may be part of a phone, without what people write between them; else null. */
    @Nullable
    String digits() {
        var text = text();
        return text == null || !NUMBER.matcher(text).matches() ? null : text.replaceAll("[^0-9]", "");
    }

    /** How a stored phone begins when the search was written as dialled at home: {@code 0812} is {@code +62812}. */
    @Nullable
    String international() {
        var digits = digits();
        if (digits == null || !digits.startsWith("0")) return null;
        return digits.startsWith("00") ? "+" + digits.substring(2) : "+62" + digits.substring(1);
    }

    List<String> allTags() {
        return tags.stream()
                .flatMap(t -> Arrays.stream(t.split(",", -1)))
                .map(String::strip)
                .filter(t -> !t.isEmpty())
                .toList();
    }

    @Nullable
    String itsCity() {
        return city == null || city.isBlank() ? null : city.strip();
    }
}
