package com.smartmarketingagent.customer;

import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Envelope;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.UUID;

/** Merges that were made, to take them back. */
@Path("/api/merges")
class MergeApi {

    private final CurrentUser user;
    private final Db db;
    private final CustomerMerge merge;

    MergeApi(CurrentUser user, Db db, CustomerMerge merge) {
        this.user = user;
        this.db = db;
        this.merge = merge;
    }

    /** Both customers as they were, each with their own sales; 409 if a later change stands in the way. */
    @POST
    @Path("{id}/undo")
    public Envelope<CustomerMerge.Undone> undo(UUID id) {
        return db.inTenant(user.id(), tx -> Envelope.of(merge.undo(tx, user.id(), id)));
    }
}
