package com.smartmarketingagent.campaign;

import com.smartmarketingagent.campaign.Campaign.State;
import com.smartmarketingagent.campaign.Campaign.Step;
import com.smartmarketingagent.campaign.Campaign.Via;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Ids;
import com.smartmarketingagent.platform.Jobs;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.util.UUID;

/** What a person does with a campaign. Nothing goes out that no person approved. */
@Singleton
class Campaigns {

    private final Db db;
    private final CampaignRepository campaigns;
    private final AudienceRepository audiences;
    private final OutboxRepository outbox;
    private final Prices prices;
    private final Jobs jobs;

    Campaigns(
            Db db,
            CampaignRepository campaigns,
            AudienceRepository audiences,
            OutboxRepository outbox,
            Prices prices,
            Jobs jobs) {
        this.db = db;
        this.campaigns = campaigns;
        this.audiences = audiences;
        this.outbox = outbox;
        this.prices = prices;
        this.jobs = jobs;
    }

    /**
     * Takes a step. With the approval the audience is settled: who comes to belong to it later gets nothing, who says
     * stop later is heard.
     *
     * @throws Problem.Conflict if it can't be taken now, or nobody can be written to
     */
    Campaign take(UserId user, UUID id, Step step) {
        var after = db.inTenant(user, tx -> {
            var campaign = campaigns.lock(tx, user, id);
            var next = campaign.after(step);
            if (step == Step.APPROVE) {
                var reach = audiences.count(tx, user, campaign.via(), campaign.audience());
                if (reach.reachable() == 0) throw new Problem.Conflict("campaign.nobody");
                long holdout = Holdout.of(reach.reachable(), campaign.holdoutPercent());
                audiences.freeze(tx, user, id, campaign.via(), campaign.audience(), holdout);
                campaigns.settlePrice(tx, user, id, prices.of(campaign.via()));
            }
            if (step == Step.CANCEL) outbox.cancel(tx, user, id);
            campaigns.enter(tx, user, id, next);
            if (next == State.RUNNING && campaign.via() == Via.PRACTICE)
                jobs.enqueue(tx, Dispatch.NAME, Dispatch.instance(user, id, Ids.next()));
            return campaigns.get(tx, user, id);
        });
        jobs.wakeUp();
        return after;
    }
}
