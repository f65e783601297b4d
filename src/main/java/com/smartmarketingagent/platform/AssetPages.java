package com.smartmarketingagent.platform;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** Hands out styles, scripts and pictures. */
@Path("/")
@Public
class AssetPages {

    private final Assets assets;

    AssetPages(Assets assets) {
        this.assets = assets;
    }

    @GET
    @Path("assets/{file}")
    @Operation(hidden = true)
    public Response get(
            @PathParam("file") String file, @HeaderParam(HttpHeaders.ACCEPT_ENCODING) @Nullable String encodings) {
        var asset = assets.find(file);
        if (asset == null) throw new Problem.NotFound("route");
        var answer = Response.ok()
                .header(HttpHeaders.CONTENT_TYPE, asset.type())
                .header(HttpHeaders.CACHE_CONTROL, "public, max-age=31536000, immutable")
                .header(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
        if (asset.gzip() == null || encodings == null || !encodings.contains("gzip")) {
            return answer.entity(asset.plain()).build();
        }
        return answer.header(HttpHeaders.CONTENT_ENCODING, "gzip")
                .entity(asset.gzip())
                .build();
    }

    /** What a browser asks for where no page has named an icon, such as beside a file. */
    @GET
    @Path("favicon.ico")
    @Operation(hidden = true)
    public Response icon() {
        return Response.status(Response.Status.FOUND)
                .location(URI.create(assets.url("icon-192.png")))
                .build();
    }
}
