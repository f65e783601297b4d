package com.smartmarketingagent.privacy;

import com.smartmarketingagent.notice.Notices;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Ids;
import com.smartmarketingagent.platform.Jobs;
import com.smartmarketingagent.platform.UserId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Reminds somebody of what they have a deadline for, as long as it is open. */
abstract class Reminders<D extends Deadline> implements Jobs.Job {

    private final String name;
    private final Db db;
    private final Notices notices;
    private final Jobs jobs;
    private final Function<Handle, Instant> now;

    /** @param now what the database's clock says */
    Reminders(String name, Db db, Notices notices, Jobs jobs, Function<Handle, Instant> now) {
        this.name = name;
        this.db = db;
        this.notices = notices;
        this.jobs = jobs;
        this.now = now;
    }

    abstract Optional<D> lock(Handle tx, UserId user, UUID id);

    /** Who else is to be told, by what {@link #remind} enqueues. */
    List<UserId> others(UserId user) {
        return List.of();
    }

    /**
     * @param due how many times they were told, this one included
     * @param others see {@link #others}
     */
    abstract void remind(Handle tx, UserId user, D deadline, int due, Instant its, List<UserId> others);

    void begin(Handle tx, UserId user, UUID id) {
        jobs.enqueue(tx, name, user.value() + "/" + id);
    }

    @Override
    public final String name() {
        return name;
    }

    /** Of several reminders that were missed, the last. */
    @Override
    public final void run(String instance) {
        var user = user(instance);
        // before: a transaction keeps one connection only
        var others = others(user);
        boolean told = db.inTenantAsWorker(user, tx -> {
            var deadline = lock(tx, user, id(instance)).filter(Deadline::stillOpen);
            if (deadline.isEmpty()) return false;
            var its = now.apply(tx);
            int due = deadline.get().remindersBy(its);
            if (due <= deadline.get().reminders()) return false;
            remind(tx, user, deadline.get(), due, its, others);
            return true;
        });
        if (told) notices.told(user);
    }

    @Override
    public final @Nullable Instant again(String instance) {
        var user = user(instance);
        return db.inTenantAsWorker(
                        user,
                        tx -> lock(tx, user, id(instance))
                                .filter(Deadline::stillOpen)
                                .flatMap(deadline -> deadline.nextReminder(now.apply(tx))))
                .orElse(null);
    }

    private static UserId user(String instance) {
        return new UserId(Ids.read(instance.split("/", 2)[0]).orElseThrow());
    }

    private static UUID id(String instance) {
        return Ids.read(instance.split("/", 2)[1]).orElseThrow();
    }
}
