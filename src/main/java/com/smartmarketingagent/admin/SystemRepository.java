package com.smartmarketingagent.admin;

import com.smartmarketingagent.platform.Rows;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** What the database says of itself and of the work that waits in it. */
@Singleton
class SystemRepository {

    /** @param bytes how large the application's database is */
    public record Server(String version, long bytes) {}

    /**
     * @param waiting due and not begun
     * @param running begun on some node
     * @param failing failed the last time they were tried
     */
    public record Work(long waiting, long running, long failing) {}

    /** A kind of work that failed when it was last tried. @param times in a row, at most, of one piece of it */
    public record Failing(String name, long pieces, int times, Instant last) {}

    Server server(Handle tx) {
        return tx.createQuery("""
                SELECT current_setting('server_version') AS version, pg_database_size(current_database()) AS bytes
                """).map(Rows.of(Server.class)).one();
    }

    /** Only the worker sees jobs. */
    Work work(Handle tx) {
        return tx.createQuery("""
                SELECT count(*) FILTER (WHERE NOT picked AND execution_time <= now()) AS waiting,
                       count(*) FILTER (WHERE picked) AS running,
                       count(*) FILTER (WHERE consecutive_failures > 0) AS failing
                FROM jobs.scheduled_tasks
                """).map(Rows.of(Work.class)).one();
    }

    /** Those that failed last first, ten at most. Only the worker sees them. */
    List<Failing> failing(Handle tx) {
        return tx.createQuery("""
                SELECT task_name AS name, count(*) AS pieces, max(consecutive_failures) AS times, max(last_failure) AS last
                FROM jobs.scheduled_tasks WHERE consecutive_failures > 0 GROUP BY task_name ORDER BY last DESC LIMIT 10
                """).map(Rows.of(Failing.class)).list();
    }
}
