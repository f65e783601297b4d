package com.smartmarketingagent.messaging;

/**
 * A way to a person. It is called outside of any transaction, and at most once for a message that it may have taken.
 */
@FunctionalInterface
public interface Sender {

    Delivery send(Outgoing message);
}
