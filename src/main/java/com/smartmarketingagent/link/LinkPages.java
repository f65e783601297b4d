package com.smartmarketingagent.link;

import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Public;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestPath;

/** Where the links in messages lead to: on to the campaign's own link, and nowhere else, whatever is asked. */
@Path("/s")
@Public
class LinkPages {

    private final Db db;
    private final LinkRepository links;

    LinkPages(Db db, LinkRepository links) {
        this.db = db;
        this.links = links;
    }

    /** Leads on; that it was followed may be lost with a crash, and never keeps anybody waiting for the disk. */
    @GET
    @Path("{code}")
    @Operation(hidden = true)
    public Response follow(@RestPath String code, @Context ContainerRequestContext request) {
        if (!Links.isCode(code)) throw new Problem.NotFound("link");
        var followed = db.withoutTenant(tx -> links.followed(tx, code)).orElseThrow(() -> new Problem.NotFound("link"));
        if (visit(request).isByAPerson()) {
            db.inTenantLossy(followed.userId(), tx -> {
                links.count(tx, followed);
                return followed;
            });
        }
        // the next click is to come here again: what is kept can't be counted
        return Response.status(Response.Status.FOUND)
                .location(URI.create(followed.link()))
                .header("X-Robots-Tag", "noindex")
                .build();
    }

    private static Visit visit(ContainerRequestContext request) {
        var purpose = Stream.of("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
                .map(request::getHeaderString)
                .filter(Objects::nonNull)
                .collect(Collectors.joining(" "));
        return new Visit(request.getMethod(), request.getHeaderString("User-Agent"), purpose);
    }
}
