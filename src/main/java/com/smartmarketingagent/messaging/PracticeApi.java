package com.smartmarketingagent.messaging;

import com.smartmarketingagent.account.Audit;
import com.smartmarketingagent.account.Audit.CustomerList;
import com.smartmarketingagent.messaging.PracticeRepository.Message;
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

/** The mailbox of the practice channel. */
@Path("/api/practice/messages")
@Validated
class PracticeApi {

    private final CurrentUser user;
    private final Db db;
    private final PracticeRepository messages;
    private final Audit audit;

    PracticeApi(CurrentUser user, Db db, PracticeRepository messages, Audit audit) {
        this.user = user;
        this.db = db;
        this.messages = messages;
        this.audit = audit;
    }

    record ManyMessages(List<Message> messages) {}

    /** Newest first. */
    @GET
    public Envelope<ManyMessages> list(@BeanParam @Valid Paging paging) {
        audit.noteList(user.id(), CustomerList.PRACTICE);
        return db.inTenant(
                user.id(),
                tx -> Envelope.page(
                        new ManyMessages(messages.newest(tx, user.id(), paging)),
                        paging,
                        messages.count(tx, user.id())));
    }
}
