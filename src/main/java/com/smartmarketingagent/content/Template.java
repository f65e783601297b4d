package com.smartmarketingagent.content;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.smartmarketingagent.content.Brief.ContentType;
import com.smartmarketingagent.content.Brief.Goal;
import com.smartmarketingagent.content.Brief.Tongue;
import com.smartmarketingagent.platform.OneLine;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Problem.Detail;
import com.smartmarketingagent.platform.Prose;
import com.smartmarketingagent.rfm.Segment;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A text that the owner keeps.
 *
 * @param segment whom it is for; null for everybody
 * @param goal null for none in particular
 * @param version from 1, counted up with each change of its words
 */
public record Template(
        UUID id,
        String name,
        ContentType contentType,
        @Nullable Segment segment,
        @Nullable Goal goal,
        Tongue language,
        @Nullable String subject,
        @Nullable String preheader,
        String text,
        boolean favourite,
        int version,
        long timesUsed,
        @Nullable Instant lastUsedAt,
        Instant createdAt,
        Instant updatedAt) {

    /**
     * What the owner writes of it.
     *
     * @param contentId the written texts it comes from, which makes it an example for fine-tuning; null for none
     */
    public record Wording(
            @NotBlank @OneLine @Size(max = 120) String name,
            @NotNull ContentType contentType,
            @Nullable Segment segment,
            @Nullable Goal goal,
            @Nullable Tongue language,
            @OneLine @Size(max = 150) @Nullable String subject,
            @OneLine @Size(max = 150) @Nullable String preheader,
            @NotBlank @Prose @Size(max = 4000) String text,
            @Nullable Boolean favourite,
            @Nullable UUID contentId) {

        public Wording {
            name = name == null ? "" : name.strip();
            text = text == null ? "" : text.replace("\r\n", "\n").strip();
            subject = Brief.given(subject);
            preheader = Brief.given(preheader);
        }

        /** @throws Problem.Invalid where braces stand that are no placeholder of ours */
        Wording checked() {
            var details = new ArrayList<Detail>();
            stray(details, "text", text);
            stray(details, "subject", subject);
            stray(details, "preheader", preheader);
            if (!details.isEmpty()) throw new Problem.Invalid(details);
            return this;
        }

        private static void stray(List<Detail> details, String field, @Nullable String value) {
            if (value != null && Placeholders.hasStrayBraces(value))
                details.add(Detail.of(field, "content.placeholder"));
        }

        @JsonIgnore
        Tongue tongue() {
            return language == null ? Tongue.INDONESIAN : language;
        }
    }

    /** What it said before a change. */
    public record Version(
            int version, @Nullable String subject, @Nullable String preheader, String text, Instant replacedAt) {}

    /** The same with other words. */
    Wording reworded(
            String name, @Nullable String subject, @Nullable String preheader, String text, boolean favourite) {
        return new Wording(name, contentType, segment, goal, language, subject, preheader, text, favourite, null);
    }

    @JsonIgnore
    Message message() {
        return new Message(subject, preheader, text, "");
    }
}
