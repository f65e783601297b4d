package com.smartmarketingagent.platform;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedactedTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    to 081234567890.                          | to [phone].
                    to +62 812-3456-7890, again               | to [phone], again
                    phone=6281234567890                       | phone=[phone]
                    (0812) 3456 7890                          | ([phone]
                    {"number":"+6281234567890"}               | {"number":"[phone]"}
                    +14155552671 abroad                       | [phone] abroad
                    from sri.batik+1@contoh.co.id             | from [e-mail]
                    email=sri%40contoh.id&x=1                 | email=[e-mail]&x=1
                    Authorization: Bearer abc.DEF-123         | Authorization: Bearer [token]
                    Authorization: 7hj2Kq81xPw                | Authorization: [token]
                    {"api_key":"re_12"}                       | {"api_key":"[token]"}
                    {\\"token\\":\\"x7Qp\\"}                  | {\\"token\\":\\"[token]\\"}
                    key sk-proj-abcdefghijklmnop              | key [token]
                    eyJhbGciOi.eyJzdWIi.c2ln is it            | [token] is it
                    POST /api/webhooks/fonnte/0199-ab/x7Qp-2_k failed | POST /api/webhooks/fonnte/0199-ab/[token] failed
                    link 3q2Hh7Tn0sVbXk9LmP4rWz8YcD6eFgJa5uNo | link [token]
                    """)
    void personsAndTokensAreLeftOut(String text, String told) {
        assertThat(Redacted.of(text)).isEqualTo(told);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0199f3a2-1c5e-7abc-8def-0123456789ab",
                "08123456-7890-7123-8456-789012345678",
                "2026-11-27T00:04:59.041Z",
                "took 62812345 ms",
                "at com.smartmarketingagent.platform.PoolTest.aLongNameThatIsAMethod2OfOursAndNotAToken(Pool.java:81)",
                "AdminPages$quarkusrestinvoker$system_2c26b46b68ffc68ff99b453c1d304134(Unknown Source)",
                "io.vertx.core.impl.ContextImpl@62812ab4",
                "GET /api/customers/{id} answered 200 after 1200 ms",
                "SELECT * FROM app.customers WHERE user_id = :user AND token = :token",
                "Rp 1.250.000 of 62.000"
            })
    void everythingElseStays(String text) {
        assertThat(Redacted.of(text)).isEqualTo(text);
    }

    @Test
    void aLongTextTakesNoTimeToSpeakOf() {
        long began = System.nanoTime();
        for (var piece : new String[] {"0", "a", "a.", "+6", "08 ", "a-1", "eyJ.", "token=", "a@", "bearer "})
            Redacted.of(piece.repeat(20_000));
        assertThat(System.nanoTime() - began).isLessThan(5_000_000_000L);
    }
}
