package com.smartmarketingagent.rfm;

import static org.assertj.core.api.Assertions.assertThat;

import com.smartmarketingagent.platform.Language;
import java.util.Arrays;
import java.util.HashSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class SegmentTest {

    @ParameterizedTest
    @CsvFileSource(resources = "/golden/segments_125.csv", numLinesToSkip = 1)
    void everyCellOfTheCubeIsInTheSegmentOfTheTable(int recency, int frequency, int monetary, String segment) {
        assertThat(Segment.of(recency, frequency, monetary).key()).isEqualTo(segment);
    }

    @Test
    void allEightSegmentsCanBeReached() {
        var reached = new HashSet<Segment>();
        for (int r = 1; r <= 5; r++)
            for (int f = 1; f <= 5; f++) for (int m = 1; m <= 5; m++) reached.add(Segment.of(r, f, m));

        assertThat(reached).containsExactlyInAnyOrder(Segment.values());
    }

    /** {@link Outlook} relies on it: between two amounts of one segment lies no other. */
    @Test
    void moreMoneyAloneNeverLeavesASegmentAndComesBack() {
        for (int r = 1; r <= 5; r++) {
            for (int f = 1; f <= 5; f++) {
                var seen = new HashSet<Segment>();
                Segment before = null;
                for (int m = 1; m <= 5; m++) {
                    var segment = Segment.of(r, f, m);
                    if (segment != before) assertThat(seen.add(segment)).isTrue();
                    before = segment;
                }
            }
        }
    }

    @Test
    void isFoundByItsKeyOnly() {
        for (var segment : Segment.values())
            assertThat(Segment.byKey(segment.key())).contains(segment);

        assertThat(Segment.byKey("Champions")).isEmpty();
        assertThat(Segment.byKey("")).isEmpty();
    }

    @Test
    void speaksBothLanguages() {
        assertThat(Segment.LOYAL_CUSTOMERS.label(Language.INDONESIAN)).isEqualTo("Pelanggan Setia");
        assertThat(Segment.LOYAL_CUSTOMERS.label(Language.ENGLISH)).isEqualTo("Loyal customers");
        assertThat(Segment.LOYAL_CUSTOMERS.meaning(Language.ENGLISH)).isEqualTo("Buy regularly and for good amounts.");
        for (var language : Language.values()) {
            assertThat(Arrays.stream(Segment.values()).map(s -> s.label(language)))
                    .doesNotHaveDuplicates();
            assertThat(Arrays.stream(Segment.values()).map(s -> s.meaning(language)))
                    .doesNotHaveDuplicates();
        }
    }
}
