package com.smartmarketingagent.content;

import static org.assertj.core.api.Assertions.assertThat;

import com.smartmarketingagent.platform.HealthPart.State;
import com.smartmarketingagent.platform.Settings;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelHealthTest {

    private final ModelClient client = new ModelClient(Clock.systemUTC());
    private final ModelHealth health = new ModelHealth(new Settings(), () -> client);

    @ParameterizedTest
    @CsvSource({
        "200, HEALTHY",
        // a server of one's own that has no such list, and one that is busy
        "404, HEALTHY",
        "429, HEALTHY",
        "401, UNHEALTHY",
        "403, UNHEALTHY",
        "500, UNHEALTHY"
    })
    void theServerIsWellIfItIsThereAndTakesOurKey(int status, State state) {
        try (var model = new FakeModel()) {
            model.listing = status;
            assertThat(health.ask()).isEqualTo(state);
            assertThat(model.headers().getFirst().toString()).contains("Bearer sk-uji-bukan-kunci");
        }
    }

    @Test
    void aServerThatIsGoneIsNotWellAndNoServerIsNoTrouble() {
        var model = new FakeModel();
        try (model) {
            assertThat(health.ask()).isEqualTo(State.HEALTHY);
        }
        assertThat(health.ask()).isEqualTo(State.DISABLED);
        System.setProperty("OPENAI_API_KEY", "sk-uji-bukan-kunci");
        System.setProperty("OPENAI_BASE_URL", model.base());
        try {
            assertThat(health.ask()).isEqualTo(State.UNHEALTHY);
        } finally {
            System.clearProperty("OPENAI_API_KEY");
            System.clearProperty("OPENAI_BASE_URL");
        }
    }
}
