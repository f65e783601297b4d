package com.smartmarketingagent.campaign;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A campaign as people would read it.
 *
 * @param messages to up to three of those who would be written to, who spent most first
 * @param missing which placeholders won't find their word, and what is said instead
 */
public record Preview(List<Sample> messages, List<Missing> missing) {

    /**
     * @param subject of an e-mail; null elsewhere
     * @param text with the campaign's own link in place of the short one, which is made when it is sent
     */
    public record Sample(
            UUID customerId, String name, @Nullable String subject, String text) {}

    /**
     * @param placeholder without its braces
     * @param customers how many of those who would be written to have no such word
     * @param instead what they read
     */
    public record Missing(String placeholder, long customers, String instead) {}
}
