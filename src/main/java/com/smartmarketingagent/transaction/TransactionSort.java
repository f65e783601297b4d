package com.smartmarketingagent.transaction;

import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Sort;
import org.jspecify.annotations.Nullable;

/** What a list of transactions can be sorted by; the id decides between equals, so that pages don't overlap. */
enum TransactionSort {
    TRANSACTION_DATE("t.transaction_date"),
    AMOUNT("t.amount"),
    CREATED_AT("t.created_at"),
    UPDATED_AT("t.updated_at");

    private final String column;

    TransactionSort(String column) {
        this.column = column;
    }

    /**
     * The ORDER BY for {@code amount} or {@code -amount}.
     *
     * @param wanted null means the latest day first
     * @throws Problem.Invalid if it is not on the list
     */
    static String orderBy(@Nullable String wanted) {
        if (wanted == null) return "t.transaction_date DESC, t.id DESC";
        var sort = Sort.of(TransactionSort.class, wanted);
        return sort.by().column + (sort.descending() ? " DESC, t.id DESC" : ", t.id");
    }
}
