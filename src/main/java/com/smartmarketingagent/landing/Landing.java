package com.smartmarketingagent.landing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.smartmarketingagent.account.Answer;
import com.smartmarketingagent.account.Frame;
import com.smartmarketingagent.account.WebSession;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Language;
import com.smartmarketingagent.platform.Settings;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.RawString;
import io.quarkus.qute.TemplateInstance;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.RequestScoped;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;

/** The public first page: Indonesian at {@code /}, English at {@code /en}. */
@RequestScoped
public class Landing {

    private final WebSession web;
    private final CurrentUser user;
    private final Settings settings;
    private final RoutingContext request;
    private final ObjectMapper json;

    Landing(WebSession web, CurrentUser user, Settings settings, RoutingContext request, ObjectMapper json) {
        this.web = web;
        this.user = user;
        this.settings = settings;
        this.request = request;
        this.json = json;
    }

    @CheckedTemplate(basePath = "landing")
    static final class Templates {
        private Templates() {}

        static native TemplateInstance landing(Frame frame, About about);
    }

    /**
     * What the page says to machines.
     *
     * @param base the site's address without a slash at the end
     * @param url this page's
     * @param facts schema.org's SoftwareApplication as JSON that may stand in a script element
     */
    record About(String base, String url, RawString facts) {}

    /**
     * The page in the language of its address, whatever the reader's browser prefers: a search engine must see both.
     */
    public Response page(Language language) {
        user.speak(language);
        var frame = web.frame();
        var url = base() + (language == Language.ENGLISH ? "/en" : "/");
        var page = Templates.landing(frame, new About(base(), url, new RawString(facts(frame, url))));
        var answer = Response.fromResponse(Answer.page(200, page))
                .header(HttpHeaders.CONTENT_LANGUAGE, frame.tag())
                .header(HttpHeaders.VARY, HttpHeaders.COOKIE);
        // nothing private in it; asked for again each time, as the same address is the dashboard after log-in
        if (!user.signedIn()) answer.header(HttpHeaders.CACHE_CONTROL, "private, no-cache");
        return answer.build();
    }

    /** {@code PUBLIC_URL}, or the address that was asked. */
    String base() {
        return settings.publicUrl()
                .map(URI::toString)
                .orElseGet(() ->
                        request.request().scheme() + "://" + request.request().authority());
    }

    private String facts(Frame frame, String url) {
        var facts = new LinkedHashMap<String, Object>();
        facts.put("@context", "https://schema.org");
        facts.put("@type", "SoftwareApplication");
        facts.put("name", frame.say("app.name"));
        facts.put("description", frame.say("landing.description"));
        facts.put("url", url);
        facts.put("image", base() + frame.asset("icon-512.png"));
        facts.put("applicationCategory", "BusinessApplication");
        facts.put("operatingSystem", "Web");
        facts.put("inLanguage", frame.tag());
        facts.put("license", "https://www.apache.org/licenses/LICENSE-2.0");
        facts.put("offers", Map.of("@type", "Offer", "price", "0", "priceCurrency", "IDR"));
        try {
            // inside a script element only the end tag counts
            return json.writeValueAsString(facts).replace("<", "\\u003c");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
