package com.smartmarketingagent.platform;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.impl.RoutingContextInternal;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The bodies of requests, taken in before a thread waits for them: who sends a byte now and then keeps nobody from
 * anything. All are held in memory until they are answered; where there is no more room, the one that has been on its
 * way for longest goes.
 */
final class Bodies {

    /** Says no, and ends the connection. */
    @FunctionalInterface
    interface Refusal {
        void say(RoutingContext context, int status, String code, String key);
    }

    private final long room;
    private final Duration longest;
    private final Refusal refusal;

    /** Those that are not whole yet, in the order in which they began. */
    private final Set<Body> arriving = new LinkedHashSet<>();

    private long held;

    /**
     * @param room bytes of all that are held
     * @param longest from the head of a request to the end of its body
     */
    Bodies(long room, Duration longest, Refusal refusal) {
        this.room = room;
        this.longest = longest;
        this.refusal = refusal;
    }

    /** Goes on with the request once its body is whole. For its event loop. */
    void take(RoutingContext context, long most) {
        var body = new Body(context, most);
        var request = context.request();
        context.addEndHandler(_ -> forget(body));
        synchronized (this) {
            arriving.add(body);
        }
        body.timer =
                context.vertx().setTimer(longest.toMillis(), _ -> refuse(body, 408, "REQUEST_TIMEOUT", "too_slow"));
        request.handler(piece -> add(body, piece)).endHandler(_ -> goOn(body));
        if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT)))
            context.response().writeContinue();
        request.resume();
    }

    private void add(Body body, Buffer piece) {
        if (body.content.length() + piece.length() > body.most) {
            refuse(body, 413, "PAYLOAD_TOO_LARGE", "too_large");
            return;
        }
        body.content.appendBuffer(piece);
        synchronized (this) {
            if (!arriving.contains(body)) return;
            held += piece.length();
            body.held += piece.length();
            while (held > room && !arriving.isEmpty()) {
                var first = arriving.iterator().next();
                release(first);
                first.loop.runOnContext(_ -> say(first, 503, "SERVICE_UNAVAILABLE", "unavailable"));
            }
        }
    }

    private void goOn(Body body) {
        synchronized (this) {
            if (!arriving.remove(body)) return;
        }
        body.context.vertx().cancelTimer(body.timer);
        ((RoutingContextInternal) body.context).setBody(body.content);
        body.context.next();
    }

    private void refuse(Body body, int status, String code, String key) {
        synchronized (this) {
            if (!arriving.contains(body)) return;
            release(body);
        }
        say(body, status, code, key);
    }

    private void say(Body body, int status, String code, String key) {
        body.context.vertx().cancelTimer(body.timer);
        body.content = Buffer.buffer();
        refusal.say(body.context, status, code, key);
    }

    /** Answered, or its sender is gone. */
    private synchronized void forget(Body body) {
        body.context.vertx().cancelTimer(body.timer);
        release(body);
    }

    private void release(Body body) {
        arriving.remove(body);
        held -= body.held;
        body.held = 0;
    }

    private static final class Body {
        private final RoutingContext context;
        private final Context loop;
        private final long most;
        private Buffer content = Buffer.buffer();
        /** As it is counted. */
        private long held;

        private long timer;

        Body(RoutingContext context, long most) {
            this.context = context;
            this.most = most;
            loop = context.vertx().getOrCreateContext();
        }
    }
}
