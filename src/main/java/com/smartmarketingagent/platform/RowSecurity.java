package com.smartmarketingagent.platform;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Whether the database keeps the shops apart, by db/lint.sql. A migration by somebody else's hand, a restored dump or a
 * hosted console may have opened what ours closed; a node on such a database is not ready.
 */
@Singleton
public class RowSecurity implements HealthPart {

    private static final Logger LOG = Logger.getLogger(RowSecurity.class);

    /** Anyone may ask for the health, as often as they like. */
    private static final Duration HOLDS_FOR = Duration.ofMinutes(1);

    private final Db db;
    private final Clock clock;
    private volatile @Nullable Look last;

    RowSecurity(Db db, Clock clock) {
        this.db = db;
        this.clock = clock;
    }

    private record Look(Instant at, boolean whole) {}

    @Override
    public String name() {
        return "row_security";
    }

    @Override
    public boolean isNeeded() {
        return true;
    }

    /** It is kept here already. */
    @Override
    public Duration holdsFor() {
        return Duration.ZERO;
    }

    @Override
    public State ask() {
        return isWhole() ? State.HEALTHY : State.UNHEALTHY;
    }

    /** What was seen within the last minute; looks again after that, and tells the operator what is open. */
    public boolean isWhole() {
        var now = clock.instant();
        var seen = last;
        if (seen != null && now.isBefore(seen.at().plus(HOLDS_FOR))) return seen.whole();
        var holes = holes();
        if (!holes.isEmpty()) {
            LOG.errorv(
                    "Shops are not kept apart in this database, so /api/health answers 503: {0}. Close these holes"
                            + " (docs/security.md says how); a minute later it is ready, without a restart.",
                    String.join("; ", holes));
        }
        last = new Look(now, holes.isEmpty());
        return holes.isEmpty();
    }

    /** Every hole, named by its first words; looks each time. */
    List<String> holes() {
        var lint = Migrations.resource("/db/lint.sql");
        return db.withoutTenant(tx -> tx.createQuery(lint).mapTo(String.class).list());
    }
}
