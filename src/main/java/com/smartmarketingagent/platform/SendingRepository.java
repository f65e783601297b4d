package com.smartmarketingagent.platform;

import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Whether anything may be sent from this installation. A database that was put back from a backup may not, until told.
 */
@Singleton
public class SendingRepository {

    /**
     * @param off why nothing may be sent: {@code restored}, or {@code off} where it was switched off; null where it may
     * @param switchedAt when it was last switched, on or off
     */
    public record Sending(@Nullable String off, Instant switchedAt) {}

    /** For any role. @return why nothing may be sent, as in {@link Sending}; empty where it may */
    public Optional<String> off(Handle tx) {
        return tx.createQuery("SELECT jobs.sending_off()").mapTo(String.class).findOne();
    }

    /** For the database's owner. */
    public Sending find(Handle owner) {
        return owner.createQuery("""
                        SELECT jobs.sending_off() AS off, coalesce((SELECT switched_at FROM jobs.installation), 'epoch') AS switched_at
                        """).map(Rows.of(Sending.class)).one();
    }

    /** For the database's owner: from now on this is where the database lives, and messages go out or don't. */
    public void turn(Handle owner, boolean on) {
        owner.createUpdate("""
                        INSERT INTO jobs.installation AS i (mark, sending) VALUES (jobs.mark(), :on)
                        ON CONFLICT (sole) DO UPDATE
                          -- of which key it is (Restoring.checkKey) stays
                          SET mark = concat_ws('/', excluded.mark, nullif(split_part(i.mark, '/', 5), '')),
                              sending = excluded.sending, switched_at = excluded.switched_at
                        """).bind("on", on).execute();
    }
}
