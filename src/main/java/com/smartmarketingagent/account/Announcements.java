package com.smartmarketingagent.account;

import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/** What the operator tells all owners at the head of their pages, such as hours of maintenance. */
@Singleton
public class Announcements {

    private static final Logger LOG = Logger.getLogger(Announcements.class);

    /** So many letters of one stand in the audit log. */
    private static final int LOGGED = 100;

    /** Another node shows a new one as late as this. */
    private static final Duration BELIEVED = Duration.ofMinutes(1);

    private final Db db;
    private final AnnouncementRepository announcements;
    private final Audit audit;
    private final AtomicBoolean asking = new AtomicBoolean();
    private volatile Known known = new Known(List.of(), System.nanoTime() - BELIEVED.toNanos());

    Announcements(Db db, AnnouncementRepository announcements, Audit audit) {
        this.db = db;
        this.audit = audit;
        this.announcements = announcements;
    }

    /** @param by the super_admin who made it */
    public record Announcement(UUID id, UserId by, String text, Instant createdAt, Instant until) {}

    /** @param at by this machine's ticks */
    private record Known(List<String> texts, long at) {}

    /**
     * Those that owners see now, the newest first. No page waits for them: what is older than a minute is shown once
     * more while it is asked for anew.
     */
    List<String> now() {
        var its = known;
        boolean old = System.nanoTime() - its.at() >= BELIEVED.toNanos();
        if (old && asking.compareAndSet(false, true)) Thread.startVirtualThread(this::askAgain);
        return its.texts();
    }

    private void askAgain() {
        try {
            ask();
        } catch (RuntimeException e) {
            LOG.debug("What is announced can't be asked for", e);
            known = new Known(known.texts(), System.nanoTime());
        } finally {
            asking.set(false);
        }
    }

    /** What this node shows. One after the other: an older answer never replaces a newer one. */
    public synchronized void ask() {
        known = new Known(db.withoutTenant(announcements::current), System.nanoTime());
    }

    /** All that are not over, the newest first. */
    public List<Announcement> all() {
        return db.asAdmin(announcements::all);
    }

    /**
     * In the super_admin's transaction, after which we {@link #ask}.
     *
     * @param id the same once more changes nothing
     * @param days for how many it is shown
     */
    public void make(Handle tx, UserId admin, UUID id, String text, int days) {
        if (announcements.insert(tx, admin, id, text, days)) audit.note(tx, admin, Act.ANNOUNCED, begin(text));
    }

    public void make(UserId admin, UUID id, String text, int days) {
        db.useTenant(admin, tx -> make(tx, admin, id, text, days));
        ask();
    }

    /** One that is over already is over as wished. Who ended it is written into the log of who made it. */
    public void end(UUID id) {
        all().stream()
                .filter(a -> a.id().equals(id))
                .forEach(a -> db.useTenant(a.by(), tx -> {
                    if (announcements.end(tx, a.by(), id))
                        audit.note(tx, a.by(), Act.ANNOUNCEMENT_ENDED, begin(a.text()));
                }));
        ask();
    }

    /** As much of an announcement as tells it from others. */
    private static String begin(String text) {
        int letters = text.codePointCount(0, text.length());
        return letters <= LOGGED ? text : text.substring(0, text.offsetByCodePoints(0, LOGGED)) + "…";
    }
}
