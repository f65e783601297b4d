package com.smartmarketingagent.content;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.smartmarketingagent.content.Brief.ContentType;
import com.smartmarketingagent.content.Brief.Goal;
import com.smartmarketingagent.content.Brief.Tone;
import com.smartmarketingagent.content.Brief.Tongue;
import com.smartmarketingagent.platform.Figures;
import com.smartmarketingagent.rfm.Segment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Texts without a model: sentences written by hand (content/id.json and its sisters), put together to fit a brief. The
 * same brief and turn give the same texts; another turn gives others.
 */
public final class Pieces {

    private static final Map<Tongue, JsonNode> WRITTEN = Arrays.stream(Tongue.values())
            .collect(Collectors.toMap(t -> t, Pieces::read, (a, b) -> a, () -> new EnumMap<>(Tongue.class)));

    /** What is said where batik is sold, and what elsewhere: {@code <batik/produk> kami}. */
    private static final Pattern EITHER = Pattern.compile("<([^<>/]*)/([^<>/]*)>");

    private static final Pattern EMOJI = Pattern.compile(" ?\\p{IsEmoji_Presentation}");
    /** Days that nobody celebrates. */
    private static final Pattern SOLEMN = Pattern.compile(
            "\\b(?:(?:bela)?sungkawa|berduka|duka|wafat|meninggal|berpulang(?:nya)?|mendiang|almarhum(?:ah)?|tahlil(?:an)?|takzi[ay]+h|(?:me)?layat(?:an)?"
                    + "|pemakaman|makam|kubur|jenazah|kematian|haul|ziarah|nyekar|nyadran|nyewu|nyatus|mitung|nelung|surtanah|sripah|seda|swargi"
                    + "|pupus(?:na)?|maot|tilar|funeral|burial|mourning|in (?:loving )?memory|memorial|condolences?|passed away"
                    + "|(?:sela?metan|peringatan|pengajian|doa) (?:[\\p{L}]+ )?(?:7|tujuh|40|empat puluh|100|seratus|1\\.?000|seribu) hari)\\b",
            Pattern.CASE_INSENSITIVE);
    /** What says already what it is. */
    private static final Pattern LABELLED = Pattern.compile(
            "(?:diskon|potongan|promo|gratis|free|discount|berlaku|periode|kode|code|cashback|bonus|voucher)\\b.*",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private final JsonNode pieces;
    private final Brief brief;
    private final Tone tone;
    private final boolean ofBatik;
    /** Whether the occasion is none to sell anything on. */
    private final boolean solemn;

    private final int first;
    /** How many texts there are of the lists that were picked from so far. */
    private int stride = 1;

    private Pieces(Brief brief, Tone tone, boolean ofBatik, int first) {
        this.pieces = Objects.requireNonNull(WRITTEN.get(brief.tongue()));
        this.brief = brief;
        this.solemn =
                brief.occasion() != null && SOLEMN.matcher(brief.occasion()).find();
        this.tone = solemn ? Tone.POLITE : tone;
        this.ofBatik = ofBatik;
        this.first = first;
    }

    private static JsonNode read(Tongue tongue) {
        try (var in = Pieces.class.getResourceAsStream("/content/" + tongue.key() + ".json")) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * As many as the brief asks for, each different.
     *
     * @param turn 0 for the first texts, 1 for others, and so on
     * @param why why they should work
     */
    static List<Message> write(Brief brief, Shop shop, int turn, String why) {
        var tone = brief.tone() == null ? shop.tone() : brief.tone();
        int first = Math.floorMod(seed(brief), 4) + turn * brief.count();
        return IntStream.range(first, first + brief.count())
                .mapToObj(at -> new Pieces(brief, tone, shop.isOfBatik(brief), at).message(why))
                .toList();
    }

    /** The same for the same brief, whichever process asks. */
    private static int seed(Brief brief) {
        return (brief.segment().key() + brief.contentType().key() + brief.goal().key() + brief.typed()).hashCode();
    }

    /**
     * One text for WhatsApp to the customers of a segment, as a start; {@code {nama}} and {@code {nama_toko}} are to be
     * filled in.
     */
    public static String ready(Segment segment) {
        var brief = new Brief(segment, ContentType.WHATSAPP, usualGoal(segment), null, null, null, null, null, null, 1);
        return new Pieces(brief, Tone.FRIENDLY, false, Math.floorMod(seed(brief), 4))
                .message("")
                .text()
                .replaceAll("\\{produk_terakhir\\|([^}]*)}", "$1")
                .replaceAll("\\|[^}]*}", "}");
    }

    /** What one mostly wants of a segment. */
    static Goal usualGoal(Segment segment) {
        return switch (segment) {
            case CHAMPIONS, LOYAL_CUSTOMERS -> Goal.THANK;
            case NEW_CUSTOMERS, POTENTIAL_LOYALISTS -> Goal.NEW_ARRIVAL;
            case AT_RISK, CANT_LOSE_THEM, LOST, OTHERS -> Goal.WIN_BACK;
        };
    }

    private Message message(String why) {
        boolean mail = brief.contentType() == ContentType.EMAIL;
        var text = solemn ? condolence() : text();
        var about = solemn ? "solemn" : brief.goal().key();
        return new Message(
                mail ? pick(solemn ? "solemn/subject" : "subject/" + about) : null,
                mail ? pick(solemn ? "solemn/preheader" : "preheader/" + about) : null,
                text,
                why);
    }

    private String text() {
        return switch (brief.contentType()) {
            case WHATSAPP -> lines(greeting() + " " + segment(), withFacts(goal()), pick("closing/whatsapp"));
            case EMAIL -> lines(greeting(), segment() + " " + withFacts(goal()), pick("closing/email"));
            case INSTAGRAM ->
                lines(
                        pick("salute/" + tone.key()),
                        withFacts(pick("goal/instagram/" + brief.goal().key())),
                        pick("closing/instagram"),
                        pick("hashtags"));
            case PRODUCT_DESCRIPTION ->
                lines(
                        pick("description/opening/" + tone.key()) + facts(),
                        pick("description/appeal/" + brief.segment().key()) + " "
                                + pick("description/goal/" + brief.goal().key()),
                        ofBatik ? pick("description/care") : "",
                        pick("closing/description"));
            case REPLY ->
                lines(
                        pick("reply/opening/" + tone.key()) + " " + pick("reply/body") + facts(),
                        segment() + " " + goal(),
                        pick("reply/closing"));
        };
    }

    /** Beside a mourning nothing is wished for, sold or made merry about. */
    private String condolence() {
        var text = new StringBuilder();
        add(text, "solemn/occasion", "occasion", brief.occasion());
        return switch (brief.contentType()) {
            case WHATSAPP -> lines(greeting(), text.toString(), pick("closing/whatsapp"));
            case EMAIL -> lines(greeting(), text.toString(), pick("closing/email"));
            case INSTAGRAM -> lines(pick("salute/polite"), text.toString(), pick("closing/instagram"));
            case PRODUCT_DESCRIPTION ->
                lines(pick("description/opening/polite"), text.toString(), pick("closing/description"));
            case REPLY ->
                lines(pick("reply/opening/polite") + " " + pick("reply/body"), text.toString(), pick("reply/closing"));
        };
    }

    private String greeting() {
        return pick("greeting/" + tone.key());
    }

    private String segment() {
        return pick("segment/" + brief.segment().key());
    }

    private String goal() {
        return pick("goal/message/" + brief.goal().key());
    }

    /** Good wishes stand alone, and what is offered after them. */
    private String withFacts(String sentence) {
        return brief.goal() == Goal.BIRTHDAY ? lines(sentence, facts()) : sentence + facts();
    }

    /** What the owner entered, a sentence each. A reward beside a wish for a review would buy the review. */
    private String facts() {
        var text = new StringBuilder();
        add(text, "occasion", "occasion", brief.occasion());
        boolean named = !brief.products().isEmpty();
        if (named) add(text, "product", "product", products());
        var offer = brief.goal() == Goal.REVIEW ? null : brief.offer();
        if (offer != null) {
            if (offer.price() != null)
                add(text, named ? "offer/price" : "offer/price_alone", "price", Figures.rupiah(offer.price()));
            add(text, "offer/discount", "discount", offer.discount());
            add(text, "offer/period", "period", offer.period());
            add(text, "offer/code", "code", offer.code());
        }
        return text.toString();
    }

    private void add(StringBuilder text, String list, String slot, @Nullable String value) {
        if (value == null) return;
        var place = "[" + slot + "]";
        // a value may end its sentence itself: "1–7 Okt."
        var ended = value.matches("(?s).*[.!?…]") ? value : value + ".";
        boolean labelled = LABELLED.matcher(value).matches() && list.startsWith("offer/");
        text.append(' ')
                .append(
                        labelled
                                ? ended.substring(0, 1).toUpperCase(Locale.ROOT) + ended.substring(1)
                                : pick(list).replace(place + ".", ended).replace(place, value));
    }

    private String products() {
        var names = brief.products();
        if (names.size() == 1) return names.getFirst();
        var and = switch (brief.tongue()) {
            case INDONESIAN -> "dan";
            case JAVANESE -> "lan";
            case SUNDANESE -> "sareng";
            case ENGLISH -> "and";
        };
        return String.join(", ", names.subList(0, names.size() - 1)) + " " + and + " " + names.getLast();
    }

    /**
     * Each list starts elsewhere, neighbouring texts differ in every sentence, and further ones mix the lists anew, as
     * the digits of a number do, so that it takes long until one comes again. No emoji where the tone has none.
     */
    private String pick(String path) {
        var list = pieces.at("/" + path);
        // a step with which each further round of the lists before meets this one elsewhere
        int step = 1;
        while (!BigInteger.valueOf(stride + step)
                .gcd(BigInteger.valueOf(list.size()))
                .equals(BigInteger.ONE)) step++;
        int at = path.hashCode() % 60 + first + (stride == 1 ? 0 : step * (first / stride));
        stride = Math.min(stride * list.size(), 1_000_000);
        var sentence = list.get(Math.floorMod(at, list.size())).asText();
        boolean quiet = tone == Tone.POLITE || tone == Tone.BRIEF;
        return EITHER.matcher(quiet ? EMOJI.matcher(sentence).replaceAll("") : sentence)
                .replaceAll(ofBatik ? "$1" : "$2");
    }

    private static String lines(String... parts) {
        return Arrays.stream(parts).map(String::strip).filter(p -> !p.isEmpty()).collect(Collectors.joining("\n\n"));
    }
}
