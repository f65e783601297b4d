package com.smartmarketingagent.platform;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.CompletionHandler.OnCompleteRemove;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.FixedDelay;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Reception;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Work that outlives its request, kept in the table {@code jobs.scheduled_tasks}: it survives a crash, and of any
 * number of nodes one does it. What is due is said by the database's time, whatever this machine's clock says.
 *
 * <p>While anything is due, is being done by any node, or requests use the database through this node, the table is
 * looked at every ten seconds. Otherwise the database is left alone, so that one that suspends itself can, until the
 * next due time or a {@link #wakeUp}, and for an hour at most. What one node enqueued it does itself; where it dies
 * before, another takes over at its next look: within seconds where it has anything to do or is asked anything, else
 * within the hour.
 */
@Singleton
public class Jobs {

    private static final Logger LOG = Logger.getLogger(Jobs.class);

    /**
     * So many may wait for providers at once, and one that stalls keeps nobody else from sending. The library's own
     * number says only how many it asks for, so there are no more threads than that; what waits for one is in nobody's
     * hands yet.
     */
    private static final int AT_ONCE = 32;

    private static final int ID_LENGTH = 36;

    /** By its machine and process. */
    private static final String NODE = new SchedulerName.Hostname().getName() + " "
            + ProcessHandle.current().pid();

    private static final Duration SOON = Duration.ofSeconds(1);
    /** What failed for a reason of its own is tried again after this. */
    private static final Duration AGAIN = Duration.ofMinutes(1);
    /** Clocks of two machines drift apart; what was enqueued just now must not seem to lie ahead. */
    private static final Duration KNOWN_FOR = Duration.ofMinutes(1);

    /**
     * @param look from one look at the table to the next, while something goes on
     * @param heartbeat of who does a job; six that are missing, and it is taken for dead
     * @param sleep how long the table is not looked at at most, while nothing does
     */
    record Rhythm(Duration look, Duration heartbeat, Duration sleep) {
        static final Rhythm USUAL = new Rhythm(Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofHours(1));
    }

    private final Db db;
    private final Iterable<Job> jobs;
    private final Metrics metrics;
    private final Rhythm rhythm;
    private final DatabaseTime time;
    private final Jdbi table;
    private final HeavyPlaces heavy = new HeavyPlaces();
    /** How many of a job, and of a shop's of it, are being done here; {@code synchronized}. */
    private final Map<String, Integer> inHand = new HashMap<>();
    /** After the end it looks at nothing any more, and that is no failure. */
    private final ScheduledExecutorService timer = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("jobs-timer").daemon().factory(), new ThreadPoolExecutor.DiscardPolicy());
    /** Counts what may have given us something to do. */
    private final AtomicLong news = new AtomicLong();
    /** The {@link #news} after which nothing was to do: as long as there are no other, we sleep. */
    private volatile long settled = -1;

    private final Lock ending = new ReentrantLock();
    private volatile boolean ends;

    private @Nullable Future<?> alarm;
    private @Nullable Scheduler scheduler;

    @Inject
    Jobs(Db db, @Any Instance<Job> jobs, DatabaseTime time, Metrics metrics) {
        this(db, jobs, time, metrics, Rhythm.USUAL);
    }

    Jobs(Db db, Iterable<Job> jobs, DatabaseTime time, Metrics metrics, Rhythm rhythm) {
        this.metrics = metrics;
        this.db = db;
        this.jobs = jobs;
        this.rhythm = rhythm;
        this.time = time;
        table = Pool.configure(Jdbi.create(db.jobsDataSource()));
    }

    /**
     * A kind of work. It must be repeatable: a node that dies in the middle is succeeded by another, and what was
     * enqueued and throws is tried again every minute, or as soon as the database is there that was away.
     */
    public interface Job {
        String name();

        /** How often it is done by itself; null for work that is only done when enqueued. */
        default @Nullable Duration every() {
            return null;
        }

        /** @param instance what was enqueued; of no meaning for work done by itself */
        void run(String instance);

        /** What of it lies on a node's disk is looked after by each: when it starts, and daily. */
        default void tidy() {}

        /**
         * Whether it keeps the machine busy. Of these a node does two at once, one of a shop's; those of the others are
         * next, shop by shop.
         */
        default boolean isHeavy() {
            return false;
        }

        /** How many of it a node does at once, and half as many of one shop's; the others are put off. */
        default int atOnce() {
            return Integer.MAX_VALUE;
        }

        /** When what was enqueued and has just been done is to be done again; null for never. */
        default @Nullable Instant again(String instance) {
            return null;
        }
    }

    public void start() {
        scheduler = db.patiently(this::started);
        long every = rhythm.look().toMillis();
        timer.scheduleWithFixedDelay(this::tick, 0, every, TimeUnit.MILLISECONDS);
        timer.scheduleAtFixedRate(() -> Thread.startVirtualThread(this::tidy), 0, 1, TimeUnit.DAYS);
    }

    private Scheduler started() {
        if (db.ownsEmbedded()) releaseWorkOfTheDead();
        see();
        var whenEnqueued = new ArrayList<Task<?>>();
        var byItself = new ArrayList<RecurringTask<Void>>();
        for (var job : jobs) {
            var every = job.every();
            if (every == null) {
                whenEnqueued.add(Tasks.custom(job.name(), Void.class)
                        .onDeadExecutionRevive()
                        .onFailure((failed, operations) -> {
                            var at = time.now().plus(patience(failed.getCause()));
                            tell(() -> operations.reschedule(failed, at));
                            lookAgain(at);
                        })
                        .execute((instance, context) -> {
                            var outcome = done(job, instance.getId());
                            return (complete, operations) -> tell(() -> outcome.complete(complete, operations));
                        }));
            } else {
                byItself.add(Tasks.recurring(job.name(), FixedDelay.of(every))
                        .execute((instance, context) -> run(job, instance.getId())));
            }
        }
        var begun = Scheduler.create(db.jobsDataSource(), whenEnqueued)
                .startTasks(byItself)
                .tableName("jobs.scheduled_tasks")
                .schedulerName(new SchedulerName.Fixed(NODE))
                .threads(AT_ONCE)
                .executorService(
                        Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().factory()))
                .clock(time)
                // we look in its place
                .pollingInterval(rhythm.sleep().multipliedBy(24))
                .heartbeatInterval(rhythm.heartbeat())
                .housekeeperExecutor(new Housekeeping(this::hasHouseToKeep))
                .shutdownMaxWait(Duration.ofSeconds(15))
                .enableImmediateExecution()
                .build();
        begun.start();
        return begun;
    }

    private void tidy() {
        for (var job : jobs) {
            try {
                job.tidy();
            } catch (RuntimeException e) {
                LOG.warn("This node's disk is not tidied by " + job.name() + "; it is tried again tomorrow", e);
            }
        }
    }

    /** What there is to do, as the database says. */
    private record Seen(Instant now, @Nullable Instant next, boolean isBusy) {}

    private Seen see() {
        long asked = System.nanoTime();
        var seen = table.withHandle(tx -> tx.createQuery("""
                        SELECT clock_timestamp() AS now, (SELECT min(execution_time) FROM jobs.scheduled_tasks WHERE NOT picked) AS next,
                               EXISTS (SELECT FROM jobs.scheduled_tasks WHERE last_heartbeat IS NOT NULL) AS is_busy
                        """)
                .map((row, context) -> new Seen(
                        row.getObject("now", OffsetDateTime.class).toInstant(),
                        Optional.ofNullable(row.getObject("next", OffsetDateTime.class))
                                .map(OffsetDateTime::toInstant)
                                .orElse(null),
                        row.getBoolean("is_busy")))
                .one());
        time.saw(seen.now(), asked);
        return seen;
    }

    private boolean isAwake() {
        return news.get() != settled;
    }

    /** Whether nodes that died are to be looked for, and our own heart has to beat. */
    private boolean hasHouseToKeep() {
        return isAwake()
                || scheduler != null && !scheduler.getCurrentlyExecuting().isEmpty();
    }

    /** Asks the database nothing while we sleep, unless requests keep it awake anyway. */
    private void tick() {
        if (isAwake() || db.wasUsed() || time.isDoubtful(rhythm.look())) look();
    }

    private void look() {
        long told = news.get();
        db.forgetUse();
        try {
            var seen = see();
            boolean due = seen.next() != null && !seen.next().isAfter(seen.now());
            if (due && scheduler != null) scheduler.triggerCheckForDueExecutions();
            settled = due || seen.isBusy() ? told - 1 : told;
            if (alarm != null) alarm.cancel(false);
            var until = due || seen.next() == null ? seen.now().plus(rhythm.sleep()) : seen.next();
            var wait = Duration.between(seen.now(), until);
            alarm = timer.schedule(
                    this::look, Math.min(wait.toMillis(), rhythm.sleep().toMillis()) + 1, TimeUnit.MILLISECONDS);
        } catch (RuntimeException e) {
            settled = told - 1;
            LOG.warn("What is to be done can't be seen; it is looked at again soon", e);
        }
    }

    private CompletionHandler<Void> done(Job job, String instance) {
        var whose = whose(job, instance);
        // this node or another comes back to it
        if (job.isHeavy() && !heavy.begin(whose, System.nanoTime())) return putOff(SOON);
        try {
            var turns = turns(job, instance);
            // not all of them at the same moment again
            if (!begin(turns, job.atOnce()))
                return putOff(SOON.dividedBy(ThreadLocalRandom.current().nextLong(1, 11)));
            try {
                run(job, instance);
            } finally {
                end(turns);
            }
        } finally {
            if (job.isHeavy()) heavy.end(whose);
        }
        var again = job.again(instance);
        if (again == null) return new OnCompleteRemove<>();
        var soonest = time.now().plus(SOON);
        var at = again.isBefore(soonest) ? soonest : again;
        return (complete, operations) -> {
            operations.reschedule(complete, at);
            lookAgain(at);
        };
    }

    /** What had no database may go on as soon as it is there; what was too much for it waits. */
    private static Duration patience(Optional<Throwable> cause) {
        return cause.filter(Db::isGone).isPresent() ? SOON : AGAIN;
    }

    /**
     * Waits for a database that is away: what it isn't told would be in our hands until our missing heartbeats are
     * noticed, which is minutes later.
     */
    private void tell(Runnable outcome) {
        while (true) {
            try {
                outcome.run();
                return;
            } catch (RuntimeException e) {
                if (ends || !Db.isAway(e)) throw e;
                LOG.warnv("What has been done is noted when the database is there: {0}", e.getMessage());
                LockSupport.parkNanos(SOON.toNanos());
            }
        }
    }

    private CompletionHandler<Void> putOff(Duration wait) {
        return (complete, operations) -> {
            var soon = time.now().plus(wait);
            operations.reschedule(complete, soon);
            lookAgain(soon);
        };
    }

    /** The job's, and this shop's of it. */
    private static List<String> turns(Job job, String instance) {
        if (job.atOnce() == Integer.MAX_VALUE) return List.of();
        return List.of(job.name(), job.name() + " " + shop(instance));
    }

    private boolean begin(List<String> turns, int most) {
        synchronized (inHand) {
            int many = most;
            for (var turn : turns) {
                if (inHand.getOrDefault(turn, 0) >= many) return false;
                many = Math.ceilDiv(most, 2);
            }
            for (var turn : turns) inHand.merge(turn, 1, Integer::sum);
            return true;
        }
    }

    private void end(List<String> turns) {
        synchronized (inHand) {
            for (var turn : turns) inHand.computeIfPresent(turn, (_, many) -> many == 1 ? null : many - 1);
        }
    }

    /** The shop's, or what is no shop's. */
    private static String whose(Job job, String instance) {
        var shop = shop(instance);
        return Ids.read(shop).isPresent() ? shop : job.name() + " " + instance;
    }

    /** Most instances begin with whose they are. */
    static String shop(String instance) {
        return instance.substring(0, Math.min(ID_LENGTH, instance.length()));
    }

    /** What the log says until this thread's next job is about this one: its failure is told by the library. */
    private void run(Job job, String instance) {
        MDC.put("job", job.name());
        var shop = Ids.read(shop(instance));
        if (shop.isPresent()) MDC.put(Pool.TENANT, shop.get().toString());
        else MDC.remove(Pool.TENANT);
        long began = System.nanoTime();
        var outcome = "failed";
        try {
            job.run(instance);
            outcome = "done";
        } finally {
            metrics.time("jobs", Duration.ofNanos(System.nanoTime() - began), "job", job.name(), "outcome", outcome);
        }
    }

    /** At the right second rather than at the next look, which sees what is later. */
    private void lookAgain(Instant at) {
        var wait = Duration.between(time.now(), at);
        // a moment later, or it would not be due yet and wait for the next look after all
        if (wait.compareTo(rhythm.look()) < 0)
            timer.schedule(this::wakeUp, Math.max(0, wait.toMillis()) + 5, TimeUnit.MILLISECONDS);
    }

    /**
     * Who works on an embedded database runs on this machine, so of processes that were killed it is seen at once.
     * Elsewhere the missing heartbeats tell, after a minute.
     */
    private void releaseWorkOfTheDead() {
        db.withoutTenantAsWorker(tx -> {
            var dead = tx.createQuery("SELECT DISTINCT picked_by FROM jobs.scheduled_tasks WHERE picked")
                    .mapTo(String.class)
                    .filter(name -> !isAnotherThatLives(name))
                    .list();
            return tx.createUpdate("""
                            UPDATE jobs.scheduled_tasks
                            SET picked = false, picked_by = NULL, last_heartbeat = NULL, version = version + 1
                            WHERE picked AND picked_by = ANY (:dead)
                            """).bindArray("dead", String.class, dead).execute();
        });
    }

    /** This node's, which has done nothing yet, is that of an earlier run with the same number. */
    private static boolean isAnotherThatLives(String node) {
        var pid = node.substring(node.lastIndexOf(' ') + 1);
        return !node.equals(NODE)
                && pid.matches("\\d{1,10}")
                && ProcessHandle.of(Long.parseLong(pid))
                        .flatMap(process -> process.info().command())
                        .filter(command -> command.endsWith("java"))
                        .isPresent();
    }

    /**
     * Queues work within {@code tx}: it exists exactly if the transaction does. Call {@link #wakeUp} after the commit.
     */
    public void enqueue(Handle tx, String name, String instance) {
        enqueue(tx, name, instance, Duration.ZERO);
    }

    /** The same, to be done so much later. */
    public void enqueue(Handle tx, String name, String instance, Duration later) {
        tx.createUpdate("""
                INSERT INTO jobs.scheduled_tasks (task_name, task_instance, execution_time, picked, version)
                VALUES (:name, :instance, now() + :later, false, 1) ON CONFLICT DO NOTHING
                """)
                .bind("name", name)
                .bind("instance", instance)
                .bind("later", later)
                .execute();
    }

    /** Looks for due work now instead of at the next look. */
    public void wakeUp() {
        news.incrementAndGet();
        if (scheduler == null) return;
        if (time.age().compareTo(KNOWN_FOR) > 0) timer.execute(this::look);
        else scheduler.triggerCheckForDueExecutions();
    }

    /** Does what the library does regularly, but only where there is something to do. */
    private static final class Housekeeping extends ScheduledThreadPoolExecutor {
        private final BooleanSupplier isNeeded;

        Housekeeping(BooleanSupplier isNeeded) {
            super(3, Thread.ofPlatform().name("jobs-housekeeping-", 0).daemon().factory());
            this.isNeeded = isNeeded;
        }

        @Override
        public ScheduledFuture<?> scheduleWithFixedDelay(Runnable command, long initial, long delay, TimeUnit unit) {
            return super.scheduleWithFixedDelay(
                    () -> {
                        if (isNeeded.getAsBoolean()) command.run();
                    },
                    initial,
                    delay,
                    unit);
        }
    }

    /** Before what it works with is closed. */
    void end(@Observes(notifyObserver = Reception.IF_EXISTS) ShutdownEvent event) {
        stop();
    }

    /**
     * Takes nothing new and waits for what is being done, which ends at its next good moment: a turn of sending, a
     * transaction. What takes too long is interrupted, rolled back and done by the next node. Whoever calls while
     * another is at it waits for them.
     */
    public void stop() {
        ends = true;
        ending.lock();
        try {
            // what is done until the end still says when it is to be looked at again
            if (scheduler != null && !timer.isShutdown()) scheduler.stop();
            timer.shutdownNow();
        } finally {
            ending.unlock();
        }
    }
}
