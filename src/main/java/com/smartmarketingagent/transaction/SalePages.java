package com.smartmarketingagent.transaction;

import static com.smartmarketingagent.transaction.TransactionPages.page;
import static com.smartmarketingagent.transaction.TransactionPages.seeOther;

import com.smartmarketingagent.account.Conflict;
import com.smartmarketingagent.account.Frame;
import com.smartmarketingagent.account.Gone;
import com.smartmarketingagent.account.ListPlace;
import com.smartmarketingagent.account.WebSession;
import com.smartmarketingagent.customer.Customer;
import com.smartmarketingagent.customer.Recognition.Acquaintance;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Problem.Detail;
import com.smartmarketingagent.transaction.SaleEntry.Changed;
import com.smartmarketingagent.transaction.SaleEntry.Deleted;
import com.smartmarketingagent.transaction.SaleEntry.Stored;
import com.smartmarketingagent.transaction.SaleEntry.Taken;
import com.smartmarketingagent.transaction.SaleEntry.Unclear;
import com.smartmarketingagent.transaction.TransactionPages.Line;
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
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** One sale: looked at, corrected, given back, deleted. */
@Path("/sales")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
class SalePages {

    private static final Pattern QUANTITY = Pattern.compile("[0-9]{1,3}(\\.[0-9]{3})+|[0-9]{1,9}(,[0-9]{1,3})?");
    private static final int MOST_LINES = 200;

    private final CurrentUser user;
    private final WebSession web;
    private final Db db;
    private final TransactionRepository transactions;
    private final SaleEntry entry;
    private final Validator validator;
    private final Gone gone;

    SalePages(
            CurrentUser user,
            WebSession web,
            Db db,
            TransactionRepository transactions,
            SaleEntry entry,
            Validator validator,
            Gone gone) {
        this.user = user;
        this.web = web;
        this.db = db;
        this.transactions = transactions;
        this.entry = entry;
        this.validator = validator;
        this.gone = gone;
    }

    @CheckedTemplate(basePath = "transaction")
    static final class Templates {
        private Templates() {}

        static native TemplateInstance sale(Frame frame, Shown shown);

        static native TemplateInstance edit(Frame frame, Edited edited);

        static native TemplateInstance delete(Frame frame, Transaction sale, String list);

        static native TemplateInstance refund(
                Frame frame, Refundable of, String id, String amount, Map<String, String> problems);
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
            String back,
            String query,
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

    /**
     * The form of a correction.
     *
     * @param seen what was stored when the reader saw it
     * @param conflicts what somebody else stored meanwhile, field by field
     */
    record Edited(
            UUID id,
            TypedSale typed,
            List<ProductLine> products,
            String notes,
            Map<String, String> problems,
            List<Acquaintance> candidates,
            String list,
            String seen,
            List<Conflict> conflicts) {

        /** Where what is stored is left as it is. */
        public String kept() {
            return "/sales/" + id + new ListPlace("/sales", list).carried();
        }

        Edited asking(List<Acquaintance> candidates) {
            return new Edited(id, typed, products, notes, problems, candidates, list, seen, conflicts);
        }

        Edited against(Frame frame, Changed changed) {
            var now = changed.now();
            var wanted = changed.wanted();
            var differences = Stream.of(
                            new Conflict(
                                    frame.say("sale.customer"),
                                    typed.customer(),
                                    now.customer().name()),
                            new Conflict(
                                    frame.say("sale.amount"),
                                    frame.rupiah(wanted.amount()),
                                    frame.rupiah(now.amount())),
                            new Conflict(
                                    frame.say("sale.date"),
                                    frame.day(wanted.transactionDate()),
                                    frame.day(now.transactionDate())),
                            new Conflict(
                                    frame.say("sale.products"),
                                    said(frame, wanted.lines()),
                                    said(frame, now.products())),
                            new Conflict(
                                    frame.say("sale.notes"),
                                    wanted.notes() == null ? "" : wanted.notes(),
                                    now.notes() == null ? "" : now.notes()))
                    .filter(Conflict::differs)
                    .toList();
            return new Edited(id, typed, products, notes, problems, candidates, list, now.version(), differences);
        }

        /** One in each line: {@code Kain, 2, Rp50.000}. */
        private static String said(Frame frame, List<Product> products) {
            return products.stream()
                    .map(p -> Stream.of(
                                    p.name(), quantity(p.quantity()), p.price() == null ? "" : frame.rupiah(p.price()))
                            .filter(part -> !part.isEmpty())
                            .collect(Collectors.joining(", ")))
                    .collect(Collectors.joining("\n"));
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
        return page(
                200,
                Templates.sale(
                        frame,
                        new Shown(
                                sale,
                                lines,
                                found.refunds(),
                                found.refundable().left(),
                                found.of().orElse(null),
                                new ListPlace("/sales", list).address(),
                                new ListPlace("/sales", list).carried(),
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

    private Transaction get(UUID id) {
        return db.inTenant(user.id(), tx -> transactions.get(tx, user.id(), id));
    }

    @GET
    @Path("{id}/edit")
    @Operation(hidden = true)
    public Response edit(UUID id, @RestQuery @DefaultValue("") String list) {
        var sale = get(id);
        var typed = new TypedSale(
                sale.customer().name(),
                "",
                "",
                plain(sale.amount()),
                "",
                sale.transactionDate().toString());
        var lines = new ArrayList<ProductLine>();
        for (var p : sale.products()) {
            lines.add(new ProductLine(p.name(), quantity(p.quantity()), p.price() == null ? "" : plain(p.price())));
        }
        lines.add(new ProductLine("", "", ""));
        var notes = sale.notes() == null ? "" : sale.notes();
        return page(
                200,
                Templates.edit(
                        web.frame(),
                        new Edited(id, typed, lines, notes, Map.of(), List.of(), list, sale.version(), List.of())));
    }

    /**
     * @param seen what this form changes, as it was stored: what somebody else stored meanwhile isn't written over
     *     before its owner has seen it
     */
    @POST
    @Path("{id}")
    @Operation(hidden = true)
    public Response correct(
            UUID id,
            @BeanParam TypedSale typed,
            @RestForm("line_name") List<String> names,
            @RestForm("line_quantity") List<String> quantities,
            @RestForm("line_price") List<String> prices,
            @RestForm @DefaultValue("") String notes,
            @RestForm @DefaultValue("") String seen,
            @RestForm @DefaultValue("") String list) {
        if (names.size() != quantities.size() || names.size() != prices.size() || names.size() > MOST_LINES + 1) {
            throw new Problem.Invalid(new Problem.Text("unreadable"));
        }
        var lines = new ArrayList<ProductLine>();
        for (int i = 0; i < names.size(); i++) {
            lines.add(new ProductLine(names.get(i), quantities.get(i), prices.get(i)));
        }
        var frame = web.frame();
        var problems = new HashMap<String, String>();
        var form = new Edited(id, typed, lines, notes, problems, List.of(), list, seen, List.of());
        try {
            // a browser sends line ends as two characters
            var unixNotes = notes.replace("\r\n", "\n");
            var products = products(lines);
            check(products, unixNotes);
            return switch (entry.correct(user.id(), id, typed, products, unixNotes, seen)) {
                case Stored _ -> {
                    var query = new ListPlace("/sales", list).carried();
                    yield seeOther("/sales/" + id + (query.isEmpty() ? "?" : query + "&") + "changed=yes");
                }
                case Unclear unclear -> {
                    problems.put("customer", frame.say("sale.several", typed.customer()));
                    yield page(409, Templates.edit(frame, form.asking(unclear.candidates())));
                }
                case Changed changed -> page(409, Templates.edit(frame, form.against(frame, changed)));
            };
        } catch (Problem.Invalid | Problem.Conflict e) {
            TransactionPages.say(frame, e, problems);
            return page(e instanceof Problem.Conflict ? 409 : 400, Templates.edit(frame, form));
        } catch (Problem.NotFound e) {
            // the sale is there and its new customer is not
            if (!e.isOf("customer")) throw e;
            TransactionPages.say(frame, e, problems);
            return page(404, Templates.edit(frame, form));
        }
    }

    /** Lines left empty are none. */
    private static List<Product> products(List<ProductLine> lines) {
        var products = new ArrayList<Product>();
        for (var line : lines) {
            if ((line.name() + line.quantity() + line.price()).isBlank()) continue;
            if (line.name().isBlank()) throw new Problem.Invalid("products", "sale.no_product");
            products.add(new Product(line.name().strip(), quantity(line.quantity()), price(line.price())));
        }
        return products;
    }

    private static @Nullable BigDecimal quantity(String text) {
        var written = text.strip();
        if (written.isEmpty()) return null;
        if (!QUANTITY.matcher(written).matches()) throw new Problem.Invalid("products", "sale.no_quantity", written);
        return new BigDecimal(written.replace(".", "").replace(',', '.'));
    }

    private static @Nullable BigDecimal price(String text) {
        try {
            return Amount.read(text);
        } catch (Amount.Unreadable e) {
            throw new Problem.Invalid(List.of(new Detail(null, "products", e.text(), null)));
        }
    }

    private void check(List<Product> products, String notes) {
        for (var product : products) {
            for (var wrong : validator.validate(product)) {
                throw new Problem.Invalid("products", "said", product.name() + ": " + wrong.getMessage());
            }
        }
        if (products.size() > MOST_LINES) throw new Problem.Invalid("products", "sale.too_many_products", MOST_LINES);
        for (var wrong : validator.validateValue(Sale.class, "notes", notes)) {
            throw new Problem.Invalid("notes", "said", wrong.getMessage());
        }
    }

    private static String quantity(@Nullable BigDecimal quantity) {
        return quantity == null
                ? ""
                : quantity.stripTrailingZeros().toPlainString().replace('.', ',');
    }

    /** As it would be typed: {@code 150000} or {@code 150000,50}. */
    private static String plain(BigDecimal amount) {
        var whole = amount.stripTrailingZeros();
        return (whole.scale() <= 0 ? whole : amount).toPlainString().replace('.', ',');
    }

    @GET
    @Path("{id}/refund")
    @Operation(hidden = true)
    public Response refund(UUID id) {
        var of = refundable(id);
        var frame = web.frame();
        // who comes back to it after a refund, and presses once more, means no second one
        var amount = of.some() ? "" : plain(of.left());
        return page(200, Templates.refund(frame, of, frame.newId(), amount, Map.of()));
    }

    /** @param refund the id that the refund gets */
    @POST
    @Path("{id}/refund")
    @Operation(hidden = true)
    public Response refund(
            UUID id, @RestForm("id") @DefaultValue("") String refund, @RestForm @DefaultValue("") String amount) {
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
                    return seeOther("/sales/" + stored.sale().id());
                }
                case Taken taken -> {
                    var other = taken.other();
                    problems.put(
                            "form", frame.say("sale.taken", other.customer().name(), frame.rupiah(other.amount())));
                    return page(409, Templates.refund(frame, of, frame.newId(), amount, problems));
                }
                case Deleted() -> {
                    problems.put("form", frame.say("sale.was_deleted"));
                    return page(409, Templates.refund(frame, of, frame.newId(), amount, problems));
                }
                case Unclear _ -> throw new IllegalStateException("a refund's customer is known");
            }
        } catch (Problem.Invalid e) {
            TransactionPages.say(frame, e, problems);
            return page(400, Templates.refund(frame, of, refund, amount, problems));
        }
    }

    @GET
    @Path("{id}/delete")
    @Operation(hidden = true)
    public Response delete(UUID id, @RestQuery @DefaultValue("") String list) {
        return page(200, Templates.delete(web.frame(), get(id), list));
    }

    /** After it was asked for twice; back to the page of the list it came from. */
    @POST
    @Path("{id}/delete")
    @Operation(hidden = true)
    public Response deleteNow(UUID id, @RestForm @DefaultValue("") String list) {
        db.useTenant(user.id(), tx -> transactions.delete(tx, user.id(), id));
        return seeOther(new ListPlace("/sales", list).addressAnd("deleted=yes"));
    }

    /** Deleted somewhere else meanwhile, or never there: the answer is the same. */
    @ServerExceptionMapper
    public Response gone(Problem.NotFound e) {
        return gone.page(
                web.frame().say("sale.gone"),
                new ListPlace("/sales", gone.sent("list")).address(),
                web.frame().say("sale.back"));
    }
}
