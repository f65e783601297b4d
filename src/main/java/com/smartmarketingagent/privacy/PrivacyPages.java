package com.smartmarketingagent.privacy;

import com.smartmarketingagent.account.Answer;
import com.smartmarketingagent.account.Frame;
import com.smartmarketingagent.account.ShopCalendar;
import com.smartmarketingagent.account.WebSession;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Figures;
import com.smartmarketingagent.platform.Paging;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Prose;
import com.smartmarketingagent.privacy.PrivacyRequest.State;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import jakarta.validation.Validator;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** What customers ask of their data, with a browser. */
@Path("/privacy")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
class PrivacyPages {

    private static final int ROWS = 20;

    private final CurrentUser user;
    private final WebSession web;
    private final Db db;
    private final PrivacyRequests requests;
    private final Breaches breaches;
    private final ShopCalendar calendar;
    private final Validator validator;

    PrivacyPages(
            CurrentUser user,
            WebSession web,
            Db db,
            PrivacyRequests requests,
            Breaches breaches,
            ShopCalendar calendar,
            Validator validator) {
        this.user = user;
        this.web = web;
        this.db = db;
        this.requests = requests;
        this.breaches = breaches;
        this.calendar = calendar;
        this.validator = validator;
    }

    @CheckedTemplate(basePath = "privacy")
    static final class Templates {
        private Templates() {}

        static native TemplateInstance requests(Frame frame, Listing listing, List<Event> events);
    }

    /**
     * @param customer by name, or that they are gone
     * @param path of the customer's page; null where they are gone
     * @param state in words, with the deadline or when it was closed
     * @param reason why it was refused; null where it wasn't or that isn't known
     * @param unanswered what its owner has just answered in vain; null for most
     */
    record Line(
            UUID id,
            String customer,
            @Nullable String path,
            String kind,
            String state,
            @Nullable String reason,
            boolean open,
            boolean late,
            @Nullable Unanswered unanswered) {}

    /**
     * An answer that couldn't be taken.
     *
     * @param id of the request
     * @param reason as it was typed
     * @param problem with the reason; null where it is none of it
     * @param notErased whether the customer is still there
     */
    record Unanswered(UUID id, String reason, @Nullable String problem, boolean notErased) {}

    record Refusing(@NotBlank @Prose @Size(max = 500) String reason) {}

    /**
     * A breach that the operator told this shop of.
     *
     * @param duty what its owner has to do, and until when: 3 × 24 hours after they were told
     * @param words for the customers concerned
     */
    record Event(String title, String duty, String words) {}

    /** @param more whether there are more pages */
    record Listing(List<Line> lines, int page, boolean more) {}

    @GET
    @Operation(hidden = true)
    public Response list(@RestQuery("page") @DefaultValue("1") int page) {
        return list(200, page, null);
    }

    /** What was answered in vain comes first where it is on another page by now. */
    private Response list(int status, int page, @Nullable Unanswered unanswered) {
        var frame = web.frame();
        var paging = new Paging(Math.clamp(page, 1, 100_000), ROWS);
        var found = requests.find(user.id(), paging);
        var zone = db.inTenant(user.id(), tx -> calendar.zone(tx, user.id()));
        var shown = new ArrayList<>(found.requests());
        if (unanswered != null && shown.stream().noneMatch(r -> r.id().equals(unanswered.id())))
            shown.addFirst(db.inTenant(user.id(), tx -> requests.lock(tx, user.id(), unanswered.id()))
                    .orElseThrow(() -> new Problem.NotFound("request")));
        var lines = shown.stream()
                .map(r -> line(
                        frame,
                        r,
                        found.now(),
                        zone,
                        unanswered != null && unanswered.id().equals(r.id()) ? unanswered : null))
                .toList();
        var listing = new Listing(lines, paging.page(), found.total() > paging.offset() + ROWS);
        var events = breaches.told(user.id()).stream()
                .map(t -> new Event(
                        frame.say("breach.told", Figures.moment(frame.language(), t.toldAt(), zone)),
                        frame.say(
                                "breach.notify",
                                Figures.moment(frame.language(), t.toldAt().plus(Deadline.TIME), zone)),
                        frame.say("breach.words", t.happened(), t.concerned(), t.measures())))
                .toList();
        return Answer.page(status, Templates.requests(frame, listing, events));
    }

    private static Line line(
            Frame frame, PrivacyRequest request, Instant now, ZoneId zone, @Nullable Unanswered unanswered) {
        boolean late = request.isOverdue(now);
        var at = request.closedAt() == null ? request.dueAt() : request.closedAt();
        var state =
                request.stillOpen() ? (late ? "late" : "open") : request.state().key();
        return new Line(
                request.id(),
                request.customer() == null ? frame.say("privacy.gone") : request.customer(),
                request.customer() == null ? null : "/customers/" + request.customerId(),
                frame.say("privacy.kind_" + request.kind().key()),
                frame.say("privacy.state_" + state, Figures.moment(frame.language(), at, zone)),
                request.reason(),
                request.stillOpen(),
                late,
                unanswered);
    }

    /**
     * @param outcome {@code done} or {@code refused}
     * @param page that the reader is on
     */
    @POST
    @Path("requests/{id}/close")
    @Operation(hidden = true)
    public Response close(
            UUID id,
            @RestForm @DefaultValue("") String outcome,
            @RestForm @DefaultValue("") String reason,
            @RestForm @DefaultValue("1") int page) {
        return switch (outcome) {
            case "done" -> done(id, page);
            case "refused" -> refuse(id, reason.replace("\r\n", "\n").strip(), page);
            default -> throw Problem.Invalid.wrongKind("outcome");
        };
    }

    private Response done(UUID id, int page) {
        try {
            db.useTenant(user.id(), tx -> requests.close(tx, user.id(), id, State.DONE, null));
        } catch (Problem.Conflict e) {
            return list(409, page, new Unanswered(id, "", null, true));
        }
        return Answer.seeOther("/privacy?page=" + page);
    }

    private Response refuse(UUID id, String reason, int page) {
        var problem = Answer.problems(validator.validate(new Refusing(reason))).get("reason");
        if (problem != null) return list(400, page, new Unanswered(id, reason, problem, false));
        db.useTenant(user.id(), tx -> requests.close(tx, user.id(), id, State.REFUSED, reason));
        return Answer.seeOther("/privacy?page=" + page);
    }
}
