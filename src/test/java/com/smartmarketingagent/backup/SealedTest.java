package com.smartmarketingagent.backup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class SealedTest {

    /** By password4j, until November 2026. */
    private static final String SEALED_BEFORE = """
            534d415345414c3100004c00000000069eb93374ff99724f61dcdb889d3e4cfdf0f52ef447050a88ef8a10366c71\
            d6de13cbdcff7e10f9312b4269b0aa3afff8d22191""";

    @Test
    void whatWasSealedBeforeAnotherLibraryMadeTheKeyStillOpens() throws IOException {
        var sealed = new ByteArrayInputStream(HexFormat.of().parseHex(SEALED_BEFORE));
        try (var opened = Sealed.open(sealed, "kain batik Yogyakarta \u00e9\u20ac")) {
            assertThat(new String(opened.readAllBytes(), UTF_8)).isEqualTo("Ani, 150000\n");
        }
    }
}
