package com.smartmarketingagent;

import com.smartmarketingagent.backup.Backups;
import com.smartmarketingagent.backup.Refused;
import com.smartmarketingagent.platform.Settings;
import jakarta.inject.Singleton;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/** {@code backup [FILE]}: everything of all shops into one file. */
@Singleton
@SuppressWarnings("SystemOut")
class BackupCommand {

    private final Backups backups;
    private final Settings settings;

    BackupCommand(Backups backups, Settings settings) {
        this.backups = backups;
        this.settings = settings;
    }

    /** @param args the file, or the folder that it is to be in; none for {@code BACKUP_DIR} or the working folder */
    int run(List<String> args) {
        if (args.size() > 1 || args.stream().anyMatch(arg -> arg.startsWith("-")))
            return Main.unusable("backup takes one file, not " + String.join(" ", args));
        try {
            var place = args.isEmpty() ? settings.text("BACKUP_DIR").orElse(".") : args.getFirst();
            boolean folder = args.isEmpty() || place.endsWith("/");
            var taken = folder ? backups.takeInto(Path.of(place)) : backups.take(Path.of(place));
            System.out.println(taken.file());
            System.out.println(
                    "%,d rows of %d tables, %d uploaded files that wait, %,d bytes; read again and found whole."
                            .formatted(taken.rows(), taken.tables(), taken.uploads(), taken.bytes()));
            System.out.println(
                    taken.encrypted()
                            ? "Encrypted: without BACKUP_PASSPHRASE nobody opens it, you neither."
                            : "Not encrypted: whoever has the file reads all shops' customers. BACKUP_PASSPHRASE encrypts it.");
            System.out.println("Keep ENCRYPTION_KEY elsewhere: it is not in it, and a restore needs it.");
            return 0;
        } catch (Refused | UncheckedIOException e) {
            return Main.unusable(String.valueOf(e.getMessage()));
        }
    }
}
