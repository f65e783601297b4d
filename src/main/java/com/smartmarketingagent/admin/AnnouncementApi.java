package com.smartmarketingagent.admin;

import com.smartmarketingagent.account.Announcements;
import com.smartmarketingagent.account.Announcements.Announcement;
import com.smartmarketingagent.platform.AdminsOnly;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Envelope;
import com.smartmarketingagent.platform.Envelope.Empty;
import com.smartmarketingagent.platform.Idempotency;
import com.smartmarketingagent.platform.Idempotency.Answer;
import com.smartmarketingagent.platform.Ids;
import com.smartmarketingagent.platform.Validated;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.UUID;
import org.jboss.resteasy.reactive.RestHeader;
import org.jspecify.annotations.Nullable;

/** What all owners are told at the head of their pages. */
@Path("/api/admin/announcements")
@Consumes(MediaType.APPLICATION_JSON)
@AdminsOnly
@Validated
class AnnouncementApi {

    private final CurrentUser admin;
    private final Announcements announcements;

    private final Idempotency idempotency;

    AnnouncementApi(CurrentUser admin, Announcements announcements, Idempotency idempotency) {
        this.admin = admin;
        this.announcements = announcements;
        this.idempotency = idempotency;
    }

    record ManyAnnouncements(List<Announcement> announcements) {}

    record MadeAnnouncement(UUID id) {}

    /** Those that are not over, the newest first. */
    @GET
    public Envelope<ManyAnnouncements> list() {
        return Envelope.of(new ManyAnnouncements(announcements.all()));
    }

    @POST
    public Response make(
            @NotNull @Valid AnnouncementPages.Wanted wanted, @RestHeader("Idempotency-Key") @Nullable String key) {
        var answer = idempotency.once(admin.id(), key, "POST /api/admin/announcements", wanted, tx -> {
            var id = Ids.next();
            announcements.make(tx, admin.id(), id, wanted.text().strip(), wanted.days());
            return new Answer(201, Envelope.of(new MadeAnnouncement(id)));
        });
        announcements.ask();
        return answer;
    }

    /** One that is over already is over as wished. */
    @DELETE
    @Path("{id}")
    public Envelope<Empty> end(UUID id) {
        announcements.end(id);
        return Envelope.empty();
    }
}
