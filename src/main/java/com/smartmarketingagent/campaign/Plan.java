package com.smartmarketingagent.campaign;

import com.smartmarketingagent.content.Placeholders;
import com.smartmarketingagent.customer.Consent;
import com.smartmarketingagent.messaging.Via;
import com.smartmarketingagent.platform.OneLine;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Prose;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a person says of a campaign until it is approved.
 *
 * @param subject of an e-mail, with placeholders; null for WhatsApp
 * @param text with placeholders; in WhatsApp it says how to stop, an e-mail is given a link for that
 * @param link where {@code {tautan}} leads, with https; null where the text has none
 * @param mediaUrl of a picture that goes with it; null for none
 * @param holdoutPercent of those who could be written to, who get nothing; null for 10
 */
record Plan(
        @NotBlank @OneLine @Size(max = 120) String name,
        @NotNull Via via,
        @OneLine @Size(max = 150) @Nullable String subject,
        @NotBlank @Prose @Size(max = 4000) String text,
        @OneLine @Size(max = 500) @Nullable String link,
        @OneLine @Size(max = 500) @Nullable String mediaUrl,
        @NotNull @Valid Audience audience,
        @Min(0) @Max(50) @Nullable Integer holdoutPercent) {

    /** As {@code OptOut} understands it. */
    private static final Pattern WAY_OUT = Pattern.compile("\\b(?:STOP|BERHENTI)\\b");

    private static final int LONGEST_CHAT = 1000;
    private static final int USUAL_HOLDOUT = 10;

    int holdout() {
        return holdoutPercent == null ? USUAL_HOLDOUT : holdoutPercent;
    }

    /**
     * The same without blanks around it.
     *
     * @throws Problem.Invalid where it has other braces than ours, doesn't fit how it is sent, or its link is none or
     *     not in the text, or its picture has no address
     */
    Plan checked() {
        audience.check();
        boolean mail = via.channel() == Consent.Channel.EMAIL;
        if (Campaign.hasStrayBraces(text)) throw new Problem.Invalid("text", "content.placeholder");
        if (subject != null && Placeholders.hasStrayBraces(subject))
            throw new Problem.Invalid("subject", "content.placeholder");
        if (mail && (subject == null || subject.isBlank())) throw new Problem.Invalid("subject", "campaign.no_subject");
        if (!mail && text.strip().length() > LONGEST_CHAT) throw new Problem.Invalid("text", "campaign.too_long");
        if (!mail && !WAY_OUT.matcher(text).find()) throw new Problem.Invalid("text", "campaign.no_way_out");
        var target = target();
        if (Campaign.hasLink(text) && target == null) throw new Problem.Invalid("link", "campaign.link_missing");
        if (!Campaign.hasLink(text) && target != null) throw new Problem.Invalid("text", "campaign.link_unused");
        return new Plan(
                name.strip(),
                via,
                mail && subject != null ? subject.strip() : null,
                text.strip(),
                target,
                ascii(mediaUrl, "media_url", "picture.address"),
                audience,
                holdout());
    }

    private @Nullable String target() {
        var target = ascii(link, "link", "campaign.link_wrong");
        if (target != null && !target.regionMatches(true, 0, "https:", 0, 6))
            throw new Problem.Invalid("link", "campaign.link_wrong");
        return target;
    }

    /** An address as it goes into a header, in ASCII: of a host, without a name and password. */
    private static @Nullable String ascii(@Nullable String address, String field, String wrong) {
        if (address == null || address.isBlank()) return null;
        try {
            var uri = new URI(address.strip());
            if (uri.getHost() != null && uri.getRawUserInfo() == null) return uri.toASCIIString();
        } catch (URISyntaxException _) {
            // as one that leads elsewhere
        }
        throw new Problem.Invalid(field, wrong);
    }
}
