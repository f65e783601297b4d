package com.smartmarketingagent.customer;

import com.smartmarketingagent.platform.Hashes;
import com.smartmarketingagent.platform.Settings;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/**
 * The keys of {@code app.address_hash}, by which a suppressed number is known without being kept. After a change of
 * {@code ENCRYPTION_KEY} the former one still knows those that were suppressed under it.
 */
@Singleton
public class AddressKeys {

    private final byte[] key;
    private final byte @Nullable [] previousKey;

    AddressKeys(Settings settings) {
        // whichever needs the settings first says the same of them
        settings.check();
        key = derive(settings.secret("ENCRYPTION_KEY"));
        previousKey = settings.text("ENCRYPTION_KEY_PREVIOUS")
                .map(AddressKeys::derive)
                .orElse(null);
    }

    private static byte[] derive(String secret) {
        return Hashes.derive(secret, "address", 32);
    }

    public byte[] key() {
        return key.clone();
    }

    /** Null where there was none. */
    public byte @Nullable [] previousKey() {
        return previousKey == null ? null : previousKey.clone();
    }
}
