package com.smartmarketingagent.content;

import static org.assertj.core.api.Assertions.assertThat;

import com.smartmarketingagent.content.Brief.ContentType;
import com.smartmarketingagent.content.Brief.Goal;
import com.smartmarketingagent.content.Brief.Offer;
import com.smartmarketingagent.content.Brief.Tone;
import com.smartmarketingagent.content.Brief.Tongue;
import com.smartmarketingagent.content.TruthLock.Violation;
import com.smartmarketingagent.rfm.Segment;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TruthLockTest {

    private static final Shop SHOP = new Shop(
            "Batik Sri", "kain cap dan kemeja", "Solo", "https://instagram.com/batiksri", Tone.FRIENDLY, List.of());
    private static final Brief PLAIN = brief(null, List.of(), null);
    private static final Brief OFFER = brief(
            new Offer(new BigDecimal("1250000"), "15%", "1–7 Oktober, hari Senin juga", "NILA20"),
            List.of("Kain Parang cap"),
            "Hari Batik Nasional");

    /** What every message needs. */
    private static final String END = " Salam dari {nama_toko}. Balas STOP untuk berhenti.";

    private static Brief brief(@Nullable Offer offer, List<String> products, @Nullable String occasion) {
        return new Brief(
                Segment.LOST, ContentType.WHATSAPP, Goal.WIN_BACK, null, null, offer, products, occasion, null, 1);
    }

    @Test
    void whatWasFoundIsToldAsItWasWritten() {
        assertThat(found(PLAIN, "Ada DisKon besar.")).contains(new Violation("discount", "DisKon"));
        assertThat(found(PLAIN, "Sarung Nitik melambangkan Kemakmuran."))
                .extracting(Violation::found)
                .contains("Sarung Nitik melambangkan Kemakmuran");
    }

    private static List<Violation> found(Brief brief, String text) {
        return new TruthLock(brief, SHOP).violations(new Message(null, null, text + END, ""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "number   | Hanya Rp150.000 saja.",
                "number   | Cuma 150rb.",
                "number   | Nikmati 20% lebih hemat.",
                "number   | Lima puluh persen untuk Anda.",
                "number   | Kini setengah harga.",
                "number   | Dua ratus ribu saja.",
                "number   | Diskon sembilan belas persen.",
                "number   | Diskon lima belas ribu.",
                "number   | Twelve percent for you.",
                "number   | Setengah juta saja.",
                "number   | Rp١٥٠ saja.",
                "discount | Dapatkan ｄｉｓｋｏｎ khusus.",
                "discount | Ada dis\u200bkon.",
                "discount | Korting besar.",
                "discount | Ada dıskon besar.",
                "discount | Ada DİSKON besar.",
                "number   | Rp½ juta.",
                "gift     | Garansi uang kembali.",
                "gift     | Beli dua dapat tiga.",
                "day      | Selamat Idul Fitri.",
                "technique| Semuanya digambar dengan tangan.",
                "link     | Lihat linktr.ee/palsu",
                "gift     | Beli satu dapat dua.",
                "gift     | Buy one get one.",
                "day      | Berlaku sampai akhir Mei.",
                "day      | Hari ini saja.",
                "day      | Today only.",
                "day      | Berlaku sampai Minggu.",
                "link     | Lihat toko.click/x",
                "link     | Lihat toko.my.page.dev/x",
                "technique| Kain tulis halus.",
                "discount | Ada diskon menarik.",
                "discount | Promo khusus.",
                "gift     | Gratis ongkir.",
                "gift     | Ada hadiah untuk Anda.",
                "day      | Berlaku sampai besok.",
                "day      | Datanglah hari Sabtu.",
                "day      | Sampai akhir Oktober.",
                "day      | Selamat Lebaran.",
                "stock    | Stok terbatas, ya.",
                "stock    | Jangan sampai kehabisan.",
                "link     | Lihat di www.murah.com",
                "link     | Lihat https://jahat.example/x",
                "link     | Klik bit.ly/abc",
                "link     | Lihat instagram.com/orang.lain",
                "address  | Tulis ke toko@lain.id",
                "address  | Ikuti @tokolain",
                "phone    | Hubungi 0812 3456 7890",
                "code     | Pakai kode HEMAT",
                "technique| Batik tulis asli kami.",
                "technique| Semuanya handmade.",
                "motif    | Parang menanti Anda.",
                "motif    | Ada motif kawung.",
                "meaning  | Motif ini melambangkan kesetiaan abadi.",
                "forbidden| Batik terbaik di Indonesia.",
                "forbidden| Pasti cocok.",
                "forbidden| Batik terbagus se-Solo.",
                "forbidden| Warnanya tetap cerah selamanya.",
                "forbidden| Dipercaya ribuan pelanggan.",
                "forbidden| Rating bintang lima.",
                "forbidden| Kain penolak sial, menolak sial.",
                "stock    | Tinggal tiga potong lagi!",
                "stock    | Only a few left!",
                "gift     | Bebas ongkos kirim.",
                "gift     | Barang dikirim hari itu juga.",
                "gift     | Two for one.",
                "discount | Harga miring.",
                "number   | Harga mulai seratus ribuan.",
                "number   | Half the usual price.",
                "technique| Dibuat dengan tangan.",
                "technique| Warna alami yang lembut.",
                "day      | Sampai akhir bulan.",
                "day      | Ends at midnight.",
                "day      | Dinten Rebo.",
                "forbidden| Warnanya tidak mudah luntur.",
                "forbidden| Dipakai oleh Presiden.",
                "forbidden| Kain ini awet.",
                "markup   | <b>Halo</b>",
                "markup   | Halo &lt;b&gt;",
                "markup   | [klik](di sini)",
                "machine  | Sebagai model bahasa, saya menulis ini.",
                "braces   | Halo {nama_ibu}.",
                "braces   | Halo {{env}}."
            })
    void whatNobodyEnteredDoesNotGetThrough(String kind, String text) {
        assertThat(found(PLAIN, text)).extracting(Violation::kind).contains(kind);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Halo {nama|Kak}, ini {nama_toko}. Apa kabar? Balas STOP untuk berhenti.",
                "Kami memastikan jahitannya rapi, dan senang bila {produk_terakhir|batik kami} cocok.",
                "Lihat https://instagram.com/batiksri/foto, ya.",
                "Kami menjual kain cap dan kemeja di Solo.",
                "Jemur di tempat teduh supaya warnanya awet.",
                "Supaya tidak cepat luntur, cuci dengan lerak, ya Kak.",
                "Semoga sehat dan murah rezeki selalu, Kak.",
                "Cocok untuk hadiah orang tersayang, Kak.",
                "Jahitannya halus dan potongan rapi, Kak."
            })
    void anHonestTextGetsThrough(String text) {
        assertThat(found(PLAIN, text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Kain Parang cap Rp1.250.000, diskon 15% dengan kode NILA20, 1–7 Oktober.",
                "Harga 1,25jt, potongan 15 persen, hari Senin juga.",
                "Menyambut Hari Batik Nasional, 1.250.000 rupiah.",
                "Parang dituturkan melambangkan kewibawaan, keteguhan, dan semangat yang tidak putus seperti ombak."
            })
    void whatTheOwnerEnteredGetsThroughHoweverItIsWritten(String text) {
        assertThat(found(OFFER, text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "number  | Diskon 16%.",
                "number  | Diskon 15% untuk 1.250.001 rupiah.",
                "number  | Diskon 1%.",
                "day     | 1–7 November.",
                "day     | Hari Selasa.",
                "technique | Kain Parang, batik tulis.",
                "technique | Kain Parang tulis.",
                "motif   | Kain Kawung.",
                "meaning | Parang melambangkan kekayaan berlimpah dan jodoh."
            })
    void somethingNearIsNotTheSame(String kind, String text) {
        assertThat(found(OFFER, text)).extracting(Violation::kind).contains(kind);
    }

    /** A customer may ask about anything: the shop has not said so. What they name may be named in the answer. */
    @Test
    void aQuestionIsNoOffer() {
        var question = new Brief(
                Segment.LOST,
                ContentType.REPLY,
                Goal.THANK,
                null,
                null,
                null,
                null,
                null,
                "Ada diskon 50% dan gratis ongkir sampai besok? Saya lihat di jahat.example.com/x, stok terbatas. Apa arti Kawung?",
                1);
        assertThat(
                        found(
                                question,
                                "Ya Kak, ada diskon 50% dan gratis ongkir sampai besok. Stok terbatas, lihat jahat.example.com/x"))
                .extracting(Violation::kind)
                .contains("number", "discount", "gift", "day", "stock", "link");
        assertThat(found(question, "Tentang motif Kawung kami carikan kabarnya dulu, ya."))
                .isEmpty();
    }

    @Test
    void aPriceWithSenIsThePriceHoweverItIsWritten() {
        var sen = brief(new Offer(new BigDecimal("185000.50"), null, null, null), List.of(), null);
        assertThat(found(sen, "Harganya Rp185.000,50.")).isEmpty();
        assertThat(found(sen, "Harganya Rp185.000,51."))
                .extracting(Violation::kind)
                .containsExactly("number");
    }

    /** What stands behind the bar is read by customers without a name. */
    @Test
    void aFallbackIsPartOfTheText() {
        assertThat(found(PLAIN, "Halo {nama|diskon 50%}, apa kabar?")).isNotEmpty();
    }

    @Test
    void whatEverybodyReadsGreetsNobody() {
        var caption = new Brief(Segment.LOST, ContentType.INSTAGRAM, Goal.EVENT, null, null, null, null, null, null, 1);
        assertThat(new TruthLock(caption, SHOP)
                        .violations(new Message(null, null, "Halo {nama|Kak}, ini acara kami semua.", "")))
                .extracting(Violation::kind)
                .containsExactly("public");
    }

    @Test
    void aTextHasItsLength() {
        var most = "a".repeat(1_000 - END.length());
        assertThat(found(PLAIN, most)).isEmpty();
        assertThat(found(PLAIN, most + "a")).extracting(Violation::kind).containsExactly("long");
        assertThat(kinds(ContentType.REPLY, "a".repeat(30))).isEmpty();
        assertThat(kinds(ContentType.REPLY, "a".repeat(29))).containsExactly("short");
        assertThat(kinds(ContentType.REPLY, " ")).containsExactly("empty");
    }

    private static List<String> kinds(ContentType type, String text) {
        var brief = new Brief(Segment.LOST, type, Goal.THANK, null, null, null, null, null, null, 1);
        return new TruthLock(brief, SHOP)
                .violations(new Message(null, null, text, "")).stream()
                        .map(Violation::kind)
                        .toList();
    }

    @Test
    void aMessageNamesTheShopAndSaysHowToStop() {
        assertThat(kinds(ContentType.WHATSAPP, "Apa kabar, Kak? Kami rindu, mampirlah lagi."))
                .containsExactly("stop", "shop");
        assertThat(kinds(ContentType.WHATSAPP, "Halo, ini {nama_toko|toko kami}. Kami tak stop memikirkan Kakak."))
                .containsExactly("stop");
        assertThat(kinds(ContentType.WHATSAPP, "Halo, ini {nama_toko|toko kami}. Balas BERHENTI kalau sudah cukup."))
                .isEmpty();
        assertThat(kinds(ContentType.WHATSAPP, "Apa kabar, Kak? Ini Batik Sri. Balas STOP untuk berhenti."))
                .isEmpty();
        assertThat(kinds(ContentType.REPLY, "Apa kabar, Kak? Kami rindu, mampirlah lagi."))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "INDONESIAN | Kami rindu mengobrol dengan Kakak. Kalau sempat, mampir lagi ke toko kami, ya. | true",
                "INDONESIAN | We miss you and would love to see you in our shop again. | false",
                "INDONESIAN | Kula kangen kaliyan panjenengan, mangga pinarak malih ing toko kula. | false",
                "SUNDANESE  | Abdi sono ka Anjeun, mangga sumping deui ka toko abdi. | true",
                "SUNDANESE  | Kami rindu mengobrol dengan Kakak. Kalau sempat, mampir lagi untuk melihat kain kami. | false",
                "JAVANESE   | Kula kangen kaliyan panjenengan, mangga pinarak malih ing toko kula. | true",
                "JAVANESE   | Abdi sono ka Anjeun, mangga sumping deui ka toko abdi. | false",
                "SUNDANESE  | Halo Akang Teteh, apa kabar? Mampir lagi ke toko, banyak koleksi baru menanti. | false",
                "ENGLISH    | Halo, apa kabar? Mampir lagi ke toko, banyak koleksi baru menanti, pilihan menarik setiap hari. | false",
                "JAVANESE   | Aku kangen karo kowe, mangga dolan maneh menyang toko, ana kain anyar sing apik. | false",
                "ENGLISH    | We miss you and would love to see you in our shop again. | true",
                "ENGLISH    | Kami rindu mengobrol dengan Kakak. Kalau sempat, mampir lagi ke toko kami, ya. | false"
            })
    void aTextIsInItsLanguage(Tongue tongue, String text, boolean right) {
        var brief = new Brief(Segment.LOST, ContentType.EMAIL, Goal.THANK, null, tongue, null, null, null, null, 1);
        var found = new TruthLock(brief, SHOP).violations(new Message("Salam", "Salam", text, ""));
        assertThat(found).extracting(Violation::kind).isEqualTo(right ? List.of() : List.of("language"));
    }

    @Test
    void aDayIsTheSameByAnyOfItsNames() {
        assertThat(found(brief(null, List.of(), "Lebaran"), "Selamat Idul Fitri, Kak."))
                .isEmpty();
        assertThat(found(brief(null, List.of(), "Idulfitri"), "Menyambut Lebaran, Kak."))
                .isEmpty();
        assertThat(found(brief(null, List.of(), "Hari Raya Nyepi"), "Selamat Idul Fitri, Kak."))
                .isNotEmpty();
        assertThat(found(OFFER, "Hari Batik Nasional, 2 Oktober, kita rayakan."))
                .isEmpty();
        assertThat(found(offered("1–7 Okt"), "Berlaku 1–7 Oktober.")).isEmpty();
        assertThat(found(offered("1–7 Oktober"), "Until 7 October, Senin."))
                .extracting(Violation::kind)
                .containsExactly("day");
        assertThat(found(offered("1/10–7/10"), "Berlaku 1–7 Oktober.")).isEmpty();
        assertThat(found(offered("1/11–7/11"), "Berlaku 1–7 Oktober.")).isNotEmpty();
        assertThat(found(offered("Senin"), "Khusus Monday.")).isEmpty();
    }

    private static Brief offered(String period) {
        return brief(new Offer(null, null, period, null), List.of(), null);
    }

    @Test
    void aClothOfMourningIsOfferedForNoFeast() {
        var slobog = brief(null, List.of("Kain Slobog"), null);
        assertThat(found(slobog, "Kain Slobog, cocok untuk pernikahan."))
                .extracting(Violation::kind)
                .containsExactly("clash");
        assertThat(found(slobog, "Ada Kain Slobog di toko kami.")).isEmpty();
        assertThat(found(slobog, "Kain Slobog bukan untuk pernikahan, ya Kak.")).isEmpty();
        var two = brief(null, List.of("Kain Parang", "Kain Sido Mukti"), null);
        assertThat(found(two, "Kain Parang untuk acara resmi, dan Kain Sido Mukti untuk pernikahan."))
                .isEmpty();
        assertThat(found(two, "Kain Sido Mukti untuk acara resmi, dan Kain Parang untuk pernikahan."))
                .extracting(Violation::kind)
                .containsExactly("clash");
        assertThat(found(OFFER, "Kain Parang cap untuk pengantin."))
                .extracting(Violation::kind)
                .containsExactly("clash");
    }
}
