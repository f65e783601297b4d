package com.smartmarketingagent.platform;

import jakarta.inject.Singleton;
import java.nio.file.Path;

/** Whether a file could be uploaded and kept: a full or read-only disk or bucket is found by writing on it. */
@Singleton
class StorageHealth implements HealthPart {

    private final Path folder;
    private final Storage storage;

    StorageHealth(Settings settings, Storage storage) {
        this.storage = storage;
        folder = settings.dataDir().resolve("uploads/incoming");
    }

    @Override
    public String name() {
        return "storage";
    }

    /** What a crash leaves is swept as an upload of yesterday. */
    @Override
    public State ask() {
        LocalStorage.check(folder);
        storage.check();
        return State.HEALTHY;
    }
}
