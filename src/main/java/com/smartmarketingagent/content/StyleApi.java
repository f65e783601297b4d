package com.smartmarketingagent.content;

import com.smartmarketingagent.account.ShopCalendar;
import com.smartmarketingagent.content.StyleRepository.Example;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Envelope;
import com.smartmarketingagent.platform.Envelope.Empty;
import com.smartmarketingagent.platform.Idempotency;
import com.smartmarketingagent.platform.Idempotency.Answer;
import com.smartmarketingagent.platform.Ids;
import com.smartmarketingagent.platform.OneLine;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Prose;
import com.smartmarketingagent.platform.Validated;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jspecify.annotations.Nullable;

/** How the shop sounds, which days are ahead, and what the owner kept, for training a model on. */
@Path("/api/content")
@Consumes(MediaType.APPLICATION_JSON)
@Validated
class StyleApi {

    private final CurrentUser user;
    private final Db db;
    private final Idempotency idempotency;
    private final StyleRepository style;
    private final FineTuning fineTuning;
    private final ShopCalendar calendar;

    StyleApi(
            CurrentUser user,
            Db db,
            Idempotency idempotency,
            StyleRepository style,
            FineTuning fineTuning,
            ShopCalendar calendar) {
        this.user = user;
        this.db = db;
        this.idempotency = idempotency;
        this.style = style;
        this.fineTuning = fineTuning;
        this.calendar = calendar;
    }

    record NewExample(@NotBlank @Prose @Size(max = 1000) String text) {}

    record OneExample(UUID id) {}

    record ManyExamples(List<Example> examples) {}

    record OwnDay(
            @NotBlank @OneLine @Size(max = 120) String name,
            @NotNull LocalDate day) {}

    record Days(List<Occasions.Day> occasions) {}

    @GET
    @Path("examples")
    public Envelope<ManyExamples> examples() {
        return Envelope.of(new ManyExamples(db.inTenant(user.id(), tx -> style.examples(tx, user.id()))));
    }

    @POST
    @Path("examples")
    public Response add(@NotNull @Valid NewExample example, @RestHeader("Idempotency-Key") @Nullable String key) {
        return idempotency.once(user.id(), key, "POST /api/content/examples", example, tx -> {
            var id = Ids.next();
            style.add(tx, user.id(), id, example.text().strip());
            return new Answer(201, Envelope.of(new OneExample(id)));
        });
    }

    @DELETE
    @Path("examples/{id}")
    public Envelope<Empty> remove(UUID id) {
        if (!db.inTenant(user.id(), tx -> style.remove(tx, user.id(), id))) throw new Problem.NotFound("example");
        return Envelope.empty();
    }

    /** Those within a year, soonest first. */
    @GET
    @Path("occasions")
    public Envelope<Days> occasions() {
        return Envelope.of(new Days(db.inTenant(
                user.id(), tx -> Occasions.ahead(calendar.today(tx, user.id()), style.days(tx, user.id())))));
    }

    /** Says which day it is, in the place of what was known for that year. */
    @PUT
    @Path("occasions")
    public Envelope<Days> set(@NotNull @Valid OwnDay own) {
        db.useTenant(user.id(), tx -> {
            if (own.day().isBefore(calendar.today(tx, user.id()))) throw new Problem.Invalid("day", "content.day_past");
            style.setDay(tx, user.id(), own.name().strip(), own.day());
        });
        return occasions();
    }

    /** Takes the owner's own day back. */
    @DELETE
    @Path("occasions/{name}/{year}")
    public Envelope<Empty> forget(@RestPath String name, @RestPath int year) {
        if (!db.inTenant(user.id(), tx -> style.removeDay(tx, user.id(), name, year)))
            throw new Problem.NotFound("occasion");
        return Envelope.empty();
    }

    /** A line of JSON for each kept text that was written for a brief, as OpenAI's fine-tuning takes it. */
    @GET
    @Path("fine-tuning")
    @Produces("application/jsonl")
    public Response fineTuning() {
        return Response.ok(fineTuning.lines(user.id()))
                .header("Content-Disposition", "attachment; filename=\"fine-tuning.jsonl\"")
                .build();
    }
}
