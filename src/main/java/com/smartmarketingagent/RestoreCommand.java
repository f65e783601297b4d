package com.smartmarketingagent;

import com.smartmarketingagent.backup.Refused;
import com.smartmarketingagent.backup.Restoring;
import jakarta.inject.Singleton;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** {@code restore FILE [--replace] [--without-key]}: puts a backup in the place of what the database holds. */
@Singleton
@SuppressWarnings("SystemOut")
class RestoreCommand {

    private static final String REPLACE = "--replace";
    private static final String WITHOUT_KEY = "--without-key";

    private final Restoring restoring;

    RestoreCommand(Restoring restoring) {
        this.restoring = restoring;
    }

    int run(List<String> args) {
        var files = args.stream().filter(arg -> !arg.startsWith("--")).toList();
        if (files.size() != 1
                || !Set.of(REPLACE, WITHOUT_KEY)
                        .containsAll(args.stream()
                                .filter(arg -> arg.startsWith("--"))
                                .toList()))
            return Main.unusable("restore takes one file, and " + REPLACE + " or " + WITHOUT_KEY + ", not "
                    + String.join(" ", args));
        try {
            restoring.refuseWhileServed();
            var done = restoring.restore(
                    Path.of(files.getFirst()),
                    new Restoring.Options(args.contains(REPLACE), args.contains(WITHOUT_KEY)));
            System.out.println("Restored what was there on %s: %,d rows of %d tables, %d uploaded files that wait."
                    .formatted(done.madeAt(), done.rows(), done.tables(), done.uploads()));
            System.out.println("Deleted again, as they had been since: " + done.erased() + " customers.");
            System.out.println(
                    "Everybody logs in again. Sending is off: start the program, look at it, make sure that no"
                            + " other installation sends from the same data, then ./sma sending on.");
            return 0;
        } catch (Refused | UncheckedIOException e) {
            return Main.unusable(String.valueOf(e.getMessage()));
        }
    }
}
