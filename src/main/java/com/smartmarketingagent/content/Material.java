package com.smartmarketingagent.content;

/**
 * What texts are made from.
 *
 * @param shop as the owner describes it, for texts of ours
 * @param brief without anything of a customer, as {@code redactedShop} is: what a model may see
 */
record Material(Wish wish, Shop shop, Brief brief, Shop redactedShop) {

    /** For texts of ours, which leave the house only by the owner's hand. */
    static Material unredacted(Wish wish, Shop shop) {
        return new Material(wish, shop, wish.brief(), shop);
    }

    static Material redacted(Wish wish, Shop shop, Redaction redaction) {
        return new Material(wish, shop, redaction.of(wish.brief()), redaction.of(shop));
    }
}
