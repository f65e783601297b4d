package com.smartmarketingagent.demo;

import com.smartmarketingagent.account.Answer;
import com.smartmarketingagent.platform.CurrentUser;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** The button that ends a demonstration. */
@Path("/demo/remove")
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
class DemoPages {

    private final DemoShop demo;
    private final CurrentUser user;

    DemoPages(DemoShop demo, CurrentUser user) {
        this.demo = demo;
        this.user = user;
    }

    /** Takes the whole shop away; its log-in is gone too. */
    @POST
    @Operation(hidden = true)
    public Response remove() {
        demo.remove(user.id());
        return Answer.seeOther("/login");
    }
}
