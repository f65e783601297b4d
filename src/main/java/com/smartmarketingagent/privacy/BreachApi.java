package com.smartmarketingagent.privacy;

import com.smartmarketingagent.platform.AdminsOnly;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Envelope;
import com.smartmarketingagent.platform.Envelope.Empty;
import com.smartmarketingagent.platform.Idempotency;
import com.smartmarketingagent.platform.Idempotency.Answer;
import com.smartmarketingagent.platform.Ids;
import com.smartmarketingagent.platform.Jobs;
import com.smartmarketingagent.platform.OneLine;
import com.smartmarketingagent.platform.Prose;
import com.smartmarketingagent.platform.Validated;
import com.smartmarketingagent.privacy.Breach.Said;
import com.smartmarketingagent.privacy.BreachRepository.TouchedRow;
import com.smartmarketingagent.privacy.BreachRepository.TouchedShop;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jboss.resteasy.reactive.RestHeader;
import org.jspecify.annotations.Nullable;

/** Breaches of data, for a super_admin. */
@Path("/api/admin/breaches")
@Consumes(MediaType.APPLICATION_JSON)
@AdminsOnly
@Validated
class BreachApi {

    private final CurrentUser admin;
    private final Breaches breaches;
    private final Idempotency idempotency;
    private final Jobs jobs;

    BreachApi(CurrentUser admin, Breaches breaches, Idempotency idempotency, Jobs jobs) {
        this.admin = admin;
        this.breaches = breaches;
        this.idempotency = idempotency;
        this.jobs = jobs;
    }

    record ManyBreaches(List<ListedBreach> breaches) {}

    /**
     * @param shopsTouched how many shops were told
     * @param shopsReached how many of them read it or were sent it
     * @param shops those that were told, at most 200, the ones that weren't reached first
     */
    record ListedBreach(
            UUID id,
            String happened,
            String concerned,
            String measures,
            Instant foundAt,
            Instant dueAt,
            @Nullable Instant closedAt,
            int reminders,
            long shopsTouched,
            long shopsReached,
            List<TouchedShop> shops) {}

    record MadeBreach(UUID id) {}

    /** @param shops e-mail addresses of those it touches; null for all */
    record NewBreach(
            @NotBlank @Prose @Size(max = 2000) String happened,
            @NotBlank @Prose @Size(max = 2000) String concerned,
            @NotBlank @Prose @Size(max = 2000) String measures,
            @Size(max = 1000) @Nullable List<@NotNull @OneLine @Size(max = 254) String> shops) {}

    /** The open ones first. */
    @GET
    public Envelope<ManyBreaches> list() {
        var found = breaches.all();
        return Envelope.of(new ManyBreaches(
                found.breaches().stream().map(b -> listed(b, found.touched(b))).toList()));
    }

    private static ListedBreach listed(Breach its, List<TouchedRow> touched) {
        return new ListedBreach(
                its.id(),
                its.happened(),
                its.concerned(),
                its.measures(),
                its.foundAt(),
                its.dueAt(),
                its.closedAt(),
                its.reminders(),
                touched.isEmpty() ? 0 : touched.getFirst().shops(),
                touched.isEmpty() ? 0 : touched.getFirst().reached(),
                touched.stream().map(TouchedRow::shop).toList());
    }

    /** Tells the owners of the shops that it touches. */
    @POST
    public Response record(@NotNull @Valid NewBreach its, @RestHeader("Idempotency-Key") @Nullable String key) {
        var said = new Said(
                its.happened().strip(), its.concerned().strip(), its.measures().strip());
        var answer = idempotency.once(admin.id(), key, "POST /api/admin/breaches", its, tx -> {
            var id = Ids.next();
            breaches.record(tx, admin.id(), id, said, breaches.touched(its.shops() == null ? List.of() : its.shops()));
            return new Answer(201, Envelope.of(new MadeBreach(id)));
        });
        jobs.wakeUp();
        return answer;
    }

    /** Everybody was told. */
    @POST
    @Path("{id}/close")
    @Consumes(MediaType.WILDCARD)
    public Envelope<Empty> close(UUID id) {
        breaches.close(id);
        return Envelope.empty();
    }
}
