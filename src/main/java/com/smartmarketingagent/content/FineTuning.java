package com.smartmarketingagent.content;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Language;
import com.smartmarketingagent.platform.UserId;
import com.smartmarketingagent.platform.Words;
import jakarta.inject.Singleton;

/** The texts an owner kept, each beside what it was written for, without anything of a customer. */
@Singleton
class FineTuning {

    private final Db db;
    private final ContentRepository content;
    private final TemplateRepository templates;
    private final ObjectMapper json;

    FineTuning(Db db, ContentRepository content, TemplateRepository templates, ObjectMapper json) {
        this.db = db;
        this.content = content;
        this.templates = templates;
        this.json = json;
    }

    /** JSON Lines: {@code {"messages": [system…, user…, assistant]}}. */
    String lines(UserId user) {
        return db.inTenant(user, tx -> {
            var shop = content.shop(tx, user);
            var lines = new StringBuilder();
            templates.eachApproved(tx, user, kept -> {
                var words = String.join(
                        "\n",
                        kept.brief(),
                        kept.text(),
                        String.valueOf(kept.subject()),
                        String.valueOf(kept.preheader()),
                        String.valueOf(shop.sells()),
                        String.join("\n", shop.examples()));
                var redaction = new Redaction(content.customersWordsIn(tx, user, words));
                lines.append(line(kept, shop, redaction)).append('\n');
            });
            return lines.toString();
        });
    }

    private String line(TemplateRepository.Approved kept, Shop shop, Redaction redaction) {
        try {
            // each is an answer to a wish for one
            var brief = redaction.of(json.readValue(kept.brief(), Brief.class)).once();
            var prompt = Prompt.of(brief, redaction.of(shop), new Prompt.Audience(0), Language.INDONESIAN);
            var line = json.createObjectNode();
            var messages = line.putArray("messages");
            for (var entry : prompt.entries()) {
                messages.addObject().put("role", entry.role()).put("content", entry.content());
            }
            var answer = json.createObjectNode();
            var variant = answer.putArray("variants").addObject();
            variant.put("why", Words.say(Language.INDONESIAN, "content.why." + Wish.whyKey(brief)));
            if (prompt.mail() && kept.subject() != null) variant.put("subject", redaction.of(kept.subject()));
            if (prompt.mail() && kept.preheader() != null) variant.put("preheader", redaction.of(kept.preheader()));
            variant.put("text", redaction.of(kept.text()));
            messages.addObject().put("role", "assistant").put("content", json.writeValueAsString(answer));
            return json.writeValueAsString(line);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
