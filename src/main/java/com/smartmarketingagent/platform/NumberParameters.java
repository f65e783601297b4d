package com.smartmarketingagent.platform;

import jakarta.ws.rs.ext.ParamConverter;
import jakarta.ws.rs.ext.ParamConverterProvider;
import jakarta.ws.rs.ext.Provider;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** Names the query parameter that is no whole number; the framework would say that there is no such address. */
@Provider
public class NumberParameters implements ParamConverterProvider {

    @Override
    @SuppressWarnings("unchecked") // T is Integer
    public <T> @Nullable ParamConverter<T> getConverter(Class<T> type, Type generic, Annotation[] annotations) {
        if (type != int.class && type != Integer.class) return null;
        for (var annotation : annotations) {
            if (annotation instanceof RestQuery query && !query.value().isEmpty()) {
                return (ParamConverter<T>) new Whole(query.value());
            }
        }
        return null;
    }

    private record Whole(String name) implements ParamConverter<Integer> {

        @Override
        public Integer fromString(String text) {
            try {
                return Integer.valueOf(text);
            } catch (NumberFormatException e) {
                throw Problem.Invalid.wrongKind(name);
            }
        }

        @Override
        public String toString(Integer number) {
            return number.toString();
        }
    }
}
