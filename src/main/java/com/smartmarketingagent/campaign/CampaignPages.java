package com.smartmarketingagent.campaign;

import com.smartmarketingagent.account.Answer;
import com.smartmarketingagent.account.Frame;
import com.smartmarketingagent.account.ShopCalendar;
import com.smartmarketingagent.account.WebSession;
import com.smartmarketingagent.campaign.Campaign.State;
import com.smartmarketingagent.campaign.Campaign.Step;
import com.smartmarketingagent.campaign.Campaign.Via;
import com.smartmarketingagent.campaign.Campaigns.Said;
import com.smartmarketingagent.campaign.OutboxRepository.Counts;
import com.smartmarketingagent.campaign.OutboxRepository.Stops;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Figures;
import com.smartmarketingagent.platform.Paging;
import com.smartmarketingagent.platform.Problem;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.RestQuery;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Campaigns with a browser: what there are, what becomes of each, and a person's yes. */
@Path("/campaigns")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
class CampaignPages {

    private static final int ROWS = 20;
    /** Nobody asks why nothing happens for so long. */
    private static final Duration SOON = Duration.ofMinutes(2);
    /** What may have come of a message to the owner. */
    private static final Set<String> COPIES = Set.of("accepted", "failed", "unknown");

    private final CurrentUser user;
    private final WebSession web;
    private final Db db;
    private final CampaignRepository campaigns;
    private final AudienceRepository audiences;
    private final OutboxRepository outbox;
    private final Campaigns steps;
    private final Assisted assisted;
    private final OwnCopy copy;
    private final Previews previews;
    private final Results results;
    private final ResultRepository measured;
    private final RecipientReport report;
    private final Pacing pacing;
    private final ShopCalendar calendar;

    CampaignPages(
            CurrentUser user,
            WebSession web,
            Db db,
            CampaignRepository campaigns,
            AudienceRepository audiences,
            OutboxRepository outbox,
            Campaigns steps,
            Assisted assisted,
            OwnCopy copy,
            Previews previews,
            Results results,
            ResultRepository measured,
            RecipientReport report,
            Pacing pacing,
            ShopCalendar calendar) {
        this.user = user;
        this.web = web;
        this.db = db;
        this.campaigns = campaigns;
        this.audiences = audiences;
        this.outbox = outbox;
        this.steps = steps;
        this.assisted = assisted;
        this.copy = copy;
        this.previews = previews;
        this.results = results;
        this.measured = measured;
        this.report = report;
        this.pacing = pacing;
        this.calendar = calendar;
    }

    @CheckedTemplate(basePath = "campaign")
    static final class Templates {
        private Templates() {}

        static native TemplateInstance list(Frame frame, Listing listing);

        static native TemplateInstance show(Frame frame, Shown shown);

        static native TemplateInstance state(Frame frame, Shown shown);

        static native TemplateInstance recipients(Frame frame, People people);
    }

    /** @param said how it goes and by what, in words */
    record Row(UUID id, String name, String said, String day) {}

    /**
     * How a sending number does.
     *
     * @param today in words, how many it has sent of how many it may
     * @param age in words, whether it is still new
     * @param failures in words; null where the last one went well
     * @param stops in words, how many said stop of how many
     * @param stopShare the same in percent, as a meter takes it
     */
    record Number(
            String key,
            String name,
            String today,
            int sent,
            int cap,
            String age,
            @Nullable String failures,
            String stops,
            String stopShare) {}

    record Listing(
            List<Row> rows,
            List<Number> numbers,
            @Nullable String previous,
            @Nullable String next) {}

    /** One line of what became of the messages. @param key of the state; null where nobody can be listed */
    record Line(String label, long count, @Nullable String key) {}

    /** One of the two groups, in figures. */
    record Group(String label, String people, String buyers, String perPerson) {}

    /**
     * What a campaign brought.
     *
     * @param said in words
     * @param more where the figures come from, in words; null where nothing can be said yet
     * @param cost in rupiah
     * @param profit what is left, in words, or why that can't be said
     * @param chance how far it may be from that, in words; null where nothing can be said
     * @param margin as typed
     */
    record Outcome(
            String said,
            @Nullable String more,
            List<Group> groups,
            String cost,
            String profit,
            @Nullable String chance,
            String margin) {}

    /**
     * @param whom it goes to, in words
     * @param state in words
     * @param when it begins; null for at once
     * @param paused why, in words; null unless it is paused
     * @param reach of a draft; null once it is approved
     * @param lines of what became of the messages; empty for a draft
     * @param open by hand and waiting for the owner's word
     * @param preview of a draft; null once it is approved
     * @param missing which placeholders have no word for some, in words
     * @param copyLink opens WhatsApp with the message to the owner themselves; null unless it goes by hand
     * @param cost so far, or of a draft what it would be; null where it costs nothing
     * @param outcome what it brought; null until it began
     * @param number that sends it, with this campaign's stops; null where none does, or nothing was sent
     * @param rests until when nothing is sent, in words; null where that isn't long
     * @param done what the last button did; null for nothing to say
     * @param problem that the last button met; null for none
     * @param sendAt as typed
     */
    record Shown(
            Campaign campaign,
            String whom,
            String via,
            String state,
            @Nullable String when,
            @Nullable String paused,
            Audience.@Nullable Reach reach,
            long holdout,
            List<Line> lines,
            long unknown,
            long clicked,
            List<Assisted.Open> open,
            boolean more,
            @Nullable Preview preview,
            List<String> missing,
            @Nullable String copyLink,
            @Nullable String cost,
            @Nullable Outcome outcome,
            @Nullable Number number,
            @Nullable String rests,
            @Nullable String done,
            @Nullable String problem,
            String sendAt) {

        public boolean draft() {
            return campaign.state() == State.DRAFT;
        }

        public boolean running() {
            return campaign.state() == State.RUNNING;
        }

        public boolean byHand() {
            return campaign.via() == Via.ASSISTED;
        }

        /** Whether its page changes by itself while somebody looks at it. */
        public boolean moving() {
            return !byHand() && (pausable() || resumable());
        }

        public boolean pausable() {
            return running() || campaign.state() == State.SCHEDULED;
        }

        public boolean resumable() {
            return campaign.state() == State.PAUSED;
        }

        public boolean cancellable() {
            return draft() || pausable() || resumable();
        }

        /** Whether its owner can have it sent to themselves. */
        public boolean copied() {
            return draft() && campaign.via().kind().isPresent();
        }

        /** How many get a message when it is approved. */
        public long written() {
            return reach == null ? 0 : reach.reachable() - holdout;
        }
    }

    /**
     * What was typed and is to be shown again.
     *
     * @param sendAt empty for at once
     * @param margin null for what is kept
     */
    record Typed(String sendAt, @Nullable String margin) {
        static final Typed NOTHING = new Typed("", null);
    }

    /** @param why in words; null for nothing to say */
    record Person(
            UUID id,
            String name,
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

    @GET
    @Operation(hidden = true)
    public Response list(@RestQuery @DefaultValue("1") int page) {
        var frame = web.frame();
        var listing = db.inTenant(user.id(), tx -> {
            long total = campaigns.count(tx, user.id());
            var paging = new Paging(Math.clamp(page, 1, 1_000_000), ROWS).within(total);
            var zone = calendar.zone(tx, user.id());
            var rows = campaigns.list(tx, user.id(), paging).stream()
                    .map(c -> new Row(
                            c.id(),
                            c.name(),
                            frame.say(
                                    "campaign.state_by",
                                    frame.say("campaign.state." + c.state().key()),
                                    frame.say("campaign.via." + c.via().key())),
                            frame.day(c.createdAt().atZone(zone).toLocalDate())))
                    .toList();
            var numbers = pacing.health(tx, user.id()).stream()
                    .map(h -> number(frame, h, "campaign.health_stops", new Stops(h.stops(), h.recipients())))
                    .toList();
            return new Listing(
                    rows,
                    numbers,
                    previous("/campaigns?page=", paging),
                    next("/campaigns?page=", paging, rows.size(), total));
        });
        return Answer.page(200, Templates.list(frame, listing));
    }

    private @Nullable Number number(Handle tx, Frame frame, Campaign campaign) {
        if (!campaign.via().isPaced()) return null;
        return pacing.health(tx, user.id()).stream()
                .filter(h -> h.via() == campaign.via())
                .findAny()
                .map(h -> number(frame, h, "campaign.health_stops_here", outbox.stops(tx, user.id(), campaign.id())))
                .orElse(null);
    }

    /** @param key of the words for how many said stop of how many, and their share */
    private static Number number(Frame frame, Pacing.Health health, String key, Stops stops) {
        boolean isNew = health.cap() < health.most();
        var share = stops.sent() == 0
                ? BigDecimal.ZERO
                : BigDecimal.valueOf(100 * stops.stops())
                        .divide(BigDecimal.valueOf(stops.sent()), 1, RoundingMode.HALF_UP);
        return new Number(
                health.via().key(),
                frame.say("campaign.via." + health.via().key()),
                frame.say("campaign.health_today", frame.count(health.sentToday()), frame.count(health.cap())),
                health.sentToday(),
                health.cap(),
                frame.say(
                        isNew ? "campaign.health_new" : "campaign.health_known",
                        frame.count(health.day()),
                        frame.count(health.most())),
                health.failures() == 0 ? null : frame.say("campaign.health_failures", frame.count(health.failures())),
                frame.say(
                        key,
                        frame.count(stops.stops()),
                        frame.count(stops.sent()),
                        Figures.share(frame.language(), stops.stops(), stops.sent())),
                share.toPlainString());
    }

    private static @Nullable String previous(String address, Paging paging) {
        return paging.page() == 1 ? null : address + (paging.page() - 1);
    }

    private static @Nullable String next(String address, Paging paging, int shown, long total) {
        return paging.offset() + shown < total ? address + (paging.page() + 1) : null;
    }

    @GET
    @Path("{id}")
    @Operation(hidden = true)
    public Response show(UUID id, @RestQuery @Nullable String copy) {
        var said = copy != null && COPIES.contains(copy) ? web.frame().say("campaign.copy_" + copy) : null;
        boolean went = "accepted".equals(copy);
        var shown = db.inTenant(
                user.id(),
                tx -> shown(
                        tx,
                        campaigns.get(tx, user.id(), id),
                        true,
                        went ? said : null,
                        went ? null : said,
                        Typed.NOTHING));
        return Answer.page(200, Templates.show(web.frame(), shown));
    }

    /** The part of the page that changes while messages go out. */
    @GET
    @Path("{id}/state")
    @Operation(hidden = true)
    public Response state(UUID id) {
        var shown = db.inTenant(
                user.id(), tx -> shown(tx, campaigns.get(tx, user.id(), id), false, null, null, Typed.NOTHING));
        return Answer.page(200, Templates.state(web.frame(), shown));
    }

    private Shown shown(UUID id, @Nullable String problem, Typed typed) {
        return db.inTenant(user.id(), tx -> shown(tx, campaigns.get(tx, user.id(), id), true, null, problem, typed));
    }

    /** @param whole with what it brought */
    private Shown shown(
            Handle tx, Campaign campaign, boolean whole, @Nullable String done, @Nullable String problem, Typed typed) {
        var frame = web.frame();
        boolean draft = campaign.state() == State.DRAFT;
        var reach = draft ? audiences.count(tx, user.id(), campaign.via(), campaign.audience()) : null;
        var counts = outbox.counts(tx, user.id(), campaign.id());
        var zone = calendar.zone(tx, user.id());
        var preview = draft ? previews.of(tx, user.id(), campaign) : null;
        boolean hand = campaign.via() == Via.ASSISTED && campaign.state() == State.RUNNING;
        return new Shown(
                campaign,
                whom(frame, campaign.audience()),
                frame.say("campaign.via." + campaign.via().key()),
                frame.say("campaign.state." + campaign.state().key()),
                campaign.sendAt() == null ? null : Figures.moment(user.language(), campaign.sendAt(), zone),
                campaign.pausedWhy() == null ? null : frame.say("campaign.paused." + campaign.pausedWhy()),
                reach,
                reach == null ? counts.holdout() : Holdout.of(reach.reachable(), campaign.holdoutPercent()),
                draft ? List.of() : lines(frame, counts),
                counts.unknown(),
                counts.clicked(),
                hand ? assisted.open(tx, user.id(), campaign) : List.of(),
                counts.pending() > 0,
                preview,
                preview == null ? List.of() : missing(frame, preview),
                draft ? copy.link(tx, user.id(), campaign).orElse(null) : null,
                cost(frame, reach == null ? Results.cost(campaign, counts) : results.estimate(campaign, reach)),
                whole && campaign.frozenAt() != null ? outcome(tx, frame, campaign, typed.margin()) : null,
                draft ? null : number(tx, frame, campaign),
                rests(tx, frame, campaign, zone),
                done,
                problem,
                typed.sendAt());
    }

    private @Nullable String rests(Handle tx, Frame frame, Campaign campaign, ZoneId zone) {
        if (campaign.state() != State.RUNNING || campaign.via() == Via.ASSISTED) return null;
        var soon = Db.now(tx).plus(SOON);
        return pacing.next(tx, user.id(), campaign.via(), outbox.due(tx, user.id(), campaign.id()))
                .filter(next -> next.isAfter(soon))
                .map(next -> frame.say("campaign.rests", Figures.moment(user.language(), next, zone)))
                .orElse(null);
    }

    private static List<String> missing(Frame frame, Preview preview) {
        return preview.missing().stream()
                .map(m -> frame.say("campaign.missing." + m.placeholder(), frame.count(m.customers()), m.instead()))
                .toList();
    }

    private static @Nullable String cost(Frame frame, Result.Cost cost) {
        return cost.total().signum() == 0
                ? null
                : frame.say("campaign.cost", frame.rupiah(cost.total()), frame.rupiah(cost.pricePerMessage()));
    }

    /** @param typed as margin; null for what is kept */
    private Outcome outcome(Handle tx, Frame frame, Campaign campaign, @Nullable String typed) {
        var result = results.of(tx, user.id(), campaign, Results.DAYS, null);
        var lift = result.lift();
        var groups = result.holdout().people() == 0
                ? List.<Group>of()
                : List.of(
                        group(frame, "campaign.written", result.written()),
                        group(frame, "campaign.message.holdout", result.holdout()));
        String said;
        String more = null;
        if (lift.incremental() == null) {
            var why = Objects.requireNonNull(lift.reason()).key();
            said = frame.say("campaign.brought." + why, result.until() == null ? "" : frame.day(result.until()));
        } else {
            said = frame.say(
                    "campaign.brought." + lift.verdict().key(),
                    whole(frame, lift.incremental().abs()));
            more = frame.say("campaign.interval", whole(frame, lift.low()), whole(frame, lift.high()));
        }
        return new Outcome(
                said,
                more,
                groups,
                whole(frame, result.cost().total()),
                profit(frame, result),
                result.profit() == null
                        ? null
                        : frame.say(
                                "campaign.profit_chance",
                                whole(frame, result.profitLow()),
                                whole(frame, result.profitHigh())),
                typed == null ? result.marginPercent() == null ? "" : String.valueOf(result.marginPercent()) : typed);
    }

    private static String profit(Frame frame, Result result) {
        if (result.lift().incremental() == null) return frame.say("campaign.profit_later");
        if (result.profit() == null) return frame.say("campaign.profit_no_margin");
        boolean sure = Objects.requireNonNull(result.profitLow()).signum()
                == Objects.requireNonNull(result.profitHigh()).signum();
        var key = !sure ? "campaign.profit_unsure" : result.profit().signum() < 0 ? "campaign.loss" : "campaign.profit";
        return frame.say(key, whole(frame, sure ? result.profit().abs() : result.profit()));
    }

    private static String whole(Frame frame, @Nullable BigDecimal rupiah) {
        return frame.rupiah(Objects.requireNonNull(rupiah).setScale(0, RoundingMode.HALF_EVEN));
    }

    private Group group(Frame frame, String label, Result.Side side) {
        return new Group(
                frame.say(label),
                frame.count(side.people()),
                Figures.share(user.language(), side.buyers(), side.people()),
                whole(frame, side.revenuePerPerson()));
    }

    private static String whom(Frame frame, Audience audience) {
        var parts = new ArrayList<String>();
        parts.add(
                audience.segment() == null
                        ? frame.say("content.everybody")
                        : audience.segment().label(frame.language()));
        if (audience.city() != null) parts.add(frame.say("campaign.in_city", audience.city()));
        if (audience.tags() != null && !audience.tags().isEmpty())
            parts.add(frame.say("campaign.with_tags", String.join(", ", audience.tags())));
        if (audience.minSpent() != null) parts.add(frame.say("campaign.spent", frame.rupiah(audience.minSpent())));
        if (audience.boughtWithinDays() != null)
            parts.add(frame.say("campaign.bought_within", frame.count(audience.boughtWithinDays())));
        if (audience.notBoughtDays() != null)
            parts.add(frame.say("campaign.bought_not", frame.count(audience.notBoughtDays())));
        if (audience.product() != null) parts.add(frame.say("campaign.who_bought", audience.product()));
        return String.join(", ", parts);
    }

    private static List<Line> lines(Frame frame, Counts counts) {
        var lines = new ArrayList<Line>();
        for (var line : List.of(
                new Line("pending", counts.pending(), "pending"),
                new Line("sending", counts.sending(), "sending"),
                new Line("accepted", counts.accepted(), "accepted"),
                new Line("delivered", counts.delivered(), "delivered"),
                new Line("unknown", counts.unknown(), "unknown"),
                new Line("failed", counts.failed(), "failed"),
                new Line("suppressed", counts.suppressed(), "suppressed"),
                new Line("skipped", counts.skipped(), "skipped"),
                new Line("cancelled", counts.cancelled(), "cancelled"),
                new Line("holdout", counts.holdout(), null))) {
            if (line.count() > 0)
                lines.add(new Line(frame.say("campaign.message." + line.label()), line.count(), line.key()));
        }
        return lines;
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
        return act(id, new Typed(sendAt, null), () -> {
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
        return act(id, new Typed("", margin), () -> {
            var percent = margin.strip();
            if (!percent.matches("|100|\\d{1,2}")) throw new Problem.Invalid("margin_percent", "campaign.margin_wrong");
            db.useTenant(user.id(), tx -> {
                campaigns.get(tx, user.id(), id);
                measured.keepMargin(tx, user.id(), percent.isEmpty() ? null : Integer.valueOf(percent));
            });
        });
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

    /** @param state of those to be listed; empty for all */
    @GET
    @Path("{id}/recipients")
    @Operation(hidden = true)
    public Response recipients(
            UUID id, @RestQuery @DefaultValue("") String state, @RestQuery @DefaultValue("1") int page) {
        var frame = web.frame();
        var wanted = state.matches("[a-z]{4,10}") ? state : null;
        var people = db.inTenant(user.id(), tx -> {
            var campaign = campaigns.get(tx, user.id(), id);
            long total = outbox.count(tx, user.id(), id, wanted);
            var paging = new Paging(Math.clamp(page, 1, 1_000_000), ROWS).within(total);
            var zone = calendar.zone(tx, user.id());
            var rows = outbox.recipients(tx, user.id(), id, wanted, paging).stream()
                    .map(r -> new Person(
                            r.customerId(),
                            r.name(),
                            frame.say("campaign.message." + r.state()),
                            r.why() == null ? null : RecipientReport.why(r.why(), user.language()),
                            r.sentAt() == null ? null : Figures.moment(user.language(), r.sentAt(), zone),
                            r.state().equals("unknown")))
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
        return Answer.page(200, Templates.recipients(frame, people));
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
        return Response.ok(report.csv(user.id(), id, user.language(), titles))
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"penerima.csv\"")
                .build();
    }
}
