package com.smartmarketingagent.campaign;

import com.smartmarketingagent.account.Frame;
import com.smartmarketingagent.platform.Figures;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a campaign brought.
 *
 * @param said in words; where nobody was held out what those bought who were written to, which is no claim
 * @param more where the figures come from, or why nothing is claimed, in words; null where nothing can be said yet
 * @param cost in rupiah
 * @param profit what is left, in words, or why that can't be said
 * @param chance how far it may be from that, in words; null where nothing can be said
 * @param margin as typed
 */
record ResultCard(
        String said,
        @Nullable String more,
        List<Group> groups,
        String cost,
        String profit,
        @Nullable String chance,
        String margin) {

    /** One of the two groups, in figures. */
    record Group(String label, String people, String buyers, String perPerson) {}

    /** @param typed as margin; null for what is kept */
    static ResultCard of(Frame frame, Result result, @Nullable String typed) {
        var lift = result.lift();
        var groups = result.holdout().people() == 0
                ? List.<Group>of()
                : List.of(
                        group(frame, "campaign.written", result.written()),
                        group(frame, "campaign.message.holdout", result.holdout()));
        String said;
        String more = null;
        if (incomparable(result)) {
            said = known(frame, result);
            more = frame.say(
                    Holdout.tooFew(result.written().people()) ? "campaign.cause_too_few" : "campaign.cause_unknown");
        } else if (lift.incremental() == null) {
            var why = Objects.requireNonNull(lift.reason()).key();
            said = frame.say("campaign.brought." + why, result.until() == null ? "" : frame.day(result.until()));
        } else {
            said = frame.say(
                    "campaign.brought." + lift.verdict().key(),
                    whole(frame, lift.incremental().abs()));
            more = frame.say("campaign.interval", whole(frame, lift.low()), whole(frame, lift.high()));
        }
        return new ResultCard(
                said,
                more,
                groups,
                frame.rupiah(result.cost().total()),
                profit(frame, result),
                result.profit() == null
                        ? null
                        : frame.say(
                                "campaign.profit_chance",
                                whole(frame, result.profitLow()),
                                whole(frame, result.profitHigh())),
                typed == null ? result.marginPercent() == null ? "" : String.valueOf(result.marginPercent()) : typed);
    }

    /** Whether it began without anybody to compare with: no day to come changes that. */
    private static boolean incomparable(Result result) {
        return result.from() != null && result.holdout().people() == 0;
    }

    private static String known(Frame frame, Result result) {
        var drawn = result.written();
        var people = frame.count(drawn.people());
        long sent = result.cost().messages();
        var written = sent < drawn.people()
                ? frame.say("campaign.known_drawn", people, frame.count(sent))
                : frame.say("campaign.known_written", people);
        var from = frame.day(Objects.requireNonNull(result.from()));
        var until = frame.day(Objects.requireNonNull(result.until()));
        var bought = drawn.buyers() == 0
                ? frame.say("campaign.known_none", from, until)
                : frame.say(
                        "campaign.known_bought",
                        frame.count(drawn.buyers()),
                        people,
                        from,
                        until,
                        frame.rupiah(drawn.revenue()));
        return written + " " + bought;
    }

    private static String profit(Frame frame, Result result) {
        if (incomparable(result)) return frame.say("campaign.profit_never");
        if (result.lift().incremental() == null) return frame.say("campaign.profit_later");
        if (result.profit() == null) return frame.say("campaign.profit_no_margin");
        boolean sure = Objects.requireNonNull(result.profitLow()).signum()
                == Objects.requireNonNull(result.profitHigh()).signum();
        var key = !sure ? "campaign.profit_unsure" : result.profit().signum() < 0 ? "campaign.loss" : "campaign.profit";
        return frame.say(key, whole(frame, sure ? result.profit().abs() : result.profit()));
    }

    /** Of what is estimated: nobody knows its sen. */
    private static String whole(Frame frame, @Nullable BigDecimal rupiah) {
        return frame.rupiah(Objects.requireNonNull(rupiah).setScale(0, RoundingMode.HALF_EVEN));
    }

    private static Group group(Frame frame, String label, Result.Side side) {
        return new Group(
                frame.say(label),
                frame.count(side.people()),
                Figures.share(frame.language(), side.buyers(), side.people()),
                whole(frame, side.revenuePerPerson()));
    }
}
