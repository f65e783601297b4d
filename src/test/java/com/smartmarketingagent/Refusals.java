package com.smartmarketingagent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.smartmarketingagent.Http.Response;

/** What every refusal has in common. */
final class Refusals {

    private static final ObjectMapper JSON = new ObjectMapper();

    private Refusals() {}

    /** In the envelope, with a sentence, and without a word about our insides. */
    static void refused(Response answer, int status, String code, String what) {
        assertThat(answer.statusCode())
                .describedAs(what + ": " + answer.asString())
                .isEqualTo(status);
        assertThat(answer.contentType()).describedAs(what).startsWith("application/json");
        var body = body(answer);
        assertThat(body.path("success")).describedAs(what).hasToString("false");
        assertThat(body.at("/error/code").asText()).describedAs(what).isEqualTo(code);
        assertThat(body.at("/error/message").asText()).describedAs(what).isNotBlank();
        assertThat(answer.asString())
                .describedAs(what)
                .doesNotContain("Exception")
                .doesNotContain("jackson")
                .doesNotContain("com.smartmarketingagent");
    }

    /** As a tree, which has pointers. */
    static JsonNode body(Response answer) {
        try {
            return JSON.readTree(answer.asString());
        } catch (JsonProcessingException e) {
            throw new AssertionError(answer.asString(), e);
        }
    }
}
