package com.smartmarketingagent.customer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptOutTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "stop jangan kirim lagi",
                "jangan kirim lagi stop",
                "berhenti jangan ganggu saya",
                "STOP, jangan kirim",
                "stop jangan kirim",
                "saya tidak mau dihubungi lagi",
                "Aku gak mau dikirimi pesan lagi",
                "tidak mau menerima pesan lagi",
                "stop kk",
                "unsubcribe",
                "STOP STOP STOP!!!",
                "BERHENTI BERHENTI",
                "ok stop",
                "Oke, stop",
                "halo stop",
                "Assalamualaikum, STOP",
                "STOP untuk berhenti",
                "Balas STOP untuk berhenti.",
                "jangan kirim2 lagi",
                "jgn kirim2 wa lg",
                "gak usah kirim2 lagi",
                "gausah kirim lagi",
                "tolong jangan kirim pesan lagi ke saya",
                "jangan kirim ke saya lagi",
                "jangan kirim lagi ke nomor ini",
                "jangan kirim lagi, stop",
                "berhenti, jangan kirim lagi",
                "stop, jangan kirim lagi",
                "berhenti mengirim pesan",
                "Jangan mengirim pesan lagi",
                "jangan dikirim lagi",
                "saya stop",
                "stop wa saya",
                "stop chat",
                "stop promosi",
                "stop iklan",
                "stop spam",
                "stop sending messages",
                "UN-SUBSCRIBE",
                "hapus no saya",
                "ЅТОР",
                "🛑",
                "jangan ganggu",
                "tidak mau terima promo lagi",
                "stop kirim pesan ke saya",
                "saya mau berhenti",
                "opt out",
                "keluar",
                "STOP",
                "stop",
                "Stop.",
                "  stop!!! ",
                "STOP 🙏",
                "🛑 stop 🛑",
                "stoooopp",
                "s t o p",
                "S.T.O.P",
                "ＳＴＯＰ",
                "𝗦𝗧𝗢𝗣",
                "*STOP*",
                "\"stop\"",
                "Stop ya kak",
                "tolong stop ya min, terima kasih",
                "Berhenti",
                "BERHENTI!",
                "berhentiii",
                "brenti",
                "unsub",
                "Unsubscribe",
                "UNREG",
                "jangan kirim lagi",
                "Jangan kirim pesan lagi ya",
                "jgn kirim lg",
                "jangan kirim-kirim lagi",
                "jangan WA saya lagi",
                "gak mau dihubungi lagi",
                "Maaf kak, tidak mau dikirimi pesan lagi 🙏",
                "hapus nomor saya",
                "stop\n",
                "st\u200bop",
                "don't contact me",
                "Eureun",
                "mandheg"
            })
    void aMessageThatIsJustARefusalCounts(String message) {
        assertThat(OptOut.isIn(message)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "🙏",
                "Ok kak, besok saya ambil",
                "jangan stop kirim lagi",
                "jangan berhenti kirim promo",
                "kirim lagi jangan stop",
                "tidak mau stop",
                "stop, jangan kirim dulu",
                "saya tidak mau pesan lagi",
                "saya tidak usah dikirim",
                "Halo, mau pesan lagi",
                "jangan kirim ke nomor ini, pakai yang tadi",
                "jangan kirim",
                "jangan lupa kirim pesan saya",
                "tidak mau pesan lagi yang merah",
                "Jangan hubungi kurir",
                "kirim 2 lagi ya",
                "kapan promo berhenti",
                "stop order yang kemarin",
                "jangan berhenti kirim info ya",
                "WA saya yang lama",
                "Assalamualaikum",
                "tidak usah dikirim, saya ambil sendiri",
                "Stop dulu ya kak, besok saya pesan",
                "Apakah bisa COD di halte bus stop?",
                "Jangan stop ya kirim infonya",
                "non stop bukanya kak?",
                "Kapan produksi motif ini berhenti?",
                "Stok masih ada?",
                "jangan kirim dulu, saya transfer besok",
                "Kirim lagi ya",
                "saya tidak berhenti suka batiknya",
                "stop kontak",
                "keluar kota dulu kak",
                "Top",
                "Tolong hubungi saya lagi",
                "Nonstop",
                "tolong kirim ulang, yang kemarin jangan"
            })
    void aSentenceThatMerelyHoldsTheWordDoesNot(String message) {
        assertThat(OptOut.isIn(message)).isFalse();
    }

    @org.junit.jupiter.api.Test
    void aLongMessageIsNoRefusalAndTakesNoTime() {
        assertThat(OptOut.isIn("stop ".repeat(100_000))).isFalse();
    }
}
