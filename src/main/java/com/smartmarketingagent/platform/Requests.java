package com.smartmarketingagent.platform;

import io.quarkus.resteasy.reactive.server.runtime.QuarkusResteasyReactiveRequestContext;
import io.quarkus.vertx.http.runtime.RouteConstants;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.core.CurrentRequestManager;
import org.jspecify.annotations.Nullable;

/**
 * Each request has an id, which its answer carries as {@code X-Request-Id} and every line of the log about it too, and
 * is counted, and told of when it is slow.
 */
@Singleton
class Requests {

    private static final Logger LOG = Logger.getLogger(Requests.class);

    static final String HEADER = "X-Request-Id";
    /** As the log calls it. */
    static final String ID = "request_id";

    private static final String ROUTE = "route";
    /** What nobody serves, or was refused before it was known who would. */
    private static final String NO_ROUTE = "none";

    /** Of a connection that ended before, on either side; as web servers log it. */
    private static final int NO_ANSWER = 499;

    private static final Duration SLOW = Duration.ofSeconds(1);

    private static final Set<String> METHODS = Set.of("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE");

    private final Metrics metrics;
    private final ErrorReports reports;

    Requests(Metrics metrics, ErrorReports reports) {
        this.metrics = metrics;
        this.reports = reports;
    }

    void add(@Observes Router router) {
        // before HttpGuard, whose refusals have one too
        router.route().order(RouteConstants.ROUTE_ORDER_UPLOAD_LIMIT - 3).handler(this::begin);
    }

    /** One of ours: what a client sends along would be in the log of whoever reads it. */
    private void begin(RoutingContext context) {
        var id = Ids.next().toString();
        // nobody asks about a script, and its reader pays for each byte; an address may be broken still
        if (!context.request().uri().startsWith("/assets/")) context.response().putHeader(HEADER, id);
        MDC.put(ID, id);
        long began = System.nanoTime();
        context.addEndHandler(_ -> end(context, Duration.ofNanos(System.nanoTime() - began)));
        context.next();
    }

    /** Before anybody is asked who they are. */
    @ServerRequestFilter(priority = 100)
    public void match() {
        if (CurrentRequestManager.get() instanceof QuarkusResteasyReactiveRequestContext its) {
            var target = its.getTarget();
            var route = target.getClassPath().template + "/" + target.getPath().template;
            its.getContext().put(ROUTE, route.replaceAll("/+", "/").replaceFirst("(?<=.)/$", ""));
        }
    }

    private void end(RoutingContext context, Duration took) {
        var response = context.response();
        int status = response.headWritten() ? response.getStatusCode() : NO_ANSWER;
        // an open page listens for minutes
        boolean listens = String.valueOf(response.headers().get("Content-Type")).startsWith("text/event-stream");
        var method = context.request().method().name();
        metrics.time(
                "requests",
                took,
                "method",
                METHODS.contains(method) ? method : "other",
                "route",
                route(context),
                "status",
                String.valueOf(status));
        reports.request(method, route(context), status, took);
        if (took.compareTo(SLOW) >= 0 && !listens) {
            LOG.warnf(
                    status == NO_ANSWER
                            ? "%s %s ended without an answer (%d) after %d ms"
                            : "%s %s answered %d after %d ms",
                    method,
                    route(context),
                    status,
                    took.toMillis());
        }
    }

    /** As it is declared, such as {@code /api/customers/{id}}: what was asked may hold a token. */
    private static String route(RoutingContext context) {
        @Nullable String route = context.get(ROUTE);
        return route == null ? NO_ROUTE : route;
    }
}
