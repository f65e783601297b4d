package com.smartmarketingagent.messaging;

import com.smartmarketingagent.account.Act;
import com.smartmarketingagent.account.Answer;
import com.smartmarketingagent.account.Audit;
import com.smartmarketingagent.account.Frame;
import com.smartmarketingagent.account.ShopCalendar;
import com.smartmarketingagent.account.WebSession;
import com.smartmarketingagent.messaging.Channel.Kind;
import com.smartmarketingagent.messaging.Channel.Setting;
import com.smartmarketingagent.messaging.Channel.State;
import com.smartmarketingagent.messaging.ChannelRepository.Kept;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Figures;
import com.smartmarketingagent.platform.Problem;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestPath;
import org.jspecify.annotations.Nullable;

/** By what a shop's messages leave, with a browser. */
@Path("/channels")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
class ChannelPages {

    /** What is not to be found without being told where. */
    private static final Set<String> HINTS = Set.of(
            "fonnte_token",
            "cloud_api_phone_number_id",
            "cloud_api_token",
            "cloud_api_app_secret",
            "cloud_api_template",
            "resend_api_key",
            "resend_from_email",
            "smtp_host");

    private final CurrentUser user;
    private final WebSession web;
    private final Db db;
    private final Channels channels;
    private final ChannelSetup setup;
    private final ChannelRepository kept;
    private final ShopCalendar calendar;
    private final Audit audit;

    ChannelPages(
            CurrentUser user,
            WebSession web,
            Db db,
            Channels channels,
            ChannelSetup setup,
            ChannelRepository kept,
            ShopCalendar calendar,
            Audit audit) {
        this.user = user;
        this.web = web;
        this.db = db;
        this.channels = channels;
        this.setup = setup;
        this.kept = kept;
        this.calendar = calendar;
        this.audit = audit;
    }

    @CheckedTemplate(basePath = "messaging")
    static final class Templates {
        private Templates() {}

        static native TemplateInstance channels(Frame frame, List<Card> cards);

        static native TemplateInstance channel(Frame frame, Card card, Form form);

        static native TemplateInstance remove(Frame frame, String key, String name);
    }

    /**
     * A channel in words.
     *
     * @param fine whether messages leave by it, as far as is known
     * @param lines what the provider said of it
     */
    record Card(
            String key,
            String name,
            String what,
            String risk,
            boolean set,
            boolean fine,
            String state,
            @Nullable String why,
            @Nullable String looked,
            List<String> lines) {}

    /** @param label as the reader knows it */
    record Choice(String value, String label, boolean chosen) {}

    /** @param choices what it is chosen from; empty where it is typed */
    record Input(
            String name,
            String label,
            @Nullable String hint,
            String type,
            String max,
            boolean required,
            String value,
            @Nullable String problem,
            List<Choice> choices) {}

    /**
     * What is entered, and what is to be copied.
     *
     * @param hooks whether its provider tells us what became of messages
     * @param webhook where; null where we can't say
     */
    record Form(
            List<Input> inputs,
            boolean hooks,
            @Nullable String webhook,
            @Nullable String verifyToken) {}

    @GET
    @Operation(hidden = true)
    public Response list() {
        var frame = web.frame();
        return db.inTenant(user.id(), tx -> {
            var zone = calendar.zone(tx, user.id());
            var known = kept.list(tx, user.id());
            var cards = Arrays.stream(Kind.values())
                    .map(kind -> card(
                            frame,
                            kind,
                            known.stream().filter(k -> k.kind() == kind).findFirst(),
                            zone))
                    .toList();
            return Answer.page(200, Templates.channels(frame, cards));
        });
    }

    @GET
    @Path("{kind}")
    @Operation(hidden = true)
    public Response show(@RestPath String kind) {
        return page(200, kind(kind), Map.of(), Map.of());
    }

    /** Keeps it and looks at once whether it is right. */
    @POST
    @Path("{kind}")
    @Operation(hidden = true)
    public Response save(@RestPath String kind, @BeanParam ChannelForm form) {
        var its = kind(kind);
        var entered = form.entry().entered();
        try {
            setup.save(user.id(), its, entered);
        } catch (Problem.Invalid e) {
            return page(400, its, entered, web.frame().problems(e));
        }
        channels.check(user.id(), its);
        return Answer.seeOther("/channels/" + its.key());
    }

    @POST
    @Path("{kind}/check")
    @Operation(hidden = true)
    public Response check(@RestPath String kind) {
        channels.check(user.id(), kind(kind));
        return Answer.seeOther("/channels/" + kind(kind).key());
    }

    /** Asks first. */
    @GET
    @Path("{kind}/delete")
    @Operation(hidden = true)
    public Response askToRemove(@RestPath String kind) {
        var its = kind(kind);
        if (db.inTenant(user.id(), tx -> kept.find(tx, user.id(), its)).isEmpty())
            throw new Problem.NotFound("channel");
        var frame = web.frame();
        return Answer.page(200, Templates.remove(frame, its.key(), frame.say("channels.name_" + its.key())));
    }

    /** One that is gone already is gone as wished. */
    @POST
    @Path("{kind}/delete")
    @Operation(hidden = true)
    public Response remove(@RestPath String kind) {
        var its = kind(kind);
        db.useTenant(user.id(), tx -> {
            if (kept.remove(tx, user.id(), its)) audit.note(tx, user.id(), Act.CHANNEL_REMOVED, its.key());
        });
        return Answer.seeOther("/channels");
    }

    private static Kind kind(String name) {
        return Kind.of(name).orElseThrow(() -> new Problem.NotFound("channel"));
    }

    private Response page(int status, Kind kind, Map<String, String> entered, Map<String, String> problems) {
        var frame = web.frame();
        return db.inTenant(user.id(), tx -> {
            var its = kept.find(tx, user.id(), kind);
            // whoever has them can report in the shop's name
            var shown = its.filter(_ -> !user.visiting());
            var form = new Form(
                    kind.settings().stream()
                            .map(s -> input(frame, kind, s, its, entered, problems))
                            .toList(),
                    shown.isPresent() && kind != Kind.SMTP,
                    shown.flatMap(k -> setup.webhook(user.id(), k))
                            .map(String::valueOf)
                            .orElse(null),
                    kind == Kind.CLOUD_API
                            ? shown.flatMap(k -> setup.webhookSecret(user.id(), k))
                                    .orElse(null)
                            : null);
            var card = card(frame, kind, its, calendar.zone(tx, user.id()));
            return Answer.page(status, Templates.channel(frame, card, form));
        });
    }

    private static Card card(Frame frame, Kind kind, Optional<Kept> its, ZoneId zone) {
        var key = kind.key();
        var state = its.map(k -> k.state().key()).orElse("none");
        return new Card(
                key,
                frame.say("channels.name_" + key),
                frame.say("channels.what_" + key),
                frame.say("channels.risk_" + key),
                its.isPresent(),
                its.filter(k -> k.state() == State.CONNECTED).isPresent(),
                frame.say("channels.state_" + state),
                its.map(Kept::why).map(why -> frame.say("channels.why_" + why)).orElse(null),
                its.map(k -> frame.say("channels.looked", Figures.moment(frame.language(), k.stateAt(), zone)))
                        .orElse(null),
                its.map(k -> lines(frame, k)).orElse(List.of()));
    }

    private static List<String> lines(Frame frame, Kept its) {
        var lines = new ArrayList<String>();
        var facts = its.facts();
        if (its.number() != null) lines.add(frame.say("channels.number", its.number()));
        if (facts.name() != null) lines.add(frame.say("channels.device", facts.name()));
        if (facts.plan() != null) lines.add(frame.say("channels.plan", facts.plan()));
        if (facts.quota() != null) lines.add(frame.say("channels.quota", facts.quota()));
        if (facts.expires() != null) lines.add(frame.say("channels.expires", facts.expires()));
        return lines;
    }

    private static Input input(
            Frame frame,
            Kind kind,
            Setting setting,
            Optional<Kept> its,
            Map<String, String> entered,
            Map<String, String> problems) {
        var name = setting.name();
        var stored = its.map(k -> k.settings().get(name)).orElse(setting.usual());
        var value = setting.secret() ? "" : entered.getOrDefault(name, stored == null ? "" : stored);
        var choices = name.equals("security")
                ? Stream.of("tls", "starttls", "none")
                        .map(s -> new Choice(s, frame.say("channels.security_" + s), s.equals(value)))
                        .toList()
                : List.<Choice>of();
        return new Input(
                name,
                frame.field(name),
                hint(frame, kind, setting, its),
                setting.secret() ? "password" : name.equals("from_email") ? "email" : "text",
                setting.secret() ? "1000" : "512",
                setting.required() && !(setting.secret() && its.isPresent()),
                value,
                problems.get(name),
                choices);
    }

    /** Of a secret that is there how it ends, and that it may stay. */
    private static @Nullable String hint(Frame frame, Kind kind, Setting setting, Optional<Kept> its) {
        var end = its.map(k -> k.hints().get(setting.name()));
        if (end.isPresent())
            return end.get().isEmpty()
                    ? frame.say("channels.secret_kept")
                    : frame.say("channels.secret_kept_ending", end.get());
        if (!setting.required()) return frame.say("field.optional");
        var own = kind.key() + "_" + setting.name();
        return HINTS.contains(own) ? frame.say("channels.hint_" + own) : null;
    }
}
