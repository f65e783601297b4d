package com.smartmarketingagent.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.smartmarketingagent.Shop;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

@QuarkusTest
class TurnsTest {

    @Inject
    Turns turns;

    @Test
    void twoAtATimeAreAtTheDatabaseAlsoAfterSomeFailed() throws Exception {
        var shop = Shop.register().id();
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> turns.useTenant(shop, tx -> tx.execute("SELECT 1/0")))
                    .isInstanceOf(RuntimeException.class);
        }
        var inside = new AtomicInteger();
        var most = new AtomicInteger();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls = new ArrayList<Callable<Void>>();
            for (int i = 0; i < 8; i++) {
                calls.add(() -> {
                    turns.useTenant(shop, tx -> {
                        most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                        pause();
                        inside.decrementAndGet();
                    });
                    return null;
                });
            }
            for (var call : threads.invokeAll(calls)) call.get();
        }
        assertThat(most).hasValue(2);
    }

    private static void pause() {
        try {
            Thread.sleep(Duration.ofMillis(50));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
