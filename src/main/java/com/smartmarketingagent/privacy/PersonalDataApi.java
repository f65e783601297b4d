package com.smartmarketingagent.privacy;

import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Envelope;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.UUID;

/** Everything that the shop holds about one customer, as a file for them. */
@Path("/api/customers/{id}/export")
class PersonalDataApi {

    private final CurrentUser user;
    private final PersonalData data;

    PersonalDataApi(CurrentUser user, PersonalData data) {
        this.user = user;
        this.data = data;
    }

    @GET
    public Response export(UUID id) {
        return Response.ok(Envelope.of(data.of(user.id(), id)))
                .type(MediaType.APPLICATION_JSON_TYPE.withCharset("utf-8"))
                .header(HttpHeaders.CONTENT_DISPOSITION, PersonalData.asFile(id))
                .build();
    }
}
