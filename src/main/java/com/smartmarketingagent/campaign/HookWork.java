package com.smartmarketingagent.campaign;

import com.smartmarketingagent.campaign.StatusRepository.Reported;
import com.smartmarketingagent.customer.Consent.Channel;
import com.smartmarketingagent.customer.ConsentRepository;
import com.smartmarketingagent.customer.ConsentRepository.Reason;
import com.smartmarketingagent.customer.Replies;
import com.smartmarketingagent.messaging.Channel.Kind;
import com.smartmarketingagent.messaging.Channel.State;
import com.smartmarketingagent.messaging.ChannelRepository;
import com.smartmarketingagent.messaging.Channels;
import com.smartmarketingagent.messaging.Hook;
import com.smartmarketingagent.messaging.HookEvent;
import com.smartmarketingagent.messaging.HookRepository;
import com.smartmarketingagent.messaging.Via;
import com.smartmarketingagent.pacing.Pace;
import com.smartmarketingagent.pacing.PaceRepository;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Jobs;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * What a provider's report means: for a message of a campaign, for a customer's consent, for the channel. Each report
 * is a job of its own, and its effect and its end are one transaction.
 */
@Singleton
class HookWork implements Jobs.Job {

    private static final Logger LOG = Logger.getLogger(HookWork.class);

    private final Db db;
    private final HookRepository hooks;
    private final StatusRepository statuses;
    private final PaceRepository paces;
    private final Replies replies;
    private final ConsentRepository consents;
    private final ChannelRepository kept;
    private final Channels channels;
    private final CampaignRepository campaigns;
    private final Campaigns steps;

    HookWork(
            Db db,
            HookRepository hooks,
            StatusRepository statuses,
            PaceRepository paces,
            Replies replies,
            ConsentRepository consents,
            ChannelRepository kept,
            Channels channels,
            CampaignRepository campaigns,
            Campaigns steps) {
        this.db = db;
        this.hooks = hooks;
        this.statuses = statuses;
        this.paces = paces;
        this.replies = replies;
        this.consents = consents;
        this.kept = kept;
        this.channels = channels;
        this.campaigns = campaigns;
        this.steps = steps;
    }

    private record Part(UserId user, UUID id) {

        static Part of(String instance) {
            var ids = instance.split(" ");
            return new Part(new UserId(UUID.fromString(ids[0])), UUID.fromString(ids[1]));
        }
    }

    @Override
    public String name() {
        return HookRepository.WORK;
    }

    /**
     * So many of a node's ten connections and a body of a megabyte each: one shop that is told much, or tells itself
     * much, keeps the others' STOP waiting for nothing.
     */
    @Override
    public int atOnce() {
        return 4;
    }

    /** Of one that was worked already only the campaigns are looked after: who worked it may have died over that. */
    @Override
    public void run(String instance) {
        var part = Part.of(instance);
        Set<UUID> told;
        try {
            told = db.inTenantAsWorker(part.user(), tx -> work(tx, part));
        } catch (Hook.Unreadable e) {
            LOG.warnv("A provider''s report {0} is none that can be understood: {1}", part.id(), e.getMessage());
            db.inTenantAsWorker(part.user(), tx -> {
                hooks.giveUp(tx, part.user(), part.id(), e.getClass().getSimpleName());
                return part;
            });
            return;
        } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
            // the job itself is tried again
            if (Db.isAway(e)) throw e;
            LOG.errorv(e, "A provider''s report {0} can''t be worked", part.id());
            db.inTenantAsWorker(part.user(), tx -> {
                hooks.postpone(tx, part.user(), part.id(), e.getClass().getSimpleName());
                return part;
            });
            return;
        }
        // the campaign before its messages, as whoever sends does: so not in the same transaction; what fails here is
        // done again with the job
        for (var campaign : told) db.inTenantAsWorker(part.user(), tx -> lookAfter(tx, part, campaign));
    }

    /** @return the campaigns of whose messages it tells something; where it was worked before, all that run */
    private Set<UUID> work(Handle tx, Part part) {
        var hook = hooks.take(tx, part.user(), part.id());
        if (hook.isEmpty()) return Set.copyOf(campaigns.running(tx, part.user()));
        var channel = kept.find(tx, part.user(), hook.get().kind()).orElse(null);
        var told = new HashSet<UUID>();
        var events = hook.get().events(channel);
        // readers before their messages, as whoever sends or erases does
        for (var event : events) if (isOfReader(event)) happened(tx, part, event);
        boolean known = report(tx, part, events, told);
        for (var event : events) {
            // the shop's second phone, with messages of its own
            boolean isElsewhere = event instanceof HookEvent.AnotherDevice && !known;
            if (!isElsewhere && !isOfReader(event)) happened(tx, part, event);
        }
        // it may have been faster than what we write down of the provider's answer; or it is of no message of this shop
        if (known) hooks.worked(tx, part.user(), part.id());
        else hooks.postpone(tx, part.user(), part.id(), null);
        return told;
    }

    private static boolean isOfReader(HookEvent event) {
        return event instanceof HookEvent.Incoming || event instanceof HookEvent.Refusal;
    }

    /** Gateways take every message and say later which failed: so many in a row, and something is wrong. */
    private Campaign lookAfter(Handle tx, Part part, UUID id) {
        var campaign = campaigns.lock(tx, part.user(), id);
        campaigns.learnt(tx, part.user(), id);
        var via = campaign.via();
        if (!via.isPaced()) return campaign;
        int failures = statuses.failuresInARow(tx, part.user(), via.key());
        paces.fails(tx, part.user(), via, failures);
        if (failures > Pace.MOST_FAILURES && campaign.state() == Campaign.State.RUNNING)
            steps.pause(tx, part.user(), campaign, "failures");
        return campaign;
    }

    /** False where any of it is about a message that isn't known, or not yet. */
    private boolean report(Handle tx, Part part, List<HookEvent> events, Set<UUID> told) {
        var said = events.stream()
                .filter(HookEvent.Status.class::isInstance)
                .map(HookEvent.Status.class::cast)
                .toList();
        if (said.isEmpty()) return true;
        var meant = statuses.report(tx, part.user(), said);
        for (var one : meant) if (one.tells()) told.add(one.campaignId());
        return meant.stream().map(Reported::nth).distinct().count() == said.size();
    }

    /** A second time it changes nothing. */
    private void happened(Handle tx, Part part, HookEvent event) {
        var user = part.user();
        switch (event) {
            case HookEvent.Status _ -> {
                // said with the others
            }
            case HookEvent.Incoming message ->
                replies.hear(tx, user, message.id(part.id()), message.from(), message.text(), message.at());
            case HookEvent.Refusal refusal -> replies.refused(tx, user, refusal.phone(), refusal.words());
            case HookEvent.Bounce bounce -> {
                if (bounce.hard()) consents.suppress(tx, user, Channel.EMAIL, bounce.address(), Reason.BOUNCE);
                else consents.bouncedSoftly(tx, user, bounce.address(), part.id());
            }
            case HookEvent.Complaint complaint -> replies.complained(tx, user, complaint.address());
            case HookEvent.AnotherDevice _ -> kept.doubt(tx, user, Kind.FONNTE);
            case HookEvent.Device device -> {
                if (device.connected()) channels.enter(tx, user, Kind.FONNTE, State.CONNECTED, null);
                else if (channels.enter(tx, user, Kind.FONNTE, State.DISCONNECTED, "disconnected"))
                    campaigns.lockRunning(tx, user, Via.FONNTE).forEach(c -> steps.pause(tx, user, c, "channel"));
            }
        }
    }

    @Override
    public @Nullable Instant again(String instance) {
        var part = Part.of(instance);
        return db.inTenantAsWorker(part.user(), tx -> hooks.next(tx, part.user(), part.id()))
                .orElse(null);
    }
}
