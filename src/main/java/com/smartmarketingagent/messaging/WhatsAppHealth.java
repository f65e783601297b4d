package com.smartmarketingagent.messaging;

import com.smartmarketingagent.messaging.ProviderClient.Answer;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.HealthPart;
import jakarta.inject.Singleton;
import java.net.URI;
import java.net.http.HttpRequest;
import org.jboss.logging.Logger;

/**
 * Whether the servers answer through which shops of this installation send by WhatsApp. Nobody's key is shown to them:
 * how a shop's own number is stands with its channel.
 */
@Singleton
class WhatsAppHealth implements HealthPart {

    private static final Logger LOG = Logger.getLogger(WhatsAppHealth.class);

    private final Db db;
    private final ChannelRepository channels;
    private final ProviderClient client;

    WhatsAppHealth(Db db, ChannelRepository channels, ProviderClient client) {
        this.db = db;
        this.channels = channels;
        this.client = client;
    }

    @Override
    public String name() {
        return "whatsapp";
    }

    @Override
    public State ask() {
        var state = State.DISABLED;
        for (var kind : db.asAdmin(channels::kinds)) {
            var server = switch (kind) {
                case FONNTE -> client.base("FONNTE_URL", FonnteSender.SERVER);
                case CLOUD_API -> client.base("WHATSAPP_API_URL", CloudApiSender.SERVER);
                case RESEND, SMTP -> null;
            };
            if (server == null) continue;
            if (!answers(server)) return State.UNHEALTHY;
            state = State.HEALTHY;
        }
        return state;
    }

    /** Whatever it says of a visitor without a key: it is there. */
    private boolean answers(URI server) {
        var answer = client.ask(HttpRequest.newBuilder(URI.create(server + "/")).build());
        boolean well = answer instanceof Answer.Said said && said.status() < 500;
        if (!well) LOG.warn("No sound answer from " + server.getHost());
        return well;
    }
}
