package com.smartmarketingagent.account;

import com.smartmarketingagent.account.KeptForm.Field;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Response;
import java.util.List;

/** What a page answers about something that is no longer there, with what somebody had typed about it. */
@Singleton
public class Gone {

    private final WebSession web;
    private final PageRequest request;

    Gone(WebSession web, PageRequest request) {
        this.web = web;
        this.request = request;
    }

    @CheckedTemplate(basePath = "account")
    static final class Templates {
        private Templates() {}

        static native TemplateInstance gone(Frame frame, String said, String next, String link, List<Field> typed);
    }

    /** What the form that was sent says; empty where there is none. */
    public String sent(String field) {
        var form = request.form();
        if (form == null || !form.contains(field) || form.getFirst(field).isFileItem()) return "";
        return form.getFirst(field).getValue();
    }

    /** What the address says, else the form that was sent; empty where neither does. */
    public String said(ContainerRequestContext request, String field) {
        var asked = request.getUriInfo().getQueryParameters().getFirst(field);
        return asked == null ? sent(field) : asked;
    }

    /**
     * 404, the same for what was deleted, what never was and what is another shop's.
     *
     * @param said what is gone, as a sentence
     * @param next where to go on
     * @param link what that is called
     */
    public Response page(String said, String next, String link) {
        var sent = KeptForm.sent(request.path(), request.form());
        var typed = sent == null
                ? List.<Field>of()
                : sent.fields().stream().filter(Field::speaks).toList();
        return Answer.page(404, Templates.gone(web.frame(), said, next, link, typed));
    }
}
