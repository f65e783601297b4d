package com.smartmarketingagent.importing;

/** A value that cannot be used; its message is the reason as an Indonesian sentence for the owner. */
final class Refusal extends Exception {

    /** Without a stack trace: a file may hold a million of them. */
    Refusal(String reason) {
        super(reason, null, false, false);
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
