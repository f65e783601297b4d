package com.smartmarketingagent.rfm;

import com.smartmarketingagent.platform.Envelope;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Public;
import com.smartmarketingagent.platform.Settings;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a scheduler outside calls where this installation sleeps between visits. Whoever holds {@code CRON_SECRET} may;
 * without that setting there is no such address.
 */
@Path("/api/cron")
@Public
class CronApi {

    /** Hosts that charge by the request end it after a minute. */
    private static final Duration TIME = Duration.ofSeconds(50);

    private static final String BEARER = "Bearer ";

    private final Settings settings;
    private final WeeklyAnalysis weekly;

    CronApi(Settings settings, WeeklyAnalysis weekly) {
        this.settings = settings;
        this.weekly = weekly;
    }

    /**
     * Repeatable: what is done is done once. Where some are left it is to be called again; while another call is at it,
     * all are left.
     */
    @POST
    @Path("weekly-analysis")
    public Envelope<WeeklyAnalysis.Analysed> weeklyAnalysis(@Context HttpHeaders headers) {
        var secret = settings.optionalSecret("CRON_SECRET").orElseThrow(() -> new Problem.NotFound("route"));
        if (!isBearer(headers.getHeaderString(HttpHeaders.AUTHORIZATION), secret))
            throw new Problem.Unauthorized("cron.secret");
        return Envelope.of(weekly.work(TIME));
    }

    private static boolean isBearer(@Nullable String header, String secret) {
        return header != null
                && header.regionMatches(true, 0, BEARER, 0, BEARER.length())
                && MessageDigest.isEqual(
                        secret.getBytes(StandardCharsets.UTF_8),
                        header.substring(BEARER.length()).getBytes(StandardCharsets.UTF_8));
    }
}
