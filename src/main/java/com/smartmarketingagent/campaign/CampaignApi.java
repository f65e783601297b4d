package com.smartmarketingagent.campaign;

import com.smartmarketingagent.account.Act;
import com.smartmarketingagent.account.Audit;
import com.smartmarketingagent.account.Audit.CustomerList;
import com.smartmarketingagent.campaign.Assisted.Open;
import com.smartmarketingagent.campaign.Campaign.State;
import com.smartmarketingagent.campaign.Campaign.Step;
import com.smartmarketingagent.campaign.Campaigns.Said;
import com.smartmarketingagent.campaign.ProgressRepository.Counts;
import com.smartmarketingagent.campaign.RecipientRepository.Listed;
import com.smartmarketingagent.campaign.RecipientRepository.Recipient;
import com.smartmarketingagent.campaign.Result.Cost;
import com.smartmarketingagent.pacing.Pacing;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Envelope;
import com.smartmarketingagent.platform.Idempotency;
import com.smartmarketingagent.platform.Idempotency.Answer;
import com.smartmarketingagent.platform.Ids;
import com.smartmarketingagent.platform.Paging;
import com.smartmarketingagent.platform.Validated;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestQuery;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Messages to many: drafted, approved by a person, sent, and what became of each. */
@Path("/api/campaigns")
@Consumes(MediaType.APPLICATION_JSON)
@Validated
class CampaignApi {

    private final CurrentUser user;
    private final Db db;
    private final Idempotency idempotency;
    private final CampaignRepository campaigns;
    private final AudienceRepository audiences;
    private final ProgressRepository progress;
    private final RecipientRepository recipients;
    private final Campaigns steps;
    private final Assisted assisted;
    private final OwnCopy copy;
    private final Results results;
    private final ResultRepository measured;
    private final Previews previews;
    private final RecipientReport report;
    private final Pacing pacing;
    private final Audit audit;

    CampaignApi(
            CurrentUser user,
            Db db,
            Idempotency idempotency,
            CampaignRepository campaigns,
            AudienceRepository audiences,
            ProgressRepository progress,
            RecipientRepository recipients,
            Campaigns steps,
            Assisted assisted,
            OwnCopy copy,
            Results results,
            ResultRepository measured,
            Previews previews,
            RecipientReport report,
            Pacing pacing,
            Audit audit) {
        this.user = user;
        this.db = db;
        this.idempotency = idempotency;
        this.campaigns = campaigns;
        this.audiences = audiences;
        this.progress = progress;
        this.recipients = recipients;
        this.steps = steps;
        this.assisted = assisted;
        this.copy = copy;
        this.results = results;
        this.measured = measured;
        this.previews = previews;
        this.report = report;
        this.pacing = pacing;
        this.audit = audit;
    }

    record OneCampaign(Campaign campaign) {}

    record ManyCampaigns(List<Campaign> campaigns) {}

    /**
     * @param reach of a draft: how many of those who are meant could be written to; null once it is approved
     * @param counts of what was approved: how many messages there are in each state; null for a draft
     * @param cost of a draft what it would cost, else what it has cost so far
     */
    record Look(
            Campaign campaign,
            Audience.@Nullable Reach reach,
            @Nullable Counts counts,
            Cost cost) {}

    record OneResult(Result result) {}

    record OnePreview(Preview preview) {}

    record ManyRecipients(List<Recipient> recipients) {}

    /** @param open null where nobody is left */
    record Opened(@Nullable Open open) {}

    record Outcome(@NotNull Said outcome) {}

    record ManyNumbers(List<Pacing.Health> numbers) {}

    /** @param marginPercent of a sale, what is left of it; null where the owner doesn't say */
    record Margin(@Min(0) @Max(100) @Nullable Integer marginPercent) {}

    /** @param sendAt when it is to begin; null for at once */
    record Approval(@Nullable Instant sendAt) {}

    /** Newest first. */
    @GET
    public Envelope<ManyCampaigns> list(@BeanParam @Valid Paging paging) {
        return db.inTenant(
                user.id(),
                tx -> Envelope.page(
                        new ManyCampaigns(campaigns.list(tx, user.id(), paging)),
                        paging,
                        campaigns.count(tx, user.id())));
    }

    /** A draft: nothing is sent before a person approves it. */
    @POST
    public Response create(@NotNull @Valid Plan plan, @RestHeader("Idempotency-Key") @Nullable String key) {
        var its = steps.checked(user.id(), plan);
        return idempotency.once(user.id(), key, "POST /api/campaigns", its, tx -> {
            var id = Ids.next();
            campaigns.insert(tx, user.id(), id, its);
            return new Answer(201, Envelope.of(new OneCampaign(campaigns.get(tx, user.id(), id))));
        });
    }

    /** Says a draft anew. */
    @PUT
    @Path("{id}")
    public Envelope<OneCampaign> change(UUID id, @NotNull @Valid Plan plan) {
        db.useTenant(user.id(), tx -> campaigns.get(tx, user.id(), id));
        return Envelope.of(new OneCampaign(steps.change(user.id(), id, steps.checked(user.id(), plan), null)));
    }

    @GET
    @Path("{id}")
    public Envelope<Look> show(UUID id) {
        return db.inTenant(user.id(), tx -> Envelope.of(look(tx, campaigns.get(tx, user.id(), id))));
    }

    private Look look(Handle tx, Campaign campaign) {
        if (campaign.state() != State.DRAFT) {
            var counts = progress.counts(tx, user.id(), campaign.id());
            return new Look(campaign, null, counts, Results.cost(campaign, counts));
        }
        var reach = audiences.count(tx, user.id(), campaign.via(), campaign.audience());
        return new Look(campaign, reach, null, results.estimate(campaign, reach));
    }

    /** As up to three of those who would be written to would read it, and which words would be missing. */
    @GET
    @Path("{id}/preview")
    public Envelope<OnePreview> preview(UUID id) {
        return db.inTenant(
                user.id(),
                tx -> Envelope.of(new OnePreview(previews.of(tx, user.id(), campaigns.get(tx, user.id(), id)))));
    }

    /**
     * What it brought, against those who were held out.
     *
     * @param days how long after the day of the approval purchases count
     * @param marginPercent of a sale, what is left of it; null for what the owner said of theirs
     */
    @GET
    @Path("{id}/result")
    public Envelope<OneResult> result(
            UUID id,
            @RestQuery("days") @DefaultValue("14") @Min(1) @Max(30) int days,
            @RestQuery("margin_percent") @Min(0) @Max(100) @Nullable Integer marginPercent) {
        return db.inTenant(
                user.id(),
                tx -> Envelope.of(new OneResult(
                        results.of(tx, user.id(), campaigns.get(tx, user.id(), id), days, marginPercent))));
    }

    /** How the shop's sending numbers do; of those that have sent something. */
    @GET
    @Path("numbers")
    public Envelope<ManyNumbers> numbers() {
        return db.inTenant(user.id(), tx -> Envelope.of(new ManyNumbers(pacing.health(tx, user.id()))));
    }

    @GET
    @Path("margin")
    public Envelope<Margin> margin() {
        return Envelope.of(new Margin(
                db.inTenant(user.id(), tx -> measured.margin(tx, user.id())).orElse(null)));
    }

    /** Remembered for the shop's results. */
    @PUT
    @Path("margin")
    public Envelope<Margin> keepMargin(@NotNull @Valid Margin margin) {
        db.useTenant(user.id(), tx -> measured.keepMargin(tx, user.id(), margin.marginPercent()));
        return Envelope.of(margin);
    }

    /** Each person as a line for spreadsheets. */
    @GET
    @Path("{id}/recipients.csv")
    @Produces("text/csv; charset=utf-8")
    public StreamingOutput recipientsAsCsv(UUID id) {
        var lines = report.csv(
                user.id(),
                id,
                user.language(),
                List.of("name", "phone", "city", "state", "why", "sent_at", "clicked_at", "bought_on", "amount"));
        audit.noteDownload(user.id(), Act.RECIPIENTS_DOWNLOADED, id, null);
        return lines;
    }

    /** Without a body it begins at once. */
    @POST
    @Path("{id}/approve")
    public Envelope<OneCampaign> approve(UUID id, @Nullable Approval approval) {
        var at = approval == null ? null : approval.sendAt();
        return Envelope.of(new OneCampaign(steps.approve(user.id(), id, at, null)));
    }

    /** To the owner themselves, by the way it will go. */
    @POST
    @Path("{id}/test")
    @Consumes(MediaType.WILDCARD)
    public Envelope<OwnCopy.Sent> test(UUID id) {
        return Envelope.of(copy.send(user.id(), id));
    }

    @POST
    @Path("{id}/pause")
    @Consumes(MediaType.WILDCARD)
    public Envelope<OneCampaign> pause(UUID id) {
        return take(id, Step.PAUSE);
    }

    @POST
    @Path("{id}/resume")
    @Consumes(MediaType.WILDCARD)
    public Envelope<OneCampaign> resume(UUID id) {
        return take(id, Step.RESUME);
    }

    @POST
    @Path("{id}/cancel")
    @Consumes(MediaType.WILDCARD)
    public Envelope<OneCampaign> cancel(UUID id) {
        return take(id, Step.CANCEL);
    }

    private Envelope<OneCampaign> take(UUID id, Step step) {
        return Envelope.of(new OneCampaign(steps.take(user.id(), id, step)));
    }

    /** Each person and what became of their message, by name. */
    @GET
    @Path("{id}/recipients")
    public Envelope<ManyRecipients> recipients(UUID id, @BeanParam @Valid Paging paging) {
        var page = db.inTenant(user.id(), tx -> {
            campaigns.get(tx, user.id(), id);
            return Envelope.page(
                    new ManyRecipients(recipients.page(tx, user.id(), id, null, paging).stream()
                            .map(Listed::recipient)
                            .toList()),
                    paging,
                    recipients.count(tx, user.id(), id, null));
        });
        audit.noteList(user.id(), CustomerList.RECIPIENTS);
        return page;
    }

    /** Opens the next message of a campaign that is sent by hand; say afterwards what became of it. */
    @POST
    @Path("{id}/next")
    @Consumes(MediaType.WILDCARD)
    public Envelope<Opened> next(UUID id) {
        return db.inTenant(
                user.id(),
                tx -> Envelope.of(new Opened(assisted.next(tx, user.id(), id).orElse(null))));
    }

    /** What became of a message that was opened by hand, or of one of which nobody knew. */
    @POST
    @Path("{id}/recipients/{customer}")
    public Envelope<Look> say(UUID id, UUID customer, @NotNull @Valid Outcome said) {
        steps.say(user.id(), id, customer, said.outcome());
        return show(id);
    }
}
