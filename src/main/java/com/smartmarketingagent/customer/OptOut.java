package com.smartmarketingagent.customer;

import java.text.Normalizer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Whether a message says that its writer wants no more. Only a message that says nothing else counts: "stop dulu, besok
 * saya pesan" is a customer.
 */
public final class OptOut {

    /** Such a message has few words. */
    private static final int LONGEST = 200;

    /** What is said besides, out of politeness. */
    private static final Set<String> POLITE = words(
            "kak kakak min admin mbak mba mas pak bapak bu ibu bang gan sis tolong mohon please pls plis ya yah yaa dong deh aja"
                    + " saja maaf sorry terima kasih terimakasih makasih trims thanks thank you tq thx punten nuwun sewu");

    private static final Set<String> REFUSALS = Stream.of(
                    "stop",
                    "setop",
                    "berhenti",
                    "brhenti",
                    "brenti",
                    "berenti",
                    "balas stop",
                    "saya mau berhenti",
                    "stop kirim pesan ke saya",
                    "tidak usah kirim lagi",
                    "tidak mau terima promo lagi",
                    "unsub",
                    "unsubscribe",
                    "unsubs",
                    "unreg",
                    "opt out",
                    "optout",
                    "stop it",
                    "stop all",
                    "stop kirim",
                    "stop kirim pesan",
                    "stop kirim wa",
                    "stop pesan",
                    "stop wa",
                    "stop promo",
                    "stop langganan",
                    "berhenti kirim",
                    "berhenti kirim pesan",
                    "berhenti langganan",
                    "berhenti berlangganan",
                    "hentikan",
                    "jangan kirim lagi",
                    "jangan kirim pesan lagi",
                    "jangan kirim wa lagi",
                    "jangan kirim promo lagi",
                    "jangan kirimi saya lagi",
                    "jangan kirimi saya pesan lagi",
                    "jangan kirim pesan",
                    "jangan kirim kirim lagi",
                    "jangan hubungi lagi",
                    "jangan hubungi saya lagi",
                    "jangan hubungi saya",
                    "jangan wa lagi",
                    "jangan wa saya lagi",
                    "jangan chat lagi",
                    "jangan chat saya lagi",
                    "jangan ganggu",
                    "jangan ganggu saya",
                    "jangan ganggu lagi",
                    "tidak mau dihubungi",
                    "tidak mau dihubungi lagi",
                    "tidak mau dikirimi pesan lagi",
                    "tidak mau terima pesan lagi",
                    "hapus nomor saya",
                    "hapus kontak saya",
                    "keluar",
                    "do not contact me",
                    "dont contact me",
                    "stop messaging me",
                    "no more messages",
                    "eureun",
                    "liren",
                    "mandeg",
                    "mandheg",
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
            new String[] {"gk", "tidak"},
            new String[] {"ga", "tidak"},
            new String[] {"gak", "tidak"},
            new String[] {"ngak", "tidak"},
            new String[] {"nggak", "tidak"},
            new String[] {"enggak", "tidak"},
            new String[] {"tdk", "tidak"},
            new String[] {"tak", "tidak"},
            new String[] {"mw", "mau"},
            new String[] {"psn", "pesan"},
            new String[] {"pesen", "pesan"},
            new String[] {"chatt", "chat"},
            new String[] {"whatsapp", "wa"});

    private OptOut() {}

    public static boolean isIn(String message) {
        if (message.length() > LONGEST) return false;
        // as it looks: 𝗦𝗧𝗢𝗣 is STOP; what is no letter says nothing
        var plain = Normalizer.normalize(message, Normalizer.Form.NFKD)
                .replaceAll("[\\p{Mn}\\p{Cf}'’]", "")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N}]+", " ")
                .strip();
        if (plain.matches("(?:\\p{L} )+\\p{L}")) plain = plain.replace(" ", "");
        var said = Arrays.stream(plain.split(" "))
                .map(OptOut::squeezed)
                .filter(word -> !POLITE.contains(word))
                .map(OptOut::atLeisure)
                .collect(Collectors.joining(" "));
        // "stop, jangan kirim lagi" says it twice
        return REFUSALS.contains(said) || (said.startsWith("stop ") && REFUSALS.contains(said.substring(5)));
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
