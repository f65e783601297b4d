package com.smartmarketingagent.account;

import com.smartmarketingagent.platform.CurrentUser;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.nio.file.Files;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.multipart.FileUpload;

/** A page as features add them, for those who are logged in. */
@Path("/test/page")
@Produces(MediaType.TEXT_PLAIN)
public class MemberPage {

    private final CurrentUser user;

    MemberPage(CurrentUser user) {
        this.user = user;
    }

    @GET
    @Operation(hidden = true)
    public String get() {
        return user.id().value().toString();
    }

    /** How many bytes arrived. */
    @POST
    @Operation(hidden = true)
    public String post(@RestForm FileUpload file) throws IOException {
        return String.valueOf(Files.size(file.uploadedFile()));
    }
}
