package com.smartmarketingagent.content;

import static org.assertj.core.api.Assertions.assertThat;

import com.smartmarketingagent.content.Brief.ContentType;
import com.smartmarketingagent.content.Brief.Goal;
import com.smartmarketingagent.content.Brief.Offer;
import com.smartmarketingagent.content.Brief.Tone;
import com.smartmarketingagent.content.Brief.Tongue;
import com.smartmarketingagent.rfm.Segment;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Our own texts: every segment, type, goal, language and tone, with and without an offer. */
class PiecesTest {

    private static final Shop SHOP = new Shop("Batik Sri", "kain dan kemeja", "Solo", null, Tone.FRIENDLY, List.of());

    private static final Map<Tongue, Set<String>> COMMON = Map.of(
            Tongue.INDONESIAN, Set.of("kami", "ini", "yang", "untuk", "dan", "dari", "ya", "kalau", "bisa", "terima"),
            Tongue.JAVANESE,
                    Set.of(
                            "kula",
                            "panjenengan",
                            "mangga",
                            "saking",
                            "menawi",
                            "sampun",
                            "ingkang",
                            "matur",
                            "kangge",
                            "wonten",
                            "dhateng",
                            "malih",
                            "ing"),
            Tongue.SUNDANESE,
                    Set.of(
                            "abdi",
                            "anjeun",
                            "mangga",
                            "ti",
                            "upami",
                            "parantos",
                            "nu",
                            "hatur",
                            "kanggo",
                            "sareng",
                            "dina",
                            "sadaya",
                            "aya",
                            "ku",
                            "ngantos"),
            Tongue.ENGLISH, Set.of("the", "we", "you", "to", "of", "and", "our", "for", "your", "us", "from", "with"));

    /** The small set of briefs that a model is held against as well. */
    static List<Brief> briefs() {
        var briefs = new ArrayList<Brief>();
        int n = 0;
        for (var segment : Segment.values()) {
            for (int i = 0; i < 5; i++, n++) {
                var type = ContentType.values()[n % 5];
                var goal = Goal.values()[n % 7];
                var tongue = Tongue.values()[n % 4];
                var tone = n % 5 == 4 ? null : Tone.values()[n % 4];
                var offer = n % 3 == 0
                        ? new Offer(
                                new BigDecimal("185000"),
                                n % 2 == 0 ? "15%" : null,
                                "1–7 Oktober",
                                n % 2 == 0 ? "NILA20" : null)
                        : null;
                var products = n % 2 == 0 ? List.of("Kain Parang", "Selendang Kawung") : List.<String>of();
                briefs.add(new Brief(
                        segment,
                        type,
                        goal,
                        tone,
                        tongue,
                        offer,
                        products,
                        n % 4 == 0 ? "Hari Batik Nasional" : null,
                        type == ContentType.REPLY ? "Apakah ada ukuran besar?" : null,
                        1 + n % 5));
            }
        }
        assertThat(briefs).hasSize(40);
        return briefs;
    }

    /** What must be true of every text, whoever wrote it. */
    private static void check(Brief brief, Shop shop, List<Message> messages) {
        var lock = new TruthLock(brief, shop);
        for (var message : messages) check(brief, lock, message);
    }

    private static void check(Brief brief, TruthLock lock, Message message) {
        Supplier<String> what = () -> brief + "\n" + message;
        assertThat(lock.violations(message)).describedAs(what).isEmpty();
        assertThat(message.length())
                .describedAs(what)
                .isBetween(60, brief.contentType().longest());
        assertThat(message.subject() != null).describedAs(what).isEqualTo(brief.contentType() == ContentType.EMAIL);
        assertThat(message.text())
                .describedAs(what)
                .doesNotContain("[")
                .doesNotContain("  ")
                .doesNotContain(" .")
                .doesNotContain("..");
        if (message.preheader() != null)
            assertThat(message.text()).describedAs(what).doesNotContain(message.preheader());
        if (brief.contentType() == ContentType.WHATSAPP) {
            assertThat(message.text())
                    .describedAs(what)
                    .contains("{nama|")
                    .contains("{nama_toko}")
                    .contains("STOP");
            assertThat(message.length()).describedAs(what).isLessThan(750);
        }
        for (var product : brief.products()) {
            if (brief.contentType() != ContentType.REPLY)
                assertThat(message.text()).describedAs(what).contains(product);
        }
        var offer = brief.offer();
        if (offer != null && brief.goal() != Goal.REVIEW) {
            assertThat(message.text()).describedAs(what).contains("Rp185.000").contains("1–7 Oktober");
            if (offer.code() != null)
                assertThat(message.text())
                        .describedAs(what)
                        .contains(offer.code())
                        .contains("15%");
        }
        var words = new HashSet<>(
                List.of(message.text().toLowerCase(java.util.Locale.ROOT).split("[^\\p{L}]+")));
        var known = new HashSet<>(COMMON.get(brief.tongue()));
        known.retainAll(words);
        assertThat(known).describedAs(what).isNotEmpty();
    }

    @Test
    void fortyBriefsGetTextsThatMayBeSentAsTheyAre() {
        for (var brief : briefs()) {
            var messages = Pieces.write(brief, SHOP, 0, "");
            assertThat(messages).hasSize(brief.count());
            assertThat(messages.stream().map(Message::text)).doesNotHaveDuplicates();
            check(brief, SHOP, messages);
        }
    }

    @Test
    void everySegmentTypeGoalLanguageAndToneHasItsTexts() {
        int written = 0;
        // of a brief without facts its type and language are all that a text is held against
        var seen = new HashSet<List<Object>>();
        for (var segment : Segment.values()) {
            for (var type : ContentType.values()) {
                for (var goal : Goal.values()) {
                    for (var tongue : Tongue.values()) {
                        for (var tone : Tone.values()) {
                            var brief = new Brief(segment, type, goal, tone, tongue, null, null, null, null, 5);
                            var messages = Pieces.write(brief, SHOP, written % 3, "");
                            check(
                                    brief,
                                    SHOP,
                                    messages.stream()
                                            .filter(message -> seen.add(List.of(type, tongue, message)))
                                            .toList());
                            written += messages.size();
                        }
                    }
                }
            }
        }
        assertThat(written).isEqualTo(8 * 5 * 7 * 4 * 4 * 5);
    }

    /** Not every shop sells batik: only who says so is written about as if it did. */
    @Test
    void aShopWithoutBatikGetsTextsWithoutIt() {
        var kitchen = new Shop("Dapur Nenek", "keripik", "Solo", null, Tone.FRIENDLY, List.of());
        for (var type : ContentType.values()) {
            for (var goal : Goal.values()) {
                for (var tongue : Tongue.values()) {
                    for (var segment : Segment.values()) {
                        var tone = Tone.values()[(segment.ordinal() + goal.ordinal()) % 4];
                        var brief = new Brief(
                                segment,
                                type,
                                goal,
                                tone,
                                tongue,
                                null,
                                List.of("Keripik tempe"),
                                goal == Goal.EVENT ? "Hari Raya" : "Lebaran",
                                null,
                                5);
                        var messages = Pieces.write(brief, kitchen, segment.ordinal(), "");
                        check(brief, kitchen, messages);
                        for (var message : messages) {
                            assertThat(message.parts()).noneMatch(part -> part.matches("(?is).*bath?ik.*|.*[<>].*"));
                        }
                    }
                }
            }
        }
        var brief = brief(ContentType.WHATSAPP, Segment.LOST, Goal.WIN_BACK, Tone.FRIENDLY, "Lebaran");
        assertThat(Pieces.write(brief, SHOP, 0, "").toString()).contains("batik");
        // what it is said on makes no batik of what is sold
        var day = brief(
                ContentType.PRODUCT_DESCRIPTION, Segment.LOST, Goal.WIN_BACK, Tone.FRIENDLY, "Hari Batik Nasional");
        assertThat(Pieces.write(day, kitchen, 0, "").toString().replace("Hari Batik Nasional", ""))
                .doesNotContainIgnoringCase("batik");
    }

    /** In whatever is not for everybody, all that the owner chose shows in the text. */
    @ParameterizedTest
    @EnumSource(
            value = ContentType.class,
            names = {"INSTAGRAM"},
            mode = EnumSource.Mode.EXCLUDE)
    void everyChoiceIsHeard(ContentType type) {
        var segments = Arrays.stream(Segment.values())
                .map(segment -> sentences(brief(type, segment, Goal.THANK, Tone.FRIENDLY, null)));
        var goals = Arrays.stream(Goal.values())
                .map(goal -> sentences(brief(type, Segment.LOST, goal, Tone.FRIENDLY, null)));
        var tones =
                Arrays.stream(Tone.values()).map(tone -> sentences(brief(type, Segment.LOST, Goal.THANK, tone, null)));
        for (var choices : List.of(segments, goals, tones)) {
            var texts = choices.toList();
            for (var text : texts) {
                // sentences that no other choice brings
                var others = texts.stream()
                        .filter(t -> t != text)
                        .flatMap(Set::stream)
                        .toList();
                assertThat(text).anyMatch(sentence -> !others.contains(sentence));
            }
        }
    }

    @Test
    void aCaptionGreetsAsTheShopSpeaks() {
        var cheerful = brief(ContentType.INSTAGRAM, Segment.LOST, Goal.NEW_ARRIVAL, Tone.CHEERFUL, null);
        var polite = brief(ContentType.INSTAGRAM, Segment.LOST, Goal.NEW_ARRIVAL, Tone.POLITE, null);
        assertThat(Pieces.write(cheerful, SHOP, 0, ""))
                .allMatch(m -> m.text().matches("(?s).*\\p{IsEmoji_Presentation}.*"));
        assertThat(Pieces.write(polite, SHOP, 0, ""))
                .noneMatch(m -> m.text().matches("(?s).*\\p{IsEmoji_Presentation}.*"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Tahlilan 40 hari",
                "Peringatan seratus hari Ibu",
                "Pemakaman Pak RT",
                "Turut berduka",
                "Belasungkawa untuk keluarga Pak RT",
                "Layatan Bu Sri",
                "Slametan mitung dina",
                "Ziarah kubur",
                "In loving memory of Grandma"
            })
    void nothingIsSoldOrCelebratedBesideAMourning(String occasion) {
        var offer = new Offer(new BigDecimal("25000"), "15%", "sampai Minggu", "HEMAT");
        for (var type : ContentType.values()) {
            for (var goal : Goal.values()) {
                var brief = new Brief(
                        Segment.LOST,
                        type,
                        goal,
                        Tone.CHEERFUL,
                        null,
                        offer,
                        List.of("Kain Kawung"),
                        occasion,
                        null,
                        5);
                for (var message : Pieces.write(brief, SHOP, 0, "")) {
                    assertThat(message.text()).contains(occasion);
                    assertThat(String.join(" ", message.parts()))
                            .doesNotContain("Rp", "15%", "HEMAT", "Minggu", "Kawung", "acara kami", "ulang tahun", "#")
                            .doesNotMatch("(?s).*\\p{IsEmoji_Presentation}.*");
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Pameran 3 hari", "Festival tujuh hari", "Flash sale 100 hari", "Sedap malam"})
    void aSaleOfAFewDaysIsNoMourning(String occasion) {
        var brief = brief(ContentType.WHATSAPP, Segment.LOST, Goal.WIN_BACK, Tone.FRIENDLY, occasion);
        assertThat(Pieces.write(brief, SHOP, 0, "")).noneMatch(m -> m.text().contains("khidmat"));
    }

    @Test
    void whatTheOwnerSaysIsSaidOnceAndAsItIs() {
        var offer = new Offer(new BigDecimal("25000"), "Diskon 15%", "berlaku 1–7 Oktober", "Kode HEMAT");
        var brief = new Brief(
                Segment.LOST,
                ContentType.WHATSAPP,
                Goal.WIN_BACK,
                Tone.POLITE,
                null,
                offer,
                List.of("Kain Bunga 🌺"),
                null,
                null,
                5);
        for (var message : Pieces.write(brief, SHOP, 0, ""))
            assertThat(message.text())
                    .contains(" Diskon 15%. Berlaku 1–7 Oktober. Kode HEMAT.")
                    .contains("Kain Bunga 🌺");
    }

    private static Brief brief(ContentType type, Segment segment, Goal goal, Tone tone, @Nullable String occasion) {
        return new Brief(segment, type, goal, tone, null, null, null, occasion, null, 5);
    }

    private static Set<String> sentences(Brief brief) {
        return Pieces.write(brief, SHOP, 0, "").stream()
                .flatMap(m -> m.parts().stream())
                .flatMap(part -> Arrays.stream(part.split("(?<=[.!?])\\s+")))
                .collect(Collectors.toSet());
    }

    /** Who asks for others gets others: four times five of them, also where the lists are short. */
    @ParameterizedTest
    @EnumSource(ContentType.class)
    void othersAreOthersForALongTime(ContentType type) {
        var kitchen = new Shop("Dapur Nenek", "keripik", "Solo", null, Tone.FRIENDLY, List.of());
        for (var tone : Tone.values()) {
            var brief = brief(type, Segment.LOST, Goal.THANK, tone, null);
            var texts = new ArrayList<String>();
            for (int turn = 0; turn < 4; turn++)
                Pieces.write(brief, kitchen, turn, "").forEach(m -> texts.add(m.text()));
            assertThat(texts).hasSize(20).doesNotHaveDuplicates();
        }
    }

    @Test
    void theSameBriefGetsTheSameTextsAndAnotherTurnOthers() {
        var brief = new Brief(Segment.LOST, ContentType.WHATSAPP, Goal.WIN_BACK, null, null, null, null, null, null, 3);
        var first = Pieces.write(brief, SHOP, 0, "");
        assertThat(Pieces.write(brief, SHOP, 0, "")).isEqualTo(first);
        assertThat(Pieces.write(brief, SHOP, 1, "")).doesNotContainAnyElementsOf(first);
    }

    @Test
    void eachSegmentHasOneReadyMessage() {
        for (var segment : Segment.values())
            assertThat(Pieces.ready(segment))
                    .contains("{nama}")
                    .contains("{nama_toko}")
                    .contains("STOP")
                    .doesNotContain("|");
    }
}
