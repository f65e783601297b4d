package com.smartmarketingagent.live;

import com.smartmarketingagent.platform.CurrentUser;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestMulti;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** The stream that pages listen to (web/app.js): one word for whatever changed, and nothing of what it is. */
@Path("/live")
class LivePages {

    private static final int COME_BACK_AFTER_MS = 3_000;

    private final CurrentUser user;
    private final ShopWatch watch;

    LivePages(CurrentUser user, ShopWatch watch) {
        this.user = user;
        this.watch = watch;
    }

    /**
     * @param last the id of the last event, as a browser says it when it comes back by itself
     * @param seen the same of a page that had closed its stream; null for the first time
     */
    @GET
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @Operation(hidden = true)
    public RestMulti<OutboundSseEvent> listen(
            @HeaderParam("Last-Event-ID") @Nullable String last, @RestQuery @Nullable String seen, @Context Sse sse) {
        var told = watch.follow(user.id(), user.session(), last == null ? seen : last)
                .map(t -> sse.newEventBuilder()
                        .id(t.seen())
                        .reconnectDelay(COME_BACK_AFTER_MS)
                        .mediaType(MediaType.TEXT_PLAIN_TYPE)
                        .data(t.word())
                        .build());
        return RestMulti.fromMultiData(told)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .header("X-Content-Type-Options", "nosniff")
                .build();
    }
}
