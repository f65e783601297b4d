package com.smartmarketingagent.campaign;

import com.smartmarketingagent.campaign.AudienceRepository.Owner;
import com.smartmarketingagent.content.Placeholders;
import com.smartmarketingagent.customer.Consent;
import com.smartmarketingagent.customer.Phone;
import com.smartmarketingagent.messaging.Channels;
import com.smartmarketingagent.messaging.Delivery;
import com.smartmarketingagent.messaging.Outgoing;
import com.smartmarketingagent.messaging.Via;
import com.smartmarketingagent.pacing.Pacing;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Ids;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** A campaign's message sent to its owner, by the way it will go, to see it arrive. */
@Singleton
class OwnCopy {

    private final Db db;
    private final CampaignRepository campaigns;
    private final Campaigns steps;
    private final AudienceRepository audiences;
    private final Pacing pacing;
    private final Channels channels;

    OwnCopy(
            Db db,
            CampaignRepository campaigns,
            Campaigns steps,
            AudienceRepository audiences,
            Pacing pacing,
            Channels channels) {
        this.db = db;
        this.campaigns = campaigns;
        this.steps = steps;
        this.audiences = audiences;
        this.pacing = pacing;
        this.channels = channels;
    }

    /**
     * What came of it.
     *
     * @param state accepted, failed or unknown; {@code open} where the owner sends by hand
     * @param why it failed: a key below {@code campaign.why.} or {@code channels.why_}; null where it didn't
     * @param link opens WhatsApp with the message; null unless it is sent by hand
     */
    record Sent(
            String state, @Nullable String why, @Nullable String link) {}

    private record Letter(Via via, Outgoing outgoing) {}

    /**
     * It counts for the pace of the number that it goes by.
     *
     * @throws Problem.Conflict where nothing may be sent from here, there is no channel, no address of the owner's, or
     *     the number rests
     */
    Sent send(UserId user, UUID id) {
        var letter = db.inTenant(user, tx -> {
            var campaign = campaigns.get(tx, user, id);
            if (!campaign.via().reachesPeople()) throw new Problem.Conflict("campaign.copy_practice");
            steps.checkMaySend(tx, user, campaign.via());
            var its = letter(user, campaign, audiences.owner(tx, user));
            if (campaign.via().isPaced()) {
                var now = Db.now(tx);
                if (!pacing.isFree(tx, user, campaign.via(), now)) throw new Problem.Conflict("campaign.copy_rests");
                pacing.sent(tx, user, campaign.via(), now);
            }
            return its;
        });
        if (letter.via() == Via.ASSISTED)
            return new Sent(
                    "open",
                    null,
                    Phone.whatsApp(
                            letter.outgoing().address(), letter.outgoing().text()));
        var sender = letter.via()
                .kind()
                .flatMap(kind -> channels.sender(user, kind))
                .orElseThrow(() -> new Problem.Conflict("campaign.no_channel"));
        return switch (sender.send(letter.outgoing())) {
            case Delivery.Accepted _ -> new Sent("accepted", null, null);
            case Delivery.Rejected rejected -> new Sent("failed", rejected.why(), null);
            case Delivery.Bounced _ -> new Sent("failed", "bounced", null);
            case Delivery.RetryLater later -> new Sent("failed", later.why(), null);
            case Delivery.ChannelDown down -> new Sent("failed", down.why(), null);
            case Delivery.Unknown unknown -> new Sent("unknown", unknown.why(), null);
        };
    }

    /** What opens WhatsApp with a message by hand; empty for other ways, and where the owner's number isn't known. */
    Optional<String> link(Handle tx, UserId user, Campaign campaign) {
        var owner = audiences.owner(tx, user);
        if (campaign.via() != Via.ASSISTED || owner.phone() == null) return Optional.empty();
        var its = letter(user, campaign, owner).outgoing();
        return Optional.of(Phone.whatsApp(its.address(), its.text()));
    }

    private static Letter letter(UserId user, Campaign campaign, Owner owner) {
        boolean mail = campaign.via().channel() == Consent.Channel.EMAIL;
        var address = mail ? owner.email() : owner.phone();
        if (address == null) throw new Problem.Conflict("campaign.copy_no_phone");
        var reader = new Placeholders.Recipient(owner.name(), owner.shop(), null);
        return new Letter(
                campaign.via(),
                new Outgoing(
                        user,
                        campaign.id(),
                        Ids.next(),
                        address,
                        campaign.textFor(reader, campaign.link()),
                        campaign.subjectFor(reader),
                        null,
                        campaign.media()));
    }
}
