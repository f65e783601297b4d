package com.smartmarketingagent.live;

import com.smartmarketingagent.account.Sessions;
import com.smartmarketingagent.live.LiveRepository.Marks;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.UserId;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.MultiEmitter;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Looks at shops that have open pages, and tells these what changed. One thread asks once per shop, however many pages
 * are open: every two seconds while an import runs or messages are sent, less and less often while nothing happens.
 * Where more shops are watched than it can ask in that time, each waits a little longer; it never holds more than one
 * connection.
 */
@Singleton
class ShopWatch {

    static final Duration LIFE = Duration.ofMinutes(10);
    static final Duration HEARTBEAT = Duration.ofSeconds(20);
    static final int MOST_PAGES = 20;
    /** The word that says nothing but that the server is there. */
    static final String ALIVE = "alive";

    private static final Logger LOG = Logger.getLogger(ShopWatch.class);

    private final Db db;
    private final LiveRepository repository;
    private final Sessions sessions;
    private final Clock clock;
    private final Duration soon;
    private final Duration latest;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("live").daemon().factory());
    /** Touched by that thread only. */
    private final Map<UserId, Watched> shops = new HashMap<>();

    /** @param lookMs how soon it looks again where something happens */
    ShopWatch(
            Db db,
            LiveRepository repository,
            Sessions sessions,
            Clock clock,
            @ConfigProperty(name = "live.look-ms") int lookMs) {
        this.db = db;
        this.repository = repository;
        this.sessions = sessions;
        this.clock = clock;
        soon = Duration.ofMillis(lookMs);
        latest = Duration.ofMillis(lookMs * 5L / 2);
        thread.scheduleWithFixedDelay(this::lookAround, 250, 250, TimeUnit.MILLISECONDS);
        // a server that stops waits for its answers, and these would never end
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(this::stop));
    }

    /**
     * One thing to say to a page.
     *
     * @param word what changed, or {@link #ALIVE}
     * @param seen what the page knows by then, to be shown when it comes back
     */
    record Told(String word, String seen) {}

    private static final class Watched {
        private final Deque<Page> pages = new ArrayDeque<>();
        private Duration every = Duration.ZERO;
        private Instant due = Instant.EPOCH;
    }

    private final class Page {
        private final UUID session;
        private final MultiEmitter<? super Told> out;
        private final Instant until = clock.instant().plus(LIFE);
        private Instant spoke = clock.instant();
        private @Nullable Map<String, String> seen;

        Page(UUID session, @Nullable String seen, MultiEmitter<? super Told> out) {
            this.session = session;
            this.seen = seen == null ? null : read(seen);
            this.out = out;
        }

        /** A page that comes for the first time was made a moment ago: only what moved since can be news to it. */
        void tell(Marks marks) {
            boolean first = seen == null;
            Map<String, String> known = seen == null ? new LinkedHashMap<>() : seen;
            if (first) {
                seen = known;
                if (!marks.importsMoved()) known.put("import", marks.imports());
                if (!marks.importsMoved()) known.put("progress", marks.progress());
                if (!marks.analysisMoved()) known.put("analysis", marks.analysis());
                if (!marks.noticesMoved()) known.put("notice", marks.notices());
                if (!marks.campaignsMoved()) known.put("campaign", marks.campaigns());
                known.put("sale", sales(marks));
            }
            news(known, "import", marks.imports());
            news(known, "progress", marks.progress());
            news(known, "analysis", marks.analysis());
            news(known, "notice", marks.notices());
            news(known, "campaign", marks.campaigns());
            // none left: that an analysis took them in is said already
            if (marks.sales() == 0) known.put("sale", sales(marks));
            else news(known, "sale", sales(marks));
            if (first || clock.instant().isAfter(spoke.plus(HEARTBEAT))) say(ALIVE, known);
        }

        private static String sales(Marks marks) {
            return String.valueOf(marks.sales());
        }

        private void news(Map<String, String> known, String word, String mark) {
            if (!mark.equals(known.put(word, mark))) say(word, known);
        }

        private void say(String word, Map<String, String> known) {
            spoke = clock.instant();
            out.emit(new Told(word, write(known)));
        }
    }

    private static String write(Map<String, String> seen) {
        var text = new ArrayList<String>();
        seen.forEach((word, mark) -> text.add(word + "=" + mark));
        return String.join(",", text);
    }

    /** What can't be read is as good as nothing: all is told anew. */
    private static Map<String, String> read(String seen) {
        var marks = new LinkedHashMap<String, String>();
        for (var one : seen.split(",", -1)) {
            int is = one.indexOf('=');
            if (is > 0) marks.put(one.substring(0, is), one.substring(is + 1));
        }
        return marks;
    }

    /**
     * What changes in this shop, until the session is over or ten minutes are.
     *
     * @param seen what the page said it knows; null when it comes for the first time
     */
    Multi<Told> follow(UserId user, UUID session, @Nullable String seen) {
        return Multi.createFrom().emitter(out -> soon(() -> join(user, new Page(session, seen, out))));
    }

    private void soon(Runnable work) {
        if (!thread.isShutdown()) thread.execute(work);
    }

    private void join(UserId user, Page page) {
        var shop = shops.computeIfAbsent(user, u -> new Watched());
        if (shop.pages.size() >= MOST_PAGES) shop.pages.removeFirst().out.complete();
        shop.pages.addLast(page);
        shop.every = soon;
        page.out.onTermination(() -> soon(() -> leave(user, page)));
        look(user, shop);
    }

    private void leave(UserId user, Page page) {
        var shop = shops.get(user);
        if (shop != null && shop.pages.remove(page) && shop.pages.isEmpty()) shops.remove(user);
    }

    private void lookAround() {
        var now = clock.instant();
        for (var shop : new ArrayList<>(shops.entrySet())) {
            if (!shop.getValue().due.isAfter(now)) look(shop.getKey(), shop.getValue());
        }
    }

    private void look(UserId user, Watched shop) {
        try {
            for (var page : new ArrayList<>(shop.pages)) {
                boolean over = clock.instant().isAfter(page.until) || !sessions.isOpen(user, page.session);
                if (over) page.out.complete();
                if (over) shop.pages.remove(page);
            }
            if (shop.pages.isEmpty()) {
                shops.remove(user);
                return;
            }
            var marks = db.inTenant(user, tx -> repository.marks(tx, user));
            shop.pages.forEach(page -> page.tell(marks));
            shop.every = marks.busy() ? soon : less(shop.every);
        } catch (RuntimeException e) {
            // the database may be back next time; the pages stay
            LOG.warn("A shop could not be looked at", e);
            shop.every = latest;
        }
        shop.due = clock.instant().plus(shop.every);
    }

    private Duration less(Duration every) {
        var twice = every.multipliedBy(2);
        return twice.compareTo(latest) > 0 ? latest : twice;
    }

    /** Pages come back by themselves, to a server that is there. */
    @PreDestroy
    void stop() {
        thread.shutdown();
        try {
            // nobody else touches the shops from now on
            if (!thread.awaitTermination(2, TimeUnit.SECONDS)) return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        for (var shop : new ArrayList<>(shops.values())) shop.pages.forEach(page -> page.out.complete());
    }
}
