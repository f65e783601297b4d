package com.smartmarketingagent.transaction;

import com.smartmarketingagent.account.Answer;
import com.smartmarketingagent.account.Conflict;
import com.smartmarketingagent.account.Frame;
import com.smartmarketingagent.account.ListPlace;
import com.smartmarketingagent.account.WebSession;
import com.smartmarketingagent.customer.Recognition.Acquaintance;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Problem.Detail;
import com.smartmarketingagent.transaction.SaleEntry.Changed;
import com.smartmarketingagent.transaction.SaleEntry.Stored;
import com.smartmarketingagent.transaction.SaleEntry.Unclear;
import com.smartmarketingagent.transaction.SalePages.ProductLine;
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
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.jspecify.annotations.Nullable;

/** Correcting a sale. */
@Path("/sales")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
class CorrectionPages {

    private static final Pattern QUANTITY = Pattern.compile("[0-9]{1,3}(\\.[0-9]{3})+|[0-9]{1,9}(,[0-9]{1,3})?");

    private final CurrentUser user;
    private final WebSession web;
    private final Db db;
    private final TransactionRepository transactions;
    private final SaleEntry entry;
    private final Validator validator;
    private final GoneSale gone;

    CorrectionPages(
            CurrentUser user,
            WebSession web,
            Db db,
            TransactionRepository transactions,
            SaleEntry entry,
            Validator validator,
            GoneSale gone) {
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

        static native TemplateInstance edit(Frame frame, Edited edited);
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
            ListPlace place,
            String seen,
            List<Conflict> conflicts) {

        /** Where what is stored is left as it is. */
        public String kept() {
            return "/sales/" + id + place.carried();
        }

        Edited asking(List<Acquaintance> candidates) {
            return new Edited(id, typed, products, notes, problems, candidates, place, seen, conflicts);
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
            return new Edited(id, typed, products, notes, problems, candidates, place, now.version(), differences);
        }

        /** One in each line: {@code Kain, 2, Rp50.000}. */
        private static String said(Frame frame, List<Product> products) {
            return products.stream()
                    .map(p -> Stream.of(
                                    p.name(),
                                    SalePages.quantity(p.quantity()),
                                    p.price() == null ? "" : frame.rupiah(p.price()))
                            .filter(part -> !part.isEmpty())
                            .collect(Collectors.joining(", ")))
                    .collect(Collectors.joining("\n"));
        }
    }

    @GET
    @Path("{id}/edit")
    @Operation(hidden = true)
    public Response edit(UUID id, @RestQuery @DefaultValue("") String list) {
        var sale = db.inTenant(user.id(), tx -> transactions.get(tx, user.id(), id));
        var typed = new TypedSale(
                sale.customer().name(),
                "",
                "",
                SalePages.plain(sale.amount()),
                "",
                sale.transactionDate().toString(),
                "");
        var lines = new ArrayList<ProductLine>();
        for (var p : sale.products()) {
            lines.add(new ProductLine(
                    p.name(), SalePages.quantity(p.quantity()), p.price() == null ? "" : SalePages.plain(p.price())));
        }
        lines.add(new ProductLine("", "", ""));
        var notes = sale.notes() == null ? "" : sale.notes();
        return Answer.page(
                200,
                Templates.edit(
                        web.frame(),
                        new Edited(
                                id,
                                typed,
                                lines,
                                notes,
                                Map.of(),
                                List.of(),
                                new ListPlace("/sales", list),
                                sale.version(),
                                List.of())));
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
        if (names.size() != quantities.size()
                || names.size() != prices.size()
                || names.size() > Sale.MOST_PRODUCTS + 1) {
            throw new Problem.Invalid(new Problem.Text("unreadable"));
        }
        var lines = new ArrayList<ProductLine>();
        for (int i = 0; i < names.size(); i++) {
            lines.add(new ProductLine(names.get(i), quantities.get(i), prices.get(i)));
        }
        var frame = web.frame();
        var problems = new HashMap<String, String>();
        var place = new ListPlace("/sales", list);
        var form = new Edited(id, typed, lines, notes, problems, List.of(), place, seen, List.of());
        try {
            // a browser sends line ends as two characters
            var unixNotes = notes.replace("\r\n", "\n");
            var products = products(lines);
            check(products, unixNotes);
            return switch (entry.correct(user.id(), id, typed, products, unixNotes, seen)) {
                case Stored _ -> Answer.seeOther("/sales/" + id + place.carriedAnd() + "changed=yes");
                case Unclear unclear -> {
                    problems.put("customer", frame.say("sale.several", unclear.name()));
                    yield Answer.page(409, Templates.edit(frame, form.asking(unclear.candidates())));
                }
                case Changed changed -> Answer.page(409, Templates.edit(frame, form.against(frame, changed)));
            };
        } catch (Problem.Invalid | Problem.Conflict e) {
            TransactionPages.say(frame, e, problems);
            return Answer.page(e instanceof Problem.Conflict ? 409 : 400, Templates.edit(frame, form));
        } catch (Problem.NotFound e) {
            // the sale is there and its new customer is not
            if (!e.isOf("customer")) throw e;
            TransactionPages.say(frame, e, problems);
            return Answer.page(404, Templates.edit(frame, form));
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
        if (products.size() > Sale.MOST_PRODUCTS)
            throw new Problem.Invalid("products", "sale.too_many_products", Sale.MOST_PRODUCTS);
        for (var wrong : validator.validateValue(Sale.class, "notes", notes)) {
            throw new Problem.Invalid("notes", "said", wrong.getMessage());
        }
    }

    @ServerExceptionMapper
    public Response gone(Problem.NotFound e, ContainerRequestContext request) {
        return gone.answer(request);
    }
}
