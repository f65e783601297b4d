package com.smartmarketingagent.privacy;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Somebody got at data that they shouldn't have, or it was lost. People and the agency are told in writing within 3 ×
 * 24 hours (UU 27/2022, Art. 46): whose data, when and how, and what is done about it.
 *
 * @param dueAt 3 × 24 hours after it was found
 * @param closedAt when all had been told; null before
 */
public record Breach(
        UUID id,
        String happened,
        String concerned,
        String measures,
        Instant foundAt,
        Instant dueAt,
        @Nullable Instant closedAt,
        int reminders)
        implements Deadline {

    /** The words that everybody is told. */
    public record Said(
            @NotBlank @Size(max = 2000) String happened,
            @NotBlank @Size(max = 2000) String concerned,
            @NotBlank @Size(max = 2000) String measures) {}

    @Override
    public boolean stillOpen() {
        return closedAt == null;
    }
}
