package com.smartmarketingagent.messaging;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.smartmarketingagent.account.Act;
import com.smartmarketingagent.account.Audit;
import com.smartmarketingagent.customer.Email;
import com.smartmarketingagent.messaging.Channel.Condition;
import com.smartmarketingagent.messaging.Channel.Kind;
import com.smartmarketingagent.messaging.Channel.Secret;
import com.smartmarketingagent.messaging.Channel.State;
import com.smartmarketingagent.messaging.ChannelRepository.Kept;
import com.smartmarketingagent.notice.Notices;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Metrics;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Problem.Detail;
import com.smartmarketingagent.platform.Settings;
import com.smartmarketingagent.platform.Smtp;
import com.smartmarketingagent.platform.UserId;
import com.smartmarketingagent.platform.Vault;
import jakarta.inject.Singleton;
import java.net.URI;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Sets channels up, looks at them, and opens them for what is to be sent. */
@Singleton
public class Channels {

    private static final Logger LOG = Logger.getLogger(Channels.class);

    /** Where servers of mail take it; others would be a way to feel around in the network. */
    private static final List<String> MAIL_PORTS = List.of("25", "465", "587", "2465", "2525", "2587");

    private static final int SHORTEST_WITH_HINT = 16;
    private static final TypeReference<TreeMap<String, String>> TEXTS = new TypeReference<>() {};

    private final Db db;
    private final ChannelRepository channels;
    private final Vault vault;
    private final Settings settings;
    private final ProviderClient client;
    private final Smtp smtp;
    private final Metrics metrics;
    private final ObjectMapper json = new ObjectMapper();
    private final SecureRandom random = new SecureRandom();
    private final Audit audit;
    private final Notices notices;

    Channels(
            Db db,
            ChannelRepository channels,
            Vault vault,
            Settings settings,
            ProviderClient client,
            Smtp smtp,
            Metrics metrics,
            Audit audit,
            Notices notices) {
        this.metrics = metrics;
        this.db = db;
        this.channels = channels;
        this.vault = vault;
        this.settings = settings;
        this.client = client;
        this.smtp = smtp;
        this.audit = audit;
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
            var secrets = vault.open(user, "channel " + kind.key(), kept.secrets());
            var webhook = vault.open(user, "webhook " + kind.key(), kept.webhookSecret());
            if (secrets.former() || webhook.former())
                channels.seal(
                        tx,
                        user,
                        kept,
                        vault.seal(user, "channel " + kind.key(), secrets.secret()),
                        vault.seal(user, "webhook " + kind.key(), webhook.secret()));
            return new Opened(kept, channel(kept, read(secrets.secret()), new Secret(webhook.secret())));
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

    private Map<String, String> read(String secrets) {
        try {
            return json.readValue(secrets, TEXTS);
        } catch (JsonProcessingException e) {
            // its message would tell a part of them
            throw new IllegalStateException("Sealed secrets are no JSON");
        }
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
     * Sets a channel up.
     *
     * @param entered by the names of its settings; a secret that isn't there stays what it was, and so does nothing
     *     else
     * @throws Problem.Invalid naming what is wrong
     */
    Kept save(UserId user, Kind kind, Map<String, String> entered) {
        var plain = plain(kind, entered);
        return db.inTenant(user, tx -> {
            var former = channels.lock(tx, user, kind);
            var secrets = secrets(user, kind, entered, plain, former);
            if (former.isPresent() && isSame(user, former.get(), plain, secrets)) return former.get();
            boolean another = former.isPresent() && !hasSameNumber(user, former.get(), plain, secrets);
            var hints = new HashMap<String, String>();
            secrets.forEach((name, value) -> hints.put(name, hint(value)));
            var webhook = former.flatMap(k -> webhookSecret(user, k)).orElseGet(this::fresh);
            channels.save(
                    tx,
                    user,
                    kind,
                    another,
                    plain,
                    vault.seal(user, "channel " + kind.key(), write(secrets)),
                    hints,
                    vault.seal(user, "webhook " + kind.key(), webhook));
            audit.note(tx, user, Act.CHANNEL_CHANGED, kind.key());
            return channels.find(tx, user, kind).orElseThrow();
        });
    }

    /** Set up as it is, it stays as it is known to be; unless it is sealed under the former key. */
    private boolean isSame(UserId user, Kept former, Map<String, String> plain, Map<String, String> secrets) {
        if (!former.settings().equals(plain)) return false;
        try {
            var its = vault.open(user, "channel " + former.kind().key(), former.secrets());
            return !its.former() && read(its.secret()).equals(secrets);
        } catch (Vault.Broken e) {
            return false;
        }
    }

    /** Of Fonnte a token stands for a number; Meta names it. An e-mail is no number's. */
    private boolean hasSameNumber(UserId user, Kept former, Map<String, String> plain, Map<String, String> secrets) {
        return switch (former.kind()) {
            case FONNTE ->
                opened(user, "channel " + former.kind().key(), former.secrets())
                        .map(its -> read(its).equals(secrets))
                        .orElse(false);
            case CLOUD_API ->
                Objects.equals(plain.get("phone_number_id"), former.settings().get("phone_number_id"));
            case RESEND, SMTP -> true;
        };
    }

    /** How it ends, of what is too long to be guessed from that. */
    private static String hint(String secret) {
        return secret.length() < SHORTEST_WITH_HINT ? "" : secret.substring(secret.length() - 4);
    }

    private String fresh() {
        var bytes = new byte[24];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private String write(Map<String, String> secrets) {
        try {
            return json.writeValueAsString(secrets);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Secrets can't be written as JSON");
        }
    }

    private Map<String, String> plain(Kind kind, Map<String, String> entered) {
        var wrong = new ArrayList<Detail>();
        for (var name : entered.keySet())
            if (kind.settings().stream().noneMatch(s -> s.name().equals(name)))
                wrong.add(Detail.of(name, "unknown_field", name));
        var plain = new TreeMap<String, String>();
        for (var setting : kind.settings()) {
            var given = entered.getOrDefault(setting.name(), "").strip();
            if (given.isEmpty() && setting.usual() != null) given = setting.usual();
            boolean fits = setting.form().matcher(given).matches() && fits(setting.name(), given);
            if (given.isEmpty()) {
                if (setting.required() && !setting.secret()) wrong.add(Detail.of(setting.name(), "channels.missing"));
            } else if (!fits) {
                wrong.add(
                        Detail.of(setting.name(), "channels.wrong_" + (setting.secret() ? "secret" : setting.name())));
            } else if (!setting.secret()) {
                plain.put(setting.name(), given);
            }
        }
        if ("none".equals(plain.get("security")) && plain.containsKey("username"))
            wrong.add(Detail.of("security", "channels.password_in_the_open"));
        if (!wrong.isEmpty()) throw new Problem.Invalid(wrong);
        return plain;
    }

    private boolean fits(String name, String value) {
        return switch (name) {
            case "webhook_secret" -> Signature.key(value).isPresent();
            case "from_email" -> Email.normalise(value).isPresent();
            case "port" ->
                MAIL_PORTS.contains(value)
                        || (settings.flag("ALLOW_PRIVATE_HOSTS", false) && Integer.parseInt(value) < 65_536);
            default -> true;
        };
    }

    /** Those that were entered, and of the others those that were there; a mail server's goes to no other server. */
    private Map<String, String> secrets(
            UserId user, Kind kind, Map<String, String> entered, Map<String, String> plain, Optional<Kept> former) {
        boolean another = former.isEmpty()
                || List.of("host", "port", "security", "username").stream()
                        .anyMatch(n -> !Objects.equals(
                                plain.get(n), former.get().settings().get(n)));
        var secrets = new TreeMap<String, String>();
        if (former.isPresent() && !(kind == Kind.SMTP && another))
            opened(user, "channel " + kind.key(), former.get().secrets()).ifPresent(its -> secrets.putAll(read(its)));
        var wrong = new ArrayList<Detail>();
        for (var setting : kind.settings()) {
            if (!setting.secret()) continue;
            var given = entered.getOrDefault(setting.name(), "").strip();
            if (!given.isEmpty()) secrets.put(setting.name(), given);
            boolean needed = setting.required() || (kind == Kind.SMTP && plain.containsKey("username"));
            if (needed && !secrets.containsKey(setting.name()))
                wrong.add(Detail.of(setting.name(), "channels.missing"));
        }
        if (kind == Kind.SMTP && !plain.containsKey("username")) secrets.remove("password");
        if (!wrong.isEmpty()) throw new Problem.Invalid(wrong);
        return secrets;
    }

    /** Empty where it no longer opens: then it has to be entered again. */
    private Optional<String> opened(UserId user, String purpose, byte[] sealed) {
        try {
            return Optional.of(vault.open(user, purpose, sealed).secret());
        } catch (Vault.Broken e) {
            LOG.error("A secret of " + user.value() + " is lost", e);
            return Optional.empty();
        }
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

    /**
     * Where the provider is to tell us what became of messages; its owner copies it there.
     *
     * @return empty where the operator didn't say where people reach us, or a mail server tells nothing
     */
    Optional<URI> webhook(UserId user, Kept kept) {
        if (kept.kind() == Kind.SMTP) return Optional.empty();
        return settings.publicUrl().flatMap(our -> {
            var address = our + "/api/webhooks/" + kept.kind().key() + "/" + user.value();
            if (kept.kind() != Kind.FONNTE) return Optional.of(URI.create(address));
            return webhookSecret(user, kept).map(secret -> URI.create(address + "/" + secret));
        });
    }

    /** What is part of that address, or what Meta asks for beside it. */
    Optional<String> webhookSecret(UserId user, Kept kept) {
        return opened(user, "webhook " + kept.kind().key(), kept.webhookSecret());
    }
}
