package com.smartmarketingagent.customer;

import com.smartmarketingagent.account.Answer;
import com.smartmarketingagent.account.Frame;
import com.smartmarketingagent.account.WebSession;
import com.smartmarketingagent.customer.Consent.State;
import com.smartmarketingagent.customer.ConsentRepository.Reason;
import com.smartmarketingagent.customer.ConsentRepository.Writer;
import com.smartmarketingagent.customer.Unsubscribe.Reader;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Language;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Public;
import com.smartmarketingagent.platform.Words;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jdbi.v3.core.Handle;

/**
 * Where a customer ends a shop's messages. To look changes nothing, as mail scanners look at every link; one POST, by
 * the page's button or by the reader's mail program (RFC 8058), ends them.
 */
@Path("/u/{token}")
@Public
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.WILDCARD)
class UnsubscribePages {

    private final CurrentUser user;
    private final WebSession web;
    private final Db db;
    private final Unsubscribe links;
    private final Consents consents;
    private final ConsentRepository said;
    private final CustomerRepository customers;

    UnsubscribePages(
            CurrentUser user,
            WebSession web,
            Db db,
            Unsubscribe links,
            Consents consents,
            ConsentRepository said,
            CustomerRepository customers) {
        this.user = user;
        this.web = web;
        this.db = db;
        this.links = links;
        this.consents = consents;
        this.said = said;
        this.customers = customers;
    }

    @CheckedTemplate(basePath = "customer")
    static final class Templates {
        private Templates() {}

        static native TemplateInstance unsubscribe(Frame frame, String title, String sentence, boolean done);
    }

    @GET
    @Operation(hidden = true)
    public Response ask(String token) {
        var reader = reader(token);
        var shop = db.inTenant(reader.user(), tx -> writer(tx, reader));
        user.speak(Language.chosen(shop.language()).orElse(Language.INDONESIAN));
        var frame = web.publicFrame();
        return Answer.page(
                200,
                Templates.unsubscribe(
                        frame,
                        frame.say("unsubscribe.title"),
                        frame.say("unsubscribe.ask_" + reader.channel().key(), shop.businessName()),
                        false));
    }

    /** The same answer again, and for one who has been erased. */
    @POST
    @Operation(hidden = true)
    public Response stop(String token) {
        var reader = reader(token);
        var shop = db.inTenant(reader.user(), tx -> {
            stop(tx, reader);
            return writer(tx, reader);
        });
        user.speak(Language.chosen(shop.language()).orElse(Language.INDONESIAN));
        var frame = web.publicFrame();
        return Answer.page(
                200,
                Templates.unsubscribe(
                        frame,
                        frame.say("unsubscribe.done"),
                        frame.say("unsubscribe.done_" + reader.channel().key(), shop.businessName()),
                        true));
    }

    private void stop(Handle tx, Reader reader) {
        var wording = Words.say(
                Language.INDONESIAN, "unsubscribe.wording", reader.channel().label());
        customers
                .today(tx, reader.user(), reader.customer())
                .ifPresent(customer -> consents.say(
                        tx, reader.user(), customer, reader.channel(), State.WITHDRAWN, Reason.UNSUBSCRIBE, wording));
        said.suppressFormer(tx, reader.user(), reader.customer(), reader.channel());
    }

    private Reader reader(String token) {
        return links.read(token).orElseThrow(() -> new Problem.NotFound("route"));
    }

    private Writer writer(Handle tx, Reader reader) {
        return said.writer(tx, reader.user()).orElseThrow(() -> new Problem.NotFound("route"));
    }
}
