package com.smartmarketingagent;

import static com.smartmarketingagent.Http.given;
import static com.smartmarketingagent.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import com.smartmarketingagent.platform.Public;
import com.smartmarketingagent.platform.Settings;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestForm;
import org.junit.jupiter.api.Test;

/** What nobody foresaw is said without a word about our insides. */
@QuarkusTest
class BugTest {

    @Inject
    Settings settings;

    /** A bug, as the application may hold one. */
    @Path("/api/test/bug")
    @Public
    static class Bug {
        @GET
        @Operation(hidden = true)
        public String fail() {
            throw new IllegalStateException("password of the database: hunter2");
        }
    }

    /** Reading a body failed, in a way that is said without a stack. */
    @Path("/api/test/stackless")
    @Public
    static class Stackless {
        @GET
        @Operation(hidden = true)
        public String fail() throws IOException {
            var failure = new IOException("hunter2");
            failure.setStackTrace(new StackTraceElement[0]);
            throw failure;
        }
    }

    /** What a form's reader may throw too, once the form has been read. */
    @Path("/api/test/form")
    @Public
    static class OfAForm {
        @POST
        @Operation(hidden = true)
        public String fail(@RestForm String name) {
            throw new IllegalArgumentException("hunter2 " + name);
        }
    }

    @Test
    void aFolderThatIsGoneIsNeitherTheFormsFaultNorABug() throws IOException {
        var incoming = settings.dataDir().resolve("uploads/incoming");
        var aside = incoming.resolveSibling("aside");
        var shop = Shop.register();
        Files.move(incoming, aside);
        Files.createFile(incoming);
        try {
            var answer = shop.api()
                    .contentType("multipart/form-data")
                    .multiPart("file", "a.csv", "nama\nAni\n".getBytes(StandardCharsets.UTF_8))
                    .post("/api/customers/import");
            refused(answer, 503, "SERVICE_UNAVAILABLE", "no folder");
        } finally {
            Files.delete(incoming);
            Files.move(aside, incoming);
        }
    }

    @Test
    void aBugAfterAFormWasReadIsNotTheForms() {
        refused(given().formParam("name", "Sari").post("/api/test/form"), 500, "INTERNAL_ERROR", "sound");
        var unreadable =
                given().contentType("application/x-www-form-urlencoded").body("name=%zz");
        refused(unreadable.post("/api/test/form"), 400, "VALIDATION_ERROR", "unreadable");
    }

    @Test
    void aBugWithoutAStackIsABugLikeAnyOther() {
        refused(given().get("/api/test/stackless"), 500, "INTERNAL_ERROR", "stackless");
    }

    @Test
    void aBugShowsItsNumberAndNothingElse() {
        for (var language : List.of("id", "en")) {
            var answer = given().header("Accept-Language", language).get("/api/test/bug");
            refused(answer, 500, "INTERNAL_ERROR", "bug");
            assertThat(answer.asString()).doesNotContain("hunter2").doesNotContain("IllegalState");
            assertThat(answer.jsonPath().getString("error.message"))
                    .containsPattern("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
            assertThat(answer.jsonPath().getMap("error").keySet()).isEqualTo(java.util.Set.of("code", "message"));
        }
    }
}
