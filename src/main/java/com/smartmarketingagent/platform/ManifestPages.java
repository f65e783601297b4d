package com.smartmarketingagent.platform;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** What a phone needs to know to put the app among its others. */
@Path("/manifest.webmanifest")
@Public
class ManifestPages {

    private static final String CREAM = "#faf6ec";
    private static final String INDIGO = "#26336b";

    private final CurrentUser user;
    private final Assets assets;

    ManifestPages(CurrentUser user, Assets assets) {
        this.user = user;
        this.assets = assets;
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Icon(
            String src, String sizes, String type, @Nullable String purpose) {}

    record Shortcut(String name, String url, List<Icon> icons) {}

    record Manifest(
            String id,
            String name,
            @JsonProperty("short_name") String shortName,
            String description,
            String lang,
            @JsonProperty("start_url") String startUrl,
            String scope,
            String display,
            @JsonProperty("background_color") String backgroundColor,
            @JsonProperty("theme_color") String themeColor,
            List<Icon> icons,
            List<Shortcut> shortcuts) {}

    @GET
    @Operation(hidden = true)
    public Response get() {
        var icon = new Icon(assets.url("icon-192.png"), "192x192", "image/png", null);
        var manifest = new Manifest(
                "/",
                say("app.name"),
                say("app.short"),
                say("app.about"),
                user.language().locale().getLanguage(),
                "/sales/new",
                "/",
                "standalone",
                CREAM,
                INDIGO,
                List.of(
                        icon,
                        new Icon(assets.url("icon-512.png"), "512x512", "image/png", null),
                        new Icon(assets.url("icon-maskable-512.png"), "512x512", "image/png", "maskable"),
                        new Icon(assets.url("icon.svg"), "any", "image/svg+xml", null)),
                List.of(
                        new Shortcut(say("app.shortcut_sale"), "/sales/new", List.of(icon)),
                        new Shortcut(say("nav.sales"), "/sales", List.of(icon)),
                        new Shortcut(say("nav.customers"), "/customers", List.of(icon))));
        return Response.ok(manifest)
                .type("application/manifest+json")
                .header(HttpHeaders.CACHE_CONTROL, "no-cache")
                .build();
    }

    private String say(String key) {
        return Words.say(user.language(), key);
    }
}
