package com.smartmarketingagent.content;

import com.smartmarketingagent.account.Answer;
import com.smartmarketingagent.account.Conflict;
import com.smartmarketingagent.account.Frame;
import com.smartmarketingagent.account.ShopCalendar;
import com.smartmarketingagent.account.WebSession;
import com.smartmarketingagent.content.Brief.ContentType;
import com.smartmarketingagent.customer.Phone;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Figures;
import com.smartmarketingagent.rfm.Segment;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The page of one kept text: its form, how customers would read it, and what it said before. */
@Singleton
class TemplateCard {

    private final CurrentUser user;
    private final WebSession web;
    private final TemplateRepository templates;
    private final ContentRepository content;
    private final ShopCalendar calendar;

    TemplateCard(
            CurrentUser user,
            WebSession web,
            TemplateRepository templates,
            ContentRepository content,
            ShopCalendar calendar) {
        this.user = user;
        this.web = web;
        this.templates = templates;
        this.content = content;
        this.calendar = calendar;
    }

    @CheckedTemplate(basePath = "content")
    static final class Templates {
        private Templates() {}

        static native TemplateInstance template(Frame frame, Shown shown);
    }

    /** @param link opens WhatsApp with the text; null without a phone */
    record Example(String name, String text, @Nullable String link) {}

    record Old(int number, String replaced, String text) {}

    /**
     * @param template as it is kept, whatever the form says
     * @param conflicts what somebody else wrote meanwhile
     */
    record Shown(
            Template template,
            boolean mail,
            TemplateForm form,
            Map<String, String> problems,
            List<Conflict> conflicts,
            List<Example> examples,
            List<Old> versions,
            @Nullable String done) {

        public String address() {
            return "/content/templates/" + template.id();
        }
    }

    /**
     * @param problems of the form, by its fields
     * @param done what was just done, in words; null for nothing
     */
    Response page(
            Handle tx,
            int status,
            Template template,
            TemplateForm form,
            Map<String, String> problems,
            @Nullable String done) {
        return page(tx, status, template, form, problems, List.of(), done);
    }

    /** 409: both versions, and the form as it was typed. */
    Response conflict(Handle tx, Template template, TemplateForm form, List<Conflict> conflicts) {
        return page(tx, 409, template, form, Map.of(), conflicts, null);
    }

    private Response page(
            Handle tx,
            int status,
            Template template,
            TemplateForm form,
            Map<String, String> problems,
            List<Conflict> conflicts,
            @Nullable String done) {
        var zone = calendar.zone(tx, user.id());
        var versions = templates.versions(tx, user.id(), template.id()).stream()
                .map(v -> new Old(v.version(), Figures.moment(user.language(), v.replacedAt(), zone), v.text()))
                .toList();
        boolean mail = template.contentType() == ContentType.EMAIL;
        var shown = new Shown(template, mail, form, problems, conflicts, examples(tx, template), versions, done);
        return Answer.page(status, Templates.template(web.frame(), shown));
    }

    private List<Example> examples(Handle tx, Template template) {
        var segment = template.segment() == null ? Segment.CHAMPIONS : template.segment();
        var sample = content.sample(tx, user.id(), segment);
        if (template.contentType().isPublic()) {
            var read = template.message().mergedFor(new Placeholders.Recipient(null, sample.shop(), null));
            return List.of(new Example(web.frame().say("content.everybody"), read.text(), null));
        }
        return sample.readers().stream()
                .map(reader -> {
                    var recipient = new Placeholders.Recipient(reader.name(), sample.shop(), reader.lastProduct());
                    var read = template.message().mergedFor(recipient);
                    var text = String.join("\n\n", read.parts());
                    var link = reader.phone() == null || template.contentType() == ContentType.EMAIL
                            ? null
                            : Phone.whatsApp(reader.phone(), text);
                    return new Example(reader.name(), text, link);
                })
                .toList();
    }
}
