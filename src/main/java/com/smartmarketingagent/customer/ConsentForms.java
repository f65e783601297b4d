package com.smartmarketingagent.customer;

import com.smartmarketingagent.account.Answer;
import com.smartmarketingagent.account.ListPlace;
import com.smartmarketingagent.customer.Consent.Channel;
import com.smartmarketingagent.customer.Consent.State;
import com.smartmarketingagent.customer.ConsentRepository.Reason;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Language;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Words;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Arrays;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** The owner writes down whether a customer may be written to. */
@Path("/customers/{id}/consents")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
class ConsentForms {

    private final CurrentUser user;
    private final Db db;
    private final Consents consents;
    private final GoneCustomer gone;

    ConsentForms(CurrentUser user, Db db, Consents consents, GoneCustomer gone) {
        this.user = user;
        this.db = db;
        this.consents = consents;
        this.gone = gone;
    }

    @POST
    @Operation(hidden = true)
    public Response say(
            UUID id,
            @RestForm @DefaultValue("") String channel,
            @RestForm @DefaultValue("") String state,
            @RestForm @DefaultValue("") String list) {
        var itsChannel = Arrays.stream(Channel.values())
                .filter(c -> c.key().equals(channel))
                .findAny()
                .orElseThrow(() -> Problem.Invalid.wrongKind("channel"));
        var itsState = Arrays.stream(State.values())
                .filter(s -> s.key().equals(state))
                .findAny()
                .orElseThrow(() -> Problem.Invalid.wrongKind("state"));
        var wording = Words.say(Language.INDONESIAN, "customers.consent_wording_" + state, itsChannel.label());
        db.useTenant(user.id(), tx -> consents.say(tx, user.id(), id, itsChannel, itsState, Reason.OWNER, wording));
        return Answer.seeOther(
                "/customers/" + id + new ListPlace("/customers", list).carriedAnd() + "done=consent#consents");
    }

    @ServerExceptionMapper
    public Response gone(Problem.NotFound e, ContainerRequestContext request) {
        return gone.answer(e, request);
    }
}
