package com.smartmarketingagent.pacing;

import com.smartmarketingagent.messaging.Channel.Kind;
import com.smartmarketingagent.messaging.Channels;
import com.smartmarketingagent.messaging.Delivery;
import com.smartmarketingagent.messaging.Outgoing;
import com.smartmarketingagent.messaging.Via;
import com.smartmarketingagent.notice.OwnersWhatsApp;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Ids;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Writes to the owner by the number that their campaigns go out by. It takes its turn among their messages, but the day
 * and the warm-up of the number count nothing of it: who writes to themselves bothers nobody.
 */
@Singleton
class ShopsNumber implements OwnersWhatsApp {

    private final Db db;
    private final Pacing pacing;
    private final Channels channels;

    ShopsNumber(Db db, Pacing pacing, Channels channels) {
        this.db = db;
        this.pacing = pacing;
        this.channels = channels;
    }

    @Override
    public Outcome send(UserId user, String phone, String text) {
        var sender = channels.sender(user, Kind.FONNTE);
        if (sender.isEmpty()) return Outcome.REFUSED;
        Duration wait = db.inTenantAsWorker(user, tx -> pacing.turn(tx, user, Via.FONNTE, Db.now(tx)));
        long until = System.nanoTime() + wait.toNanos();
        for (long left; (left = until - System.nanoTime()) > 0; ) {
            // a node that is to stop leaves it to another
            if (Thread.currentThread().isInterrupted()) return Outcome.LATER;
            LockSupport.parkNanos(left);
        }
        var message = new Outgoing(user, Ids.next(), Ids.next(), phone, text, null, null, null);
        return switch (sender.get().send(message)) {
            case Delivery.Accepted _ -> Outcome.TAKEN;
            case Delivery.RetryLater _ -> Outcome.LATER;
            case Delivery.Rejected _, Delivery.Bounced _, Delivery.ChannelDown _ -> Outcome.REFUSED;
            case Delivery.Unknown _ -> Outcome.UNKNOWN;
        };
    }
}
