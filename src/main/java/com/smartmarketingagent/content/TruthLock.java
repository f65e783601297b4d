package com.smartmarketingagent.content;

import com.smartmarketingagent.content.Brief.ContentType;
import com.smartmarketingagent.content.Brief.Tongue;
import com.smartmarketingagent.content.Knowledge.Motif;
import com.smartmarketingagent.content.Knowledge.Occasion;
import com.smartmarketingagent.platform.Problem;
import java.math.BigDecimal;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Holds a text against the facts: a price, discount, day, stock, link, number or claim about a motif that the owner did
 * not enter does not get through. It knows words, not meanings, and errs by refusing.
 */
final class TruthLock {

    /**
     * What is wrong with a text.
     *
     * @param kind a key below {@code content.lock.}
     * @param found the words at fault
     */
    record Violation(String kind, String found) {

        Problem.Text text() {
            return new Problem.Text("content.lock." + kind, found);
        }
    }

    private static final Pattern NUMBER = Pattern.compile(
            "(\\d[\\d.,]*)\\s?(rb|ribu|k|jt|juta|ewu|yuta|rebu|thousand|million|%|persen|percent)?(?![\\p{L}\\p{N}])|(\\d[\\d.,]*)",
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern AMOUNT_IN_WORDS = words("""
            \
            (?:satu|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan|sepuluh|sebelas|se|[a-z]+ ?belas|[a-z]+ ?puluh|[a-z]+ ?ratus|seratus|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|[a-z]+teen|[a-z]+ty|hundred|s[eè]ket|sedasa|dasa|salawé|sapuluh)[ -](?:persen|pers[eè]n|percent|ribu(?:an)?|juta(?:an)?|rebu|ewu|thousand|million)|\
            setengah harga|separuh harga|half the (?:usual )?price|setengah juta|half[ -]price|half off|sepalih regi|satengah harga""");
    private static final Pattern REBATE = words("""
            diskon\\w*|discount\\w*|potongan\\w*|promo\\w*|hemat|obral|korting|rabat|harga spesial|harga turun|separuhnya|cuci gudang|sale|off|harga miring|save big|bargains?|mirah""");
    private static final Pattern GIFT = words("""
            gratis\\w*|free|cashback|bonus|hadiah|voucher|ongkir|beli \\p{L}+ (?:dapat|gratis)|garansi\\w*|uang kembali|money back|buy (?:one|two) get|cuma-cuma|murah|cheap|gratisan|bebas (?:ongkos|ongkir|biaya)\\w*|complimentary|two for one|uang (?:kembali|balik)|same[- ]day|dikirim hari (?:ini|itu)|sampai dalam (?:\\p{L}+|\\d+) hari""");
    private static final Pattern DAY = words("""
            januari|februari|maret|april|mei|juni|juli|agustus|september|oktober|november|desember|idul adha|waisak|nyepi|january|february|\
            march|june|july|august|october|december|senin|selasa|rabu|kamis|jumat|jum'at|sabtu|hari minggu|monday|\
            tuesday|wednesday|thursday|friday|saturday|sunday|besok|lusa|(?:hanya |khusus )hari ini|hari ini saja|today only|only today|(?:sampai|hingga|until) (?:minggu|sunday)|malam ini|minggu ini|minggu depan|bulan ini|akhir bulan|akhir tahun|tengah malam|midnight|senen|rebo|setu|ahad|\
            bulan depan|akhir pekan|tomorrow|tonight|this week|next week|this month|this weekend|mbenjing|énjing|\
            isukan""");
    private static final Pattern STOCK = words("""
            stok|stock|terbatas|kehabisan|habis|sisa|tersisa|tinggal sedikit|limited|last chance|sold out|hurry|\
            buruan|sebelum terlambat|jangan sampai ketinggalan|last pieces|telas|seep|tinggal \\p{L}+ (?:potong|lembar|helai|buah|lagi)|few left|selling fast|kantun sa?kedh?ik""");
    private static final Pattern LINK = Pattern.compile(
            "(?i)(?:https?://|www\\.)\\S+|(?<![\\p{L}\\p{N}@.])[a-z0-9-]+(?:\\.[a-z0-9-]+)*\\.(?:com|co|id|net|org|shop|store|link|me|ly|info|biz|xyz|online|site|io|app|click|page|dev|top|us)(?![\\p{L}\\p{N}])\\S*|(?<![\\p{L}\\p{N}@.])[a-z0-9-]+(?:\\.[a-z0-9-]+)*\\.[a-z]{2,}/\\S*");
    private static final Pattern MAIL_OR_HANDLE = Pattern.compile("[\\w.+-]*@[\\w.-]{2,}");
    private static final Pattern PHONE = Pattern.compile("\\+?\\d(?:[ ().-]?\\d){8,}");
    private static final Pattern CODE = Pattern.compile("(?i:kode|code|kodenipun|kodena)\\W{0,3}([A-Z0-9]{3,})");
    private static final Pattern MARKUP = Pattern.compile(
            "<\\s*[a-zA-Z/!]|&#?\\w{2,8};|\\]\\(|```|(?i:javascript:|data:text)|[\\p{Cc}&&[^\\n]]|[\\u202A-\\u202E\\u2066-\\u2069]");
    private static final Pattern MACHINE = Pattern.compile(
            "(?i)sebagai (?:sebuah )?(?:ai|model bahasa|asisten)|as an ai|language model|\\[(?:nama|produk|isi|product|name)[^\\]]*]|lorem ipsum");
    private static final Pattern TECHNIQUE = words("""
            batik tulis|tulis tangan|ditulis tangan|canting|batik cap|kombinasi tulis|printing|pewarna alam|\
            pewarna alami|warna alam|handmade|hand-drawn|hand drawn|hand-made|hand-stamped|buatan tangan|(?:di)?(?:gambar|lukis)(?: dengan)? tangan|\
            (?:kain|batik|bathik|kemeja|selendang|sarung|blus|daster|gamis|outer)(?: \\p{L}+){0,2} tulis|\
            natural dyes?|bathik tulis|sutra|sutera|silk|(?:di)?(?:buat|bikin) (?:dengan )?tangan|hand-?crafted|warna alami|pure cotton|katun asli|katun murni|damelan asta|jieun ku leungeun""");
    private static final Pattern MEANING = words("""
            melambangkan|dilambangkan|bermakna|maknanya|makna|filosofi\\w*|simbol\\w*|lambang\\w*|symboli[sz]es?|\
            symbols?|stands for|ng[eo]mo?[ut] teges|pralambang|mengandung (?:doa|makna|arti)""");
    /** Months from the first on, then the days of the week: each by any of its names. */
    private static final List<Set<String>> SAME_DAY = Stream.of(
                    "januari january jan",
                    "februari february feb",
                    "maret march mar",
                    "april apr",
                    "mei may",
                    "juni june jun",
                    "juli july jul",
                    "agustus august agu agt aug",
                    "september sep sept",
                    "oktober october okt oct",
                    "november nov",
                    "desember december des dec",
                    "senin monday senen",
                    "selasa tuesday",
                    "rabu wednesday rebo",
                    "kamis thursday",
                    "jumat jum'at friday",
                    "sabtu saturday setu",
                    "minggu sunday ahad")
            .map(names -> Set.of(names.split(" ")))
            .toList();
    /** Small words that hardly a text does without, each of one language only. */
    private static final Map<Tongue, Set<String>> SMALL_WORDS = new EnumMap<>(Map.of(
            Tongue.INDONESIAN,
            Set.of(
                    "kami yang untuk dan dari kalau bisa sudah dengan kak ini atau juga lagi tidak akan anda ya ada saat sampai agar di ke apa banyak para kapan siapa punya"
                            .split(" ")),
            Tongue.JAVANESE,
            Set.of(
                    "kula panjenengan saking menawi sampun ingkang kangge wonten dhateng malih ing kaliyan punika badhe tansah mboten mangga mugi matur kersa"
                            .split(" ")),
            Tongue.SUNDANESE,
            Set.of(
                    "abdi anjeun ti upami parantos nu kanggo sareng dina aya ka ku deui badé kana palay ieu salamina tiasa teu mangga mugi hatur"
                            .split(" ")),
            Tongue.ENGLISH,
            Set.of(
                    "the we you to of and our for your is it with at us are this from if have may about how be an by do in"
                            .split(" "))));

    /** Krama has none of these. */
    private static final Set<String> NGOKO = Set.of("aku", "kowe", "karo", "ora", "maneh", "sing", "wis", "arep");
    /** From so many characters on a text has some of its language's small words. */
    private static final int SPEAKS = 60;
    /** How long something lasts is no promise where it is told how to make it last. */
    private static final Pattern LASTING =
            words("luntur|awet|tahan lama|long[- ]lasting|pudar|colou?rfast|fades?|faded");

    private static final Pattern CARE = words(
            "supaya|agar|biar|cuci|dicuci|jemur|dijemur|rendam|direndam|lerak|so that|wash|washing|avoid|dry|dipunumbah|supados|diseuseuh");
    /** What merely sounds like an offer. */
    private static final Pattern SOUNDS = words(
            "feel free|show(?:s|ing)? off|murah (?:rezeki|hati|senyum)|potongan(?:nya)? (?:rapi|kain|baju)|(?:untuk|sebagai|jadi|menjadi) (?:hadiah|kado)");
    /** How a message says how to stop, as {@code OptOut} understands it. */
    private static final Pattern WAY_OUT = Pattern.compile("\\b(?:STOP|BERHENTI)\\b");

    private static final Pattern NEGATION = words("bukan|tidak|tak|jangan|not|never|sanes|mboten|sanés|teu|ulah");

    private static final String CARE_TOLD =
            String.join("\n", Knowledge.BATIK.care()).toLowerCase(Locale.ROOT);

    private static final int SHORTEST = 30;
    private static final Pattern SENTENCE = Pattern.compile("[^.!?\\n]+");

    /** In small letters, as {@code asked} and {@code known} are. */
    private final String facts;
    /** The facts, and what a customer asked about: a motif or a day may be named in the answer, and nothing else. */
    private final String asked;

    private final String factDigits;
    private final Set<String> numbers;
    private final Set<String> percents;
    private final boolean rebate;
    private final String link;
    private final String shopName;
    private final ContentType type;
    private final Tongue tongue;
    private final String meanings;
    /** Of the motifs and days that there are, those that nobody named. */
    private final List<Motif> otherMotifs;

    private final List<Occasion> otherDays;
    /** What may be promised: what the owner did, and what is known of the motifs and the care of batik. */
    private final String known;

    TruthLock(Brief brief, Shop shop) {
        var all = new ArrayList<>(shop.facts());
        all.addAll(brief.facts());
        Knowledge.BATIK.occasionsIn(String.join("\n", brief.facts())).forEach(o -> all.addAll(o.ownDay()));
        facts = String.join("\n", all).toLowerCase(Locale.ROOT);
        asked = facts + "\n" + String.join("\n", brief.typed()).toLowerCase(Locale.ROOT);
        factDigits = all.stream().map(TruthLock::digits).collect(Collectors.joining(" "));
        numbers = numbersIn(facts, false);
        percents = numbersIn(facts, true);
        rebate = brief.offer() != null && brief.offer().discount() != null;
        link = shop.link() == null ? "" : bare(shop.link());
        shopName = shop.name();
        type = brief.contentType();
        tongue = brief.tongue();
        otherMotifs = Knowledge.BATIK.motifs().stream()
                .filter(motif -> !motif.isNamedIn(asked))
                .toList();
        otherDays = Knowledge.BATIK.occasions().stream()
                .filter(day -> !day.isNamedIn(asked))
                .toList();
        meanings = Knowledge.BATIK.motifsIn(asked).stream()
                .map(m -> String.join(" ", m.meaning(), m.worn(), m.region(), m.name(), String.join(" ", m.aliases())))
                .collect(Collectors.joining(" "));
        known = facts + "\n" + meanings.toLowerCase(Locale.ROOT) + "\n" + CARE_TOLD;
    }

    /**
     * As whole words, each alternative beginning with a letter, in a text of small letters: to fold the case of each at
     * each place takes thrice the time.
     */
    private static Pattern words(String alternatives) {
        return Pattern.compile("(?<![\\p{L}\\p{N}])(?:" + alternatives + ")(?![\\p{L}\\p{N}])");
    }

    /** All that is wrong, each thing once; empty for a text that may be shown. */
    List<Violation> violations(Message message) {
        var found = new LinkedHashSet<Violation>();
        var text = message.text();
        if (text.isBlank()) found.add(new Violation("empty", ""));
        else if (text.length() < SHORTEST) found.add(new Violation("short", String.valueOf(SHORTEST)));
        if (message.length() > type.longest()) found.add(new Violation("long", String.valueOf(type.longest())));
        if (type == ContentType.WHATSAPP) {
            if (!WAY_OUT.matcher(text).find()) found.add(new Violation("stop", "STOP"));
            if (!Placeholders.in(text).contains("nama_toko") && !Knowledge.says(text, shopName))
                found.add(new Violation("shop", "{nama_toko}"));
        }
        if (isForeign(text)) found.add(new Violation("language", tongue.label()));
        var subject = message.subject();
        if (subject != null && (subject.length() > 100 || subject.indexOf('\n') >= 0))
            found.add(new Violation("subject", subject));
        for (var part : message.parts()) {
            check(Placeholders.withFallbacks(part), found);
            if (Placeholders.hasStrayBraces(part)) found.add(new Violation("braces", excerpt(part)));
            if (type.isPublic()
                    && (Placeholders.in(part).contains("nama")
                            || Placeholders.in(part).contains("produk_terakhir")))
                found.add(new Violation("public", "{nama}"));
        }
        return List.copyOf(found);
    }

    private void check(String written, Set<Violation> found) {
        // as it looks: wide letters, and those that nobody sees
        var text = Normalizer.normalize(written, Normalizer.Form.NFKC).replaceAll("\\p{Cf}", "");
        each(written, MARKUP, "markup", m -> false, found);
        each(text, MACHINE, "machine", m -> false, found);
        each(text, LINK, "link", m -> isOurs(m.group()), found);
        each(text, MAIL_OR_HANDLE, "address", m -> inFacts(m.group()), found);
        each(text, PHONE, "phone", m -> factDigits.contains(digits(m.group())), found);
        each(text, CODE, "code", m -> inFacts(m.group(1)), found);
        numbers(text, found);
        var low = small(text);
        words(low, text, AMOUNT_IN_WORDS, "number", this::inFacts, found);
        // as long as before, so that it is found at the same place in what was written
        var plain = SOUNDS.matcher(low).replaceAll(m -> " ".repeat(m.group().length()));
        words(plain, text, REBATE, "discount", words -> rebate || inFacts(words), found);
        words(plain, text, GIFT, "gift", this::inFacts, found);
        words(low, text, DAY, "day", this::isInFacts, found);
        words(low, text, STOCK, "stock", this::inFacts, found);
        words(low, text, TECHNIQUE, "technique", this::inFacts, found);
        if (LASTING.matcher(low).find()) {
            SENTENCE.matcher(low)
                    .results()
                    .filter(m -> !CARE.matcher(m.group()).find())
                    .forEach(m -> words(m.group(), written(m, low, text), LASTING, "forbidden", this::inFacts, found));
        }
        for (var word : Knowledge.BATIK.forbidden()) {
            if (Knowledge.saysSmall(low, word) && !Knowledge.saysSmall(known, word))
                found.add(new Violation("forbidden", word));
        }
        for (var day : otherDays) {
            if (day.isNamedIn(low)) found.add(new Violation("day", day.name()));
        }
        motifs(text, low, found);
        meanings(low, text, found);
    }

    private void each(String text, Pattern pattern, String kind, Predicate<MatchResult> allowed, Set<Violation> found) {
        pattern.matcher(text)
                .results()
                .filter(allowed.negate())
                .forEach(m -> found.add(new Violation(kind, excerpt(m.group()))));
    }

    /**
     * @param low in small letters, in which words are sought
     * @param text as it was written, for whoever reads what was found
     */
    private static void words(
            String low, String text, Pattern pattern, String kind, Predicate<String> allowed, Set<Violation> found) {
        // from word to word: at every letter the same takes twice the time
        var matcher = pattern.matcher(low).useTransparentBounds(true);
        for (int at = nextWord(low, 0); at < low.length(); ) {
            boolean here = matcher.region(at, low.length()).lookingAt();
            if (here && !allowed.test(matcher.group()))
                found.add(new Violation(kind, excerpt(written(matcher, low, text))));
            at = nextWord(low, here ? matcher.end() : at + Character.charCount(low.codePointAt(at)));
        }
    }

    /** Where a word begins, from {@code from} on; the text's length for nowhere. */
    private static int nextWord(String text, int from) {
        boolean inside = from > 0 && Character.isLetterOrDigit(text.codePointBefore(from));
        for (int at = from; at < text.length(); ) {
            int letter = text.codePointAt(at);
            if (!inside && Character.isLetterOrDigit(letter)) return at;
            inside = Character.isLetterOrDigit(letter);
            at += Character.charCount(letter);
        }
        return text.length();
    }

    /** In small letters; also what only looks like an i. */
    private static String small(String text) {
        return text.toLowerCase(Locale.ROOT).replace("i\u0307", "i").replace('\u0131', 'i');
    }

    /** What was found in small letters, as it was written; a few letters of other languages are two when small. */
    private static String written(MatchResult found, String low, String text) {
        return low.length() == text.length() ? text.substring(found.start(), found.end()) : found.group();
    }

    private boolean inFacts(String words) {
        return Knowledge.saysSmall(facts, words);
    }

    /** Whether the owner named this day, by whatever name: "1/10" is in "Oktober", which is "October". */
    private boolean isInFacts(String day) {
        if (inFacts(day)) return true;
        var bare = day.toLowerCase(Locale.ROOT).replaceFirst("^hari ", "");
        for (int i = 0; i < SAME_DAY.size(); i++) {
            if (!SAME_DAY.get(i).contains(bare)) continue;
            if (SAME_DAY.get(i).stream().anyMatch(this::inFacts)) return true;
            var number = Pattern.compile(
                    "(?<!\\d)(?:\\d{1,2}[/.-]0?%1$d(?:[/.-]\\d{2,4})?|\\d{4}-0?%1$d-\\d{1,2})(?!\\d)".formatted(i + 1));
            return i < 12 && number.matcher(facts).find();
        }
        return false;
    }

    /** Whether it is written in another language than was asked for. */
    private boolean isForeign(String text) {
        var words = List.of(
                Placeholders.withFallbacks(text).toLowerCase(Locale.ROOT).split("[^\\p{L}]+"));
        var counts = new EnumMap<Tongue, Long>(Tongue.class);
        SMALL_WORDS.forEach((language, small) ->
                counts.put(language, words.stream().filter(small::contains).count()));
        long wanted = counts.getOrDefault(tongue, 0L);
        if (text.length() >= SPEAKS && wanted == 0) return true;
        if (tongue == Tongue.JAVANESE && words.stream().filter(NGOKO::contains).count() >= 2) return true;
        return counts.values().stream().anyMatch(count -> count >= 3 && count > 2 * wanted);
    }

    private boolean isOurs(String address) {
        var bare = bare(address);
        return (!link.isEmpty() && (bare.equals(link) || bare.startsWith(link + "/"))) || inFacts(bare);
    }

    private static String bare(String address) {
        return address.toLowerCase(Locale.ROOT)
                .replaceFirst("^https?://", "")
                .replaceFirst("^www\\.", "")
                .replaceFirst("[/.,;:!?)]+$", "");
    }

    /** Percentages must be the owner's as percentages; any other number must be one of the owner's. */
    private void numbers(String text, Set<Violation> found) {
        NUMBER.matcher(text).results().forEach(m -> {
            var known = isPercent(m) ? percents : numbers;
            if (!known.contains(value(m)))
                found.add(new Violation("number", excerpt(m.group().strip())));
        });
    }

    private static Set<String> numbersIn(String text, boolean percents) {
        return NUMBER.matcher(text)
                .results()
                .filter(m -> !percents || isPercent(m))
                .map(TruthLock::value)
                .collect(Collectors.toSet());
    }

    private static boolean isPercent(MatchResult number) {
        return number.group(2) != null && number.group(2).matches("(?i)%|persen|percent");
    }

    /** "1.250.000", "1250000" and "1,25jt" are one number. */
    private static String value(MatchResult number) {
        var written = (number.group(1) == null ? number.group(3) : number.group(1)).replaceFirst("[.,]+$", "");
        boolean grouped = written.matches("\\d{1,3}([.,]\\d{3})+");
        boolean sen = written.matches("\\d{1,3}(\\.\\d{3})+,\\d{1,2}");
        var plain = grouped
                ? written.replaceAll("[.,]", "")
                : sen ? written.replace(".", "").replace(',', '.') : written.replace(',', '.');
        if (!plain.matches("\\d+(\\.\\d+)?")) return written;
        var value = new BigDecimal(plain);
        var unit = number.group(2) == null ? "" : number.group(2).toLowerCase(Locale.ROOT);
        if (Set.of("rb", "ribu", "k", "ewu", "rebu", "thousand").contains(unit)) value = value.scaleByPowerOfTen(3);
        if (Set.of("jt", "juta", "yuta", "million").contains(unit)) value = value.scaleByPowerOfTen(6);
        return value.stripTrailingZeros().toPlainString();
    }

    private static String digits(String text) {
        return text.replaceAll("\\D", "").replaceFirst("^(?:62|0)", "");
    }

    /**
     * A motif that the owner did not name. Some are everyday words too: only what is written as a name counts, or
     * "motif …".
     */
    private void motifs(String text, String low, Set<Violation> found) {
        for (var motif : otherMotifs) {
            var names = new ArrayList<>(motif.aliases());
            names.add(motif.name());
            for (var name : names) {
                if (!Knowledge.saysSmall(low, name)) continue;
                boolean named = Pattern.compile("(?<![\\p{L}\\p{N}])" + Pattern.quote(name)
                                + "(?![\\p{L}\\p{N}])|(?iu:(?:motif|corak|pola)\\s+" + Pattern.quote(name)
                                + ")(?![\\p{L}\\p{N}])")
                        .matcher(text)
                        .find();
                if (named) found.add(new Violation("motif", name));
            }
        }
        for (var motif : Knowledge.BATIK.motifs()) {
            if (motif.neverWith() != null && motif.isNamedIn(low))
                SENTENCE.matcher(low)
                        .results()
                        .map(MatchResult::group)
                        .filter(sentence -> motif.isNamedIn(sentence)
                                && !NEGATION.matcher(sentence).find())
                        .forEach(sentence -> clashes(motif, motif.neverWith(), sentence, found));
        }
    }

    /** A cloth that is offered for what it must not be worn at: the last that is named before the occasion. */
    private void clashes(Motif motif, List<String> never, String sentence, Set<Violation> found) {
        for (var occasion : never) {
            int at = sentence.indexOf(occasion.toLowerCase(Locale.ROOT));
            if (at < 0 || !Knowledge.saysSmall(sentence, occasion) || inFacts(occasion)) continue;
            var before = sentence.substring(0, at);
            int named = motif.lastNamedIn(before);
            boolean anothers =
                    Knowledge.BATIK.motifsIn(before).stream().anyMatch(other -> other.lastNamedIn(before) > named);
            if (!anothers) found.add(new Violation("clash", motif.name() + ", " + occasion));
        }
    }

    /** What something stands for must be told with the words that are known of it. */
    private void meanings(String low, String text, Set<Violation> found) {
        SENTENCE.matcher(low)
                .results()
                .filter(m -> MEANING.matcher(m.group()).find())
                .forEach(sentence -> {
                    var words = Arrays.stream(MEANING.matcher(sentence.group())
                                    .replaceAll(" ")
                                    .split("[^\\p{L}]+"))
                            .filter(w -> w.length() > 4)
                            .toList();
                    long supported = words.stream()
                            .filter(w -> known.contains(w.substring(0, 5)))
                            .count();
                    if (meanings.isEmpty() || supported * 10 < words.size() * 6L)
                        found.add(new Violation(
                                "meaning", excerpt(written(sentence, low, text).strip())));
                });
    }

    private static String excerpt(String text) {
        return text.codePointCount(0, text.length()) <= 60
                ? text
                : text.substring(0, text.offsetByCodePoints(0, 60)) + "…";
    }
}
