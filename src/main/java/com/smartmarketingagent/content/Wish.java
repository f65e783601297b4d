package com.smartmarketingagent.content;

import com.smartmarketingagent.platform.Language;
import com.smartmarketingagent.platform.Words;

/**
 * What is wanted of texts.
 *
 * @param fresh others than those written before
 * @param ours whether no model is to be asked
 * @param language of the owner
 */
record Wish(Brief brief, boolean fresh, boolean ours, Language language) {

    /** Why a text for such a goal should work, where its writer says nothing. */
    String why() {
        return switch (brief.contentType()) {
            case PRODUCT_DESCRIPTION, REPLY ->
                Words.say(language, "content.why." + brief.contentType().key());
            case WHATSAPP, EMAIL, INSTAGRAM -> Words.say(language, "content.why." + whyKey(brief));
        };
    }

    /**
     * Below {@code content.why.}: what is said of a text that only thanks or invites isn't true of one that sells, too.
     */
    static String whyKey(Brief brief) {
        boolean sells = switch (brief.goal()) {
            case THANK -> brief.offer() != null || !brief.products().isEmpty();
            case EVENT -> brief.offer() != null;
            default -> false;
        };
        return sells ? "offer" : brief.goal().key();
    }
}
