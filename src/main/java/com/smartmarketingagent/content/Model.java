package com.smartmarketingagent.content;

import com.smartmarketingagent.platform.Settings;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which model is asked, where, and what it costs, as the settings say.
 *
 * @param base with its version, such as {@code https://api.openai.com/v1}, without a slash at the end
 * @param prices null where nobody said what tokens cost, as of a server of one's own
 * @param official whether it is OpenAI's own service, which knows fields that others don't
 */
record Model(
        String name,
        URI base,
        String key,
        String systemRole,
        @Nullable Prices prices,
        boolean official) {

    private static final String OPENAI = "https://api.openai.com/v1";
    private static final BigDecimal MILLION = new BigDecimal(1_000_000);

    /** In rupiah for a million tokens. */
    record Prices(BigDecimal input, BigDecimal cached, BigDecimal output) {

        BigDecimal of(Usage usage) {
            return input.multiply(BigDecimal.valueOf(usage.promptTokens() - usage.cachedTokens()))
                    .add(cached.multiply(BigDecimal.valueOf(usage.cachedTokens())))
                    .add(output.multiply(BigDecimal.valueOf(usage.completionTokens())))
                    .divide(MILLION, 4, RoundingMode.HALF_UP);
        }
    }

    /**
     * Tokens of one or more calls.
     *
     * @param cachedTokens part of {@code promptTokens}
     * @param reasoningTokens part of {@code completionTokens}
     */
    record Usage(long promptTokens, long cachedTokens, long completionTokens, long reasoningTokens) {

        static final Usage NONE = new Usage(0, 0, 0, 0);

        Usage plus(Usage other) {
            return new Usage(
                    promptTokens + other.promptTokens,
                    cachedTokens + other.cachedTokens,
                    completionTokens + other.completionTokens,
                    reasoningTokens + other.reasoningTokens);
        }
    }

    /**
     * Empty where no key is set.
     *
     * @throws Settings.Wrong where a setting can't be understood
     */
    static Optional<Model> of(Settings settings) {
        var key = settings.text("OPENAI_API_KEY");
        if (key.isEmpty()) return Optional.empty();
        var base = settings.text("OPENAI_BASE_URL").orElse(OPENAI).replaceFirst("/+$", "");
        // a header can hold nothing else; what was pasted with a quotation mark around it is no key
        if (!key.get().strip().matches("[\\x21-\\x7e]+")) {
            throw new Settings.Wrong(
                    "OPENAI_API_KEY holds a character that no key has, such as a space or a quotation mark");
        }
        boolean official = base.startsWith("https://api.openai.com/");
        return Optional.of(new Model(
                settings.text("OPENAI_MODEL").orElse("gpt-4o-mini"),
                address(base),
                key.get().strip(),
                settings.text("OPENAI_SYSTEM_ROLE").orElse("system"),
                settings.text("OPENAI_PRICES")
                        .or(() -> official ? Optional.of("2500/1250/10000") : Optional.empty())
                        .map(Model::prices)
                        .orElse(null),
                official));
    }

    /** Its value is not told: there may be a password in it. */
    private static URI address(String written) {
        var wrong = "OPENAI_BASE_URL must be an address such as " + OPENAI + "; no host has an underscore";
        try {
            var address = new URI(written);
            boolean web = "http".equals(address.getScheme()) || "https".equals(address.getScheme());
            boolean plain = address.getRawQuery() == null && address.getRawFragment() == null;
            if (web && plain && address.getHost() != null) return address;
            throw new Settings.Wrong(wrong);
        } catch (URISyntaxException e) {
            throw new Settings.Wrong(wrong);
        }
    }

    private static Prices prices(String written) {
        if (!written.matches("\\d{1,9}(\\.\\d{1,4})?(/\\d{1,9}(\\.\\d{1,4})?){2}")) {
            throw new Settings.Wrong(
                    "OPENAI_PRICES must be three amounts in rupiah for a million tokens, input/cached/output,"
                            + " for example 2500/1250/10000, not " + written);
        }
        var parts = written.split("/", -1);
        return new Prices(new BigDecimal(parts[0]), new BigDecimal(parts[1]), new BigDecimal(parts[2]));
    }

    /** In rupiah; null where prices are not known. */
    @Nullable
    BigDecimal cost(Usage usage) {
        return prices == null ? null : prices.of(usage);
    }
}
