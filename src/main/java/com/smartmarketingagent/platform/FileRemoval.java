package com.smartmarketingagent.platform;

import jakarta.inject.Singleton;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Deletes from the storage what a shop has to go there, or all it has where there is no such shop any more. */
@Singleton
class FileRemoval implements Jobs.Job {

    static final String NAME = "remove-files";

    private final Db db;
    private final FileRepository files;
    private final Storage storage;

    FileRemoval(Db db, FileRepository files, Storage storage) {
        this.db = db;
        this.files = files;
        this.storage = storage;
    }

    /** One each: another that is being done has looked already. */
    static String instance(UserId user) {
        return user.value() + "/" + Ids.next();
    }

    @Override
    public String name() {
        return NAME;
    }

    /**
     * The row goes after the file, so that one which can't be deleted is known until it is.
     *
     * @param instance see {@link #instance}
     */
    @Override
    public void run(String instance) {
        var user = new UserId(UUID.fromString(instance.split("/", 2)[0]));
        if (!db.inTenantAsWorker(user, tx -> files.isShop(tx, user))) {
            for (var kept : storage.list(new Storage.Key(user.value().toString()))) storage.delete(kept.key());
            return;
        }
        Problem.@Nullable Provider kept = null;
        for (var file : db.inTenantAsWorker(user, tx -> files.leaving(tx, user))) {
            try {
                storage.delete(ShopFile.key(user, file.purpose(), file.id()));
                db.inTenantAsWorker(user, tx -> {
                    files.delete(tx, user, file.id());
                    return file;
                });
            } catch (Problem.Provider e) {
                // one that is locked there keeps nobody else's
                kept = e;
            }
        }
        if (kept != null) throw kept;
    }
}
