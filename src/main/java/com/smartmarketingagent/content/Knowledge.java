package com.smartmarketingagent.content;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.MonthDay;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is known of batik (content/batik.json, with its sources): motifs, techniques, care, days, and words that no
 * honest shop says without proof.
 */
record Knowledge(
        List<Motif> motifs,
        List<Technique> techniques,
        List<String> care,
        List<Occasion> occasions,
        List<String> forbidden) {

    static final Knowledge BATIK = read();

    /**
     * @param avoid what must not be said or suggested; null for nothing
     * @param neverWith occasions that it must not be offered for; null for none
     */
    record Motif(
            String name,
            List<String> aliases,
            String region,
            String meaning,
            String worn,
            @Nullable String avoid,
            @Nullable List<String> neverWith,
            List<String> sources) {

        boolean isNamedIn(String text) {
            return names().anyMatch(n -> says(text, n));
        }

        private Stream<String> names() {
            return Stream.concat(Stream.of(name), aliases.stream());
        }

        /** Where in a text of small letters it is named last; -1 for nowhere. */
        int lastNamedIn(String text) {
            return names().mapToInt(n -> text.lastIndexOf(n.toLowerCase(Locale.ROOT)))
                    .max()
                    .orElse(-1);
        }
    }

    /**
     * @param is what makes it one
     * @param say what it may be called
     * @param never what it may not be called
     */
    record Technique(String name, String is, List<String> say, String never, List<String> sources) {}

    /**
     * @param aliases other names of it, also in other languages
     * @param kind {@code fixed} with {@code date} (MM-dd), {@code table} with a day for each year, or {@code season}
     * @param dates the day of each year; null unless a table
     * @param status of each year's day: {@code pemerintah} or {@code hitungan}
     */
    record Occasion(
            String key,
            String name,
            List<String> aliases,
            String kind,
            @Nullable String date,
            @Nullable Map<String, String> dates,
            @Nullable Map<String, String> status,
            @Nullable List<String> months,
            @Nullable List<String> avoidMonths,
            String note,
            List<String> sources) {

        /** "2 Oktober", where it is the same each year. */
        List<String> ownDay() {
            if (date == null) return List.of();
            return List.of(MonthDay.parse(date, DateTimeFormatter.ofPattern("MM-dd"))
                    .atYear(2024)
                    .format(DateTimeFormatter.ofPattern("d MMMM", Locale.of("id"))));
        }

        boolean isNamedIn(String text) {
            return says(text, name) || aliases.stream().anyMatch(alias -> says(text, alias));
        }
    }

    private static Knowledge read() {
        try (var in = Knowledge.class.getResourceAsStream("/content/batik.json")) {
            return new ObjectMapper()
                    .configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, true)
                    .setPropertyNamingStrategy(com.fasterxml.jackson.databind.PropertyNamingStrategies.SNAKE_CASE)
                    .readValue(in, new TypeReference<>() {});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether {@code text} has {@code phrase} as whole words, whatever their case. */
    static boolean says(String text, String phrase) {
        return saysSmall(text.toLowerCase(Locale.ROOT), phrase);
    }

    /** The same of a text of small letters: to make them takes longer than to search. */
    static boolean saysSmall(String text, String phrase) {
        var sought = phrase.toLowerCase(Locale.ROOT);
        for (int at = text.indexOf(sought); at >= 0; at = text.indexOf(sought, at + 1)) {
            if (standsApart(text, at, at + sought.length())) return true;
        }
        return false;
    }

    /** Whether no letter and no digit touches what is from {@code start} to {@code end}. */
    private static boolean standsApart(String text, int start, int end) {
        return (start == 0 || !Character.isLetterOrDigit(text.codePointBefore(start)))
                && (end == text.length() || !Character.isLetterOrDigit(text.codePointAt(end)));
    }

    /** Whether a motif, a technique or a day has this word in its name. */
    boolean knows(String word) {
        return Stream.of(
                        motifs.stream().flatMap(m -> Stream.concat(Stream.of(m.name()), m.aliases().stream())),
                        techniques.stream().flatMap(t -> Stream.concat(Stream.of(t.name()), t.say().stream())),
                        occasions.stream().map(Occasion::name))
                .flatMap(names -> names)
                .anyMatch(name -> says(name, word));
    }

    /** The motifs that {@code text} names. */
    List<Motif> motifsIn(String text) {
        return motifs.stream().filter(m -> m.isNamedIn(text)).toList();
    }

    /** The techniques that {@code text} names by one of the words they may be called by. */
    List<Technique> techniquesIn(String text) {
        return techniques.stream()
                .filter(t -> t.say().stream().anyMatch(s -> says(text, s)))
                .toList();
    }

    List<Occasion> occasionsIn(String text) {
        return occasions.stream().filter(o -> o.isNamedIn(text)).toList();
    }
}
