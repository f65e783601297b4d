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
            case WHATSAPP, EMAIL, INSTAGRAM ->
                Words.say(language, "content.why." + brief.goal().key());
        };
    }
}
