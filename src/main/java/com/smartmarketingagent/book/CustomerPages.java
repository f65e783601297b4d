package com.smartmarketingagent.book;

import com.smartmarketingagent.account.Answer;
import com.smartmarketingagent.account.Audit;
import com.smartmarketingagent.account.Audit.CustomerList;
import com.smartmarketingagent.account.Frame;
import com.smartmarketingagent.account.ListPlace;
import com.smartmarketingagent.account.WebSession;
import com.smartmarketingagent.customer.ChoiceRepository;
import com.smartmarketingagent.customer.ChoiceRepository.Choices;
import com.smartmarketingagent.customer.CustomerRepository;
import com.smartmarketingagent.customer.ErasureRepository;
import com.smartmarketingagent.customer.Phone;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Ids;
import com.smartmarketingagent.platform.Paging;
import com.smartmarketingagent.rfm.Segment;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import jakarta.validation.Validator;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** The list of a shop's customers. Everything that is asked of it stands in its address. */
@Path("/customers")
@Produces(MediaType.TEXT_HTML)
class CustomerPages {

    private static final int ROWS = 20;
    private static final List<String> SORTS =
            List.of("-created_at", "-last_purchase_date", "last_purchase_date", "-total_spent", "name");

    private final CurrentUser user;
    private final WebSession web;
    private final Db db;
    private final CustomerRepository customers;
    private final ChoiceRepository choices;
    private final ErasureRepository erasures;
    private final Validator validator;
    private final Audit audit;

    CustomerPages(
            CurrentUser user,
            WebSession web,
            Db db,
            CustomerRepository customers,
            ChoiceRepository choices,
            ErasureRepository erasures,
            Validator validator,
            Audit audit) {
        this.user = user;
        this.web = web;
        this.db = db;
        this.customers = customers;
        this.choices = choices;
        this.erasures = erasures;
        this.validator = validator;
        this.audit = audit;
    }

    @CheckedTemplate(basePath = "book")
    static final class Templates {
        private Templates() {}

        static native TemplateInstance customers(
                Frame frame,
                Asked asked,
                Listing listing,
                List<Option> segments,
                List<Option> sorts,
                Map<String, String> problems,
                @Nullable Undo undo);

        static native TemplateInstance answer(Frame frame, Asked asked, Listing listing);

        static native TemplateInstance choices(Choices choices);
    }

    /** One choice of a select. */
    record Option(String key, String label, boolean chosen) {}

    /** Someone just deleted. */
    record Undo(UUID id, String name) {}

    /** A customer as a line shows them; null where there is nothing to show. */
    record Row(
            UUID id,
            String name,
            @Nullable String phone,
            @Nullable String whatsApp,
            @Nullable String city,
            @Nullable String segment,
            @Nullable String lastPurchase,
            String total) {}

    /**
     * One page of those found.
     *
     * @param first the number of the first row, from 1
     * @param here its address
     * @param place for the way back to this page
     */
    record Listing(
            List<Row> rows,
            long total,
            long first,
            long last,
            String here,
            @Nullable String previous,
            @Nullable String next,
            ListPlace place) {}

    /** @param fragment whether only the rows are wanted, as htmx says */
    @GET
    @Operation(hidden = true)
    public Response list(
            @BeanParam Asked asked,
            @RestQuery("page") @DefaultValue("1") int page,
            @RestQuery @Nullable String deleted,
            @RestHeader("HX-Request") @Nullable String fragment) {
        var problems = Answer.problems(validator.validate(asked.filter()));
        if (!SORTS.contains(asked.sort())) problems.put("sort", web.frame().say("customers.sort_choose"));
        // an unknown order leaves nobody out
        var shown = problems.containsKey("sort") ? asked.inUsualOrder() : asked;
        var listing = problems.isEmpty() || problems.keySet().equals(Set.of("sort"))
                ? listing(shown, Math.clamp(page, 1, 1_000_000))
                : new Listing(List.of(), 0, 0, 0, asked.address(1), null, null, new ListPlace("/customers", ""));
        var frame = web.frame();
        if (fragment != null && problems.isEmpty()) {
            return Response.fromResponse(Answer.page(200, Templates.answer(frame, asked, listing)))
                    .header("HX-Replace-Url", listing.here())
                    .build();
        }
        var content = Templates.customers(
                frame, asked, listing, segments(asked), sorts(frame, asked), problems, undo(deleted));
        return Answer.page(problems.isEmpty() ? 200 : 400, content);
    }

    /**
     * What the shop's customers are called and where they live, as suggestions for the filter; loaded when it opens.
     */
    @GET
    @Path("choices")
    @Operation(hidden = true)
    public Response choices() {
        var known = db.inTenant(user.id(), tx -> choices.choices(tx, user.id()));
        return Answer.page(200, Templates.choices(known));
    }

    private Listing listing(Asked asked, int page) {
        audit.noteList(user.id(), CustomerList.CUSTOMERS);
        return db.inTenant(user.id(), tx -> {
            var filter = asked.filter();
            long total = customers.count(tx, user.id(), filter);
            var paging = new Paging(Math.clamp(page, 1, 1_000_000), ROWS).within(total);
            int shown = paging.page();
            var frame = web.frame();
            var rows = new ArrayList<Row>();
            for (var line : customers.lines(tx, user.id(), filter, paging)) rows.add(row(frame, line));
            return new Listing(
                    rows,
                    total,
                    rows.isEmpty() ? 0 : paging.offset() + 1,
                    paging.offset() + rows.size(),
                    asked.address(shown),
                    shown == 1 ? null : asked.address(shown - 1),
                    paging.offset() + rows.size() < total ? asked.address(shown + 1) : null,
                    new ListPlace("/customers", asked.query(shown)));
        });
    }

    private static Row row(Frame frame, CustomerRepository.Line line) {
        return new Row(
                line.id(),
                line.name(),
                line.phone() == null ? null : Phone.shown(line.phone()),
                line.phone() == null ? null : Phone.whatsApp(line.phone()),
                line.city(),
                Optional.ofNullable(line.segment())
                        .flatMap(Segment::byKey)
                        .map(s -> s.label(frame.language()))
                        .orElse(null),
                line.lastPurchaseDate() == null ? null : frame.day(line.lastPurchaseDate()),
                frame.rupiah(line.totalSpent()));
    }

    private List<Option> segments(Asked asked) {
        return Arrays.stream(Segment.values())
                .map(s -> new Option(s.key(), s.label(user.language()), s.key().equals(asked.segment())))
                .toList();
    }

    private static List<Option> sorts(Frame frame, Asked asked) {
        return SORTS.stream()
                .map(key -> new Option(
                        key, frame.say("customers.sort_" + key.replace("-", "most_")), key.equals(asked.sort())))
                .toList();
    }

    private @Nullable Undo undo(@Nullable String deleted) {
        if (deleted == null) return null;
        return Ids.read(deleted)
                .flatMap(id -> db.inTenant(user.id(), tx -> erasures.nameOfDeleted(tx, user.id(), id))
                        .map(name -> new Undo(id, name)))
                .orElse(null);
    }
}
