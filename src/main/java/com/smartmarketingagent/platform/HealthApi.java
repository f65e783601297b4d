package com.smartmarketingagent.platform;

import com.smartmarketingagent.platform.HealthChecks.Check;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/**
 * Whether this node is well, for monitors, balancers and those who restart it. Not in the envelope, as they read it.
 */
@Path("/api/health")
@Public
class HealthApi {

    private final HealthChecks health;
    private final Clock clock;

    HealthApi(HealthChecks health, Clock clock) {
        this.health = health;
        this.clock = clock;
    }

    record Health(String status, Instant timestamp, Map<String, Check> checks) {}

    /** Everything there is: for whom to call at night. */
    @GET
    public Response health() {
        return answer(health.all());
    }

    /**
     * Whether requests should be sent here: not any more once the program is told to end, although those that come are
     * still answered. A provider that is away is no reason not to.
     */
    @GET
    @Path("ready")
    public Response ready() {
        return health.isEnding() ? answer(false, Map.of()) : answer(health.needed());
    }

    /** Whether the process answers at all: asks nobody, not even the database, which may sleep. */
    @GET
    @Path("live")
    public Response live() {
        return answer(Map.of());
    }

    private Response answer(Map<String, Check> checks) {
        return answer(checks.values().stream().noneMatch(c -> c.status() == HealthPart.State.UNHEALTHY), checks);
    }

    private Response answer(boolean healthy, Map<String, Check> checks) {
        var now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        return Response.status(healthy ? 200 : 503)
                .entity(new Health(healthy ? "healthy" : "unhealthy", now, checks))
                .build();
    }
}
