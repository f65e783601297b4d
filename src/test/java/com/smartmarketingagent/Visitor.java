package com.smartmarketingagent;

import static com.smartmarketingagent.Http.given;

import com.smartmarketingagent.Http.Checked;
import com.smartmarketingagent.Http.Request;
import java.util.regex.Pattern;

/** A browser without a screen: the shop's cookie, pages as text, forms with their hidden field. */
public final class Visitor {

    private static final Pattern CSRF = Pattern.compile("name=\"csrf\" value=\"([^\"]+)\"");

    private final String cookie;
    private final String csrf;

    public Visitor(Shop shop) {
        cookie = cookie(shop.email(), shop.password());
        csrf = csrf(cookie);
    }

    /** A fresh session, through the form. */
    public static String cookie(String email, String password) {
        return given().follow(false)
                .formParam("email", email)
                .formParam("password", password)
                .post("/login")
                .then()
                .statusCode(303)
                .extract()
                .cookie("sma_session");
    }

    /** The hidden field of a session's forms. */
    public static String csrf(String cookie) {
        var page = given().cookie("sma_session", cookie).get("/customers").asString();
        var field = CSRF.matcher(page);
        if (!field.find()) throw new AssertionError("no form on the page");
        return field.group(1);
    }

    public String cookie() {
        return cookie;
    }

    /** The hidden field, for forms with a file. */
    public String csrf() {
        return csrf;
    }

    /** A request that carries the session and nothing else. */
    public Request request() {
        return given().follow(false).accept("text/html").cookie("sma_session", cookie);
    }

    public Checked get(String path, Object... parameters) {
        var request = request();
        for (int i = 0; i < parameters.length; i += 2) request.queryParam((String) parameters[i], parameters[i + 1]);
        return request.get(path).then();
    }

    /** @param fields names and values in turn */
    public Checked post(String path, Object... fields) {
        var request = request()
                .contentType("application/x-www-form-urlencoded; charset=utf-8")
                .formParam("csrf", csrf);
        for (int i = 0; i < fields.length; i += 2) request.formParam((String) fields[i], fields[i + 1]);
        return request.post(path).then();
    }
}
