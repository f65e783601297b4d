package com.smartmarketingagent.campaign;

import com.smartmarketingagent.platform.OneLine;
import com.smartmarketingagent.rfm.Segment;
import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who is meant. Who can't or doesn't want to be written to is left out of it, whatever it says.
 *
 * @param segment of the latest analysis; null for all
 * @param city whatever its case; null for all
 * @param tags any of them; null or empty for all
 * @param minSpent in rupiah, all purchases together; null for all
 * @param includeUnasked also those of whom no consent is written down: the owner knows that they agree; null for not
 */
public record Audience(
        @Nullable Segment segment,
        @OneLine @Size(max = 100) @Nullable String city,

        @Size(max = 20, message = "{list.most}") @Nullable List<@NotBlank @OneLine @Size(max = 50) String> tags,

        @PositiveOrZero @Digits(integer = 13, fraction = 2) @Nullable
        BigDecimal minSpent,

        @Nullable Boolean includeUnasked) {

    /**
     * How many of those who are meant there are, by why they are left out.
     *
     * @param reachable who would be written to, the holdout included
     * @param refused said no, or their number did
     * @param unasked of whom no consent is written down
     * @param recent written to within the last seven days
     */
    public record Reach(long reachable, long noNumber, long refused, long unasked, long recent) {}
}
