package com.smartmarketingagent.customer;

import com.smartmarketingagent.platform.OneLine;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Problem.Detail;
import com.smartmarketingagent.platform.Prose;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What an owner says about a customer, all at once: the body of POST and PUT.
 *
 * @param tags null means none
 */
public record CustomerProfile(
        @NotBlank @Size(max = 200) @OneLine String name,
        @Size(max = 100) @Nullable String phone,
        @Size(max = 254) @OneLine @Nullable String email,
        @Size(max = 500) @Prose @Nullable String address,
        @Size(max = 100) @OneLine @Nullable String city,

        @Size(max = MOST_TAGS, message = "{list.most}") @Nullable
        List<@NotBlank @Size(max = 50) @OneLine String> tags,

        @Size(max = LONGEST_NOTES) @Prose @Nullable String notes) {

    static final int MOST_TAGS = 50;
    static final int LONGEST_NOTES = 5_000;

    /**
     * The same as it is stored: spaces around texts gone, blank texts null, the phone in E.164, the e-mail in lower
     * case, each tag once, whether in capitals or not.
     *
     * @throws Problem.Invalid naming every field that can't be stored
     */
    public CustomerProfile checked() {
        var wrong = wrong();
        if (!wrong.isEmpty()) throw new Problem.Invalid(wrong);
        var number = filled(phone);
        var mail = filled(email);
        return new CustomerProfile(
                name.strip(),
                number == null ? null : Phone.e164OrNull(number),
                mail == null ? null : Email.normalise(mail).orElseThrow(),
                filled(address),
                filled(city),
                eachOnce(tags == null ? List.of() : tags),
                filled(notes));
    }

    /** What can't be stored and the annotations don't know of. */
    List<Detail> wrong() {
        var wrong = new ArrayList<Detail>();
        if (name.codePoints().noneMatch(CustomerProfile::visible)) wrong.add(Detail.of("name", "customer.name"));
        var number = filled(phone);
        if (number != null) {
            Phone.refusal(number)
                    .map(why -> new Detail(null, "phone", why.text(number), null))
                    .ifPresent(wrong::add);
        }
        var mail = filled(email);
        if (mail != null && Email.normalise(mail).isEmpty()) wrong.add(Detail.of("email", "customer.email"));
        for (var tag : tags == null ? List.<String>of() : tags) {
            // the list's filter takes several, with commas between them
            if (tag.indexOf(',') >= 0) wrong.add(Detail.of("tags", "customer.tag_with_comma", tag));
        }
        return wrong;
    }

    /** The same under another name. */
    CustomerProfile called(String other) {
        return new CustomerProfile(other, phone, email, address, city, tags, notes);
    }

    /** The same with another number, in E.164. */
    CustomerProfile reachedAt(String other) {
        return new CustomerProfile(name, other, email, address, city, tags, notes);
    }

    /** Without spaces around them; of those that differ only in capitals the first. */
    public static List<String> eachOnce(Collection<String> tags) {
        var each = new LinkedHashMap<String, String>();
        for (var tag : tags) each.putIfAbsent(tag.strip().toLowerCase(Locale.ROOT), tag.strip());
        return List.copyOf(each.values());
    }

    private static @Nullable String filled(@Nullable String text) {
        return text == null || text.isBlank() ? null : text.strip();
    }

    static boolean visible(int character) {
        return !Character.isWhitespace(character)
                && !Character.isSpaceChar(character)
                && Character.getType(character) != Character.FORMAT;
    }
}
