package com.smartmarketingagent.content;

import com.smartmarketingagent.content.Brief.ContentType;
import com.smartmarketingagent.content.Brief.Goal;
import com.smartmarketingagent.content.Brief.Offer;
import com.smartmarketingagent.content.Brief.Tone;
import com.smartmarketingagent.content.Brief.Tongue;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Problem.Detail;
import com.smartmarketingagent.rfm.Segment;
import com.smartmarketingagent.transaction.Amount;
import jakarta.ws.rs.DefaultValue;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jboss.resteasy.reactive.RestForm;
import org.jspecify.annotations.Nullable;

/**
 * A brief as typed into the form, which shows it again as it was.
 *
 * @param products one on each line
 * @param price as people write it: 150rb
 */
record BriefForm(
        @RestForm @DefaultValue("") String segment,
        @RestForm("content_type") @DefaultValue("whatsapp") String contentType,
        @RestForm @DefaultValue("") String goal,
        @RestForm @DefaultValue("") String tone,
        @RestForm @DefaultValue("id") String language,
        @RestForm @DefaultValue("") String products,
        @RestForm @DefaultValue("") String occasion,
        @RestForm @DefaultValue("") String question,
        @RestForm @DefaultValue("") String price,
        @RestForm @DefaultValue("") String discount,
        @RestForm @DefaultValue("") String period,
        @RestForm @DefaultValue("") String code,
        @RestForm @DefaultValue("3") String variants) {

    /** What a birthday is called in a day that is one. */
    private static final Pattern BIRTHDAY = Pattern.compile(
            "ulang ?tahun|ultah|milad|birthday|tanggap warsa|wiyosan|tepang taun", Pattern.CASE_INSENSITIVE);

    static BriefForm of(String segment, String goal, String contentType) {
        return new BriefForm(segment, contentType, goal, "", "id", "", "", "", "", "", "", "", "3");
    }

    /** Whether more is filled in than the form shows at first. */
    public boolean more() {
        return !(price + discount + period + code + occasion + question + tone).isBlank() || !language.equals("id");
    }

    /**
     * Programs may ask for an invitation to nothing named, or a birthday on another day, as ever; whoever fills in the
     * form would send it as it is.
     *
     * @throws Problem.Invalid naming the field that can't be understood, or doesn't go with the goal
     */
    Brief brief() {
        var brief = typed();
        if (brief.goal() == Goal.EVENT
                && brief.occasion() == null
                && brief.contentType() != ContentType.PRODUCT_DESCRIPTION)
            throw new Problem.Invalid("occasion", "content.which_event");
        if (brief.goal() == Goal.BIRTHDAY
                && brief.occasion() != null
                && !BIRTHDAY.matcher(brief.occasion()).find())
            throw new Problem.Invalid("occasion", "content.birthday_only");
        return brief;
    }

    private Brief typed() {
        return new Brief(
                Segment.byKey(segment).orElseThrow(() -> new Problem.Invalid("segment", "rfm.segment")),
                choice("content_type", ContentType.values(), ContentType::key, contentType),
                choice("goal", Goal.values(), Goal::key, goal),
                tone.isEmpty() ? null : choice("tone", Tone.values(), Tone::key, tone),
                choice("language", Tongue.values(), Tongue::key, language),
                new Offer(rupiah(), discount, period, code),
                products.lines().map(String::strip).filter(p -> !p.isEmpty()).toList(),
                occasion,
                question.replace("\r\n", "\n"),
                number());
    }

    private @Nullable BigDecimal rupiah() {
        if (price.isBlank()) return null;
        try {
            return Amount.read(price);
        } catch (Amount.Unreadable e) {
            throw new Problem.Invalid(List.of(new Detail(null, "price", e.text(), null)));
        }
    }

    private int number() {
        if (!variants.matches("[1-5]")) throw new Problem.Invalid("variants", "content.variants_wrong");
        return Integer.parseInt(variants);
    }

    private static <T> T choice(String field, T[] all, Function<T, String> key, String wanted) {
        Optional<T> found =
                Arrays.stream(all).filter(t -> key.apply(t).equals(wanted)).findAny();
        return found.orElseThrow(() -> new Problem.Invalid(field, "content.choose"));
    }
}
