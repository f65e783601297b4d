package com.smartmarketingagent.content;

import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who waits for texts.
 *
 * @param deadline until when, asking again included
 * @param wrote is told what the model writes, unchecked and piece by piece; null where nobody looks
 * @param gone completed when nobody waits any more: a call is then broken off
 */
record Waiting(Instant deadline, @Nullable Watcher wrote, CompletableFuture<Void> gone) {

    /** Is told each piece as it is written. */
    @FunctionalInterface
    interface Watcher extends Consumer<String> {

        /** The model begins anew. */
        default void begin() {}
    }
}
