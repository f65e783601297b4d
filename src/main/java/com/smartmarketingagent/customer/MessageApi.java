package com.smartmarketingagent.customer;

import com.smartmarketingagent.customer.MessageRepository.Message;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Envelope;
import com.smartmarketingagent.platform.Paging;
import com.smartmarketingagent.platform.Validated;
import jakarta.validation.Valid;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.UUID;

/** What a customer wrote to the shop, and what campaigns sent to them. */
@Path("/api/customers/{id}/messages")
@Validated
class MessageApi {

    private final CurrentUser user;
    private final Db db;
    private final CustomerRepository customers;
    private final MessageRepository messages;

    MessageApi(CurrentUser user, Db db, CustomerRepository customers, MessageRepository messages) {
        this.user = user;
        this.db = db;
        this.customers = customers;
        this.messages = messages;
    }

    record Conversation(List<Message> messages) {}

    /** Newest first. */
    @GET
    public Envelope<Conversation> list(UUID id, @BeanParam @Valid Paging paging) {
        return db.inTenant(user.id(), tx -> {
            customers.get(tx, user.id(), id);
            return Envelope.page(
                    new Conversation(messages.of(tx, user.id(), id, paging)),
                    paging,
                    messages.count(tx, user.id(), id));
        });
    }
}
