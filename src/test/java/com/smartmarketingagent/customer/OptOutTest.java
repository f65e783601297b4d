package com.smartmarketingagent.customer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptOutTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
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
