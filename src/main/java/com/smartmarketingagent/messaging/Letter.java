package com.smartmarketingagent.messaging;

import com.smartmarketingagent.platform.Html;
import com.smartmarketingagent.platform.Language;
import com.smartmarketingagent.platform.Smtp;
import com.smartmarketingagent.platform.Words;
import java.net.URI;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A message as an e-mail: its text, the same in plain HTML, a link to its picture and the way out in both and in the
 * headers that mail programs make a button of (RFC 2369, RFC 8058). Made of the same message twice it is the same, byte
 * for byte.
 */
record Letter(String to, String subject, String text, String html, Map<String, String> headers) {

    /** An address within a text, without what ends the sentence around it. */
    private static final Pattern ADDRESS = Pattern.compile("https?://[^\\s<>\"]*[^\\s<>\".,;:!?)\\]']");

    /**
     * @param language of the shop
     * @return empty where the subject or the address is none, or would be more than one line
     */
    static Optional<Letter> of(Outgoing message, Language language) {
        var subject = message.subject();
        if (subject == null || subject.isBlank() || !Smtp.Mail.isOneLine(subject)) return Optional.empty();
        if (!message.address().matches("[^\\s,;<>\"]+@[^\\s,;<>\"@]+") || !Smtp.Mail.isOneLine(message.address()))
            return Optional.empty();
        var words = message.text().replace("\r\n", "\n").replaceAll("[\\p{Cc}&&[^\\n\\t]]", "");
        var picture = message.media();
        var see = Words.say(language, "channels.picture");
        var out = message.unsubscribe();
        var said = Words.say(language, "channels.unsubscribe");
        var text = words
                + (picture == null ? "" : "\n\n" + see + ": " + picture)
                + (out == null ? "" : "\n\n--\n" + said + ": " + out);
        return Optional.of(new Letter(
                message.address(),
                subject.strip(),
                text,
                html(
                        language,
                        subject.strip(),
                        words,
                        (picture == null ? "" : link(see, picture)) + (out == null ? "" : "<hr>" + link(said, out))),
                headers(out)));
    }

    private static Map<String, String> headers(@Nullable URI out) {
        var headers = new TreeMap<String, String>();
        if (out != null) {
            headers.put("List-Unsubscribe", "<" + out + ">");
            headers.put("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
        }
        return headers;
    }

    private static String link(String said, URI target) {
        return "<p><a href=\"" + Html.escaped(target.toString()) + "\">" + Html.escaped(said) + "</a></p>";
    }

    /** Addresses within a text can be tapped, whatever mail program shows it. */
    private static String linked(String words) {
        var html = new StringBuilder();
        int end = 0;
        for (var found = ADDRESS.matcher(words); found.find(); end = found.end()) {
            var address = Html.escaped(found.group());
            html.append(Html.escaped(words.substring(end, found.start())))
                    .append("<a href=\"" + address + "\">" + address + "</a>");
        }
        return html.append(Html.escaped(words.substring(end))).toString();
    }

    private static String html(Language language, String subject, String words, String end) {
        var paragraphs = Arrays.stream(words.strip().split("\n{2,}"))
                .map(p -> "<p>" + linked(p).replace("\n", "<br>") + "</p>")
                .collect(Collectors.joining("\n"));
        return """
                <!doctype html>
                <html lang="%s"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>%s</title></head>
                <body style="max-width:36em;margin:0 auto;padding:1em;font:1em/1.5 sans-serif">
                %s
                %s</body></html>
                """.formatted(language.key(), Html.escaped(subject), paragraphs, end);
    }
}
