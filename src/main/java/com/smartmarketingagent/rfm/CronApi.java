package com.smartmarketingagent.rfm;

import com.smartmarketingagent.platform.Client;
import com.smartmarketingagent.platform.Envelope;
import com.smartmarketingagent.platform.Hashes;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Public;
import com.smartmarketingagent.platform.Settings;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.time.Duration;

/**
 * What a scheduler outside calls where this installation sleeps between visits. Whoever holds {@code CRON_SECRET} may;
 * without that setting there is no such address.
 */
@Path("/api/cron")
@Public
class CronApi {

    /** Hosts that charge by the request end it after a minute. */
    private static final Duration TIME = Duration.ofSeconds(50);

    private final Settings settings;
    private final WeeklyAnalysis weekly;
    private final Client client;

    CronApi(Settings settings, WeeklyAnalysis weekly, Client client) {
        this.settings = settings;
        this.weekly = weekly;
        this.client = client;
    }

    /**
     * Repeatable: what is done is done once. Where some are left it is to be called again; while another call is at it,
     * all are left.
     */
    @POST
    @Path("weekly-analysis")
    public Envelope<WeeklyAnalysis.Analysed> weeklyAnalysis() {
        var secret = settings.optionalSecret("CRON_SECRET").orElseThrow(() -> new Problem.NotFound("route"));
        if (!Hashes.same(secret, client.bearer().orElse(null))) throw new Problem.Unauthorized("cron.secret");
        return Envelope.of(weekly.work(TIME));
    }
}
