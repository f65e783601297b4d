package com.smartmarketingagent.campaign;

import com.smartmarketingagent.messaging.Via;
import com.smartmarketingagent.platform.Settings;
import io.quarkus.runtime.Startup;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * What one message costs by each way, in rupiah: {@code MESSAGE_PRICE_CLOUD_API} and so on, nothing where nobody says.
 * Providers change their prices; a campaign keeps the one of its approval.
 */
@Singleton
@Startup
class Prices {

    private final Map<Via, BigDecimal> prices = new EnumMap<>(Via.class);

    Prices(Settings settings) {
        for (var via : Via.values()) {
            var variable = "MESSAGE_PRICE_" + via.name();
            prices.put(via, settings.text(variable).map(p -> parse(variable, p)).orElse(BigDecimal.ZERO));
        }
    }

    private static BigDecimal parse(String variable, String text) {
        if (!text.matches("[0-9]{1,9}(\\.[0-9]{1,2})?"))
            throw new Settings.Wrong(variable + " must be an amount in rupiah, for example 450 or 450.50.");
        return new BigDecimal(text);
    }

    BigDecimal of(Via via) {
        return Objects.requireNonNull(prices.get(via));
    }
}
