package com.smartmarketingagent.customer;

import com.smartmarketingagent.customer.Consent.Channel;
import com.smartmarketingagent.customer.Consent.State;
import com.smartmarketingagent.customer.ConsentRepository.Reason;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** What customers say about being written to, and that a "no" outlives them: it holds for the number, not the row. */
@Singleton
public class Consents {

    private final CustomerRepository customers;
    private final ConsentRepository consents;

    Consents(CustomerRepository customers, ConsentRepository consents) {
        this.customers = customers;
        this.consents = consents;
    }

    /**
     * Effective at once. A "yes" that is written down later lifts the "no" of the same number.
     *
     * @param reason how it became known
     * @param wording what was said, or what the customer agreed to; null where nobody wrote it down
     * @throws Problem.NotFound if the customer isn't there
     */
    public void say(
            Handle tx,
            UserId user,
            UUID customer,
            Channel channel,
            State state,
            Reason reason,
            @Nullable String wording) {
        customers.lockLive(tx, user, customer);
        consents.say(tx, user, customer, channel, state, reason.source(), wording);
        var their = customers.get(tx, user, customer);
        var address = channel == Channel.WHATSAPP ? their.phone() : their.email();
        if (address == null) return;
        if (state == State.WITHDRAWN) consents.suppress(tx, user, channel, address, reason);
        else consents.unsuppress(tx, user, channel, address);
    }
}
