package com.smartmarketingagent.notice;

import com.smartmarketingagent.account.Account;
import com.smartmarketingagent.account.Accounts;
import com.smartmarketingagent.account.Answer;
import com.smartmarketingagent.account.Frame;
import com.smartmarketingagent.account.ShopCalendar;
import com.smartmarketingagent.account.WebSession;
import com.smartmarketingagent.customer.Phone;
import com.smartmarketingagent.notice.NoticeRepository.Choice;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Figures;
import com.smartmarketingagent.platform.Mailer;
import com.smartmarketingagent.platform.Paging;
import com.smartmarketingagent.platform.Problem;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** What the owner was told, newest first, and by which ways they want to be. */
@Path("/notices")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
class NoticePages {

    private static final int LISTED = 20;

    private final CurrentUser user;
    private final WebSession web;
    private final Db db;
    private final NoticeRepository notices;
    private final Reading reading;
    private final PushKeys keys;
    private final Accounts accounts;
    private final ShopCalendar calendar;
    private final Mailer mailer;

    NoticePages(
            CurrentUser user,
            WebSession web,
            Db db,
            NoticeRepository notices,
            Reading reading,
            PushKeys keys,
            Accounts accounts,
            ShopCalendar calendar,
            Mailer mailer) {
        this.user = user;
        this.web = web;
        this.db = db;
        this.notices = notices;
        this.reading = reading;
        this.keys = keys;
        this.accounts = accounts;
        this.calendar = calendar;
        this.mailer = mailer;
    }

    @CheckedTemplate(basePath = "notice")
    static final class Templates {
        private Templates() {}

        static native TemplateInstance list(Frame frame, Listing listing);

        static native TemplateInstance settings(Frame frame, Settings its);
    }

    /** @param at when it was told, in words */
    record Item(String text, String path, String at, boolean read) {}

    /**
     * @param seen when the newest of them came; empty without any
     * @param more whether there are older ones
     */
    record Listing(List<Item> items, String seen, int page, boolean more) {}

    /**
     * @param label what the kind is called
     * @param chat whether it may go by WhatsApp at all
     */
    record Line(String kind, String label, boolean push, boolean email, boolean chat, boolean whatsapp) {}

    /**
     * @param mail whether this installation sends any
     * @param key for web push
     * @param phone as typed
     * @param problem with it; null for none
     * @param connected whether the shop has a number that could write to it
     */
    record Settings(
            Account account,
            boolean mail,
            String key,
            List<Line> lines,
            String phone,
            @Nullable String problem,
            boolean connected,
            boolean done) {}

    @GET
    @Operation(hidden = true)
    public Response list(@RestQuery("page") @DefaultValue("1") int page) {
        var frame = web.frame();
        var listing = db.inTenantSnapshot(user.id(), tx -> {
            long total = notices.count(tx, user.id());
            var paging = new Paging(Math.clamp(page, 1, 100_000), LISTED).within(total);
            var zone = calendar.zone(tx, user.id());
            var found = notices.list(tx, user.id(), paging);
            var items = found.stream()
                    .map(n -> new Item(
                            n.say(frame.language()),
                            n.path(),
                            Figures.moment(frame.language(), n.createdAt(), zone),
                            n.read()))
                    .toList();
            var seen = found.isEmpty() ? "" : found.getFirst().createdAt().toString();
            return new Listing(items, seen, paging.page(), total > paging.offset() + LISTED);
        });
        return Answer.page(200, Templates.list(frame, listing));
    }

    /** @param seen when the newest came that was on the page: what came since stays unread */
    @POST
    @Path("read")
    @Operation(hidden = true)
    public Response read(@RestForm @DefaultValue("") String seen) {
        try {
            reading.upTo(user.id(), Instant.parse(seen));
        } catch (DateTimeException e) {
            return Answer.seeOther("/notices");
        }
        return Answer.seeOther("/notices");
    }

    /** How many are unread: the part of the layout that changes while a page is open. */
    @GET
    @Path("unread")
    @Produces("text/plain;charset=utf-8")
    @Operation(hidden = true)
    public String unread() {
        return String.valueOf(db.<Long>inTenant(user.id(), tx -> notices.unread(tx, user.id())));
    }

    @GET
    @Path("settings")
    @Operation(hidden = true)
    public Response settings(@RestQuery @Nullable String done) {
        var choices = reading.choices(user.id());
        return Answer.page(200, page(choices, null, null, "saved".equals(done)));
    }

    /** @param typed as the owner's number; null for the one that is kept */
    private TemplateInstance page(
            List<Choice> choices, @Nullable String typed, @Nullable String problem, boolean done) {
        var frame = web.frame();
        var lines = choices.stream()
                .map(c -> new Line(
                        c.kind().key(),
                        frame.say("notice.title_" + c.kind().key()),
                        c.push(),
                        c.email(),
                        c.kind().mayGoByWhatsApp(),
                        c.whatsapp()))
                .toList();
        var chat = reading.whatsApp(user.id());
        var phone = typed != null ? typed : chat.phone() == null ? "" : Phone.shown(chat.phone());
        return Templates.settings(
                frame,
                new Settings(
                        accounts.get(user.id()),
                        mailer.isOn(),
                        keys.publicKey(),
                        lines,
                        phone,
                        problem,
                        chat.isConnected(),
                        done));
    }

    /**
     * @param push the kinds that are wanted so; what is not among them is not
     * @param email the same by e-mail
     * @param whatsapp the same by WhatsApp
     * @param phone where; empty for none
     */
    @POST
    @Path("settings")
    @Operation(hidden = true)
    public Response choose(
            @RestForm("by_push") List<String> push,
            @RestForm("by_email") List<String> email,
            @RestForm("by_whatsapp") List<String> whatsapp,
            @RestForm("whatsapp_phone") @DefaultValue("") String phone) {
        var choices = Arrays.stream(Kind.values())
                .map(k -> new Choice(
                        k,
                        push.contains(k.key()),
                        email.contains(k.key()),
                        k.mayGoByWhatsApp() && whatsapp.contains(k.key())))
                .toList();
        try {
            reading.choose(user.id(), choices, phone);
        } catch (Problem.Invalid e) {
            return Answer.page(400, page(choices, phone, web.frame().problems(e).get("whatsapp_phone"), false));
        }
        return Answer.seeOther("/notices/settings?done=saved");
    }

    /** Sent by web/notices.js: this browser takes messages. */
    @POST
    @Path("devices")
    @Operation(hidden = true)
    public Response listen(
            @RestForm @DefaultValue("") String endpoint,
            @RestForm @DefaultValue("") String p256dh,
            @RestForm @DefaultValue("") String auth) {
        reading.listen(user.id(), user.session(), endpoint, p256dh, auth);
        return Response.noContent().build();
    }

    /** The same: it takes none any more. */
    @POST
    @Path("devices/remove")
    @Operation(hidden = true)
    public Response stopListening(@RestForm @DefaultValue("") String endpoint) {
        reading.stopListening(user.id(), endpoint);
        return Response.noContent().build();
    }
}
