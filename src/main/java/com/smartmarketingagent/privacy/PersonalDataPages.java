package com.smartmarketingagent.privacy;

import com.smartmarketingagent.customer.GoneCustomer;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Problem;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Everything that is held about one customer, as a file that they may read anywhere. */
@Path("/customers/{id}/data.json")
class PersonalDataPages {

    private final CurrentUser user;
    private final PersonalData data;
    private final GoneCustomer gone;

    PersonalDataPages(CurrentUser user, PersonalData data, GoneCustomer gone) {
        this.user = user;
        this.data = data;
        this.gone = gone;
    }

    @GET
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(hidden = true)
    public Response export(UUID id) {
        return Response.ok(data.of(user.id(), id).toPrettyString())
                .type(MediaType.APPLICATION_JSON_TYPE.withCharset("utf-8"))
                .header(HttpHeaders.CONTENT_DISPOSITION, PersonalData.asFile(id))
                .build();
    }

    @ServerExceptionMapper
    public Response gone(Problem.NotFound e, ContainerRequestContext request) {
        return gone.answer(e, request);
    }
}
