package com.smartmarketingagent.content;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One text, with placeholders where a customer's own words go.
 *
 * @param subject of an e-mail; null for everything else, as {@code preheader} is
 * @param why it should work, in the owner's language
 */
record Message(@Nullable String subject, @Nullable String preheader, String text, String why) {

    /** In characters as people count them. */
    @JsonIgnore
    int length() {
        return text.codePointCount(0, text.length());
    }

    /** All that a customer would read. */
    @JsonIgnore
    List<String> parts() {
        var parts = new ArrayList<String>();
        if (subject != null) parts.add(subject);
        if (preheader != null) parts.add(preheader);
        parts.add(text);
        return parts;
    }

    /** As this customer would read it. */
    Message mergedFor(Placeholders.Recipient recipient) {
        return new Message(
                subject == null ? null : Placeholders.merge(subject, recipient),
                preheader == null ? null : Placeholders.merge(preheader, recipient),
                Placeholders.merge(text, recipient),
                why);
    }
}
