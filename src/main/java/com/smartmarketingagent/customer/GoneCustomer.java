package com.smartmarketingagent.customer;

import com.smartmarketingagent.account.Answer;
import com.smartmarketingagent.account.Gone;
import com.smartmarketingagent.account.ListPlace;
import com.smartmarketingagent.account.WebSession;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Ids;
import com.smartmarketingagent.platform.Problem;
import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import java.util.stream.Stream;

/** Where a customer's address leads once they are no longer there. */
@Singleton
public class GoneCustomer {

    private final CurrentUser user;
    private final WebSession web;
    private final Db db;
    private final CustomerRepository customers;
    private final Gone gone;

    GoneCustomer(CurrentUser user, WebSession web, Db db, CustomerRepository customers, Gone gone) {
        this.user = user;
        this.web = web;
        this.db = db;
        this.customers = customers;
        this.gone = gone;
    }

    /** To whom they were merged into; where they were deleted, or a form was about them, a page that says so. */
    public Response answer(Problem.NotFound e, ContainerRequestContext request) {
        var frame = web.frame();
        var uri = request.getUriInfo();
        var place = new ListPlace("/customers", gone.said(request, "list"));
        if (!e.isOf("customer")) {
            return gone.page(frame.say(e.text()), place.address(), frame.say("customers.back"));
        }
        var paths = uri.getPathParameters();
        var heir = Stream.of(paths.getFirst("id"), paths.getFirst("other"), gone.sent("other"))
                .flatMap(id -> Optional.ofNullable(id).flatMap(Ids::read).stream())
                .flatMap(id -> db.inTenant(user.id(), tx -> customers.mergedInto(tx, user.id(), id)).stream())
                .findFirst();
        if (heir.isEmpty()) {
            return gone.page(frame.say("customers.not_there"), place.address(), frame.say("customers.back"));
        }
        var name = heir.get().name();
        var address = "/customers/" + heir.get().id() + place.carried();
        if (!request.getMethod().equals("GET")) {
            return gone.page(frame.say("customers.gone_merged", name), address, frame.say("customers.gone_look", name));
        }
        // a part of a page is no place for somebody else's
        if (request.getHeaderString("HX-Request") != null) {
            return Response.status(404).header("HX-Redirect", address).build();
        }
        return Answer.seeOther(address);
    }
}
