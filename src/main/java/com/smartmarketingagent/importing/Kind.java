package com.smartmarketingagent.importing;

/** What the rows of a file are. */
enum Kind {
    CUSTOMERS,
    TRANSACTIONS
}
