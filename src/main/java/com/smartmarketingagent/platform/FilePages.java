package com.smartmarketingagent.platform;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Files to be saved, for who has a link, where the storage has no links of its own. */
@Path("/files")
@Public
class FilePages {

    private final Db db;
    private final ShopFiles files;

    FilePages(Db db, ShopFiles files) {
        this.db = db;
        this.files = files;
    }

    /** Never shown in the browser, whatever is in it. */
    @GET
    @Path("{token}")
    @Operation(hidden = true)
    public Response get(String token, @Context Request request) {
        var linked = Optional.ofNullable(files.linked(token)).orElseThrow(() -> new Problem.NotFound("file"));
        var user = linked.user();
        var file = db.inTenant(user, tx -> files.find(tx, user, linked.file()))
                .orElseThrow(() -> new Problem.NotFound("file"));
        var body = files.body(user, file, request.getMethod()).orElseThrow(() -> new Problem.NotFound("file"));
        var name = URLEncoder.encode(file.name(), StandardCharsets.UTF_8).replace("+", "%20");
        return Response.ok(body)
                .type(file.type())
                .header(HttpHeaders.CONTENT_LENGTH, file.bytes())
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename*=UTF-8''" + name)
                .header(HttpHeaders.CACHE_CONTROL, "private, no-store")
                .build();
    }
}
