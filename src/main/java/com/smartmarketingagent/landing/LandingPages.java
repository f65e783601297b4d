package com.smartmarketingagent.landing;

import com.smartmarketingagent.account.WebSession;
import com.smartmarketingagent.platform.Html;
import com.smartmarketingagent.platform.Language;
import com.smartmarketingagent.platform.Public;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import org.eclipse.microprofile.openapi.annotations.Operation;

/**
 * The first page's other addresses, and what search engines ask for. At {@code /} the dashboard shows it to visitors.
 */
@Path("/")
@Public
class LandingPages {

    private static final String A_DAY = "public, max-age=86400";

    private final Landing landing;
    private final WebSession web;

    LandingPages(Landing landing, WebSession web) {
        this.landing = landing;
        this.web = web;
    }

    /** Whoever reads it goes on in English. */
    @GET
    @Path("en")
    @Produces(MediaType.TEXT_HTML)
    @Operation(hidden = true)
    public Response english() {
        return Response.fromResponse(landing.page(Language.ENGLISH))
                .cookie(web.language(Language.ENGLISH))
                .build();
    }

    /** Back to Indonesian. */
    @GET
    @Path("id")
    @Produces(MediaType.TEXT_HTML)
    @Operation(hidden = true)
    public Response indonesian() {
        return Response.seeOther(URI.create("/"))
                .cookie(web.language(Language.INDONESIAN))
                .build();
    }

    @GET
    @Path("robots.txt")
    @Produces(MediaType.TEXT_PLAIN)
    @Operation(hidden = true)
    public Response robots() {
        return Response.ok("""
                        User-agent: *
                        Allow: /
                        Disallow: /admin
                        Disallow: /api
                        Disallow: /content
                        Disallow: /customers
                        Disallow: /demo
                        Disallow: /import
                        Disallow: /live
                        Disallow: /profile
                        Disallow: /s/
                        Disallow: /sales
                        Disallow: /segments
                        Sitemap: %s/sitemap.xml
                        """.formatted(landing.base()))
                .header(HttpHeaders.CACHE_CONTROL, A_DAY)
                .build();
    }

    @GET
    @Path("sitemap.xml")
    @Produces("application/xml")
    @Operation(hidden = true)
    public Response sitemap() {
        var base = Html.escaped(landing.base());
        var alternates = """
                    <xhtml:link rel="alternate" hreflang="id" href="%1$s/"/>
                    <xhtml:link rel="alternate" hreflang="en" href="%1$s/en"/>
                """.formatted(base);
        return Response.ok("""
                        <?xml version="1.0" encoding="UTF-8"?>
                        <urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">
                          <url>
                            <loc>%1$s/</loc>
                        %2$s  </url>
                          <url>
                            <loc>%1$s/en</loc>
                        %2$s  </url>
                          <url>
                            <loc>%1$s/register</loc>
                          </url>
                        </urlset>
                        """.formatted(base, alternates))
                .header(HttpHeaders.CACHE_CONTROL, A_DAY)
                .build();
    }
}
