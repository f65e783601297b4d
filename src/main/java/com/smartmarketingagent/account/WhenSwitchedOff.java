package com.smartmarketingagent.account;

import com.smartmarketingagent.platform.UserId;

/** What has to be done when a shop is switched off: whatever it had going on stands still. */
@FunctionalInterface
public interface WhenSwitchedOff {

    /** After it was, outside of any transaction. */
    void switchedOff(UserId user);
}
