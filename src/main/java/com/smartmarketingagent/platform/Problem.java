package com.smartmarketingagent.platform;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a user can act on. Anything else is a bug and becomes a 500 with a log id. Texts are keys of {@code messages/}.
 */
public abstract sealed class Problem extends RuntimeException {

    private final transient Text text;
    private final transient List<Detail> details;

    private Problem(Text text, List<Detail> details) {
        super(text.key());
        this.text = text;
        this.details = details;
    }

    public Text text() {
        return text;
    }

    public List<Detail> details() {
        return details;
    }

    /** A sentence to be said in the reader's language: a key of the message bundles and its values. */
    public record Text(String key, Object... values) {}

    /** A field in a sentence: in the JSON's word for it, said in the reader's. */
    public record Field(String name) {}

    /**
     * One thing that is wrong.
     *
     * @param index which element of a list sent at once, from 0; null when there is no list
     * @param field the field as the JSON names it; null when it is no field's fault
     * @param id an existing row that is in the way; null when none is
     */
    public record Detail(
            @Nullable Integer index,
            @Nullable String field,
            Text text,
            @Nullable Object id) {
        public static Detail of(String field, String key, Object... values) {
            return new Detail(null, field, new Text(key, values), null);
        }

        /** That something of another kind stands in {@code field}. */
        public static Detail wrongKind(String field) {
            return of(field, "wrong_kind", new Field(field));
        }
    }

    /** A {@link Detail} as it is answered. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Said(
            @Nullable Integer index,
            @Nullable String field,
            String message,
            @Nullable Object id) {}

    /** 404: no such thing, or it belongs to another tenant. The two are the same, byte for byte. */
    public static final class NotFound extends Problem {
        /** @param what a key below {@code not_found.} */
        public NotFound(String what) {
            super(new Text("not_found." + what), List.of());
        }

        /** Whether it is such a thing that is missing. */
        public boolean isOf(String what) {
            return text().key().equals("not_found." + what);
        }
    }

    /** 400: the request can't be understood or isn't allowed as it is. */
    public static final class Invalid extends Problem {
        public Invalid(String field, String key, Object... values) {
            this(List.of(Detail.of(field, key, values)));
        }

        /** That something of another kind stands in {@code field}. */
        public static Invalid wrongKind(String field) {
            return new Invalid(List.of(Detail.wrongKind(field)));
        }

        public Invalid(List<Detail> details) {
            super(details.size() == 1 ? details.getFirst().text() : new Text("invalid"), details);
        }

        public Invalid(Text text) {
            super(text, List.of());
        }
    }

    /** 409: well formed, but the current state forbids it. */
    public static final class Conflict extends Problem {
        public Conflict(String key, Object... values) {
            super(new Text(key, values), List.of());
        }

        public Conflict(Detail detail) {
            super(detail.text(), List.of(detail));
        }
    }

    /** 401: who is asking is not known. */
    public static final class Unauthorized extends Problem {
        public Unauthorized(String key) {
            super(new Text(key), List.of());
        }
    }

    /** 403: known, and not allowed. */
    public static final class Forbidden extends Problem {
        public Forbidden(String key) {
            super(new Text(key), List.of());
        }
    }

    /** 413. */
    public static final class TooLarge extends Problem {
        public TooLarge(String key, Object... values) {
            super(new Text(key, values), List.of());
        }
    }

    /** 415. */
    public static final class Unsupported extends Problem {
        public Unsupported(String key, Object... values) {
            super(new Text(key, values), List.of());
        }
    }

    /** 422: an Idempotency-Key was used before with another request. */
    public static final class Mismatch extends Problem {
        public Mismatch() {
            super(new Text("idempotency.mismatch"), List.of());
        }
    }

    /** 429. */
    public static final class TooMany extends Problem {
        private final Duration retryAfter;

        public TooMany(Duration retryAfter) {
            this(retryAfter, "too_many");
        }

        TooMany(Duration retryAfter, String key) {
            super(new Text(key, Math.max(1, retryAfter.toSeconds())), List.of());
            this.retryAfter = retryAfter;
        }

        public Duration retryAfter() {
            return retryAfter;
        }
    }

    /** 503: a service that others run gave nothing that can be used; the sentence says what. */
    public static final class Provider extends Problem {
        public Provider(Text text, List<Detail> details) {
            super(text, details);
        }
    }

    /** 503: something this server needs does not answer. */
    public static final class Unavailable extends Problem {
        public Unavailable() {
            super(new Text("unavailable"), List.of());
        }
    }
}
