package com.smartmarketingagent.transaction;

import com.smartmarketingagent.account.Act;
import com.smartmarketingagent.account.Answer;
import com.smartmarketingagent.account.Audit;
import com.smartmarketingagent.account.Frame;
import com.smartmarketingagent.account.ListPlace;
import com.smartmarketingagent.account.WebSession;
import com.smartmarketingagent.customer.Customer;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.transaction.SaleEntry.Deleted;
import com.smartmarketingagent.transaction.SaleEntry.Stored;
import com.smartmarketingagent.transaction.SaleEntry.Taken;
import com.smartmarketingagent.transaction.SaleEntry.Unclear;
import com.smartmarketingagent.transaction.TransactionPages.Line;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** One sale: looked at, given back, deleted. */
@Path("/sales")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
class SalePages {

    private final CurrentUser user;
    private final WebSession web;
    private final Db db;
    private final TransactionRepository transactions;
    private final SaleEntry entry;
    private final GoneSale gone;
    private final Audit audit;

    SalePages(
            CurrentUser user,
            WebSession web,
            Db db,
            TransactionRepository transactions,
            SaleEntry entry,
            GoneSale gone,
            Audit audit) {
        this.user = user;
        this.web = web;
        this.db = db;
        this.transactions = transactions;
        this.entry = entry;
        this.gone = gone;
        this.audit = audit;
    }

    @CheckedTemplate(basePath = "transaction")
    static final class Templates {
        private Templates() {}

        static native TemplateInstance sale(Frame frame, Shown shown);

        static native TemplateInstance delete(Frame frame, Transaction sale, String refunds, ListPlace place);

        static native TemplateInstance refund(
                Frame frame, Refundable of, ListPlace place, String id, String amount, Map<String, String> problems);
    }

    /** A product's line in words or as typed. */
    record ProductLine(String name, String quantity, String price) {}

    /**
     * A sale and what is shown around it.
     *
     * @param refunds of it
     * @param left what can still be given back
     * @param of the sale that it gives money back for; null where it is no refund, or that sale is gone
     */
    record Shown(
            Transaction sale,
            List<ProductLine> products,
            List<Line> refunds,
            BigDecimal left,
            @Nullable Transaction of,
            ListPlace place,
            boolean refund,
            boolean refundable,
            boolean erased,
            boolean changed) {}

    /** @param left what can still be given back; not positive where that is nothing */
    record Refundable(Transaction sale, BigDecimal left) {
        public boolean all() {
            return left.signum() <= 0;
        }

        public boolean some() {
            return left.compareTo(sale.amount()) < 0;
        }

        public BigDecimal given() {
            return sale.amount().subtract(left);
        }
    }

    @GET
    @Path("{id}")
    @Operation(hidden = true)
    public Response show(UUID id, @RestQuery @DefaultValue("") String list, @RestQuery @Nullable String changed) {
        record Found(Refundable refundable, List<Line> refunds, Optional<Transaction> of) {}
        var found = db.inTenantSnapshot(user.id(), tx -> {
            var refunds = transactions.refundsOf(tx, user.id(), id);
            return new Found(
                    refundable(tx, id),
                    refunds.stream().map(Line::of).toList(),
                    transactions.refunded(tx, user.id(), id));
        });
        var sale = found.refundable().sale();
        var frame = web.frame();
        boolean erased = sale.customer().name().equals(Customer.ERASED);
        var lines = sale.products().stream()
                .map(p -> new ProductLine(
                        p.name(), quantity(p.quantity()), p.price() == null ? "" : frame.rupiah(p.price())))
                .toList();
        return Answer.page(
                200,
                Templates.sale(
                        frame,
                        new Shown(
                                sale,
                                lines,
                                found.refunds(),
                                found.refundable().left(),
                                found.of().orElse(null),
                                new ListPlace("/sales", list),
                                sale.amount().signum() < 0,
                                !found.refundable().all() && !erased,
                                erased,
                                changed != null)));
    }

    private Refundable refundable(UUID id) {
        return db.inTenant(user.id(), tx -> refundable(tx, id));
    }

    private Refundable refundable(Handle tx, UUID id) {
        var sale = transactions.get(tx, user.id(), id);
        return new Refundable(sale, transactions.left(tx, user.id(), sale));
    }

    static String quantity(@Nullable BigDecimal quantity) {
        return quantity == null
                ? ""
                : quantity.stripTrailingZeros().toPlainString().replace('.', ',');
    }

    /** As it would be typed: {@code 150000} or {@code 150000,50}. */
    static String plain(BigDecimal amount) {
        var whole = amount.stripTrailingZeros();
        return (whole.scale() <= 0 ? whole : amount).toPlainString().replace('.', ',');
    }

    @GET
    @Path("{id}/refund")
    @Operation(hidden = true)
    public Response refund(UUID id, @RestQuery @DefaultValue("") String list) {
        var of = refundable(id);
        var frame = web.frame();
        // who comes back to it after a refund, and presses once more, means no second one
        var amount = of.some() ? "" : plain(of.left());
        return Answer.page(
                200, Templates.refund(frame, of, new ListPlace("/sales", list), frame.newId(), amount, Map.of()));
    }

    /** @param refund the id that the refund gets */
    @POST
    @Path("{id}/refund")
    @Operation(hidden = true)
    public Response refund(
            UUID id,
            @RestForm("id") @DefaultValue("") String refund,
            @RestForm @DefaultValue("") String amount,
            @RestForm @DefaultValue("") String list) {
        var place = new ListPlace("/sales", list);
        var of = refundable(id);
        var sale = of.sale();
        var frame = web.frame();
        var note = frame.say("sale.refund_note", frame.day(sale.transactionDate()), frame.rupiah(sale.amount()));
        if (sale.externalId() != null) note += " (" + sale.externalId() + ")";
        var problems = new HashMap<String, String>();
        var given = TransactionPages.id(refund);
        try {
            switch (entry.refund(user.id(), id, given, amount, note)) {
                case Stored stored -> {
                    return Answer.seeOther("/sales/" + stored.sale().id() + place.carried());
                }
                case Taken taken -> {
                    var other = taken.other();
                    problems.put(
                            "form", frame.say("sale.taken", other.customer().name(), frame.rupiah(other.amount())));
                    return Answer.page(409, Templates.refund(frame, of, place, frame.newId(), amount, problems));
                }
                case Deleted() -> {
                    problems.put("form", frame.say("sale.was_deleted"));
                    return Answer.page(409, Templates.refund(frame, of, place, frame.newId(), amount, problems));
                }
                case Unclear _ -> throw new IllegalStateException("a refund's customer is known");
            }
        } catch (Problem.Invalid e) {
            TransactionPages.say(frame, e, problems);
            return Answer.page(400, Templates.refund(frame, of, place, refund, amount, problems));
        }
    }

    @GET
    @Path("{id}/delete")
    @Operation(hidden = true)
    public Response delete(UUID id, @RestQuery @DefaultValue("") String list) {
        record Found(Transaction sale, List<Transaction> refunds) {}
        var found = db.inTenantSnapshot(
                user.id(),
                tx -> new Found(transactions.get(tx, user.id(), id), transactions.refundsOf(tx, user.id(), id)));
        var frame = web.frame();
        var given = found.refunds().stream().map(Transaction::amount).reduce(BigDecimal.ZERO, BigDecimal::add);
        var refunds = found.refunds().isEmpty()
                ? ""
                : frame.say("sale.delete_refunds", found.refunds().size(), frame.rupiah(given.negate()));
        return Answer.page(200, Templates.delete(frame, found.sale(), refunds, new ListPlace("/sales", list)));
    }

    /** After it was asked for twice; back to the page of the list it came from. */
    @POST
    @Path("{id}/delete")
    @Operation(hidden = true)
    public Response deleteNow(UUID id, @RestForm @DefaultValue("") String list) {
        db.useTenant(user.id(), tx -> {
            transactions.delete(tx, user.id(), id);
            audit.note(tx, user.id(), Act.SALE_DELETED, id);
        });
        return Answer.seeOther(new ListPlace("/sales", list).addressAnd("deleted=yes"));
    }

    @ServerExceptionMapper
    public Response gone(Problem.NotFound e, ContainerRequestContext request) {
        return gone.answer(request);
    }
}
