package com.smartmarketingagent.campaign;

import com.fasterxml.jackson.annotation.JsonValue;
import com.smartmarketingagent.campaign.Campaign.State;
import com.smartmarketingagent.campaign.Campaign.Via;
import com.smartmarketingagent.content.Placeholders;
import com.smartmarketingagent.customer.Phone;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Sending by the owner's hand: the next message is opened in WhatsApp, and then they say whether it went. */
@Singleton
class Assisted {

    private final CampaignRepository campaigns;
    private final OutboxRepository outbox;
    private final Links links;

    Assisted(CampaignRepository campaigns, OutboxRepository outbox, Links links) {
        this.campaigns = campaigns;
        this.outbox = outbox;
        this.links = links;
    }

    /** @param link opens WhatsApp with the text, ready to be sent */
    record Open(UUID customerId, String name, String text, String link) {}

    /** What became of one that was opened. */
    public enum Outcome {
        SENT("accepted"),
        SKIPPED("skipped");

        private final String state;

        Outcome(String state) {
            this.state = state;
        }

        @JsonValue
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Opens the next: from now on it may have been sent. Who said stop meanwhile is passed over.
     *
     * @return empty where nobody is left
     * @throws Problem.Conflict where the campaign isn't running, or not by hand
     */
    Optional<Open> next(Handle tx, UserId user, UUID id) {
        var campaign = running(tx, user, id);
        while (true) {
            var lease = outbox.take(tx, user, id);
            if (lease.isEmpty()) {
                finish(tx, user, id);
                return Optional.empty();
            }
            var state = outbox.begin(tx, user, id, lease.get());
            if (!state.equals(Optional.of("sending"))) continue;
            var customer = lease.get().customer();
            var facts = outbox.facts(tx, user, customer).orElseThrow();
            var text = campaign.textFor(
                    new Placeholders.Recipient(facts.name(), facts.shop(), facts.lastProduct()),
                    links.of(tx, user, campaign, customer));
            var link = Phone.whatsApp(facts.phone()) + "?text="
                    + URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
            return Optional.of(new Open(customer, facts.name(), text, link));
        }
    }

    /** @throws Problem.NotFound where no message to that customer is open */
    void say(Handle tx, UserId user, UUID id, UUID customer, Outcome outcome) {
        if (campaigns.lock(tx, user, id).via() != Via.ASSISTED) throw new Problem.Conflict("campaign.not_by_hand");
        if (!outbox.say(tx, user, id, customer, outcome.state)) throw new Problem.NotFound("recipient");
        finish(tx, user, id);
    }

    private Campaign running(Handle tx, UserId user, UUID id) {
        var campaign = campaigns.lock(tx, user, id);
        if (campaign.via() != Via.ASSISTED) throw new Problem.Conflict("campaign.not_by_hand");
        if (campaign.state() != State.RUNNING)
            throw new Problem.Conflict("campaign.not_now_" + campaign.state().key());
        return campaign;
    }

    private void finish(Handle tx, UserId user, UUID id) {
        boolean running = campaigns.get(tx, user, id).state() == State.RUNNING;
        if (running && outbox.counts(tx, user, id).isSettled()) campaigns.enter(tx, user, id, State.DONE);
    }
}
