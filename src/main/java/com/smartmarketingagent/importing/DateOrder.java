package com.smartmarketingagent.importing;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Which of the first two numbers of {@code 05/06/2025} is the day. */
enum DateOrder {
    DAY_FIRST,
    MONTH_FIRST;

    @JsonValue
    String json() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Null for a name that is neither {@code day_first} nor {@code month_first}. */
    static @Nullable DateOrder ofJson(String name) {
        for (DateOrder order : values()) {
            if (order.json().equals(name)) return order;
        }
        return null;
    }
}
