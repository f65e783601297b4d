package com.smartmarketingagent.rfm;

import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Envelope;
import com.smartmarketingagent.rfm.CustomerStanding.CustomerScores;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.UUID;
import org.jboss.resteasy.reactive.RestPath;

/** One customer in the last analysis: where they are, why, what would move them up, and where they were. */
@Path("/api/customers/{id}/rfm")
class CustomerRfmApi {

    private final CurrentUser current;
    private final Db db;
    private final CustomerStanding standing;

    CustomerRfmApi(CurrentUser current, Db db, CustomerStanding standing) {
        this.current = current;
        this.db = db;
        this.standing = standing;
    }

    @GET
    public Envelope<CustomerScores> customer(@RestPath UUID id) {
        return Envelope.of(
                db.inTenantSnapshot(current.id(), tx -> standing.of(tx, current.id(), current.language(), id)));
    }
}
