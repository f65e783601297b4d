package com.smartmarketingagent.platform;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.ws.rs.DefaultValue;
import org.jboss.resteasy.reactive.RestQuery;

/** Which part of a list: {@code page} from 1, {@code limit} rows a page. */
public record Paging(
        @RestQuery("page") @DefaultValue("1") @Min(1) @Max(1_000_000)
        int page,

        @RestQuery("limit") @DefaultValue("20") @Min(1) @Max(100)
        int limit) {

    /** The same, or the last page of a list of {@code total} rows where it ends before this one. */
    public Paging within(long total) {
        long last = Math.max(1, (total + limit - 1) / limit);
        return page <= last ? this : new Paging((int) last, limit);
    }

    public long offset() {
        return (page - 1L) * limit;
    }
}
