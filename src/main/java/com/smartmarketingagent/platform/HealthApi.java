package com.smartmarketingagent.platform;

import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Whether this node can serve. Not in the envelope, as monitors read it. */
@Path("/api/health")
@Public
class HealthApi {

    private static final Logger LOG = Logger.getLogger(HealthApi.class);

    private final Db db;
    private final RowSecurity rowSecurity;
    private final Clock clock;

    HealthApi(Db db, RowSecurity rowSecurity, Clock clock) {
        this.db = db;
        this.rowSecurity = rowSecurity;
        this.clock = clock;
    }

    /** @param latencyMs null for a part that isn't configured */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Check(String status, @Nullable Long latencyMs) {
        static final Check DISABLED = new Check("disabled", null);
    }

    record Health(String status, Instant timestamp, Map<String, Check> checks) {}

    @GET
    public Response health() {
        var checks = new LinkedHashMap<String, Check>();
        checks.put("database", check("The database does not answer", this::databaseAnswers));
        checks.put("row_security", check("Whether shops are kept apart can't be told", rowSecurity::isWhole));
        for (var part : new String[] {"redis", "openai", "storage"}) checks.put(part, Check.DISABLED);
        boolean healthy = checks.values().stream().noneMatch(c -> c.status().equals("unhealthy"));
        var now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        return Response.status(healthy ? 200 : 503)
                .entity(new Health(healthy ? "healthy" : "unhealthy", now, checks))
                .build();
    }

    private boolean databaseAnswers() {
        return db.withoutTenant(
                        tx -> tx.createQuery("SELECT 1").mapTo(Integer.class).one())
                == 1;
    }

    private static Check check(String otherwise, BooleanSupplier part) {
        long start = System.nanoTime();
        boolean well;
        try {
            well = part.getAsBoolean();
        } catch (RuntimeException e) {
            LOG.warn(otherwise, e);
            well = false;
        }
        return new Check(well ? "healthy" : "unhealthy", (System.nanoTime() - start) / 1_000_000);
    }
}
