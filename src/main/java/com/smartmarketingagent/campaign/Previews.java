package com.smartmarketingagent.campaign;

import com.smartmarketingagent.campaign.Preview.Missing;
import com.smartmarketingagent.campaign.Preview.Sample;
import com.smartmarketingagent.content.Placeholders;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Objects;
import org.jdbi.v3.core.Handle;

/** Shows a message before it goes out, with real customers. */
@Singleton
class Previews {

    private final AudienceRepository audiences;

    Previews(AudienceRepository audiences) {
        this.audiences = audiences;
    }

    /** Of those who could be written to at this moment. */
    Preview of(Handle tx, UserId user, Campaign campaign) {
        var messages = audiences.sample(tx, user, campaign.via(), campaign.audience()).stream()
                .map(reader -> sample(campaign, reader))
                .toList();
        return new Preview(messages, missing(tx, user, campaign));
    }

    private static Sample sample(Campaign campaign, AudienceRepository.Reader reader) {
        var their = new Placeholders.Recipient(reader.name(), reader.shop(), reader.lastProduct());
        return new Sample(
                reader.id(), reader.name(), campaign.subjectFor(their), campaign.textFor(their, campaign.link()));
    }

    private List<Missing> missing(Handle tx, UserId user, Campaign campaign) {
        var fallbacks =
                Placeholders.fallbacks(Objects.requireNonNullElse(campaign.subject(), "") + "\n" + campaign.text());
        if (fallbacks.isEmpty()) return List.of();
        var lacking = audiences.lacking(tx, user, campaign.via(), campaign.audience());
        return fallbacks.stream()
                .map(f -> new Missing(
                        f.placeholder(),
                        f.placeholder().equals("nama") ? lacking.name() : lacking.lastProduct(),
                        f.words()))
                .filter(m -> m.customers() > 0)
                .toList();
    }
}
