package com.smartmarketingagent.platform;

import jakarta.inject.Singleton;
import java.time.Duration;

/** Once a day: files whose time is over go, those that never arrived, and what a removal missed. */
@Singleton
class FileSweep implements Jobs.Job {

    private final Db db;
    private final Jobs jobs;
    private final FileRepository files;

    FileSweep(Db db, Jobs jobs, FileRepository files) {
        this.db = db;
        this.jobs = jobs;
        this.files = files;
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
        for (var user : db.withoutTenantAsWorker(files::shopsWithDue))
            db.inTenantAsWorker(user, tx -> {
                files.leaveDue(tx, user);
                jobs.enqueue(tx, FileRemoval.NAME, FileRemoval.instance(user));
                return user;
            });
        jobs.wakeUp();
    }
}
