package com.smartmarketingagent.account;

import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import org.jdbi.v3.core.Handle;

/** Business days: those of the shop's own zone, wherever the server stands. */
@Singleton
public class ShopCalendar {

    private final AccountRepository accounts;
    private final Clock clock;

    ShopCalendar(AccountRepository accounts, Clock clock) {
        this.accounts = accounts;
        this.clock = clock;
    }

    /** The zone that says when the shop's day begins. */
    public ZoneId zone(Handle tx, UserId user) {
        return accounts.zone(tx, user);
    }

    /** The day it is in the shop. */
    public LocalDate today(Handle tx, UserId user) {
        return LocalDate.ofInstant(clock.instant(), zone(tx, user));
    }
}
