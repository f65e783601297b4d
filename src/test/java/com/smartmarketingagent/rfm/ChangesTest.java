package com.smartmarketingagent.rfm;

import static org.assertj.core.api.Assertions.assertThat;

import com.smartmarketingagent.rfm.WeeklyRepository.Move;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What an owner is told of movements. */
class ChangesTest {

    @Test
    void everyMovementCountsOnceByWhereItLeads() {
        assertThat(Changes.of(List.of())).isEqualTo(new Changes(0, 0, 0, 0));
        // lost to the shop, from any segment above
        assertThat(of(Segment.NEW_CUSTOMERS, Segment.LOST)).isEqualTo(new Changes(3, 0, 0, 0));
        assertThat(of(Segment.CHAMPIONS, Segment.CANT_LOSE_THEM)).isEqualTo(new Changes(3, 0, 0, 0));
        // they were fading before
        assertThat(of(Segment.AT_RISK, Segment.LOST)).isEqualTo(new Changes(0, 0, 0, 3));
        assertThat(of(Segment.LOST, Segment.NEW_CUSTOMERS)).isEqualTo(new Changes(0, 3, 0, 0));
        assertThat(of(Segment.LOYAL_CUSTOMERS, Segment.CHAMPIONS)).isEqualTo(new Changes(0, 3, 0, 0));
        assertThat(of(Segment.CHAMPIONS, Segment.LOYAL_CUSTOMERS)).isEqualTo(new Changes(0, 0, 0, 3));
        assertThat(of(null, Segment.LOST)).isEqualTo(new Changes(0, 0, 3, 0));
        assertThat(of(Segment.LOST, null)).isEqualTo(new Changes(0, 0, 0, 3));
        assertThat(Changes.of(List.of(
                        new Move(null, Segment.LOST, true, 1),
                        new Move(null, Segment.NEW_CUSTOMERS, true, 2),
                        new Move(Segment.CHAMPIONS, Segment.LOST, false, 4))))
                .isEqualTo(new Changes(4, 0, 3, 0));
    }

    @Test
    void whoBoughtNothingHasNotRisenByGrowingOlder() {
        var older = new Move(Segment.NEW_CUSTOMERS, Segment.POTENTIAL_LOYALISTS, false, 9);
        assertThat(Changes.of(List.of(older))).isEqualTo(new Changes(0, 0, 0, 9));
        // whom the shop loses it loses, whatever they bought
        assertThat(Changes.of(List.of(new Move(Segment.CHAMPIONS, Segment.LOST, true, 1))))
                .isEqualTo(new Changes(1, 0, 0, 0));
    }

    private static Changes of(@Nullable Segment from, @Nullable Segment to) {
        return Changes.of(List.of(new Move(from, to, true, 3)));
    }
}
