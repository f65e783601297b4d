package com.smartmarketingagent.campaign;

import com.smartmarketingagent.account.Frame;
import com.smartmarketingagent.account.ShopCalendar;
import com.smartmarketingagent.campaign.Campaign.State;
import com.smartmarketingagent.campaign.ProgressRepository.Counts;
import com.smartmarketingagent.messaging.Via;
import com.smartmarketingagent.pacing.Due;
import com.smartmarketingagent.pacing.Pacing;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Figures;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** What the page of one campaign says: where it is, what became of its messages, and what it brought. */
@Singleton
class CampaignCard {

    /** Nobody asks why nothing happens for so long. */
    private static final Duration SOON = Duration.ofMinutes(2);

    /** Until then providers have told what they will tell. */
    private static final Duration TO_TELL = Duration.ofDays(3);

    private final Campaigns steps;
    private final CampaignRepository campaigns;
    private final AudienceRepository audiences;
    private final ProgressRepository progress;
    private final Assisted assisted;
    private final OwnCopy copy;
    private final Previews previews;
    private final Results results;
    private final Pacing pacing;
    private final ShopCalendar calendar;

    CampaignCard(
            Campaigns steps,
            CampaignRepository campaigns,
            AudienceRepository audiences,
            ProgressRepository progress,
            Assisted assisted,
            OwnCopy copy,
            Previews previews,
            Results results,
            Pacing pacing,
            ShopCalendar calendar) {
        this.steps = steps;
        this.campaigns = campaigns;
        this.audiences = audiences;
        this.progress = progress;
        this.assisted = assisted;
        this.copy = copy;
        this.previews = previews;
        this.results = results;
        this.pacing = pacing;
        this.calendar = calendar;
    }

    /** One line of what became of the messages. @param key of the state; null where nobody can be listed */
    record Line(String label, long count, @Nullable String key) {}

    /**
     * @param whom it goes to, in words
     * @param state in words
     * @param when it begins; null for at once
     * @param paused why nothing goes on, in words; null where it does
     * @param barred why nothing would, whatever button is pressed, in words; null where it would
     * @param trouble why its channel sends nothing now, in words; null where it does, as far as is known, and once it
     *     is approved
     * @param reach of a draft; null once it is approved
     * @param lines of what became of the messages; empty for a draft
     * @param open by hand and waiting for the owner's word
     * @param preview of a draft; null once it is approved
     * @param missing which placeholders have no word for some, in words
     * @param copyLink opens WhatsApp with the message to the owner themselves; null unless it goes by hand
     * @param cost so far, or of a draft what it would be; null where it costs nothing
     * @param takes how long, in words; null where nothing keeps a draft's messages back
     * @param scarce that not enough messages were bought, in words; null where that isn't known
     * @param outcome what it brought; null until it began, and for practice
     * @param number that sends it, with this campaign's stops; null where none does, or nothing was sent
     * @param firstAt when the first goes of what hasn't begun, in words; null where that is soon, or never
     * @param rests until when nothing is sent of what has, in words; null where that is soon
     * @param told whether its provider may tell yet what became of messages that have all gone
     * @param done what the last button did; null for nothing to say
     * @param problem that the last button met; null for none
     */
    record Shown(
            Campaign campaign,
            String whom,
            String via,
            String state,
            @Nullable String when,
            @Nullable String paused,
            @Nullable String barred,
            @Nullable String trouble,
            Audience.@Nullable Reach reach,
            long holdout,
            @Nullable String note,
            List<Line> lines,
            long unknown,
            long clicked,
            List<Assisted.Open> open,
            boolean more,
            @Nullable Preview preview,
            List<String> missing,
            @Nullable String copyLink,
            @Nullable String cost,
            @Nullable String takes,
            @Nullable String scarce,
            @Nullable ResultCard outcome,
            @Nullable SendingNumber number,
            @Nullable String firstAt,
            @Nullable String rests,
            boolean told,
            @Nullable String done,
            @Nullable String problem,
            Typed typed) {

        /** Where the picture is, if it is one of those kept here. */
        public @Nullable String picture() {
            var address = campaign.mediaUrl();
            return address != null && address.matches(".*/pictures/[A-Za-z0-9_-]{43}")
                    ? address.substring(address.lastIndexOf("/pictures/"))
                    : null;
        }

        public boolean draft() {
            return campaign.state() == State.DRAFT;
        }

        public boolean running() {
            return campaign.state() == State.RUNNING;
        }

        public boolean practice() {
            return !campaign.via().reachesPeople();
        }

        /** Whether it was for practice, and may be sent to people now. */
        public boolean rehearsed() {
            return practice() && !draft();
        }

        public boolean byHand() {
            return campaign.via() == Via.ASSISTED;
        }

        /** Whether its page changes by itself while somebody looks at it. */
        public boolean moving() {
            return !byHand() && (goesOn() || resumable() || told);
        }

        /** Whether something goes on that could rest. */
        public boolean pausable() {
            return goesOn() && !(running() && barred != null);
        }

        private boolean goesOn() {
            return running() || campaign.state() == State.SCHEDULED;
        }

        public boolean resumable() {
            return campaign.state() == State.PAUSED;
        }

        public boolean cancellable() {
            return draft() || goesOn() || resumable();
        }

        /** Whether its owner can have it sent to themselves. */
        public boolean copied() {
            return draft() && campaign.via().kind().isPresent();
        }

        /** How many get a message when it is approved. */
        public long written() {
            return reach == null ? 0 : reach.reachable() - holdout;
        }
    }

    /**
     * What was typed and is to be shown again.
     *
     * @param sendAt empty for at once
     * @param margin null for what is kept
     * @param marginProblem what is wrong with it, in words; null for nothing
     * @param marginKept whether it was just saved
     */
    record Typed(
            String sendAt,
            @Nullable String margin,
            @Nullable String marginProblem,
            boolean marginKept) {
        static final Typed NOTHING = at("");

        static Typed at(String sendAt) {
            return new Typed(sendAt, null, null, false);
        }
    }

    /** @param whole with what it brought */
    Shown of(
            Handle tx,
            UserId user,
            Frame frame,
            Campaign found,
            boolean whole,
            @Nullable String done,
            @Nullable String problem,
            Typed typed) {
        boolean hand = found.via() == Via.ASSISTED && found.state() == State.RUNNING;
        // before anything is counted: what may not be sent any more is closed by it, and with the last it is done
        var open = hand ? assisted.open(tx, user, found.id()) : List.<Assisted.Open>of();
        var campaign = hand ? campaigns.get(tx, user, found.id()) : found;
        boolean draft = campaign.state() == State.DRAFT;
        var reach = draft ? audiences.count(tx, user, campaign.via(), campaign.audience()) : null;
        var counts = progress.counts(tx, user, campaign.id());
        var zone = calendar.zone(tx, user);
        var preview = draft ? previews.of(tx, user, campaign) : null;
        var barred = waits(campaign) ? barred(tx, user, frame, campaign.via()).orElse(null) : null;
        var rests = rests(tx, user, frame, campaign, zone);
        var trouble = draft ? trouble(tx, user, frame, campaign.via()).orElse(null) : null;
        return new Shown(
                campaign,
                whom(frame, campaign.audience()),
                frame.say("campaign.via." + campaign.via().key()),
                state(frame, campaign, barred != null),
                campaign.sendAt() == null ? null : Figures.moment(frame.language(), campaign.sendAt(), zone),
                campaign.pausedWhy() == null ? null : paused(tx, user, frame, campaign, campaign.pausedWhy()),
                barred,
                trouble,
                reach,
                reach == null ? counts.holdout() : Holdout.of(reach.reachable(), campaign.holdoutPercent()),
                reach == null ? null : note(frame, campaign.via(), reach),
                draft ? List.of() : lines(frame, counts),
                counts.unknown(),
                counts.clicked(),
                open,
                counts.pending() > 0,
                preview,
                preview == null ? List.of() : missing(frame, preview),
                draft ? copy.link(tx, user, campaign).orElse(null) : null,
                cost(frame, reach == null ? Results.cost(campaign, counts) : results.estimate(campaign, reach)),
                reach == null ? null : takes(tx, user, frame, campaign, written(campaign, reach)),
                reach == null ? null : scarce(tx, user, frame, campaign, written(campaign, reach)),
                whole && campaign.frozenAt() != null && campaign.via().reachesPeople()
                        ? ResultCard.of(frame, results.of(tx, user, campaign, Results.DAYS, null), typed.margin())
                        : null,
                draft ? null : number(tx, user, frame, campaign),
                trouble != null || reach != null && written(campaign, reach) == 0
                        ? null
                        : firstAt(tx, user, frame, campaign, zone),
                rests,
                mayTell(tx, campaign),
                done,
                // which stands there already, or better
                isSaid(frame, problem, rests, barred, trouble) ? null : problem,
                typed);
    }

    /** In words. @param handBarred whether nothing may go out by hand now */
    static String state(Frame frame, Campaign campaign, boolean handBarred) {
        // what nobody may go on with doesn't run
        boolean held = handBarred && campaign.via() == Via.ASSISTED && campaign.state() == State.RUNNING;
        return frame.say("campaign.state." + (held ? "held" : campaign.state().key()));
    }

    private static boolean isSaid(
            Frame frame, @Nullable String problem, @Nullable String rests, @Nullable String... shown) {
        return problem != null
                && (Arrays.asList(shown).contains(problem)
                        || (rests != null && problem.equals(frame.say("campaign.night"))));
    }

    /** What is on its way pauses by itself. */
    private static boolean waits(Campaign campaign) {
        return switch (campaign.state()) {
            case DRAFT, SCHEDULED, PAUSED -> true;
            case RUNNING -> campaign.via() == Via.ASSISTED;
            default -> false;
        };
    }

    /** Why nothing may go out this way now, in words; empty where it may. */
    Optional<String> barred(Handle tx, UserId user, Frame frame, Via via) {
        return steps.barred(tx, user, via).map(why -> frame.say("campaign.barred." + why));
    }

    private Optional<String> trouble(Handle tx, UserId user, Frame frame, Via via) {
        return steps.lacks(tx, user, via)
                .map(frame::say)
                .or(() -> pacing.trouble(tx, user, via)
                        .map(why -> frame.say("campaign.channel_down", frame.say("channels.why_" + why))));
    }

    /** Of a channel that still sends nothing also what it is that keeps it, and what to do. */
    private String paused(Handle tx, UserId user, Frame frame, Campaign campaign, String why) {
        var trouble = why.equals("channel") ? pacing.trouble(tx, user, campaign.via()) : Optional.<String>empty();
        return trouble.map(its -> frame.say("campaign.paused.channel_for", frame.say("channels.why_" + its)))
                .orElseGet(() -> frame.say("campaign.paused." + why));
    }

    private @Nullable String rests(Handle tx, UserId user, Frame frame, Campaign campaign, ZoneId zone) {
        if (campaign.state() != State.RUNNING) return null;
        boolean hand = campaign.via() == Via.ASSISTED;
        var next = hand
                ? assisted.rests(tx, user, campaign.id())
                : pacing.next(tx, user, campaign.via(), progress.due(tx, user, campaign.id()));
        var soon = Db.now(tx).plus(SOON);
        return next.filter(at -> hand || at.isAfter(soon))
                .map(at -> frame.say(
                        hand ? "campaign.rests_hand" : "campaign.rests", Figures.moment(frame.language(), at, zone)))
                .orElse(null);
    }

    /**
     * When the first message goes, where that isn't when it begins; by the shop's clock, as its readers are unknown.
     */
    private @Nullable String firstAt(Handle tx, UserId user, Frame frame, Campaign campaign, ZoneId zone) {
        if (campaign.state() != State.DRAFT && campaign.state() != State.SCHEDULED) return null;
        var now = Db.now(tx);
        var begins = campaign.sendAt() == null || campaign.sendAt().isBefore(now) ? now : campaign.sendAt();
        return pacing.next(tx, user, campaign.via(), List.of(new Due(begins, zone)))
                .filter(at -> at.isAfter(begins.plus(SOON)))
                .map(at -> frame.say(
                        campaign.via().isPaced() ? "campaign.first_at" : "campaign.first_at_night",
                        Figures.moment(frame.language(), at, zone)))
                .orElse(null);
    }

    private static boolean mayTell(Handle tx, Campaign campaign) {
        return campaign.via().tells()
                && campaign.state() == State.DONE
                && campaign.finishedAt() != null
                && campaign.finishedAt().isAfter(Db.now(tx).minus(TO_TELL));
    }

    private @Nullable SendingNumber number(Handle tx, UserId user, Frame frame, Campaign campaign) {
        if (!campaign.via().isPaced()) return null;
        return pacing.health(tx, user).stream()
                .filter(h -> h.via() == campaign.via())
                .findAny()
                .map(h -> SendingNumber.of(
                        frame, h, "campaign.health_stops_here", progress.stops(tx, user, campaign.id())))
                .orElse(null);
    }

    private static long written(Campaign draft, Audience.Reach reach) {
        return reach.reachable() - Holdout.of(reach.reachable(), draft.holdoutPercent());
    }

    /** What is to be known of those who get a message before anything is approved, in words; null for nothing. */
    static @Nullable String note(Frame frame, Via via, Audience.Reach reach) {
        if (reach.reachable() == 0) return null;
        if (!via.reachesPeople()) return frame.say("campaign.practice_rest");
        return Holdout.tooFew(reach.reachable()) ? frame.say("campaign.too_small") : null;
    }

    private @Nullable String takes(Handle tx, UserId user, Frame frame, Campaign draft, long written) {
        var days = pacing.days(tx, user, draft.via(), written);
        if (days.isEmpty() || written == 0) return null;
        return days.getAsInt() == 1
                ? frame.say("campaign.takes_a_day")
                : frame.say("campaign.takes", frame.count(days.getAsInt()));
    }

    private @Nullable String scarce(Handle tx, UserId user, Frame frame, Campaign draft, long written) {
        var left = pacing.left(tx, user, draft.via());
        return left.isEmpty() || left.getAsLong() >= written
                ? null
                : frame.say("campaign.scarce", frame.count(left.getAsLong()), frame.count(written));
    }

    private static List<String> missing(Frame frame, Preview preview) {
        return preview.missing().stream()
                .map(m -> frame.say("campaign.missing." + m.placeholder(), frame.count(m.customers()), m.instead()))
                .toList();
    }

    private static @Nullable String cost(Frame frame, Result.Cost cost) {
        return cost.total().signum() == 0
                ? null
                : frame.say("campaign.cost", frame.rupiah(cost.total()), frame.rupiah(cost.pricePerMessage()));
    }

    private static String whom(Frame frame, Audience audience) {
        var parts = new ArrayList<String>();
        parts.add(
                audience.segment() == null
                        ? frame.say("content.everybody")
                        : audience.segment().label(frame.language()));
        if (audience.city() != null) parts.add(frame.say("campaign.in_city", audience.city()));
        if (audience.tags() != null && !audience.tags().isEmpty())
            parts.add(frame.say("campaign.with_tags", String.join(", ", audience.tags())));
        if (audience.minSpent() != null) parts.add(frame.say("campaign.spent", frame.rupiah(audience.minSpent())));
        if (audience.boughtWithinDays() != null)
            parts.add(frame.say("campaign.bought_within", frame.count(audience.boughtWithinDays())));
        if (audience.notBoughtDays() != null)
            parts.add(frame.say("campaign.bought_not", frame.count(audience.notBoughtDays())));
        if (audience.product() != null) parts.add(frame.say("campaign.who_bought", audience.product()));
        if (audience.restDays() != null) parts.add(frame.say("campaign.rested", frame.count(audience.restDays())));
        return String.join(", ", parts);
    }

    private static List<Line> lines(Frame frame, Counts counts) {
        var lines = new ArrayList<Line>();
        for (var line : List.of(
                new Line("pending", counts.pending(), "pending"),
                new Line("sending", counts.sending(), "sending"),
                new Line("accepted", counts.accepted(), "accepted"),
                new Line("delivered", counts.delivered(), "delivered"),
                new Line("unknown", counts.unknown(), "unknown"),
                new Line("failed", counts.failed(), "failed"),
                new Line("suppressed", counts.suppressed(), "suppressed"),
                new Line("skipped", counts.skipped(), "skipped"),
                new Line("cancelled", counts.cancelled(), "cancelled"),
                new Line("holdout", counts.holdout(), null))) {
            if (line.count() > 0)
                lines.add(new Line(frame.say("campaign.message." + line.label()), line.count(), line.key()));
        }
        return lines;
    }
}
