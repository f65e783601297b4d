package com.smartmarketingagent;

import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Migrations;
import com.smartmarketingagent.platform.Settings;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.util.List;

/** {@code migrate}: opening the database brings it to this version; here it is only said. */
@Singleton
@SuppressWarnings("SystemOut")
class MigrateCommand {

    private final Settings settings;
    private final Instance<Db> db;

    MigrateCommand(Settings settings, Instance<Db> db) {
        this.settings = settings;
        this.db = db;
    }

    /** @param args none, or {@code --print-sql}, which touches no database */
    int run(List<String> args) {
        if (args.equals(List.of("--print-sql"))) {
            System.out.print(Migrations.rolesSql(settings));
            return 0;
        }
        if (!args.isEmpty()) return Main.unusable("migrate takes nothing or --print-sql, not " + args.getFirst());
        db.get().checkNotNewer();
        System.out.println("The database is at version " + db.get().version() + ".");
        return 0;
    }
}
