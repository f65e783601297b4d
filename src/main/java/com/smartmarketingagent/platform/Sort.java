package com.smartmarketingagent.platform;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What {@code sort=amount} or {@code sort=-amount} asks for.
 *
 * @param <E> what a list can be sorted by, named as its parameter is
 */
public record Sort<E extends Enum<E>>(E by, boolean descending) {

    /** @throws Problem.Invalid naming the parameter, if {@code wanted} is not one of {@code known} */
    public static <E extends Enum<E>> Sort<E> of(Class<E> known, String wanted) {
        boolean descending = wanted.startsWith("-");
        var name = descending ? wanted.substring(1) : wanted;
        for (var by : known.getEnumConstants()) {
            if (parameter(by).equals(name)) return new Sort<>(by, descending);
        }
        throw new Problem.Invalid(
                "sort",
                "sort.unknown",
                Arrays.stream(known.getEnumConstants()).map(Sort::parameter).collect(Collectors.joining(", ")));
    }

    private static String parameter(Enum<?> by) {
        return by.name().toLowerCase(Locale.ROOT);
    }
}
