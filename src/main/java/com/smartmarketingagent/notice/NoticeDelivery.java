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
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
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
    private final Accounts accounts;
    private final Mailer mailer;
    private final Clock clock;

    NoticeDelivery(Db db, NoticeRepository notices, Accounts accounts, Mailer mailer, Clock clock) {
        this.db = db;
        this.notices = notices;
        this.accounts = accounts;
        this.mailer = mailer;
        this.clock = clock;
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
        var account = accounts.get(user);
        for (var way : ways) {
            var state = notice.createdAt().plus(PATIENCE).isBefore(clock.instant()) || !account.isActive()
                    ? "failed"
                    : mail(account, notice);
            db.inTenantAsWorker(user, tx -> {
                notices.end(tx, user, id, way, state);
                return state;
            });
        }
    }

    /** What may be tried again waits a minute. */
    @Override
    public @Nullable Instant again(String instance) {
        boolean waits =
                db.<Boolean>inTenantAsWorker(user(instance), tx -> notices.waits(tx, user(instance), notice(instance)));
        return waits ? clock.instant().plus(LATER) : null;
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
            case Sent.Refused _ -> "failed";
            case Sent.Later _, Sent.Down _ -> "pending";
            case Sent.Unknown _ -> "unknown";
        };
    }

    private static Language language(Account account) {
        return Language.chosen(account.language()).orElse(Language.INDONESIAN);
    }
}
