package com.smartmarketingagent;

import static com.smartmarketingagent.Http.given;

import com.smartmarketingagent.Http.JsonPath;
import com.smartmarketingagent.platform.MailServer;
import jakarta.ws.rs.core.MediaType;
import java.util.Map;

/** Whose campaigns go out by e-mail, or by Fonnte, seen at a port of a program that may be gone at any moment. */
record MailShop(int port, String token) {

    /**
     * What a program needs in its environment to reach the tests' mail server at any hour, and to be asked again and
     * again how far it is.
     */
    static Map<String, String> environment(int port) {
        return Map.of(
                "ALLOW_PRIVATE_HOSTS",
                "true",
                "SENDING_HOURS",
                "0-24",
                "PUBLIC_URL",
                "http://localhost:" + port,
                "RATE_LIMIT_ENABLED",
                "false");
    }

    /** The same shop at another node. */
    MailShop at(int other) {
        return new MailShop(other, token);
    }

    /** Begins to send a mail to all its customers; answers the campaign. */
    String mails(MailServer server) {
        said(
                200,
                "PUT",
                "/api/channels/smtp",
                Map.of(
                        "host", "127.0.0.1",
                        "port", String.valueOf(server.port()),
                        "security", "none",
                        "from_email", "sri@contoh.id"));
        return approved("smtp");
    }

    /** Begins to send a message by Fonnte to all its customers; answers the campaign. */
    String messages() {
        said(200, "PUT", "/api/channels/fonnte", Map.of("token", "token-uji-00000000"));
        return approved("fonnte");
    }

    private String approved(String via) {
        var campaign = said(
                        201,
                        "POST",
                        "/api/campaigns",
                        Shop.campaign("via", via, "subject", "Apa kabar?", "holdout_percent", 0))
                .getString("data.campaign.id");
        said(200, "POST", "/api/campaigns/" + campaign + "/approve", Map.of());
        return campaign;
    }

    /** Nobody asks Fonnte for it any more, also not how it is. */
    void endsMessages() {
        said(200, "DELETE", "/api/channels/fonnte", Map.of());
    }

    boolean isDone(String campaign) {
        return campaign(campaign, "campaign.state").equals("done");
    }

    String campaign(String campaign, String field) {
        return said(200, "GET", "/api/campaigns/" + campaign, Map.of()).getString("data." + field);
    }

    private JsonPath said(int status, String method, String path, Map<String, Object> body) {
        return given().port(port)
                .header("Authorization", "Bearer " + token)
                .contentType(MediaType.APPLICATION_JSON)
                .body(body)
                .request(method, path)
                .then()
                .statusCode(status)
                .extract()
                .jsonPath();
    }
}
