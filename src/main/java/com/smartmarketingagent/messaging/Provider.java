package com.smartmarketingagent.messaging;

import com.smartmarketingagent.messaging.Channel.Condition;

/** A sender of one shop, with its channel open. */
sealed interface Provider extends Sender permits FonnteSender, CloudApiSender, ResendSender, SmtpSender {

    /** Whether messages would leave by it. Nothing is sent to anybody. */
    Condition check();
}
