package com.smartmarketingagent.platform;

import io.quarkus.vertx.http.runtime.RouteConstants;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The other sites whose scripts may use the API from a browser ({@code CORS_ORIGINS}; CORS protocol of the Fetch
 * standard). They show a token; cookies mean nothing to the API, so an answer is never for a request with credentials.
 * The pages are for no other site.
 */
@Singleton
class Cors {

    private static final String ANY = "*";

    private final Set<String> origins;

    Cors(Settings settings) {
        origins = settings.text("CORS_ORIGINS").stream()
                .flatMap(text -> Arrays.stream(text.split(",")))
                .map(Cors::origin)
                .collect(Collectors.toUnmodifiableSet());
    }

    private static String origin(String text) {
        var origin = text.strip().replaceFirst("/$", "");
        if (!origin.matches("\\*|https?://[a-z0-9.\\[\\]:-]+")) {
            throw new Settings.Wrong("CORS_ORIGINS must be origins with commas between them, for example"
                    + " https://app.example.com, or *; this is none: " + origin);
        }
        return origin;
    }

    /**
     * Before everything, so that scripts can read refusals too, and no limit counts what browsers ask by themselves.
     */
    void add(@Observes Router router) {
        if (origins.isEmpty()) return;
        router.route("/api/*")
                .order(RouteConstants.ROUTE_ORDER_UPLOAD_LIMIT - 3)
                .handler(this::answer);
    }

    private void answer(RoutingContext context) {
        var request = context.request();
        var response = context.response();
        boolean any = origins.contains(ANY);
        if (!any) response.headers().add(HttpHeaders.VARY, HttpHeaders.ORIGIN);
        var origin = request.getHeader(HttpHeaders.ORIGIN);
        if (origin == null || !(any || origins.contains(origin))) {
            context.next();
            return;
        }
        response.putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, any ? ANY : origin);
        if (request.method() == HttpMethod.OPTIONS
                && request.getHeader(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD) != null) {
            response.putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, POST, PUT, PATCH, DELETE")
                    .putHeader(
                            HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS,
                            "Authorization, Content-Type, Accept-Language, Idempotency-Key")
                    .putHeader(HttpHeaders.ACCESS_CONTROL_MAX_AGE, "7200")
                    .setStatusCode(204)
                    .end();
            return;
        }
        response.putHeader(
                HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS,
                "Location, Retry-After, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset");
        context.next();
    }
}
