package com.smartmarketingagent.notice;

import com.smartmarketingagent.platform.Language;
import com.smartmarketingagent.platform.Words;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;

/**
 * Something that an owner was told.
 *
 * @param facts what its sentence is made of; no customer is named in it
 */
record Notice(UUID id, Kind kind, Map<String, Object> facts, Instant createdAt, boolean read) {

    /** The page of what it tells of. */
    String path() {
        return kind.path(facts);
    }

    /** In a few words what it is about. */
    String title(Language language) {
        return Words.say(language, "notice.title_" + kind.key());
    }

    private boolean practised() {
        return kind == Kind.CAMPAIGN_FINISHED && facts.containsKey(Notices.PRACTICE);
    }

    String say(Language language) {
        var values = Arrays.stream(kind.values(facts))
                .map(v -> v instanceof String text ? Words.apart(text) : v)
                .toArray();
        return Words.say(language, "notice.say_" + kind.key() + (practised() ? "_practice" : ""), values);
    }
}
