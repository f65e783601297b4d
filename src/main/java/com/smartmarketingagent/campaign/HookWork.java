package com.smartmarketingagent.campaign;

import com.smartmarketingagent.campaign.Campaign.Via;
import com.smartmarketingagent.customer.Consent.Channel;
import com.smartmarketingagent.customer.ConsentRepository;
import com.smartmarketingagent.customer.ConsentRepository.Reason;
import com.smartmarketingagent.customer.Replies;
import com.smartmarketingagent.messaging.Channel.Kind;
import com.smartmarketingagent.messaging.Channel.State;
import com.smartmarketingagent.messaging.ChannelRepository;
import com.smartmarketingagent.messaging.HookEvent;
import com.smartmarketingagent.messaging.HookRepository;
import com.smartmarketingagent.notice.Notices;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Jobs;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Map;
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
    private final OutboxRepository outbox;
    private final Replies replies;
    private final ConsentRepository consents;
    private final ChannelRepository channels;
    private final CampaignRepository campaigns;
    private final Campaigns steps;
    private final Notices notices;

    HookWork(
            Db db,
            HookRepository hooks,
            OutboxRepository outbox,
            Replies replies,
            ConsentRepository consents,
            ChannelRepository channels,
            CampaignRepository campaigns,
            Campaigns steps,
            Notices notices) {
        this.db = db;
        this.hooks = hooks;
        this.outbox = outbox;
        this.replies = replies;
        this.consents = consents;
        this.channels = channels;
        this.campaigns = campaigns;
        this.steps = steps;
        this.notices = notices;
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

    /** Does nothing where another has worked it. */
    @Override
    public void run(String instance) {
        var part = Part.of(instance);
        try {
            db.inTenantAsWorker(part.user(), tx -> work(tx, part));
        } catch (RuntimeException e) {
            // the job itself is tried again
            if (Db.isAway(e)) throw e;
            LOG.errorv(e, "A provider''s report {0} can''t be worked", part.id());
            db.inTenantAsWorker(part.user(), tx -> {
                hooks.postpone(tx, part.user(), part.id(), e.getClass().getSimpleName());
                return part;
            });
        }
    }

    private Part work(Handle tx, Part part) {
        var hook = hooks.take(tx, part.user(), part.id());
        if (hook.isEmpty()) return part;
        boolean known = true;
        for (var event : hook.get().events()) known &= happened(tx, part, event);
        // it may have been faster than what we write down of the provider's answer; or it is of no message of this shop
        if (known) hooks.worked(tx, part.user(), part.id());
        else hooks.postpone(tx, part.user(), part.id(), null);
        return part;
    }

    /** False where it is about a message that isn't known, or not yet. A second time it changes nothing. */
    private boolean happened(Handle tx, Part part, HookEvent event) {
        var user = part.user();
        switch (event) {
            case HookEvent.Status status -> {
                return outbox.report(tx, user, status);
            }
            case HookEvent.Incoming message ->
                replies.hear(tx, user, message.id(part.id()), message.from(), message.text(), message.at());
            case HookEvent.Bounce bounce -> {
                if (bounce.hard()) consents.suppress(tx, user, Channel.EMAIL, bounce.address(), Reason.BOUNCE);
                else consents.bouncedSoftly(tx, user, bounce.address(), part.id());
            }
            case HookEvent.Complaint complaint ->
                consents.suppress(tx, user, Channel.EMAIL, complaint.address(), Reason.COMPLAINT);
            case HookEvent.Device device -> {
                if (device.connected()) channels.enter(tx, user, Kind.FONNTE, State.CONNECTED, null);
                else if (channels.enter(tx, user, Kind.FONNTE, State.DISCONNECTED, "disconnected")) {
                    notices.tell(tx, user, com.smartmarketingagent.notice.Kind.DEVICE_DISCONNECTED, Map.of());
                    campaigns.lockRunning(tx, user, Via.FONNTE).forEach(c -> steps.pause(tx, user, c, "channel"));
                }
            }
        }
        return true;
    }

    @Override
    public @Nullable Instant again(String instance) {
        var part = Part.of(instance);
        return db.inTenantAsWorker(part.user(), tx -> hooks.next(tx, part.user(), part.id()))
                .orElse(null);
    }
}
