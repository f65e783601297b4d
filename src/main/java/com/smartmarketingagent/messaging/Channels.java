package com.smartmarketingagent.messaging;

import com.smartmarketingagent.messaging.Channel.Condition;
import com.smartmarketingagent.messaging.Channel.Kind;
import com.smartmarketingagent.messaging.Channel.Secret;
import com.smartmarketingagent.messaging.Channel.State;
import com.smartmarketingagent.messaging.ChannelRepository.Kept;
import com.smartmarketingagent.notice.Notices;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Metrics;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Smtp;
import com.smartmarketingagent.platform.UserId;
import com.smartmarketingagent.platform.Vault;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Opens channels for what is to be sent, and looks how they are. */
@Singleton
public class Channels {

    private static final Logger LOG = Logger.getLogger(Channels.class);

    private final Db db;
    private final ChannelRepository channels;
    private final Vault vault;
    private final ProviderClient client;
    private final Smtp smtp;
    private final Metrics metrics;
    private final Notices notices;

    Channels(
            Db db,
            ChannelRepository channels,
            Vault vault,
            ProviderClient client,
            Smtp smtp,
            Metrics metrics,
            Notices notices) {
        this.metrics = metrics;
        this.db = db;
        this.channels = channels;
        this.vault = vault;
        this.client = client;
        this.smtp = smtp;
        this.notices = notices;
    }

    /** @param kept how it was when it was opened */
    public record Opened(Kept kept, Channel channel) {}

    /**
     * Opens a channel. What is sealed under the former key is sealed anew.
     *
     * @return empty where it isn't set up
     * @throws Vault.Broken where it doesn't open
     */
    public Optional<Opened> open(Handle tx, UserId user, Kind kind) {
        return channels.find(tx, user, kind).map(kept -> {
            var secrets = vault.open(user, Sealing.secrets(kind), kept.secrets());
            var webhook = vault.open(user, Sealing.webhook(kind), kept.webhookSecret());
            if (secrets.former() || webhook.former())
                channels.seal(
                        tx,
                        user,
                        kept,
                        vault.seal(user, Sealing.secrets(kind), secrets.secret()),
                        vault.seal(user, Sealing.webhook(kind), webhook.secret()));
            return new Opened(kept, channel(kept, Sealing.read(secrets.secret()), new Secret(webhook.secret())));
        });
    }

    private static Channel channel(Kept kept, Map<String, String> secrets, Secret webhook) {
        var its = kept.settings();
        return switch (kept.kind()) {
            case FONNTE -> new Channel.Fonnte(secret(secrets, "token"), webhook);
            case CLOUD_API ->
                new Channel.CloudApi(
                        its.getOrDefault("phone_number_id", ""),
                        secret(secrets, "token"),
                        secret(secrets, "app_secret"),
                        webhook,
                        its.getOrDefault("template", ""),
                        its.getOrDefault("template_language", "id"));
            case RESEND ->
                new Channel.Resend(
                        secret(secrets, "api_key"),
                        its.getOrDefault("from_email", ""),
                        its.getOrDefault("from_name", kept.businessName()),
                        secrets.containsKey("webhook_secret") ? secret(secrets, "webhook_secret") : null);
            case SMTP ->
                new Channel.Smtp(
                        new Smtp.Server(
                                its.getOrDefault("host", ""),
                                Integer.parseInt(its.getOrDefault("port", "465")),
                                Smtp.Security.valueOf(
                                        its.getOrDefault("security", "tls").toUpperCase(Locale.ROOT)),
                                its.get("username"),
                                secrets.get("password"),
                                false),
                        its.getOrDefault("from_email", ""),
                        its.getOrDefault("from_name", kept.businessName()));
        };
    }

    private static Secret secret(Map<String, String> secrets, String name) {
        return new Secret(secrets.getOrDefault(name, ""));
    }

    /**
     * What sends by the shop's channel, as it is set up now. It is called outside of any transaction, and so is this:
     * where nobody has seen yet how the channel is, this looks first, as a number may be another by now. That the
     * channel is down, or works again, is written down by the way.
     *
     * @return empty where it isn't set up
     */
    public Optional<Sender> sender(UserId user, Kind kind) {
        try {
            return db.inTenantAsWorker(user, tx -> open(tx, user, kind)).map(opened -> {
                var provider = provider(opened);
                var kept = opened.kept().state() == State.UNCHECKED
                        ? looked(user, opened.kept(), provider.check())
                        : opened.kept();
                var works = new AtomicBoolean(kept.state() == State.CONNECTED);
                return message -> noted(user, kind, works, provider.send(message));
            });
        } catch (Vault.Broken e) {
            LOG.error("A channel of " + user.value() + " can't be used", e);
            return Optional.of(message -> new Delivery.ChannelDown("sealed"));
        }
    }

    /** As it is known to be then; as it was where it is gone meanwhile. */
    private Kept looked(UserId user, Kept kept, Condition condition) {
        var found = db.inTenantAsWorker(user, tx -> {
            // of two who look, one tells
            boolean isNews = channels.found(tx, user, kept, condition);
            var its = channels.find(tx, user, kept.kind()).orElse(kept);
            if (isNews) tellOfPhone(tx, user, its.kind(), its.state());
            return its;
        });
        notices.told(user);
        return found;
    }

    /** @param works whether that is what is known of it */
    private Delivery noted(UserId user, Kind kind, AtomicBoolean works, Delivery delivery) {
        metrics.count("messages", "via", kind.key(), "outcome", outcome(delivery));
        try {
            if (delivery instanceof Delivery.ChannelDown down) {
                works.set(false);
                enter(user, kind, State.of(down), down.why());
            } else if (delivery instanceof Delivery.Accepted && !works.getAndSet(true)) {
                enter(user, kind, State.CONNECTED, null);
            }
        } catch (RuntimeException e) {
            // what became of the message is worth more
            LOG.error("How a channel is can't be written down", e);
        }
        return delivery;
    }

    private static String outcome(Delivery delivery) {
        return switch (delivery) {
            case Delivery.Accepted _ -> "accepted";
            case Delivery.Rejected _ -> "rejected";
            case Delivery.Bounced _ -> "bounced";
            case Delivery.RetryLater _ -> "later";
            case Delivery.ChannelDown _ -> "channel_down";
            case Delivery.Unknown _ -> "unknown";
        };
    }

    private void enter(UserId user, Kind kind, State state, @Nullable String why) {
        if (db.inTenantAsWorker(user, tx -> enter(tx, user, kind, state, why))) notices.told(user);
    }

    /**
     * Writes down what was learnt by the way of how a channel is, and tells its owner where their phone went offline.
     *
     * @param why a key below {@code channels.why_}; null where there is nothing to say
     * @return whether that is news
     */
    public boolean enter(Handle tx, UserId user, Kind kind, State state, @Nullable String why) {
        boolean isNews = channels.enter(tx, user, kind, state, why);
        if (isNews) tellOfPhone(tx, user, kind, state);
        return isNews;
    }

    private void tellOfPhone(Handle tx, UserId user, Kind kind, State state) {
        if (kind == Kind.FONNTE && state == State.DISCONNECTED)
            notices.tell(tx, user, com.smartmarketingagent.notice.Kind.DEVICE_DISCONNECTED, Map.of());
    }

    private Provider provider(Opened opened) {
        return switch (opened.channel()) {
            case Channel.Fonnte its -> new FonnteSender(client, its);
            case Channel.CloudApi its -> new CloudApiSender(client, its);
            case Channel.Resend its ->
                new ResendSender(client, its, opened.kept().language());
            case Channel.Smtp its -> new SmtpSender(smtp, its, opened.kept().language());
        };
    }

    /**
     * Asks the provider how it is, and writes that down.
     *
     * @throws Problem.NotFound where it isn't set up
     */
    Kept check(UserId user, Kind kind) {
        var seen = db.inTenant(user, tx -> channels.find(tx, user, kind))
                .orElseThrow(() -> new Problem.NotFound("channel"));
        var condition = condition(user, kind);
        return db.inTenant(user, tx -> {
                    channels.found(tx, user, seen, condition);
                    return channels.find(tx, user, kind);
                })
                .orElseThrow(() -> new Problem.NotFound("channel"));
    }

    private Condition condition(UserId user, Kind kind) {
        try {
            return db.inTenant(user, tx -> open(tx, user, kind))
                    .map(opened -> provider(opened).check())
                    .orElseGet(Condition::unknown);
        } catch (Vault.Broken e) {
            LOG.error("A channel of " + user.value() + " can't be used", e);
            return Condition.of(State.REFUSED, "sealed");
        }
    }
}
