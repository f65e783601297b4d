package com.smartmarketingagent.content;

import static org.assertj.core.api.Assertions.assertThat;

import com.smartmarketingagent.content.Placeholders.Recipient;
import org.junit.jupiter.api.Test;

class PlaceholdersTest {

    private static final Recipient SITI = new Recipient("Siti", "Batik Sri", "Kain Parang");

    @Test
    void aKnownValueIsPutInAndAnUnknownOneReplaced() {
        var text = "Halo {nama|Kak}, {produk_terakhir|batik kami} dari {nama_toko}.";
        assertThat(Placeholders.merge(text, SITI)).isEqualTo("Halo Siti, Kain Parang dari Batik Sri.");
        assertThat(Placeholders.merge(text, new Recipient(" ", "Batik Sri", null)))
                .isEqualTo("Halo Kak, batik kami dari Batik Sri.");
        assertThat(Placeholders.merge("{nama} {produk_terakhir}", new Recipient(null, "", null)))
                .isEqualTo("Kak produk kami");
    }

    @Test
    void nobodyIsGivenTwoTitlesAndNobodyIsCalledByTheirNumber() {
        for (var name : new String[] {"Bu Ani", "Ibu Ratna", "Pak H. Slamet", "Mbak Rina", "PT Maju Jaya", "bu ani"}) {
            var named = new Recipient(name, "Batik Sri", null);
            assertThat(Placeholders.merge("Halo, Kak {nama|yang baik}!", named)).isEqualTo("Halo, " + name + "!");
            assertThat(Placeholders.merge("Dengan hormat, Bapak/Ibu {nama|pelanggan}.", named))
                    .isEqualTo("Dengan hormat, " + name + ".");
        }
        assertThat(Placeholders.merge("Kak {nama|yang baik}", new Recipient("Butet", "", null)))
                .isEqualTo("Kak Butet");
        assertThat(Placeholders.merge("Kak {nama|yang baik}", new Recipient("0812-3456-7890", "", null)))
                .isEqualTo("Kak yang baik");
    }

    /** Threat 18: what a customer is called is never read as something else. */
    @Test
    void threat18NothingIsEvaluatedNeitherInTheTextNorInWhatIsPutIn() {
        for (var hostile : new String[] {"{nama_toko}", "{{env}}", "${7*7}", "$1\\", "{str:eval(1)}", "<script>"}) {
            assertThat(Placeholders.merge("Halo {nama}.", new Recipient(hostile, "Rahasia", null)))
                    .isEqualTo("Halo " + hostile + ".");
        }
        for (var stray : new String[] {
            "{{env}}", "${7*7}", "{str:eval(1)}", "{nama", "nama}", "{Nama}", "{nama|a|b}", "{nama|{x}}"
        }) {
            assertThat(Placeholders.hasStrayBraces(stray)).describedAs(stray).isTrue();
        }
        assertThat(Placeholders.hasStrayBraces("{nama|Kak} {nama_toko} {produk_terakhir|}"))
                .isFalse();
        assertThat(Placeholders.in("{nama} {nama|x} {nama_toko}")).containsExactly("nama", "nama_toko");
    }
}
