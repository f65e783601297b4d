package com.smartmarketingagent.content;

import com.smartmarketingagent.content.TruthLock.Violation;
import java.util.List;

/**
 * What texts are made from, all read at one moment.
 *
 * @param shop as the owner describes it, for texts of ours
 * @param brief without anything of a customer, as {@code redactedShop} is: what the model may see
 */
record Material(Wish wish, Shop shop, Brief brief, Shop redactedShop, Prompt.Audience audience) {

    /** @param wrong what must not be written again */
    Prompt prompt(List<Violation> wrong) {
        return Prompt.of(brief, redactedShop, audience, wish.language(), wrong);
    }
}
