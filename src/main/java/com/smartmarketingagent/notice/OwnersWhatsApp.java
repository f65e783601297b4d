package com.smartmarketingagent.notice;

import com.smartmarketingagent.platform.UserId;

/** A way to the owner's own WhatsApp: by the number that their shop sends from. */
@FunctionalInterface
public interface OwnersWhatsApp {

    /** What came of it. */
    enum Outcome {
        TAKEN,
        /** Surely not taken, and worth another try: the provider is busy, or the number rests. */
        LATER,
        /** Never taken. */
        REFUSED,
        /** It may have been taken. */
        UNKNOWN
    }

    /**
     * Call it outside transactions.
     *
     * @param phone the owner's, E.164
     */
    Outcome send(UserId user, String phone, String text);
}
