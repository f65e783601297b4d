package com.smartmarketingagent.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
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

    @Test
    void aLongLogIsBegunAnewAndTheOneBeforeIsKept() throws IOException {
        var log = binaries.resolve("postgres.log");
        var before = binaries.resolve("postgres.log.1");
        PostgresServer.shorten(log);
        Files.writeString(log, "short");
        PostgresServer.shorten(log);
        assertThat(log).hasContent("short");
        assertThat(before).doesNotExist();

        Files.writeString(before, "the one before that");
        try (var file = new RandomAccessFile(log.toFile(), "rw")) {
            file.setLength(PostgresServer.LONGEST_LOG + 1);
        }
        PostgresServer.shorten(log);
        assertThat(log).doesNotExist();
        assertThat(before).hasSize(PostgresServer.LONGEST_LOG + 1);
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
