package com.smartmarketingagent;

import static com.smartmarketingagent.Http.given;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Every JSON route there is, as the running application describes itself: a new one can't be forgotten by a test. */
public final class Routes {

    public static final ObjectMapper JSON = new ObjectMapper();

    private final JsonNode document;

    Routes(JsonNode document) {
        this.document = document;
    }

    public static Routes served() {
        try {
            return new Routes(JSON.readTree(
                    given().queryParam("format", "json").get("/openapi-now").asString()));
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    public JsonNode document() {
        return document;
    }

    /** @param path as documented, with its parameters in braces */
    public record Route(String method, String path, JsonNode operation) {

        @Override
        public String toString() {
            return method + " " + path;
        }

        public boolean hasId() {
            return path.contains("{id}");
        }

        public boolean takesJson() {
            return operation.at("/requestBody/content").has("application/json");
        }

        public boolean takesFiles() {
            return operation.at("/requestBody/content").has("multipart/form-data");
        }

        public List<String> queryParameters() {
            var names = new ArrayList<String>();
            for (var p : operation.path("parameters")) {
                if (p.path("in").asText().equals("query"))
                    names.add(p.path("name").asText());
            }
            return names;
        }

        /** With something that can't exist in place of every parameter. */
        public String anywhere() {
            return path.replaceAll("\\{[^}]+}", UUID.randomUUID().toString());
        }
    }

    public List<Route> all() {
        var routes = new ArrayList<Route>();
        document.path("paths")
                .fields()
                .forEachRemaining(path -> path.getValue().fields().forEachRemaining(operation -> {
                    if (operation.getKey().matches("get|post|put|patch|delete")) {
                        var method = operation.getKey().toUpperCase(java.util.Locale.ROOT);
                        routes.add(new Route(method, path.getKey(), operation.getValue()));
                    }
                }));
        return routes;
    }

    /** What the route's body looks like: every field, with a plausible value. */
    public JsonNode example(Route route) {
        return value(route.operation().at("/requestBody/content/application~1json/schema"), 0);
    }

    public JsonNode resolve(JsonNode schema) {
        var ref = schema.path("$ref");
        return ref.isMissingNode() ? schema : document.at(ref.asText().substring(1));
    }

    private JsonNode value(JsonNode given, int depth) {
        var schema = resolve(given);
        for (var alternative : List.of("anyOf", "oneOf", "allOf")) {
            if (schema.has(alternative)) return value(schema.get(alternative).get(0), depth);
        }
        if (schema.has("enum")) return schema.get("enum").get(0);
        return switch (type(schema).orElse("object")) {
            case "string" ->
                JSON.valueToTree(
                        switch (schema.path("format").asText()) {
                            case "uuid" -> UUID.randomUUID().toString();
                            case "date" -> "2025-01-02";
                            case "date-time" -> "2025-01-02T03:04:05Z";
                            default -> "Contoh " + depth;
                        });
            case "integer", "number" -> JSON.valueToTree(1);
            case "boolean" -> JSON.valueToTree(true);
            case "array" -> JSON.createArrayNode().add(value(schema.path("items"), depth + 1));
            default -> object(schema, depth);
        };
    }

    private ObjectNode object(JsonNode schema, int depth) {
        var object = JSON.createObjectNode();
        if (depth > 5) return object;
        schema.path("properties")
                .fields()
                .forEachRemaining(p -> object.set(p.getKey(), value(p.getValue(), depth + 1)));
        return object;
    }

    private static Optional<String> type(JsonNode schema) {
        var type = schema.path("type");
        if (type.isArray()) type = type.get(0);
        return type.isMissingNode() ? Optional.empty() : Optional.of(type.asText());
    }
}
