package com.smartmarketingagent.platform;

import com.smartmarketingagent.platform.RateLimits.Share;
import java.util.concurrent.CompletionStage;

/** A bucket of tokens for each key, all of one size, refilled evenly. */
interface Buckets {

    /**
     * Takes a token where there is one. The answer is there at once unless another machine is asked; it never fails.
     */
    CompletionStage<Share> take(String key);

    /** The token wasn't needed. */
    void giveBack(String key);
}
