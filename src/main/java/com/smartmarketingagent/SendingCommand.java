package com.smartmarketingagent;

import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.SendingRepository;
import com.smartmarketingagent.platform.SendingRepository.Sending;
import jakarta.inject.Singleton;
import java.util.List;
import org.jboss.logging.Logger;

/** {@code sending [on|off]}: whether campaigns of this installation may reach anybody. */
@Singleton
@SuppressWarnings("SystemOut")
class SendingCommand {

    private static final Logger LOG = Logger.getLogger(SendingCommand.class);

    private final Db db;
    private final SendingRepository sending;

    SendingCommand(Db db, SendingRepository sending) {
        this.db = db;
        this.sending = sending;
    }

    /** @param args none to be told, or {@code on} or {@code off} */
    int run(List<String> args) {
        if (!List.of(List.of(), List.of("on"), List.of("off")).contains(args))
            return Main.unusable("sending takes nothing, on or off, not " + String.join(" ", args));
        System.out.println(sentence(db.asOwner(tx -> {
            if (!args.isEmpty()) sending.turn(tx, args.getFirst().equals("on"));
            return sending.find(tx);
        })));
        return 0;
    }

    /** At a start: nobody should have to find out from campaigns that pause. */
    void warnWhereOff() {
        db.withoutTenant(sending::off)
                .ifPresent(why -> LOG.warn(
                        why.equals("off")
                                ? "Sending is off: no campaign writes to anybody. ./sma sending on switches it on."
                                : "Sending is off: this database was put back from a backup or copied, so nobody knows"
                                        + " who was written to since. ./sma sending says more."));
    }

    static String sentence(Sending its) {
        var since = its.switchedAt()
                        .toString()
                        .substring(0, "2026-11-26T10:00".length())
                        .replace('T', ' ') + " UTC";
        if (its.off() == null) return "Sending is on, since " + since + ".";
        if (its.off().equals("off"))
            return "Sending is off: it was switched off at " + since + ". ./sma sending on switches it on.";
        return "Sending is off: this database was put back from a backup, moved or copied; where it was before, sending"
                + " was last switched at " + since + ".\nCampaigns of that time may have written to people of whom this"
                + " database doesn't know, and would write to them again: as their turn comes, they pause.\nMake sure"
                + " that no other installation sends from the same data; then ./sma sending on switches it on. What has"
                + " paused waits for its owner, the rest goes on.";
    }
}
