package com.smartmarketingagent.account;

import com.google.i18n.phonenumbers.NumberParseException;
import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberFormat;
import com.smartmarketingagent.account.AccountRepository.Door;
import com.smartmarketingagent.account.MailedLinks.Purpose;
import com.smartmarketingagent.platform.Client;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Jobs;
import com.smartmarketingagent.platform.Language;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.RateLimits;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Registration, log-in and what owners change about their own account. */
@Singleton
public class Accounts {

    private final Db db;
    private final AccountRepository accounts;
    private final SessionRepository sessionRows;
    private final Sessions sessions;
    private final Passwords passwords;
    private final LinkRepository links;
    private final LinkMail mail;
    private final Jobs jobs;
    private final RateLimits limits;
    private final Client client;
    private final Audit audit;

    Accounts(
            Db db,
            AccountRepository accounts,
            SessionRepository sessionRows,
            Sessions sessions,
            Passwords passwords,
            LinkRepository links,
            LinkMail mail,
            Jobs jobs,
            RateLimits limits,
            Client client,
            Audit audit) {
        this.db = db;
        this.accounts = accounts;
        this.sessionRows = sessionRows;
        this.sessions = sessions;
        this.passwords = passwords;
        this.links = links;
        this.mail = mail;
        this.jobs = jobs;
        this.limits = limits;
        this.client = client;
        this.audit = audit;
    }

    /** @param expiresIn seconds until the access token is over */
    record SignedIn(Account user, String accessToken, String refreshToken, long expiresIn) {
        SignedIn(Account user, Sessions.Pair pair) {
            this(user, pair.accessToken(), pair.refreshToken(), Sessions.ACCESS.toSeconds());
        }
    }

    /** The account; it exists as long as a session of it does. */
    public Account get(UserId user) {
        return db.inTenant(user, tx -> account(tx, user));
    }

    Account account(Handle tx, UserId user) {
        return accounts.find(tx, user).orElseThrow(() -> new Problem.Unauthorized("unauthorized"));
    }

    /** @throws Problem.Conflict if the e-mail has an account */
    SignedIn register(NewAccount wanted) {
        return register(wanted, this::signIn);
    }

    /** @param then what to begin for the new account in the same transaction */
    <T> T register(NewAccount wanted, BiFunction<Handle, UserId, T> then) {
        limits.countRegistration(client.network());
        return create(wanted, then);
    }

    <T> T create(NewAccount wanted, BiFunction<Handle, UserId, T> then) {
        var phone = phone(wanted.phone());
        Passwords.refuseGuessable("password", wanted.password(), wanted.email());
        var hash = passwords.hash(wanted.password());
        var user = UserId.create();
        var begun = db.inTenant(user, tx -> {
            if (!accounts.insert(tx, user, wanted, hash, phone, "business")) {
                throw new Problem.Conflict(Problem.Detail.of("email", "account.email_taken"));
            }
            mail.enqueue(tx, Purpose.VERIFY, user);
            return then.apply(tx, user);
        });
        jobs.wakeUp();
        return begun;
    }

    SignedIn logIn(String email, String password) {
        return logIn(email, password, this::signIn);
    }

    /**
     * Nothing tells whether the e-mail or the password was wrong: neither the words nor the time they take.
     *
     * @param then what to begin for the account
     * @throws Problem.TooMany after too many failures
     */
    <T> T logIn(String email, String password, BiFunction<Handle, UserId, T> then) {
        var network = client.network();
        limits.countLogIn(email, network);
        // what no database keeps as text is nobody's
        var door = email.indexOf('\0') >= 0 ? Optional.<Door>empty() : db.withoutTenant(tx -> accounts.door(tx, email));
        if (!passwords.matches(password, door.map(Door::passwordHash))) {
            throw new Problem.Unauthorized("account.login_failed");
        }
        limits.forgiveLogIn(email, network);
        var known = door.orElseThrow();
        return db.inTenant(known.id(), tx -> {
            var now = unchanged(tx, email, known).orElseThrow(() -> new Problem.Unauthorized("account.login_failed"));
            if (!now.isActive()) throw new Problem.Forbidden("account.inactive");
            audit.noteOwn(tx, known.id(), Act.LOGGED_IN);
            return then.apply(tx, known.id());
        });
    }

    SignedIn refresh(String refreshToken) {
        var pair = sessions.refresh(refreshToken);
        return new SignedIn(get(pair.user()), pair);
    }

    Account change(UserId user, Profile profile) {
        change(user, profile, "");
        return get(user);
    }

    /** What was typed, with its phone as it would be stored, and what somebody else stored meanwhile. */
    record Overtaken(Profile typed, Profile stored) {}

    /**
     * The same unless somebody else changed it since it was looked at: then nothing changes.
     *
     * @param seen {@link Profile#version} of what the owner saw; empty writes over whatever is stored
     * @return empty where {@code profile} is stored now
     */
    Optional<Overtaken> change(UserId user, Profile profile, String seen) {
        var phone = phone(profile.phone());
        var typed = profile.withPhone(phone);
        return db.inTenant(user, tx -> {
            accounts.lock(tx, user);
            var now = Profile.of(account(tx, user));
            boolean changed = !seen.isEmpty() && !seen.equals(now.version());
            if (changed && !now.equals(typed)) return Optional.of(new Overtaken(typed, now));
            accounts.update(tx, user, profile, phone);
            audit.note(tx, user, Act.PROFILE_CHANGED, (UUID) null);
            return Optional.empty();
        });
    }

    /** What the owner reads on every device they log in with from now on. */
    void speak(UserId user, Language language) {
        db.useTenant(user, tx -> accounts.speak(tx, user, language.key()));
    }

    SignedIn changePassword(UserId user, String current, String wanted) {
        return changePassword(user, current, wanted, this::signIn);
    }

    /**
     * Ends every session, as whoever knows the old password may hold one, and begins a new one for who asks.
     *
     * @throws Problem.Invalid if {@code current} is not the password, and if {@code wanted} is the same
     */
    <T> T changePassword(UserId user, String current, String wanted, BiFunction<Handle, UserId, T> then) {
        var email = get(user).email();
        var network = client.network();
        limits.countLogIn(email, network);
        var door = db.withoutTenant(tx -> accounts.door(tx, email));
        if (!passwords.matches(current, door.map(Door::passwordHash))) throw wrongPassword();
        limits.forgiveLogIn(email, network);
        if (wanted.equals(current)) throw new Problem.Invalid("new_password", "account.password_same");
        Passwords.refuseGuessable("new_password", wanted, email);
        var hash = passwords.hash(wanted);
        var begun = db.inTenant(user, tx -> {
            if (unchanged(tx, email, door.orElseThrow()).isEmpty()) throw wrongPassword();
            // before the sessions end: a log-in with the old password has begun its own by then, or will be refused
            accounts.changePassword(tx, user, hash);
            links.revoke(tx, user, Purpose.RESET);
            sessionRows.endAll(tx, user, null);
            audit.note(tx, user, Act.PASSWORD_CHANGED, (UUID) null);
            return then.apply(tx, user);
        });
        sessions.forget(user);
        return begun;
    }

    /**
     * The account as it is now, and stays until the transaction ends; empty where its password is no longer the one
     * that was checked. Checking takes so long that another may have changed it meanwhile.
     */
    private Optional<Door> unchanged(Handle tx, String email, Door checked) {
        accounts.lock(tx, checked.id());
        return accounts.door(tx, email).filter(now -> now.passwordHash().equals(checked.passwordHash()));
    }

    private static Problem wrongPassword() {
        return new Problem.Invalid("current_password", "account.password_wrong");
    }

    private SignedIn signIn(Handle tx, UserId user) {
        return new SignedIn(account(tx, user), sessions.open(tx, user));
    }

    /** E.164 of any usual spelling, Indonesian unless it says otherwise; null for none. */
    private static @Nullable String phone(@Nullable String written) {
        if (written == null || written.isBlank()) return null;
        var numbers = PhoneNumberUtil.getInstance();
        try {
            var number = numbers.parse(written, "ID");
            if (!numbers.isValidNumber(number)) throw new Problem.Invalid("phone", "account.phone");
            return numbers.format(number, PhoneNumberFormat.E164);
        } catch (NumberParseException e) {
            throw new Problem.Invalid("phone", "account.phone");
        }
    }
}
