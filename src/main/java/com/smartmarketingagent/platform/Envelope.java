package com.smartmarketingagent.platform;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The shape of every JSON answer.
 *
 * @param data null in an error
 * @param error null in a success
 * @param meta null unless data is a page of a list
 */
@JsonInclude(Include.NON_NULL)
public record Envelope<T>(
        boolean success,
        @Nullable T data,
        @Nullable Failure error,
        @Nullable Meta meta) {

    /** @param code one of DESIGN's codes, such as NOT_FOUND */
    @JsonInclude(Include.NON_EMPTY)
    public record Failure(String code, String message, List<Problem.Said> details) {}

    /** @param total rows in the whole list, all pages together */
    public record Meta(int page, int limit, long total) {}

    /** An answer without content: {@code {}}. */
    public record Empty() {}

    public static <T> Envelope<T> of(T data) {
        return new Envelope<>(true, data, null, null);
    }

    public static <T> Envelope<T> page(T data, Paging paging, long total) {
        return new Envelope<>(true, data, null, new Meta(paging.page(), paging.limit(), total));
    }

    public static Envelope<Empty> empty() {
        return of(new Empty());
    }

    static Envelope<Void> failure(String code, String message, List<Problem.Said> details) {
        return new Envelope<>(false, null, new Failure(code, message, details), null);
    }
}
