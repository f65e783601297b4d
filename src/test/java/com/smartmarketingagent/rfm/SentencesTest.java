package com.smartmarketingagent.rfm;

import static org.assertj.core.api.Assertions.assertThat;

import com.smartmarketingagent.platform.Language;
import java.math.BigDecimal;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;

class SentencesTest {

    static final LocalDate DAY = LocalDate.of(2026, 12, 31);
    final Sentences indonesian = new Sentences(Language.INDONESIAN);
    final Sentences english = new Sentences(Language.ENGLISH);

    @Test
    void explainsACustomerInOneSentence() {
        var rfm = new Rfm(12, 5, new BigDecimal("1250000.00"));

        assertThat(indonesian.explain("Bu Ani", rfm, Segment.LOYAL_CUSTOMERS, null, DAY, DAY))
                .isEqualTo(
                        "Bu Ani terakhir belanja 12 hari lalu, sudah 5 kali dengan total Rp1.250.000: Pelanggan Setia.");
        assertThat(english.explain("Bu Ani", rfm, Segment.LOYAL_CUSTOMERS, null, DAY, DAY))
                .isEqualTo(
                        "Bu Ani last bought 12 days ago, 5 purchases so far for Rp1.250.000 in total: Loyal customers.");
    }

    @Test
    void namesTheWindowTheDayAndOddCents() {
        var rfm = new Rfm(0, 1, new BigDecimal("1234.50"));

        assertThat(indonesian.explain("Budi", rfm, Segment.NEW_CUSTOMERS, 90, DAY, DAY))
                .isEqualTo(
                        "Budi terakhir belanja hari ini, sudah 1 kali dalam 90 hari terakhir dengan total Rp1.234,50: Pelanggan Baru.");
        assertThat(english.explain("Budi", rfm, Segment.NEW_CUSTOMERS, 90, DAY, DAY))
                .isEqualTo(
                        "Budi last bought today, 1 purchase so far in the last 90 days for Rp1.234,50 in total: New customers.");
        assertThat(indonesian.explain("Budi", rfm, Segment.NEW_CUSTOMERS, null, DAY, DAY.plusDays(3)))
                .isEqualTo(
                        "Per 31 Des 2026, Budi terakhir belanja hari itu, sudah 1 kali dengan total Rp1.234,50: Pelanggan Baru.");
        assertThat(english.explain(
                        "Budi", new Rfm(1, 1, BigDecimal.TEN), Segment.NEW_CUSTOMERS, null, DAY, DAY.plusDays(3)))
                .isEqualTo(
                        "As of 31 Dec 2026, Budi last bought 1 day before, 1 purchase so far for Rp10 in total: New customers.");
        assertThat(indonesian.explain(
                        "Budi", new Rfm(1200, 1, BigDecimal.TEN), Segment.LOST, null, DAY, DAY.plusDays(3)))
                .contains("lebih dari 3 tahun sebelumnya");
    }

    /** Their balance may lie below 0: no sum of the analysis says it. */
    @Test
    void ofWhoGotEverythingBackNoSumIsSaid() {
        var rfm = new Rfm(3, 1, new BigDecimal("0.00"));
        assertThat(indonesian.explain("Budi", rfm, Segment.NEW_CUSTOMERS, null, DAY, DAY))
                .isEqualTo(
                        "Budi terakhir belanja 3 hari lalu, sudah 1 kali, dan uangnya sudah dikembalikan semua: Pelanggan Baru.");
        assertThat(english.explain("Budi", rfm, Segment.NEW_CUSTOMERS, 90, DAY, DAY))
                .isEqualTo(
                        "Budi last bought 3 days ago, 1 purchase so far in the last 90 days, and all of the money was given back: New customers.");
    }

    @Test
    void saysThatSomeoneHasNotBought() {
        assertThat(indonesian.explainUnscored("Citra", null, DAY))
                .isEqualTo("Menurut analisis per 31 Des 2026, Citra belum pernah belanja.");
        assertThat(indonesian.explainUnscored("Citra", 30, DAY))
                .isEqualTo("Menurut analisis per 31 Des 2026, Citra tidak belanja dalam 30 hari terakhir.");
        assertThat(english.explainUnscored("Citra", null, DAY))
                .isEqualTo("As of the analysis of 31 Dec 2026, Citra hasn't bought anything yet.");
        assertThat(english.explainUnscored("Citra", 30, DAY))
                .isEqualTo("As of the analysis of 31 Dec 2026, Citra bought nothing in the last 30 days.");
        assertThat(indonesian.explainNothing()).isEqualTo("Belum ada analisis.");
        assertThat(english.explainNothing()).isEqualTo("There is no analysis yet.");
    }

    @Test
    void advisesUntilANamedDay() {
        assertThat(indonesian.advise(new NextStep(1, null, 12, Segment.LOYAL_CUSTOMERS), false, DAY))
                .isEqualTo("1 pembelian lagi dalam 12 hari (paling lambat 12 Jan 2027) → Pelanggan Setia");
        assertThat(indonesian.advise(new NextStep(2, new BigDecimal(134_000), 0, Segment.CHAMPIONS), false, DAY))
                .isEqualTo("2 pembelian lagi masing-masing Rp134.000 pada 31 Des 2026 → Pelanggan Juara");
        assertThat(indonesian.advise(new NextStep(1, new BigDecimal(134_000), 1, Segment.CHAMPIONS), false, DAY))
                .isEqualTo(
                        "1 pembelian lagi senilai Rp134.000 dalam 1 hari (paling lambat 1 Jan 2027) → Pelanggan Juara");
        assertThat(english.advise(new NextStep(1, null, 1, Segment.LOYAL_CUSTOMERS), false, DAY))
                .isEqualTo("1 more purchase within 1 day (by 1 Jan 2027) → Loyal customers");
        assertThat(english.advise(new NextStep(3, new BigDecimal(5000), 0, Segment.CHAMPIONS), false, DAY))
                .isEqualTo("3 more purchases of Rp5.000 each on 31 Dec 2026 → Champions");
        assertThat(english.advise(new NextStep(1, new BigDecimal(5000), 30, Segment.CHAMPIONS), false, DAY))
                .isEqualTo("1 more purchase of Rp5.000 within 30 days (by 30 Jan 2027) → Champions");
    }

    @Test
    void aFirstPurchaseIsNoFurtherOne() {
        var step = new NextStep(1, null, 12, Segment.NEW_CUSTOMERS);
        assertThat(indonesian.advise(step, true, DAY))
                .isEqualTo("1 pembelian dalam 12 hari (paling lambat 12 Jan 2027) → Pelanggan Baru");
        assertThat(english.advise(step, true, DAY))
                .isEqualTo("1 purchase within 12 days (by 12 Jan 2027) → New customers");
    }
}
