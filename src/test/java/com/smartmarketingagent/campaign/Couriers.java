package com.smartmarketingagent.campaign;

import com.smartmarketingagent.account.ShopCalendar;
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
import com.smartmarketingagent.platform.Db;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;

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

    /** Sending by hand where these hours are kept. */
    Assisted byHand(QuietHours quiet) {
        return new Assisted(campaigns, outbox, steps, links, new Pacing(paces, channels, calendar, quiet));
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
                new Pacing(paces, channels, calendar, quiet),
                its,
                unsubscribe,
                consents,
                notices,
                (_, _) -> Optional.of(sender));
    }
}
