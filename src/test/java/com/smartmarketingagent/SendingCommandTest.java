package com.smartmarketingagent;

import static org.assertj.core.api.Assertions.assertThat;

import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.SendingRepository;
import com.smartmarketingagent.platform.SendingRepository.Sending;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The operator's switch; {@link com.smartmarketingagent.campaign.RestoredTest} sees what it does to campaigns. */
@QuarkusTest
class SendingCommandTest {

    @Inject
    Db db;

    @Inject
    SendingRepository sending;

    @Test
    void switchesOffAndOnAndAnythingElseChangesNothing() {
        var command = new SendingCommand(db, sending);
        assertThat(command.run(List.of("off"))).isZero();
        try {
            assertThat(db.withoutTenant(sending::off)).contains("off");
            for (var wrong : List.of(List.of("of"), List.of("on", "off")))
                assertThat(command.run(wrong)).isEqualTo(Main.UNUSABLE);
            assertThat(command.run(List.of())).isZero();
            assertThat(db.withoutTenant(sending::off)).contains("off");
        } finally {
            assertThat(command.run(List.of("on"))).isZero();
        }
        assertThat(db.withoutTenant(sending::off)).isEmpty();
    }

    @Test
    void saysSinceWhenAndWhy() {
        var at = Instant.parse("2026-11-26T10:00:59Z");
        assertThat(SendingCommand.sentence(new Sending(null, at)))
                .isEqualTo("Sending is on, since 2026-11-26 10:00 UTC.");
        assertThat(SendingCommand.sentence(new Sending("off", at)))
                .contains("is off", "switched off at 2026-11-26 10:00 UTC", "./sma sending on");
        assertThat(SendingCommand.sentence(new Sending("restored", at)))
                .contains(
                        "is off",
                        "put back from a backup",
                        "last switched at 2026-11-26 10:00 UTC",
                        "./sma sending on");
    }
}
