package com.smartmarketingagent.customer;

import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Sort;
import org.jspecify.annotations.Nullable;

/** What a list of customers can be sorted by; the id decides between equals, so that pages don't overlap. */
enum CustomerSort {
    NAME("lower(c.name)"),
    CREATED_AT("c.created_at"),
    UPDATED_AT("c.updated_at"),
    CITY("lower(c.city)"),
    LAST_PURCHASE_DATE("""
            (SELECT max(t.transaction_date) FROM app.transactions t
             WHERE t.user_id = :user AND t.customer_id = c.id AND t.amount > 0)"""),
    TOTAL_SPENT("""
            (SELECT coalesce(sum(t.amount), 0) FROM app.transactions t
             WHERE t.user_id = :user AND t.customer_id = c.id)""");

    private final String expression;

    CustomerSort(String expression) {
        this.expression = expression;
    }

    /**
     * The ORDER BY for {@code name} or {@code -name}; customers without a value come last.
     *
     * @param wanted null means the newest first
     * @throws Problem.Invalid if it is not on the list
     */
    static String orderBy(@Nullable String wanted) {
        if (wanted == null) return "c.created_at DESC, c.id DESC";
        var sort = Sort.of(CustomerSort.class, wanted);
        return sort.by().expression + (sort.descending() ? " DESC NULLS LAST, c.id DESC" : " ASC NULLS LAST, c.id ASC");
    }
}
