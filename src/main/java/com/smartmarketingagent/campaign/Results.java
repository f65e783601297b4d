package com.smartmarketingagent.campaign;

import com.smartmarketingagent.account.ShopCalendar;
import com.smartmarketingagent.campaign.Lift.Group;
import com.smartmarketingagent.campaign.Lift.TooLittle;
import com.smartmarketingagent.campaign.ProgressRepository.Counts;
import com.smartmarketingagent.campaign.Result.Cost;
import com.smartmarketingagent.campaign.Result.Side;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Measures campaigns by what people bought. That a message was opened or a link followed brings no rupiah. */
@Singleton
public class Results {

    /** How many days after its beginning purchases count, unless somebody asks for others. */
    static final int DAYS = 14;

    private final CampaignRepository campaigns;
    private final ResultRepository results;
    private final ProgressRepository progress;
    private final ShopCalendar calendar;
    private final Prices prices;

    Results(
            CampaignRepository campaigns,
            ResultRepository results,
            ProgressRepository progress,
            ShopCalendar calendar,
            Prices prices) {
        this.campaigns = campaigns;
        this.results = results;
        this.progress = progress;
        this.calendar = calendar;
        this.prices = prices;
    }

    /**
     * @param days how long after the day of its last message purchases count
     * @param asked of a sale, what is left of it; null for what the owner said of theirs
     */
    Result of(Handle tx, UserId user, Campaign campaign, int days, @Nullable Integer asked) {
        var marginPercent = asked == null ? results.margin(tx, user).orElse(null) : asked;
        var began = campaign.frozenAt();
        if (began == null || !campaign.via().reachesPeople()) {
            var nobody = Side.of(Group.NOBODY);
            var nothing = Cost.of(0, prices.of(campaign.via()));
            return new Result(
                    null,
                    null,
                    nobody,
                    nobody,
                    Lift.none(began == null ? TooLittle.NOT_STARTED : TooLittle.PRACTICE),
                    nothing,
                    marginPercent,
                    null,
                    null,
                    null);
        }
        var from = LocalDate.ofInstant(began, calendar.zone(tx, user));
        var until = until(tx, user, campaign.id(), began, days);
        var groups = results.groups(tx, user, campaign.id(), from, until);
        var written = groups.getOrDefault(false, Group.NOBODY);
        var held = groups.getOrDefault(true, Group.NOBODY);
        var counts = progress.counts(tx, user, campaign.id());
        var lift = counts.isSettled()
                ? judge(written, held, until, calendar.today(tx, user))
                : Lift.none(TooLittle.STILL_SENDING);
        var cost = cost(campaign, counts);
        return new Result(
                from,
                until,
                Side.of(written),
                Side.of(held),
                lift,
                cost,
                marginPercent,
                Result.profit(lift.incremental(), cost, marginPercent),
                Result.profit(lift.low(), cost, marginPercent),
                Result.profit(lift.high(), cost, marginPercent));
    }

    /** The last day whose purchases count: a slow campaign's last readers have as long as its first. */
    LocalDate until(Handle tx, UserId user, UUID campaign, Instant began, int days) {
        var last = results.lastSent(tx, user, campaign).filter(began::isBefore).orElse(began);
        return LocalDate.ofInstant(last, calendar.zone(tx, user)).plusDays(days);
    }

    /** A campaign, and what it brought. @param name as its owner calls it */
    public record Begun(UUID id, String name, Result result) {}

    /** Those that began on one of these days of the shop's, and reach somebody outside; oldest first. */
    public List<Begun> begunWithin(Handle tx, UserId user, LocalDate from, LocalDate until) {
        var zone = calendar.zone(tx, user);
        var first = from.atStartOfDay(zone).toInstant();
        var end = until.plusDays(1).atStartOfDay(zone).toInstant();
        return campaigns.begun(tx, user, first, end).stream()
                .map(c -> new Begun(c.id(), c.name(), of(tx, user, c, DAYS, null)))
                .toList();
    }

    static Lift judge(Group written, Group held, LocalDate until, LocalDate today) {
        return today.isAfter(until) ? Lift.of(written, held) : Lift.none(TooLittle.TOO_EARLY);
    }

    /** What a campaign that was approved has cost so far: what may have been sent, providers may charge for. */
    static Cost cost(Campaign campaign, Counts counts) {
        var price = campaign.pricePerMessage();
        return Cost.of(
                counts.sending() + counts.accepted() + counts.delivered() + counts.unknown(),
                price == null ? BigDecimal.ZERO : price);
    }

    /** What a draft would cost. */
    Cost estimate(Campaign campaign, Audience.Reach reach) {
        long holdout = Holdout.of(reach.reachable(), campaign.holdoutPercent());
        return Cost.of(reach.reachable() - holdout, prices.of(campaign.via()));
    }
}
