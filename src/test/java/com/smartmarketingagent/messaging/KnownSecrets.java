package com.smartmarketingagent.messaging;

import com.smartmarketingagent.messaging.Hook.Kind;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** What tests say that proves a report. */
@Singleton
public class KnownSecrets implements HookSecrets {

    private static final Map<String, HookSecret> KNOWN = new ConcurrentHashMap<>();

    public static void set(UserId user, String kind, String secret) {
        KNOWN.put(user.value() + kind, new HookSecret(secret, "tanda"));
    }

    @Override
    public Optional<HookSecret> of(UserId user, Kind kind) {
        return Optional.ofNullable(KNOWN.get(user.value() + kind.key()));
    }
}
