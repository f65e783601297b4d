package com.smartmarketingagent.content;

import com.smartmarketingagent.account.Conflict;
import com.smartmarketingagent.account.Frame;
import com.smartmarketingagent.content.Brief.ContentType;
import com.smartmarketingagent.content.Template.Wording;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.rfm.Segment;
import jakarta.ws.rs.DefaultValue;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jboss.resteasy.reactive.RestForm;

/**
 * A kept text as typed into its form, which shows it again as it was when something is wrong.
 *
 * @param contentType only of a new one
 * @param segment only of a new one; empty for everybody
 * @param seen which version of it was changed; empty of a new one
 */
record TemplateForm(
        @RestForm("content_type") @DefaultValue("whatsapp") String contentType,
        @RestForm @DefaultValue("") String segment,
        @RestForm @DefaultValue("") String name,
        @RestForm @DefaultValue("") String subject,
        @RestForm @DefaultValue("") String preheader,
        @RestForm @DefaultValue("") String text,
        @RestForm @DefaultValue("") String favourite,
        @RestForm @DefaultValue("") String seen) {

    static final TemplateForm EMPTY = new TemplateForm("whatsapp", "", "", "", "", "", "", "");

    static TemplateForm of(Template t) {
        return new TemplateForm(
                t.contentType().key(),
                t.segment() == null ? "" : t.segment().key(),
                t.name(),
                Objects.requireNonNullElse(t.subject(), ""),
                Objects.requireNonNullElse(t.preheader(), ""),
                t.text(),
                t.favourite() ? "yes" : "",
                String.valueOf(t.version()));
    }

    /** The same once what is stored has been seen. */
    TemplateForm seeing(Template now) {
        return new TemplateForm(
                contentType, segment, name, subject, preheader, text, favourite, String.valueOf(now.version()));
    }

    /** The words in which this and what is {@code stored} differ. */
    List<Conflict> conflicts(Frame frame, TemplateForm stored) {
        return Stream.of(
                        new Conflict(frame.say("content.subject"), subject, stored.subject),
                        new Conflict(frame.say("content.preheader"), preheader, stored.preheader),
                        new Conflict(frame.say("content.text"), text.replace("\r\n", "\n"), stored.text))
                .filter(Conflict::differs)
                .toList();
    }

    public boolean starred() {
        return favourite.equals("yes");
    }

    /** @throws Problem.Invalid naming the field that can't be understood */
    Wording fresh() {
        var type = Arrays.stream(ContentType.values())
                .filter(t -> t.key().equals(contentType))
                .findAny()
                .orElseThrow(() -> new Problem.Invalid("content_type", "content.choose"));
        var its = segment.isEmpty()
                ? null
                : Segment.byKey(segment).orElseThrow(() -> new Problem.Invalid("segment", "rfm.segment"));
        boolean mail = type == ContentType.EMAIL;
        return new Wording(
                name, type, its, null, null, mail ? subject : null, mail ? preheader : null, text, starred(), null);
    }
}
