package com.smartmarketingagent.messaging;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What came of handing one message to a provider. */
public sealed interface Delivery {

    /** @param providerId by which the provider knows it; null where it says none */
    record Accepted(@Nullable String providerId) implements Delivery {}

    /** It will never be taken. @param why a key below {@code campaign.why.} */
    record Rejected(String why) implements Delivery {}

    /** The reader's address takes nothing. @param hard for good; else another message may arrive */
    record Bounced(boolean hard) implements Delivery {}

    /** Worth another try: surely not sent, or such that the provider takes a second try for the first. */
    record RetryLater(Duration after, String why) implements Delivery {}

    /**
     * Surely not sent, and nothing else of this channel will be until somebody does something about it.
     *
     * @param why a key below {@code channels.why_}
     */
    record ChannelDown(String why) implements Delivery {}

    /** It may have been sent or not; it is never sent again by itself. */
    record Unknown(String why) implements Delivery {}
}
