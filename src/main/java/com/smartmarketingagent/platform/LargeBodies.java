package com.smartmarketingagent.platform;

import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The bodies that threads read while they come: files, and thousands of sales at once. One account has few places, and
 * whoever sends too slowly loses theirs.
 */
final class LargeBodies {

    private static final String KEY = LargeBodies.class.getName();

    private final int places;
    private final int placesOfOne;
    private final Duration between;
    private final long least;
    private final long leastWhereFull;
    private final Set<Body> admitted = new HashSet<>();

    /**
     * @param places of all
     * @param placesOfOne of an account
     * @param between looks at each
     * @param least bytes that must come between two looks
     * @param leastWhereFull who sent fewer makes room where all places are taken
     */
    LargeBodies(int places, int placesOfOne, Duration between, long least, long leastWhereFull) {
        this.places = places;
        this.placesOfOne = placesOfOne;
        this.between = between;
        this.least = least;
        this.leastWhereFull = leastWhereFull;
    }

    /** Gives it a place until it is answered; false where there is none. For its event loop. */
    boolean admit(RoutingContext context) {
        var body = new Body(context);
        if (!take(body) && !(makeRoom() && take(body))) return false;
        context.put(KEY, body);
        long watch = context.vertx().setPeriodic(between.toMillis(), _ -> {
            if (body.look() < least) body.close();
        });
        context.addEndHandler(_ -> {
            context.vertx().cancelTimer(watch);
            leave(body);
        });
        return true;
    }

    /**
     * Says whose it is, once that is known.
     *
     * @throws Problem.TooMany if the account has all its places already
     */
    synchronized void belongs(RoutingContext context, UserId account) {
        var body = Objects.requireNonNull(context.<Body>get(KEY));
        if (admitted.stream().filter(b -> account.equals(b.account)).count() >= placesOfOne)
            throw new Problem.TooMany(between, "too_many_uploads");
        body.account = account;
    }

    // A connection has a lock of its own, which whoever leaves holds: none is touched while we hold ours.

    private synchronized boolean take(Body body) {
        return admitted.size() < places && admitted.add(body);
    }

    private synchronized void leave(Body body) {
        admitted.remove(body);
    }

    private synchronized List<Body> all() {
        return List.copyOf(admitted);
    }

    private boolean makeRoom() {
        var slowest = all().stream().filter(b -> b.came < leastWhereFull).min(Comparator.comparingLong(b -> b.came));
        slowest.ifPresent(b -> {
            leave(b);
            b.close();
        });
        return slowest.isPresent();
    }

    private static final class Body {
        private final RoutingContext context;
        private long seen;
        /** Bytes between the last two looks; more than any where there was none yet, or all is there. */
        private volatile long came = Long.MAX_VALUE;

        private @Nullable UserId account;

        Body(RoutingContext context) {
            this.context = context;
        }

        long look() {
            long now = context.request().bytesRead();
            came = context.request().isEnded() ? Long.MAX_VALUE : now - seen;
            seen = now;
            return came;
        }

        void close() {
            context.request().connection().close();
        }
    }
}
