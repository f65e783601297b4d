package com.smartmarketingagent.campaign;

import com.smartmarketingagent.account.Act;
import com.smartmarketingagent.account.Answer;
import com.smartmarketingagent.account.Audit;
import com.smartmarketingagent.account.Audit.CustomerList;
import com.smartmarketingagent.account.Frame;
import com.smartmarketingagent.account.ShopCalendar;
import com.smartmarketingagent.account.WebSession;
import com.smartmarketingagent.campaign.RecipientRepository.Listed;
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
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.ZoneId;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** Who got a campaign's message and what became of it, with a browser. */
@Path("/campaigns")
@Produces(MediaType.TEXT_HTML)
class RecipientPages {

    private static final int ROWS = 20;

    private final CurrentUser user;
    private final WebSession web;
    private final Db db;
    private final CampaignRepository campaigns;
    private final RecipientRepository recipients;
    private final RecipientReport report;
    private final ShopCalendar calendar;
    private final Audit audit;

    RecipientPages(
            CurrentUser user,
            WebSession web,
            Db db,
            CampaignRepository campaigns,
            RecipientRepository recipients,
            RecipientReport report,
            ShopCalendar calendar,
            Audit audit) {
        this.user = user;
        this.web = web;
        this.db = db;
        this.campaigns = campaigns;
        this.recipients = recipients;
        this.report = report;
        this.calendar = calendar;
        this.audit = audit;
    }

    @CheckedTemplate(basePath = "campaign")
    static final class Templates {
        private Templates() {}

        static native TemplateInstance recipients(Frame frame, People people);
    }

    /**
     * @param gone whether they were deleted
     * @param why in words; null for nothing to say
     */
    record Person(
            UUID id,
            String name,
            boolean gone,
            String state,
            @Nullable String why,
            @Nullable String at,
            boolean unknown) {}

    record People(
            Campaign campaign,
            String title,
            List<Person> rows,
            long total,
            @Nullable String previous,
            @Nullable String next) {}

    /** @param state of those to be listed; empty for all */
    @GET
    @Path("{id}/recipients")
    @Operation(hidden = true)
    public Response recipients(
            UUID id, @RestQuery @DefaultValue("") String state, @RestQuery("page") @DefaultValue("1") int page) {
        var frame = web.frame();
        var wanted = state.matches("[a-z]{4,10}") ? state : null;
        var people = db.inTenant(user.id(), tx -> {
            var campaign = campaigns.get(tx, user.id(), id);
            long total = recipients.count(tx, user.id(), id, wanted);
            var paging = new Paging(Math.clamp(page, 1, 1_000_000), ROWS).within(total);
            var zone = calendar.zone(tx, user.id());
            var rows = recipients.page(tx, user.id(), id, wanted, paging).stream()
                    .map(its -> person(frame, its, zone))
                    .toList();
            var address =
                    "/campaigns/" + id + "/recipients?" + (wanted == null ? "" : "state=" + wanted + "&") + "page=";
            return new People(
                    campaign,
                    "unknown".equals(wanted) ? frame.say("campaign.to_check") : frame.say("campaign.recipients"),
                    rows,
                    total,
                    previous(address, paging),
                    next(address, paging, rows.size(), total));
        });
        audit.noteList(user.id(), CustomerList.RECIPIENTS);
        return Answer.page(200, Templates.recipients(frame, people));
    }

    private static Person person(Frame frame, Listed its, ZoneId zone) {
        var r = its.recipient();
        return new Person(
                r.customerId(),
                r.name(),
                its.gone(),
                frame.say("campaign.message." + r.state()),
                r.why() == null ? null : RecipientReport.why(r.why(), frame.language()),
                r.sentAt() == null ? null : Figures.moment(frame.language(), r.sentAt(), zone),
                r.state().equals("unknown"));
    }

    /** Each person as a line for spreadsheets. */
    @GET
    @Path("{id}/recipients.csv")
    @Produces("text/csv; charset=utf-8")
    @Operation(hidden = true)
    public Response csv(UUID id) {
        var frame = web.frame();
        var titles = Stream.of("name", "phone", "city", "state", "why", "sent_at", "clicked_at", "bought_on", "amount")
                .map(title -> frame.say("campaign.column." + title))
                .toList();
        var lines = report.csv(user.id(), id, user.language(), titles);
        audit.noteDownload(user.id(), Act.RECIPIENTS_DOWNLOADED, id, null);
        return Response.ok(lines)
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"penerima.csv\"")
                .build();
    }

    private static @Nullable String previous(String address, Paging paging) {
        return paging.page() == 1 ? null : address + (paging.page() - 1);
    }

    private static @Nullable String next(String address, Paging paging, int shown, long total) {
        return paging.offset() + shown < total ? address + (paging.page() + 1) : null;
    }
}
