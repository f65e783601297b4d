package com.smartmarketingagent.transaction;

import com.smartmarketingagent.account.Frame;
import com.smartmarketingagent.account.WebSession;
import com.smartmarketingagent.customer.Recognition.Acquaintance;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Public;
import com.smartmarketingagent.transaction.SaleEntry.Deleted;
import com.smartmarketingagent.transaction.SaleEntry.Stored;
import com.smartmarketingagent.transaction.SaleEntry.Taken;
import com.smartmarketingagent.transaction.SaleEntry.Unclear;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestForm;
import org.jspecify.annotations.Nullable;

/**
 * Sales without network. The browser keeps a form that belongs to nobody, and what is typed into it under the id of the
 * account that typed it; when the network is back it is sent here, each sale under the id it got on the phone.
 */
@Path("/sales")
class OfflinePages {

    private final CurrentUser user;
    private final WebSession web;
    private final SaleEntry entry;

    OfflinePages(CurrentUser user, WebSession web, SaleEntry entry) {
        this.user = user;
        this.web = web;
        this.entry = entry;
    }

    @CheckedTemplate(basePath = "transaction")
    static final class Templates {
        private Templates() {}

        static native TemplateInstance offline(
                Frame frame, TypedSale typed, Map<String, String> problems, List<Acquaintance> candidates);
    }

    /** What a page needs to send what waits: its session's token and whose session it is. */
    record Sender(@Nullable String csrf, @Nullable String shop) {}

    /** Why a sale was refused, for its owner; null where it was stored. */
    record Answer(@Nullable String reason) {}

    /** The same for everyone, signed in or not: a browser keeps it. */
    @GET
    @Path("offline")
    @Public
    @Produces(MediaType.TEXT_HTML)
    @Operation(hidden = true)
    public String offline() {
        return form(web.publicFrame());
    }

    static String form(Frame frame) {
        return Templates.offline(frame, TypedSale.empty(), Map.of(), List.of()).render();
    }

    @GET
    @Path("token")
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(hidden = true)
    public Sender sender() {
        var frame = web.frame();
        return new Sender(frame.csrf(), frame.shop());
    }

    /**
     * Takes one sale that waited: 201, or 200 where it was here before, be it deleted since. 400 and 409 say why it
     * can't be stored as it is; 403 that it is another account's.
     */
    @POST
    @Path("offline")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @Produces(MediaType.APPLICATION_JSON)
    @Operation(hidden = true)
    public Response take(
            @RestForm @DefaultValue("") String id,
            @RestForm @DefaultValue("") String shop,
            @BeanParam TypedSale typed) {
        var frame = web.frame();
        if (!user.id().value().toString().equals(shop)) return answer(403, frame.say("sale.other_shop"));
        try {
            return switch (entry.enter(user.id(), TransactionPages.id(id), typed)) {
                case Stored stored -> answer(stored.created() ? 201 : 200, null);
                case Deleted() -> answer(200, null);
                case Unclear unclear -> answer(409, frame.say("sale.several", unclear.name()));
                case Taken taken ->
                    answer(
                            409,
                            frame.say(
                                    "sale.taken",
                                    taken.other().customer().name(),
                                    frame.rupiah(taken.other().amount())));
            };
        } catch (Problem.Invalid | Problem.Conflict | Problem.NotFound e) {
            var said = new LinkedHashMap<String, String>();
            TransactionPages.say(frame, e, said);
            return answer(e instanceof Problem.Invalid ? 400 : 409, String.join(" ", said.values()));
        }
    }

    private static Response answer(int status, @Nullable String reason) {
        return Response.status(status)
                .type(MediaType.APPLICATION_JSON_TYPE)
                .entity(new Answer(reason))
                .build();
    }
}
