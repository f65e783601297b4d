package com.smartmarketingagent.campaign;

/** How many get nothing, so that it can be seen what those who got something would have bought anyway. */
final class Holdout {

    /** Fewer tell nothing. */
    static final int FEWEST = 20;

    private Holdout() {}

    /** Whether of so many who could be written to nobody can be held out, whatever share is asked for. */
    static boolean tooFew(long reachable) {
        return reachable < 2 * FEWEST;
    }

    /**
     * The share, but twenty at the least; nobody where that would leave fewer than twenty to write to.
     *
     * @param reachable who could be written to
     */
    static long of(long reachable, int percent) {
        if (percent == 0) return 0;
        long share = Math.max(FEWEST, Math.ceilDiv(reachable * percent, 100L));
        return reachable - share < FEWEST ? 0 : share;
    }
}
