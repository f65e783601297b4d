package com.smartmarketingagent;

import static org.assertj.core.api.Assertions.assertThat;

import io.restassured.response.Response;

/** What every refusal has in common. */
final class Refusals {

    private Refusals() {}

    /** In the envelope, with a sentence, and without a word about our insides. */
    static void refused(Response answer, int status, String code, String what) {
        assertThat(answer.statusCode())
                .describedAs(what + ": " + answer.asString())
                .isEqualTo(status);
        assertThat(answer.contentType()).describedAs(what).startsWith("application/json");
        assertThat(answer.jsonPath().getBoolean("success")).describedAs(what).isFalse();
        assertThat(answer.jsonPath().getString("error.code")).describedAs(what).isEqualTo(code);
        assertThat(answer.jsonPath().getString("error.message"))
                .describedAs(what)
                .isNotBlank();
        assertThat(answer.asString())
                .describedAs(what)
                .doesNotContain("Exception")
                .doesNotContain("jackson")
                .doesNotContain("com.smartmarketingagent");
    }
}
