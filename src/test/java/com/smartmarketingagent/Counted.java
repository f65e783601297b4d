package com.smartmarketingagent;

import static com.smartmarketingagent.Http.given;

/** What this node has counted since it started, as Prometheus reads it. */
public final class Counted {

    private Counted() {}

    /** @param sample its name and labels, such as {@code sma_replica_total{result="read"}}; 0 for what never was */
    public static long of(String sample) {
        return given().get("/api/metrics")
                .asString()
                .lines()
                .filter(line -> line.startsWith(sample + " "))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** Waits until it is counted more often than before: it is noted after the answer. */
    public static void awaitMore(String sample, long before) {
        Await.until("more than " + before + " of " + sample, () -> of(sample) > before);
    }
}
