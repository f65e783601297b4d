package com.smartmarketingagent.account;

/** One field that two people wrote different things into; both are shown before one is kept. */
public record Conflict(String label, String typed, String stored) {

    /** Whether two versions were written at all; spaces around them say nothing. */
    public boolean differs() {
        return !typed.strip().equals(stored);
    }
}
