package com.smartmarketingagent.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LinksTest {

    @Test
    void codesAreOfAllDigitsAndNeverTheSame() {
        var codes = IntStream.range(0, 2_000).mapToObj(i -> Links.fresh()).toList();
        assertThat(codes).doesNotHaveDuplicates().allMatch(Links::isCode);
        assertThat(String.join("", codes).chars().distinct().count()).isEqualTo(62);
        assertThat(Links.isCode("0123456789")).isFalse();
        assertThat(Links.isCode("0123456789AB")).isFalse();
        assertThat(Links.isCode("0123456789-")).isFalse();
    }
}
