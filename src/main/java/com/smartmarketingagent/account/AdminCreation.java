package com.smartmarketingagent.account;

import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Ids;
import com.smartmarketingagent.platform.Problem;
import jakarta.inject.Singleton;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;

/** Makes a super_admin. Only the operator at the command line can; no request does. */
@Singleton
public class AdminCreation {

    private final Db db;
    private final Passwords passwords;

    AdminCreation(Db db, Passwords passwords) {
        this.db = db;
        this.passwords = passwords;
    }

    /**
     * Answers the password, which is kept nowhere: show it once.
     *
     * @throws Problem.Invalid if {@code email} is none or {@code name} is blank
     * @throws Problem.Conflict if the e-mail has an account
     */
    public String create(String email, String name) {
        var known = NewAccount.normalEmail(email);
        if (!known.matches(NewAccount.EMAIL) || known.length() > 254)
            throw new Problem.Invalid("email", "account.email");
        if (name.isBlank()) throw new Problem.Invalid("name", "account.name");
        var password = Passwords.random();
        var hash = passwords.hash(password);
        try {
            db.asOwner(tx -> tx.createQuery("SELECT 1 FROM app.create_admin(:id, :email, :hash, :name)")
                    .bind("id", Ids.next())
                    .bind("email", known)
                    .bind("hash", hash)
                    .bind("name", name.strip())
                    .mapTo(Integer.class)
                    .one());
        } catch (UnableToExecuteStatementException e) {
            if (!Db.violates(e, "users_email_key")) throw e;
            throw new Problem.Conflict(Problem.Detail.of("email", "account.email_taken"));
        }
        return password;
    }
}
