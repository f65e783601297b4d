package com.smartmarketingagent.transaction;

import com.smartmarketingagent.account.Frame;
import com.smartmarketingagent.account.Theme;
import com.smartmarketingagent.platform.Assets;
import com.smartmarketingagent.platform.Language;
import com.smartmarketingagent.platform.Public;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;

/**
 * The script that a browser runs beside the pages: it keeps what is nobody's, and answers where the network is gone.
 */
@Path("/sw.js")
@Public
class WorkerPages {

    private static final List<String> KEPT =
            List.of("app.css", "app.js", "queue.js", "sale.js", "icon.svg", "icon-192.png");

    private final Assets assets;

    WorkerPages(Assets assets) {
        this.assets = assets;
    }

    /**
     * Its version changes with whatever it keeps, so that browsers notice; not with the reader's language and colours,
     * in which it asks for the form again by itself.
     */
    @GET
    @Produces("text/javascript;charset=utf-8")
    @Operation(hidden = true)
    public Response worker() {
        var forms = Arrays.stream(Language.values()).map(this::form).collect(Collectors.joining());
        var version = Assets.hash(assets.version() + forms);
        var files = KEPT.stream()
                .map(name -> ", '" + assets.url(name) + "'")
                .collect(Collectors.joining("", "['/sales/offline'", "]"));
        var script = "const VERSION = '" + version + "', FILES = " + files + ";\n" + assets.text("queue.js")
                + assets.text("sw.js");
        return Response.ok(script).header(HttpHeaders.CACHE_CONTROL, "no-cache").build();
    }

    /** Without what differs from request to request. */
    private String form(Language language) {
        return OfflinePages.form(new Frame(
                language, null, null, "", Theme.SYSTEM, "/sales/offline", false, false, 0, List.of(), assets));
    }
}
