package com.smartmarketingagent.privacy;

import com.smartmarketingagent.notice.Kind;
import com.smartmarketingagent.notice.Notices;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Jobs;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/** Tells the owner of one shop of a breach, once; one shop that can't be told keeps no other from it. */
@Singleton
class BreachNews implements Jobs.Job {

    static final String NAME = "breach-news";

    private final Db db;
    private final BreachRepository breaches;
    private final Notices notices;

    BreachNews(Db db, BreachRepository breaches, Notices notices) {
        this.db = db;
        this.breaches = breaches;
        this.notices = notices;
    }

    static String instance(UserId shop, UserId admin, UUID breach) {
        return shop.value() + "/" + admin.value() + "/" + breach;
    }

    @Override
    public String name() {
        return NAME;
    }

    /** All shops of an installation may be told at once, while they send. */
    @Override
    public int atOnce() {
        return 4;
    }

    /** @param instance see {@link #instance} */
    @Override
    public void run(String instance) {
        var ids = Stream.of(instance.split("/")).map(UUID::fromString).toList();
        var shop = new UserId(ids.get(0));
        var admin = new UserId(ids.get(1));
        var said = db.inTenantAsWorker(admin, tx -> breaches.said(tx, admin, ids.get(2)));
        if (said.isEmpty()) return;
        boolean news = db.inTenantAsWorker(shop, tx -> {
            if (!breaches.tellShop(tx, shop, ids.get(2), said.get())) return false;
            notices.tell(tx, shop, Kind.SHOP_BREACH, Map.of());
            return true;
        });
        if (news) notices.told(shop);
    }
}
