package com.smartmarketingagent.messaging;

import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Ids;
import jakarta.inject.Singleton;

/** Where messages of the practice channel land: everything happens as for real, and nobody outside hears of it. */
@Singleton
public class PracticeMailbox implements Sender {

    private final Db db;
    private final PracticeRepository messages;

    PracticeMailbox(Db db, PracticeRepository messages) {
        this.db = db;
        this.messages = messages;
    }

    @Override
    public Delivery send(Outgoing message) {
        var id = Ids.next();
        boolean kept = db.inTenantAsWorker(message.user(), tx -> messages.add(tx, id, message));
        return kept ? new Delivery.Accepted(id.toString()) : new Delivery.Rejected("no_number");
    }
}
