package com.smartmarketingagent.campaign;

import com.smartmarketingagent.campaign.Campaign.State;
import com.smartmarketingagent.campaign.OutboxRepository.Begun;
import com.smartmarketingagent.content.Placeholders;
import com.smartmarketingagent.customer.Phone;
import com.smartmarketingagent.link.Links;
import com.smartmarketingagent.messaging.Via;
import com.smartmarketingagent.pacing.Due;
import com.smartmarketingagent.pacing.Pacing;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Sending by the owner's hand: the next message is opened in WhatsApp, and then they say whether it went. */
@Singleton
class Assisted {

    private final CampaignRepository campaigns;
    private final OutboxRepository outbox;
    private final ProgressRepository progress;
    private final Campaigns steps;
    private final Links links;
    private final Pacing pacing;

    Assisted(
            CampaignRepository campaigns,
            OutboxRepository outbox,
            ProgressRepository progress,
            Campaigns steps,
            Links links,
            Pacing pacing) {
        this.campaigns = campaigns;
        this.outbox = outbox;
        this.progress = progress;
        this.steps = steps;
        this.links = links;
        this.pacing = pacing;
    }

    /** @param link opens WhatsApp with the text, ready to be sent */
    record Open(UUID customerId, String name, String text, String link) {}

    private Open open(Handle tx, UserId user, Campaign campaign, Begun message) {
        var text = campaign.textFor(
                new Placeholders.Recipient(message.name(), message.shop(), message.lastProduct()),
                links.of(tx, user, campaign.id(), campaign.link(), List.of(message.customerId()))
                        .get(message.customerId()));
        var link = Phone.whatsApp(message.address(), text);
        return new Open(message.customerId(), message.name(), text, link);
    }

    /**
     * Opens the next: from now on it may have been sent. Who said stop meanwhile is passed over. Where one is open of
     * which nothing was said yet, it is that one again.
     *
     * @return empty where nobody is left
     * @throws Problem.Conflict where the campaign isn't running, or not by hand, nothing may be sent from here, or it
     *     is night for all who are left
     */
    Optional<Open> next(Handle tx, UserId user, UUID id) {
        var campaign = campaigns.lock(tx, user, id);
        if (campaign.via() != Via.ASSISTED) throw new Problem.Conflict("campaign.not_by_hand");
        if (campaign.state() != State.RUNNING)
            throw new Problem.Conflict("campaign.not_now_" + campaign.state().key());
        steps.checkMaySend(tx, user, Via.ASSISTED);
        var open = unsaid(tx, user, campaign);
        if (!open.isEmpty()) {
            if (rests(tx, user, id).isPresent()) throw new Problem.Conflict("campaign.night");
            return Optional.of(open.getFirst());
        }
        var awake = pacing.awake(Via.ASSISTED, Db.now(tx));
        while (true) {
            var chosen = outbox.choose(tx, user, id, awake, true, 1);
            if (chosen.isEmpty()) break;
            var begun = outbox.begin(tx, user, id, chosen);
            if (!begun.isEmpty()) {
                var opened = open(tx, user, campaign, begun.getFirst());
                outbox.keepText(tx, user, id, begun.getFirst(), opened.text());
                return Optional.of(opened);
            }
        }
        if (progress.counts(tx, user, id).pending() > 0) throw new Problem.Conflict("campaign.night");
        steps.finish(tx, user, id);
        return Optional.empty();
    }

    /**
     * Those that were opened and of which nothing was said yet: their window may be long closed. Also while nothing may
     * be sent, as it was sent before. Where the last of them may not be sent any more, the campaign is done.
     */
    List<Open> open(Handle tx, UserId user, UUID id) {
        // the campaign before its messages, as whoever says what became of one does
        var campaign = campaigns.lock(tx, user, id);
        if (campaign.via() != Via.ASSISTED || campaign.state() != State.RUNNING) return List.of();
        var open = unsaid(tx, user, campaign);
        if (open.isEmpty()) steps.finish(tx, user, id);
        return open;
    }

    /** Until when it is night for those whose messages are open, else for all who are left; empty where it isn't. */
    Optional<Instant> rests(Handle tx, UserId user, UUID id) {
        var now = Db.now(tx);
        var left = progress.zones(tx, user, id).stream()
                .map(zone -> new Due(now, zone))
                .toList();
        return pacing.next(tx, user, Via.ASSISTED, left).filter(next -> next.isAfter(now));
    }

    private List<Open> unsaid(Handle tx, UserId user, Campaign campaign) {
        outbox.close(tx, user, campaign.id());
        return outbox.open(tx, user, campaign.id()).stream()
                .map(message -> open(tx, user, campaign, message))
                .toList();
    }
}
