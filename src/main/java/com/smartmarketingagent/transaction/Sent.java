package com.smartmarketingagent.transaction;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.smartmarketingagent.platform.Problem.Detail;
import com.smartmarketingagent.platform.Unreadable;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One of many sales sent at once, read on its own so that each that is wrong can be named, and at once so that what it
 * was read from need not be held.
 *
 * @param sale null where it can't be read
 * @param refusal why it can't; null where it can
 */
@JsonDeserialize(using = Sent.Reading.class)
record Sent(@Nullable Sale sale, @Nullable Detail refusal) {

    /** All of them together; ten each. */
    private static final int MOST_PRODUCTS = 100_000;

    static final class Reading extends StdDeserializer<Sent> {
        Reading() {
            super(Sent.class);
        }

        @Override
        public Sent deserialize(JsonParser in, DeserializationContext context) throws IOException {
            var element = context.readTree(in);
            if (!element.isObject()) return new Sent(null, Detail.wrongKind("transactions"));
            try {
                var sale = context.readTreeAsValue(element, Sale.class);
                if (products(context).addAndGet(sale.lines().size()) <= MOST_PRODUCTS) return new Sent(sale, null);
            } catch (JsonProcessingException e) {
                return new Sent(null, Unreadable.detail(e).orElseGet(() -> Detail.wrongKind("transactions")));
            }
            return context.reportInputMismatch(this, "more than %d products", MOST_PRODUCTS);
        }

        @Override
        public Sent getNullValue(DeserializationContext context) {
            return new Sent(null, Detail.wrongKind("transactions"));
        }

        /** Of this body so far. */
        private static AtomicInteger products(DeserializationContext context) {
            if (context.getAttribute(Sent.class) instanceof AtomicInteger known) return known;
            var none = new AtomicInteger();
            context.setAttribute(Sent.class, none);
            return none;
        }
    }
}
