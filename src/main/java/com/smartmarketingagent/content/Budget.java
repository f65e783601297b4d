package com.smartmarketingagent.content;

import com.smartmarketingagent.content.ContentRepository.Money;
import com.smartmarketingagent.platform.Settings;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The model's money: set aside before each call, so that calls of one moment together stay within the month's limits.
 */
@Singleton
public class Budget {

    /** The tokens of the answer's schema, at most. */
    private static final int SCHEMA = 200;

    private final ContentRepository content;
    private final Settings settings;
    private final Clock clock;

    Budget(ContentRepository content, Settings settings, Clock clock) {
        this.content = content;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * Looks at all settings of texts before anybody asks for one.
     *
     * @throws Settings.Wrong where one can't be understood
     */
    public void check() {
        Model.of(settings);
        ofShop();
        ofAll();
    }

    /**
     * What one call may cost at most.
     *
     * @param bytes of the prompt, of which three make a token at the least
     * @param mostTokens that are answered
     */
    static Model.Usage most(int bytes, int mostTokens) {
        return new Model.Usage(bytes / 3 + SCHEMA, 0, mostTokens, 0);
    }

    /** Rupiah a month that one shop's texts may cost. */
    BigDecimal ofShop() {
        return limit("CONTENT_BUDGET_SHOP", "25000");
    }

    private BigDecimal ofAll() {
        return limit("CONTENT_BUDGET_TOTAL", "1000000");
    }

    private BigDecimal limit(String name, String otherwise) {
        var written = settings.text(name).orElse(otherwise);
        if (!written.matches("\\d{1,11}")) {
            throw new Settings.Wrong(name + " must be rupiah a month, for example " + otherwise + ", not " + written);
        }
        return new BigDecimal(written);
    }

    /**
     * Money set aside for one call.
     *
     * @param amount in rupiah; null where prices are not known, and nothing is set aside
     * @param lacking who has nothing left, {@code shop} or {@code installation}; null where the amount is set aside
     */
    record Advance(
            @Nullable BigDecimal amount,
            Instant at,
            @Nullable String lacking) {}

    /** @param amount in rupiah; null where prices are not known */
    Advance advance(Handle tx, @Nullable BigDecimal amount) {
        var lacking = amount == null ? Optional.<String>empty() : content.reserve(tx, money(amount));
        return new Advance(amount, clock.instant(), lacking.orElse(null));
    }

    /** @param amount in rupiah; null where prices are not known */
    Money money(@Nullable BigDecimal amount) {
        return new Money(amount, ofShop(), ofAll());
    }

    /**
     * What is still to be settled of an advance.
     *
     * @param above what was spent less what was set aside
     */
    record Settlement(Instant at, BigDecimal above) {}

    void settle(Handle tx, UserId user, Settlement settlement) {
        if (settlement.above().signum() != 0) content.settle(tx, user, settlement);
    }
}
