package com.smartmarketingagent.account;

import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import org.jdbi.v3.core.Handle;

/** A shop for a single transaction that is rolled back: nobody can log in to it. */
@Singleton
public class PassingShop {

    private final AccountRepository accounts;

    PassingShop(AccountRepository accounts) {
        this.accounts = accounts;
    }

    /** From now on {@code shop}, the transaction's tenant, can have customers and sales. */
    public void open(Handle tx, UserId shop) {
        accounts.insertWithoutPassword(tx, shop);
    }
}
