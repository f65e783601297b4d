package com.smartmarketingagent.platform;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Where a node does what keeps the machine busy: two places, of which nobody has both. Who finds none free is next, in
 * the order in which they came, however much those who have one would have done besides.
 */
final class HeavyPlaces {

    private static final int PLACES = 2;

    /** Who waits comes back every second. Whose work another node did doesn't, and keeps no place from others. */
    private static final long GONE = Duration.ofSeconds(5).toNanos();

    private final Set<String> working = new HashSet<>();
    /** In the order they came, with when they were last here. */
    private final Map<String, Long> waiting = new LinkedHashMap<>();

    /**
     * Whether they may begin; then {@link #end} gives the place back.
     *
     * @param now of {@link System#nanoTime}
     */
    synchronized boolean begin(String whose, long now) {
        if (working.contains(whose)) return false;
        waiting.values().removeIf(seen -> now - seen > GONE);
        waiting.put(whose, now);
        int ahead = new ArrayList<>(waiting.keySet()).indexOf(whose);
        if (working.size() + ahead >= PLACES) return false;
        waiting.remove(whose);
        return working.add(whose);
    }

    synchronized void end(String whose) {
        working.remove(whose);
    }
}
