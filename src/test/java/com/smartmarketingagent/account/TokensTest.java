package com.smartmarketingagent.account;

import static org.assertj.core.api.Assertions.assertThat;

import com.smartmarketingagent.account.Tokens.Holder;
import com.smartmarketingagent.account.Tokens.Place;
import com.smartmarketingagent.platform.Settings;
import com.smartmarketingagent.platform.UserId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TokensTest {

    private static final String OLD = "the secret of last month, long enough";
    private static final String NEW = "the secret of this month, long enough";
    private static final Instant NOON = Instant.parse("2026-01-02T05:00:00Z");

    private final Holder holder = new Holder(UserId.create(), UUID.randomUUID());

    @ParameterizedTest
    @EnumSource
    void threat10AnOldKeyIsGoodUntilItsTokensExpireAndNoLongerThanItIsConfigured(Place place) {
        var token = tokens(Map.of("JWT_SECRET", OLD), NOON).issue(place, holder, Duration.ofMinutes(15));
        var rotated = Map.of("JWT_SECRET", NEW, "JWT_SECRET_PREVIOUS", OLD);
        assertThat(tokens(rotated, NOON.plusSeconds(899)).read(place, token)).contains(holder);
        assertThat(tokens(rotated, NOON.plusSeconds(900)).read(place, token)).isEmpty();
        assertThat(tokens(Map.of("JWT_SECRET", NEW), NOON).read(place, token)).isEmpty();
        var fresh = tokens(rotated, NOON).issue(place, holder, Duration.ofMinutes(15));
        assertThat(tokens(Map.of("JWT_SECRET", NEW), NOON).read(place, fresh)).contains(holder);
    }

    @Test
    void aFormTokenIsGoodForItsSessionOnly() {
        var tokens = tokens(Map.of("JWT_SECRET", NEW), NOON);
        var token = tokens.formToken(holder.user(), holder.session());
        assertThat(tokens.isFormToken(holder.user(), holder.session(), token)).isTrue();
        assertThat(tokens.isFormToken(holder.user(), UUID.randomUUID(), token)).isFalse();
        assertThat(tokens.isFormToken(holder.user(), holder.session(), "")).isFalse();
        assertThat(tokens.isFormOfSession(
                        holder.session(), tokens.formToken(new UserId(UUID.randomUUID()), holder.session())))
                .isTrue();
        assertThat(tokens.isFormOfSession(UUID.randomUUID(), token)).isFalse();
        assertThat(tokens.isFormOfSession(holder.session(), "")).isFalse();
        assertThat(tokens(Map.of("JWT_SECRET", OLD), NOON).isFormToken(holder.user(), holder.session(), token))
                .isFalse();
    }

    @Test
    void inProductionTheCookieTravelsEncryptedOnly() {
        var environment = Map.of("JWT_SECRET", NEW, "SMA_ENV", "production");
        var cookie = WebSession.cookie("x", "y", 10, settings(environment).production());
        assertThat(cookie.isSecure()).isTrue();
        assertThat(cookie.isHttpOnly()).isTrue();
    }

    private static Tokens tokens(Map<String, String> environment, Instant now) {
        return new Tokens(settings(environment), Clock.fixed(now, ZoneOffset.UTC));
    }

    private static Settings settings(Map<String, String> environment) {
        return new Settings() {
            @Override
            public Optional<String> text(String name) {
                return Optional.ofNullable(environment.get(name));
            }
        };
    }
}
