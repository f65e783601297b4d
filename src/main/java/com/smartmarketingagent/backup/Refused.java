package com.smartmarketingagent.backup;

/** What can't be backed up or restored; the message tells the operator why, and nothing was changed. */
public final class Refused extends RuntimeException {

    Refused(String message) {
        super(message);
    }

    Refused(String message, Throwable cause) {
        super(message, cause);
    }
}
