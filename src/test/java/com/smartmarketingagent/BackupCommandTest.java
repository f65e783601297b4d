package com.smartmarketingagent;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator gets; {@link com.smartmarketingagent.backup.BackupTest} sees what is in it. */
@QuarkusTest
class BackupCommandTest {

    @Inject
    BackupCommand backup;

    @Inject
    RestoreCommand restore;

    @TempDir
    Path folder;

    @Test
    void aBackupIsWrittenAndNotRestoredUnderTheRunningProgram() throws Exception {
        var file = folder.resolve("semua.zip").toString();
        assertThat(backup.run(List.of(file))).isZero();
        assertThat(backup.run(List.of(folder.toString()))).isZero();
        try (var files = Files.list(folder)) {
            assertThat(files.map(f -> f.getFileName().toString().replaceAll("[0-9]", "0")))
                    .containsExactlyInAnyOrder("semua.zip", "sma-backup-00000000-000000.zip");
        }
        assertThat(backup.run(List.of(file))).as("it is there already").isEqualTo(Main.UNUSABLE);
        assertThat(backup.run(List.of(folder + "/none/a.zip"))).isEqualTo(Main.UNUSABLE);
        assertThat(backup.run(List.of(file, file))).isEqualTo(Main.UNUSABLE);
        Shop.register();
        assertThat(restore.run(List.of(file, "--replace"))).isEqualTo(Main.UNUSABLE);
    }

    /** A file of that name would keep the daily backup out for ever. */
    @Test
    void whatBackupDirNamesIsAFolderAndSoIsWhatEndsWithASlash() throws Exception {
        var daily = folder.resolve("harian/semua");
        System.setProperty("BACKUP_DIR", daily.toString());
        try {
            assertThat(backup.run(List.of())).isZero();
            Files.writeString(folder.resolve("berkas"), "");
            for (var closed : List.of("berkas", "berkas/bawah")) {
                System.setProperty("BACKUP_DIR", folder.resolve(closed).toString());
                assertThat(backup.run(List.of())).isEqualTo(Main.UNUSABLE);
            }
        } finally {
            System.clearProperty("BACKUP_DIR");
        }
        assertThat(backup.run(List.of(folder + "/baru/"))).isZero();
        for (var made : List.of(daily, folder.resolve("baru")))
            try (var files = Files.list(made)) {
                assertThat(files.map(f -> f.getFileName().toString().replaceAll("[0-9]", "0")))
                        .containsExactly("sma-backup-00000000-000000.zip");
            }
    }

    @Test
    void whatRestoreDoesNotUnderstandItRefuses() {
        for (var wrong : List.of(List.<String>of(), List.of("a", "b"), List.of("a", "--force"), List.of("--replace")))
            assertThat(restore.run(wrong)).isEqualTo(Main.UNUSABLE);
    }

    /** With a sentence rather than a trace. */
    @Test
    void whatCanNotBeWrittenOrReadIsRefused() throws Exception {
        for (var option : List.of("--help", "--bogus", "-x"))
            assertThat(backup.run(List.of(option))).isEqualTo(Main.UNUSABLE);
        var file = Files.writeString(folder.resolve("berkas"), "");
        assertThat(backup.run(List.of(file + "/a.zip"))).isEqualTo(Main.UNUSABLE);
        assertThat(Files.exists(Path.of("/dev/full"))).isTrue();
        // a disk that is full
        Files.createSymbolicLink(folder.resolve("penuh.zip.part"), Path.of("/dev/full"));
        assertThat(backup.run(List.of(folder + "/penuh.zip"))).isEqualTo(Main.UNUSABLE);
    }
}
