package com.smartmarketingagent;

import static com.smartmarketingagent.Http.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.is;

import com.smartmarketingagent.Http.Checked;
import com.smartmarketingagent.Http.Request;
import com.smartmarketingagent.account.AdminCreation;
import com.smartmarketingagent.platform.UserId;
import io.quarkus.arc.Arc;
import jakarta.ws.rs.core.MediaType;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** A shop as a test needs it: made through the real API, logged in, alone in its data. */
public record Shop(UserId id, String email, String password, String accessToken, String refreshToken) {

    /** What its campaigns say. */
    public static final String TEXT = "Halo {nama|Kak}, ini {nama_toko}. Balas STOP untuk berhenti.";

    /** A fresh shop that no other test knows. */
    public static Shop register() {
        var email = "toko-" + UUID.randomUUID() + "@contoh.id";
        var password = "rahasia-" + UUID.randomUUID();
        var answer = given().contentType(MediaType.APPLICATION_JSON)
                .body(Map.of(
                        "email", email, "password", password, "full_name", "Sri Wahyuni", "business_name", "Batik Sri"))
                .post("/api/auth/register")
                .then()
                .statusCode(201);
        return of(answer, email, password);
    }

    /** Another session of the same account. */
    public Shop logIn() {
        return logIn(email, password);
    }

    public static Shop logIn(String email, String password) {
        var answer = given().contentType(MediaType.APPLICATION_JSON)
                .body(Map.of("email", email, "password", password))
                .post("/api/auth/login")
                .then()
                .statusCode(200);
        return of(answer, email, password);
    }

    /** A fresh super_admin, made as the command line makes one. */
    public static Shop admin() {
        var email = "admin-" + UUID.randomUUID() + "@contoh.id";
        return logIn(email, Arc.container().instance(AdminCreation.class).get().create(email, "Pengelola"));
    }

    private static Shop of(Checked answer, String email, String password) {
        var data = Refusals.body(answer.extract()).path("data");
        return new Shop(
                new UserId(UUID.fromString(data.at("/user/id").asText())),
                email,
                password,
                data.path("access_token").asText(),
                data.path("refresh_token").asText());
    }

    /** Makes a {@link #campaign} that nobody approved yet. */
    public UUID draft(Object... details) {
        return UUID.fromString(api().body(campaign(details))
                .post("/api/campaigns")
                .then()
                .statusCode(201)
                .body("data.campaign.state", is("draft"))
                .extract()
                .path("data.campaign.id"));
    }

    /**
     * What the API is told of a campaign: for practice, to all customers, also those who were never asked.
     *
     * @param details keys and values in turn, beside those or in their place
     */
    public static Map<String, Object> campaign(Object... details) {
        var body = new HashMap<String, Object>(
                Map.of("name", "Kangen", "via", "practice", "text", TEXT, "audience", Map.of("include_unasked", true)));
        for (int i = 0; i < details.length; i += 2) body.put((String) details[i], details[i + 1]);
        return body;
    }

    /** Waits for an import of this shop to end: {@code done} or {@code failed}. */
    public String ended(String imported) {
        Await.until("the import ends", () -> !Set.of("queued", "running").contains(status(imported)));
        return status(imported);
    }

    /** The same for one that must not fail. */
    public void imported(String imported) {
        assertThat(ended(imported)).as("how the import ended").isEqualTo("done");
    }

    private String status(String imported) {
        return api().get("/api/imports/{id}", imported)
                .then()
                .statusCode(200)
                .extract()
                .path("data.import.status");
    }

    /** A request that carries this shop's token and JSON. */
    public Request api() {
        return given().header("Authorization", "Bearer " + accessToken).contentType(MediaType.APPLICATION_JSON);
    }
}
