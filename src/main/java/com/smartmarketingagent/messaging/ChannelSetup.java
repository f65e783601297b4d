package com.smartmarketingagent.messaging;

import com.smartmarketingagent.account.Act;
import com.smartmarketingagent.account.Audit;
import com.smartmarketingagent.customer.Email;
import com.smartmarketingagent.messaging.Channel.Kind;
import com.smartmarketingagent.messaging.ChannelRepository.Kept;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Problem.Detail;
import com.smartmarketingagent.platform.Settings;
import com.smartmarketingagent.platform.UserId;
import com.smartmarketingagent.platform.Vault;
import jakarta.inject.Singleton;
import java.net.URI;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jboss.logging.Logger;

/** Sets a channel up as its owner enters it, and says what they are to enter at its provider in return. */
@Singleton
class ChannelSetup {

    private static final Logger LOG = Logger.getLogger(ChannelSetup.class);

    /** Where servers of mail take it; others would be a way to feel around in the network. */
    private static final List<String> MAIL_PORTS = List.of("25", "465", "587", "2465", "2525", "2587");

    private static final int SHORTEST_WITH_HINT = 16;

    private final Db db;
    private final ChannelRepository channels;
    private final Vault vault;
    private final Settings settings;
    private final Audit audit;
    private final SecureRandom random = new SecureRandom();

    ChannelSetup(Db db, ChannelRepository channels, Vault vault, Settings settings, Audit audit) {
        this.db = db;
        this.channels = channels;
        this.vault = vault;
        this.settings = settings;
        this.audit = audit;
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
                    vault.seal(user, Sealing.secrets(kind), Sealing.write(secrets)),
                    hints,
                    vault.seal(user, Sealing.webhook(kind), webhook));
            audit.note(tx, user, Act.CHANNEL_CHANGED, kind.key());
            return channels.find(tx, user, kind).orElseThrow();
        });
    }

    /** Set up as it is, it stays as it is known to be; unless it is sealed under the former key. */
    private boolean isSame(UserId user, Kept former, Map<String, String> plain, Map<String, String> secrets) {
        if (!former.settings().equals(plain)) return false;
        try {
            var its = vault.open(user, Sealing.secrets(former.kind()), former.secrets());
            return !its.former() && Sealing.read(its.secret()).equals(secrets);
        } catch (Vault.Broken e) {
            return false;
        }
    }

    /** Of Fonnte a token stands for a number; Meta names it. An e-mail is no number's. */
    private boolean hasSameNumber(UserId user, Kept former, Map<String, String> plain, Map<String, String> secrets) {
        return switch (former.kind()) {
            case FONNTE ->
                opened(user, Sealing.secrets(former.kind()), former.secrets())
                        .map(its -> Sealing.read(its).equals(secrets))
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
            opened(user, Sealing.secrets(kind), former.get().secrets())
                    .ifPresent(its -> secrets.putAll(Sealing.read(its)));
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
        return opened(user, Sealing.webhook(kept.kind()), kept.webhookSecret());
    }
}
