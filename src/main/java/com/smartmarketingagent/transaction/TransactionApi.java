package com.smartmarketingagent.transaction;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.smartmarketingagent.account.Act;
import com.smartmarketingagent.account.Audit;
import com.smartmarketingagent.account.Audit.CustomerList;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Envelope;
import com.smartmarketingagent.platform.Envelope.Empty;
import com.smartmarketingagent.platform.Idempotency;
import com.smartmarketingagent.platform.Idempotency.Answer;
import com.smartmarketingagent.platform.Paging;
import com.smartmarketingagent.platform.Patch;
import com.smartmarketingagent.platform.Validated;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.jboss.resteasy.reactive.RestHeader;
import org.jspecify.annotations.Nullable;

/** A shop's sales and refunds. */
@Path("/api/transactions")
@Consumes(MediaType.APPLICATION_JSON)
@Validated
class TransactionApi {

    private final CurrentUser user;
    private final Db db;
    private final Idempotency idempotency;
    private final Patch patch;
    private final TransactionRepository transactions;
    private final Sales sales;
    private final SaleReader reader;
    private final Audit audit;

    TransactionApi(
            CurrentUser user,
            Db db,
            Idempotency idempotency,
            Patch patch,
            TransactionRepository transactions,
            Sales sales,
            SaleReader reader,
            Audit audit) {
        this.user = user;
        this.db = db;
        this.idempotency = idempotency;
        this.patch = patch;
        this.transactions = transactions;
        this.sales = sales;
        this.reader = reader;
        this.audit = audit;
    }

    record OneTransaction(Transaction transaction) {}

    record ManyTransactions(List<Transaction> transactions) {}

    /** Each read on its own, so that every one that is wrong can be named. */
    record Bulk(
            @NotNull
            @Size(min = 1, max = 10_000, message = "{list.between}")
            @Schema(type = SchemaType.ARRAY, implementation = Sale.class)
            List<Sent> transactions) {}

    @GET
    public Envelope<ManyTransactions> list(
            @BeanParam @Valid TransactionFilter filter, @BeanParam @Valid Paging paging) {
        audit.noteList(user.id(), CustomerList.SALES);
        return db.inTenant(user.id(), tx -> {
            var page = new ManyTransactions(transactions.list(tx, user.id(), filter, paging));
            return Envelope.page(page, paging, transactions.count(tx, user.id(), filter));
        });
    }

    /** 201; 200 with the existing one where the same sale with the same external id is known. */
    @POST
    public Response create(@NotNull @Valid Sale sale, @RestHeader("Idempotency-Key") @Nullable String key) {
        return idempotency.once(user.id(), key, "POST /api/transactions", sale, tx -> {
            var recorded = sales.record(tx, user.id(), sale.tidy());
            return new Answer(recorded.created() ? 201 : 200, Envelope.of(new OneTransaction(recorded.transaction())));
        });
    }

    /** Up to 10,000 sales, all or none. */
    @POST
    @Path("bulk")
    public Response createAll(@NotNull @Valid Bulk bulk, @RestHeader("Idempotency-Key") @Nullable String key) {
        return idempotency.once(user.id(), key, "POST /api/transactions/bulk", bulk, tx -> {
            return new Answer(201, Envelope.of(sales.recordAll(tx, user.id(), reader.read(bulk.transactions()))));
        });
    }

    @GET
    @Path("{id}")
    public Envelope<OneTransaction> get(UUID id) {
        return db.inTenant(user.id(), tx -> Envelope.of(new OneTransaction(transactions.get(tx, user.id(), id))));
    }

    /** Replaces every field; one that is absent becomes empty. */
    @PUT
    @Path("{id}")
    public Envelope<OneTransaction> replace(UUID id, @NotNull @Valid Sale sale) {
        return db.inTenant(
                user.id(), tx -> Envelope.of(new OneTransaction(sales.correct(tx, user.id(), id, _ -> sale))));
    }

    /** Changes the fields it names; null empties one. */
    @PATCH
    @Path("{id}")
    public Envelope<OneTransaction> change(
            UUID id,
            @RequestBody(content = @Content(schema = @Schema(implementation = Sale.class))) @NotNull
                    ObjectNode changes) {
        return db.inTenant(
                user.id(),
                tx -> Envelope.of(new OneTransaction(
                        sales.correct(tx, user.id(), id, before -> patch.apply(before, Sale.class, changes)))));
    }

    @DELETE
    @Path("{id}")
    public Envelope<Empty> delete(UUID id) {
        db.useTenant(user.id(), tx -> {
            transactions.delete(tx, user.id(), id);
            audit.note(tx, user.id(), Act.SALE_DELETED, id);
        });
        return Envelope.empty();
    }
}
