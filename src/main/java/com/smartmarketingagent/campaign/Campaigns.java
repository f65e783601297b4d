package com.smartmarketingagent.campaign;

import com.fasterxml.jackson.annotation.JsonValue;
import com.smartmarketingagent.account.Act;
import com.smartmarketingagent.account.Audit;
import com.smartmarketingagent.account.DemoShops;
import com.smartmarketingagent.account.Limits;
import com.smartmarketingagent.account.ShopCalendar;
import com.smartmarketingagent.account.WhenSwitchedOff;
import com.smartmarketingagent.campaign.Campaign.State;
import com.smartmarketingagent.campaign.Campaign.Step;
import com.smartmarketingagent.messaging.ChannelRepository;
import com.smartmarketingagent.messaging.Via;
import com.smartmarketingagent.notice.Kind;
import com.smartmarketingagent.notice.Notices;
import com.smartmarketingagent.pacing.PaceRepository;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Ids;
import com.smartmarketingagent.platform.Jobs;
import com.smartmarketingagent.platform.Pictures;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Settings;
import com.smartmarketingagent.platform.ShopFiles;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** What a person does with a campaign. Nothing goes out that no person approved. */
@Singleton
class Campaigns implements WhenSwitchedOff {

    private static final Duration MOST_AHEAD = Duration.ofDays(365);

    private final Db db;
    private final CampaignRepository campaigns;
    private final AudienceRepository audiences;
    private final OutboxRepository outbox;
    private final ProgressRepository progress;
    private final PaceRepository paces;
    private final ShopCalendar calendar;
    private final Prices prices;
    private final ChannelRepository channels;
    private final Notices notices;
    private final Pictures pictures;
    private final ShopPictures own;
    private final ShopFiles files;
    private final Settings settings;
    private final DemoShops demos;
    private final Jobs jobs;
    private final Audit audit;
    private final Limits limits;

    Campaigns(
            Db db,
            CampaignRepository campaigns,
            AudienceRepository audiences,
            OutboxRepository outbox,
            ProgressRepository progress,
            PaceRepository paces,
            ShopCalendar calendar,
            Prices prices,
            ChannelRepository channels,
            Notices notices,
            Pictures pictures,
            ShopPictures own,
            ShopFiles files,
            Settings settings,
            DemoShops demos,
            Jobs jobs,
            Audit audit,
            Limits limits) {
        this.db = db;
        this.campaigns = campaigns;
        this.audiences = audiences;
        this.outbox = outbox;
        this.progress = progress;
        this.paces = paces;
        this.calendar = calendar;
        this.prices = prices;
        this.channels = channels;
        this.notices = notices;
        this.pictures = pictures;
        this.own = own;
        this.files = files;
        this.settings = settings;
        this.demos = demos;
        this.jobs = jobs;
        this.audit = audit;
        this.limits = limits;
    }

    /**
     * Approves a draft. Its audience is settled when it begins: who comes to belong to it later gets nothing, who says
     * stop later is heard.
     *
     * @param sendAt when it is to begin; null for at once
     * @param seen the version that was read; null for whatever it is now
     * @throws Problem.Conflict if it can't be approved now, was changed since, or nobody can be written to
     */
    Campaign approve(UserId user, UUID id, @Nullable Instant sendAt, @Nullable Integer seen) {
        // its people are made up, and their numbers may be somebody's
        boolean madeUp = demos.isDemo(user);
        return step(user, id, tx -> {
            var campaign = campaigns.lock(tx, user, id);
            if (seen != null && seen != campaign.version() && campaign.state() == State.DRAFT)
                throw new Problem.Conflict("campaign.changed");
            var now = Db.now(tx);
            if (sendAt != null && (sendAt.isBefore(now) || sendAt.isAfter(now.plus(MOST_AHEAD))))
                throw new Problem.Invalid("send_at", "campaign.not_then");
            campaign.after(Step.APPROVE, now);
            checkMaySend(tx, user, campaign.via());
            // its template has no place for one
            if (campaign.via() == Via.CLOUD_API && campaign.mediaUrl() != null)
                throw new Problem.Conflict("campaign.no_media_here");
            if (madeUp && campaign.via().kind().isPresent()) throw new Problem.Conflict("campaign.demo");
            checkChannel(tx, user, campaign.via());
            var reach = audiences.count(tx, user, campaign.via(), campaign.audience());
            if (reach.reachable() == 0) throw new Problem.Conflict("campaign.nobody");
            checkMessages(tx, user, campaign, reach);
            campaigns.settlePrice(tx, user, id, prices.of(campaign.via()));
            if (sendAt != null) campaigns.schedule(tx, user, id, sendAt);
            else freeze(tx, user, campaign, reach);
            go(tx, user, id, Step.APPROVE, now);
            audit.note(tx, user, Act.CAMPAIGN_APPROVED, id);
        });
    }

    /**
     * @throws Problem.Conflict where nothing may be sent from here, as after the database was put back from a backup,
     *     or nothing but for practice
     */
    void checkMaySend(Handle tx, UserId user, Via via) {
        barred(tx, user, via).ifPresent(why -> {
            throw new Problem.Conflict("campaign.barred." + why);
        });
    }

    /**
     * Why nothing may go out this way now: a key below {@code campaign.barred.} and {@code campaign.paused.}; empty
     * where it may.
     */
    Optional<String> barred(Handle tx, UserId user, Via via) {
        return outbox.barred(tx, user)
                .or(() -> via.reachesPeople() && limits.isOff(tx, user, Limits.Feature.SENDING)
                        ? Optional.of("limits")
                        : Optional.empty());
    }

    /** @throws Problem.Conflict where these are more than the shop may send this month */
    private void checkMessages(Handle tx, UserId user, Campaign campaign, Audience.Reach reach) {
        if (campaign.via().reachesPeople())
            limits.checkMessages(tx, user, reach.reachable() - holdout(campaign, reach));
    }

    /**
     * Whether what a campaign that began is still to send may go out: the shop's limit may be lower than it was.
     *
     * @throws Problem.Conflict where messages that wait are more than the shop may send this month
     */
    void checkWaiting(Handle tx, UserId user, Campaign campaign) {
        // what waits is counted as if it were sent
        if (campaign.via().reachesPeople()
                && progress.counts(tx, user, campaign.id()).pending() > 0) limits.checkMessages(tx, user, 0);
    }

    private static long holdout(Campaign campaign, Audience.Reach reach) {
        return Holdout.of(reach.reachable(), campaign.holdoutPercent());
    }

    private void checkChannel(Handle tx, UserId user, Via via) {
        lacks(tx, user, via).ifPresent(what -> {
            throw new Problem.Conflict(what);
        });
    }

    /**
     * In words: that the way isn't there, or its messages could not say how to end them; empty where it can be gone.
     */
    Optional<String> lacks(Handle tx, UserId user, Via via) {
        if (via.kind().isPresent() && channels.find(tx, user, via.kind().get()).isEmpty())
            return Optional.of("campaign.no_channel");
        return via.isMail() && settings.publicUrl().isEmpty()
                ? Optional.of("campaign.no_public_url")
                : Optional.empty();
    }

    /**
     * Takes another step. To resume one that paused by itself is to say that all is well now.
     *
     * @throws Problem.Conflict if it can't be taken now
     */
    Campaign take(UserId user, UUID id, Step step) {
        return step(user, id, tx -> {
            var campaign = campaigns.lock(tx, user, id);
            var now = Db.now(tx);
            campaign.after(step, now);
            if (step == Step.RESUME) {
                checkMaySend(tx, user, campaign.via());
                checkWaiting(tx, user, campaign);
            }
            if (step == Step.CANCEL) outbox.cancel(tx, user, id);
            if (step == Step.CANCEL) audit.note(tx, user, Act.CAMPAIGN_CANCELLED, id);
            if (step == Step.RESUME && campaign.via().kind().isPresent()) paces.forgive(tx, user, campaign.via());
            go(tx, user, id, step, now);
            // the last was said of while it was paused: no job of ours comes by to see it
            if (step == Step.RESUME && campaign.via() == Via.ASSISTED) finish(tx, user, id);
        });
    }

    /**
     * What a person says, as it may be kept: its picture is looked at, unless it is one that they have here.
     *
     * @throws Problem.Invalid as {@link Plan#checked} and {@link Pictures#look}
     */
    Plan checked(UserId user, Plan plan) {
        var its = plan.checked();
        var media = its.mediaUrl();
        if (media != null && !own.isTheirs(user, media)) pictures.look("media_url", URI.create(media));
        return its;
    }

    /**
     * @param plan that was checked
     * @param seen the version that was changed; null for whatever it is now
     * @throws Problem.Conflict where it was approved already, or changed since
     */
    Campaign change(UserId user, UUID id, Plan plan, @Nullable Integer seen) {
        return step(user, id, tx -> rewrite(tx, user, id, plan, seen));
    }

    /** The same by a form. Who reads it sees no pictures but those of campaigns, so one that none has any more goes. */
    void changeByForm(UserId user, UUID id, Plan plan, @Nullable Integer seen) {
        step(user, id, tx -> own.forgetUnused(tx, user, rewrite(tx, user, id, plan, seen)));
    }

    /** @return the address of the picture that it had */
    private @Nullable String rewrite(Handle tx, UserId user, UUID id, Plan plan, @Nullable Integer seen) {
        var before = draft(tx, user, id);
        if (seen != null && seen != before.version()) throw new Problem.Conflict("campaign.changed");
        campaigns.update(tx, user, id, plan);
        return before.mediaUrl();
    }

    /**
     * Gives a draft another picture, from a file.
     *
     * @param asked where this installation was asked for
     * @throws Problem where it is no draft any more, or no picture that can be kept
     */
    void illustrate(UserId user, UUID id, Path file, String name, String asked) {
        db.useTenant(user, tx -> draft(tx, user, id));
        var picture = own.bring(user, file, name);
        step(user, id, tx -> {
            var before = draft(tx, user, id).mediaUrl();
            files.keep(tx, user, picture);
            campaigns.illustrate(tx, user, id, own.address(user, picture, asked).toString());
            own.forgetUnused(tx, user, before);
        });
    }

    private Campaign draft(Handle tx, UserId user, UUID id) {
        var campaign = campaigns.lock(tx, user, id);
        if (campaign.state() != State.DRAFT) throw new Problem.Conflict("campaign.approved");
        return campaign;
    }

    private Campaign step(UserId user, UUID id, Consumer<Handle> work) {
        var after = db.inTenant(user, tx -> {
            work.accept(tx);
            return campaigns.get(tx, user, id);
        });
        jobs.wakeUp();
        return after;
    }

    private void go(Handle tx, UserId user, UUID id, Step step, Instant now) {
        var campaign = campaigns.get(tx, user, id);
        var next = campaign.after(step, now);
        campaigns.enter(tx, user, id, next);
        if (next == State.RUNNING) freeze(tx, user, campaign);
        boolean waits = next == State.SCHEDULED || (next == State.RUNNING && campaign.via() != Via.ASSISTED);
        if (waits) enqueue(tx, user, campaign);
    }

    /**
     * Settles who gets a message, where that isn't done yet.
     *
     * @throws Problem.Conflict where they are more than the shop may send to by now
     */
    void freeze(Handle tx, UserId user, Campaign campaign) {
        if (campaign.frozenAt() != null) return;
        var reach = audiences.count(tx, user, campaign.via(), campaign.audience());
        checkMessages(tx, user, campaign, reach);
        freeze(tx, user, campaign, reach);
    }

    private void freeze(Handle tx, UserId user, Campaign campaign, Audience.Reach reach) {
        audiences.freeze(
                tx,
                user,
                campaign.id(),
                campaign.via(),
                campaign.audience(),
                holdout(campaign, reach),
                calendar.zone(tx, user));
        campaigns.frozen(tx, user, campaign.id());
    }

    private void enqueue(Handle tx, UserId user, Campaign campaign) {
        jobs.enqueue(tx, Dispatch.NAME, Dispatch.instance(user, campaign.id(), Ids.next()));
    }

    /** What the owner says of a message. */
    public enum Said {
        SENT("accepted"),
        SKIPPED("skipped"),
        /** To be sent once more, though it may have been. */
        AGAIN("pending");

        private final String state;

        Said(String state) {
            this.state = state;
        }

        @JsonValue
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * What became of a message that was opened by hand, or of one of which nobody knew.
     *
     * @throws Problem.NotFound where there is no such message to that customer
     */
    void say(UserId user, UUID id, UUID customer, Said said) {
        step(user, id, tx -> {
            var campaign = campaigns.lock(tx, user, id);
            boolean byHand = campaign.via() == Via.ASSISTED;
            if (said == Said.AGAIN && campaign.state() == State.CANCELLED)
                throw new Problem.Conflict("campaign.not_now_cancelled");
            var inDoubt = outbox.say(tx, user, id, customer, said.state, byHand);
            if (inDoubt.isEmpty()) {
                if (said != Said.AGAIN && outbox.isAhead(tx, user, id, customer))
                    throw new Problem.Conflict("campaign.sent_again");
                throw new Problem.NotFound("recipient");
            }
            if (inDoubt.get())
                audit.note(tx, user, said == Said.AGAIN ? Act.MESSAGE_SENT_AGAIN : Act.MESSAGE_SETTLED, id);
            campaigns.learnt(tx, user, id);
            if (said == Said.AGAIN && campaign.state() == State.DONE) campaigns.enter(tx, user, id, State.RUNNING);
            if (said == Said.AGAIN && !byHand) enqueue(tx, user, campaign);
            finish(tx, user, id);
        });
    }

    /** Whatever goes on or is to begin in a shop that was switched off. */
    @Override
    public void switchedOff(UserId user) {
        db.inTenantAsWorker(user, tx -> {
            var going = campaigns.lockGoing(tx, user);
            going.forEach(campaign -> pause(tx, user, campaign, "inactive"));
            return going;
        });
    }

    /** It stops by itself, and its owner is told. @param why a key below {@code campaign.paused.} */
    void pause(Handle tx, UserId user, Campaign campaign, String why) {
        campaigns.pause(tx, user, campaign.id(), why);
        notices.tell(tx, user, Kind.CAMPAIGN_PAUSED, Map.of("id", campaign.id().toString(), "name", campaign.name()));
    }

    /**
     * A campaign is done when the fate of every message is known. Its owner is told where it wasn't they who did it.
     */
    void finish(Handle tx, UserId user, UUID id) {
        var campaign = campaigns.lock(tx, user, id);
        var counts = progress.counts(tx, user, id);
        if (campaign.state() != State.RUNNING || !counts.isSettled()) return;
        campaigns.enter(tx, user, id, State.DONE);
        if (campaign.via() == Via.ASSISTED) return;
        var facts = Map.<String, Object>of("id", id.toString(), "name", campaign.name());
        var told = and(facts, "sent", counts.accepted() + counts.delivered());
        notices.tell(
                tx,
                user,
                Kind.CAMPAIGN_FINISHED,
                campaign.via().reachesPeople() ? told : and(told, Notices.PRACTICE, true));
        askToCheck(tx, user, campaign, counts.unknown());
    }

    /** Of messages of which nobody knows what became of them their owner is told once, until they read it. */
    void askToCheck(Handle tx, UserId user, Campaign campaign, long unknown) {
        if (unknown == 0) return;
        var facts = Map.<String, Object>of("id", campaign.id().toString(), "name", campaign.name());
        notices.tellOnce(tx, user, Kind.NEEDS_CHECK, and(facts, "messages", unknown));
    }

    private static Map<String, Object> and(Map<String, Object> facts, String name, Object value) {
        var all = new HashMap<>(facts);
        all.put(name, value);
        return all;
    }
}
