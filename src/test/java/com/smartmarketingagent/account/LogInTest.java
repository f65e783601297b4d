package com.smartmarketingagent.account;

import static com.smartmarketingagent.Http.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import com.smartmarketingagent.Http.Checked;
import com.smartmarketingagent.Shop;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import jakarta.ws.rs.core.MediaType;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class LogInTest {

    @Inject
    Passwords passwords;

    Shop shop;

    @BeforeEach
    void register() {
        shop = Shop.register();
    }

    @Test
    void answersTheAccountAndTokensWhateverTheEmailsCase() {
        logIn(shop.email().toUpperCase(Locale.ROOT), shop.password())
                .statusCode(200)
                .body("data.user.id", equalTo(shop.id().value().toString()))
                .body("data.user.business_name", equalTo("Batik Sri"))
                .body("data.expires_in", equalTo(900));
    }

    @Test
    void threat13AnUnknownEmailAndAWrongPasswordAreAnsweredAlike() {
        var wrong = logIn(shop.email(), "bukan sandinya").statusCode(401);
        var unknown = logIn("tak-ada-" + UUID.randomUUID() + "@contoh.id", "bukan sandinya")
                .statusCode(401);
        wrong.body("error.message", equalTo("Email atau kata sandi salah."));
        assertThat(wrong.extract().asString()).isEqualTo(unknown.extract().asString());
        logIn("bukan email", "bukan sandinya").statusCode(401);
    }

    /** In time of the processor, which other work on the machine does not lengthen. */
    @Test
    void threat13AnUnknownEmailCostsAsMuchAsAWrongPassword() {
        var dear = new Passwords(19 * 1024);
        var known = Optional.of(dear.hash("kain batik tulis"));
        var threads = ManagementFactory.getThreadMXBean();
        var knownTimes = new long[5];
        var unknownTimes = new long[5];
        for (int i = 0; i < knownTimes.length; i++) {
            long start = threads.getCurrentThreadCpuTime();
            assertThat(dear.matches("bukan sandinya", known)).isFalse();
            long middle = threads.getCurrentThreadCpuTime();
            assertThat(dear.matches("bukan sandinya", Optional.empty())).isFalse();
            knownTimes[i] = middle - start;
            unknownTimes[i] = threads.getCurrentThreadCpuTime() - middle;
        }
        assertThat(median(knownTimes)).isGreaterThan(5_000_000L);
        // who shares the core makes it slower too, but never by much; without a hash it were nothing
        assertThat((double) median(unknownTimes) / median(knownTimes)).isBetween(0.6, 1.7);
    }

    /** As text the database takes no NUL. */
    @Test
    void anAddressThatNobodyCanHaveIsNobodys() {
        given().formParam("email", "a\0@contoh.id")
                .formParam("password", "kain batik tulis")
                .post("/login")
                .then()
                .statusCode(401)
                .body(containsString("<form"));
    }

    @Test
    void nobodysPasswordOpensNothing() {
        assertThat(passwords.matches("\0".repeat(201), Optional.empty())).isFalse();
        var hash = passwords.hash("kain batik tulis");
        assertThat(passwords.matches("kain batik tulis", Optional.of(hash))).isTrue();
        assertThat(passwords.matches("kain batik tuliS", Optional.of(hash))).isFalse();
        assertThat(passwords.hash("kain batik tulis")).isNotEqualTo(hash);
    }

    private static long median(long[] times) {
        Arrays.sort(times);
        return times[times.length / 2];
    }

    private static Checked logIn(String email, String password) {
        return given().contentType(MediaType.APPLICATION_JSON)
                .body(Map.of("email", email, "password", password))
                .post("/api/auth/login")
                .then();
    }
}
