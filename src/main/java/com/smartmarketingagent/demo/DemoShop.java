package com.smartmarketingagent.demo;

import com.smartmarketingagent.account.DemoShops;
import com.smartmarketingagent.account.DemoShops.LogIn;
import com.smartmarketingagent.account.ShopCalendar;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Ids;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Settings;
import com.smartmarketingagent.platform.UserId;
import com.smartmarketingagent.rfm.RfmAnalysis;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/** The shop of {@code ./sma start --demo}. */
@Singleton
public class DemoShop {

    private static final String NAME = "Batik Contoh";
    /** How many analyses before today's it has, a month apart. */
    private static final int MONTHS = 6;

    private final Db db;
    private final DemoShops accounts;
    private final DemoRepository rows;
    private final RfmAnalysis analysis;
    private final ShopCalendar calendar;
    private final Path uploads;

    DemoShop(
            Db db,
            DemoShops accounts,
            DemoRepository rows,
            RfmAnalysis analysis,
            ShopCalendar calendar,
            Settings settings) {
        this.db = db;
        this.accounts = accounts;
        this.rows = rows;
        this.analysis = analysis;
        this.calendar = calendar;
        this.uploads = settings.dataDir().resolve("uploads");
    }

    /** Makes the shop, or gives the one there is a new password; either way with an analysis of today. */
    public LogIn open() {
        var logIn = accounts.reopen().orElseGet(this::create);
        var user = logIn.id();
        db.inTenantAsWorker(user, tx -> {
            // empty also where an earlier start was stopped half-way
            if (!rows.isEmpty(tx, user)) return 0;
            var today = calendar.today(tx, user);
            var sample = Sample.before(today, Ids::next);
            rows.insertCustomers(tx, user, sample.customers());
            rows.insertSales(tx, user, sample.sales());
            // a past, so that there is something to compare with
            for (int months = MONTHS; months > 0; months--) {
                analysis.calculate(tx, user, today.minusMonths(months), own -> own);
            }
            return sample.sales().size();
        });
        analysis.calculate(user, null);
        return logIn;
    }

    private LogIn create() {
        for (int i = 1; ; i++) {
            try {
                return accounts.create(i == 1 ? "demo@contoh.id" : "demo" + i + "@contoh.id", NAME);
            } catch (Problem.Conflict taken) {
                if (i == 1000) throw taken;
            }
        }
    }

    /**
     * Takes a demo shop away: every row and every file.
     *
     * @throws Problem.Forbidden if it is no demo shop
     */
    public void remove(UserId user) {
        accounts.remove(user);
        deleteTree(uploads.resolve(user.value().toString()));
    }

    private static void deleteTree(Path folder) {
        if (!Files.exists(folder)) return;
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
