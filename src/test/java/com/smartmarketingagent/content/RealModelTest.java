package com.smartmarketingagent.content;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.smartmarketingagent.content.Brief.Tone;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** The forty briefs over a real model, which costs money: only where {@code ./sma test} finds a key. */
@QuarkusTest
@EnabledIfEnvironmentVariable(named = "SMA_TEST_OPENAI_API_KEY", matches = ".+")
class RealModelTest {

    private static final List<String> SETTINGS =
            List.of("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_MODEL", "OPENAI_SYSTEM_ROLE");

    @BeforeEach
    void theModelThatTheCallerNamed() {
        for (var name : SETTINGS) {
            var given = System.getenv("SMA_TEST_" + name);
            if (given != null) System.setProperty(name, given);
        }
    }

    @AfterEach
    void noModel() {
        SETTINGS.forEach(System::clearProperty);
    }

    @Inject
    ObjectMapper json;

    @Test
    void fortyBriefsGetTextsThatMayBeSentAsTheyAre() throws Exception {
        var shop = com.smartmarketingagent.Shop.register();
        var facts = new Shop("Batik Sri", null, null, null, Tone.FRIENDLY, List.of());
        int byModel = 0;
        for (var brief : PiecesTest.briefs()) {
            var answer = shop.api()
                    .contentType(MediaType.APPLICATION_JSON)
                    .body(json.writeValueAsString(brief))
                    .post("/api/content/generate");
            // a refusal with its reasons is an honest answer, too
            if (answer.statusCode() == 503) continue;
            assertThat(answer.statusCode()).describedAs(answer.asString()).isEqualTo(200);
            var content = json.readTree(answer.asString()).at("/data/content");
            if (!content.path("source").asText().equals("openai")) continue;
            byModel++;
            for (JsonNode v : content.path("variants")) {
                var message = new Message(
                        v.path("subject").asText(null),
                        v.path("preheader").asText(null),
                        v.path("text").asText(),
                        v.path("why").asText());
                assertThat(new TruthLock(brief, facts).violations(message)).isEmpty();
                assertThat(message.length())
                        .isLessThanOrEqualTo(brief.contentType().longest());
            }
        }
        assertThat(byModel)
                .describedAs("briefs that the model answered so that they could be sent")
                .isGreaterThan(32);
    }
}
