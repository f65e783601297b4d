package com.smartmarketingagent.content;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** One choice of a select. */
public record Option(String value, String label, boolean chosen) {

    public static <T> List<Option> of(T[] all, Function<T, String> key, Function<T, String> label, String chosen) {
        return Arrays.stream(all)
                .map(t -> new Option(key.apply(t), label.apply(t), key.apply(t).equals(chosen)))
                .toList();
    }
}
