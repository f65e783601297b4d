package com.smartmarketingagent.account;

import com.smartmarketingagent.account.AuditRepository.Entry;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Figures;
import com.smartmarketingagent.platform.Paging;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** Who saw and changed what, for the owner. */
@Path("/audit")
@Produces(MediaType.TEXT_HTML)
class AuditPages {

    private static final int ROWS = 30;
    /** Who is there afterwards has a page. */
    private static final Set<String> OF_CUSTOMERS = Set.of(
            "customer_viewed",
            "customer_exported",
            "customer_changed",
            "customer_restored",
            "customers_merged",
            "request_recorded",
            "request_closed");

    private static final Set<String> OF_CAMPAIGNS = Set.of(
            "campaign_approved",
            "campaign_cancelled",
            "recipients_downloaded",
            "message_settled",
            "message_sent_again");

    private final CurrentUser user;
    private final WebSession web;
    private final Db db;
    private final Audit audit;
    private final ShopCalendar calendar;

    AuditPages(CurrentUser user, WebSession web, Db db, Audit audit, ShopCalendar calendar) {
        this.user = user;
        this.web = web;
        this.db = db;
        this.audit = audit;
        this.calendar = calendar;
    }

    @CheckedTemplate(basePath = "account")
    static final class Templates {
        private Templates() {}

        static native TemplateInstance audit(Frame frame, Listing listing);
    }

    /**
     * @param detail one word more; empty for none
     * @param path of the page of what it was done to; null for none
     */
    record Line(
            String at,
            String who,
            boolean stranger,
            String what,
            String detail,
            @Nullable String path) {}

    /** @param more whether there are older ones */
    record Listing(List<Line> lines, int page, boolean more) {}

    @GET
    @Operation(hidden = true)
    public Response list(@RestQuery("page") @DefaultValue("1") int page) {
        var frame = web.frame();
        var paging = new Paging(Math.clamp(page, 1, 100_000), ROWS);
        var found = audit.find(user.id(), null, paging);
        var zone = db.inTenant(user.id(), tx -> calendar.zone(tx, user.id()));
        var lines = found.entries().stream().map(e -> line(frame, e, zone)).toList();
        var listing = new Listing(lines, paging.page(), found.total() > paging.offset() + ROWS);
        return Answer.page(200, Templates.audit(frame, listing));
    }

    private Line line(Frame frame, Entry entry, ZoneId zone) {
        boolean own = user.id().value().equals(entry.actorId());
        var who = entry.actorId() == null ? "program" : own ? "you" : "admin";
        return new Line(
                Figures.moment(frame.language(), entry.createdAt(), zone),
                frame.say("audit.who_" + who),
                who.equals("admin"),
                frame.say("audit.act_" + entry.action()),
                detail(frame, entry),
                path(entry));
    }

    private static String detail(Frame frame, Entry entry) {
        if (entry.detail() == null) return "";
        return entry.action().equals("list_viewed") ? frame.say("audit.list_" + entry.detail()) : entry.detail();
    }

    private static @Nullable String path(Entry entry) {
        if (entry.subjectId() == null) return null;
        if (OF_CUSTOMERS.contains(entry.action())) return "/customers/" + entry.subjectId();
        return OF_CAMPAIGNS.contains(entry.action()) ? "/campaigns/" + entry.subjectId() : null;
    }
}
