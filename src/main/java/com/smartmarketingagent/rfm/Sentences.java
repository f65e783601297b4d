package com.smartmarketingagent.rfm;

import com.smartmarketingagent.platform.Figures;
import com.smartmarketingagent.platform.Language;
import com.smartmarketingagent.platform.Words;
import java.math.BigDecimal;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/** What an owner reads about one customer: who they are and what would move them up, in Indonesian or English. */
final class Sentences {

    private final boolean english;
    private final Language language;

    Sentences(Language language) {
        english = language == Language.ENGLISH;
        this.language = language;
    }

    /**
     * Why a customer is in their segment.
     *
     * @param windowDays the window of the analysis; null for all history
     * @param day of the analysis; named in the sentence only if it isn't {@code today}
     */
    String explain(
            String name, Rfm rfm, Segment segment, @Nullable Integer windowDays, LocalDate day, LocalDate today) {
        var apart = Words.apart(name);
        var who = day.equals(today)
                ? apart
                : (english ? "As of %s, %s" : "Per %s, %s").formatted(Figures.day(language, day), apart);
        var window = windowDays == null
                ? ""
                : (english ? " in the last %d days" : " dalam %d hari terakhir").formatted(windowDays);
        return (english ? "%s last bought %s, %s%s%s: %s." : "%s terakhir belanja %s, sudah %s%s%s: %s.")
                .formatted(
                        who,
                        day.equals(today)
                                ? Figures.ago(language, rfm.recencyDays(), day)
                                : Figures.before(language, rfm.recencyDays(), day),
                        times(rfm.frequency()),
                        window,
                        spent(rfm.monetary()),
                        segment.label(language));
    }

    /** An analysis counts nothing below 0, so of who got back as much as they paid, or more, it knows no sum. */
    private String spent(BigDecimal monetary) {
        if (monetary.signum() == 0) {
            return english ? ", and all of the money was given back" : ", dan uangnya sudah dikembalikan semua";
        }
        return (english ? " for %s in total" : " dengan total %s").formatted(rupiah(monetary));
    }

    /** That the analysis of {@code day} knows of nothing that the customer bought. */
    String explainUnscored(String name, @Nullable Integer windowDays, LocalDate day) {
        var since = windowDays == null
                ? (english ? " hasn't bought anything yet." : " belum pernah belanja.")
                : (english ? " bought nothing in the last %d days." : " tidak belanja dalam %d hari terakhir.")
                        .formatted(windowDays);
        return (english ? "As of the analysis of %s, " : "Menurut analisis per %s, ")
                        .formatted(Figures.day(language, day))
                + Words.apart(name)
                + since;
    }

    /** That there is no analysis yet. */
    String explainNothing() {
        return english ? "There is no analysis yet." : "Belum ada analisis.";
    }

    /**
     * What would move a customer up: "1 pembelian lagi dalam 12 hari (paling lambat 12 Jan 2027) → Pelanggan Setia".
     * The last day is named because the days count from the analysis, not from when the sentence is read.
     *
     * @param first whether the analysis knows of no purchase of theirs
     */
    String advise(NextStep step, boolean first, LocalDate day) {
        var amount = step.amount() == null ? "" : each(step.purchases(), rupiah(step.amount()));
        var last = Figures.day(language, day.plusDays(step.withinDays()));
        var when = step.withinDays() == 0
                ? (english ? "on %s" : "pada %s").formatted(last)
                : (english ? "within %s (by %s)" : "dalam %s (paling lambat %s)")
                        .formatted(days(step.withinDays()), last);
        return "%s%s %s → %s"
                .formatted(
                        purchases(step.purchases(), first),
                        amount,
                        when,
                        step.segment().label(language));
    }

    private String purchases(int count, boolean first) {
        if (!english) return grouped(count) + (first ? " pembelian" : " pembelian lagi");
        return grouped(count) + (first ? "" : " more") + (count == 1 ? " purchase" : " purchases");
    }

    private String each(int count, String amount) {
        if (count == 1) return (english ? " of " : " senilai ") + amount;
        return english ? " of " + amount + " each" : " masing-masing " + amount;
    }

    private String days(int count) {
        if (!english) return grouped(count) + " hari";
        return grouped(count) + (count == 1 ? " day" : " days");
    }

    private String times(int count) {
        if (!english) return grouped(count) + " kali";
        return grouped(count) + (count == 1 ? " purchase so far" : " purchases so far");
    }

    private String grouped(int number) {
        return Figures.count(language, number);
    }

    private String rupiah(BigDecimal amount) {
        return Figures.rupiah(amount);
    }
}
