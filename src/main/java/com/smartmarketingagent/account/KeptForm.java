package com.smartmarketingagent.account;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jboss.resteasy.reactive.server.core.multipart.FormData;
import org.jspecify.annotations.Nullable;

/**
 * What somebody had typed when it turned out that their session was over. It travels through the log-in in hidden
 * fields: nothing of it is stored here, and it is sent again only by its owner's hand.
 *
 * @param path where the form was going
 * @param owner {@link Tokens#mark whose} form it was; empty where it said nothing of that
 */
record KeptForm(String path, List<Field> fields, String owner) {

    /** More than this is not kept. */
    static final int LARGEST = 64 * 1024;

    private static final Pattern SECRET = Pattern.compile("password|secret|token|api_key", Pattern.CASE_INSENSITIVE);

    static final String PATH_FIELD = "kept_path";
    static final String OWNER_FIELD = "kept_owner";
    static final String PREFIX = "kept:";

    record Field(String name, String value) {

        /** Fields that nobody types into: ours, and those that are chosen from, whose values are our words. */
        private static final Set<String> CHOSEN = Set.of(
                "id",
                "asked",
                "sure",
                "list",
                "seen",
                "shop",
                "zone",
                "other",
                "customer_id",
                "content_id",
                "timezone",
                "tone",
                "language",
                "theme",
                "channel",
                "state",
                "method",
                "segment",
                "content_type",
                "goal",
                "variants",
                "variant",
                "favourite",
                "field",
                "kind",
                "date_order",
                "act",
                "via",
                "bought",
                "rest_days",
                "include_unasked",
                "holdout_percent",
                "outcome",
                "source",
                "by_email",
                "by_push",
                "by_whatsapp",
                "endpoint",
                "p256dh",
                "auth",
                "fresh",
                "security");

        /** Whether its value means something to who typed it. */
        public boolean speaks() {
            return !value.isBlank() && !CHOSEN.contains(name);
        }
    }

    /** Null if nothing was typed that may be kept: no secrets, no files, not the old session's token. */
    static @Nullable KeptForm sent(String path, @Nullable FormData form) {
        if (form == null || LocalPath.of(path) == null) return null;
        var fields = new ArrayList<Field>();
        for (var name : form) {
            if (name.equals(WebSession.CSRF_FIELD) || SECRET.matcher(name).find()) continue;
            for (var value : form.get(name)) if (!value.isFileItem()) fields.add(new Field(name, value.getValue()));
        }
        var token = form.contains(WebSession.CSRF_FIELD)
                ? form.getFirst(WebSession.CSRF_FIELD).getValue()
                : null;
        return fields.isEmpty() ? null : new KeptForm(path, fields, Tokens.mark(token));
    }

    /** What a log-in form carries of it; null if it carries nothing that can be sent again. */
    static @Nullable KeptForm carried(@Nullable FormData form) {
        if (form == null || !form.contains(PATH_FIELD)) return null;
        var path = LocalPath.of(form.getFirst(PATH_FIELD).getValue());
        if (path == null) return null;
        var fields = new ArrayList<Field>();
        for (var name : form) {
            if (!name.startsWith(PREFIX)) continue;
            for (var value : form.get(name))
                if (!value.isFileItem()) fields.add(new Field(name.substring(PREFIX.length()), value.getValue()));
        }
        var owner = form.contains(OWNER_FIELD) ? form.getFirst(OWNER_FIELD).getValue() : "";
        return fields.isEmpty() ? null : new KeptForm(path, fields, owner);
    }
}
