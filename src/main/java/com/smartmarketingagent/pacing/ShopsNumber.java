package com.smartmarketingagent.pacing;

import com.smartmarketingagent.messaging.Channel.Kind;
import com.smartmarketingagent.messaging.Channels;
import com.smartmarketingagent.messaging.Delivery;
import com.smartmarketingagent.messaging.Outgoing;
import com.smartmarketingagent.messaging.Via;
import com.smartmarketingagent.notice.OwnersWhatsApp;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Ids;
import com.smartmarketingagent.platform.SendingRepository;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;

/**
 * Writes to the owner by the number that their campaigns go out by. It takes its turn among their messages, but the day
 * and the warm-up of the number count nothing of it: who writes to themselves bothers nobody.
 */
@Singleton
class ShopsNumber implements OwnersWhatsApp {

    private final Db db;
    private final Pacing pacing;
    private final Channels channels;
    private final SendingRepository sending;

    ShopsNumber(Db db, Pacing pacing, Channels channels, SendingRepository sending) {
        this.db = db;
        this.pacing = pacing;
        this.channels = channels;
        this.sending = sending;
    }

    @Override
    public Outcome send(UserId user, String phone, String text) {
        if (db.inTenantAsWorker(user, sending::off).isPresent()) return Outcome.REFUSED;
        var sender = channels.sender(user, Kind.FONNTE);
        if (sender.isEmpty()) return Outcome.REFUSED;
        if (!db.<Boolean>inTenantAsWorker(user, tx -> pacing.takesTurn(tx, user, Via.FONNTE, Db.now(tx))))
            return Outcome.LATER;
        var message = new Outgoing(user, Ids.next(), Ids.next(), phone, text, null, null, null);
        return switch (sender.get().send(message)) {
            case Delivery.Accepted _ -> Outcome.TAKEN;
            case Delivery.RetryLater _ -> Outcome.LATER;
            case Delivery.Rejected _, Delivery.Bounced _, Delivery.ChannelDown _ -> Outcome.REFUSED;
            case Delivery.Unknown _ -> Outcome.UNKNOWN;
        };
    }
}
