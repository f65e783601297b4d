package com.smartmarketingagent.campaign;

import com.smartmarketingagent.account.Conflict;
import com.smartmarketingagent.account.Frame;
import com.smartmarketingagent.messaging.Via;
import com.smartmarketingagent.platform.Figures;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Problem.Detail;
import com.smartmarketingagent.rfm.Segment;
import com.smartmarketingagent.transaction.Amount;
import jakarta.ws.rs.DefaultValue;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jboss.resteasy.reactive.RestForm;
import org.jspecify.annotations.Nullable;

/**
 * A campaign as typed into its form, which shows it again as it was.
 *
 * @param segment empty for everybody
 * @param tags with commas between them
 * @param minSpent as people write it: 500rb
 * @param bought the last time: {@code within 30} or {@code not 60} days; empty for whenever
 * @param seen which version of a draft was changed; empty of a new one
 */
record PlanForm(
        @RestForm @DefaultValue("") String name,
        @RestForm @DefaultValue("practice") String via,
        @RestForm @DefaultValue("") String subject,
        @RestForm @DefaultValue("") String text,
        @RestForm @DefaultValue("") String link,
        @RestForm("media_url") @DefaultValue("") String mediaUrl,
        @RestForm @DefaultValue("") String segment,
        @RestForm @DefaultValue("") String city,
        @RestForm @DefaultValue("") String tags,
        @RestForm("min_spent") @DefaultValue("") String minSpent,
        @RestForm @DefaultValue("") String bought,
        @RestForm @DefaultValue("") String product,
        @RestForm("rest_days") @DefaultValue("7") String restDays,
        @RestForm("include_unasked") @DefaultValue("") String includeUnasked,
        @RestForm("holdout_percent") @DefaultValue("10") String holdoutPercent,
        @RestForm @DefaultValue("") String seen) {

    /** What a message begins with: who writes to whom, and how to end it. */
    static final String BEGUN = "Halo {nama|Kak}, ini {nama_toko}.\n\nBalas STOP untuk berhenti.";

    /** @param segment empty for everybody */
    static PlanForm of(String name, String segment, @Nullable String subject, String text) {
        return new PlanForm(
                name,
                "practice",
                Objects.requireNonNullElse(subject, ""),
                text,
                "",
                "",
                segment,
                "",
                "",
                "",
                "",
                "",
                "7",
                "",
                "10",
                "");
    }

    static PlanForm of(Campaign c) {
        var its = c.audience();
        return new PlanForm(
                c.name(),
                c.via().key(),
                Objects.requireNonNullElse(c.subject(), ""),
                c.text(),
                Objects.requireNonNullElse(c.link(), ""),
                Objects.requireNonNullElse(c.mediaUrl(), ""),
                its.segment() == null ? "" : its.segment().key(),
                Objects.requireNonNullElse(its.city(), ""),
                labels(its),
                spent(its),
                bought(its),
                Objects.requireNonNullElse(its.product(), ""),
                String.valueOf(its.rest()),
                Boolean.TRUE.equals(its.includeUnasked()) ? "yes" : "",
                String.valueOf(c.holdoutPercent()),
                String.valueOf(c.version()));
    }

    /** Of a new one like this; what was for practice is meant for people now. */
    static PlanForm like(Campaign c) {
        var way = c.via() == Via.PRACTICE ? Via.ASSISTED : c.via();
        return of(c).with(way.key(), "");
    }

    /** The same once what is stored has been seen. */
    PlanForm seeing(Campaign now) {
        return with(via, String.valueOf(now.version()));
    }

    private PlanForm with(String via, String seen) {
        return new PlanForm(
                name,
                via,
                subject,
                text,
                link,
                mediaUrl,
                segment,
                city,
                tags,
                minSpent,
                bought,
                product,
                restDays,
                includeUnasked,
                holdoutPercent,
                seen);
    }

    /** In what this and what is {@code stored} differ, both as their owner reads it. */
    List<Conflict> conflicts(Frame frame, PlanForm stored) {
        return Stream.of(
                        conflict(frame, "campaign.name", stored, PlanForm::name),
                        conflict(frame, "campaign.via", stored, f -> frame.say("campaign.via." + f.via)),
                        conflict(frame, "campaign.segment", stored, f -> f.segmentLabel(frame)),
                        conflict(frame, "campaign.bought", stored, f -> timeLabel(frame, f.bought)),
                        conflict(frame, "campaign.product", stored, PlanForm::product),
                        conflict(frame, "campaign.city", stored, PlanForm::city),
                        conflict(frame, "campaign.tags", stored, f -> labels(f.audience())),
                        conflict(frame, "campaign.min_spent", stored, f -> spent(f.audience())),
                        conflict(frame, "campaign.rest", stored, f -> restLabel(frame, f.restDays)),
                        conflict(frame, "campaign.unasked", stored, f -> f.unasked() ? "✓" : ""),
                        conflict(frame, "content.subject", stored, PlanForm::subject),
                        conflict(frame, "content.text", stored, f -> f.text.replace("\r\n", "\n")),
                        conflict(frame, "campaign.link", stored, PlanForm::link),
                        conflict(frame, "campaign.media", stored, PlanForm::mediaUrl),
                        conflict(frame, "campaign.holdout", stored, f -> f.holdoutPercent + " %"))
                .filter(Conflict::differs)
                .toList();
    }

    private Conflict conflict(Frame frame, String label, PlanForm stored, Function<PlanForm, String> its) {
        return new Conflict(frame.say(label), its.apply(this), its.apply(stored).strip());
    }

    private String segmentLabel(Frame frame) {
        return Segment.byKey(segment)
                .map(s -> s.label(frame.language()))
                .orElseGet(() -> frame.say("content.everybody"));
    }

    /** @param time as {@link #bought} */
    static String timeLabel(Frame frame, String time) {
        if (time.isEmpty()) return frame.say("campaign.whenever");
        var parts = time.split(" ");
        return frame.say("campaign.bought_" + parts[0], frame.count(Long.parseLong(parts[1])));
    }

    static String restLabel(Frame frame, String days) {
        return frame.say("campaign.rest_days", days);
    }

    private static String labels(Audience its) {
        return its.tags() == null ? "" : String.join(", ", its.tags());
    }

    private static String spent(Audience its) {
        return its.minSpent() == null ? "" : Figures.rupiah(its.minSpent());
    }

    /** Whether another means the same campaign. */
    boolean isSame(PlanForm other) {
        return plan().checked().equals(other.plan().checked());
    }

    public boolean unasked() {
        return includeUnasked.equals("yes");
    }

    /** Whether more is said of whom it goes to than the form shows at first. */
    public boolean narrowed() {
        return !(city + tags + minSpent + bought + product).isBlank() || !restDays.equals("7");
    }

    /** Whether more is said of the message than the form shows at first. */
    public boolean more() {
        return !(link + mediaUrl).isBlank() || !holdoutPercent.equals("10");
    }

    /** @throws Problem.Invalid naming the field that can't be understood */
    Plan plan() {
        return new Plan(name, way(), subject, text.replace("\r\n", "\n"), link, mediaUrl, audience(), holdout());
    }

    /** @throws Problem.Invalid where there is no such way */
    Via way() {
        return Arrays.stream(Via.values())
                .filter(v -> v.key().equals(via))
                .findAny()
                .orElseThrow(() -> new Problem.Invalid("via", "content.choose"));
    }

    /** @throws Problem.Invalid where it is no number */
    int holdout() {
        if (!holdoutPercent.matches("\\d{1,2}")) throw new Problem.Invalid("holdout_percent", "content.choose");
        return Integer.parseInt(holdoutPercent);
    }

    /** @throws Problem.Invalid naming the field that can't be understood */
    Audience audience() {
        var labels = Arrays.stream(tags.split(","))
                .map(String::strip)
                .filter(t -> !t.isEmpty())
                .toList();
        return new Audience(
                segment.isEmpty()
                        ? null
                        : Segment.byKey(segment).orElseThrow(() -> new Problem.Invalid("segment", "rfm.segment")),
                city.isBlank() ? null : city.strip(),
                labels.isEmpty() ? null : labels,
                rupiah(),
                days("within "),
                days("not "),
                product.isBlank() ? null : product.strip(),
                rest(),
                unasked());
    }

    private static String bought(Audience its) {
        if (its.boughtWithinDays() != null) return "within " + its.boughtWithinDays();
        return its.notBoughtDays() == null ? "" : "not " + its.notBoughtDays();
    }

    private @Nullable Integer days(String when) {
        if (!bought.isEmpty() && !bought.matches("(within|not) [1-9][0-9]{0,3}"))
            throw new Problem.Invalid("bought", "content.choose");
        return bought.startsWith(when) ? Integer.valueOf(bought.substring(when.length())) : null;
    }

    private @Nullable Integer rest() {
        if (!restDays.matches("[1-9][0-9]?")) throw new Problem.Invalid("rest_days", "content.choose");
        int days = Integer.parseInt(restDays);
        return days == Audience.REST_DAYS ? null : (Integer) days;
    }

    private @Nullable BigDecimal rupiah() {
        if (minSpent.isBlank()) return null;
        try {
            return Amount.read(minSpent);
        } catch (Amount.Unreadable e) {
            throw new Problem.Invalid(List.of(new Detail(null, "min_spent", e.text(), null)));
        }
    }
}
