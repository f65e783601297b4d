package com.smartmarketingagent.platform;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.smartmarketingagent.platform.Problem.Detail;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a JSON library's complaint means to whoever sent the JSON. */
public final class Unreadable {

    private Unreadable() {}

    /** The field that is unknown or of the wrong kind; empty where the text is no JSON at all. */
    public static Optional<Detail> detail(JsonProcessingException complaint) {
        if (!(complaint instanceof JsonMappingException mapping)
                || mapping.getPath().isEmpty()) return Optional.empty();
        var field = mapping.getPath().stream()
                .map(r -> r.getFieldName() != null ? r.getFieldName() : "[" + r.getIndex() + "]")
                .collect(Collectors.joining("."))
                .replace(".[", "[");
        if (complaint instanceof BoundedJson.TooMany many) {
            // it is the list's fault, not its last element's
            var list = field.replaceFirst("\\[\\d+]$", "");
            return Optional.of(Detail.of(list, "list_too_long", new Problem.Field(list), many.most()));
        }
        return Optional.of(
                complaint instanceof UnrecognizedPropertyException
                        ? Detail.of(field, "unknown_field", field)
                        : Detail.wrongKind(field));
    }
}
