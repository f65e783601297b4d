package com.smartmarketingagent.customer;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Whether a message says that its writer wants no more. Only a message that says nothing else counts: "stop dulu, besok
 * saya pesan" is a customer. Of each of its clauses every word must belong to a refusal, or to politeness.
 */
public final class OptOut {

    /** Such a message has few words. */
    private static final int LONGEST = 200;

    private static final Set<String> POLITE = words(
            "kak kaka kakak kk min admin mbak mba mas pak bapak bu ibu bang gan sis tolong mohon please pls plis ya yah yaa dong deh aja"
                    + " saja maaf sorry terimakasih makasih trims thanks thank you tq thx punten nuwun sewu"
                    + " ok oke okay halo hallo hai hi hello assalamualaikum asalamualaikum selamat pagi siang sore malam");

    /** Who writes one of these means it, whatever of {@link #ABOUT} they add. */
    private static final Set<String> STOP = words(
            "stop setop berhenti brhenti brenti berenti hentikan unsub unsubs unsubscribe unsubcribe unreg optout eureun liren mandeg mandheg");

    /** What is to end, and for whom. */
    private static final Set<String> ABOUT = words(
            "kirim kirimi mengirim pesan wa chat sms email promo promosi iklan spam broadcast info langganan berlangganan"
                    + " ke saya nomor no ini mau untuk balas semua lagi all it me sending messages message messaging");

    /** After one of these a verb of {@link #BOTHER} or {@link #SEND} is unwanted. */
    private static final List<String> NO =
            List.of("jangan ", "tidak usah ", "tidak mau ", "tidak perlu ", "tidak ingin ");

    private static final Set<String> BOTHER = words("hubungi dihubungi wa chat sms spam telepon telpon");
    private static final Set<String> DISTURB = words("ganggu diganggu");

    /** A shop sends goods, too: not without "lagi" or what is sent. */
    private static final Set<String> SEND = words("kirim kirimi dikirim dikirimi mengirim terima menerima nerima");

    /** Of the writer, who says so of themselves; the other verbs are what they won't do. */
    private static final Set<String> REACHED = words("dihubungi diganggu");

    private static final Set<String> RECEIVED = words("dikirimi terima menerima nerima");

    private static final Set<String> SENT = words("lagi pesan wa chat sms email promo promosi iklan spam broadcast");

    /** Said as a whole. */
    private static final Set<String> PHRASES = Stream.of(
                    "keluar",
                    "opt out",
                    "un subscribe",
                    "hapus nomor saya",
                    "hapus kontak saya",
                    "hapus data saya",
                    "do not contact me",
                    "dont contact me",
                    "no more messages",
                    "ampun ngintun malih",
                    "ulah ngirim deui")
            .map(OptOut::squeezed)
            .collect(Collectors.toSet());

    /** The same word as people write it in haste. */
    private static final List<String[]> HASTY = List.of(
            new String[] {"jgn", "jangan"},
            new String[] {"jngn", "jangan"},
            new String[] {"jangn", "jangan"},
            new String[] {"lg", "lagi"},
            new String[] {"lgi", "lagi"},
            new String[] {"krm", "kirim"},
            new String[] {"krim", "kirim"},
            new String[] {"ngirim", "kirim"},
            new String[] {"sy", "saya"},
            new String[] {"sya", "saya"},
            new String[] {"aku", "saya"},
            new String[] {"no", "nomor"},
            new String[] {"nomer", "nomor"},
            new String[] {"gk", "tidak"},
            new String[] {"ga", "tidak"},
            new String[] {"gak", "tidak"},
            new String[] {"ngak", "tidak"},
            new String[] {"nggak", "tidak"},
            new String[] {"enggak", "tidak"},
            new String[] {"ndak", "tidak"},
            new String[] {"tdk", "tidak"},
            new String[] {"tak", "tidak"},
            new String[] {"gausah", "tidak usah"},
            new String[] {"gakusah", "tidak usah"},
            new String[] {"mw", "mau"},
            new String[] {"psn", "pesan"},
            new String[] {"pesen", "pesan"},
            new String[] {"chatt", "chat"},
            new String[] {"whatsapp", "wa"});

    /** Letters of other alphabets that look like ours. */
    private static final String LOOKS = "ѕтоарсеухікнмв";

    private static final String READS = "stoapceyxikhmb";

    private OptOut() {}

    public static boolean isIn(String message) {
        if (message.length() > LONGEST) return false;
        // as it looks: 𝗦𝗧𝗢𝗣 is STOP
        var plain = Normalizer.normalize(message, Normalizer.Form.NFKD)
                .replaceAll("[\\p{Mn}\\p{Cf}'’]", "")
                .toLowerCase(Locale.ROOT)
                .replace("terima kasih", "terimakasih")
                .replaceAll("(\\p{L}+)2\\b", "$1 $1");
        for (int i = 0; i < LOOKS.length(); i++) plain = plain.replace(LOOKS.charAt(i), READS.charAt(i));
        // what a mail program writes below
        plain = plain.replaceFirst("\\n\\s*(?:sent from my|dikirim dari) .*$", "");
        var letters = plain.replaceAll("[^\\p{L}\\p{N}]+", " ").strip();
        if (letters.isEmpty()) return plain.contains("🛑");
        if (letters.matches("(?:\\p{L} )+\\p{L}")) return isRefusal(letters.replace(" ", ""));
        var clauses = Arrays.stream(plain.split("[,;.!?\\n]+"))
                .map(OptOut::said)
                .filter(said -> !said.isEmpty())
                .toList();
        // "promo berhenti?" asks
        if (plain.contains("?") && clauses.stream().anyMatch(said -> holdsStop(said) && !isOnlyStop(said)))
            return false;
        boolean stops = clauses.stream().anyMatch(said -> holdsStop(said) && isRefusal(said));
        return !clauses.isEmpty() && clauses.stream().allMatch(said -> isRefusal(said) || (stops && isNo(said, true)));
    }

    /** What is left of a clause without what isn't letters, without politeness and haste. */
    private static String said(String clause) {
        return Arrays.stream(clause.replaceAll("[^\\p{L}\\p{N}]+", " ").strip().split(" "))
                .map(OptOut::squeezed)
                .filter(word -> !POLITE.contains(word))
                .map(OptOut::atLeisure)
                .collect(Collectors.joining(" "));
    }

    private static boolean isRefusal(String said) {
        if (PHRASES.contains(said)) return true;
        if (!holdsStop(said)) return isNo(said, false);
        var words = new ArrayList<>(List.of(said.split(" ")));
        if (words.stream().allMatch(word -> STOP.contains(word) || ABOUT.contains(word))) return true;
        // "stop jangan kirim lagi", but not "jangan stop kirim lagi"
        while (STOP.contains(words.getFirst())) words.removeFirst();
        while (STOP.contains(words.getLast())) words.removeLast();
        return isNo(String.join(" ", words), true);
    }

    private static boolean holdsStop(String said) {
        return Arrays.stream(said.split(" ")).anyMatch(STOP::contains);
    }

    private static boolean isOnlyStop(String said) {
        return Arrays.stream(said.split(" ")).allMatch(STOP::contains);
    }

    /** @param sure whether it stands beside a "stop": then it needn't say what is not to be sent */
    private static boolean isNo(String said, boolean sure) {
        var whats = said.replaceFirst("^(?:saya|kami) ", "");
        boolean isOfThemselves = !whats.equals(said);
        for (var no : NO) {
            if (!whats.startsWith(no)) continue;
            var words = List.of(whats.substring(no.length()).split(" "));
            return isUnwanted(words, sure) && (!isOfThemselves || isOfMessages(words));
        }
        return false;
    }

    /** "saya tidak mau ganggu", "saya tidak perlu dikirim lagi" are of something else. */
    private static boolean isOfMessages(List<String> words) {
        return words.stream().anyMatch(REACHED::contains)
                || (words.stream().anyMatch(RECEIVED::contains)
                        && words.stream().anyMatch(word -> SENT.contains(word) && !word.equals("lagi")));
    }

    private static boolean isUnwanted(List<String> words, boolean sure) {
        if (!words.stream()
                .allMatch(word ->
                        ABOUT.contains(word) || BOTHER.contains(word) || DISTURB.contains(word) || SEND.contains(word)))
            return false;
        if (words.stream().anyMatch(DISTURB::contains)) return true;
        // "stop, jangan dikirim" is of an order
        if (sure) return !words.contains("dikirim") || words.stream().anyMatch(SENT::contains);
        if (words.stream().anyMatch(SEND::contains)) return words.stream().anyMatch(SENT::contains);
        return words.stream().anyMatch(BOTHER::contains)
                && (words.contains("saya")
                        || words.contains("lagi")
                        || words.getFirst().equals("dihubungi"));
    }

    /** "stooopp" is "stop", on both sides of the comparison. */
    private static String squeezed(String words) {
        return words.replaceAll("(\\p{L})\\1+", "$1");
    }

    private static String atLeisure(String word) {
        for (var pair : HASTY) if (squeezed(pair[0]).equals(word)) return squeezed(pair[1]);
        return word;
    }

    private static Set<String> words(String words) {
        return Arrays.stream(words.split(" ")).map(OptOut::squeezed).collect(Collectors.toSet());
    }
}
