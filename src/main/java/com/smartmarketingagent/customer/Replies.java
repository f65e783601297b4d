package com.smartmarketingagent.customer;

import com.smartmarketingagent.customer.Consent.Channel;
import com.smartmarketingagent.customer.Consent.State;
import com.smartmarketingagent.customer.ConsentRepository.Reason;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** What people write back to a shop. */
@Singleton
public class Replies {

    private final MessageRepository messages;
    private final Consents consents;
    private final ConsentRepository said;

    Replies(MessageRepository messages, Consents consents, ConsentRepository said) {
        this.messages = messages;
        this.consents = consents;
        this.said = said;
    }

    /**
     * Keeps what a customer wrote. A STOP counts at once, whoever has the number.
     *
     * @param id the same for the same message
     * @param phone E.164
     * @param at when it was written; null means now
     */
    public void hear(Handle tx, UserId user, UUID id, String phone, String text, @Nullable Instant at) {
        var customer = messages.lockWriter(tx, user, Channel.WHATSAPP, phone);
        customer.ifPresent(c -> messages.add(tx, user, id, c, text, at));
        if (OptOut.isIn(text)) refused(tx, user, customer, Channel.WHATSAPP, phone, Reason.STOP, text);
    }

    /** Somebody wants no more over WhatsApp, whoever has the number. @param words in which they said so */
    public void refused(Handle tx, UserId user, String phone, String words) {
        var customer = messages.lockWriter(tx, user, Channel.WHATSAPP, phone);
        refused(tx, user, customer, Channel.WHATSAPP, phone, Reason.STOP, words);
    }

    /** Somebody called a mail unwanted, whoever has the address; a campaign to many such people stops as for a STOP. */
    public void complained(Handle tx, UserId user, String email) {
        var customer = messages.lockWriter(tx, user, Channel.EMAIL, email);
        refused(tx, user, customer, Channel.EMAIL, email, Reason.COMPLAINT, null);
    }

    private void refused(
            Handle tx,
            UserId user,
            Optional<UUID> customer,
            Channel channel,
            String address,
            Reason reason,
            @Nullable String words) {
        customer.ifPresent(c -> consents.say(tx, user, c, channel, State.WITHDRAWN, reason, words));
        // who was merged into another has that one's address by now
        said.suppress(tx, user, channel, address, reason);
    }
}
