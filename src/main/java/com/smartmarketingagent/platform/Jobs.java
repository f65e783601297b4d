package com.smartmarketingagent.platform;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.CompletionHandler.OnCompleteRemove;
import com.github.kagkarlsson.scheduler.task.FailureHandler.OnFailureRetryLater;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.FixedDelay;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Work that outlives its request, kept in the table {@code jobs.scheduled_tasks}: it survives a crash, and of any
 * number of nodes one does it.
 */
@Singleton
public class Jobs {

    /** So many may wait for providers at once, and one that stalls keeps nobody else from sending. */
    private static final int AT_ONCE = 32;

    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Duration POLL = Duration.ofSeconds(10);

    private final Db db;
    private final Instance<Job> jobs;
    private final Clock clock;
    private final Semaphore heavy = new Semaphore(2);
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("jobs-timer").daemon().factory());
    private @Nullable Scheduler scheduler;

    Jobs(Db db, @Any Instance<Job> jobs, Clock clock) {
        this.db = db;
        this.jobs = jobs;
        this.clock = clock;
    }

    /**
     * A kind of work. It must be repeatable: a node that dies in the middle is succeeded by another, and what was
     * enqueued and throws is tried again every minute.
     */
    public interface Job {
        String name();

        /** How often it is done by itself; null for work that is only done when enqueued. */
        default @Nullable Duration every() {
            return null;
        }

        /** @param instance what was enqueued; of no meaning for work done by itself */
        void run(String instance);

        /** Whether it keeps the machine busy. Of these a node does two at once; the others wait for somebody else. */
        default boolean isHeavy() {
            return false;
        }

        /** When what was enqueued and has just been done is to be done again; null for never. */
        default @Nullable Instant again(String instance) {
            return null;
        }
    }

    public void start() {
        if (db.ownsEmbedded()) releaseWorkOfTheDead();
        var whenEnqueued = new ArrayList<Task<?>>();
        var byItself = new ArrayList<RecurringTask<Void>>();
        for (var job : jobs) {
            var every = job.every();
            if (every == null) {
                whenEnqueued.add(Tasks.custom(job.name(), Void.class)
                        .onDeadExecutionRevive()
                        .onFailure(new OnFailureRetryLater<>(Duration.ofMinutes(1)))
                        .execute((instance, context) -> done(job, instance.getId())));
            } else {
                byItself.add(Tasks.recurring(job.name(), FixedDelay.of(every))
                        .execute((instance, context) -> job.run(instance.getId())));
            }
        }
        scheduler = Scheduler.create(db.jobsDataSource(), whenEnqueued)
                .startTasks(byItself)
                .tableName("jobs.scheduled_tasks")
                .threads(AT_ONCE)
                .executorService(Executors.newVirtualThreadPerTaskExecutor())
                .pollingInterval(POLL)
                .heartbeatInterval(Duration.ofSeconds(10))
                .shutdownMaxWait(Duration.ofSeconds(20))
                .enableImmediateExecution()
                .build();
        scheduler.start();
    }

    private CompletionHandler<Void> done(Job job, String instance) {
        // this node or another comes back to it
        if (job.isHeavy() && !heavy.tryAcquire())
            return (complete, operations) -> {
                var soon = clock.instant().plus(SOON);
                operations.reschedule(complete, soon);
                lookAgain(soon);
            };
        try {
            job.run(instance);
        } finally {
            if (job.isHeavy()) heavy.release();
        }
        var again = job.again(instance);
        if (again == null) return new OnCompleteRemove<>();
        var soonest = clock.instant().plus(SOON);
        var at = again.isBefore(soonest) ? soonest : again;
        return (complete, operations) -> {
            operations.reschedule(complete, at);
            lookAgain(at);
        };
    }

    /** At the right second rather than at the next poll. */
    private void lookAgain(Instant at) {
        var wait = Duration.between(clock.instant(), at);
        // a moment later, or it would not be due yet and wait for the poll after all
        if (wait.compareTo(POLL) < 0)
            timer.schedule(this::wakeUp, Math.max(1, wait.toMillis() + 5), TimeUnit.MILLISECONDS);
    }

    /**
     * Only this process works on its embedded database, so whatever is marked as in somebody's hands was so when an
     * earlier run was killed. Elsewhere the missing heartbeats tell, after a minute.
     */
    private void releaseWorkOfTheDead() {
        db.withoutTenantAsWorker(tx -> tx.execute("""
                UPDATE jobs.scheduled_tasks
                SET picked = false, picked_by = NULL, last_heartbeat = NULL, version = version + 1 WHERE picked"""));
    }

    /**
     * Queues work within {@code tx}: it exists exactly if the transaction does. Call {@link #wakeUp} after the commit.
     */
    public void enqueue(Handle tx, String name, String instance) {
        tx.createUpdate("""
                INSERT INTO jobs.scheduled_tasks (task_name, task_instance, execution_time, picked, version)
                VALUES (:name, :instance, now(), false, 1) ON CONFLICT DO NOTHING
                """).bind("name", name).bind("instance", instance).execute();
    }

    /** Looks for due work now instead of at the next poll. */
    public void wakeUp() {
        if (scheduler != null) scheduler.triggerCheckForDueExecutions();
    }

    @PreDestroy
    void stop() {
        timer.shutdownNow();
        if (scheduler != null) scheduler.stop();
    }
}
