package com.smartmarketingagent.campaign;

import com.smartmarketingagent.account.Answer;
import com.smartmarketingagent.account.Frame;
import com.smartmarketingagent.account.ShopCalendar;
import com.smartmarketingagent.account.WebSession;
import com.smartmarketingagent.messaging.Via;
import com.smartmarketingagent.pacing.Pacing;
import com.smartmarketingagent.pacing.Stops;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Paging;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** Campaigns with a browser: what there are, and how the numbers do that send them. */
@Path("/campaigns")
@Produces(MediaType.TEXT_HTML)
class CampaignListPages {

    private static final int ROWS = 20;

    private final CurrentUser user;
    private final WebSession web;
    private final Db db;
    private final CampaignCard card;
    private final CampaignRepository campaigns;
    private final Pacing pacing;
    private final ShopCalendar calendar;

    CampaignListPages(
            CurrentUser user,
            WebSession web,
            Db db,
            CampaignCard card,
            CampaignRepository campaigns,
            Pacing pacing,
            ShopCalendar calendar) {
        this.user = user;
        this.web = web;
        this.db = db;
        this.card = card;
        this.campaigns = campaigns;
        this.pacing = pacing;
        this.calendar = calendar;
    }

    @CheckedTemplate(basePath = "campaign")
    static final class Templates {
        private Templates() {}

        static native TemplateInstance list(Frame frame, Listing listing);
    }

    /** @param said how it goes and by what, in words */
    record Row(UUID id, String name, String said, String day) {}

    /** @param barred why nothing can be sent to customers, in words; null where it can */
    record Listing(
            @Nullable String barred,
            List<Row> rows,
            List<SendingNumber> numbers,
            @Nullable String previous,
            @Nullable String next) {}

    @GET
    @Operation(hidden = true)
    public Response list(@RestQuery("page") @DefaultValue("1") int page) {
        var frame = web.frame();
        var listing = db.inTenant(user.id(), tx -> {
            long total = campaigns.count(tx, user.id());
            var paging = new Paging(Math.clamp(page, 1, 1_000_000), ROWS).within(total);
            var zone = calendar.zone(tx, user.id());
            var barred = card.barred(tx, user.id(), frame, Via.ASSISTED).orElse(null);
            var rows = campaigns.list(tx, user.id(), paging).stream()
                    .map(c -> new Row(
                            c.id(),
                            c.name(),
                            frame.say(
                                    "campaign.state_by",
                                    CampaignCard.state(frame, c, barred != null),
                                    frame.say("campaign.via." + c.via().key())),
                            frame.day(c.createdAt().atZone(zone).toLocalDate())))
                    .toList();
            var numbers = pacing.health(tx, user.id()).stream()
                    .map(h -> SendingNumber.of(frame, h, "campaign.health_stops", new Stops(h.stops(), h.recipients())))
                    .toList();
            return new Listing(
                    barred,
                    rows,
                    numbers,
                    previous("/campaigns?page=", paging),
                    next("/campaigns?page=", paging, rows.size(), total));
        });
        return Answer.page(200, Templates.list(frame, listing));
    }

    private static @Nullable String previous(String address, Paging paging) {
        return paging.page() == 1 ? null : address + (paging.page() - 1);
    }

    private static @Nullable String next(String address, Paging paging, int shown, long total) {
        return paging.offset() + shown < total ? address + (paging.page() + 1) : null;
    }
}
