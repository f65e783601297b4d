package com.smartmarketingagent.account;

import com.smartmarketingagent.account.AccountRepository.Door;
import com.smartmarketingagent.account.MailedLinks.Held;
import com.smartmarketingagent.account.MailedLinks.Purpose;
import com.smartmarketingagent.platform.Client;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Jobs;
import com.smartmarketingagent.platform.Mailer;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.RateLimits;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/** What owners do by a link in a mail: choose another password, and show that the address is theirs. */
@Singleton
class Recovery {

    private final Db db;
    private final AccountRepository accounts;
    private final SessionRepository sessionRows;
    private final Sessions sessions;
    private final Passwords passwords;
    private final MailedLinks links;
    private final LinkMail mail;
    private final Mailer mailer;
    private final Jobs jobs;
    private final RateLimits limits;
    private final Client client;

    Recovery(
            Db db,
            AccountRepository accounts,
            SessionRepository sessionRows,
            Sessions sessions,
            Passwords passwords,
            MailedLinks links,
            LinkMail mail,
            Mailer mailer,
            Jobs jobs,
            RateLimits limits,
            Client client) {
        this.db = db;
        this.accounts = accounts;
        this.sessionRows = sessionRows;
        this.sessions = sessions;
        this.passwords = passwords;
        this.links = links;
        this.mail = mail;
        this.mailer = mailer;
        this.jobs = jobs;
        this.limits = limits;
        this.client = client;
    }

    /** Whether any of this works here. */
    boolean isOn() {
        return mailer.isOn();
    }

    /**
     * Mails a link to reset the password, if there is such an account. Does the same work whether or not there is.
     *
     * @throws Problem.Provider where this installation sends no mail
     * @throws Problem.TooMany after too many of these for one address or from one network
     */
    void forgot(String email) {
        requireMail();
        limits.countMail(email, client.network());
        db.withoutTenant(tx -> {
            var user = accounts.door(tx, email).map(Door::id).orElseGet(UserId::create);
            mail.enqueue(tx, Purpose.RESET, user);
            return user;
        });
        jobs.wakeUp();
    }

    /** What a link would do; empty if it does nothing any more. */
    Optional<Held> find(Purpose purpose, String token) {
        return links.find(purpose, token);
    }

    /**
     * Sets another password and ends every session. That the mail arrived shows whose address it is, too.
     *
     * @throws Problem.Invalid of the field token, if the link does nothing any more; of the field new_password, if
     *     anybody guesses it: the link can be used again
     */
    void reset(String token, String wanted) {
        var held = find(Purpose.RESET, token).orElseThrow(() -> over(Purpose.RESET));
        Passwords.refuseGuessable("new_password", wanted, held.email());
        // outside the transaction, as it takes long
        var hash = passwords.hash(wanted);
        db.useTenant(held.user(), tx -> {
            accounts.lock(tx, held.user());
            if (!links.use(tx, held, Purpose.RESET, token)) throw over(Purpose.RESET);
            accounts.changePassword(tx, held.user(), hash);
            accounts.verify(tx, held.user(), held.email());
            sessionRows.endAll(tx, held.user(), null);
        });
        sessions.forget(held.user());
    }

    /** @throws Problem.Invalid if the link does nothing any more */
    void verify(String token) {
        var held = find(Purpose.VERIFY, token).orElseThrow(() -> over(Purpose.VERIFY));
        db.useTenant(held.user(), tx -> {
            if (!links.use(tx, held, Purpose.VERIFY, token)) throw over(Purpose.VERIFY);
            accounts.verify(tx, held.user(), held.email());
        });
    }

    /**
     * Mails the link for {@link #verify} once more, unless the address is verified.
     *
     * @throws Problem.Provider where this installation sends no mail
     * @throws Problem.TooMany after too many of these for one address or from one network
     */
    void askToVerify(UserId user) {
        requireMail();
        var account = db.inTenant(user, tx -> accounts.find(tx, user)).orElseThrow();
        if (account.emailVerified()) return;
        limits.countMail(account.email(), client.network());
        db.useTenant(user, tx -> mail.enqueue(tx, Purpose.VERIFY, user));
        jobs.wakeUp();
    }

    private void requireMail() {
        if (!isOn()) throw new Problem.Provider(new Problem.Text("mail.off"), List.of());
    }

    private static Problem over(Purpose purpose) {
        return new Problem.Invalid("token", purpose == Purpose.RESET ? "account.reset_over" : "account.verify_over");
    }
}
