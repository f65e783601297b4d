package com.smartmarketingagent.content;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DraftTest {

    private final List<List<String>> told = new ArrayList<>();
    private final Draft draft = new Draft(told::add);

    /** Ours have stacks of 512 KB, and the interpreter needs the most of them. */
    @Test
    void aLongTextNeedsNoDeepStack() throws Exception {
        var text = "Kain \\\"halus\\\" \\u00e9, ".repeat(600);
        var failure = new ArrayList<Throwable>();
        var thread = new Thread(null, () -> draft.accept("{\"variants\":[{\"text\":\"" + text), "small", 160 * 1024);
        thread.setUncaughtExceptionHandler((_, e) -> failure.add(e));
        thread.start();
        thread.join();
        assertThat(failure).isEmpty();
        assertThat(told.getLast().getFirst())
                .startsWith("Kain \"halus\" é, Kain")
                .hasSizeGreaterThan(9_000);
    }

    @Test
    void whatAFormerTryWroteIsNoDraftAnyMore() {
        draft.accept("{\"variants\":[{\"text\":\"Diskon 90 persen untuk semua, ");
        draft.begin();
        draft.accept("{\"variants\":[{\"why\":\"x\",\"text\":\"Apa kabar, Kak? Lama tidak bertemu");
        assertThat(told.getLast()).containsExactly("Apa kabar, Kak? Lama tidak bertemu");
    }
}
