package com.smartmarketingagent.account;

import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Paging;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.UserId;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.Validator;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** What a super_admin sees and changes of the shops. Each look and each change is written into the shop's audit log. */
@Singleton
public class Administration {

    private static final Duration VISIT = Duration.ofMinutes(30);

    private final Db db;
    private final SessionRepository sessionRows;
    private final Accounts accounts;
    private final AccountRepository accountRows;
    private final AdminRepository rows;
    private final Sessions sessions;
    private final Passwords passwords;
    private final Validator validator;
    private final Instance<WhenSwitchedOff> standStill;
    private final Audit audit;

    Administration(
            Db db,
            Accounts accounts,
            AccountRepository accountRows,
            AdminRepository rows,
            Sessions sessions,
            SessionRepository sessionRows,
            Passwords passwords,
            Validator validator,
            @Any Instance<WhenSwitchedOff> standStill,
            Audit audit) {
        this.db = db;
        this.sessionRows = sessionRows;
        this.accounts = accounts;
        this.accountRows = accountRows;
        this.rows = rows;
        this.sessions = sessions;
        this.passwords = passwords;
        this.validator = validator;
        this.standStill = standStill;
        this.audit = audit;
    }

    /** @param total how many there are on all pages */
    public record Found(List<Account> accounts, long total) {}

    /** @param password kept nowhere: show it once */
    public record Made(Account account, String password) {}

    /** Newest first. @param search part of an e-mail address or a name; null finds all */
    public Found list(UserId admin, @Nullable String search, Paging paging) {
        return db.asAdmin(tx -> {
            var page = rows.list(tx, search, paging);
            rows.note(tx, page.stream().map(Account::id).toList(), admin, "list");
            return new Found(page, rows.count(tx, search));
        });
    }

    Account create(UserId admin, NewAccount wanted) {
        return accounts.create(wanted, (tx, user) -> {
            rows.note(tx, List.of(user), admin, "create");
            return accounts.account(tx, user);
        });
    }

    /**
     * A shop with a temporary password.
     *
     * @throws ConstraintViolationException if something of it can't be
     * @throws Problem.Conflict if the e-mail has an account
     */
    public Made create(UserId admin, String email, String fullName, String businessName, String phone) {
        var password = Passwords.random();
        var wanted = new NewAccount(email, password, fullName, businessName, phone);
        var violations = validator.validate(wanted);
        if (!violations.isEmpty()) throw new ConstraintViolationException(violations);
        return new Made(create(admin, wanted), password);
    }

    /** Whether {@link #renewPassword} would. */
    public boolean mayRenewPassword(UserId user) {
        return db.<Boolean>asAdmin(tx -> accountRows.isUnused(tx, user));
    }

    /**
     * Another temporary password, for an account whose first one was lost before anybody used it.
     *
     * @throws Problem.NotFound if there is no such account
     * @throws Problem.Conflict if somebody has used it
     */
    public Made renewPassword(UserId admin, UserId user) {
        find(user);
        var password = Passwords.random();
        var hash = passwords.hash(password);
        return db.inTenant(user, tx -> {
            // whoever logs in at this moment waits, or has done so
            accountRows.lock(tx, user);
            if (!accountRows.isUnused(tx, user)) throw new Problem.Conflict("account.in_use");
            accountRows.changePassword(tx, user, hash);
            rows.note(tx, List.of(user), admin, "password");
            return new Made(account(tx, user), password);
        });
    }

    /** @throws Problem.NotFound if there is no such account */
    public Account get(UserId admin, UserId user) {
        return db.asAdmin(tx -> {
            var account = account(tx, user);
            rows.note(tx, List.of(user), admin, "read");
            return account;
        });
    }

    /**
     * Writes down that {@code admin} looks into a shop, in a transaction of its own: call it before reading anything.
     *
     * @throws Problem.NotFound if there is no such account
     */
    public void recordLook(UserId admin, UserId user) {
        if (!db.<Boolean>asAdmin(tx -> rows.noteLook(tx, user, admin))) throw new Problem.NotFound("user");
    }

    /**
     * From now on, for half an hour, {@code session} sees the shop's pages as its owner does, and changes nothing. Each
     * page is written down.
     *
     * @param reason which its owner reads
     * @param tell what else is to be done in the same transaction as the record: its owner is told
     * @throws Problem.NotFound if there is no such account
     * @throws Problem.Forbidden if it is an administrator's
     */
    public void visit(UserId admin, UUID session, UserId user, String reason, Consumer<Handle> tell) {
        if (!find(user).role().equals("umkm_owner")) throw new Problem.Forbidden("account.admin_stays");
        db.useTenant(user, tx -> {
            audit.note(tx, user, Act.VISIT, reason);
            tell.accept(tx);
        });
        db.useTenant(admin, tx -> sessionRows.visit(tx, admin, session, user, VISIT));
        sessions.forget(admin);
    }

    /** The super_admin's session is their own again. */
    public void endVisit(UserId admin, UUID session) {
        db.useTenant(admin, tx -> sessionRows.visit(tx, admin, session, null, Duration.ZERO));
        sessions.forget(admin);
    }

    /** Without a record: for who has made one. @throws Problem.NotFound if there is no such account */
    public Account find(UserId user) {
        return db.asAdmin(tx -> account(tx, user));
    }

    /**
     * Without activity an account's sessions end at once, it can't log in, and what it had going on stands still.
     *
     * @throws Problem.Forbidden if it is an administrator's
     */
    public Account setActive(UserId admin, UserId user, boolean active) {
        var account = db.asAdmin(tx -> {
            account(tx, user);
            if (!rows.activate(tx, user, active)) throw new Problem.Forbidden("account.admin_stays");
            if (!active) rows.endSessions(tx, user);
            rows.note(tx, List.of(user), admin, active ? "activate" : "deactivate");
            return account(tx, user);
        });
        sessions.forget(user);
        if (!active) standStill.forEach(its -> its.switchedOff(user));
        return account;
    }

    private Account account(Handle tx, UserId user) {
        return accountRows.find(tx, user).orElseThrow(() -> new Problem.NotFound("user"));
    }
}
