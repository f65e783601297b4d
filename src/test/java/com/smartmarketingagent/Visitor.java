package com.smartmarketingagent;

import static io.restassured.RestAssured.given;

import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.util.regex.Pattern;

/** A browser without a screen: the shop's cookie, pages as text, forms with their hidden field. */
public final class Visitor {

    private static final Pattern CSRF = Pattern.compile("name=\"csrf\" value=\"([^\"]+)\"");

    private final String cookie;
    private final String csrf;

    public Visitor(Shop shop) {
        cookie = given().redirects()
                .follow(false)
                .formParam("email", shop.email())
                .formParam("password", shop.password())
                .post("/login")
                .then()
                .statusCode(303)
                .extract()
                .cookie("sma_session");
        var field = CSRF.matcher(get("/customers").extract().asString());
        if (!field.find()) throw new AssertionError("no form on the page");
        csrf = field.group(1);
    }

    /** The hidden field, for forms with a file. */
    public String csrf() {
        return csrf;
    }

    /** A request that carries the session and nothing else. */
    public RequestSpecification request() {
        return given().redirects().follow(false).accept("text/html").cookie("sma_session", cookie);
    }

    public ValidatableResponse get(String path, Object... parameters) {
        var request = request();
        for (int i = 0; i < parameters.length; i += 2) request.queryParam((String) parameters[i], parameters[i + 1]);
        return request.get(path).then();
    }

    /** @param fields names and values in turn */
    public ValidatableResponse post(String path, Object... fields) {
        var request = request()
                .contentType("application/x-www-form-urlencoded; charset=utf-8")
                .formParam("csrf", csrf);
        for (int i = 0; i < fields.length; i += 2) request.formParam((String) fields[i], fields[i + 1]);
        return request.post(path).then();
    }
}
