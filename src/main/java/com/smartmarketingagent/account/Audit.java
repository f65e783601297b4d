package com.smartmarketingagent.account;

import com.smartmarketingagent.account.AuditRepository.Entry;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Paging;
import com.smartmarketingagent.platform.UserId;
import io.quarkus.arc.Arc;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Who saw and changed what, for the shop's owner to read. A change and its entry are one transaction: neither is there
 * without the other.
 */
@Singleton
public class Audit {

    private static final int LONGEST_PATH = 300;

    private final Db db;
    private final CurrentUser reader;
    private final AuditRepository entries;

    Audit(Db db, CurrentUser reader, AuditRepository entries) {
        this.db = db;
        this.reader = reader;
        this.entries = entries;
    }

    public void note(Handle tx, UserId user, Act act, @Nullable UUID subject) {
        entries.note(tx, user, actor(), act, subject, null);
    }

    /** @param detail one word more, such as a report's period; never anything of a customer */
    public void note(Handle tx, UserId user, Act act, String detail) {
        entries.note(tx, user, actor(), act, null, detail);
    }

    /** What somebody does to their own account before they are known: they log in. */
    void noteOwn(Handle tx, UserId user, Act act) {
        entries.note(tx, user, user.value(), act, null, null);
    }

    /**
     * Somebody looks at a customer, which is written down before they see anything. A crash may lose the last second's.
     */
    public void noteView(UserId user, UUID customer) {
        db.inTenantLossy(user, tx -> {
            entries.noteView(tx, user, actor(), customer);
            return user;
        });
    }

    /** Somebody takes a file with them, which is written down before they get it. */
    public void noteDownload(UserId user, Act act, @Nullable UUID subject, @Nullable String detail) {
        db.useTenant(user, tx -> entries.note(tx, user, actor(), act, subject, detail));
    }

    /**
     * A super_admin opens one of the shop's pages, which is written down before they see it. @param path without a
     * query
     */
    void notePage(UserId user, String path) {
        var shown = path.substring(0, Math.min(LONGEST_PATH, path.length()));
        db.useTenant(user, tx -> entries.note(tx, user, actor(), Act.VISITED_PAGE, null, shown));
    }

    /** One page, newest first. @param total on all pages */
    record Found(List<Entry> entries, long total) {}

    Found find(UserId user, @Nullable UUID subject, Paging paging) {
        return db.inTenant(
                user, tx -> new Found(entries.list(tx, user, subject, paging), entries.count(tx, user, subject)));
    }

    /** Who is asking; null for a job or a command. */
    private @Nullable UUID actor() {
        if (!Arc.container().requestContext().isActive() || !reader.signedIn()) return null;
        return reader.actor().value();
    }
}
