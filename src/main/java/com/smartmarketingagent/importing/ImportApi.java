package com.smartmarketingagent.importing;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.smartmarketingagent.account.Audit;
import com.smartmarketingagent.account.Audit.CustomerList;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Envelope;
import com.smartmarketingagent.platform.Paging;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.ShopFiles;
import com.smartmarketingagent.platform.Validated;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.validation.Valid;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.StreamingOutput;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestStreamElementType;

/** How imports go, what they refused, and taking them back. */
@Path("/api/imports")
@Validated
class ImportApi {

    private static final Duration TWICE_A_SECOND = Duration.ofMillis(500);
    private static final Duration LONGEST_WATCH = Duration.ofMinutes(10);

    private final CurrentUser user;
    private final Db db;
    private final ImportRepository imports;
    private final Importing importing;
    private final RefusedRows refused;
    private final Audit audit;

    ImportApi(
            CurrentUser user, Db db, ImportRepository imports, Importing importing, RefusedRows refused, Audit audit) {
        this.user = user;
        this.db = db;
        this.imports = imports;
        this.importing = importing;
        this.refused = refused;
        this.audit = audit;
    }

    record One(@JsonProperty("import") Import state) {}

    record Original(ShopFiles.Link link) {}

    record Many(List<Import> imports) {}

    @GET
    public Envelope<Many> list(@BeanParam @Valid Paging paging) {
        return db.inTenant(
                user.id(),
                tx -> Envelope.page(
                        new Many(imports.list(tx, user.id(), paging)), paging, imports.count(tx, user.id())));
    }

    @GET
    @Path("/{id}")
    public Envelope<One> get(@RestPath UUID id) {
        return Envelope.of(new One(importing.get(user.id(), id)));
    }

    /** Where it stands, twice a second until it has ended. A browser comes back by itself after ten minutes. */
    @GET
    @Path("/{id}/events")
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @RestStreamElementType(MediaType.APPLICATION_JSON)
    public Multi<One> events(@RestPath UUID id) {
        var owner = user.id();
        var first = importing.get(owner, id);
        if (first.ended()) return Multi.createFrom().item(new One(first));
        return watch(() -> importing.get(owner, id), TWICE_A_SECOND, LONGEST_WATCH)
                .map(One::new);
    }

    /** What {@code look} finds, until that has ended or is gone, the time is over, or nobody listens any more. */
    static Multi<Import> watch(Supplier<Import> look, Duration every, Duration atMost) {
        return Multi.createBy()
                .repeating()
                .uni(() -> Uni.createFrom().item(look).runSubscriptionOn(Infrastructure.getDefaultWorkerPool()))
                .withDelay(every)
                .whilst(found -> !found.ended())
                .select()
                .first(atMost)
                .onFailure(Problem.NotFound.class)
                .recoverWithCompletion();
    }

    /** Every refused row with its reason. */
    @GET
    @Path("/{id}/refused")
    @Produces("text/csv; charset=utf-8")
    public StreamingOutput refused(@RestPath UUID id) {
        importing.get(user.id(), id);
        audit.noteList(user.id(), CustomerList.REFUSED_ROWS);
        return refused.csv(user.id(), id, user.language(), List.of("row", "column", "value", "reason"));
    }

    /** For five minutes whoever has the link gets the file. */
    @GET
    @Path("/{id}/file")
    public Envelope<Original> original(@RestPath UUID id) {
        return Envelope.of(new Original(importing.original(user.id(), id)));
    }

    @POST
    @Path("/{id}/undo")
    public Envelope<One> undo(@RestPath UUID id) {
        return Envelope.of(new One(importing.undo(user.id(), id)));
    }
}
