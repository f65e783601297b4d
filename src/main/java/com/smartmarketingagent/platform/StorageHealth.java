package com.smartmarketingagent.platform;

import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether a file could be uploaded and kept: a full or read-only disk or bucket is found by writing on it. */
@Singleton
class StorageHealth implements HealthPart {

    /** A file system may take an empty file when it has no room for what is in it. */
    private static final byte[] SOMETHING = new byte[8192];

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
        try {
            Files.createDirectories(folder);
            var file = Files.createTempFile(folder, "health", null);
            try {
                Files.write(file, SOMETHING);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        storage.check();
        return State.HEALTHY;
    }
}
