package com.smartmarketingagent.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.smartmarketingagent.importing.UnreadableFile.Code;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MappingTest {

    private static Mapping sales(String... heading) {
        return Mapping.recognise(List.of(heading), Kind.TRANSACTIONS);
    }

    @ParameterizedTest
    @CsvSource({
        "No. HP / WA, phone",
        "NO HP, phone",
        "Telepon, phone",
        "Nomor WhatsApp, phone",
        "WA, phone",
        "no_hp, phone",
        "No. Telp Pelanggan, phone",
        "Nama Pelanggan, name",
        "nama, name",
        "Pembeli, name",
        "customer, name",
        "Customer Name, name",
        "Tgl, transaction_date",
        "Tanggal Transaksi, transaction_date",
        "order_date, transaction_date",
        "Date, transaction_date",
        "Tanggal (DD/MM/YYYY), transaction_date",
        "Total Harga (Rp), amount",
        "amount_idr, amount",
        "Nominal, amount",
        "TOTAL, amount",
        "Jumlah, amount",
        "Harga, amount",
        "Grand Total, amount",
        "Total Bayar, amount",
        "Produk, product",
        "Nama Barang, product",
        "Item, product",
        "Qty, quantity",
        "Kuantitas, quantity",
        "Harga Satuan, price",
        "Unit Price, price",
        "order_id, external_id",
        "No. Pesanan, external_id",
        "No Invoice, external_id",
        "Nomor Nota, external_id",
        "E-mail, email",
        "Alamat Email, email",
        "Alamat, address",
        "Kota/Kabupaten, city",
        "Kota, city",
        "Catatan, notes",
        "Keterangan, notes",
        "Tag, tags",
        "Foto, ignore",
        "No, ignore",
        "Tanggal Lahir, ignore",
        "Nama Toko, ignore",
        "No. Resi, ignore",
        "Warna, ignore"
    })
    void headingsAreRecognisedInIndonesianAndEnglish(String title, String field) {
        assertThat(sales(title).json()).containsExactly(Map.entry(title, field));
    }

    @Test
    void jumlahIsTheQuantityBesideAnotherAmountAndElseTheAmount() {
        assertThat(sales("Nama", "Tanggal", "Jumlah").json()).containsEntry("Jumlah", "amount");
        assertThat(sales("Nama", "Tanggal", "Jumlah", "Total").json())
                .containsEntry("Jumlah", "quantity")
                .containsEntry("Total", "amount");
        assertThat(sales("Nama", "Tanggal", "Jumlah", "Harga").json())
                .containsEntry("Jumlah", "quantity")
                .containsEntry("Harga", "amount");
        assertThat(sales("Nama", "Tanggal", "Qty", "Jumlah", "Total").json()).containsEntry("Jumlah", "ignore");
    }

    @Test
    void hargaIsThePriceBesideAnotherAmountAndElseTheAmount() {
        assertThat(sales("Nama", "Tanggal", "Harga").json()).containsEntry("Harga", "amount");
        assertThat(sales("Nama", "Tanggal", "Harga", "Total").json()).containsEntry("Harga", "price");
        assertThat(sales("Banyaknya", "Nama Barang", "Harga", "Jumlah").json())
                .containsEntry("Banyaknya", "quantity")
                .containsEntry("Harga", "price")
                .containsEntry("Jumlah", "amount");
    }

    @Test
    void ofTwoColumnsForOneFieldTheClearerOneIsRead() {
        assertThat(sales("Nama Penerima", "Nama Pelanggan").json())
                .containsEntry("Nama Penerima", "ignore")
                .containsEntry("Nama Pelanggan", "name");
        assertThat(sales("Telepon", "No. HP").json()).containsEntry("No. HP", "phone");
        assertThat(sales("Tanggal", "Tgl").json())
                .containsEntry("Tanggal", "transaction_date")
                .containsEntry("Tgl", "ignore");
    }

    @Test
    void aListOfCustomersHasNoColumnsOfSales() {
        assertThat(Mapping.recognise(List.of("Nama", "Tanggal", "Total"), Kind.CUSTOMERS)
                        .fields())
                .containsExactly(Map.entry(0, Field.NAME));
    }

    @Test
    void aCorrectionGivesAFieldToAColumnAndTakesItFromAnother() throws UnreadableFile {
        Mapping corrected =
                sales("Nama", "Tanggal", "Total", "Laba").corrected(Map.of("Laba", "amount", "nama", "ignore"));
        assertThat(corrected.json())
                .containsExactly(
                        Map.entry("Nama", "ignore"),
                        Map.entry("Tanggal", "transaction_date"),
                        Map.entry("Total", "ignore"),
                        Map.entry("Laba", "amount"));
    }

    @Test
    void aCorrectionThatNamesWhatIsNotThereIsRefusedByName() {
        Mapping mapping = sales("Nama", "Tanggal", "Total");
        assertThatThrownBy(() -> mapping.corrected(Map.of("Umur", "name")))
                .isInstanceOfSatisfying(UnreadableFile.class, e -> {
                    assertThat(e.code()).isEqualTo(Code.UNKNOWN_HEADING);
                    assertThat(e.sentence(Locale.of("id"))).contains("\"Umur\"");
                });
        assertThatThrownBy(() -> mapping.corrected(Map.of("Nama", "umur")))
                .isInstanceOfSatisfying(UnreadableFile.class, e -> {
                    assertThat(e.code()).isEqualTo(Code.UNKNOWN_FIELD);
                    assertThat(e.sentence(Locale.ENGLISH)).contains("\"Nama\"").contains("\"umur\"");
                });
        assertThatThrownBy(() -> mapping.corrected(Map.of("Nama", "phone", "Total", "phone")))
                .isInstanceOfSatisfying(
                        UnreadableFile.class, e -> assertThat(e.code()).isEqualTo(Code.FIELD_TWICE));
    }

    @Test
    void salesNeedADayAnAmountAndSomeone() throws UnreadableFile {
        sales("Nama", "Tanggal", "Total").require(Kind.TRANSACTIONS);
        sales("Email", "Tanggal", "Harga Satuan", "Qty").require(Kind.TRANSACTIONS);
        assertThatThrownBy(() -> sales("Nama", "Total").require(Kind.TRANSACTIONS))
                .satisfies(e -> missing(e, "Tanggal"));
        assertThatThrownBy(() -> sales("Nama", "Tanggal").require(Kind.TRANSACTIONS))
                .satisfies(e -> missing(e, "Total"));
        assertThatThrownBy(() -> sales("Apa", "Saja").require(Kind.TRANSACTIONS))
                .isInstanceOfSatisfying(
                        UnreadableFile.class, e -> assertThat(e.code()).isEqualTo(Code.NO_COLUMN));
        assertThatThrownBy(() -> sales("Total", "Tanggal").require(Kind.TRANSACTIONS))
                .satisfies(e -> missing(e, "Nama / No. HP / Email"));
    }

    @Test
    void customersNeedANameAPhoneOrAnEmail() throws UnreadableFile {
        for (String title : List.of("Nama", "No HP", "Email")) {
            Mapping.recognise(List.of(title), Kind.CUSTOMERS).require(Kind.CUSTOMERS);
        }
        assertThatThrownBy(
                        () -> Mapping.recognise(List.of("Kota"), Kind.CUSTOMERS).require(Kind.CUSTOMERS))
                .satisfies(e -> missing(e, "Nama / No. HP / Email"));
        // known as columns of sales
        assertThatThrownBy(() -> Mapping.recognise(List.of("Tanggal", "Total"), Kind.CUSTOMERS)
                        .require(Kind.CUSTOMERS))
                .satisfies(e -> missing(e, "Nama / No. HP / Email"));
    }

    private static void missing(Throwable e, String columns) {
        assertThat(((UnreadableFile) e).args()).containsExactly(columns);
        assertThat(((UnreadableFile) e).status()).isEqualTo(400);
    }

    @Test
    void theMarketplacesAreKnownByTheirHeadings() {
        assertThat(sales("No. Pesanan", "Status Pesanan", "Username (Pembeli)").layout())
                .isEqualTo(Layout.SHOPEE);
        assertThat(sales("Order ID", "Order Status", "Username (Buyer)").layout())
                .isEqualTo(Layout.SHOPEE);
        assertThat(sales("Nomor Invoice", "Status Terakhir", "Nama Pembeli").layout())
                .isEqualTo(Layout.TOKOPEDIA);
        assertThat(sales("Order ID", "Order Status", "SKU ID", "Buyer Username").layout())
                .isEqualTo(Layout.TIKTOK_SHOP);
        assertThat(sales("Order ID", "Order Status", "Customer").layout()).isEqualTo(Layout.PLAIN);
    }
}
