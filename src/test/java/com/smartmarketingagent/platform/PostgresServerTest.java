package com.smartmarketingagent.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresServerTest {

    private static final int MEGABYTE = 1 << 20;

    @TempDir
    Path binaries;

    @Test
    void theArchiveIsReadWholeOnlyWhereItIsNotUnpacked() throws IOException {
        assertThat(given()).isGreaterThan(10 * MEGABYTE);
        var folder = unpacked();
        assertThat(given()).isLessThan(MEGABYTE);

        Files.delete(folder.resolve(".exists"));
        Files.delete(folder);
        assertThat(given()).as("the folder was deleted").isGreaterThan(10 * MEGABYTE);
        unpacked();
        assertThat(given()).isLessThan(MEGABYTE);
    }

    /** Bytes that the library is given. */
    private long given() throws IOException {
        try (var archive = PostgresServer.archive(binaries, "Linux", "x86_64")) {
            return archive.transferTo(OutputStream.nullOutputStream());
        }
    }

    /** The library marks what it has unpacked. */
    private Path unpacked() throws IOException {
        try (var links = Files.newDirectoryStream(binaries, Files::isSymbolicLink)) {
            var folder = links.iterator().next();
            folder = binaries.resolve(Files.readSymbolicLink(folder));
            Files.createDirectory(folder);
            Files.createFile(folder.resolve(".exists"));
            return folder;
        }
    }
}
