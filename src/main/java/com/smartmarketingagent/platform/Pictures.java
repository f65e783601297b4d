package com.smartmarketingagent.platform;

import com.smartmarketingagent.platform.PublicHost.Resolver;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Pictures that a shop names by an address in the internet. Each is looked at when it is named and not kept: what the
 * address shows later is up to its site, and asked for by those who send it.
 */
@Singleton
public class Pictures {

    private static final Logger LOG = Logger.getLogger(Pictures.class);

    /** In bytes; the least that a channel takes. */
    static final long LARGEST = 4_000_000;

    private static final Duration LIMIT = Duration.ofSeconds(5);

    /** A name with a dot, and no way to write a number. */
    private static final Pattern NAME = Pattern.compile("(?i)(?:[a-z0-9-]+\\.)+[a-z][a-z0-9-]*");

    /** JPEG, PNG and WebP by how they begin, in hexadecimal. */
    private static final Pattern BEGINNING =
            Pattern.compile("ffd8ff.*|89504e470d0a1a0a.*|52494646.{8}57454250.*", Pattern.DOTALL);

    private static final int BEGINNING_LENGTH = 12;

    private final Vertx vertx;
    private final HttpClientOptions options;
    private final Settings settings;
    private final Resolver names;
    private final Duration limit;

    @Inject
    Pictures(Vertx vertx, Settings settings) {
        this(vertx, new HttpClientOptions(), settings, InetAddress::getAllByName, LIMIT);
    }

    Pictures(Vertx vertx, HttpClientOptions options, Settings settings, Resolver names, Duration limit) {
        this.vertx = vertx;
        this.options = options;
        this.settings = settings;
        this.names = names;
        this.limit = limit;
    }

    /** What can be wrong with an address. */
    private enum Trouble {
        ADDRESS("picture.address"),
        UNREACHABLE("picture.unreachable"),
        MOVED("picture.moved"),
        TOO_LARGE("picture.too_large"),
        NONE("picture.none");

        private final String word;

        Trouble(String word) {
            this.word = word;
        }
    }

    /** What is found instead of a picture. */
    private static final class Refused extends RuntimeException {
        private final Trouble trouble;

        Refused(Trouble trouble) {
            super(trouble.word, null, false, false);
            this.trouble = trouble;
        }
    }

    /**
     * Asks once for the picture, at the address that was found to be public and no other, and follows no redirect.
     *
     * @param field whose value it is
     * @param picture in ASCII
     * @throws Problem.Invalid where it isn't by https at the usual port of a public host's name, or no JPEG, PNG or
     *     WebP picture of at most 4 MB is there within 5 s
     */
    public void look(String field, URI picture) {
        var trouble = trouble(picture);
        if (trouble != null) throw new Problem.Invalid(field, trouble.word);
    }

    private @Nullable Trouble trouble(URI picture) {
        boolean anywhere = settings.flag("ALLOW_PRIVATE_HOSTS", false);
        boolean secure = "https".equalsIgnoreCase(picture.getScheme());
        boolean outside = secure
                && (picture.getPort() == -1 || picture.getPort() == 443)
                && NAME.matcher(picture.getHost() == null ? "" : picture.getHost())
                        .matches();
        boolean asked =
                anywhere && picture.getHost() != null && (secure || "http".equalsIgnoreCase(picture.getScheme()));
        if (!outside && !asked) return Trouble.ADDRESS;
        var http = vertx.createHttpClient(options);
        try {
            resolved(picture.getHost(), anywhere)
                    .thenCompose(address -> ask(http, picture, secure, address).toCompletionStage())
                    .get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return null;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Refused refused) return refused.trouble;
            LOG.debug("A picture was not reached", e.getCause());
        } catch (TimeoutException e) {
            LOG.debug("A picture took too long", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            // with every line it has
            http.close();
        }
        return Trouble.UNREACHABLE;
    }

    /** On a thread of its own, because it knows no time limit. */
    private CompletableFuture<InetAddress> resolved(String host, boolean anywhere) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return anywhere
                                ? names.resolve(host)[0]
                                : PublicHost.resolve(host, names).getFirst();
                    } catch (PublicHost.Inside e) {
                        throw new Refused(Trouble.ADDRESS);
                    } catch (UnknownHostException e) {
                        throw new CompletionException(e);
                    }
                },
                lookUp -> Thread.ofPlatform().daemon().start(lookUp));
    }

    private static Future<Void> ask(HttpClient http, URI picture, boolean secure, InetAddress address) {
        int usual = secure ? 443 : 80;
        int port = picture.getPort() == -1 ? usual : picture.getPort();
        var path = picture.getRawPath().isEmpty() ? "/" : picture.getRawPath();
        var request = new RequestOptions()
                .setServer(SocketAddress.inetSocketAddress(port, address.getHostAddress()))
                .setHost(picture.getHost())
                .setPort(port)
                .setSsl(secure)
                .setURI(picture.getRawQuery() == null ? path : path + "?" + picture.getRawQuery())
                .putHeader("User-Agent", "smart-marketing-agent/1")
                .putHeader("Accept", "image/jpeg, image/png, image/webp");
        return http.request(request).compose(asked -> asked.send().compose(Pictures::judged));
    }

    /** Reads its beginning, and all of it where it doesn't say how long it is. */
    private static Future<Void> judged(HttpClientResponse answer) {
        int status = answer.statusCode();
        if (status >= 300 && status < 400) return Future.failedFuture(new Refused(Trouble.MOVED));
        if (status != 200) return Future.failedFuture(new Refused(Trouble.UNREACHABLE));
        var said = answer.getHeader("Content-Length");
        if (said != null && Long.parseLong(said) > LARGEST) return Future.failedFuture(new Refused(Trouble.TOO_LARGE));
        var judged = Promise.<Void>promise();
        var beginning = Buffer.buffer();
        var read = new AtomicLong();
        answer.exceptionHandler(judged::tryFail);
        answer.handler(part -> {
            if (beginning.length() < BEGINNING_LENGTH) beginning.appendBuffer(part);
            boolean begun = beginning.length() >= BEGINNING_LENGTH;
            if (read.addAndGet(part.length()) > LARGEST) judged.tryFail(new Refused(Trouble.TOO_LARGE));
            else if (begun && !isPicture(beginning)) judged.tryFail(new Refused(Trouble.NONE));
            else if (begun && said != null) judged.tryComplete();
        });
        answer.endHandler(_ -> {
            if (isPicture(beginning)) judged.tryComplete();
            else judged.tryFail(new Refused(Trouble.NONE));
        });
        return judged.future();
    }

    private static boolean isPicture(Buffer beginning) {
        var first = beginning.getBytes(0, Math.min(BEGINNING_LENGTH, beginning.length()));
        return BEGINNING.matcher(HexFormat.of().formatHex(first)).matches();
    }
}
