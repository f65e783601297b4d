package com.smartmarketingagent.rfm;

import com.fasterxml.jackson.annotation.JsonValue;
import com.smartmarketingagent.platform.Language;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The eight groups a scored customer can be in. Stored and sent by {@link #key()}. */
public enum Segment {
    CHAMPIONS(
            "Pelanggan Juara",
            "Baru saja belanja, sering, dan nilainya besar.",
            "Champions",
            "Bought recently, often, and for a lot."),
    LOYAL_CUSTOMERS(
            "Pelanggan Setia",
            "Rutin belanja dengan nilai yang baik.",
            "Loyal customers",
            "Buy regularly and for good amounts."),
    POTENTIAL_LOYALISTS(
            "Calon Pelanggan Setia",
            "Belum lama belanja; bisa menjadi setia bila diajak kembali.",
            "Potential loyalists",
            "Bought not long ago; may become loyal if invited back."),
    NEW_CUSTOMERS(
            "Pelanggan Baru",
            "Baru satu dua kali belanja, belum lama ini.",
            "New customers",
            "Bought once or twice, recently."),
    AT_RISK(
            "Mulai Menjauh",
            "Dulu rutin belanja, sudah lama tidak kembali.",
            "At risk",
            "Used to buy regularly, have been away for long."),
    CANT_LOSE_THEM(
            "Jangan Sampai Hilang",
            "Dulu termasuk yang terbaik, sudah lama tidak kembali.",
            "Can't lose them",
            "Used to be among the best, have been away for long."),
    LOST("Sudah Lama Pergi", "Jarang belanja dan sudah lama tidak kembali.", "Lost", "Bought rarely and long ago."),
    OTHERS(
            "Lainnya",
            "Sudah lama tidak kembali, sering belanja tetapi nilainya kecil.",
            "Others",
            "Away for long; bought often, but for little.");

    private final String label;
    private final String meaning;
    private final String englishLabel;
    private final String englishMeaning;

    Segment(String label, String meaning, String englishLabel, String englishMeaning) {
        this.label = label;
        this.meaning = meaning;
        this.englishLabel = englishLabel;
        this.englishMeaning = englishMeaning;
    }

    /**
     * The segment of three scores, each 1 to 5; the first rule that matches wins. The order is the only one of these
     * rules that reaches all eight.
     */
    public static Segment of(int recency, int frequency, int monetary) {
        if (recency >= 4 && frequency >= 4 && monetary >= 4) return CHAMPIONS;
        if (recency >= 3 && frequency >= 3 && monetary >= 3) return LOYAL_CUSTOMERS;
        if (recency >= 4 && frequency <= 2) return NEW_CUSTOMERS;
        if (recency >= 3) return POTENTIAL_LOYALISTS;
        if (frequency >= 4 && monetary >= 4) return CANT_LOSE_THEM;
        if (frequency >= 3 && monetary >= 3) return AT_RISK;
        if (frequency <= 2) return LOST;
        return OTHERS;
    }

    /** The segment stored and sent as {@code key}, empty for an unknown one. */
    public static Optional<Segment> byKey(String key) {
        return Arrays.stream(values()).filter(s -> s.key().equals(key)).findAny();
    }

    /** The name in the database, in JSON and in addresses: {@code loyal_customers}. */
    @JsonValue
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** A short name to show, in {@code language}. */
    public String label(Language language) {
        return language == Language.ENGLISH ? englishLabel : label;
    }

    /** One line that says who these customers are, in {@code language}. */
    public String meaning(Language language) {
        return language == Language.ENGLISH ? englishMeaning : meaning;
    }

    /**
     * How far up the customer is: 4 for champions, then loyal customers, potential loyalists and new customers, 0 for
     * all whom the shop is losing.
     */
    int rung() {
        return switch (this) {
            case CHAMPIONS -> 4;
            case LOYAL_CUSTOMERS -> 3;
            case POTENTIAL_LOYALISTS -> 2;
            case NEW_CUSTOMERS -> 1;
            case AT_RISK, CANT_LOSE_THEM, LOST, OTHERS -> 0;
        };
    }
}
