package com.smartmarketingagent.privacy;

import com.smartmarketingagent.account.Answer;
import com.smartmarketingagent.account.ListPlace;
import com.smartmarketingagent.customer.GoneCustomer;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Ids;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.privacy.PrivacyRequest.Kind;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** The owner writes down what a customer asked of their data. */
@Path("/customers/{id}/requests")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
class RequestForms {

    private final CurrentUser user;
    private final Db db;
    private final PrivacyRequests requests;
    private final GoneCustomer gone;

    RequestForms(CurrentUser user, Db db, PrivacyRequests requests, GoneCustomer gone) {
        this.user = user;
        this.db = db;
        this.requests = requests;
        this.gone = gone;
    }

    /** @param request made with the form, so that the form sent twice records it once */
    @POST
    @Operation(hidden = true)
    public Response record(
            UUID id,
            @RestForm("id") @DefaultValue("") String request,
            @RestForm @DefaultValue("") String kind,
            @RestForm @DefaultValue("") String list) {
        var its = Kind.of(kind).orElseThrow(() -> Problem.Invalid.wrongKind("kind"));
        var made = Ids.read(request).orElseGet(Ids::next);
        db.useTenant(user.id(), tx -> requests.record(tx, user.id(), made, id, its, null));
        return Answer.seeOther(
                "/customers/" + id + new ListPlace("/customers", list).carriedAnd() + "done=request#privacy");
    }

    @ServerExceptionMapper
    public Response gone(Problem.NotFound e, ContainerRequestContext request) {
        return gone.answer(e, request);
    }
}
