package com.smartmarketingagent.content;

import com.smartmarketingagent.account.Answer;
import com.smartmarketingagent.account.Frame;
import com.smartmarketingagent.account.ShopCalendar;
import com.smartmarketingagent.account.WebSession;
import com.smartmarketingagent.content.Brief.ContentType;
import com.smartmarketingagent.content.Brief.Goal;
import com.smartmarketingagent.content.Brief.Tone;
import com.smartmarketingagent.content.Brief.Tongue;
import com.smartmarketingagent.content.ContentApi.Content;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Language;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.UserId;
import com.smartmarketingagent.rfm.Segment;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.MultiEmitter;
import jakarta.validation.Validator;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/**
 * Says what a text is to be about, and shows the texts: as they are written where scripts run, else when they are done.
 */
@Path("/content")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
class ContentPages {

    private static final Logger LOG = Logger.getLogger(ContentPages.class);

    private final CurrentUser user;
    private final WebSession web;
    private final Db db;
    private final Writing writing;
    private final StyleRepository style;
    private final ShopCalendar calendar;
    private final Validator validator;

    ContentPages(
            CurrentUser user,
            WebSession web,
            Db db,
            Writing writing,
            StyleRepository style,
            ShopCalendar calendar,
            Validator validator) {
        this.user = user;
        this.web = web;
        this.db = db;
        this.writing = writing;
        this.style = style;
        this.calendar = calendar;
        this.validator = validator;
    }

    @CheckedTemplate(basePath = "content")
    static final class Templates {
        private Templates() {}

        static native TemplateInstance write(Frame frame, Shown shown, @Nullable Result result);

        static native TemplateInstance texts(Frame frame, @Nullable Result result);
    }

    /** @param days ahead, with their dates, to choose an occasion from */
    record Shown(
            BriefForm form,
            Map<String, String> problems,
            List<Option> segments,
            List<Option> types,
            List<Option> goals,
            List<Option> tones,
            List<Option> tongues,
            List<Option> counts,
            List<Option> days,
            String cost) {}

    /**
     * @param ready each text as it can be sent to anybody, without placeholders
     * @param content null where there is none, for the reasons
     * @param said where the texts come from
     * @param reasons in words; empty where there is content
     */
    record Result(
            @Nullable Content content,
            List<String> ready,
            String said,
            @Nullable String cost,
            List<String> reasons) {}

    @GET
    @Operation(hidden = true)
    public Response form(
            @RestQuery @DefaultValue("") String segment,
            @RestQuery @DefaultValue("") String goal,
            @RestQuery("content_type") @DefaultValue("whatsapp") String contentType) {
        var its = Segment.byKey(segment).orElse(Segment.AT_RISK);
        var wanted = goal.isEmpty() ? Pieces.usualGoal(its).key() : goal;
        return page(200, BriefForm.of(its.key(), wanted, contentType), Map.of(), null);
    }

    /** @param source {@code template} for texts of ours */
    @POST
    @RunOnVirtualThread
    @Operation(hidden = true)
    public Response write(
            @BeanParam BriefForm form,
            @RestForm @DefaultValue("") String source,
            @RestForm @DefaultValue("") String fresh) {
        var problems = new HashMap<String, String>();
        var brief = brief(form, web.frame(), problems);
        if (brief == null) return page(400, form, problems, null);
        var wish = wish(brief, source, fresh, user.language());
        var result = result(user.id(), web.frame(), wish, null, new CompletableFuture<>());
        return page(result.content() == null ? 503 : 200, form, problems, result);
    }

    /**
     * The same, told as it happens: drafts as they are written, unchecked, and at last the texts or why there are none.
     */
    @POST
    // or the form is read beside the other filters, and what is wrong with it is answered by nobody
    @Blocking
    @Path("stream")
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @Operation(hidden = true)
    public Multi<OutboundSseEvent> stream(
            @BeanParam BriefForm form,
            @RestForm @DefaultValue("") String source,
            @RestForm @DefaultValue("") String fresh,
            @Context Sse sse) {
        var frame = web.frame();
        var shop = user.id();
        var problems = new HashMap<String, String>();
        var brief = brief(form, frame, problems);
        if (brief == null) {
            var wrong = Templates.texts(frame, new Result(null, List.of(), "", null, said(frame, problems)));
            return Multi.createFrom().item(event(sse, "texts", List.of(wrong.render())));
        }
        var wish = wish(brief, source, fresh, user.language());
        return Multi.createFrom().emitter(out -> {
            var gone = new CompletableFuture<Void>();
            out.onTermination(() -> gone.complete(null));
            Thread.ofVirtual().name("writing").start(() -> tell(out, sse, shop, frame, wish, gone));
        });
    }

    /** Each thing that is wrong, with its field's name before it. */
    private static List<String> said(Frame frame, Map<String, String> problems) {
        return problems.entrySet().stream()
                .filter(p -> !p.getKey().equals("offer"))
                .map(p -> frame.field(p.getKey()) + ": " + p.getValue())
                .toList();
    }

    /** What the form as it stands would cost, in words. */
    @POST
    @Path("estimate")
    @Operation(hidden = true)
    public Response estimate(@BeanParam BriefForm form) {
        return Response.ok(cost(web.frame(), form), MediaType.TEXT_HTML_TYPE.withCharset("utf-8"))
                .build();
    }

    private void tell(
            MultiEmitter<? super OutboundSseEvent> out,
            Sse sse,
            UserId shop,
            Frame frame,
            Wish wish,
            CompletableFuture<Void> gone) {
        try {
            var draft = new Draft(texts -> out.emit(event(sse, "draft", texts)));
            var result = result(shop, frame, wish, draft, gone);
            out.emit(event(sse, "texts", List.of(Templates.texts(frame, result).render())));
            out.complete();
        } catch (RuntimeException | Error e) {
            if (gone.isDone()) return;
            LOG.error("Texts could not be written", e);
            out.fail(e);
        }
    }

    /** @param data a list, as a text alone would be sent without quotes */
    private static OutboundSseEvent event(Sse sse, String name, List<String> data) {
        return sse.newEventBuilder()
                .name(name)
                .mediaType(MediaType.APPLICATION_JSON_TYPE)
                .data(data)
                .build();
    }

    private static Wish wish(Brief brief, String source, String fresh, Language language) {
        return new Wish(brief, fresh.equals("yes"), source.equals("template"), language);
    }

    private Result result(
            UserId shop, Frame frame, Wish wish, Waiting.@Nullable Watcher wrote, CompletableFuture<Void> gone) {
        try {
            var texts = writing.write(shop, wish, wrote, gone);
            var shown = Content.of(texts, wish.brief().contentType(), wish.language());
            var cost = texts.work().cost();
            var said = shown.notice() == null
                    ? frame.say("content.source." + texts.source().key())
                    : shown.notice();
            var ready = texts.work().messages().stream()
                    .map(m -> m.mergedFor(
                            new Placeholders.Recipient(null, texts.sample().shop(), null)))
                    .map(m -> String.join("\n\n", m.parts()))
                    .toList();
            var paid = cost == null || cost.signum() == 0 ? null : frame.rupiah(cost);
            return new Result(shown, ready, said, paid, List.of());
        } catch (Problem.Provider e) {
            var reasons = new java.util.ArrayList<String>(List.of(frame.say(e.text())));
            for (var detail : e.details()) reasons.add(frame.say(detail.text()));
            return new Result(null, List.of(), "", null, reasons);
        }
    }

    /** Null where something is wrong, which is then said in {@code problems}. */
    private @Nullable Brief brief(BriefForm form, Frame frame, Map<String, String> problems) {
        try {
            var brief = form.brief();
            problems.putAll(Answer.problems(validator.validate(brief)));
            if (problems.containsKey("offer")) problems.put("discount", problems.get("offer"));
            return problems.isEmpty() ? brief : null;
        } catch (Problem.Invalid e) {
            problems.putAll(frame.problems(e));
            return null;
        }
    }

    private Response page(int status, BriefForm form, Map<String, String> problems, @Nullable Result result) {
        var frame = web.frame();
        var shop = user.id();
        var days = db.inTenant(shop, tx -> Occasions.ahead(calendar.today(tx, shop), style.days(tx, shop)));
        var shown = new Shown(
                form,
                problems,
                Option.of(Segment.values(), Segment::key, s -> s.label(frame.language()), form.segment()),
                Option.of(
                        ContentType.values(),
                        ContentType::key,
                        t -> frame.say("content.type." + t.key()),
                        form.contentType()),
                Option.of(Goal.values(), Goal::key, g -> frame.say("content.goal." + g.key()), form.goal()),
                tones(frame, form.tone()),
                Option.of(Tongue.values(), Tongue::key, Tongue::label, form.language()),
                Option.of(
                        new String[] {"1", "2", "3", "4", "5"},
                        Function.identity(),
                        Function.identity(),
                        form.variants()),
                days.stream()
                        .map(d -> new Option(d.name(), d.name() + ", " + frame.day(d.day()), false))
                        .toList(),
                cost(frame, form));
        return Answer.page(status, Templates.write(frame, shown, result));
    }

    private static List<Option> tones(Frame frame, String chosen) {
        var tones = new java.util.ArrayList<Option>();
        tones.add(new Option("", frame.say("content.tone.shop"), chosen.isEmpty()));
        tones.addAll(Option.of(Tone.values(), Tone::key, t -> frame.say("profile.tone_" + t.key()), chosen));
        return tones;
    }

    /** What the usual request costs, and what is left of the month's budget. */
    private String cost(Frame frame, BriefForm form) {
        Brief brief;
        try {
            brief = form.brief();
        } catch (Problem.Invalid e) {
            brief = BriefForm.of("lost", "thank", "whatsapp").brief();
        }
        var estimate = writing.estimate(user.id(), new Wish(brief, false, false, frame.language()));
        if (estimate.cost() == null) return frame.say(estimate.model() ? "content.cost_unknown" : "content.cost_none");
        var left = estimate.budget().subtract(estimate.spent()).max(java.math.BigDecimal.ZERO);
        return frame.say(
                "content.cost",
                frame.rupiah(estimate.cost().setScale(0, java.math.RoundingMode.CEILING)),
                frame.rupiah(left.setScale(0, java.math.RoundingMode.FLOOR)));
    }
}
