package com.smartmarketingagent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** Within version 1 the API only grows (decision 0029). */
class ApiVersionTest {

    private static final Path KEPT = Path.of("src/test/resources/api-v1.txt");

    private static JsonNode read(String yaml) {
        return Routes.JSON.valueToTree(new Yaml().load(yaml));
    }

    @Test
    void nothingThatVersion1PromisedIsTakenBack() throws IOException {
        var document = read(Files.readString(Path.of("docs/openapi.yaml")));
        assertThat(document.at("/info/version").asText()).isEqualTo("1");
        var now = ApiPromises.of(document);
        var fresh = Files.write(Path.of("target/api-v1.txt"), now.lines());
        var promised = Files.readAllLines(KEPT);
        assertThat(promised)
                .hasSizeGreaterThan(2_000)
                .contains(
                        "POST /api/customers: takes application/json",
                        "POST /api/customers > name: any value, string",
                        "POST /api/customers > notes: any value, may be left out, may be null, string",
                        "GET /api/customers > query city: any value, may be left out, string",
                        "GET /api/customers < 200 data.customers[].id: always, never null, string uuid",
                        "any error < error.code: always, never null, string");
        assertThat(ApiPromises.read(promised).brokenBy(now))
                .as("What clients rely on has gone; see decision 0029. What is new becomes a promise by: cp " + fresh
                        + " " + KEPT)
                .isEmpty();
        assertThat(ApiPromises.read(now.lines()).lines()).isEqualTo(now.lines());
    }

    private static final String SMALL = """
            paths:
              /api/things/{id}:
                put:
                  parameters:
                  - {name: id, in: path, required: true, schema: {type: string, format: uuid}}
                  - {name: page, in: query, schema: {type: integer}}
                  requestBody:
                    content:
                      application/json:
                        schema: {$ref: "#/components/schemas/Thing"}
                  responses:
                    "200":
                      content:
                        application/json:
                          schema:
                            type: object
                            required: [data]
                            properties:
                              data: {type: array, items: {$ref: "#/components/schemas/Thing"}}
                    "404": {description: gone}
            components:
              schemas:
                Thing:
                  type: object
                  required: [name]
                  properties:
                    name: {type: string}
                    kind: {type: string, enum: [big, small]}
                    note: {type: [string, "null"]}
            """;

    private static List<String> broken(String what, String instead) {
        assertThat(SMALL).containsOnlyOnce(what);
        return ApiPromises.of(read(SMALL)).brokenBy(ApiPromises.of(read(SMALL.replace(what, instead))));
    }

    @Test
    void whatIsAddedBreaksNothing() {
        assertThat(broken("paths:\n", "paths:\n  /api/more:\n    get: {responses: {\"200\": {}}}\n"))
                .isEmpty();
        assertThat(broken("note:", "more: {type: string}\n        note:")).isEmpty();
        assertThat(broken("[big, small]", "[big, small, tiny]")).isEmpty();
        assertThat(broken("- {name: page", "- {name: sort, in: query, schema: {type: string}}\n      - {name: page"))
                .isEmpty();
        // who sends it knows what it takes
        assertThat(broken(
                        "note:", "more: {type: object, required: [a], properties: {a: {type: string}}}\n        note:"))
                .isEmpty();
    }

    @Test
    void whatIsTakenAwayOrAskedForBreaksIt() {
        var put = "PUT /api/things/{id}";
        assertThat(broken("    put:", "    post:")).contains("gone: " + put);
        assertThat(broken("name: page", "name: seite")).contains("gone: " + put + " > query page");
        assertThat(broken("schema: {type: integer}", "required: true, schema: {type: integer}"))
                .contains("no longer: " + put + " > query page: may be left out");
        assertThat(broken(
                        "- {name: page",
                        "- {name: sort, in: query, required: true, schema: {type: string}}\n      - {name: page"))
                .containsExactly("has to be sent now: " + put + " > query sort");
        assertThat(broken("        note:", "        memo:"))
                .contains("gone: " + put + " > note", "gone: " + put + " < 200 data[].note");
        assertThat(broken("required: [name]", "required: [name, kind]"))
                .containsExactly("no longer: " + put + " > kind: may be left out");
        assertThat(broken("required: [name]", "required: []"))
                .containsExactly("no longer: " + put + " < 200 data[].name: always");
        assertThat(broken(
                        "required: [name]\n      properties:\n",
                        "required: [name, more]\n      properties:\n        more: {type: string}\n"))
                .containsExactly("has to be sent now: " + put + " > more");
        assertThat(broken("[big, small]", "[big]")).containsExactly("no longer: " + put + " > kind: may be small");
        assertThat(broken("name: {type: string}", "name: {type: [string, \"null\"]}"))
                .containsExactly("no longer: " + put + " < 200 data[].name: never null");
        assertThat(broken("note: {type: [string, \"null\"]}", "note: {type: string}"))
                .containsExactly("no longer: " + put + " > note: may be null");
        assertThat(broken("name: {type: string}", "name: {type: integer}"))
                .contains("no longer: " + put + " > name: string", "no longer: " + put + " < 200 data[].name: string");
        assertThat(broken("\"200\":", "\"201\":")).contains("gone: " + put + " < 200");
    }
}
