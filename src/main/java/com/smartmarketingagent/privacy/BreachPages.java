package com.smartmarketingagent.privacy;

import com.smartmarketingagent.account.Answer;
import com.smartmarketingagent.account.Frame;
import com.smartmarketingagent.account.WebSession;
import com.smartmarketingagent.platform.AdminsOnly;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Figures;
import com.smartmarketingagent.platform.Ids;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.privacy.Breach.Said;
import com.smartmarketingagent.privacy.BreachRepository.TouchedRow;
import com.smartmarketingagent.privacy.BreachRepository.TouchedShop;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import jakarta.validation.Validator;
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
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestForm;

/** Breaches of data, for a super_admin with a browser. Moments are shown by the clocks of western Indonesia. */
@Path("/admin/breaches")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
@AdminsOnly
class BreachPages {

    private static final ZoneId ZONE = ZoneId.of("Asia/Jakarta");

    private final CurrentUser admin;
    private final WebSession web;
    private final Breaches breaches;
    private final Validator validator;

    BreachPages(CurrentUser admin, WebSession web, Breaches breaches, Validator validator) {
        this.admin = admin;
        this.web = web;
        this.breaches = breaches;
        this.validator = validator;
    }

    @CheckedTemplate(basePath = "privacy")
    static final class Templates {
        private Templates() {}

        static native TemplateInstance breaches(
                Frame frame, List<Line> lines, Said said, String shops, Map<String, String> problems);
    }

    /**
     * @param state in words
     * @param told how many shops were told and how many of them were reached, in words
     * @param shops not all where there are too many, those first that are to be written to by hand
     */
    record Line(
            UUID id,
            String happened,
            String concerned,
            String measures,
            String state,
            boolean open,
            String told,
            List<Touched> shops) {}

    /**
     * @param contact its e-mail address, and its telephone number where it is known
     * @param state whether it was reached, in words
     */
    record Touched(String name, String contact, String state) {}

    @GET
    @Operation(hidden = true)
    public Response list() {
        return page(200, new Said("", "", ""), "", Map.of());
    }

    /** @param id made with the form, so that the form sent twice records one */
    @POST
    @Operation(hidden = true)
    public Response record(
            @RestForm @DefaultValue("") String id,
            @RestForm @DefaultValue("") String happened,
            @RestForm @DefaultValue("") String concerned,
            @RestForm @DefaultValue("") String measures,
            @RestForm @DefaultValue("") String shops) {
        var said = new Said(plain(happened), plain(concerned), plain(measures));
        var problems = Answer.problems(validator.validate(said));
        if (!problems.isEmpty()) return page(400, said, shops, problems);
        try {
            var emails =
                    shops.lines().map(String::strip).filter(l -> !l.isEmpty()).toList();
            breaches.record(admin.id(), Ids.read(id).orElseGet(Ids::next), said, emails);
        } catch (Problem.Invalid e) {
            return page(400, said, shops, web.frame().problems(e));
        }
        return Answer.seeOther("/admin/breaches");
    }

    /** What no database takes is no text. */
    private static String plain(String typed) {
        return typed.replace("\r\n", "\n")
                .replaceAll("[\\p{Cc}\\p{Cs}&&[^\n]]", "")
                .strip();
    }

    @POST
    @Path("{id}/close")
    @Operation(hidden = true)
    public Response close(UUID id) {
        breaches.close(id);
        return Answer.seeOther("/admin/breaches");
    }

    private Response page(int status, Said said, String shops, Map<String, String> problems) {
        var frame = web.frame();
        var found = breaches.all();
        var lines = found.breaches().stream()
                .map(b -> line(frame, b, found.touched(b), found.now()))
                .toList();
        return Answer.page(status, Templates.breaches(frame, lines, said, shops, problems));
    }

    private static Line line(Frame frame, Breach its, List<TouchedRow> touched, Instant now) {
        var closed = its.closedAt();
        var state = closed != null ? "closed" : now.isBefore(its.dueAt()) ? "open" : "late";
        var at = Figures.moment(frame.language(), closed != null ? closed : its.dueAt(), ZONE);
        return new Line(
                its.id(),
                its.happened(),
                its.concerned(),
                its.measures(),
                frame.say("breach." + state, at),
                its.stillOpen(),
                told(frame, touched),
                touched.stream().map(t -> touched(frame, t.shop())).toList());
    }

    private static String told(Frame frame, List<TouchedRow> touched) {
        if (touched.isEmpty()) return frame.say("breach.nobody_told");
        var any = touched.getFirst();
        var said = frame.say("breach.shops_told", any.shops(), any.reached());
        return any.shops() > touched.size() ? said + " " + frame.say("breach.shops_first", touched.size()) : said;
    }

    private static Touched touched(Frame frame, TouchedShop shop) {
        var state = frame.say("breach.reached_" + shop.reached());
        return new Touched(
                shop.businessName(),
                shop.phone() == null ? shop.email() : shop.email() + ", " + shop.phone(),
                shop.isActive() ? state : state + " " + frame.say("breach.shop_off"));
    }
}
