package com.smartmarketingagent.platform;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

@QuarkusTest
class HealthTest {

    @Test
    void saysThatTheDatabaseAnswersAndWhatIsNotConfigured() {
        given().get("/api/health")
                .then()
                .statusCode(200)
                .body("status", equalTo("healthy"))
                .body("timestamp", notNullValue())
                .body("checks.database.status", equalTo("healthy"))
                .body("checks.redis.status", equalTo("disabled"))
                .body("success", nullValue());
    }

    @Test
    void anUnknownRouteIsAnEnvelope() {
        given().get("/api/nothing-here")
                .then()
                .statusCode(404)
                .body("success", equalTo(false))
                .body("error.code", equalTo("NOT_FOUND"))
                .body("error.message", equalTo("Alamat tidak ditemukan."));
        given().header("Accept-Language", "en")
                .delete("/api/health")
                .then()
                .statusCode(405)
                .body("error.code", equalTo("METHOD_NOT_ALLOWED"))
                .body("error.message", equalTo("This method is not supported at this address."));
    }
}
