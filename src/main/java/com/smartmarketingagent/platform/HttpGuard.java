package com.smartmarketingagent.platform;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.quarkus.vertx.http.runtime.RouteConstants;
import io.quarkus.vertx.http.runtime.VertxHttpRecorder;
import io.vertx.core.VertxException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How much a request may carry. Only files are large; JSON is held in memory, and the log-in form takes it from anyone.
 * What the HTTP layer refuses by itself gets the envelope here too.
 */
@Singleton
public class HttpGuard implements HttpServerOptionsCustomizer {

    private static final long MEGABYTE = 1 << 20;
    /** 10,000 sales of 800 bytes each. */
    private static final long LARGEST_BULK = 8 * MEGABYTE;
    /** Of a provider that says one thing at a time and proves it by nothing but the address. */
    private static final long LARGEST_REPORT = 64 << 10;
    /** Characters. The HTTP layer reads more, because what it refuses by itself is not in the envelope. */
    private static final int LONGEST_ADDRESS = 8_192;

    private static final int LARGEST_HEAD = 16_384;
    /** For how long a body that nobody wants is read. */
    private static final Duration LINGER = Duration.ofSeconds(2);

    private final ObjectMapper json;
    private final long largestUpload;

    HttpGuard(ObjectMapper json, Settings settings) {
        this.json = json;
        largestUpload = settings.number("UPLOAD_LIMIT_MB", 100) * MEGABYTE;
    }

    /** As forms are sent by the standard: {@code ;} is part of a value. */
    @Override
    public void customizeHttpServer(HttpServerOptions options) {
        options.setUseSemicolonAsQueryParamDelimiter(false);
    }

    /** Switches Quarkus's own check of addresses off: it refuses without the envelope. For {@code main}, at once. */
    public static void leaveAddressesToUs() {
        System.setProperty("vertx.disableURIValidation", "true");
    }

    /** How many bytes a form with a file may have. */
    public long largestUpload() {
        return largestUpload;
    }

    void add(@Observes Router router) {
        router.route().order(RouteConstants.ROUTE_ORDER_UPLOAD_LIMIT - 2).handler(this::refuseHead);
        router.route().order(RouteConstants.ROUTE_ORDER_UPLOAD_LIMIT - 1).handler(HttpGuard::answerInOneForm);
        // before the framework reads anything, after it has put its own limit
        router.route().order(RouteConstants.ROUTE_ORDER_UPLOAD_LIMIT - 1).handler(this::refuseAnnounced);
        router.route().order(RouteConstants.ROUTE_ORDER_UPLOAD_LIMIT + 1).handler(this::limitUnannounced);
        router.route().order(RouteConstants.ROUTE_ORDER_UPLOAD_LIMIT - 2).failureHandler(this::answerUnroutable);
        router.errorHandler(400, c -> answer(c, 400, "VALIDATION_ERROR", "unreadable"));
        router.errorHandler(413, c -> answer(c, 413, "PAYLOAD_TOO_LARGE", "too_large"));
    }

    private void refuseHead(RoutingContext context) {
        var address = context.request().uri();
        if (address.length() > LONGEST_ADDRESS) refuse(context, 414, "URI_TOO_LONG", "address_too_long");
        else if (!isAddress(address)) refuse(context, 400, "VALIDATION_ERROR", "unreadable");
        else if (head(context) > LARGEST_HEAD) refuse(context, 431, "HEADERS_TOO_LARGE", "headers_too_large");
        else context.next();
    }

    /** No usable Host (RFC 9112, 3.2): no route sees the request, and Quarkus would log it as an error of ours. */
    private void answerUnroutable(RoutingContext context) {
        if (context.statusCode() == 400 && context.failure() instanceof VertxException) {
            refuse(context, 400, "VALIDATION_ERROR", "unreadable");
        } else {
            context.next();
        }
    }

    private static boolean isAddress(String text) {
        try {
            return !new URI(text).toString().isEmpty();
        } catch (URISyntaxException e) {
            return false;
        }
    }

    /** Each address has one form. Who asks for another gets it nevertheless (RFC 9110, 12.5.1), as with a refusal. */
    private static void answerInOneForm(RoutingContext context) {
        if (!context.normalizedPath().startsWith("/api/openapi")) {
            context.request().headers().remove(HttpHeaders.ACCEPT);
        }
        context.next();
    }

    private static int head(RoutingContext context) {
        int length = 0;
        for (var header : context.request().headers()) {
            length += header.getKey().length() + header.getValue().length();
        }
        return length;
    }

    private long limit(RoutingContext context) {
        if (context.normalizedPath().startsWith("/api/webhooks/fonnte/")) return LARGEST_REPORT;
        if (context.normalizedPath().startsWith("/api/webhooks/")) return MEGABYTE;
        if (hasFile(context)) return largestUpload;
        return context.normalizedPath().equals("/api/transactions/bulk") ? LARGEST_BULK : MEGABYTE;
    }

    private static boolean hasFile(RoutingContext context) {
        var type = context.request().getHeader(HttpHeaders.CONTENT_TYPE);
        return type != null && type.toLowerCase(Locale.ROOT).startsWith("multipart/form-data");
    }

    private void refuseAnnounced(RoutingContext context) {
        if (length(context) <= limit(context)) {
            context.next();
            return;
        }
        refuse(context, 413, "PAYLOAD_TOO_LARGE", "too_large");
    }

    /**
     * The connection can't be used again. What is still coming is thrown away for a moment before it is closed: a
     * sender in the middle of it would see a broken connection instead of the answer.
     */
    private void refuse(RoutingContext context, int status, String code, String key) {
        var request = context.request();
        context.response().putHeader(HttpHeaders.CONNECTION, "close");
        if (request.isEnded()) {
            context.response().endHandler(_ -> request.connection().close());
        } else {
            long late = context.vertx()
                    .setTimer(LINGER.toMillis(), _ -> request.connection().close());
            request.handler(_ -> {}).exceptionHandler(_ -> {}).endHandler(_ -> {
                context.vertx().cancelTimer(late);
                request.connection().close();
            });
        }
        answer(context, status, code, key);
        request.resume();
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
        var cookie = context.request().getCookie(Language.COOKIE);
        // as it was sent: it may be what can't be read
        var language = Language.of(
                String.valueOf(context.request().path()),
                cookie == null ? null : cookie.getValue(),
                context.request().getHeader(HttpHeaders.ACCEPT_LANGUAGE));
        var sentence = Words.say(language, key);
        // a form of a page, whose reader sees the answer as it is
        if (hasFile(context) && !context.normalizedPath().startsWith("/api/")) {
            context.response()
                    .setStatusCode(status)
                    .putHeader(HttpHeaders.CONTENT_TYPE, "text/html;charset=utf-8")
                    .putHeader("Content-Security-Policy", "default-src 'none'")
                    .end("<!doctype html><title>" + status + "</title><p>" + sentence + "</p>");
            return;
        }
        try {
            var body = json.writeValueAsString(Envelope.failure(code, sentence, List.of()));
            context.response()
                    .setStatusCode(status)
                    .putHeader(HttpHeaders.CONTENT_TYPE, "application/json;charset=utf-8")
                    .end(body);
        } catch (JsonProcessingException e) {
            context.fail(e);
        }
    }
}
