package com.smartmarketingagent.demo;

import static io.restassured.RestAssured.given;

import com.smartmarketingagent.account.WebSession;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** What a page's form has in its hidden field. */
@Path("/test/demo-form")
@Produces(MediaType.TEXT_PLAIN)
public class DemoForm {

    private final WebSession web;

    DemoForm(WebSession web) {
        this.web = web;
    }

    @GET
    @Operation(hidden = true)
    public String get() {
        return String.valueOf(web.frame().csrf());
    }

    static String csrf(String cookie) {
        return given().cookie("sma_session", cookie).get("/test/demo-form").asString();
    }
}
