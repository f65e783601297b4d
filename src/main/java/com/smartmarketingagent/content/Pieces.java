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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Texts without a model: sentences written by hand (content/id.json and its sisters), put together to fit a brief. The
 * same brief and turn give the same texts; another turn gives others.
 */
public final class Pieces {

    private static final Map<Tongue, JsonNode> WRITTEN = Arrays.stream(Tongue.values())
            .collect(Collectors.toMap(t -> t, Pieces::read, (a, b) -> a, () -> new EnumMap<>(Tongue.class)));

    private final JsonNode pieces;
    private final Brief brief;
    private final Tone tone;
    private final int first;

    private Pieces(Brief brief, Tone tone, int first) {
        this.pieces = Objects.requireNonNull(WRITTEN.get(brief.tongue()));
        this.brief = brief;
        this.tone = tone;
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
    static List<Message> write(Brief brief, Tone tone, int turn, String why) {
        var messages = new ArrayList<Message>();
        for (int i = 0; i < brief.count(); i++) {
            messages.add(
                    new Pieces(brief, tone, Math.floorMod(seed(brief), 4) + turn * brief.count() + i).message(why));
        }
        return messages;
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
        return write(brief, Tone.FRIENDLY, 0, "")
                .getFirst()
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
        return new Message(
                mail ? pick("subject/" + goal()) : null,
                mail ? pick("preheader/" + goal()) : null,
                switch (brief.contentType()) {
                    case WHATSAPP -> lines(greeting() + " " + segment(), about("message"), pick("closing/whatsapp"));
                    case EMAIL -> lines(greeting(), segment() + " " + about("message"), pick("closing/email"));
                    case INSTAGRAM -> lines(about("instagram"), pick("closing/instagram"), pick("hashtags"));
                    case PRODUCT_DESCRIPTION ->
                        lines(
                                pick("description/opening") + facts(),
                                pick("description/care"),
                                pick("closing/description"));
                    case REPLY ->
                        lines(pick("reply/opening") + " " + pick("reply/body") + facts(), pick("reply/closing"));
                },
                why);
    }

    private String greeting() {
        return pick("greeting/" + tone.key());
    }

    private String segment() {
        return pick("segment/" + brief.segment().key());
    }

    private String goal() {
        return brief.goal().key();
    }

    private String about(String place) {
        return pick("goal/" + place + "/" + goal()) + facts();
    }

    /** What the owner entered, a sentence each. A reward beside a wish for a review would buy the review. */
    private String facts() {
        var text = new StringBuilder();
        if (!brief.products().isEmpty()) add(text, "product", "product", products());
        if (brief.occasion() != null) add(text, "occasion", "occasion", brief.occasion());
        var offer = brief.goal() == Goal.REVIEW ? null : brief.offer();
        if (offer != null) {
            if (offer.price() != null) add(text, "offer/price", "price", Figures.rupiah(offer.price()));
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
        var sentence = pick(list).replace(place + ".", value.matches("(?s).*[.!?…]") ? value : value + ".");
        text.append(' ').append(sentence.replace(place, value));
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

    /** Each list starts elsewhere, so that two texts share no sentence and other turns mix them anew. */
    private String pick(String path) {
        var list = pieces.at("/" + path);
        int at = first + (path.hashCode() & 0xFF) * (first / Math.max(1, list.size()));
        return list.get(Math.floorMod(at, list.size())).asText();
    }

    private static String lines(String... parts) {
        return Arrays.stream(parts).map(String::strip).filter(p -> !p.isEmpty()).collect(Collectors.joining("\n\n"));
    }
}
