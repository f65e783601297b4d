package com.smartmarketingagent.account;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalPathTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/customers",
                "/customers?search=a%20b&page=2",
                "/segments/lost#people",
                "/a//b",
                "/%2f%2fevil"
            })
    void anAddressOfOursIsKept(String path) {
        assertThat(LocalPath.of(path)).isEqualTo(path);
        assertThat(LocalPath.orHome(path)).hasToString(path);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//evil.example",
                "///evil.example",
                "/\\evil.example",
                "\\\\evil.example",
                "/a\\..\\b",
                "https:evil.example",
                "https://evil.example",
                "javascript:alert(1)",
                "%2f%2fevil.example",
                "evil.example",
                "/\tx",
                "/\n/evil.example",
                " /x",
                "/a b",
                "/<script>",
                "/ä",
                ""
            })
    void aWayElsewhereIsNone(String path) {
        assertThat(LocalPath.of(path)).isNull();
        assertThat(LocalPath.orHome(path)).hasToString("/");
    }

    @Test
    void neitherNothingNorWithoutEndIsAnAddress() {
        assertThat(LocalPath.of(null)).isNull();
        assertThat(LocalPath.of("/" + "a".repeat(2_000))).isNull();
    }
}
