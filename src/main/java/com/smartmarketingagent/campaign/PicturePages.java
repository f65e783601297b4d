package com.smartmarketingagent.campaign;

import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Public;
import com.smartmarketingagent.platform.ShopFiles;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Shops' pictures as recipients' telephones and the providers ask for them. */
@Path("/pictures")
@Public
class PicturePages {

    private final Db db;
    private final ShopFiles files;
    private final ShopPictures pictures;

    PicturePages(Db db, ShopFiles files, ShopPictures pictures) {
        this.db = db;
        this.files = files;
        this.pictures = pictures;
    }

    /** It never changes. */
    @GET
    @Path("{token}")
    @Operation(hidden = true)
    public Response get(String token, @Context Request request) {
        var named = ShopPictures.Named.of(token);
        if (named == null) throw new Problem.NotFound("picture");
        var file = db.inTenant(named.shop(), tx -> pictures.find(tx, named.shop(), named.id()))
                .orElseThrow(() -> new Problem.NotFound("picture"));
        var body =
                files.body(named.shop(), file, request.getMethod()).orElseThrow(() -> new Problem.NotFound("picture"));
        return Response.ok(body)
                .type("image/jpeg")
                .header(HttpHeaders.CONTENT_LENGTH, file.bytes())
                .header(HttpHeaders.CACHE_CONTROL, "public, max-age=31536000, immutable")
                .build();
    }
}
