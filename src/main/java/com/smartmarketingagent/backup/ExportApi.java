package com.smartmarketingagent.backup;

import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Envelope;
import com.smartmarketingagent.platform.Uploaded;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Map;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.multipart.FileUpload;
import org.jspecify.annotations.Nullable;

/** A shop takes its data with it. */
@Path("/api/export")
class ExportApi {

    private final CurrentUser user;
    private final RoutingContext request;
    private final ShopExport exports;
    private final ShopImport imports;

    ExportApi(CurrentUser user, RoutingContext request, ShopExport exports, ShopImport imports) {
        this.user = user;
        this.request = request;
        this.exports = exports;
        this.imports = imports;
    }

    /** @param rows how many came, by table */
    record Brought(Map<String, Integer> rows) {}

    @GET
    @Produces("application/zip")
    public Response get() {
        return exports.download(user.id(), user.language(), request);
    }

    @POST
    @Consumes(MediaType.MULTIPART_FORM_DATA)
    public Envelope<Brought> bring(@RestForm @Nullable FileUpload file) {
        var chosen = Uploaded.required(file, "export.no_file");
        return Envelope.of(new Brought(imports.take(user.id(), chosen.uploadedFile())));
    }
}
