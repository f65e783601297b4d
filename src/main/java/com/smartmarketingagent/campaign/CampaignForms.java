package com.smartmarketingagent.campaign;

import com.smartmarketingagent.account.Answer;
import com.smartmarketingagent.account.Conflict;
import com.smartmarketingagent.account.Frame;
import com.smartmarketingagent.account.WebSession;
import com.smartmarketingagent.campaign.Campaign.State;
import com.smartmarketingagent.content.Option;
import com.smartmarketingagent.content.TemplateRepository;
import com.smartmarketingagent.messaging.Via;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Ids;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.rfm.Segment;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import jakarta.validation.Validator;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** Saying what a campaign is to be, with a browser. */
@Path("/campaigns")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
class CampaignForms {

    private final CurrentUser user;
    private final WebSession web;
    private final Db db;
    private final CampaignRepository campaigns;
    private final AudienceRepository audiences;
    private final Campaigns steps;
    private final CampaignCard card;
    private final TemplateRepository texts;
    private final Validator validator;

    CampaignForms(
            CurrentUser user,
            WebSession web,
            Db db,
            CampaignRepository campaigns,
            AudienceRepository audiences,
            Campaigns steps,
            CampaignCard card,
            TemplateRepository texts,
            Validator validator) {
        this.user = user;
        this.web = web;
        this.db = db;
        this.campaigns = campaigns;
        this.audiences = audiences;
        this.steps = steps;
        this.card = card;
        this.texts = texts;
        this.validator = validator;
    }

    @CheckedTemplate(basePath = "campaign")
    static final class Templates {
        private Templates() {}

        static native TemplateInstance form(Frame frame, Shown shown);

        static native TemplateInstance reach(
                Frame frame,
                Audience.@Nullable Reach reach,
                long holdout,
                @Nullable String note,
                @Nullable String problem);
    }

    /**
     * @param address where it is sent
     * @param back where the way back leads
     * @param barred why nothing can be sent to customers, in words; null where it can
     * @param conflicts in what somebody else wrote something else meanwhile
     */
    record Shown(
            String address,
            String back,
            @Nullable String barred,
            PlanForm form,
            Map<String, String> problems,
            List<Conflict> conflicts,
            List<Option> ways,
            List<Option> segments,
            List<Option> times,
            List<Option> rests,
            List<Option> holdouts) {}

    /**
     * @param text kept, to begin with; null for none
     * @param segment to begin with; empty for the text's, or everybody
     * @param from a campaign to begin as; null for none
     */
    @GET
    @Path("new")
    @Operation(hidden = true)
    public Response begin(
            @RestQuery @Nullable String text,
            @RestQuery @DefaultValue("") String segment,
            @RestQuery @Nullable String from) {
        var former = from == null ? null : Ids.read(from).orElse(null);
        if (former != null) {
            var like = db.inTenant(user.id(), tx -> campaigns.get(tx, user.id(), former));
            return page(200, "/campaigns/new", "/campaigns/" + former, PlanForm.like(like), Map.of());
        }
        var wanted = Segment.byKey(segment).map(Segment::key).orElse("");
        var kept = text == null ? null : Ids.read(text).orElse(null);
        if (kept == null) {
            var begun = PlanForm.of("", wanted, null, PlanForm.BEGUN);
            return page(200, "/campaigns/new", "/campaigns", begun, Map.of());
        }
        var its = db.inTenant(user.id(), tx -> texts.get(tx, user.id(), kept));
        var meant = its.segment() == null ? wanted : its.segment().key();
        var form = PlanForm.of(its.name(), meant, its.subject(), its.text());
        return page(200, "/campaigns/new", "/campaigns", form, Map.of());
    }

    /** @param id made with the form, so that the form sent twice makes one */
    @POST
    @Path("new")
    @Operation(hidden = true)
    public Response create(@RestForm @DefaultValue("") String id, @BeanParam PlanForm form) {
        var problems = new HashMap<String, String>();
        var plan = plan(form, problems);
        if (plan == null) return page(400, "/campaigns/new", "/campaigns", form, problems);
        var made = Ids.read(id).orElseGet(Ids::next);
        var kept = db.inTenant(user.id(), tx -> {
            campaigns.insert(tx, user.id(), made, plan);
            return campaigns.get(tx, user.id(), made);
        });
        // back in the browser, changed and sent again: what is read last counts
        if (kept.state() == State.DRAFT && !PlanForm.of(kept).isSame(form))
            steps.changeByForm(user.id(), made, plan, null);
        return Answer.seeOther("/campaigns/" + made);
    }

    /** The part of the form that says how many are meant, while its owner still chooses. */
    @GET
    @Path("reach")
    @Operation(hidden = true)
    public Response reach(
            @RestQuery @DefaultValue("practice") String via,
            @RestQuery @DefaultValue("") String segment,
            @RestQuery @DefaultValue("") String bought,
            @RestQuery @DefaultValue("") String product,
            @RestQuery("rest_days") @DefaultValue("7") String restDays,
            @RestQuery @DefaultValue("") String city,
            @RestQuery @DefaultValue("") String tags,
            @RestQuery("min_spent") @DefaultValue("") String minSpent,
            @RestQuery("include_unasked") @DefaultValue("") String includeUnasked,
            @RestQuery("holdout_percent") @DefaultValue("10") String holdoutPercent) {
        var form = new PlanForm(
                "",
                via,
                "",
                "",
                "",
                "",
                segment,
                city,
                tags,
                minSpent,
                bought,
                product,
                restDays,
                includeUnasked,
                holdoutPercent,
                "");
        var frame = web.frame();
        var problems = new HashMap<String, String>();
        try {
            var audience = form.audience();
            problems.putAll(Answer.problems(validator.validate(audience)));
            if (problems.isEmpty()) {
                var reach = db.inTenant(user.id(), tx -> audiences.count(tx, user.id(), form.way(), audience));
                long holdout = Holdout.of(reach.reachable(), form.holdout());
                return Answer.page(
                        200, Templates.reach(frame, reach, holdout, CampaignCard.note(frame, form.way(), reach), null));
            }
        } catch (Problem.Invalid e) {
            problems.putAll(frame.problems(e));
        }
        // half typed: nothing is wrong yet
        return Answer.page(200, Templates.reach(frame, null, 0, null, String.join(" ", problems.values())));
    }

    @GET
    @Path("{id}/edit")
    @Operation(hidden = true)
    public Response edit(UUID id) {
        var campaign = db.inTenant(user.id(), tx -> campaigns.get(tx, user.id(), id));
        if (campaign.state() != State.DRAFT) return Answer.seeOther("/campaigns/" + id);
        return page(200, "/campaigns/" + id + "/edit", "/campaigns/" + id, PlanForm.of(campaign), Map.of());
    }

    /** What somebody else wrote meanwhile isn't written over before its owner has been told. */
    @POST
    @Path("{id}/edit")
    @Operation(hidden = true)
    public Response change(UUID id, @BeanParam PlanForm form) {
        var address = "/campaigns/" + id + "/edit";
        db.useTenant(user.id(), tx -> campaigns.get(tx, user.id(), id));
        var problems = new HashMap<String, String>();
        var plan = plan(form, problems);
        if (plan == null) return page(400, address, "/campaigns/" + id, form, problems);
        try {
            steps.changeByForm(
                    user.id(), id, plan, form.seen().matches("\\d{1,9}") ? Integer.valueOf(form.seen()) : null);
        } catch (Problem.Conflict e) {
            var now = db.inTenant(user.id(), tx -> campaigns.get(tx, user.id(), id));
            var conflicts = form.conflicts(web.frame(), PlanForm.of(now));
            if (now.state() == State.DRAFT && !conflicts.isEmpty())
                return page(409, address, "/campaigns/" + id, form.seeing(now), Map.of(), conflicts);
        }
        return Answer.seeOther("/campaigns/" + id);
    }

    /** Null where something is wrong, which is then said in {@code problems}. */
    private @Nullable Plan plan(PlanForm form, Map<String, String> problems) {
        try {
            var plan = form.plan();
            problems.putAll(Answer.problems(validator.validate(plan)));
            var audience = Answer.problems(validator.validate(plan.audience()));
            audience.forEach((field, said) -> problems.putIfAbsent(field, said));
            if (problems.containsKey("minSpent")) problems.put("min_spent", problems.get("minSpent"));
            if (problems.containsKey("mediaUrl")) problems.put("media_url", problems.get("mediaUrl"));
            return problems.isEmpty() ? steps.checked(user.id(), plan) : null;
        } catch (Problem.Invalid e) {
            problems.putAll(web.frame().problems(e));
            return null;
        }
    }

    private Response page(int status, String address, String back, PlanForm form, Map<String, String> problems) {
        return page(status, address, back, form, problems, List.of());
    }

    private Response page(
            int status,
            String address,
            String back,
            PlanForm form,
            Map<String, String> problems,
            List<Conflict> conflicts) {
        var frame = web.frame();
        var segments = new ArrayList<Option>();
        segments.add(
                new Option("", frame.say("content.everybody"), form.segment().isEmpty()));
        segments.addAll(Option.of(Segment.values(), Segment::key, g -> g.label(frame.language()), form.segment()));
        var shown = new Shown(
                address,
                back,
                db.inTenant(user.id(), tx -> card.barred(tx, user.id(), frame, Via.ASSISTED))
                        .orElse(null),
                form,
                problems,
                conflicts,
                Option.of(Via.values(), Via::key, v -> frame.say("campaign.via." + v.key()), form.via()),
                segments,
                times(frame, form.bought()),
                Option.of(
                        rests(form.restDays()),
                        Function.identity(),
                        days -> PlanForm.restLabel(frame, days),
                        form.restDays()),
                Option.of(
                        new String[] {"0", "10", "20", "30", "50"},
                        Function.identity(),
                        share -> share.equals("0") ? frame.say("campaign.no_holdout") : share + " %",
                        form.holdoutPercent()));
        return Answer.page(status, Templates.form(frame, shown));
    }

    private static String[] rests(String chosen) {
        var all = new ArrayList<>(List.of("1", "3", "7", "14", "30"));
        // said by a program
        if (!all.contains(chosen) && chosen.matches("[1-9][0-9]?")) all.add(chosen);
        return all.toArray(String[]::new);
    }

    private static List<Option> times(Frame frame, String chosen) {
        var all = new ArrayList<>(
                List.of("", "within 30", "within 90", "not 30", "not 60", "not 90", "not 180", "not 365"));
        // said by a program
        if (!all.contains(chosen) && chosen.matches("(within|not) [0-9]{1,4}")) all.add(chosen);
        return Option.of(
                all.toArray(String[]::new), Function.identity(), time -> PlanForm.timeLabel(frame, time), chosen);
    }
}
