package com.smartmarketingagent.platform;

import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;

/** Once a day: files whose time is over go, those that never arrived, and what a removal missed. */
@Singleton
class FileSweep implements Jobs.Job {

    private final Db db;
    private final Jobs jobs;
    private final FileRepository files;

    private final Storage storage;
    private final Clock clock;

    FileSweep(Db db, Jobs jobs, FileRepository files, Storage storage, Clock clock) {
        this.db = db;
        this.jobs = jobs;
        this.files = files;
        this.storage = storage;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "sweep-files";
    }

    @Override
    public Duration every() {
        return Duration.ofDays(1);
    }

    @Override
    public void run(String instance) {
        try {
            storage.sweep(clock.instant().minus(Duration.ofDays(1)));
        } finally {
            leaveDue();
        }
    }

    private void leaveDue() {
        for (var user : db.withoutTenantAsWorker(files::shopsWithDue))
            db.inTenantAsWorker(user, tx -> {
                files.leaveDue(tx, user);
                jobs.enqueue(tx, FileRemoval.NAME, FileRemoval.instance(user));
                return user;
            });
        jobs.wakeUp();
    }
}
