package com.smartmarketingagent.notice;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What an owner is told of. Its sentence is {@code notice.say_…}, of the facts in the order they have here. */
public enum Kind {
    /** Facts: id of the import, file, added and refused rows. */
    IMPORT_DONE(false, "/imports/{id}", "file", "added", "refused"),
    /** Facts: id of the import, file. */
    IMPORT_FAILED(true, "/imports/{id}", "file"),
    /**
     * The weekly analysis. Facts: customers in it; of these who begins to fade, who rose, who is new, and who else is
     * in another segment.
     */
    ANALYSIS_DONE(false, "/segments", "customers", "fading", "risen", "fresh", "others"),
    /**
     * What a month brought. Facts: its key as id, the month from 1 on, year, revenue as it is said, buyers, and how
     * many of these never bought before.
     */
    MONTH_REPORT(false, "/reports/{id}", "month", "year", "revenue", "buyers", "fresh"),
    /** Facts: id of the campaign, name, messages sent, and {@link Notices#PRACTICE} where it was that. */
    CAMPAIGN_FINISHED(false, "/campaigns/{id}", "name", "sent"),
    /** One that paused by itself. Facts: id of the campaign, name. */
    CAMPAIGN_PAUSED(true, "/campaigns/{id}", "name"),
    /** The number that the shop sends from. No facts. */
    DEVICE_DISCONNECTED(true, "/channels"),
    /** What a customer asked of their data is to be answered. Facts: hours that are left. */
    PRIVACY_DUE(true, "/privacy", "hours"),
    /** It was not answered in time. No facts. */
    PRIVACY_OVERDUE(true, "/privacy"),
    /** Somebody may have got at the shop's data; the page says what is known. No facts. */
    SHOP_BREACH(true, "/privacy"),
    /** For a super_admin: people and the agency are to be told of a breach. Facts: hours that are left. */
    BREACH_DUE(true, "/admin/breaches", "hours"),
    /** A super_admin looks at the shop's pages. Facts: why. */
    ADMIN_VISIT(false, "/audit", "reason"),
    /** Messages of which nobody knows whether they went out. Facts: id of the campaign, name, messages. */
    NEEDS_CHECK(true, "/campaigns/{id}", "name", "messages");

    private final boolean pressing;
    private final String path;
    private final List<String> facts;

    Kind(boolean pressing, String path, String... facts) {
        this.pressing = pressing;
        this.path = path;
        this.facts = List.of(facts);
    }

    /** As it is stored and said: {@code import_done}. */
    @JsonValue
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Null for none. */
    static @Nullable Kind of(String key) {
        return Arrays.stream(values())
                .filter(k -> k.key().equals(key))
                .findFirst()
                .orElse(null);
    }

    /** Whether it should reach an owner who is not looking, unless they choose otherwise: something stands still. */
    boolean pressing() {
        return pressing;
    }

    /** Whether it may go by the shop's own number: that this is cut off can't be told by it. */
    boolean mayGoByWhatsApp() {
        return this != DEVICE_DISCONNECTED;
    }

    /** The page of what it tells of. */
    String path(Map<String, Object> its) {
        return path.replace("{id}", String.valueOf(its.get("id")));
    }

    /** @throws IllegalArgumentException where a fact is missing */
    void check(Map<String, Object> its) {
        values(its);
        if (path.contains("{id}")) fact(its, "id");
    }

    /** What the sentence is made of. */
    Object[] values(Map<String, Object> its) {
        return facts.stream().map(name -> fact(its, name)).toArray();
    }

    private Object fact(Map<String, Object> its, String name) {
        var value = its.get(name);
        if (value == null) throw new IllegalArgumentException(this + " is told without " + name);
        return value;
    }
}
