package com.smartmarketingagent.privacy;

import com.smartmarketingagent.notice.Kind;
import com.smartmarketingagent.notice.Notices;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Jobs;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.UUID;

/** Reminds one super_admin of a breach that another recorded, who may be away. */
@Singleton
class BreachReminder implements Jobs.Job {

    static final String NAME = "breach-reminder";

    private final Db db;
    private final Notices notices;

    BreachReminder(Db db, Notices notices) {
        this.db = db;
        this.notices = notices;
    }

    /** @param hours that are left */
    static String instance(UserId admin, UUID breach, long hours) {
        return admin.value() + "/" + breach + "/" + hours;
    }

    @Override
    public String name() {
        return NAME;
    }

    /** @param instance see {@link #instance}; done again it tells nothing new while the first is unread */
    @Override
    public void run(String instance) {
        var parts = instance.split("/");
        var admin = new UserId(UUID.fromString(parts[0]));
        var facts = Map.<String, Object>of("id", parts[1] + "/" + parts[2], "hours", Long.parseLong(parts[2]));
        db.inTenantAsWorker(admin, tx -> {
            notices.tellOnce(tx, admin, Kind.BREACH_DUE, facts);
            return admin;
        });
        notices.told(admin);
    }
}
