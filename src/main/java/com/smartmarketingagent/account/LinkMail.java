package com.smartmarketingagent.account;

import com.smartmarketingagent.account.MailedLinks.Purpose;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Jobs;
import com.smartmarketingagent.platform.Language;
import com.smartmarketingagent.platform.Mailer;
import com.smartmarketingagent.platform.Mailer.Letter;
import com.smartmarketingagent.platform.UserId;
import com.smartmarketingagent.platform.Words;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/**
 * Mails an owner a link, after the request that asked for it. The link is made when the mail is: of what waits to be
 * sent nobody can use anything. A mail sent twice is a second link, which ends the first.
 */
@Singleton
class LinkMail implements Jobs.Job {

    static final String NAME = "link-mail";

    private static final Logger LOG = Logger.getLogger(LinkMail.class);

    /** Who asked for a link has forgotten it by then. */
    private static final Duration PATIENCE = Duration.ofHours(1);

    private final Db db;
    private final AccountRepository accounts;
    private final MailedLinks links;
    private final Mailer mailer;
    private final Jobs jobs;
    private final Clock clock;

    LinkMail(Db db, AccountRepository accounts, MailedLinks links, Mailer mailer, Jobs jobs, Clock clock) {
        this.db = db;
        this.accounts = accounts;
        this.links = links;
        this.mailer = mailer;
        this.jobs = jobs;
        this.clock = clock;
    }

    /**
     * Within {@code tx}; nothing where this installation sends no mail. {@link Jobs#wakeUp} after the commit.
     *
     * @param user may be nobody's id: then nothing is sent, and nobody who waits for the answer can tell
     */
    void enqueue(Handle tx, Purpose purpose, UserId user) {
        if (!mailer.isOn()) return;
        jobs.enqueue(
                tx, NAME, purpose + "/" + user.value() + "/" + clock.instant().getEpochSecond());
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void run(String instance) {
        var asked = instance.split("/", 3);
        var purpose = Purpose.valueOf(asked[0]);
        var user = new UserId(UUID.fromString(asked[1]));
        if (!mailer.isOn()) return;
        var since = Instant.ofEpochSecond(Long.parseLong(asked[2]));
        if (since.plus(PATIENCE).isBefore(clock.instant())) {
            LOG.warn("A mail with a link to " + purpose.key() + " could not be sent for an hour; it is given up");
            return;
        }
        recipient(purpose, user).ifPresent(account -> mailer.deliver(account.email(), letter(purpose, account)));
    }

    private Optional<Account> recipient(Purpose purpose, UserId user) {
        return db.inTenantAsWorker(
                user,
                tx -> accounts.find(tx, user)
                        .filter(a -> a.isActive() && !accounts.isDemo(tx, user))
                        .filter(a -> purpose == Purpose.RESET || !a.emailVerified()));
    }

    /**
     * Nothing that somebody typed stands in it: who registers with another's address writes them no letter of theirs.
     */
    private Letter letter(Purpose purpose, Account account) {
        var language = Language.chosen(account.language()).orElse(Language.INDONESIAN);
        var path = "/" + purpose.key() + "/" + links.issue(account.id(), purpose, account.email());
        return new Letter(
                Words.say(language, "mail.subject_" + purpose.key()),
                Words.say(language, "mail.before_" + purpose.key()),
                mailer.link(path),
                Words.say(language, "mail.after_" + purpose.key()));
    }
}
