package com.smartmarketingagent;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.SmallRyeConfigBuilder;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** What an operator reads where a start fails; {@link CrashIT} sees the program itself. */
class MainTest {

    @Test
    void aSettingThatTheFrameworkRefusesIsNamedAsTheOperatorKnowsIt() {
        assertThat(Main.sentence(wrong("quarkus.http.port")))
                .contains("PORT must be a number from 0 to 65535, for example 8080.");
        assertThat(Main.sentence(wrong("quarkus.http.limits.max-body-size")))
                .contains("UPLOAD_LIMIT_MB must be a whole number, for example 100.");
        assertThat(Main.sentence(new IllegalStateException("something else"))).isEmpty();
    }

    @Test
    void aDatabaseThatIsFullOrAwayIsSaidInOneSentence() {
        var full = new SQLException("could not extend file: No space left on device\n  Hint: x", "53100");
        assertThat(Main.sentence(new IllegalStateException(full)))
                .contains("The database can't be used: could not extend file: No space left on device.");
        assertThat(Main.sentence(new IllegalStateException(new SQLException("x", "42601"))))
                .isEmpty();
    }

    /** As the framework words it, around what it was caused by. */
    private static RuntimeException wrong(String property) {
        var config =
                new SmallRyeConfigBuilder().withDefaultValue(property, "abcM").build();
        try {
            config.getValue(property, Integer.class);
        } catch (IllegalArgumentException e) {
            return new IllegalStateException(e);
        }
        throw new AssertionError(property);
    }
}
