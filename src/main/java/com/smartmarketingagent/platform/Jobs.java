package com.smartmarketingagent.platform;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.FixedDelay;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Work that outlives its request, kept in the table {@code jobs.scheduled_tasks}: it survives a crash, and of any
 * number of nodes one does it.
 */
@Singleton
public class Jobs {

    private static final String TABLE = "jobs.scheduled_tasks";

    private final Db db;
    private final Map<String, OneTimeTask<Void>> tasks = new HashMap<>();
    private final Map<String, Runnable> daily = new HashMap<>();
    private @Nullable Scheduler scheduler;

    Jobs(Db db) {
        this.db = db;
    }

    /**
     * Names a kind of work. Called before {@link #start}.
     *
     * @param work gets the instance's name. It must be repeatable: a node that dies is succeeded by another.
     */
    public void define(String name, Consumer<String> work) {
        tasks.put(
                name,
                Tasks.oneTime(name)
                        .onDeadExecutionRevive()
                        .execute((instance, context) -> work.accept(instance.getId())));
    }

    /** Work done once a day over the whole installation. */
    public void defineDaily(String name, Runnable work) {
        daily.put(name, work);
    }

    public void start() {
        var recurring = daily.entrySet().stream()
                .map(e -> Tasks.recurring(e.getKey(), FixedDelay.ofHours(24))
                        .execute((instance, context) -> e.getValue().run()))
                .toList();
        scheduler = Scheduler.create(db.jobsDataSource(), java.util.List.copyOf(tasks.values()))
                .startTasks(recurring)
                .tableName(TABLE)
                .threads(2)
                .pollingInterval(Duration.ofSeconds(10))
                .heartbeatInterval(Duration.ofSeconds(10))
                .shutdownMaxWait(Duration.ofSeconds(20))
                .enableImmediateExecution()
                .build();
        scheduler.start();
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
        if (scheduler != null) scheduler.stop();
    }
}
