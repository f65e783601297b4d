package com.smartmarketingagent.campaign;

import com.smartmarketingagent.account.Frame;
import com.smartmarketingagent.pacing.Pacing;
import com.smartmarketingagent.pacing.Stops;
import com.smartmarketingagent.platform.Figures;
import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * How a sending number does.
 *
 * @param today in words, how many it has sent of how many it may
 * @param age in words, whether it is still new
 * @param failures in words; null where the last one went well
 * @param stops in words, how many said stop of how many; null where nobody got one
 * @param stopShare the same in percent, as a meter takes it
 */
record SendingNumber(
        String key,
        String name,
        String today,
        int sent,
        int cap,
        String age,
        @Nullable String failures,
        @Nullable String stops,
        String stopShare) {

    /** @param key of the words for how many said stop of how many, and their share */
    static SendingNumber of(Frame frame, Pacing.Health health, String key, Stops stops) {
        boolean isNew = health.cap() < health.most();
        var share = stops.sent() == 0
                ? BigDecimal.ZERO
                : BigDecimal.valueOf(100 * stops.stops())
                        .divide(BigDecimal.valueOf(stops.sent()), 1, RoundingMode.HALF_UP);
        return new SendingNumber(
                health.via().key(),
                frame.say("campaign.via." + health.via().key()),
                frame.say("campaign.health_today", frame.count(health.sentToday()), frame.count(health.cap())),
                health.sentToday(),
                health.cap(),
                frame.say(
                        isNew ? "campaign.health_new" : "campaign.health_known",
                        frame.count(health.day()),
                        frame.count(health.most())),
                health.failures() == 0 ? null : frame.say("campaign.health_failures", frame.count(health.failures())),
                stops.sent() == 0
                        ? null
                        : frame.say(
                                key,
                                frame.count(stops.stops()),
                                frame.count(stops.sent()),
                                Figures.share(frame.language(), stops.stops(), stops.sent())),
                share.toPlainString());
    }
}
