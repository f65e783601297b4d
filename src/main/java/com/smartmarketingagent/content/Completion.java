package com.smartmarketingagent.content;

import com.smartmarketingagent.content.Model.Usage;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What came of one call of the model. A status of 200 alone is no success. */
sealed interface Completion {

    /** What the provider says it used; {@link Usage#NONE} where it said nothing. */
    default Usage usage() {
        return Usage.NONE;
    }

    /** A whole answer, not yet looked at. */
    record Written(String json, Usage usage) implements Completion {}

    /** The model would not, or a filter cut it; asking the same again is no use. */
    record Refused(Usage usage) implements Completion {}

    /** It ended at the limit of tokens, in the middle of its JSON. */
    record CutOff(Usage usage) implements Completion {}

    /** No answer that can be read: broken, empty, far too large, or ended early. */
    record Unusable(String reason, Usage usage) implements Completion {}

    /**
     * Not now: overloaded, too many requests, no connection, no answer in time.
     *
     * @param after how long to wait, as the provider said; null where it said nothing
     * @param begun whether the provider may have begun to write, which may have to be paid for
     */
    record Later(@Nullable Duration after, String reason, boolean begun) implements Completion {}

    /** The owner of the key must act: it is wrong, may not be used, or has no money left. Not tried again. */
    record KeyTrouble(String code) implements Completion {}

    /**
     * The request itself is wrong: an unknown model or address, or a field the server doesn't know. Not tried again.
     */
    record Misconfigured(String reason) implements Completion {}

    /** Whoever wanted the text has gone. */
    record Cancelled() implements Completion {}
}
