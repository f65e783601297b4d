package com.smartmarketingagent;

import com.fasterxml.jackson.databind.JsonNode;
import com.smartmarketingagent.Routes.Route;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a description of the API promises to its clients, by route, parameter and field: {@code POST /api/customers >
 * notes: may be left out, may be null, string}, {@code GET /api/customers < 200 data.customers[].id: always, never
 * null, string uuid}. A {@code >} leads to what a client sends, a {@code <} to what it is answered. Not in it are
 * bounds, what may stand in an answer's enumeration, and which errors there are.
 */
final class ApiPromises {

    private static final String LEFT_OUT = "may be left out";

    private final SortedMap<String, SortedSet<String>> promises = new TreeMap<>();

    private ApiPromises() {}

    static ApiPromises of(JsonNode document) {
        var made = new ApiPromises();
        var routes = new Routes(document);
        for (var route : routes.all()) made.add(routes, route);
        made.fields(routes, "any error < ", document.at("/components/schemas/Error"));
        return made;
    }

    /** @param lines as {@link #lines} gives them */
    static ApiPromises read(List<String> lines) {
        var read = new ApiPromises();
        for (var line : lines) {
            int end = line.indexOf(": ");
            read.promise(end < 0 ? line : line.substring(0, end));
            if (end >= 0)
                for (var promise : line.substring(end + 2).split(", ")) read.promise(line.substring(0, end), promise);
        }
        return read;
    }

    /** A line each for routes, parameters and fields, sorted. */
    List<String> lines() {
        return promises.entrySet().stream()
                .map(one -> one.getKey() + (one.getValue().isEmpty() ? "" : ": " + String.join(", ", one.getValue())))
                .sorted()
                .toList();
    }

    /** What of these promises {@code now} doesn't keep, and what has to be sent there by who had not to. */
    List<String> brokenBy(ApiPromises now) {
        var broken = new ArrayList<String>();
        promises.forEach((what, its) -> {
            var kept = now.promises.get(what);
            if (kept == null) broken.add("gone: " + what);
            else for (var promise : its) if (!kept.contains(promise)) broken.add("no longer: " + what + ": " + promise);
        });
        now.promises.forEach((what, its) -> {
            if (!what.contains(" > ") || promises.containsKey(what) || its.contains(LEFT_OUT)) return;
            // what stands in something new is sent by who knows it
            if (promises.containsKey(parent(what))) broken.add("has to be sent now: " + what);
        });
        return broken;
    }

    private static String parent(String field) {
        int of = field.indexOf(" > ");
        int dot = field.lastIndexOf('.');
        return dot > of ? field.substring(0, dot) : field.substring(0, of);
    }

    private void promise(String what, String... its) {
        Collections.addAll(promises.computeIfAbsent(what, _ -> new TreeSet<>()), its);
    }

    private void add(Routes routes, Route route) {
        promise(route.toString());
        for (var parameter : route.operation().path("parameters"))
            schema(
                    routes,
                    route + " > " + parameter.path("in").asText() + " "
                            + parameter.path("name").asText(),
                    parameter.path("schema"),
                    parameter.path("required").asBoolean());
        if (!route.operation().at("/requestBody/required").asBoolean()) promise(route.toString(), "body " + LEFT_OUT);
        route.operation().at("/requestBody/content").fields().forEachRemaining(type -> {
            promise(route.toString(), "takes " + type.getKey());
            fields(routes, route + " > ", type.getValue().path("schema"));
        });
        route.operation().path("responses").fields().forEachRemaining(response -> {
            if (!response.getKey().startsWith("2")) return;
            var answer = route + " < " + response.getKey();
            promise(answer);
            response.getValue().path("content").fields().forEachRemaining(type -> {
                promise(answer, type.getKey());
                fields(routes, answer + " ", type.getValue().path("schema"));
            });
        });
    }

    private void schema(Routes routes, String path, JsonNode given, boolean required) {
        var schema = resolved(routes, given);
        boolean isNull = isNull(given) || isNull(schema);
        promise(path);
        if (path.contains(" > ")) {
            if (!required) promise(path, LEFT_OUT);
            if (isNull) promise(path, "may be null");
            if (schema.path("enum").isEmpty()) promise(path, "any value");
            for (var value : schema.path("enum")) if (!value.isNull()) promise(path, "may be " + value.asText());
        } else {
            if (required) promise(path, "always");
            if (!isNull) promise(path, "never null");
        }
        for (var type : types(schema)) promise(path, type);
        fields(routes, path + ".", schema);
    }

    /** @param path ends where the name of a field begins */
    private void fields(Routes routes, String path, JsonNode given) {
        var schema = resolved(routes, given);
        var required = new ArrayList<String>();
        schema.path("required").forEach(name -> required.add(name.asText()));
        schema.path("properties")
                .fields()
                .forEachRemaining(field ->
                        schema(routes, path + field.getKey(), field.getValue(), required.contains(field.getKey())));
        if (schema.path("additionalProperties").isObject())
            schema(routes, path + "*", schema.path("additionalProperties"), false);
        if (schema.has("items")) schema(routes, path.replaceAll("\\.$", "") + "[]", schema.path("items"), false);
    }

    private static JsonNode resolved(Routes routes, JsonNode schema) {
        for (var one : schema.path("anyOf"))
            if (!one.path("type").asText().equals("null")) return resolved(routes, one);
        return schema.has("$ref") ? resolved(routes, routes.resolve(schema)) : schema;
    }

    private static boolean isNull(JsonNode schema) {
        if (schema.path("type").isArray())
            for (var type : schema.path("type")) if (type.asText().equals("null")) return true;
        for (var one : schema.path("anyOf")) if (isNull(one)) return true;
        return schema.path("type").asText().equals("null");
    }

    private static List<String> types(JsonNode schema) {
        var types = new ArrayList<String>();
        var type = schema.path("type");
        if (type.isArray()) type.forEach(one -> types.add(one.asText()));
        else if (!type.isMissingNode()) types.add(type.asText());
        types.remove("null");
        if (types.contains("string") && schema.has("format"))
            types.replaceAll(one -> one + " " + schema.path("format").asText());
        return types;
    }
}
