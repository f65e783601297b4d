package com.smartmarketingagent.campaign;

import com.smartmarketingagent.account.ShopCalendar;
import com.smartmarketingagent.campaign.Campaign.State;
import com.smartmarketingagent.campaign.Campaign.Via;
import com.smartmarketingagent.campaign.OutboxRepository.Begun;
import com.smartmarketingagent.campaign.OutboxRepository.Outcome;
import com.smartmarketingagent.content.Placeholders;
import com.smartmarketingagent.messaging.Delivery;
import com.smartmarketingagent.messaging.Outgoing;
import com.smartmarketingagent.messaging.PracticeMailbox;
import com.smartmarketingagent.messaging.Sender;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Jobs;
import com.smartmarketingagent.platform.Settings;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Sends a running campaign's messages, each at most once whatever dies in between: {@code sending} and committed, then
 * handed over outside of any transaction, then settled. Any number of nodes may do it at once.
 */
@Singleton
public class Dispatch implements Jobs.Job {

    static final String NAME = "dispatch";

    private static final Logger LOG = Logger.getLogger(Dispatch.class);
    /** At once, where nobody's number suffers from it. */
    private static final int BATCH = 25;
    /** A message that fails this often by chance has failed. */
    private static final int MOST_ATTEMPTS = 5;

    private final Db db;
    private final CampaignRepository campaigns;
    private final Campaigns steps;
    private final OutboxRepository outbox;
    private final PaceRepository paces;
    private final ShopCalendar calendar;
    private final QuietHours quiet;
    private final Sender sender;

    @Inject
    Dispatch(
            Db db,
            CampaignRepository campaigns,
            Campaigns steps,
            OutboxRepository outbox,
            PaceRepository paces,
            ShopCalendar calendar,
            Settings settings,
            PracticeMailbox practice) {
        this(db, campaigns, steps, outbox, paces, calendar, QuietHours.of(settings), (Sender) practice);
    }

    Dispatch(
            Db db,
            CampaignRepository campaigns,
            Campaigns steps,
            OutboxRepository outbox,
            PaceRepository paces,
            ShopCalendar calendar,
            QuietHours quiet,
            Sender sender) {
        this.db = db;
        this.campaigns = campaigns;
        this.steps = steps;
        this.outbox = outbox;
        this.paces = paces;
        this.calendar = calendar;
        this.quiet = quiet;
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
        var user = part.user();
        db.inTenantAsWorker(user, tx -> {
            begin(tx, part);
            outbox.reap(tx, user, part.campaign());
            return part;
        });
        while (true) {
            var taken = db.inTenantAsWorker(user, tx -> take(tx, part));
            if (taken.isEmpty()) break;
            var campaign = taken.get().campaign();
            var deliveries = hand(part, campaign, taken.get().messages());
            db.inTenantAsWorker(
                    user, tx -> settle(tx, part, campaign, taken.get().messages(), deliveries));
        }
        db.inTenantAsWorker(user, tx -> {
            steps.finish(tx, user, part.campaign());
            return part;
        });
    }

    /** What was to begin later, and is due. Whose hour has long passed asks its owner first. */
    private void begin(Handle tx, Part part) {
        var campaign = campaigns.lock(tx, part.user(), part.campaign());
        var now = Db.now(tx);
        if (campaign.state() != State.SCHEDULED || campaign.isAhead(now)) return;
        if (campaign.isTooLate(now)) {
            campaigns.pause(tx, part.user(), part.campaign(), "late");
            return;
        }
        campaigns.enter(tx, part.user(), part.campaign(), State.RUNNING);
        steps.begin(tx, part.user(), campaign);
    }

    /** @param messages may be none, where all who were next are not to be written to any more */
    private record Taken(Campaign campaign, List<Begun> messages) {}

    /** Empty where nothing is to be sent now. */
    private Optional<Taken> take(Handle tx, Part part) {
        var user = part.user();
        var campaign = campaigns.get(tx, user, part.campaign());
        if (campaign.state() != State.RUNNING) return Optional.empty();
        var via = campaign.via();
        var now = Db.now(tx);
        var awake = via == Via.PRACTICE ? Zones.EAST_FIRST : quiet.awake(now);
        if (!via.isPaced())
            return messages(tx, part, campaign, outbox.choose(tx, user, campaign.id(), awake, false, BATCH));
        var zone = calendar.zone(tx, user);
        var today = LocalDate.ofInstant(now, zone);
        var pace = paces.lock(tx, user, via, today, now);
        if (pace.free(now, zone, quiet).isAfter(now)) return Optional.empty();
        var taken = messages(tx, part, campaign, outbox.choose(tx, user, campaign.id(), awake, false, 1));
        if (taken.isPresent() && !taken.get().messages().isEmpty())
            paces.sent(
                    tx,
                    user,
                    via,
                    pace.sent(now, today, ThreadLocalRandom.current().nextDouble()));
        return taken;
    }

    private Optional<Taken> messages(Handle tx, Part part, Campaign campaign, List<UUID> chosen) {
        if (chosen.isEmpty()) return Optional.empty();
        return Optional.of(new Taken(campaign, outbox.begin(tx, part.user(), campaign.id(), chosen)));
    }

    private List<Delivery> hand(Part part, Campaign campaign, List<Begun> messages) {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            return messages.stream()
                    .map(m -> threads.submit(() -> sender.send(outgoing(part, campaign, m))))
                    .toList()
                    .stream()
                    .map(Dispatch::delivery)
                    .toList();
        }
    }

    private static Delivery delivery(Future<Delivery> sent) {
        try {
            return sent.get();
        } catch (java.util.concurrent.ExecutionException e) {
            LOG.error("A message may have been sent or not", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return new Delivery.Unknown("lost");
    }

    private static Outgoing outgoing(Part part, Campaign campaign, Begun message) {
        var reader = new Placeholders.Recipient(message.name(), message.shop(), message.lastProduct());
        return new Outgoing(
                part.user(),
                campaign.id(),
                message.customerId(),
                message.address(),
                Placeholders.merge(campaign.text(), reader),
                campaign.subject() == null ? null : Placeholders.merge(campaign.subject(), reader),
                null);
    }

    private int settle(Handle tx, Part part, Campaign campaign, List<Begun> messages, List<Delivery> deliveries) {
        var outcomes = new java.util.ArrayList<Outcome>();
        boolean succeeded = false;
        int failures = 0;
        for (int i = 0; i < messages.size(); i++) {
            var outcome = outcome(messages.get(i), deliveries.get(i));
            outcomes.add(outcome);
            boolean accepted = outcome.state().equals("accepted");
            succeeded |= accepted;
            failures = accepted ? 0 : failures + 1;
        }
        if (campaign.via().isPaced()
                && paces.settled(tx, part.user(), campaign.via(), succeeded, failures) > Pace.MOST_FAILURES)
            pause(tx, part, "failures");
        return outbox.settle(tx, part.user(), campaign.id(), outcomes);
    }

    private void pause(Handle tx, Part part, String why) {
        if (campaigns.lock(tx, part.user(), part.campaign()).state() == State.RUNNING)
            campaigns.pause(tx, part.user(), part.campaign(), why);
    }

    private static Outcome outcome(Begun message, Delivery delivery) {
        return switch (delivery) {
            case Delivery.Accepted accepted -> new Outcome(message, "accepted", accepted.providerId(), null, null);
            case Delivery.Rejected rejected -> new Outcome(message, "failed", null, rejected.why(), null);
            case Delivery.Unknown unknown -> new Outcome(message, "unknown", null, unknown.why(), null);
            case Delivery.RetryLater later ->
                message.attempt() < MOST_ATTEMPTS
                        ? new Outcome(
                                message,
                                "pending",
                                null,
                                later.why(),
                                later.after().toMillis() / 1000.0)
                        : new Outcome(message, "failed", null, later.why(), null);
        };
    }

    @Override
    public @Nullable Instant again(String instance) {
        var part = Part.of(instance);
        return db.inTenantAsWorker(part.user(), tx -> next(tx, part)).orElse(null);
    }

    private Optional<Instant> next(Handle tx, Part part) {
        var campaign = campaigns.get(tx, part.user(), part.campaign());
        if (campaign.state() == State.SCHEDULED) return Optional.ofNullable(campaign.sendAt());
        if (campaign.state() != State.RUNNING) return Optional.empty();
        var now = Db.now(tx);
        var pace = campaign.via().isPaced()
                ? paces.find(tx, part.user(), campaign.via())
                        .map(p -> p.free(now, calendar.zone(tx, part.user()), quiet))
                        .orElse(now)
                : now;
        return outbox.due(tx, part.user(), campaign.id()).stream()
                .map(due -> due.zone() == null || campaign.via() == Via.PRACTICE
                        ? due.at()
                        : quiet.ends(later(due.at(), pace), due.zone()))
                .min(Instant::compareTo);
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
