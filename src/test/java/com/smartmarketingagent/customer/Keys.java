package com.smartmarketingagent.customer;

import com.smartmarketingagent.platform.Settings;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keys of addresses as an installation would have them after its own changed. */
public final class Keys {

    private Keys() {}

    /** @param previous null where there was none */
    public static AddressKeys under(String key, @Nullable String previous) {
        var given = previous == null
                ? Map.of("ENCRYPTION_KEY", key)
                : Map.of("ENCRYPTION_KEY", key, "ENCRYPTION_KEY_PREVIOUS", previous);
        return new AddressKeys(new Settings() {
            @Override
            public Optional<String> text(String name) {
                return Optional.ofNullable(given.get(name));
            }

            @Override
            public void check() {}
        });
    }
}
