package com.smartmarketingagent.campaign;

import com.smartmarketingagent.account.Answer;
import com.smartmarketingagent.account.Frame;
import com.smartmarketingagent.account.ShopCalendar;
import com.smartmarketingagent.account.WebSession;
import com.smartmarketingagent.campaign.Campaign.State;
import com.smartmarketingagent.campaign.Campaign.Step;
import com.smartmarketingagent.campaign.CampaignCard.Shown;
import com.smartmarketingagent.campaign.CampaignCard.Typed;
import com.smartmarketingagent.campaign.Campaigns.Said;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Uploaded;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.multipart.FileUpload;
import org.jspecify.annotations.Nullable;

/** One campaign with a browser: a person's yes, and all that can be done with it after. */
@Path("/campaigns")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
class CampaignPages {

    /** What may have come of a message to the owner. */
    private static final Set<String> COPIES = Set.of("accepted", "failed", "unknown");

    private final CurrentUser user;
    private final WebSession web;
    private final Db db;
    private final CampaignRepository campaigns;
    private final CampaignCard card;
    private final Campaigns steps;
    private final Assisted assisted;
    private final OwnCopy copy;
    private final ResultRepository measured;
    private final ShopCalendar calendar;
    private final RoutingContext request;

    CampaignPages(
            CurrentUser user,
            WebSession web,
            Db db,
            CampaignRepository campaigns,
            CampaignCard card,
            Campaigns steps,
            Assisted assisted,
            OwnCopy copy,
            ResultRepository measured,
            ShopCalendar calendar,
            RoutingContext request) {
        this.user = user;
        this.web = web;
        this.db = db;
        this.campaigns = campaigns;
        this.card = card;
        this.steps = steps;
        this.assisted = assisted;
        this.copy = copy;
        this.measured = measured;
        this.calendar = calendar;
        this.request = request;
    }

    @CheckedTemplate(basePath = "campaign")
    static final class Templates {
        private Templates() {}

        static native TemplateInstance show(Frame frame, Shown shown);

        static native TemplateInstance state(Frame frame, Shown shown);
    }

    @GET
    @Path("{id}")
    @Operation(hidden = true)
    public Response show(UUID id, @RestQuery @Nullable String copy, @RestQuery @Nullable String margin) {
        var said = copy != null && COPIES.contains(copy) ? web.frame().say("campaign.copy_" + copy) : null;
        boolean went = "accepted".equals(copy);
        var shown = db.inTenant(
                user.id(),
                tx -> card.of(
                        tx,
                        user.id(),
                        web.frame(),
                        campaigns.get(tx, user.id(), id),
                        true,
                        went ? said : null,
                        went ? null : said,
                        new Typed("", null, null, "kept".equals(margin))));
        return Answer.page(200, Templates.show(web.frame(), shown));
    }

    /**
     * The part of the page that changes while messages go out. With the last of them the whole page does.
     *
     * @param seen the state that the page shows
     */
    @GET
    @Path("{id}/state")
    @Operation(hidden = true)
    public Response state(UUID id, @RestQuery @DefaultValue("") String seen) {
        var shown = db.inTenant(
                user.id(),
                tx -> card.of(
                        tx,
                        user.id(),
                        web.frame(),
                        campaigns.get(tx, user.id(), id),
                        false,
                        null,
                        null,
                        Typed.NOTHING));
        var page = Answer.page(200, Templates.state(web.frame(), shown));
        boolean ended = shown.campaign().state() == State.DONE && !seen.isEmpty() && !seen.equals(State.DONE.key());
        return ended ? Response.fromResponse(page).header("HX-Refresh", "true").build() : page;
    }

    private Shown shown(UUID id, @Nullable String problem, Typed typed) {
        return db.inTenant(
                user.id(),
                tx -> card.of(
                        tx, user.id(), web.frame(), campaigns.get(tx, user.id(), id), true, null, problem, typed));
    }

    /**
     * A person's yes.
     *
     * @param seen the version of the draft that they read
     * @param sendAt in the shop's zone; empty for at once
     */
    @POST
    @Path("{id}/approve")
    @Operation(hidden = true)
    public Response approve(
            UUID id, @RestForm @DefaultValue("") String seen, @RestForm("send_at") @DefaultValue("") String sendAt) {
        var zone = db.inTenant(user.id(), tx -> calendar.zone(tx, user.id()));
        return act(id, Typed.at(sendAt), () -> {
            int version = seen.matches("\\d{1,9}") ? Integer.parseInt(seen) : 0;
            steps.approve(user.id(), id, moment(sendAt, zone), version);
        });
    }

    private static @Nullable Instant moment(String sendAt, ZoneId zone) {
        if (sendAt.isBlank()) return null;
        try {
            return LocalDateTime.parse(sendAt).atZone(zone).toInstant();
        } catch (DateTimeException e) {
            throw new Problem.Invalid("send_at", "campaign.not_then");
        }
    }

    /** A picture from the owner's telephone. */
    @POST
    @Path("{id}/picture")
    @Consumes(MediaType.MULTIPART_FORM_DATA)
    @Operation(hidden = true)
    public Response picture(UUID id, @RestForm @Nullable FileUpload file) {
        var asked = request.request().scheme() + "://" + request.request().authority();
        try {
            var chosen = Uploaded.required(file, "photo.no_file");
            steps.illustrate(user.id(), id, chosen.uploadedFile(), chosen.fileName(), asked);
            return Answer.seeOther("/campaigns/" + id);
        } catch (Problem.Conflict e) {
            return refused(409, id, e);
        } catch (Problem.TooLarge e) {
            return refused(413, id, e);
        } catch (Problem.Invalid | Problem.Unsupported e) {
            return refused(400, id, e);
        } catch (Problem.Provider e) {
            return refused(503, id, e);
        }
    }

    private Response refused(int status, UUID id, Problem why) {
        return Answer.page(
                status, Templates.show(web.frame(), shown(id, web.frame().say(why.text()), Typed.NOTHING)));
    }

    /** To the owner themselves. */
    @POST
    @Path("{id}/test")
    @Operation(hidden = true)
    public Response test(UUID id) {
        try {
            return Answer.seeOther(
                    "/campaigns/" + id + "?copy=" + copy.send(user.id(), id).state());
        } catch (Problem.Conflict e) {
            return Answer.page(
                    409, Templates.show(web.frame(), shown(id, web.frame().say(e.text()), Typed.NOTHING)));
        }
    }

    /** @param margin of a sale, what is left of it in percent; empty for nothing said */
    @POST
    @Path("{id}/margin")
    @Operation(hidden = true)
    public Response margin(UUID id, @RestForm("margin_percent") @DefaultValue("") String margin) {
        try {
            var percent = percent(margin);
            db.useTenant(user.id(), tx -> {
                campaigns.get(tx, user.id(), id);
                measured.keepMargin(tx, user.id(), percent);
            });
            return Answer.seeOther("/campaigns/" + id + "?margin=kept#margin");
        } catch (Problem.Invalid e) {
            var problem = String.join(" ", web.frame().problems(e).values());
            var typed = new Typed("", margin, problem, false);
            return Answer.page(
                    400, Templates.show(web.frame(), shown(id, web.frame().say("invalid"), typed)));
        }
    }

    /** As people write it: 35, 35% or 35,5, which is kept as 36. Null for nothing. */
    private static @Nullable Integer percent(String typed) {
        var said = typed.strip();
        if (said.isEmpty()) return null;
        var number = (said.endsWith("%") ? said.substring(0, said.length() - 1).strip() : said).replace(',', '.');
        var percent = number.matches("\\d{1,3}(\\.\\d{1,3})?") ? new BigDecimal(number) : BigDecimal.valueOf(-1);
        if (percent.signum() < 0 || percent.compareTo(BigDecimal.valueOf(100)) > 0)
            throw new Problem.Invalid("margin_percent", "campaign.margin_wrong");
        return percent.setScale(0, RoundingMode.HALF_UP).intValueExact();
    }

    @POST
    @Path("{id}/pause")
    @Operation(hidden = true)
    public Response pause(UUID id) {
        return act(id, Typed.NOTHING, () -> steps.take(user.id(), id, Step.PAUSE));
    }

    @POST
    @Path("{id}/resume")
    @Operation(hidden = true)
    public Response resume(UUID id) {
        return act(id, Typed.NOTHING, () -> steps.take(user.id(), id, Step.RESUME));
    }

    @POST
    @Path("{id}/cancel")
    @Operation(hidden = true)
    public Response cancel(UUID id) {
        return act(id, Typed.NOTHING, () -> steps.take(user.id(), id, Step.CANCEL));
    }

    @POST
    @Path("{id}/next")
    @Operation(hidden = true)
    public Response next(UUID id) {
        return act(id, Typed.NOTHING, () -> db.inTenant(user.id(), tx -> assisted.next(tx, user.id(), id)));
    }

    /** @param outcome what became of a message, in the owner's word */
    @POST
    @Path("{id}/recipients/{customer}")
    @Operation(hidden = true)
    public Response say(UUID id, UUID customer, @RestForm @DefaultValue("") String outcome) {
        return act(id, Typed.NOTHING, () -> {
            var said = Arrays.stream(Said.values())
                    .filter(s -> s.key().equals(outcome))
                    .findAny()
                    .orElseThrow(() -> new Problem.Invalid("outcome", "content.choose"));
            try {
                steps.say(user.id(), id, customer, said);
            } catch (Problem.NotFound e) {
                // said already, by the same button pressed twice: its page shows what was said
                db.useTenant(user.id(), tx -> campaigns.get(tx, user.id(), id));
            }
        });
    }

    /** The campaign's page, with why the button couldn't do it. */
    private Response act(UUID id, Typed typed, Runnable work) {
        try {
            work.run();
        } catch (Problem.Conflict e) {
            return Answer.page(
                    409, Templates.show(web.frame(), shown(id, web.frame().say(e.text()), typed)));
        } catch (Problem.Invalid e) {
            var said = String.join(" ", web.frame().problems(e).values());
            return Answer.page(400, Templates.show(web.frame(), shown(id, said, typed)));
        }
        return Answer.seeOther("/campaigns/" + id);
    }
}
