package com.smartmarketingagent.importing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.smartmarketingagent.importing.FileImport.Source;
import com.smartmarketingagent.platform.Problem;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A file and what came with it; the texts are JSON as in API.md, null where not given.
 *
 * @param file where it lies while the request lasts
 * @param name as the owner calls it
 */
record Upload(
        Kind kind,
        Path file,
        String name,
        @Nullable String mapping,
        @Nullable String options) {

    /** @throws Problem.Invalid naming the text that isn't what API.md says */
    Source source(ObjectMapper json) {
        var given = map(json, "options", options);
        for (var option : given.keySet()) {
            if (!Set.of("date_order").contains(option)) throw new Problem.Invalid("options", "unknown_field", option);
        }
        var order = given.get("date_order");
        if (order != null && DateOrder.ofJson(order) == null) {
            throw new Problem.Invalid("options", "wrong_kind", new Problem.Field("date_order"));
        }
        return new Source(
                file, name, kind, map(json, "mapping", mapping), order == null ? null : DateOrder.ofJson(order));
    }

    static Map<String, String> map(ObjectMapper json, String field, @Nullable String text) {
        if (text == null || text.isBlank()) return Map.of();
        try {
            var map = json.readValue(text, new TypeReference<Map<String, String>>() {});
            // what no column is called, nor any database keeps
            if (map == null || map.containsValue(null) || text.contains("\\u0000"))
                throw Problem.Invalid.wrongKind(field);
            return map;
        } catch (JsonProcessingException e) {
            throw Problem.Invalid.wrongKind(field);
        }
    }
}
