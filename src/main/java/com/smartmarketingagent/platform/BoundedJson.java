package com.smartmarketingagent.platform;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.deser.std.DelegatingDeserializer;
import com.fasterxml.jackson.databind.deser.std.JsonNodeDeserializer;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.type.CollectionType;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.ext.ContextResolver;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * How bodies of requests are read, and nothing else is. What is read is counted while it is: two bytes of a body become
 * a hundred of memory, and each element of a list is looked at by the validator, also where the list is refused for its
 * length.
 */
@Provider
class BoundedJson implements ContextResolver<ObjectMapper> {

    /** Of a list whose property doesn't say. */
    private static final int MOST_ELEMENTS = 1_000;
    /** Of what is read as it is: some 70 bytes of memory each. */
    private static final int MOST_TOKENS = 20_000;

    private final ObjectMapper json;

    BoundedJson(ObjectMapper json) {
        this.json = json.copy().registerModule(module());
    }

    @Override
    public ObjectMapper getContext(Class<?> type) {
        return json;
    }

    /** More elements than the list may have; the rest was not read. */
    static final class TooMany extends MismatchedInputException {
        private final transient int most;

        private TooMany(JsonParser in, int most) {
            super(in, "more than " + most);
            this.most = most;
        }

        int most() {
            return most;
        }
    }

    private static SimpleModule module() {
        return new SimpleModule("bounded")
                .setDeserializerModifier(new Lists())
                .addDeserializer(JsonNode.class, tree(JsonNode.class))
                .addDeserializer(ObjectNode.class, tree(ObjectNode.class));
    }

    /** The deserializer of a tree is one of trees, whatever it stands behind. */
    @SuppressWarnings("unchecked")
    private static <T extends JsonNode> JsonDeserializer<T> tree(Class<T> kind) {
        return (JsonDeserializer<T>) (JsonDeserializer<?>) new Tree(JsonNodeDeserializer.getDeserializer(kind));
    }

    private static final class Lists extends BeanDeserializerModifier {
        @Override
        public JsonDeserializer<?> modifyCollectionDeserializer(
                DeserializationConfig config, CollectionType type, BeanDescription bean, JsonDeserializer<?> list) {
            return new Bounded(list, Integer.MAX_VALUE);
        }
    }

    /** Reads no more elements than {@link Size} allows its property. What belongs to no property is ours. */
    private static final class Bounded extends DelegatingDeserializer {
        private final transient int most;

        Bounded(JsonDeserializer<?> list, int most) {
            super(list);
            this.most = most;
        }

        @Override
        protected JsonDeserializer<?> newDelegatingInstance(JsonDeserializer<?> list) {
            return new Bounded(list, most);
        }

        @Override
        public JsonDeserializer<?> createContextual(DeserializationContext context, @Nullable BeanProperty property)
                throws JsonMappingException {
            var list = context.handleSecondaryContextualization(
                    getDelegatee(), property, context.constructType(handledType()));
            if (property == null) return new Bounded(list, Integer.MAX_VALUE);
            var size = property.getAnnotation(Size.class);
            return new Bounded(list, size == null ? MOST_ELEMENTS : size.max());
        }

        @Override
        public Object deserialize(JsonParser in, DeserializationContext context) throws IOException {
            return super.deserialize(new Elements(in, most), context);
        }
    }

    private static final class Tree extends DelegatingDeserializer {
        Tree(JsonDeserializer<?> tree) {
            super(tree);
        }

        @Override
        protected JsonDeserializer<?> newDelegatingInstance(JsonDeserializer<?> tree) {
            return new Tree(tree);
        }

        @Override
        public Object deserialize(JsonParser in, DeserializationContext context) throws IOException {
            return super.deserialize(new Tokens(in), context);
        }
    }

    private static class Counting extends JsonParserDelegate {
        Counting(JsonParser in) {
            super(in);
        }

        @Override
        public @Nullable JsonToken nextValue() throws IOException {
            var next = nextToken();
            return next == JsonToken.FIELD_NAME ? nextToken() : next;
        }

        @Override
        public JsonParser skipChildren() throws IOException {
            if (!currentToken().isStructStart()) return this;
            for (int open = 1; open > 0; ) {
                var next = nextToken();
                if (next == null) break;
                if (next.isStructStart()) open++;
                else if (next.isStructEnd()) open--;
            }
            return this;
        }
    }

    /** Counts the elements of the list that begins here. */
    private static final class Elements extends Counting {
        private final int most;
        private int depth;
        private int read;

        Elements(JsonParser in, int most) {
            super(in);
            this.most = most;
        }

        @Override
        public @Nullable JsonToken nextToken() throws IOException {
            var next = delegate.nextToken();
            if (next == null) return null;
            if (next.isStructEnd()) depth--;
            else if (depth == 0 && ++read > most) throw new TooMany(this, most);
            if (next.isStructStart()) depth++;
            return next;
        }
    }

    private static final class Tokens extends Counting {
        private int read;

        Tokens(JsonParser in) {
            super(in);
        }

        @Override
        public @Nullable JsonToken nextToken() throws IOException {
            if (++read > MOST_TOKENS) throw MismatchedInputException.from(this, JsonNode.class, "too much of it");
            return delegate.nextToken();
        }
    }
}
