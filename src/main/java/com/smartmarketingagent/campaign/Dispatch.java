package com.smartmarketingagent.campaign;

import com.smartmarketingagent.campaign.Campaign.State;
import com.smartmarketingagent.campaign.OutboxRepository.Begun;
import com.smartmarketingagent.campaign.OutboxRepository.Outcome;
import com.smartmarketingagent.content.Placeholders;
import com.smartmarketingagent.customer.Consent;
import com.smartmarketingagent.customer.ConsentRepository;
import com.smartmarketingagent.customer.ConsentRepository.Reason;
import com.smartmarketingagent.customer.Unsubscribe;
import com.smartmarketingagent.link.Links;
import com.smartmarketingagent.messaging.Channels;
import com.smartmarketingagent.messaging.Delivery;
import com.smartmarketingagent.messaging.Outgoing;
import com.smartmarketingagent.messaging.PracticeMailbox;
import com.smartmarketingagent.messaging.Sender;
import com.smartmarketingagent.messaging.Via;
import com.smartmarketingagent.notice.Notices;
import com.smartmarketingagent.pacing.Due;
import com.smartmarketingagent.pacing.Pace;
import com.smartmarketingagent.pacing.Pacing;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Jobs;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;
import java.util.function.Supplier;
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
    /** After so long it lets others, and a node that is to stop, have their turn. */
    private static final Duration TURN = Duration.ofSeconds(10);

    private static final int MOST_TRIES_TO_SETTLE = 20;
    /** A message that fails this often by chance has failed. */
    private static final int MOST_ATTEMPTS = 5;
    /** Reasons of tries after which a provider may have taken the message. */
    private static final Set<String> MAY_HAVE_GONE = Set.of("lost", "no_answer");

    /** Why a try failed that may not once the reader has made room. */
    private static final String FULL = "full";

    private static final String STOPPED = "stopped";

    private final Db db;
    private final CampaignRepository campaigns;
    private final Campaigns steps;
    private final OutboxRepository outbox;
    private final ProgressRepository progress;
    private final Pacing pacing;
    private final Links links;
    private final Unsubscribe unsubscribe;
    private final ConsentRepository consents;
    private final Notices notices;
    private final BiFunction<UserId, Via, Optional<Sender>> senders;

    @Inject
    Dispatch(
            Db db,
            CampaignRepository campaigns,
            Campaigns steps,
            OutboxRepository outbox,
            ProgressRepository progress,
            Pacing pacing,
            Links links,
            Unsubscribe unsubscribe,
            ConsentRepository consents,
            Notices notices,
            PracticeMailbox practice,
            Channels channels) {
        this(
                db,
                campaigns,
                steps,
                outbox,
                progress,
                pacing,
                links,
                unsubscribe,
                consents,
                notices,
                (user, via) -> via == Via.PRACTICE
                        ? Optional.of(practice)
                        : via.kind().flatMap(kind -> channels.sender(user, kind)));
    }

    Dispatch(
            Db db,
            CampaignRepository campaigns,
            Campaigns steps,
            OutboxRepository outbox,
            ProgressRepository progress,
            Pacing pacing,
            Links links,
            Unsubscribe unsubscribe,
            ConsentRepository consents,
            Notices notices,
            BiFunction<UserId, Via, Optional<Sender>> senders) {
        this.db = db;
        this.campaigns = campaigns;
        this.steps = steps;
        this.outbox = outbox;
        this.progress = progress;
        this.pacing = pacing;
        this.links = links;
        this.unsubscribe = unsubscribe;
        this.consents = consents;
        this.notices = notices;
        this.senders = senders;
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

    /** Sends what is due now, for a while. */
    @Override
    public void run(String instance) {
        var part = Part.of(instance);
        var user = part.user();
        var via = db.inTenantAsWorker(user, tx -> begin(tx, part));
        var sender = senders.apply(user, via);
        // by hand: nothing is ours to send
        if (sender.isEmpty() && via.kind().isEmpty()) return;
        long turn = System.nanoTime() + TURN.toNanos();
        boolean lost = db.inTenantAsWorker(user, tx -> {
            boolean any = outbox.reap(tx, user, part.campaign()) > 0;
            if (any) askToCheck(tx, part);
            if (sender.isEmpty()) pause(tx, part, "no_channel");
            return any;
        });
        if (lost) notices.told(user);
        var held = Optional.<Instant>empty();
        while (sender.isPresent()
                && System.nanoTime() < turn
                && !Thread.currentThread().isInterrupted()) {
            var until = held.orElse(null);
            var taken = db.inTenantAsWorker(user, tx -> take(tx, part, until));
            if (taken.isEmpty()) break;
            held = taken.get().heldUntil();
            var deliveries = hand(sender.get(), taken.get().messages());
            settle(part, taken.get(), deliveries);
            if (deliveries.stream().anyMatch(Delivery.Unknown.class::isInstance)) notices.told(user);
            LockSupport.parkNanos(via.between().toNanos());
        }
        var mine = held;
        boolean ended = evenIfStopped(() -> db.inTenantAsWorker(user, tx -> {
            mine.ifPresent(until -> pacing.endTurn(tx, user, via, until));
            steps.finish(tx, user, part.campaign());
            return campaigns.get(tx, user, part.campaign()).state() != State.RUNNING;
        }));
        if (ended) notices.told(user);
    }

    /** What came of messages isn't lost to a node that stops: who is interrupted can use no connection. */
    private static <T> T evenIfStopped(Supplier<T> work) {
        boolean stops = Thread.interrupted();
        try {
            return work.get();
        } finally {
            if (stops) Thread.currentThread().interrupt();
        }
    }

    /** Nor is it to a database that is away for a moment. */
    private void settle(Part part, Taken taken, List<Delivery> deliveries) {
        evenIfStopped(() -> settleAtLast(part, taken, deliveries));
    }

    private Part settleAtLast(Part part, Taken taken, List<Delivery> deliveries) {
        for (int i = 1; ; i++) {
            try {
                return db.inTenantAsWorker(
                        part.user(), tx -> settle(tx, part, taken.campaign(), taken.messages(), deliveries));
            } catch (RuntimeException e) {
                if (!Db.isAway(e) || i == MOST_TRIES_TO_SETTLE) throw e;
                LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
            }
        }
    }

    /**
     * What was to begin later, and is due. Whose hour has long passed asks its owner first, and what the shop may not
     * send by now waits.
     */
    private Via begin(Handle tx, Part part) {
        var campaign = campaigns.lock(tx, part.user(), part.campaign());
        var now = Db.now(tx);
        if (campaign.state() == State.RUNNING) return goOn(tx, part, campaign);
        if (campaign.state() != State.SCHEDULED || campaign.isAhead(now)) return campaign.via();
        var why = steps.barred(tx, part.user(), campaign.via())
                .or(() -> campaign.isTooLate(now) ? Optional.of("late") : Optional.empty());
        if (why.isPresent()) {
            steps.pause(tx, part.user(), campaign, why.get());
            return campaign.via();
        }
        try {
            steps.freeze(tx, part.user(), campaign);
            campaigns.enter(tx, part.user(), part.campaign(), State.RUNNING);
        } catch (Problem.Conflict beyond) {
            steps.pause(tx, part.user(), campaign, "limits");
        }
        return campaign.via();
    }

    /** The limit is asked for once in a turn, not for each message. */
    private Via goOn(Handle tx, Part part, Campaign campaign) {
        try {
            steps.checkWaiting(tx, part.user(), campaign);
        } catch (Problem.Conflict beyond) {
            steps.pause(tx, part.user(), campaign, "limits");
        }
        return campaign.via();
    }

    /** @param outgoing what is handed over */
    private record Ready(Begun message, Outgoing outgoing) {}

    /**
     * @param messages may be none, where all who were next are not to be written to any more
     * @param heldUntil how long the shop's mail server is ours; empty where it is no mail
     */
    private record Taken(Campaign campaign, List<Ready> messages, Optional<Instant> heldUntil) {}

    /**
     * Empty where nothing is to be sent now.
     *
     * @param held until when the shop's mail server is ours; null where it isn't
     */
    private Optional<Taken> take(Handle tx, Part part, @Nullable Instant held) {
        var user = part.user();
        // the campaign before the number, as whoever resumes it does
        var campaign = campaigns.lock(tx, user, part.campaign());
        if (campaign.state() != State.RUNNING) return Optional.empty();
        var barred = steps.barred(tx, user, campaign.via());
        if (barred.isPresent()) return stop(tx, part, campaign, barred.get());
        var via = campaign.via();
        var now = Db.now(tx);
        if (via.isPaced() && !pacing.isFree(tx, user, via, now)) return Optional.empty();
        if (via.kind().isPresent() && progress.isUnwanted(tx, user, campaign.id()))
            return stop(tx, part, campaign, "stops");
        var chosen = outbox.choose(tx, user, campaign.id(), pacing.awake(via, now), false, via.atOnce());
        if (chosen.isEmpty()) return Optional.empty();
        var until = Optional.<Instant>empty();
        if (via.isMail()) {
            until = pacing.takeTurn(tx, user, via, now, held);
            if (until.isEmpty()) return Optional.empty();
        }
        var messages = messages(tx, part, campaign, chosen);
        if (via.isPaced() && !messages.isEmpty()) pacing.sent(tx, user, via, now);
        return Optional.of(new Taken(campaign, messages, until));
    }

    private Optional<Taken> stop(Handle tx, Part part, Campaign campaign, String why) {
        steps.pause(tx, part.user(), campaign, why);
        return Optional.empty();
    }

    private List<Ready> messages(Handle tx, Part part, Campaign campaign, List<UUID> chosen) {
        var begun = outbox.begin(tx, part.user(), campaign.id(), chosen);
        var theirs = links.of(
                tx,
                part.user(),
                campaign.id(),
                campaign.link(),
                begun.stream().map(Begun::customerId).toList());
        return begun.stream()
                .map(message -> new Ready(message, outgoing(part, campaign, message, theirs.get(message.customerId()))))
                .toList();
    }

    private Outgoing outgoing(Part part, Campaign campaign, Begun message, @Nullable String link) {
        var reader = new Placeholders.Recipient(message.name(), message.shop(), message.lastProduct());
        return new Outgoing(
                part.user(),
                campaign.id(),
                message.customerId(),
                message.address(),
                campaign.textFor(reader, link),
                campaign.subjectFor(reader),
                campaign.via().channel() == Consent.Channel.EMAIL
                        ? unsubscribe
                                .link(part.user(), message.customerId(), Consent.Channel.EMAIL)
                                .orElse(null)
                        : null,
                campaign.media());
    }

    private static List<Delivery> hand(Sender sender, List<Ready> messages) {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            return messages.stream().map(m -> threads.submit(() -> sender.send(m.outgoing()))).toList().stream()
                    .map(Dispatch::delivery)
                    .toList();
        }
    }

    private static Delivery delivery(Future<Delivery> sent) {
        try {
            return sent.get();
        } catch (ExecutionException e) {
            LOG.error("A message may have been sent or not", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return new Delivery.Unknown("lost");
    }

    private Part settle(Handle tx, Part part, Campaign campaign, List<Ready> messages, List<Delivery> deliveries) {
        campaigns.lock(tx, part.user(), campaign.id());
        var outcomes = new ArrayList<Outcome>();
        boolean succeeded = false;
        int failures = 0;
        for (int i = 0; i < messages.size(); i++) {
            var outcome = outcome(messages.get(i), deliveries.get(i));
            outcomes.add(outcome);
            boolean accepted = outcome.state().equals("accepted");
            succeeded |= accepted;
            // who says "later" has refused nothing
            boolean failed = !(deliveries.get(i) instanceof Delivery.RetryLater later
                    && later.why().equals("busy")
                    && outcome.state().equals("pending"));
            if (accepted) failures = 0;
            else if (failed) failures++;
        }
        if (deliveries.stream().anyMatch(Delivery.ChannelDown.class::isInstance)) pause(tx, part, "channel");
        else if (campaign.via().kind().isPresent()
                && pacing.settled(tx, part.user(), campaign.via(), succeeded, failures) > Pace.MOST_FAILURES)
            pause(tx, part, "failures");
        outbox.settle(tx, part.user(), campaign.id(), outcomes);
        // after the readers, as whoever unsubscribes does
        for (int i = 0; i < messages.size(); i++) {
            var message = messages.get(i).message();
            var outcome = outcomes.get(i);
            if (deliveries.get(i) instanceof Delivery.Bounced bounced) bounced(tx, part, message, bounced.hard());
            else if (outcome.state().equals("failed") && FULL.equals(outcome.why())) bounced(tx, part, message, false);
            else if (STOPPED.equals(outcome.why()))
                consents.suppress(tx, part.user(), Consent.Channel.WHATSAPP, message.address(), Reason.STOP);
        }
        if (outcomes.stream().anyMatch(o -> o.state().equals("unknown"))) askToCheck(tx, part);
        return part;
    }

    private void askToCheck(Handle tx, Part part) {
        var campaign = campaigns.get(tx, part.user(), part.campaign());
        steps.askToCheck(
                tx,
                part.user(),
                campaign,
                progress.counts(tx, part.user(), part.campaign()).unknown());
    }

    /** Each try counts once, however often what came of it is written down. */
    private void bounced(Handle tx, Part part, Begun message, boolean hard) {
        if (hard) consents.suppress(tx, part.user(), Consent.Channel.EMAIL, message.address(), Reason.BOUNCE);
        else consents.bouncedSoftly(tx, part.user(), message.address(), message.token());
    }

    private void pause(Handle tx, Part part, String why) {
        var campaign = campaigns.lock(tx, part.user(), part.campaign());
        if (campaign.state() == State.RUNNING) steps.pause(tx, part.user(), campaign, why);
    }

    private static Outcome outcome(Ready ready, Delivery delivery) {
        var message = ready.message();
        var text = ready.outgoing().text();
        return switch (delivery) {
            case Delivery.Accepted accepted ->
                new Outcome(message, text, "accepted", accepted.providerId(), null, null);
            case Delivery.Rejected rejected -> new Outcome(message, text, "failed", null, rejected.why(), null);
            case Delivery.Bounced _ -> new Outcome(message, text, "failed", null, "bounced", null);
            case Delivery.Unknown unknown -> new Outcome(message, text, "unknown", null, unknown.why(), null);
            case Delivery.ChannelDown down -> new Outcome(message, text, "pending", null, null, 0.0);
            case Delivery.RetryLater later ->
                message.attempt() < MOST_ATTEMPTS
                        ? new Outcome(
                                message,
                                text,
                                "pending",
                                null,
                                later.why(),
                                later.after().toMillis() / 1000.0)
                        // of one that may have gone nobody can say that it failed
                        : new Outcome(
                                message,
                                text,
                                MAY_HAVE_GONE.contains(later.why()) ? "unknown" : "failed",
                                null,
                                later.why(),
                                null);
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
        var due = progress.due(tx, part.user(), campaign.id());
        if (campaign.state() == State.RUNNING && campaign.via() != Via.ASSISTED)
            return pacing.next(tx, part.user(), campaign.via(), due);
        // what is being sent by who died is looked after, whatever became of the campaign
        return due.stream()
                .filter(d -> d.zone() == null && campaign.via() != Via.ASSISTED)
                .map(Due::at)
                .min(Instant::compareTo);
    }
}
