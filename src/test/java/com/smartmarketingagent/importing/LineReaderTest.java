package com.smartmarketingagent.importing;

import static org.assertj.core.api.Assertions.assertThat;

import com.smartmarketingagent.importing.Row.Type;
import com.smartmarketingagent.platform.Language;
import com.smartmarketingagent.platform.Problem.Text;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LineReaderTest {

    private static final LocalDate TODAY = LocalDate.of(2026, 1, 15);
    private static final String[] SALES = {"Nama", "No HP", "Email", "Tanggal", "Total", "Produk", "Qty", "Catatan"};

    private static @Nullable Line read(Kind kind, String[] heading, String... cells) {
        LineReader lines = new LineReader(Mapping.recognise(List.of(heading), kind), kind, DateOrder.DAY_FIRST, TODAY);
        lines.read(new Row(2, new String[] {"Pembuka", "0812345678", "", "1/1/2025", "1", "", "", ""}));
        return lines.read(new Row(7, cells));
    }

    private static Line.Sale sale(String... cells) {
        return (Line.Sale) Objects.requireNonNull(read(Kind.TRANSACTIONS, SALES, cells));
    }

    private static Line.Refused refused(String... cells) {
        return (Line.Refused) Objects.requireNonNull(read(Kind.TRANSACTIONS, SALES, cells));
    }

    @Test
    void aCellWithoutAValueRefusesItsRowWhereItsColumnIsRead() {
        String[] heading = {"Nama", "No HP", "Apa Saja"};
        String[] cells = {"Budi", "081234567890", "#N/A"};
        for (Type broken : List.of(Type.ERROR, Type.BOOLEAN)) {
            for (int at = 0; at < cells.length; at++) {
                LineReader lines = new LineReader(
                        Mapping.recognise(List.of(heading), Kind.CUSTOMERS), Kind.CUSTOMERS, null, TODAY);
                Type[] types = {Type.TEXT, Type.TEXT, Type.TEXT};
                types[at] = broken;
                Line line = lines.read(new Row(2, cells, cells, types));
                if (at == 2) assertThat(line).isInstanceOf(Line.Person.class);
                else
                    assertThat(line)
                            .usingRecursiveComparison()
                            .isEqualTo(new Line.Refused(
                                    2,
                                    heading[at],
                                    cells[at],
                                    new Text(broken == Type.ERROR ? "refused.error" : "refused.boolean")));
            }
        }
    }

    @Test
    void aSaleHasItsValuesChecked() {
        assertThat(sale(
                        " Budi Santoso ",
                        "0812-3456-7890",
                        "Budi@Mail.id",
                        "31/12/2025",
                        "Rp150.000",
                        "Batik",
                        "2",
                        "-"))
                .isEqualTo(new Line.Sale(
                        7,
                        "Budi Santoso",
                        "+6281234567890",
                        "budi@mail.id",
                        null,
                        null,
                        List.of(),
                        null,
                        LocalDate.of(2025, 12, 31),
                        BigDecimal.valueOf(150000),
                        "Batik",
                        BigDecimal.TWO,
                        null,
                        null,
                        List.of(new Line.Item("Batik", BigDecimal.TWO, null)),
                        7));
    }

    @Test
    void emptyOptionalCellsAndAShortRowAreNoErrors() {
        assertThat(sale("Budi", "", "-", "31/12/2025", "0").phone()).isNull();
        assertThat(sale("Budi", " ", "", "31/12/2025", "0").amount()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "8.12E+11 | '' | 1/1/2025 | 5 | No HP | 8.12E+11", "'' | budi | 1/1/2025 | 5 | Email | budi",
                "'' | '' | 31/02/2025 | 5 | Tanggal | 31/02/2025", "'' | '' | 16/01/2026 | 5 | Tanggal | 16/01/2026",
                "'' | '' | '' | 5 | Tanggal | ''", "'' | '' | 1/1/2025 | '' | Total | ''",
                "'' | '' | 1/1/2025 | lima | Total | lima", "'' | '' | 1/1/2025 | 1,250 | Total | 1,250",
            })
    void anUnusableValueRefusesTheRowNamingColumnAndValue(
            String phone, String email, String date, String amount, String column, String value) {
        Line.Refused refused = refused("Budi", phone, email, date, amount, "", "", "");
        assertThat(refused.row()).isEqualTo(7);
        assertThat(refused.column()).isEqualTo(column);
        assertThat(refused.value()).isEqualTo(value);
        assertThat(refused.said(Language.INDONESIAN).reason()).endsWith(".");
    }

    @Test
    void aRowWithoutAnyoneIsRefused() {
        assertThat(refused("", "", "", "1/1/2025", "5").reason().key()).isEqualTo("refused.nobody");
    }

    @Test
    void aValueIsAsLongAsItsFieldAllows() {
        assertThat(sale("a".repeat(200), "", "", "1/1/2025", "5").name()).hasSize(200);
        Line.Refused refused = refused("a".repeat(201), "", "", "1/1/2025", "5");
        assertThat(refused.reason()).usingRecursiveComparison().isEqualTo(new Text("refused.too_long", "200"));
        assertThat(refused.value()).hasSize(201);
        assertThat(refused("a".repeat(5000), "", "", "1/1/2025", "5").value()).hasSize(201);
    }

    @ParameterizedTest
    @ValueSource(strings = {"=HYPERLINK(\"x\")", "+62", "-5", "@SUM(A1)", "\t=1"})
    void whatLooksLikeAFormulaIsKeptAsWritten(String text) {
        assertThat(sale(text, "", "", "1/1/2025", "5").name()).isEqualTo(text);
    }

    @Test
    void aFormulaCountsWithItsStoredValueInNumbersAndDaysAndAsTextElsewhere() {
        String[] texts = {"=UPPER(B1)", "=\"0812\"&A1", "", "=TODAY()", "=B2*2", "=A9", "", ""};
        String[] stored = {"BUDI", "081234567890", "", "2025-12-31T00:00", "150000", "Batik", "", ""};
        Type[] types = {Type.TEXT, Type.TEXT, Type.TEXT, Type.DATE, Type.NUMBER, Type.TEXT, Type.TEXT, Type.TEXT};
        LineReader lines =
                new LineReader(Mapping.recognise(List.of(SALES), Kind.TRANSACTIONS), Kind.TRANSACTIONS, null, TODAY);
        Line.Sale sale = (Line.Sale) Objects.requireNonNull(lines.read(new Row(2, texts, stored, types)));
        assertThat(sale.name()).isEqualTo("=UPPER(B1)");
        assertThat(sale.product()).isEqualTo("=A9");
        assertThat(sale.phone()).isEqualTo("+6281234567890");
        assertThat(sale.date()).isEqualTo("2025-12-31");
        assertThat(sale.amount()).isEqualByComparingTo("150000");
    }

    @Test
    void aFormulaInATextFileIsNoNumber() {
        assertThat(refused("Budi", "", "", "1/1/2025", "=1+2").reason().key()).isEqualTo("amount.not_a_number");
    }

    @Test
    void emptyLinesAndTotalsAreLeftOut() {
        assertThat(read(Kind.TRANSACTIONS, SALES, "", " ", "")).isNull();
        assertThat(read(Kind.TRANSACTIONS, SALES, "TOTAL", "", "", "", "1.250.000"))
                .isNull();
        assertThat(read(Kind.TRANSACTIONS, SALES, "", "", "", "Grand Total:", "1.250.000", "", "12"))
                .isNull();
        assertThat(read(Kind.TRANSACTIONS, SALES, "Jumlah", "", "", "", "1.250.000"))
                .isNull();
        assertThat(read(Kind.TRANSACTIONS, SALES, "Total penjualan bulan ini Rp1.250.000"))
                .isNull();
        assertThat(read(Kind.CUSTOMERS, new String[] {"No", "Nama", "No HP"}, "Total", "", ""))
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Total",
                "TOTAL",
                "Jumlah",
                "JUMLAH FEBRUARI",
                "Subtotal",
                "Sub Total",
                "Grand Total",
                "Total Januari 2026:",
                "Total penjualan bulan ini",
                "Total 2026",
                "Jumlah Pebruari"
            })
    void aTotalOfAPeriodIsLeftOutWithAndWithoutADay(String word) {
        for (var day : List.of("31/10/2025", "")) {
            assertThat(read(Kind.TRANSACTIONS, SALES, word, "", "-", day, "300000"))
                    .isNull();
            assertThat(read(Kind.TRANSACTIONS, SALES, "", "", "", day, "300000", word, "12"))
                    .isNull();
            String[] numbered = {"No", "Tanggal", "Nama", "Total"};
            assertThat(read(Kind.TRANSACTIONS, numbered, "12", day, word, "300000"))
                    .isNull();
        }
        assertThat(read(Kind.CUSTOMERS, new String[] {"No", "Nama", "No HP", "Kota"}, "3", word, "", "25"))
                .isNull();
    }

    private static List<@Nullable Line> below(String[]... cells) {
        var lines = new LineReader(
                Mapping.recognise(List.of(SALES), Kind.TRANSACTIONS), Kind.TRANSACTIONS, DateOrder.DAY_FIRST, TODAY);
        var read = new ArrayList<@Nullable Line>();
        read.add(lines.read(new Row(2, new String[] {"Ani", "", "", "1/1/2025", "50000", "Kain", "1", ""})));
        for (int i = 0; i < cells.length; i++) read.add(lines.read(new Row(3 + i, cells[i])));
        return read;
    }

    @Test
    void aProductWithoutDayAndCustomerContinuesTheSaleAbove() {
        var lines = below(
                new String[] {"", " ", "", "", "30000", "Blus", "2", ""}, new String[] {"", "", "", "-", "", "Syal"});
        var second = (Line.Sale) Objects.requireNonNull(lines.get(1));
        assertThat(second.name()).isEqualTo("Ani");
        assertThat(second.date()).isEqualTo(LocalDate.of(2025, 1, 1));
        assertThat(second.amount()).isEqualByComparingTo("30000");
        assertThat(second.head()).isEqualTo(2);
        assertThat(second.row()).isEqualTo(3);
        var third = (Line.Sale) Objects.requireNonNull(lines.get(2));
        assertThat(third.head()).isEqualTo(2);
        assertThat(third.amount()).isZero();
    }

    /** Each value in its place: two texts that changed places would be seen here alone. */
    @Test
    void aFurtherRowIsTheSaleAboveButForWhatItSaysItself() {
        String[] heading = {
            "Nama",
            "No HP",
            "Email",
            "Alamat",
            "Kota",
            "Label",
            "Catatan",
            "Tanggal",
            "Total",
            "Produk",
            "Qty",
            "Harga Satuan",
            "No Pesanan"
        };
        var lines = new LineReader(
                Mapping.recognise(List.of(heading), Kind.TRANSACTIONS), Kind.TRANSACTIONS, DateOrder.DAY_FIRST, TODAY);
        lines.read(new Row(2, new String[] {
            "Ani",
            "081234567890",
            "ani@mail.id",
            "Jl. Batik 1",
            "Solo",
            "vip",
            "kado",
            "1/1/2025",
            "50000",
            "Kain",
            "1",
            "50000",
            "A-1"
        }));
        assertThat(lines.read(new Row(
                        3, new String[] {"", "", "", "", "", "", "bungkus", "", "60000", "Blus", "-2", "30000", ""})))
                .isEqualTo(new Line.Sale(
                        3,
                        "Ani",
                        "+6281234567890",
                        "ani@mail.id",
                        "Jl. Batik 1",
                        "Solo",
                        List.of("vip"),
                        "bungkus",
                        LocalDate.of(2025, 1, 1),
                        BigDecimal.valueOf(60000),
                        "Blus",
                        BigDecimal.valueOf(-2),
                        BigDecimal.valueOf(30000),
                        "A-1",
                        List.of(new Line.Item("Blus", null, BigDecimal.valueOf(30000))),
                        2));
    }

    /** A further row that can't be used is refused for what is wrong with it, and ends nothing. */
    @Test
    void aFurtherRowIsRefusedForItsOwnFault() {
        var lines = below(new String[] {"", "", "", "", "banyak", "Blus"}, new String[] {"", "", "", "", "5", "Syal"});
        assertThat(((Line.Refused) Objects.requireNonNull(lines.get(1)))
                        .reason()
                        .key())
                .isEqualTo("amount.not_a_number");
        assertThat(((Line.Sale) Objects.requireNonNull(lines.get(2))).head()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "'',     '',        80000, '',           refused.nobody",
        "'',     '',        80000, Total Kain,   refused.nobody",
        "'',     '',        80000, Omzet bulan,  refused.nobody",
        "'',     1/2/2025,  80000, Blus,         refused.nobody",
        "Budi,   '',        80000, Blus,         refused.no_date",
    })
    void whatMayBeATotalOrNamesADayOrSomebodyContinuesNothing(
            String name, String date, String amount, String product, String reason) {
        var line = below(new String[] {name, "", "", date, amount, product}).get(1);
        assertThat(((Line.Refused) Objects.requireNonNull(line)).reason().key()).isEqualTo(reason);
    }

    /** Of a file of the owner's own, whose every row may say how it went. */
    @Test
    void aFurtherRowThatWasCancelledIsLeftOutAlone() throws Exception {
        var heading = List.of("Nama", "Tanggal", "Total", "Produk", "Status");
        var mapping = Mapping.recognise(heading, Kind.TRANSACTIONS).corrected(Map.of("Status", "status"));
        var lines = new LineReader(mapping, Kind.TRANSACTIONS, DateOrder.DAY_FIRST, TODAY);
        lines.read(new Row(2, new String[] {"Ani", "1/1/2025", "50000", "Kain", "Selesai"}));
        var cancelled = lines.read(new Row(3, new String[] {"", "", "30000", "Blus", "Batal"}));
        var further = lines.read(new Row(4, new String[] {"", "", "20000", "Syal", "Selesai"}));
        assertThat(((Line.Refused) Objects.requireNonNull(cancelled)).reason().key())
                .isEqualTo("refused.cancelled");
        assertThat(((Line.Sale) Objects.requireNonNull(further)).head()).isEqualTo(2);
        assertThat(lines.incomplete()).isEmpty();
    }

    /** Nor does one that counts go with a first row that doesn't: its owner is to write whose it is. */
    @Test
    void aFurtherRowThatCountsIsNotLostWithACancelledOneAbove() throws Exception {
        var heading = List.of("Nama", "Tanggal", "Total", "Produk", "Status", "No Pesanan");
        var mapping = Mapping.recognise(heading, Kind.TRANSACTIONS).corrected(Map.of("Status", "status"));
        var lines = new LineReader(mapping, Kind.TRANSACTIONS, DateOrder.DAY_FIRST, TODAY);
        lines.read(new Row(2, new String[] {"Ani", "1/1/2025", "50000", "Kain", "Batal", "A-1"}));
        var counts = lines.read(new Row(3, new String[] {"", "", "30000", "Blus", "Selesai", ""}));
        var goes = lines.read(new Row(4, new String[] {"", "", "20000", "Syal", "", ""}));
        assertThat(((Line.Refused) Objects.requireNonNull(counts)).reason().key())
                .isEqualTo("refused.below_cancelled");
        assertThat(((Line.Refused) counts).externalId()).isEqualTo("A-1");
        assertThat(((Line.Refused) Objects.requireNonNull(goes)).reason().key()).isEqualTo("refused.cancelled");
    }

    @Test
    void aTotalOrABlankRowEndsTheSaleAbove() {
        String[] blus = {"", "", "", "", "30000", "Blus"};
        var jumlah = below(new String[] {"", "", "", "", "50000", "Jumlah"}, blus);
        assertThat(jumlah.get(1)).isNull();
        assertThat(jumlah.get(2)).isInstanceOf(Line.Refused.class);
        assertThat(below(new String[] {"Total", "", "", "", "50000"}, blus).get(2))
                .isInstanceOf(Line.Refused.class);
        assertThat(below(new String[] {""}, blus).get(2)).isInstanceOf(Line.Refused.class);
        assertThat(below(new String[] {"Budi", "0812****", "", "2/1/2025", "5", "Kain"}, blus)
                        .get(2))
                .isInstanceOf(Line.Refused.class);
    }

    @Test
    void aCustomerWhoIsCalledTotalIsACustomer() {
        assertThat(sale("Total", "081234567890", "", "1/1/2025", "5").name()).isEqualTo("Total");
        assertThat(sale("Jumlah", "", "ani@mail.id", "1/1/2025", "5").name()).isEqualTo("Jumlah");
        assertThat(sale("Total", "", "", "1/1/2025", "5", "Kain").name()).isEqualTo("Total");
        for (var shop : List.of("Total Busana", "Toko Total", "Jumlah Rezeki", "Totalindo", "Subur Total"))
            assertThat(sale(shop, "", "", "1/1/2025", "5").name()).isEqualTo(shop);
        var number = Objects.requireNonNull(read(
                Kind.TRANSACTIONS,
                new String[] {"No Pesanan", "Nama", "Tanggal", "Total"},
                "A-1",
                "Total",
                "1/1/2025",
                "5"));
        assertThat(number).isInstanceOf(Line.Sale.class);
        String[] people = {"Nama", "No HP", "Kota"};
        assertThat(read(Kind.CUSTOMERS, people, "Jumlah", "081234567890")).isInstanceOf(Line.Person.class);
        assertThat(read(Kind.CUSTOMERS, people, "Total Busana", "", "Solo")).isInstanceOf(Line.Person.class);
        assertThat(sale("Toko Jumlah", "", "", "1/1/2025", "5").name()).isEqualTo("Toko Jumlah");
        assertThat(refused("Totalindo", "", "", "", "5").reason().key()).isEqualTo("refused.no_date");
    }

    @Test
    void descriptionsOfTheColumnsAreLeftOutBelowTheHeadingOnly() {
        LineReader lines =
                new LineReader(Mapping.recognise(List.of(SALES), Kind.TRANSACTIONS), Kind.TRANSACTIONS, null, TODAY);
        String[] words = {"Nama pembeli", "", "", "Tanggal pesanan dibuat", "Total yang dibayar", "", "", ""};
        assertThat(lines.read(new Row(2, words))).isNull();
        assertThat(lines.read(new Row(3, words))).isInstanceOf(Line.Refused.class);
    }

    @Test
    void aFirstRowWithBadValuesIsRefusedAndNoDescription() {
        LineReader lines =
                new LineReader(Mapping.recognise(List.of(SALES), Kind.TRANSACTIONS), Kind.TRANSACTIONS, null, TODAY);
        assertThat(lines.read(new Row(2, new String[] {"Budi", "", "", "kemarin", "lima ribu"})))
                .isInstanceOf(Line.Refused.class);
    }

    @Test
    void withoutAnAmountThePriceTimesTheQuantityIsTheAmount() {
        String[] heading = {"Nama", "Tanggal", "Harga Satuan", "Qty"};
        assertThat(((Line.Sale) Objects.requireNonNull(
                                read(Kind.TRANSACTIONS, heading, "Budi", "1/1/2025", "50.000", "3")))
                        .amount())
                .isEqualByComparingTo("150000");
        assertThat(((Line.Sale) Objects.requireNonNull(
                                read(Kind.TRANSACTIONS, heading, "Budi", "1/1/2025", "50.000", "")))
                        .amount())
                .isEqualByComparingTo("50000");
    }

    @Test
    void aPersonNeedsNoSale() {
        String[] heading = {"Nama", "No HP", "Kota", "Tag"};
        assertThat(read(Kind.CUSTOMERS, heading, "Ani", "0812 3456 7890", "Solo", "vip, reseller;vip"))
                .isEqualTo(new Line.Person(
                        7, "Ani", "+6281234567890", null, null, "Solo", List.of("vip", "reseller"), null));
        assertThat(read(Kind.CUSTOMERS, heading, "", "", "Solo", "")).isInstanceOf(Line.Refused.class);
    }

    // Marketplaces

    private static final String[] SHOPEE = {
        "No. Pesanan", "Status Pesanan", "Waktu Pesanan Dibuat", "Nama Produk", "Harga Setelah Diskon", "Jumlah",
        "Total Harga Produk", "Total Pembayaran", "Username (Pembeli)", "Nama Penerima", "No. Telepon", "Kota/Kabupaten"
    };

    private static Line shopee(String status, String username, String name, String phone) {
        return Objects.requireNonNull(read(
                Kind.TRANSACTIONS,
                SHOPEE,
                "2512A",
                status,
                "2025-12-31 14:05",
                "Batik",
                "75.000",
                "2",
                "150.000",
                "165.000",
                username,
                name,
                phone,
                "KOTA SOLO"));
    }

    @Test
    void aShopeeOrderCountsWithWhatWasPaidForGoods() {
        Line.Sale sale = (Line.Sale) shopee("Selesai", "budi99", "Budi", "6281234567890");
        assertThat(sale.amount()).isEqualByComparingTo("150000");
        assertThat(sale.quantity()).isEqualByComparingTo("2");
        assertThat(sale.price()).isEqualByComparingTo("75000");
        assertThat(sale.externalId()).isEqualTo("2512A");
        assertThat(sale.city()).isEqualTo("KOTA SOLO");
        assertThat(sale.name()).isEqualTo("Budi");
        assertThat(sale.phone()).isEqualTo("+6281234567890");
    }

    @Test
    void aMaskedBuyerIsKnownByTheUsername() {
        Line.Sale sale = (Line.Sale) shopee("Selesai", "budi99", "B***i", "******90");
        assertThat(sale.name()).isEqualTo("budi99");
        assertThat(sale.phone()).isNull();
    }

    @Test
    void aBuyerWithNothingUnmaskedIsRefused() {
        assertThat(((Line.Refused) shopee("Selesai", "b***9", "B***i", "******90"))
                        .reason()
                        .key())
                .isEqualTo("refused.masked");
        assertThat(shopee("Selesai", "b***9", "B***i", "081234567890")).isInstanceOf(Line.Sale.class);
    }

    @ParameterizedTest
    @CsvSource({
        "Batal, batal",
        "Dibatalkan, batal",
        "Cancelled, batal",
        "Dibatalkan oleh Penjual, batal",
        "Belum Bayar, bayar",
        "Unpaid, bayar",
        "Menunggu Pembayaran, bayar",
        "Dikembalikan, batal",
        "Pengembalian Dana, batal",
        "Refunded, batal",
        "VOID, batal",
        "Transaksi Gagal, batal"
    })
    void cancelledAndUnpaidOrdersAreRefusedAsSuch(String status, String reason) {
        Line.Refused refused = (Line.Refused) shopee(status, "budi99", "Budi", "081234567890");
        assertThat(refused.reason().key()).isEqualTo(reason.equals("batal") ? "refused.cancelled" : "refused.unpaid");
        assertThat(refused.column()).isEqualTo("Status Pesanan");
        assertThat(refused.value()).isEqualTo(status);
        assertThat(refused.externalId()).isEqualTo("2512A");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Selesai",
                "Sedang Dikirim",
                "Retur Sebagian",
                "Partially refunded",
                "Permintaan Pengembalian",
                "Retur ditolak",
                "Avoided",
                ""
            })
    void anOrderInEveryOtherStateIsASale(String status) {
        assertThat(shopee(status, "budi99", "Budi", "081234567890")).isInstanceOf(Line.Sale.class);
    }

    @Test
    void aStarInAnOwnersOwnFileIsNoMask() {
        assertThat(refused("Budi", "0812****7890", "", "1/1/2025", "5").column())
                .isEqualTo("No HP");
        assertThat(sale("B*di", "", "", "1/1/2025", "5").name()).isEqualTo("B*di");
    }

    @Test
    void aTokopediaOrderCountsPriceTimesQuantity() {
        String[] heading = {
            "Nomor Invoice",
            "Tanggal Pembayaran",
            "Status Terakhir",
            "Nama Produk",
            "Jumlah Produk Dibeli",
            "Harga Jual (IDR)",
            "Nama Pembeli",
            "No Telp Pembeli",
            "Total Penjualan (IDR)"
        };
        Line.Sale sale = (Line.Sale) Objects.requireNonNull(read(
                Kind.TRANSACTIONS,
                heading,
                "INV/1",
                "31-12-2025 14:05:11",
                "Pesanan Selesai",
                "Batik",
                "2",
                "75000",
                "Ani",
                "081234567890",
                "170000"));
        assertThat(sale.amount()).isEqualByComparingTo("150000");
        assertThat(sale.date()).isEqualTo("2025-12-31");
    }

    @Test
    void aTikTokOrderHasItsDescriptionsLeftOut() {
        String[] heading = {
            "Order ID",
            "Order Status",
            "SKU ID",
            "Product Name",
            "Quantity",
            "SKU Subtotal After Discount",
            "Created Time",
            "Buyer Username",
            "Recipient",
            "Phone #"
        };
        LineReader lines = new LineReader(
                Mapping.recognise(List.of(heading), Kind.TRANSACTIONS), Kind.TRANSACTIONS, DateOrder.DAY_FIRST, TODAY);
        assertThat(lines.read(new Row(2, new String[] {
                    "Platform unique order ID.",
                    "Current order status.",
                    "Platform unique SKU ID.",
                    "Product name.",
                    "SKU sold quantity in the order.",
                    "It equals the price after discounts.",
                    "Order created time.",
                    "Buyer nickname.",
                    "Recipient name.",
                    "Recipient phone number."
                })))
                .isNull();
        Line.Sale sale = (Line.Sale) Objects.requireNonNull(lines.read(new Row(3, new String[] {
            "5769\t",
            "Completed",
            "17\t",
            "Batik",
            "1",
            "IDR 150.000",
            "31/12/2025 14:05:11\t",
            "budi99",
            "B** S**",
            "(+62)812*****90"
        })));
        assertThat(sale.externalId()).isEqualTo("5769");
        assertThat(sale.name()).isEqualTo("budi99");
        assertThat(sale.amount()).isEqualByComparingTo("150000");
        assertThat(sale.date()).isEqualTo("2025-12-31");
    }

    // Which number is the day

    private static DateOrderDetection.Answer order(String... days) {
        DateOrderDetection detection = new DateOrderDetection(
                Mapping.recognise(List.of("Nama", "Tanggal", "Total"), Kind.TRANSACTIONS), OptionalInt.empty());
        for (String day : days) detection.see(new Row(2, new String[] {"Budi", day, "5"}));
        return detection.answer();
    }

    @Test
    void oneDayPastTheTwelfthSettlesTheOrderOfAllDays() {
        assertThat(order("05/06/2025", "13/06/2025")).isEqualTo(DateOrderDetection.Answer.DAY_FIRST);
        assertThat(order("05/06/2025", "06/13/2025")).isEqualTo(DateOrderDetection.Answer.MONTH_FIRST);
    }

    /** Where months come first most days say so. */
    @Test
    void ofManyDaysThatMayBeEitherOneThatCantBeIsTakenForMistyped() {
        var days = new ArrayList<>(Collections.nCopies(4, "05/06/2025"));
        days.add("06/13/2025");
        assertThat(order(days.toArray(String[]::new))).isEqualTo(DateOrderDetection.Answer.MONTH_FIRST);
        days.add("07/06/2025");
        assertThat(order(days.toArray(String[]::new))).isEqualTo(DateOrderDetection.Answer.AMBIGUOUS);
    }

    private static DateOrderDetection seen(int monthFirst, int either) {
        var detection = new DateOrderDetection(
                Mapping.recognise(List.of("Nama", "Tanggal", "Total"), Kind.TRANSACTIONS), OptionalInt.empty());
        for (int i = 0; i < monthFirst + either; i++)
            detection.see(new Row(2, new String[] {"Budi", i < monthFirst ? "11/13/2025" : " 05/06/2025", "5"}));
        return detection;
    }

    @Test
    void fewDaysThatBeginWithTheMonthAreDoubtfulWhereOthersMayBeEither() {
        assertThat(seen(1, 1).isDoubtful()).isTrue();
        assertThat(seen(2, 1).isDoubtful()).isTrue();
        assertThat(seen(3, 6).isDoubtful()).isFalse();
        assertThat(seen(3, 7).isDoubtful()).isTrue();
        assertThat(seen(1, 0).isDoubtful()).isFalse();
        assertThat(seen(0, 3).isDoubtful()).isFalse();
        assertThat(seen(1, 2).example()).isEqualTo("05/06/2025");
        assertThat(seen(1, 0).example()).isNull();
    }

    @Test
    void withoutAWitnessOrWithTwoThatDisagreeTheOwnerIsAsked() {
        assertThat(order("05/06/2025", "12/11/2025")).isEqualTo(DateOrderDetection.Answer.AMBIGUOUS);
        assertThat(order("13/06/2025", "06/13/2025", "1/2/2025")).isEqualTo(DateOrderDetection.Answer.AMBIGUOUS);
    }

    @Test
    void daysThatReadTheSameEitherWayNeedNoOrder() {
        assertThat(order("05/05/2025", "2025-06-05", "5 Juni 2025", "")).isEqualTo(DateOrderDetection.Answer.UNNEEDED);
    }

    @Test
    void aMarketplaceIsNotAskedAbout() {
        DateOrderDetection detection =
                new DateOrderDetection(Mapping.recognise(List.of(SHOPEE), Kind.TRANSACTIONS), OptionalInt.empty());
        detection.see(new Row(2, new String[] {"1", "Selesai", "05-06-2025 10:00"}));
        assertThat(detection.order()).isEqualTo(DateOrder.DAY_FIRST);
    }

    @Test
    void aSpreadsheetsOwnDatesNeedNoOrder() {
        DateOrderDetection detection =
                new DateOrderDetection(Mapping.recognise(List.of("Tanggal"), Kind.TRANSACTIONS), OptionalInt.empty());
        String[] cell = {"05/06/2025"};
        detection.see(new Row(2, cell, cell, new Type[] {Type.DATE}));
        assertThat(detection.answer()).isEqualTo(DateOrderDetection.Answer.UNNEEDED);
        assertThat(detection.order()).isNull();
    }
}
