package com.smartmarketingagent.notice;

import com.smartmarketingagent.account.Account;
import com.smartmarketingagent.account.Accounts;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Jobs;
import com.smartmarketingagent.platform.Language;
import com.smartmarketingagent.platform.Mailer;
import com.smartmarketingagent.platform.Mailer.Letter;
import com.smartmarketingagent.platform.Smtp.Sent;
import com.smartmarketingagent.platform.UserId;
import com.smartmarketingagent.platform.Words;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Brings a notice to its owner by the ways they chose, each at most once. */
@Singleton
class NoticeDelivery implements Jobs.Job {

    static final String NAME = "notice";

    private static final Duration LATER = Duration.ofMinutes(1);
    /** News that is older is none; it stands in the app. */
    private static final Duration PATIENCE = Duration.ofHours(12);

    private final Db db;
    private final NoticeRepository notices;
    private final DeviceRepository devices;
    private final Push push;
    private final Accounts accounts;
    private final Mailer mailer;

    NoticeDelivery(
            Db db, NoticeRepository notices, DeviceRepository devices, Push push, Accounts accounts, Mailer mailer) {
        this.db = db;
        this.notices = notices;
        this.devices = devices;
        this.push = push;
        this.accounts = accounts;
        this.mailer = mailer;
    }

    static String instance(UserId user, UUID notice) {
        return user.value() + "/" + notice;
    }

    private static UserId user(String instance) {
        return new UserId(UUID.fromString(instance.substring(0, instance.indexOf('/'))));
    }

    private static UUID notice(String instance) {
        return UUID.fromString(instance.substring(instance.indexOf('/') + 1));
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void run(String instance) {
        var user = user(instance);
        var id = notice(instance);
        var ways = db.inTenantAsWorker(user, tx -> {
            notices.giveUpBegun(tx, user, id);
            return notices.begin(tx, user, id);
        });
        if (ways.isEmpty()) return;
        var notice = db.inTenantAsWorker(user, tx -> notices.find(tx, user, id)).orElseThrow();
        boolean isOld = db.<Boolean>inTenantAsWorker(
                user, tx -> notice.createdAt().plus(PATIENCE).isBefore(Db.now(tx)));
        var account = accounts.get(user);
        for (var way : ways) {
            var state = isOld || !account.isActive()
                    ? "failed"
                    : way.equals("push") ? push(account, notice) : mail(account, notice);
            db.inTenantAsWorker(user, tx -> {
                notices.end(tx, user, id, way, state);
                return state;
            });
        }
    }

    /** What may be tried again waits a minute. */
    @Override
    public @Nullable Instant again(String instance) {
        return db.inTenantAsWorker(
                        user(instance),
                        tx -> notices.waits(tx, user(instance), notice(instance))
                                ? Optional.of(Db.now(tx).plus(LATER))
                                : Optional.<Instant>empty())
                .orElse(null);
    }

    /** The state it is in then. */
    private String mail(Account account, Notice notice) {
        // they may have taken back both meanwhile
        if (!account.emailVerified() || !mailer.isOn()) return "failed";
        var language = language(account);
        var letter = new Letter(
                notice.title(language),
                notice.say(language),
                mailer.link(notice.path()),
                Words.say(language, "notice.mail_after"));
        return switch (mailer.send(account.email(), letter)) {
            case Sent.Taken _ -> "sent";
            case Sent.Refused _, Sent.Bounced _ -> "failed";
            case Sent.Later _, Sent.Down _ -> "pending";
            case Sent.Unknown _ -> "unknown";
        };
    }

    /** To every device that listens; once one of them has it, the owner has it. Those that are gone are forgotten. */
    private String push(Account account, Notice notice) {
        var language = language(account);
        var message = new Push.Message(notice.title(language), notice.say(language), notice.path());
        var listening = db.inTenantAsWorker(account.id(), tx -> devices.listening(tx, account.id()));
        var outcomes = EnumSet.noneOf(Push.Outcome.class);
        for (var device : listening) {
            var outcome = push.send(device, message);
            outcomes.add(outcome);
            if (outcome == Push.Outcome.GONE) forget(account.id(), device);
        }
        if (outcomes.contains(Push.Outcome.TAKEN)) return "sent";
        if (outcomes.contains(Push.Outcome.UNKNOWN)) return "unknown";
        return outcomes.contains(Push.Outcome.LATER) ? "pending" : "failed";
    }

    private void forget(UserId user, Device device) {
        db.inTenantAsWorker(user, tx -> {
            devices.delete(tx, user, device.endpoint());
            return user;
        });
    }

    private static Language language(Account account) {
        return Language.chosen(account.language()).orElse(Language.INDONESIAN);
    }
}
