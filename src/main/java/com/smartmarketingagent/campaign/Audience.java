package com.smartmarketingagent.campaign;

import com.smartmarketingagent.platform.OneLine;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.rfm.Segment;
import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
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
 * @param boughtWithinDays who bought today in the shop or at most so many days ago; null for all
 * @param notBoughtDays who bought before, and not within so many days: these never overlap; null for all
 * @param product who bought something with these letters in its name, whatever their case; null for all
 * @param restDays who got a message of any campaign within so many days is left out; null for 7
 * @param includeUnasked also those of whom no consent is written down: the owner knows that they agree; null for not
 */
public record Audience(
        @Nullable Segment segment,
        @OneLine @Size(max = 100) @Nullable String city,

        @Size(max = 20, message = "{list.most}") @Nullable List<@NotBlank @OneLine @Size(max = 50) String> tags,

        @PositiveOrZero @Digits(integer = 13, fraction = 2) @Nullable
        BigDecimal minSpent,

        @Min(1) @Max(3650) @Nullable Integer boughtWithinDays,
        @Min(1) @Max(3650) @Nullable Integer notBoughtDays,
        @OneLine @Size(max = 200) @Nullable String product,
        @Min(1) @Max(90) @Nullable Integer restDays,
        @Nullable Boolean includeUnasked) {

    static final int REST_DAYS = 7;

    int rest() {
        return restDays == null ? REST_DAYS : restDays;
    }

    /** @throws Problem.Invalid where nobody could have bought within so few days and yet not */
    void check() {
        if (boughtWithinDays != null && notBoughtDays != null && boughtWithinDays <= notBoughtDays)
            throw new Problem.Invalid("bought_within_days", "campaign.days_cross");
    }

    /**
     * How many of those who are meant there are, by why they are left out.
     *
     * @param reachable who would be written to, the holdout included
     * @param refused said no, or their number did
     * @param unasked of whom no consent is written down
     * @param recent written to too lately
     */
    public record Reach(long reachable, long noNumber, long refused, long unasked, long recent) {}
}
