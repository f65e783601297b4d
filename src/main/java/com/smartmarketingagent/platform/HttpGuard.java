package com.smartmarketingagent.platform;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.vertx.http.runtime.RouteConstants;
import io.quarkus.vertx.http.runtime.VertxHttpRecorder;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How much a request may carry. Only files are large; JSON is held in memory, and the log-in form takes it from anyone.
 * What the HTTP layer refuses by itself gets the envelope here too.
 */
@Singleton
public class HttpGuard {

    private static final long MEGABYTE = 1 << 20;
    /** 10,000 sales of a kilobyte each, and room. */
    private static final long LARGEST_BULK = 16 * MEGABYTE;

    private final ObjectMapper json;
    private final long largestUpload;

    HttpGuard(ObjectMapper json, Settings settings) {
        this.json = json;
        largestUpload = settings.number("UPLOAD_LIMIT_MB", 100) * MEGABYTE;
    }

    void add(@Observes Router router) {
        // before the framework reads anything, after it has put its own limit
        router.route().order(RouteConstants.ROUTE_ORDER_UPLOAD_LIMIT - 1).handler(this::refuseAnnounced);
        router.route().order(RouteConstants.ROUTE_ORDER_UPLOAD_LIMIT + 1).handler(this::limitUnannounced);
        router.errorHandler(400, c -> answer(c, 400, "VALIDATION_ERROR", "unreadable"));
        router.errorHandler(413, c -> answer(c, 413, "PAYLOAD_TOO_LARGE", "too_large"));
    }

    private long limit(RoutingContext context) {
        var type = context.request().getHeader(HttpHeaders.CONTENT_TYPE);
        if (type != null && type.toLowerCase(Locale.ROOT).startsWith("multipart/form-data")) return largestUpload;
        return context.normalizedPath().equals("/api/transactions/bulk") ? LARGEST_BULK : MEGABYTE;
    }

    private void refuseAnnounced(RoutingContext context) {
        if (length(context) <= limit(context)) {
            context.next();
            return;
        }
        // the rest of the body is not read: the connection can't be used again
        context.response().putHeader(HttpHeaders.CONNECTION, "close");
        context.response().endHandler(_ -> context.request().connection().close());
        answer(context, 413, "PAYLOAD_TOO_LARGE", "too_large");
    }

    private static long length(RoutingContext context) {
        @Nullable String length = context.request().getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return length == null ? 0 : Long.parseLong(length.strip());
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }

    /** A body sent in chunks is counted while it is read. */
    private void limitUnannounced(RoutingContext context) {
        context.put(VertxHttpRecorder.MAX_REQUEST_SIZE_KEY, limit(context));
        context.next();
    }

    private void answer(RoutingContext context, int status, String code, String key) {
        if (context.response().ended()) return;
        var language = Language.of(context.request().getHeader(HttpHeaders.ACCEPT_LANGUAGE));
        try {
            var body = json.writeValueAsString(Envelope.failure(code, Words.say(language, key), List.of()));
            context.response()
                    .setStatusCode(status)
                    .putHeader(HttpHeaders.CONTENT_TYPE, "application/json;charset=utf-8")
                    .end(body);
        } catch (JsonProcessingException e) {
            context.fail(e);
        }
    }
}
