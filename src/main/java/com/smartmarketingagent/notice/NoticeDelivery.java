package com.smartmarketingagent.notice;

import com.smartmarketingagent.account.Account;
import com.smartmarketingagent.account.Accounts;
import com.smartmarketingagent.account.ShopCalendar;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Jobs;
import com.smartmarketingagent.platform.Language;
import com.smartmarketingagent.platform.Mailer;
import com.smartmarketingagent.platform.Mailer.Letter;
import com.smartmarketingagent.platform.SendingRepository;
import com.smartmarketingagent.platform.Smtp.Enclosure;
import com.smartmarketingagent.platform.Smtp.Sent;
import com.smartmarketingagent.platform.UserId;
import com.smartmarketingagent.platform.Words;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.UUID;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Brings a notice to its owner by the ways they chose, each at most once. */
@Singleton
class NoticeDelivery implements Jobs.Job {

    private static final Logger LOG = Logger.getLogger(NoticeDelivery.class);

    static final String NAME = "notice";

    private static final Duration LATER = Duration.ofMinutes(1);
    /** News that is older is none; it stands in the app. */
    private static final Duration PATIENCE = Duration.ofHours(12);

    /** Of the owner, whose phone would ring. */
    private static final LocalTime NIGHT = LocalTime.of(21, 0);

    private static final LocalTime MORNING = LocalTime.of(6, 0);

    private final Db db;
    private final NoticeRepository notices;
    private final DeviceRepository devices;
    private final Push push;
    private final Accounts accounts;
    private final Mailer mailer;
    private final OwnersWhatsApp chat;
    private final ShopCalendar calendar;
    private final SendingRepository sending;
    private final OwnersReport reports;
    private final Function<Handle, Instant> now;

    @Inject
    NoticeDelivery(
            Db db,
            NoticeRepository notices,
            DeviceRepository devices,
            Push push,
            Accounts accounts,
            Mailer mailer,
            OwnersWhatsApp chat,
            ShopCalendar calendar,
            SendingRepository sending,
            OwnersReport reports) {
        this(db, notices, devices, push, accounts, mailer, chat, calendar, sending, reports, Db::now);
    }

    /** @param now within a transaction */
    NoticeDelivery(
            Db db,
            NoticeRepository notices,
            DeviceRepository devices,
            Push push,
            Accounts accounts,
            Mailer mailer,
            OwnersWhatsApp chat,
            ShopCalendar calendar,
            SendingRepository sending,
            OwnersReport reports,
            Function<Handle, Instant> now) {
        this.db = db;
        this.notices = notices;
        this.devices = devices;
        this.push = push;
        this.accounts = accounts;
        this.mailer = mailer;
        this.chat = chat;
        this.calendar = calendar;
        this.sending = sending;
        this.reports = reports;
        this.now = now;
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
        boolean restored = db.<Boolean>inTenantAsWorker(
                user, tx -> sending.off(tx).filter("restored"::equals).isPresent());
        var ways = db.inTenantAsWorker(user, tx -> {
            notices.giveUpBegun(tx, user, id);
            // what goes nowhere needn't wait for the morning
            return notices.begin(tx, user, id, restored || isAwake(tx, user));
        });
        if (ways.isEmpty()) return;
        var notice = db.inTenantAsWorker(user, tx -> notices.find(tx, user, id)).orElseThrow();
        boolean isOld = db.<Boolean>inTenantAsWorker(
                user, tx -> notice.createdAt().plus(PATIENCE).isBefore(now.apply(tx)));
        var account = accounts.get(user);
        // e-mail, push, WhatsApp: the one that may have to wait for its turn keeps none of the others
        for (var way : ways.stream().sorted().toList()) {
            // a copy of the database doesn't know what its owner was told since; it stands in the app
            var state = restored || isOld || !mayReach(account, way, notice) ? "failed" : send(way, account, notice);
            db.inTenantAsWorker(user, tx -> {
                notices.end(tx, user, id, way, state);
                return state;
            });
        }
    }

    /** Whose account is switched off is told of a breach alone, by e-mail: their customers have to hear of it. */
    private static boolean mayReach(Account account, String way, Notice notice) {
        return account.isActive() || (notice.kind() == Kind.SHOP_BREACH && way.equals("email"));
    }

    private String send(String way, Account account, Notice notice) {
        return switch (way) {
            case "push" -> push(account, notice);
            case "email" -> mail(account, notice);
            default -> whatsApp(account, notice);
        };
    }

    private boolean isAwake(Handle tx, UserId user) {
        return isAwake(now.apply(tx), calendar.zone(tx, user));
    }

    private static boolean isAwake(Instant now, ZoneId zone) {
        var time = LocalTime.ofInstant(now, zone);
        return !time.isBefore(MORNING) && time.isBefore(NIGHT);
    }

    /** What may be tried again waits a minute, for the shop's number, or the night. */
    @Override
    public @Nullable Instant again(String instance) {
        var user = user(instance);
        return db.inTenantAsWorker(user, tx -> {
                    var waiting = notices.waiting(tx, user, notice(instance));
                    if (waiting.isEmpty()) return Optional.<Instant>empty();
                    var its = now.apply(tx);
                    if (!waiting.equals(List.of("whatsapp"))) return Optional.of(its.plus(LATER));
                    var zone = calendar.zone(tx, user);
                    if (!isAwake(its, zone)) return Optional.of(morning(its, zone));
                    var free = notices.whatsApp(tx, user).restsUntil();
                    return Optional.of(free != null && free.isAfter(its) ? free : its.plus(LATER));
                })
                .orElse(null);
    }

    private static Instant morning(Instant now, ZoneId zone) {
        var there = now.atZone(zone);
        var day = there.toLocalTime().isBefore(MORNING)
                ? there.toLocalDate()
                : there.toLocalDate().plusDays(1);
        return day.atTime(MORNING).atZone(zone).toInstant();
    }

    /** The state it is in then. */
    private String mail(Account account, Notice notice) {
        // they may have taken back both meanwhile
        if (!account.emailVerified() || !mailer.isOn()) return "failed";
        var language = language(account);
        var letter = account.isActive() ? letter(account, language, notice) : breachLetter(account, language, notice);
        return switch (mailer.send(account.email(), letter)) {
            case Sent.Taken _ -> "sent";
            case Sent.Refused _, Sent.Bounced _ -> "failed";
            case Sent.Later _, Sent.Deferred _, Sent.Down _ -> "pending";
            case Sent.Unknown _ -> "unknown";
        };
    }

    private Letter letter(Account account, Language language, Notice notice) {
        return new Letter(
                notice.title(language),
                notice.say(language),
                mailer.link(notice.path()),
                Words.say(language, "notice.mail_after"),
                notice.kind() == Kind.MONTH_REPORT ? report(account, language, notice) : null);
    }

    /** All of it: who can't log in reads no page. */
    private Letter breachLetter(Account account, Language language, Notice notice) {
        var its = db.inTenantAsWorker(account.id(), tx -> notices.breach(tx, account.id(), notice));
        var said = Words.say(language, "notice.mail_breach", its.happened(), its.concerned(), its.measures());
        return new Letter(notice.title(language), said, null, "", null);
    }

    /** Without it the mail goes with its link alone. */
    private @Nullable Enclosure report(Account account, Language language, Notice notice) {
        try {
            return reports.pdf(account, language, String.valueOf(notice.facts().get("id")));
        } catch (RuntimeException e) {
            LOG.error("A report could not be enclosed", e);
            return null;
        }
    }

    private String whatsApp(Account account, Notice notice) {
        var its = db.inTenantAsWorker(account.id(), tx -> notices.whatsApp(tx, account.id()));
        // what was fine when it was told need not be any more
        if (its.phone() == null || !its.isReady()) return "failed";
        // mail and push before it may have taken until the night
        if (!db.<Boolean>inTenantAsWorker(account.id(), tx -> isAwake(tx, account.id()))) return "pending";
        var language = language(account);
        var said = new StringJoiner("\n\n").add(notice.title(language)).add(notice.say(language));
        if (mailer.hasLinks()) said.add(mailer.link(notice.path()).toString());
        said.add(Words.say(language, "notice.whatsapp_after"));
        return switch (chat.send(account.id(), its.phone(), said.toString())) {
            case TAKEN -> "sent";
            case REFUSED -> "failed";
            case LATER -> "pending";
            case UNKNOWN -> "unknown";
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
