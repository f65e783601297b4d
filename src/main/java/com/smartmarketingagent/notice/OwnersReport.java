package com.smartmarketingagent.notice;

import com.smartmarketingagent.account.Account;
import com.smartmarketingagent.platform.Language;
import com.smartmarketingagent.platform.Smtp.Enclosure;

/** The report that goes with the mail which tells of it. */
@FunctionalInterface
public interface OwnersReport {

    /**
     * Call it outside transactions.
     *
     * @param period its key, as in the address of its page
     */
    Enclosure pdf(Account owner, Language language, String period);
}
