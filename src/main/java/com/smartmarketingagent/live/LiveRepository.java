package com.smartmarketingagent.live;

import com.smartmarketingagent.platform.Rows;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import org.jdbi.v3.core.Handle;

/** Whether anything changed that an open page shows. */
@Singleton
class LiveRepository {

    /**
     * Marks that differ whenever what they stand for does.
     *
     * @param imports of all imports and their states
     * @param progress of how far they are
     * @param analysis of the latest analysis
     * @param notices of those that are not read
     * @param campaigns of all approved campaigns, their states, what was learnt of their messages last, and how many of
     *     those that run are left
     * @param sales how many changes of sales the next analysis will take in, at most 1,000
     * @param importsMoved whether an import is running or something happened to one within the last minute
     * @param analysisMoved whether an analysis was made within the last minute
     * @param noticesMoved whether a notice came within the last minute
     * @param campaignsMoved whether a campaign isn't over, or ended or was told of within the last minute
     * @param busy whether an import is queued or running, or messages are being sent
     */
    public record Marks(
            String imports,
            String progress,
            String analysis,
            String notices,
            String campaigns,
            int sales,
            boolean importsMoved,
            boolean analysisMoved,
            boolean noticesMoved,
            boolean campaignsMoved,
            boolean busy) {}

    Marks marks(Handle tx, UserId user) {
        return tx.createQuery("""
                SELECT i.mark AS imports, i.progress, r.mark AS analysis, n.mark AS notices, g.mark AS campaigns,
                       (SELECT count(*) FROM (SELECT FROM app.rfm_changes WHERE user_id = :user LIMIT 1000) c) AS sales,
                       i.busy OR coalesce(i.moved > now() - interval '1 minute', false) AS imports_moved,
                       coalesce(r.moved > now() - interval '1 minute', false) AS analysis_moved,
                       coalesce(n.moved > now() - interval '1 minute', false) AS notices_moved, g.moved AS campaigns_moved,
                       i.busy OR g.busy AS busy
                FROM (SELECT left(md5(coalesce(string_agg(concat_ws(' ', id, status), ',' ORDER BY id), '')), 12) AS mark,
                             left(md5(coalesce(string_agg(concat_ws(' ', id, progress), ',' ORDER BY id), '')), 12) AS progress,
                             max(greatest(created_at, finished_at, undone_at)) AS moved,
                             coalesce(bool_or(status IN ('queued','running')), false) AS busy
                      FROM app.imports WHERE user_id = :user) i,
                     (SELECT left(md5(concat_ws(' ', count(*), max(calculated_at))), 12) AS mark, max(calculated_at) AS moved
                      FROM app.rfm_runs WHERE user_id = :user) r,
                     (SELECT left(md5(concat_ws(' ', count(*), max(created_at))), 12) AS mark, max(created_at) AS moved
                      FROM app.notices WHERE user_id = :user AND read_at IS NULL) n,
                     (SELECT left(md5(coalesce(string_agg(concat_ws(' ', c.id, c.state, c.paused_why, c.news_at, o.waiting, o.sending), ',' ORDER BY c.id), '')), 12) AS mark,
                             coalesce(bool_or(c.finished_at IS NULL OR greatest(c.finished_at, c.news_at) > now() - interval '1 minute'), false) AS moved,
                             coalesce(bool_or(c.via <> 'assisted' AND o.sending > 0), false) AS busy
                      FROM app.campaigns c
                      LEFT JOIN LATERAL (
                        -- each by the small index that holds only these
                        SELECT (SELECT count(*) FROM app.message_outbox m
                                WHERE m.user_id = :user AND m.campaign_id = c.id AND m.state = 'pending') AS waiting,
                               (SELECT count(*) FROM app.message_outbox m
                                WHERE m.user_id = :user AND m.campaign_id = c.id AND m.state = 'sending') AS sending) o
                        ON c.state = 'running'
                      WHERE c.user_id = :user AND c.state <> 'draft') g
                """).bind("user", user).map(Rows.of(Marks.class)).one();
    }
}
