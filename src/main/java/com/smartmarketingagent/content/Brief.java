package com.smartmarketingagent.content;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonValue;
import com.smartmarketingagent.platform.OneLine;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Prose;
import com.smartmarketingagent.rfm.Segment;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a text is to be about, as the owner says it. All that may stand in a text as a fact stands here or in
 * {@link Shop}.
 *
 * @param tone null for the shop's own
 * @param language null for Indonesian
 * @param offer null for none
 * @param products names of goods; null for none
 * @param occasion such as "Lebaran"; null for none
 * @param question what a customer asked, for {@link ContentType#REPLY}; null for none
 * @param variants how many texts; null for three
 */
record Brief(
        @NotNull Segment segment,
        @NotNull ContentType contentType,
        @NotNull Goal goal,
        @Nullable Tone tone,
        @Nullable Tongue language,
        @Valid @Nullable Offer offer,

        @Size(max = 5, message = "{list.most}") @Nullable
        List<@NotBlank @OneLine @Size(max = 80) @Pattern(regexp = NO_BRACES, message = "{content.braces}") String>
                products,

        @OneLine @Size(max = 80) @Pattern(regexp = NO_BRACES, message = "{content.braces}") @Nullable
        String occasion,

        @Prose @Size(max = 500) @Pattern(regexp = "(?s)" + NO_BRACES, message = "{content.braces}") @Nullable
        String question,

        @Min(1) @Max(5) @Nullable Integer variants) {

    /** Braces are for placeholders, which are ours. */
    static final String NO_BRACES = "[^{}<>]*";

    Brief {
        products = products == null
                ? List.of()
                : products.stream().map(p -> p == null ? "" : p.strip()).toList();
        occasion = given(occasion);
        question = given(question);
        if (offer != null && offer.facts().isEmpty()) offer = null;
    }

    static @Nullable String given(@Nullable String text) {
        return text == null || text.isBlank() ? null : text.strip();
    }

    /**
     * What the owner offers, and nobody else.
     *
     * @param price in rupiah
     * @param discount "15%" or "Rp20.000"
     * @param period when it holds, in the owner's words
     * @param code what a buyer says to get it
     */
    record Offer(
            @Positive @Digits(integer = 13, fraction = 2) @Nullable
            BigDecimal price,

            @OneLine @Size(max = 40) @Pattern(regexp = NO_BRACES, message = "{content.braces}") @Nullable
            String discount,

            @OneLine @Size(max = 80) @Pattern(regexp = NO_BRACES, message = "{content.braces}") @Nullable
            String period,

            @OneLine @Size(max = 40) @Pattern(regexp = NO_BRACES, message = "{content.braces}") @Nullable
            String code) {

        Offer {
            discount = given(discount);
            period = given(period);
            code = given(code);
        }

        /** All that is offered, as text. */
        List<String> facts() {
            var facts = new ArrayList<String>();
            if (price != null) facts.add(price.toPlainString());
            if (discount != null) facts.add(discount);
            if (period != null) facts.add(period);
            if (code != null) facts.add(code);
            return facts;
        }
    }

    /** @throws Problem.Invalid where a cloth is to be offered for what it must not be worn at */
    Brief checked() {
        var wanted = (occasion == null ? "" : occasion) + (goal == Goal.BIRTHDAY ? " ulang tahun" : "");
        for (var motif : Knowledge.BATIK.motifsIn(String.join("\n", products()))) {
            for (var never : motif.neverWith() == null ? List.<String>of() : motif.neverWith()) {
                if (Knowledge.says(wanted, never))
                    throw new Problem.Invalid("products", "content.clash_brief", motif.name(), never);
            }
        }
        return this;
    }

    @JsonIgnore
    Tongue tongue() {
        return language == null ? Tongue.INDONESIAN : language;
    }

    /** The same for one text. */
    Brief once() {
        return new Brief(segment, contentType, goal, tone, language, offer, products, occasion, question, 1);
    }

    @JsonIgnore
    int count() {
        return variants == null ? 3 : variants;
    }

    /** Everything the owner says, as text. */
    @JsonIgnore
    List<String> facts() {
        var facts = new ArrayList<>(products());
        if (occasion != null) facts.add(occasion);
        if (offer != null) facts.addAll(offer.facts());
        return facts;
    }

    /** The same and what a customer asked, who may ask about anything. */
    @JsonIgnore
    List<String> typed() {
        var typed = new ArrayList<>(facts());
        if (question != null) typed.add(question);
        return typed;
    }

    @Override
    public List<String> products() {
        return products == null ? List.of() : products;
    }

    /** The kinds of text, and how long one may be, in characters. */
    public enum ContentType {
        WHATSAPP(1_000),
        EMAIL(3_000),
        INSTAGRAM(2_200),
        PRODUCT_DESCRIPTION(1_500),
        REPLY(1_000);

        private final int longest;

        ContentType(int longest) {
            this.longest = longest;
        }

        int longest() {
            return longest;
        }

        /** Whether everybody reads it, so that it greets nobody by name. */
        boolean isPublic() {
            return this == INSTAGRAM || this == PRODUCT_DESCRIPTION;
        }

        @JsonValue
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What the text is to bring about. */
    public enum Goal {
        WIN_BACK,
        THANK,
        NEW_ARRIVAL,
        EVENT,
        BIRTHDAY,
        REVIEW,
        PRE_ORDER;

        @JsonValue
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How the shop speaks; the same four as in its profile. */
    public enum Tone {
        FRIENDLY,
        POLITE,
        CHEERFUL,
        BRIEF;

        @JsonValue
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The languages of texts, which are more than those of our pages. Javanese is krama, Sundanese lemes. */
    public enum Tongue {
        INDONESIAN("id", "Bahasa Indonesia"),
        JAVANESE("jv", "Jawa krama"),
        SUNDANESE("su", "Sunda"),
        ENGLISH("en", "English");

        private final String key;
        private final String label;

        Tongue(String key, String label) {
            this.key = key;
            this.label = label;
        }

        @JsonValue
        public String key() {
            return key;
        }

        /** Its own name for itself. */
        String label() {
            return label;
        }
    }
}
