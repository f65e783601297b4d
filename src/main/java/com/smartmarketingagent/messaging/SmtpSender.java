package com.smartmarketingagent.messaging;

import com.smartmarketingagent.messaging.Channel.Condition;
import com.smartmarketingagent.messaging.Channel.State;
import com.smartmarketingagent.platform.Language;
import com.smartmarketingagent.platform.Smtp;
import com.smartmarketingagent.platform.Smtp.Mail;
import com.smartmarketingagent.platform.Smtp.Sent;
import java.time.Duration;
import java.util.Set;

/** E-mail by a mail server. It has no key by which a second try would be the first again. */
final class SmtpSender implements Provider {

    /** After which a server that asks for patience takes the same mail gladly. */
    private static final Duration PATIENCE = Duration.ofMinutes(15);

    private final Smtp smtp;
    private final Channel.Smtp channel;
    private final Language language;

    SmtpSender(Smtp smtp, Channel.Smtp channel, Language language) {
        this.smtp = smtp;
        this.channel = channel;
        this.language = language;
    }

    @Override
    public Delivery send(Outgoing message) {
        var letter = Letter.of(message, language);
        if (letter.isEmpty()) return new Delivery.Rejected("invalid");
        var its = letter.get();
        var mail = new Mail(
                channel.from(), channel.fromName(), its.to(), its.subject(), its.text(), its.html(), its.headers());
        return switch (smtp.send(channel.server(), mail)) {
            case Sent.Taken taken -> new Delivery.Accepted(taken.messageId());
            case Sent.Refused refused -> new Delivery.Rejected(refused.code() == 553 ? "address" : "refused");
            case Sent.Bounced bounced -> new Delivery.Bounced(bounced.hard());
            case Sent.Later later -> later(later.why());
            case Sent.Deferred deferred -> later(deferred.why());
            case Sent.Down down -> new Delivery.ChannelDown(down.why());
            case Sent.Unknown _ -> new Delivery.Unknown("lost");
        };
    }

    private static Delivery later(String why) {
        return new Delivery.RetryLater(PATIENCE, Set.of("unreachable", "full").contains(why) ? why : "busy");
    }

    @Override
    public Condition check() {
        return smtp.check(channel.server())
                .map(trouble -> trouble instanceof Sent.Down down
                        ? Condition.of(State.REFUSED, down.why())
                        : Condition.unknown())
                .orElseGet(() -> new Condition(State.CONNECTED, null, channel.from(), Channel.Facts.NONE));
    }
}
