package com.smartmarketingagent.messaging;

import com.smartmarketingagent.account.Answer;
import com.smartmarketingagent.account.Audit;
import com.smartmarketingagent.account.Audit.CustomerList;
import com.smartmarketingagent.account.Frame;
import com.smartmarketingagent.account.ShopCalendar;
import com.smartmarketingagent.account.WebSession;
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
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** The mailbox of the practice channel, with a browser. */
@Path("/practice")
@Produces(MediaType.TEXT_HTML)
class PracticePages {

    private static final int ROWS = 20;

    private final CurrentUser user;
    private final WebSession web;
    private final Db db;
    private final PracticeRepository messages;
    private final ShopCalendar calendar;
    private final Audit audit;

    PracticePages(
            CurrentUser user, WebSession web, Db db, PracticeRepository messages, ShopCalendar calendar, Audit audit) {
        this.user = user;
        this.web = web;
        this.db = db;
        this.messages = messages;
        this.calendar = calendar;
        this.audit = audit;
    }

    @CheckedTemplate(basePath = "messaging")
    static final class Templates {
        private Templates() {}

        static native TemplateInstance practice(Frame frame, Mailbox mailbox);
    }

    record Row(UUID customerId, String name, String text, String at) {}

    record Mailbox(
            List<Row> rows,
            @Nullable Integer previous,
            @Nullable Integer next) {}

    @GET
    @Operation(hidden = true)
    public Response list(@RestQuery("page") @DefaultValue("1") int page) {
        audit.noteList(user.id(), CustomerList.PRACTICE);
        var mailbox = db.inTenant(user.id(), tx -> {
            long total = messages.count(tx, user.id());
            var paging = new Paging(Math.clamp(page, 1, 1_000_000), ROWS).within(total);
            var zone = calendar.zone(tx, user.id());
            var rows = messages.newest(tx, user.id(), paging).stream()
                    .map(m -> new Row(
                            m.customerId(), m.name(), m.text(), Figures.moment(user.language(), m.sentAt(), zone)))
                    .toList();
            return new Mailbox(
                    rows,
                    paging.page() == 1 ? null : paging.page() - 1,
                    paging.offset() + rows.size() < total ? paging.page() + 1 : null);
        });
        return Answer.page(200, Templates.practice(web.frame(), mailbox));
    }
}
