package com.smartmarketingagent.messaging;

import com.smartmarketingagent.messaging.Hook.Kind;
import com.smartmarketingagent.platform.UserId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What proves that a report is a shop's. */
@FunctionalInterface
interface HookSecrets {

    /** @param verifyToken what Meta shows once, to prove that the address is ours; null for others */
    record HookSecret(String secret, @Nullable String verifyToken) {}

    Optional<HookSecret> of(UserId user, Kind kind);
}
