package com.smartmarketingagent.admin;

import com.smartmarketingagent.account.Announcements;
import com.smartmarketingagent.account.Announcements.Announcement;
import com.smartmarketingagent.platform.AdminsOnly;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Envelope;
import com.smartmarketingagent.platform.Envelope.Empty;
import com.smartmarketingagent.platform.Ids;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.UUID;
import org.jboss.resteasy.reactive.ResponseStatus;

/** What all owners are told at the head of their pages. */
@Path("/api/admin/announcements")
@Consumes(MediaType.APPLICATION_JSON)
@AdminsOnly
class AnnouncementApi {

    private final CurrentUser admin;
    private final Announcements announcements;

    AnnouncementApi(CurrentUser admin, Announcements announcements) {
        this.admin = admin;
        this.announcements = announcements;
    }

    record ManyAnnouncements(List<Announcement> announcements) {}

    record MadeAnnouncement(UUID id) {}

    /** Those that are not over, the newest first. */
    @GET
    public Envelope<ManyAnnouncements> list() {
        return Envelope.of(new ManyAnnouncements(announcements.all()));
    }

    @POST
    @ResponseStatus(201)
    public Envelope<MadeAnnouncement> make(@NotNull @Valid AnnouncementPages.Wanted wanted) {
        var id = Ids.next();
        announcements.make(admin.id(), id, wanted.text().strip(), wanted.days());
        return Envelope.of(new MadeAnnouncement(id));
    }

    /** One that is over already is over as wished. */
    @DELETE
    @Path("{id}")
    public Envelope<Empty> end(UUID id) {
        announcements.end(id);
        return Envelope.empty();
    }
}
