package com.smartmarketingagent.platform;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.quarkus.vertx.http.runtime.RouteConstants;
import io.quarkus.vertx.http.runtime.VertxHttpRecorder;
import io.vertx.core.VertxException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
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
    /** On a heap of 96 MB: for all bodies that are held in memory. */
    private static final long ROOM = 12 * MEGABYTE;
    /** From a phone at the edge of the network a form comes in a second or two. */
    private static final Duration LONGEST = Duration.ofSeconds(30);
    /** Of those that are read by threads, which are 200. */
    private static final int LARGE_AT_ONCE = 64;

    private static final int LARGE_OF_ONE = 4;
    /** Of a large one; the slowest phones send ten times as many. */
    private static final int BYTES_A_SECOND = 500;

    /** The one button of who wants no more messages, which anybody can press. */
    private static final long LARGEST_REFUSAL = 16 << 10;

    /** Of a POST with a file. Each asks who sends it before it is read. */
    private static final Set<String> TAKING_FILES =
            Set.of("/imports", "/profile/move", "/api/customers/import", "/api/transactions/import", "/api/export");

    /** Of a PUT that is nothing but a file, for who has a link: with the link alone it is known whose it is. */
    private static final String TAKING_SENT = "/api/uploads/";

    private static final Pattern TAKING_PICTURES = Pattern.compile("/campaigns/[^/]+/picture|/api/pictures");

    private static final Set<HttpMethod> WITH_BODY =
            Set.of(HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH, HttpMethod.DELETE);

    private static final String BULK = "/api/transactions/bulk";
    private static final String REPORTS = "/api/webhooks/";
    /** Characters. The HTTP layer reads more, because what it refuses by itself is not in the envelope. */
    private static final int LONGEST_ADDRESS = 8_192;

    private static final int LARGEST_HEAD = 16_384;
    /** For how long a body that nobody wants is read. */
    private static final Duration LINGER = Duration.ofSeconds(2);

    private final ObjectMapper json;
    private final long largestUpload;
    private final Bodies bodies = new Bodies(ROOM, LONGEST, this::refuse);
    private final LargeBodies large = new LargeBodies(
            LARGE_AT_ONCE,
            LARGE_OF_ONE,
            LONGEST,
            BYTES_A_SECOND * LONGEST.toSeconds(),
            10 * BYTES_A_SECOND * LONGEST.toSeconds());
    private final CurrentUser user;

    HttpGuard(ObjectMapper json, CurrentUser user, Settings settings) {
        this.json = json;
        this.user = user;
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
        router.route().order(RouteConstants.ROUTE_ORDER_UPLOAD_LIMIT + 1).handler(this::takeIn);
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
        // a report is kept as it came, whatever it says it is: nobody is to read it as a form
        if (context.normalizedPath().startsWith(REPORTS)) {
            context.request().headers().remove(HttpHeaders.CONTENT_TYPE);
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
        var path = path(context);
        if (path.startsWith(REPORTS + "fonnte/")) return LARGEST_REPORT;
        if (path.startsWith("/u/")) return LARGEST_REFUSAL;
        if (TAKING_FILES.contains(path) && hasFile(context)) return largestUpload;
        if (isSent(context)) return largestUpload;
        if (TAKING_PICTURES.matcher(path).matches() && hasFile(context))
            return Math.min(largestUpload, Photo.LARGEST + MEGABYTE);
        return path.equals(BULK) ? LARGEST_BULK : MEGABYTE;
    }

    private static String path(RoutingContext context) {
        return context.normalizedPath().replaceFirst("(?<=.)/$", "");
    }

    private static boolean isSent(RoutingContext context) {
        return context.request().method() == HttpMethod.PUT
                && context.normalizedPath().startsWith(TAKING_SENT);
    }

    private static boolean hasFile(RoutingContext context) {
        var type = context.request().getHeader(HttpHeaders.CONTENT_TYPE);
        return type != null && type.toLowerCase(Locale.ROOT).startsWith("multipart/form-data");
    }

    private void refuseAnnounced(RoutingContext context) {
        if (length(context) > limit(context)) {
            refuse(context, 413, "PAYLOAD_TOO_LARGE", "too_large");
        } else if (isLarge(context) && !large.admit(context)) {
            refuse(context, 503, "SERVICE_UNAVAILABLE", "unavailable");
        } else {
            context.next();
        }
    }

    /** What a thread reads while it comes, once it is known who sends it. */
    private static boolean isLarge(RoutingContext context) {
        var path = path(context);
        boolean takesFile =
                TAKING_FILES.contains(path) || TAKING_PICTURES.matcher(path).matches();
        return isSent(context)
                || WITH_BODY.contains(context.request().method())
                        && (path.equals(BULK) || takesFile && hasFile(context));
    }

    private static boolean isUnannounced(RoutingContext context) {
        return context.request().headers().contains(HttpHeaders.TRANSFER_ENCODING);
    }

    /**
     * The connection can't be used again. What is still coming is thrown away for a moment before it is closed: a
     * sender in the middle of it would see a broken connection instead of the answer.
     */
    private void refuse(RoutingContext context, int status, String code, String key) {
        context.response().putHeader(HttpHeaders.CONNECTION, "close");
        if (context.request().isEnded()) {
            context.response().endHandler(_ -> context.request().connection().close());
            answer(context, status, code, key);
        } else {
            throwAway(context);
            answer(context, status, code, key);
            context.request().resume();
        }
    }

    private static void throwAway(RoutingContext context) {
        var request = context.request();
        long late = context.vertx()
                .setTimer(LINGER.toMillis(), _ -> request.connection().close());
        request.handler(_ -> {}).exceptionHandler(_ -> {}).endHandler(_ -> {
            context.vertx().cancelTimer(late);
            request.connection().close();
        });
    }

    /** Once it is answered. */
    private static void endUnread(RoutingContext context) {
        var request = context.request();
        if (request.isEnded()) {
            request.connection().close();
        } else {
            throwAway(context);
            request.resume();
        }
    }

    private static long length(RoutingContext context) {
        @Nullable String length = context.request().getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return length == null ? 0 : Long.parseLong(length.strip());
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }

    private void takeIn(RoutingContext context) {
        // a form sent in chunks is counted by who reads it
        context.put(VertxHttpRecorder.MAX_REQUEST_SIZE_KEY, isOurs(context) ? Long.MAX_VALUE : limit(context));
        boolean hasBody = length(context) > 0 || isUnannounced(context);
        if (hasBody && WITH_BODY.contains(context.request().method()) && !isLarge(context))
            bodies.take(context, limit(context));
        else context.next();
    }

    /** Counted by us: the framework would end the answer before there is one, and log the whole address. */
    private static boolean isOurs(RoutingContext context) {
        return path(context).equals(BULK) && isUnannounced(context);
    }

    /** Once it is known who asks. */
    @ServerRequestFilter
    public void count(ContainerRequestContext request, RoutingContext context) {
        if (isSent(context)) {
            // who sends on nevertheless, whatever was answered; of one that hung up its reader is told by the stream
            context.response().putHeader(HttpHeaders.CONNECTION, "close");
            context.addEndHandler(answered -> {
                if (answered.succeeded()) endUnread(context);
            });
            request.setEntityStream(new Unclosed(request.getEntityStream()));
            return;
        }
        try {
            if (isLarge(context) && user.signedIn()) large.belongs(context, user.id());
        } catch (Problem.TooMany e) {
            context.response().putHeader(HttpHeaders.CONNECTION, "close");
            context.addEndHandler(_ -> endUnread(context));
            throw e;
        }
        if (isOurs(context)) request.setEntityStream(new Counted(request.getEntityStream(), context, limit(context)));
    }

    /**
     * Says whose a file is that comes by a link.
     *
     * @throws Problem.TooMany if the account has all its places already
     */
    public void belongs(RoutingContext context, UserId owner) {
        if (isSent(context)) large.belongs(context, owner);
    }

    /** A body that may have so many bytes. Who sends more is answered, and the connection ends. */
    private static final class Counted extends FilterInputStream {
        private final RoutingContext context;
        private long left;
        private boolean closed;

        Counted(InputStream in, RoutingContext context, long most) {
            super(in);
            this.context = context;
            left = most;
        }

        @Override
        public int read() throws IOException {
            int read = in.read();
            if (read >= 0) count(1);
            return read;
        }

        @Override
        public int read(byte[] bytes, int from, int most) throws IOException {
            int read = in.read(bytes, from, most);
            if (read > 0) count(read);
            return read;
        }

        private void count(int read) {
            boolean wasRight = left >= 0;
            left -= read;
            if (left >= 0) return;
            if (wasRight) {
                context.response().putHeader(HttpHeaders.CONNECTION, "close");
                context.addEndHandler(_ -> endUnread(context));
            }
            throw new Problem.TooLarge("too_large");
        }

        /** The stream below reads to its end, wherever that is. */
        @Override
        public void close() throws IOException {
            if (closed) return;
            closed = true;
            var rest = new byte[8_192];
            while (left >= 0) {
                int read = in.read(rest);
                if (read < 0) break;
                left -= read;
                if (left < 0) context.addEndHandler(_ -> endUnread(context));
            }
            if (left >= 0) in.close();
        }
    }

    /** The stream below waits for its end when it is closed, which may never come; the connection ends here anyway. */
    private static final class Unclosed extends FilterInputStream {
        Unclosed(InputStream in) {
            super(in);
        }

        @Override
        public void close() {}
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
