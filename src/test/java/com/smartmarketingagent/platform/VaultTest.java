package com.smartmarketingagent.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Threat 34: what is kept sealed says nothing, and nothing changed or moved opens. */
class VaultTest {

    private static final String OLD = "a-first-key-of-thirty-two-letters";
    private static final String NEW = "another-key-of-thirty-two-letters";
    private static final String SECRET = "token-rahasia-toko-é";

    private final UserId shop = new UserId(UUID.fromString("00000000-0000-4000-8000-000000000001"));
    private final UserId other = new UserId(UUID.fromString("00000000-0000-4000-8000-000000000002"));

    @Test
    void whatIsSealedOpensAgainAndIsNeverTwiceTheSame() {
        var vault = vault(Map.of("ENCRYPTION_KEY", OLD));
        var sealed = vault.seal(shop, "fonnte", SECRET);
        assertThat(vault.open(shop, "fonnte", sealed)).isEqualTo(new Vault.Opened(SECRET, false));
        assertThat(new String(sealed, StandardCharsets.UTF_8)).doesNotContain("rahasia");
        assertThat(vault.seal(shop, "fonnte", SECRET)).isNotEqualTo(sealed);
        var empty = vault.seal(shop, "fonnte", "");
        assertThat(vault.open(shop, "fonnte", empty).secret()).isEmpty();
    }

    @Test
    void threat34AFlippedBitAnywhereIsAnError() {
        var vault = vault(Map.of("ENCRYPTION_KEY", NEW, "ENCRYPTION_KEY_PREVIOUS", OLD));
        var sealed = vault.seal(shop, "fonnte", SECRET);
        for (int bit = 0; bit < sealed.length * 8; bit++) {
            var flipped = sealed.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> vault.open(shop, "fonnte", flipped))
                    .as("bit " + bit)
                    .isInstanceOf(Vault.Broken.class);
        }
        assertThatThrownBy(() -> vault.open(shop, "fonnte", new byte[0])).isInstanceOf(Vault.Broken.class);
        assertThatThrownBy(() -> vault.open(shop, "fonnte", java.util.Arrays.copyOf(sealed, 28)))
                .isInstanceOf(Vault.Broken.class);
    }

    @Test
    void whatIsMovedToAnotherShopOrPurposeDoesNotOpen() {
        var vault = vault(Map.of("ENCRYPTION_KEY", OLD));
        var sealed = vault.seal(shop, "fonnte", SECRET);
        assertThatThrownBy(() -> vault.open(other, "fonnte", sealed)).isInstanceOf(Vault.Broken.class);
        assertThatThrownBy(() -> vault.open(shop, "resend", sealed))
                .isInstanceOf(Vault.Broken.class)
                .hasMessageContaining("ENCRYPTION_KEY_PREVIOUS")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("rahasia", OLD));
    }

    @Test
    void theFormerKeyStillOpensAndSaysSo() {
        var before = vault(Map.of("ENCRYPTION_KEY", OLD)).seal(shop, "smtp", SECRET);
        var after = vault(Map.of("ENCRYPTION_KEY", NEW, "ENCRYPTION_KEY_PREVIOUS", OLD));
        assertThat(after.open(shop, "smtp", before)).isEqualTo(new Vault.Opened(SECRET, true));
        var again = after.seal(shop, "smtp", SECRET);
        var later = vault(Map.of("ENCRYPTION_KEY", NEW));
        assertThat(later.open(shop, "smtp", again)).isEqualTo(new Vault.Opened(SECRET, false));
        assertThatThrownBy(() -> later.open(shop, "smtp", before)).isInstanceOf(Vault.Broken.class);
    }

    @Test
    void anOpenedSecretIsNotWrittenByItsRecord() {
        assertThat(new Vault.Opened(SECRET, true)).hasToString("Opened[former=true]");
    }

    private static Vault vault(Map<String, String> variables) {
        return new Vault(new Settings() {
            @Override
            public Optional<String> text(String name) {
                return Optional.ofNullable(variables.get(name));
            }
        });
    }
}
