package com.smartmarketingagent.rfm;

import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** {@code app.figure_cache}, and what its figures stand on. Kept for 7 days ({@code app.purge}). */
@Singleton
class FigureCacheRepository {

    /** So many a shop: who leafs through all months of a thousand years fills nothing. */
    private static final int MOST = 200;

    /**
     * Differs whenever a sale, a customer's being there, the settings or an analysis did. Every change of these leaves
     * a row in {@code rfm_changes} within its own transaction; only an analysis takes rows away, and says when.
     */
    String mark(Handle tx, UserId user) {
        return tx.createQuery("""
                        SELECT concat_ws(' ',
                          (SELECT count(*) FROM app.rfm_changes WHERE user_id = :user),
                          (SELECT md5(string_agg(concat_ws(' ', analysis_date, extract(epoch FROM calculated_at)), ',' ORDER BY analysis_date))
                           FROM app.rfm_runs WHERE user_id = :user))
                        """).bind("user", user).mapTo(String.class).one();
    }

    /** As they were kept, in JSON. */
    Optional<String> find(Handle tx, UserId user, String what, String mark) {
        return tx.createQuery(
                        "SELECT figures FROM app.figure_cache WHERE user_id = :user AND what = :what AND mark = :mark")
                .bind("user", user)
                .bind("what", what)
                .bind("mark", mark)
                .mapTo(String.class)
                .findOne();
    }

    void keep(Handle tx, UserId user, String what, String mark, String figures) {
        tx.createUpdate("""
                        INSERT INTO app.figure_cache (user_id, what, mark, figures) VALUES (:user, :what, :mark, :figures)
                        ON CONFLICT (user_id, what) DO UPDATE SET mark = excluded.mark, figures = excluded.figures, created_at = now()
                        """)
                .bind("user", user)
                .bind("what", what)
                .bind("mark", mark)
                .bind("figures", figures)
                .execute();
    }

    void keepNewest(Handle tx, UserId user) {
        tx.createUpdate("""
                        DELETE FROM app.figure_cache WHERE user_id = :user AND what IN (
                          SELECT what FROM app.figure_cache WHERE user_id = :user ORDER BY created_at DESC, what OFFSET :most)
                        """).bind("user", user).bind("most", MOST).execute();
    }
}
