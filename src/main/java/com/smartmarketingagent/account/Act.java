package com.smartmarketingagent.account;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What somebody did or looked at that is worth knowing later. Its words are {@code audit.act_…}. */
public enum Act {
    LOGGED_IN,
    PASSWORD_CHANGED,
    PROFILE_CHANGED,
    /** How customers are scored. */
    SCORING_CHANGED,
    CUSTOMER_VIEWED,
    /** A {@link Audit.CustomerList}. */
    LIST_VIEWED,
    /** Everything held about one person, as a file. */
    CUSTOMER_EXPORTED,
    CUSTOMER_CHANGED,
    /** They can be brought back for a week. */
    CUSTOMER_DELETED,
    CUSTOMER_RESTORED,
    /** Nothing is left that tells who they were. */
    CUSTOMER_ERASED,
    CUSTOMERS_MERGED,
    MERGE_UNDONE,
    SALE_DELETED,
    SHOP_EXPORTED,
    /** The file of an import, as it was sent. */
    IMPORT_DOWNLOADED,
    /** Data of a shop elsewhere came in. */
    SHOP_IMPORTED,
    REPORT_DOWNLOADED,
    RECIPIENTS_DOWNLOADED,
    CAMPAIGN_APPROVED,
    CAMPAIGN_CANCELLED,
    /** Of a message of which nobody knew, its owner said that it went, or that it didn't. */
    MESSAGE_SETTLED,
    /** It goes out once more, though it may have been sent. */
    MESSAGE_SENT_AGAIN,
    CHANNEL_CHANGED,
    CHANNEL_REMOVED,
    REQUEST_RECORDED,
    REQUEST_CLOSED,
    /** A super_admin found the account in the list. */
    LIST,
    /** A super_admin read the account. */
    READ,
    /** A super_admin looked at the shop's figures. */
    LOOK,
    CREATE,
    PASSWORD,
    ACTIVATE,
    DEACTIVATE,
    /** A super_admin sees the shop's pages as its owner does. */
    VISIT,
    /** One of these pages. */
    VISITED_PAGE,
    LIMITS_CHANGED,
    /** A super_admin told all owners something; in the super_admin's own log, as are the next ones. */
    ANNOUNCED,
    ANNOUNCEMENT_ENDED,
    BREACH_RECORDED,
    /** Everybody had been told. */
    BREACH_CLOSED;

    /** As it is stored: {@code customer_viewed}. */
    @JsonValue
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
