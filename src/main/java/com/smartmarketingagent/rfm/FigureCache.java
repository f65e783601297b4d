package com.smartmarketingagent.rfm;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Metrics;
import com.smartmarketingagent.platform.UserId;
import com.smartmarketingagent.rfm.RfmRepository.Movement;
import com.smartmarketingagent.rfm.RfmRepository.Run;
import com.smartmarketingagent.rfm.RfmRepository.SegmentTotals;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Figures of a shop's sales and analyses that took long to work out, kept until a sale or an analysis changes: in this
 * node's memory for an hour, below it in a table that all nodes share and a node that was asleep begins with. Whoever
 * reads asks in the same snapshot what the figures stand on ({@link FigureCacheRepository#mark}), so what is shown is
 * never of another state than the rest of the page, on any node, and nobody has to be told of a change (decision 0025).
 *
 * <p>What is worked out quickly isn't kept. Only figures belong here, nothing that names a customer but the names of
 * products, which may: whoever is erased leaves all of the shop's with another mark.
 */
@Singleton
public class FigureCache {

    private static final Logger LOG = Logger.getLogger(FigureCache.class);

    /** What takes less is asked anew: finding it here costs a millisecond. */
    static final Duration WORTH = Duration.ofMillis(20);

    private static final Duration IN_MEMORY = Duration.ofHours(1);
    /** Bytes of JSON, of all shops together; as objects they are a few times as much. */
    private static final long MEMORY = 2_000_000;

    private static final int SMALLEST = 200;

    /** Figures change their mark while somebody waits for them as often as a shop sells; then each works for itself. */
    private static final int MOST_WAITS = 3;

    private final Db db;
    private final FigureCacheRepository table;
    private final RfmRepository analyses;
    private final ObjectMapper json;
    private final Metrics metrics;
    private final Duration worth;
    private final Cache<Key, Kept> memory = Caffeine.newBuilder()
            .maximumWeight(MEMORY)
            .weigher((Key key, Kept kept) -> kept.weight())
            .expireAfterWrite(IN_MEMORY)
            .build();
    private final ConcurrentMap<Work, CompletableFuture<Void>> working = new ConcurrentHashMap<>();

    @Inject
    FigureCache(Db db, FigureCacheRepository table, RfmRepository analyses, ObjectMapper json, Metrics metrics) {
        this(db, table, analyses, json, metrics, WORTH);
    }

    /** @param worth from which time on figures are kept */
    FigureCache(
            Db db,
            FigureCacheRepository table,
            RfmRepository analyses,
            ObjectMapper json,
            Metrics metrics,
            Duration worth) {
        this.db = db;
        this.table = table;
        this.analyses = analyses;
        this.json = json;
        this.metrics = metrics;
        this.worth = worth;
    }

    private record Key(UserId user, String what) {}

    /** @param mark null, as {@code figures} are, of what isn't worth keeping */
    private record Kept(@Nullable String mark, @Nullable Object figures, int weight) {}

    /** Figures that are being worked out. */
    private record Work(Key key, String mark) {}

    /** What to write down after the transaction. */
    private record Fresh(String what, String mark, String figures) {}

    /** Somebody else on this node works it out: to be waited for without a connection. */
    private static final class Busy extends RuntimeException {
        private final transient CompletableFuture<Void> done;

        Busy(CompletableFuture<Void> done) {
            super(null, null, false, false);
            this.done = done;
        }
    }

    /**
     * Reads in one snapshot, as {@link Db#inTenantSnapshot} does.
     *
     * @param work is done again where somebody else was just working out what it asks for
     */
    public <T> T inSnapshot(UserId user, Function<Snapshot, T> work) {
        return inSnapshot(user, in -> db.inTenantSnapshot(user, in), work);
    }

    /** The same for what reads much: from a replica, where one knows all that these figures stand on. */
    public <T> T inReportSnapshot(UserId user, Function<Snapshot, T> work) {
        return inSnapshot(user, in -> report(user, in), work);
    }

    /** For lists of sales that are read from page to page. */
    public <T> T report(UserId user, Function<Handle, T> work) {
        if (!db.hasReplica()) return db.inTenantSnapshot(user, work);
        var known = db.inTenant(user, tx -> table.mark(tx, user));
        var read = db.inTenantOnReplica(user, tx -> table.mark(tx, user).equals(known), work);
        metrics.count("replica", "result", read.isPresent() ? "read" : "passed");
        return read.orElseGet(() -> db.inTenantSnapshot(user, work));
    }

    private <T> T inSnapshot(UserId user, Function<Function<Handle, T>, T> open, Function<Snapshot, T> work) {
        for (int waits = 0; ; waits++) {
            var fresh = new ArrayList<Fresh>();
            boolean alone = waits == MOST_WAITS;
            T answer;
            try {
                answer = open.apply(tx -> work.apply(new Snapshot(tx, user, alone, fresh)));
            } catch (Busy busy) {
                count("waited");
                busy.done.join();
                continue;
            }
            if (!fresh.isEmpty()) keep(user, fresh);
            return answer;
        }
    }

    /** That the table takes nothing, or the database goes away meanwhile, is no reason to answer less. */
    private void keep(UserId user, List<Fresh> fresh) {
        try {
            db.inTenantLossy(user, tx -> {
                for (var one : fresh) table.keep(tx, user, one.what(), one.mark(), one.figures());
                table.keepNewest(tx, user);
                return user;
            });
        } catch (RuntimeException e) {
            LOG.warn("Figures could not be kept", e);
        }
    }

    /** One moment of a shop. */
    public final class Snapshot {
        private final Handle tx;
        private final UserId user;
        private final boolean alone;
        private final List<Fresh> fresh;
        private @Nullable String mark;

        private Snapshot(Handle tx, UserId user, boolean alone, List<Fresh> fresh) {
            this.tx = tx;
            this.user = user;
            this.alone = alone;
            this.fresh = fresh;
        }

        public Handle tx() {
            return tx;
        }

        /**
         * Figures of sales and analyses, and of nothing else.
         *
         * @param what names them and everything they depend on besides: days, segments
         * @param work works them out in this snapshot
         */
        public <E> List<E> list(String what, Class<E> type, Supplier<List<E>> work) {
            return get(what, json.getTypeFactory().constructCollectionType(List.class, type), work);
        }

        /** The same for one record. */
        public <T> T one(String what, Class<T> type, Supplier<T> work) {
            return get(what, json.getTypeFactory().constructType(type), work);
        }

        /** As {@link RfmRepository#totals} answers. */
        public List<SegmentTotals> totals(LocalDate day) {
            return list("totals of " + day, SegmentTotals.class, () -> analyses.totals(tx, user, day));
        }

        /** As {@link RfmRepository#movements} answers. */
        public List<Movement> movements(LocalDate before, LocalDate day, @Nullable Segment segment) {
            return list(
                    "movements from " + before + " " + day + " " + (segment == null ? "all" : segment.key()),
                    Movement.class,
                    () -> analyses.movements(tx, user, before, day, segment));
        }

        public record Outside(int customers) {}

        /** As {@link RfmRepository#outsideWindow} answers. */
        public int outsideWindow(Run run) {
            if (run.settings().windowDays() == null) return 0;
            return one("outside " + run.day(), Outside.class, () -> new Outside(analyses.outsideWindow(tx, user, run)))
                    .customers();
        }

        private <T> T get(String what, JavaType type, Supplier<T> work) {
            var key = new Key(user, what);
            var kept = memory.getIfPresent(key);
            if (kept != null && kept.mark() == null) {
                count("not_worth");
                return workOut(key, work);
            }
            var now = mark();
            if (kept != null && now.equals(kept.mark())) {
                count("memory");
                return cast(kept.figures());
            }
            var stored = table.find(tx, user, what, now).orElse(null);
            T found = stored == null ? null : read(stored, type);
            if (found != null && stored != null) {
                count("table");
                memory.put(key, new Kept(now, found, SMALLEST + stored.length()));
                return found;
            }
            return alone ? missed(key, work) : first(key, now, work);
        }

        /** Of those who ask for the same at once one works. */
        private <T> T first(Key key, String now, Supplier<T> work) {
            var mine = new CompletableFuture<Void>();
            var theirs = working.putIfAbsent(new Work(key, now), mine);
            if (theirs != null) throw new Busy(theirs);
            try {
                // who worked before may have ended since we looked
                var kept = memory.getIfPresent(key);
                if (kept == null || !now.equals(kept.mark())) return missed(key, work);
                count("memory");
                return cast(kept.figures());
            } finally {
                working.remove(new Work(key, now), mine);
                mine.complete(null);
            }
        }

        private <T> T missed(Key key, Supplier<T> work) {
            count("missed");
            return workOut(key, work);
        }

        private <T> T workOut(Key key, Supplier<T> work) {
            long began = System.nanoTime();
            var figures = work.get();
            if (System.nanoTime() - began < worth.toNanos()) {
                memory.put(key, new Kept(null, null, SMALLEST));
                return figures;
            }
            var written = write(figures);
            memory.put(key, new Kept(mark(), figures, SMALLEST + written.length()));
            fresh.add(new Fresh(key.what(), mark(), written));
            return figures;
        }

        private String mark() {
            var its = mark;
            if (its == null) mark = its = table.mark(tx, user);
            return its;
        }
    }

    private void count(String result) {
        metrics.count("figure.cache", "result", result);
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // what stands under a name is always of one type
    private static <T> T cast(@Nullable Object figures) {
        return (T) requireNonNull(figures);
    }

    /** Null for what an earlier version wrote otherwise. */
    private <T> @Nullable T read(String stored, JavaType type) {
        try {
            return json.readValue(stored, type);
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    private String write(Object figures) {
        try {
            return json.writeValueAsString(figures);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
