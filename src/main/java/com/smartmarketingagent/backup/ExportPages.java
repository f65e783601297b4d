package com.smartmarketingagent.backup;

import com.smartmarketingagent.platform.CurrentUser;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** The same file for whoever is logged in with a browser. */
@Path("/profile/export.zip")
class ExportPages {

    private final CurrentUser user;
    private final RoutingContext request;
    private final ShopExport exports;

    ExportPages(CurrentUser user, RoutingContext request, ShopExport exports) {
        this.user = user;
        this.request = request;
        this.exports = exports;
    }

    @GET
    @Produces("application/zip")
    @Operation(hidden = true)
    public Response get() {
        return exports.download(user.id(), user.language(), request);
    }
}
