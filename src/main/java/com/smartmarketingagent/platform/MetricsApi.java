package com.smartmarketingagent.platform;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import org.eclipse.microprofile.openapi.annotations.Operation;

/**
 * What Prometheus reads. Whoever holds {@code METRICS_TOKEN} may; without that setting there is such an address only on
 * this machine itself, and not for those whom a proxy on it brings.
 */
@Path("/api/metrics")
@Public
class MetricsApi {

    private final Settings settings;
    private final Metrics metrics;
    private final Client client;

    MetricsApi(Settings settings, Metrics metrics, Client client) {
        this.settings = settings;
        this.metrics = metrics;
        this.client = client;
    }

    @GET
    @Produces("text/plain; version=0.0.4; charset=utf-8")
    @Operation(hidden = true)
    public String metrics() {
        var token = settings.optionalSecret("METRICS_TOKEN");
        if (token.isEmpty() && !client.isOnThisMachine()) throw new Problem.NotFound("route");
        if (token.isPresent() && !Hashes.same(token.get(), client.bearer().orElse(null)))
            throw new Problem.Unauthorized("unauthorized");
        return metrics.scrape();
    }
}
