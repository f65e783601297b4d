package com.smartmarketingagent.content;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionTest {

    private final Redaction redaction = new Redaction(List.of("Siti Aminah"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "081234567890",
                "hub.081234567890",
                "WA,0812-3456-7890",
                "(0812) 3456-7890",
                "0812 - 3456 - 7890",
                "0812/3456/7890",
                "8123456789",
                "+62 812 3456 7890",
                "0812.3456.7890",
                "0813  9876  5432",
                "0813–9876–5432",
                "0813_9876_5432",
                "(+62) 813-9876-5432",
                "(0271) 712345",
                "０８１３９８７６５４３２",
                "siti @ contoh.id",
                "siti@contoh.id",
                "Siti Aminah",
                "SITI AMINAH"
            })
    void whatBelongsToACustomerGoes(String written) {
        var clean = redaction.of("Kirim ke " + written + " ya");
        assertThat(clean)
                .doesNotContainPattern("(?U)\\d{3}")
                .doesNotContainIgnoringCase("siti")
                .endsWith(" ya");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "01-10-2026",
                "01.10.2026-07.10.2026",
                "01/10/2026",
                "620.000.000",
                "Rp185.000",
                "85.000.000",
                "1–7 Oktober 2026",
                "NILA20",
                "BATIK08123456",
                "01-12-2026 s/d 07-12-2026",
                "Sabtu 5 Desember, 08.00-17.00",
                "08.00–16.00"
            })
    void whatTheOwnerOffersStays(String written) {
        assertThat(redaction.of("Berlaku " + written + " ya")).isEqualTo("Berlaku " + written + " ya");
    }
}
