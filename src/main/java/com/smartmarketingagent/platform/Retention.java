package com.smartmarketingagent.platform;

/**
 * How long is kept what grows and nobody's figures stand on, as the operator says; all in days.
 *
 * @param practice messages of the practice mailbox
 * @param incoming what customers wrote
 * @param audit who looked at what and changed what
 */
public record Retention(int practice, int incoming, int audit) {

    /** @throws Settings.Wrong where one is less than the database deletes, or no number */
    public static Retention of(Settings settings) {
        return new Retention(
                days(settings, "RETENTION_PRACTICE_DAYS", 180, 7),
                days(settings, "RETENTION_INCOMING_DAYS", 730, 30),
                days(settings, "RETENTION_AUDIT_DAYS", 1_095, 365));
    }

    private static int days(Settings settings, String variable, int usual, int least) {
        int days = settings.number(variable, usual);
        if (days < least) throw new Settings.Wrong(variable + " must be a number of days from " + least + " on.");
        return days;
    }
}
