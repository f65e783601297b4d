package com.smartmarketingagent.platform;

import jakarta.inject.Singleton;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Whether the database keeps the shops apart, by db/lint.sql. A migration by somebody else's hand, a restored dump or a
 * hosted console may have opened what ours closed; a node on such a database is not ready.
 */
@Singleton
public class RowSecurity {

    private static final Logger LOG = Logger.getLogger(RowSecurity.class);

    private final Db db;
    private volatile boolean whole;

    RowSecurity(Db db) {
        this.db = db;
    }

    /** Looks once, and tells the operator what is open; again only while something is. True if nothing is. */
    public boolean isWhole() {
        if (!whole) {
            var holes = holes();
            whole = holes.isEmpty();
            if (!whole) {
                LOG.errorv(
                        "Shops are not kept apart in this database, so /api/health answers 503: {0}. Close these holes"
                                + " (docs/security.md says how); no restart is needed then.",
                        String.join("; ", holes));
            }
        }
        return whole;
    }

    /** Every hole, named by its first words; looks each time. */
    List<String> holes() {
        var lint = Migrations.resource("/db/lint.sql");
        return db.withoutTenant(tx -> tx.createQuery(lint).mapTo(String.class).list());
    }
}
