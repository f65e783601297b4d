package com.smartmarketingagent.account;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import com.smartmarketingagent.account.AuditRepository.Entry;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Paging;
import com.smartmarketingagent.platform.UserId;
import io.quarkus.arc.Arc;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
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
    private final RoutingContext request;
    private final AuditRepository entries;
    /** What this node wrote down within the hour, which needs no question; of other nodes the table tells. */
    private final Cache<Reading, Boolean> readings;

    @Inject
    Audit(Db db, CurrentUser reader, RoutingContext request, AuditRepository entries) {
        this(db, reader, request, entries, Ticker.systemTicker());
    }

    Audit(Db db, CurrentUser reader, RoutingContext request, AuditRepository entries, Ticker ticker) {
        this.db = db;
        this.reader = reader;
        this.request = request;
        this.entries = entries;
        readings = Caffeine.newBuilder()
                .ticker(ticker)
                .maximumSize(50_000)
                .expireAfterWrite(Duration.ofHours(1))
                .build();
    }

    /** Lists that name customers and can be read to their end, on pages and by programs alike. */
    public enum CustomerList {
        /** Searching it by letters is reading it. */
        CUSTOMERS,
        SALES,
        /** Whom an analysis put into a segment, or into a field of the picture. */
        SEGMENTS,
        /** To whom a campaign wrote. */
        RECIPIENTS,
        /** The mailbox of practice. */
        PRACTICE,
        /** What an import refused, as it stood in the file. */
        REFUSED_ROWS;

        /** As it is stored: {@code refused_rows}. Its words are {@code audit.list_…}. */
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    record Reading(UserId user, UUID actor, CustomerList list) {}

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

    /**
     * Somebody reads a list, which is written down before they see it: once an hour for each who reads and each list,
     * whatever its pages and filters. A crash of the database may lose the last second's, which this node then doesn't
     * write again within that hour. A visit is written down page by page already, and the answer to a HEAD shows
     * nobody.
     */
    public void noteList(UserId user, CustomerList list) {
        if (reader.visiting() || request.request().method().equals(HttpMethod.HEAD)) return;
        noteList(new Reading(user, reader.actor().value(), list));
    }

    void noteList(Reading reading) {
        if (readings.getIfPresent(reading) != null) return;
        boolean isNew = db.inTenantLossy(reading.user(), tx -> entries.noteList(tx, reading));
        if (isNew) readings.put(reading, true);
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
