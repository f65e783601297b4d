package com.smartmarketingagent.messaging;

import com.smartmarketingagent.platform.UserId;
import java.util.UUID;

/**
 * One message, ready to go.
 *
 * @param address E.164 for WhatsApp
 * @param text as this person reads it
 */
public record Outgoing(UserId user, UUID campaign, UUID customer, String address, String text) {}
