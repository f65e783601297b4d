package com.smartmarketingagent.messaging;

import com.smartmarketingagent.platform.UserId;
import java.net.URI;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One message, ready to go.
 *
 * @param address E.164 for WhatsApp, else of an e-mail
 * @param text as this person reads it
 * @param subject of an e-mail; null for WhatsApp
 * @param unsubscribe where one POST ends all e-mail of this shop to them; null for WhatsApp
 * @param media a picture that goes with it; null for none
 */
public record Outgoing(
        UserId user,
        UUID campaign,
        UUID customer,
        String address,
        String text,
        @Nullable String subject,
        @Nullable URI unsubscribe,
        @Nullable URI media) {}
