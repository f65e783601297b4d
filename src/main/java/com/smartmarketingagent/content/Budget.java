package com.smartmarketingagent.content;

import com.smartmarketingagent.platform.Settings;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;

/**
 * The model's money: set aside before each call, so that calls of one moment together stay within the month's limits.
 */
@Singleton
public class Budget {

    /** The tokens of the answer's schema, at most. */
    private static final int SCHEMA = 200;

    private final Turns turns;
    private final ContentRepository content;
    private final Settings settings;

    Budget(Turns turns, ContentRepository content, Settings settings) {
        this.turns = turns;
        this.content = content;
        this.settings = settings;
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

    /** @return who has nothing left, {@code shop} or {@code installation}; empty where the amount is set aside */
    Optional<String> reserve(UserId user, BigDecimal amount) {
        return turns.inTenant(user, tx -> content.reserve(tx, amount, ofShop(), ofAll()));
    }

    /** @param above what was spent less what was set aside at {@code reserved} */
    void settle(UserId user, Instant reserved, BigDecimal above) {
        if (above.signum() != 0) turns.useTenant(user, tx -> content.settle(tx, user, reserved, above));
    }
}
