package com.smartmarketingagent.campaign;

import com.smartmarketingagent.campaign.Campaign.State;
import com.smartmarketingagent.campaign.OutboxRepository.Lease;
import com.smartmarketingagent.content.Placeholders;
import com.smartmarketingagent.messaging.Delivery;
import com.smartmarketingagent.messaging.Outgoing;
import com.smartmarketingagent.messaging.PracticeMailbox;
import com.smartmarketingagent.messaging.Sender;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Jobs;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Sends a running campaign's messages, each at most once whatever dies in between: leased, then {@code sending} and
 * committed, then handed over outside of any transaction, then settled. Any number of nodes may do it at once.
 */
@Singleton
public class Dispatch implements Jobs.Job {

    static final String NAME = "dispatch";

    private static final Logger LOG = Logger.getLogger(Dispatch.class);
    private static final int BATCH = 20;
    /** A message that fails this often by chance has failed. */
    private static final int MOST_ATTEMPTS = 5;

    private final Db db;
    private final CampaignRepository campaigns;
    private final OutboxRepository outbox;
    private final Sender sender;

    @Inject
    Dispatch(Db db, CampaignRepository campaigns, OutboxRepository outbox, PracticeMailbox practice) {
        this(db, campaigns, outbox, (Sender) practice);
    }

    Dispatch(Db db, CampaignRepository campaigns, OutboxRepository outbox, Sender sender) {
        this.db = db;
        this.campaigns = campaigns;
        this.outbox = outbox;
        this.sender = sender;
    }

    /** What is enqueued for a campaign; anew for each approval, so that none meets one that is just ending. */
    static String instance(UserId user, UUID campaign, UUID once) {
        return user.value() + " " + campaign + " " + once;
    }

    private record Part(UserId user, UUID campaign) {

        static Part of(String instance) {
            var ids = instance.split(" ");
            return new Part(new UserId(UUID.fromString(ids[0])), UUID.fromString(ids[1]));
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    /** Sends all that is due now. */
    @Override
    public void run(String instance) {
        var part = Part.of(instance);
        db.inTenantAsWorker(part.user(), tx -> {
            outbox.reap(tx, part.user(), part.campaign());
            return part;
        });
        while (true) {
            var due = db.inTenantAsWorker(part.user(), tx -> outbox.lease(tx, part.user(), part.campaign(), BATCH));
            if (due.isEmpty()) break;
            for (var lease : due) send(part, lease);
        }
        finish(part);
    }

    private void send(Part part, Lease lease) {
        var message = begin(part, lease);
        if (message.isEmpty()) return;
        Delivery delivery;
        try {
            delivery = sender.send(message.get());
        } catch (RuntimeException e) {
            LOG.error("A message may have been sent or not", e);
            delivery = new Delivery.Unknown("lost");
        }
        settle(part, lease, delivery);
    }

    private Optional<Outgoing> begin(Part part, Lease lease) {
        return db.inTenantAsWorker(part.user(), tx -> {
            var state = outbox.begin(tx, part.user(), part.campaign(), lease);
            if (!state.equals(Optional.of("sending"))) return Optional.empty();
            var campaign = campaigns.get(tx, part.user(), part.campaign());
            return outbox.facts(tx, part.user(), lease.customer())
                    .map(facts -> new Outgoing(
                            part.user(),
                            part.campaign(),
                            lease.customer(),
                            facts.phone(),
                            Placeholders.merge(
                                    campaign.text(),
                                    new Placeholders.Recipient(facts.name(), facts.shop(), facts.lastProduct())),
                            null,
                            null));
        });
    }

    private void settle(Part part, Lease lease, Delivery delivery) {
        db.inTenantAsWorker(part.user(), tx -> {
            var user = part.user();
            var campaign = part.campaign();
            return switch (delivery) {
                case Delivery.Accepted accepted ->
                    outbox.settle(tx, user, campaign, lease, "accepted", accepted.providerId(), null, null);
                case Delivery.Rejected rejected ->
                    outbox.settle(tx, user, campaign, lease, "failed", null, rejected.why(), null);
                case Delivery.Unknown unknown ->
                    outbox.settle(tx, user, campaign, lease, "unknown", null, unknown.why(), null);
                case Delivery.ChannelDown down ->
                    outbox.settle(tx, user, campaign, lease, "pending", null, down.why(), Duration.ofHours(1));
                case Delivery.RetryLater later -> {
                    boolean enough = outbox.attempts(tx, user, campaign, lease.customer()) >= MOST_ATTEMPTS;
                    yield outbox.settle(
                            tx,
                            user,
                            campaign,
                            lease,
                            enough ? "failed" : "pending",
                            null,
                            later.why(),
                            enough ? null : later.after());
                }
            };
        });
    }

    /** A campaign is done when the fate of every message is known. */
    private void finish(Part part) {
        db.inTenantAsWorker(part.user(), tx -> {
            var campaign = campaigns.lock(tx, part.user(), part.campaign());
            boolean settled = outbox.counts(tx, part.user(), part.campaign()).isSettled();
            if (campaign.state() == State.RUNNING && settled)
                campaigns.enter(tx, part.user(), part.campaign(), State.DONE);
            return settled;
        });
    }

    @Override
    public @Nullable Instant again(String instance) {
        var part = Part.of(instance);
        return db.inTenantAsWorker(part.user(), tx -> {
                    if (campaigns.get(tx, part.user(), part.campaign()).state() != State.RUNNING)
                        return Optional.<Instant>empty();
                    return outbox.next(tx, part.user(), part.campaign());
                })
                .orElse(null);
    }
}
