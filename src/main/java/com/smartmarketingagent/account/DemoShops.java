package com.smartmarketingagent.account;

import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Jobs;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.ShopFiles;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Shops that show the product: no business, and taken away whole. */
@Singleton
public class DemoShops {

    private final Db db;
    private final AccountRepository accounts;
    private final Passwords passwords;
    private final Sessions sessions;
    private final ShopFiles files;
    private final Jobs jobs;

    DemoShops(Db db, AccountRepository accounts, Passwords passwords, Sessions sessions, ShopFiles files, Jobs jobs) {
        this.db = db;
        this.accounts = accounts;
        this.passwords = passwords;
        this.sessions = sessions;
        this.files = files;
        this.jobs = jobs;
    }

    /** @param password kept nowhere: show it once */
    public record LogIn(UserId id, String email, String password) {}

    /**
     * A shop with a random password.
     *
     * @throws Problem.Conflict if the e-mail has an account
     */
    public LogIn create(String email, String businessName) {
        var password = Passwords.random();
        var account = new NewAccount(email, password, businessName, businessName, null);
        var hash = passwords.hash(password);
        var user = UserId.create();
        db.useTenant(user, tx -> {
            if (!accounts.insert(tx, user, account, hash, null, "demo")) {
                throw new Problem.Conflict(Problem.Detail.of("email", "account.email_taken"));
            }
        });
        return new LogIn(user, account.email(), password);
    }

    /**
     * The demo shop there is, with a new password in place of the forgotten one; its sessions end. Empty if there is
     * none.
     */
    public Optional<LogIn> reopen() {
        var known = db.asAdmin(accounts::oldestDemo);
        if (known.isEmpty()) return Optional.empty();
        var user = known.get().id();
        var password = Passwords.random();
        var hash = passwords.hash(password);
        db.useTenant(user, tx -> accounts.changePassword(tx, user, hash));
        sessions.endAll(user, null);
        return Optional.of(new LogIn(user, known.get().email(), password));
    }

    /** Whether a shop is one that {@link #remove} may take away. */
    public boolean isDemo(UserId user) {
        return db.inTenant(user, tx -> accounts.isDemo(tx, user));
    }

    /**
     * Takes the shop away with every row and file it has.
     *
     * @throws Problem.Forbidden if it is no demo shop
     */
    public void remove(UserId user) {
        if (!isDemo(user)) throw new Problem.Forbidden("forbidden");
        // a million sales take longer than a request may; what is left then goes with the account
        db.inTenantAsWorker(user, tx -> {
            accounts.deleteSales(tx, user);
            return user;
        });
        db.useTenant(user, tx -> {
            accounts.delete(tx, user);
            files.forgetShop(tx, user);
        });
        sessions.forget(user);
        jobs.wakeUp();
    }
}
