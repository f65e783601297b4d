package com.smartmarketingagent.campaign;

import com.smartmarketingagent.account.Frame;
import com.smartmarketingagent.account.ShopCalendar;
import com.smartmarketingagent.account.Theme;
import com.smartmarketingagent.campaign.CampaignCard.Typed;
import com.smartmarketingagent.customer.ConsentRepository;
import com.smartmarketingagent.customer.Unsubscribe;
import com.smartmarketingagent.link.Links;
import com.smartmarketingagent.messaging.ChannelRepository;
import com.smartmarketingagent.messaging.Sender;
import com.smartmarketingagent.notice.Notices;
import com.smartmarketingagent.pacing.PaceRepository;
import com.smartmarketingagent.pacing.Pacing;
import com.smartmarketingagent.pacing.QuietHours;
import com.smartmarketingagent.pacing.QuietHoursTest;
import com.smartmarketingagent.platform.Assets;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Language;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Sends what is due, by a provider of the test's. */
@Singleton
class Couriers {

    @Inject
    Db db;

    @Inject
    CampaignRepository campaigns;

    @Inject
    Campaigns steps;

    @Inject
    OutboxRepository outbox;

    @Inject
    ProgressRepository progress;

    @Inject
    PaceRepository paces;

    @Inject
    ChannelRepository channels;

    @Inject
    ShopCalendar calendar;

    @Inject
    Links links;

    @Inject
    Unsubscribe unsubscribe;

    @Inject
    ConsentRepository consents;

    @Inject
    Notices notices;

    @Inject
    AudienceRepository audiences;

    @Inject
    OwnCopy copy;

    @Inject
    Previews previews;

    @Inject
    Results results;

    @Inject
    Assets assets;

    /** Sending by hand where these hours are kept. */
    Assisted byHand(QuietHours quiet) {
        return new Assisted(campaigns, outbox, progress, steps, links, pacing(quiet));
    }

    Pacing pacing(QuietHours quiet) {
        return new Pacing(paces, channels, calendar, quiet);
    }

    /** What a campaign's page says of it where these hours are kept. */
    String page(UserId user, UUID campaign, QuietHours quiet) {
        var frame =
                new Frame(Language.INDONESIAN, null, null, "", Theme.of(null), "", false, false, 0, List.of(), assets);
        var card = new CampaignCard(
                steps, campaigns, audiences, progress, byHand(quiet), copy, previews, results, pacing(quiet), calendar);
        return db.inTenant(
                user,
                tx -> CampaignPages.Templates.state(
                                frame,
                                card.of(
                                        tx,
                                        user,
                                        frame,
                                        campaigns.get(tx, user, campaign),
                                        false,
                                        null,
                                        null,
                                        Typed.NOTHING))
                        .render());
    }

    Dispatch by(Sender sender) {
        return by(sender, QuietHoursTest.NONE, links);
    }

    Dispatch by(Sender sender, QuietHours quiet, Links its) {
        return new Dispatch(
                db,
                campaigns,
                steps,
                outbox,
                progress,
                pacing(quiet),
                its,
                unsubscribe,
                consents,
                notices,
                (_, _) -> Optional.of(sender));
    }
}
