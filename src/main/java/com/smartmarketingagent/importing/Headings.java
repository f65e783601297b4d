package com.smartmarketingagent.importing;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The words owners put above their columns, Indonesian and English, and which field they mean. */
final class Headings {

    /**
     * What a heading means.
     *
     * @param rank 0 for a heading that can mean nothing else; of two columns for one field the lower rank wins
     */
    record Meaning(Field field, int rank) {}

    /** Means the quantity beside another amount, else the amount. */
    static final Set<String> COUNT_OR_AMOUNT = Set.of("jumlah", "jml", "jmlh");

    /** Means the amount where nothing else does, else the price of one. */
    static final Set<String> PRICE_OR_AMOUNT = Set.of("harga", "price", "hrg", "hargajual");

    /** May mean the state of an order, or what kind of customer it is of. */
    static final Set<String> STATES = Set.of(
            "status",
            "statuspesanan",
            "statusorder",
            "orderstatus",
            "statustransaksi",
            "statuspenjualan",
            "statuspembayaran",
            "statusbayar",
            "paymentstatus");

    private static final int GUESSED = 5;
    private static final int MAX_LENGTH = 60;

    /** Words that only say how a column is filled in. */
    private static final Set<String> FILLERS =
            Set.of("rp", "idr", "rupiah", "wajib", "opsional", "optional", "required", "diisi");

    private static final Map<String, Meaning> MEANINGS = new HashMap<>();

    static {
        mean(
                Field.NAME,
                0,
                "namapelanggan namapembeli namacustomer namakonsumen namapelangganpembeli customername buyername");
        mean(Field.NAME, 0, "clientname namaklien namamember namacust namalengkap fullname namakontak contactname");
        mean(Field.NAME, 1, "pelanggan pembeli customer konsumen buyer client klien cust langganan customerfullname");
        mean(Field.NAME, 2, "nama name member namaorang atasnama an");
        mean(Field.NAME, 3, "namapenerima penerima recipient recipientname receivername");
        mean(
                Field.PHONE,
                0,
                "nohp nowa nohpwa nowahp hpwa wahp nomorhp nomorwa nomorhpwa nowhatsapp nomorwhatsapp hp wa whatsapp");
        mean(
                Field.PHONE,
                0,
                "handphone nohandphone nomorhandphone ponsel noponsel nomorponsel mobile mobilephone mobilenumber");
        mean(Field.PHONE, 0, "whatsappnumber cellphone hpwhatsapp nohpwhatsapp phonemobile");
        mean(
                Field.PHONE,
                1,
                "telepon telpon telp tlp tlpn notelepon notelpon notelp notlp nomortelepon nomortelpon nomortelp");
        mean(
                Field.PHONE,
                1,
                "phone phonenumber phoneno customerphone notelphp notelponhp noteleponhp telephone contactnumber");
        mean(Field.PHONE, 1, "notelphpwa notelpwa noteleponwa nomorteleponhp nomorteleponwa teleponhp telphp hptelp");
        mean(Field.PHONE, 2, "kontak nokontak nomorkontak contact nocontact contactno tel");
        mean(Field.EMAIL, 0, "email alamatemail emailaddress surel customeremail emailpelanggan emailpembeli mail");
        mean(
                Field.ADDRESS,
                0,
                "alamat alamatlengkap address alamatpengiriman alamatpelanggan alamatrumah shippingaddress");
        mean(Field.ADDRESS, 0, "alamatpembeli deliveryaddress customeraddress fulladdress streetaddress alamatkirim");
        mean(
                Field.CITY,
                0,
                "kota city kotakabupaten kabupatenkota kotakab kabkota kotapelanggan kotatujuan kotapembeli town");
        mean(Field.CITY, 1, "kabupaten kab daerah domisili");
        mean(Field.TAGS, 0, "tag tags label labels kategoripelanggan grup group kelompok");
        mean(Field.NOTES, 0, "catatan notes note keterangan ket memo remark remarks komentar comment comments");
        mean(
                Field.TRANSACTION_DATE,
                0,
                "tanggaltransaksi tgltransaksi tgltrx tanggaltrx transactiondate tanggalpembelian");
        mean(
                Field.TRANSACTION_DATE,
                0,
                "tglpembelian tanggalbeli tglbeli purchasedate tanggalpenjualan tgljual tanggaljual");
        mean(
                Field.TRANSACTION_DATE,
                0,
                "tglpenjualan saledate salesdate tanggalorder tglorder orderdate tanggalpesanan tglpesanan");
        mean(
                Field.TRANSACTION_DATE,
                0,
                "tanggalpesan tglpesan tanggalnota tglnota tanggalinvoice tglinvoice invoicedate datetransaction");
        mean(Field.TRANSACTION_DATE, 0, "dateoftransaction dateofsale dateofpurchase");
        mean(
                Field.TRANSACTION_DATE,
                1,
                "tanggal tgl date tanggalwaktu tanggaljam hari haritanggal datetime waktutransaksi tanggalbayar");
        mean(
                Field.TRANSACTION_DATE,
                1,
                "tanggalpembayaran tglbayar paymentdate ordertime transactiontime waktupembelian waktupesanan");
        mean(Field.TRANSACTION_DATE, 2, "waktu time createdat createdtime tanggaldibuat timestamp");
        mean(
                Field.AMOUNT,
                0,
                "total totalharga totalbayar totalbelanja totalpembayaran totalpembelian totalpenjualan grandtotal");
        mean(
                Field.AMOUNT,
                0,
                "totaltransaksi totalamount totalprice totalrupiah totalorder totalpesanan jumlahbayar jumlahtotal");
        mean(
                Field.AMOUNT,
                0,
                "jumlahharga jumlahpembayaran jumlahuang jumlahtransaksi nominal nominaltransaksi nilai nilaitransaksi");
        mean(
                Field.AMOUNT,
                0,
                "amount amountidr omzet omset revenue sales totalsales harganilai hargatotal nilaipenjualan nilaibelanja");
        mean(
                Field.AMOUNT,
                0,
                "nilaipembelian pembayaran bayar belanja orderamount ordertotal transactionamount saleamount totalnominal");
        mean(Field.AMOUNT, 1, "subtotal pendapatan pemasukan uang tagihan");
        mean(Field.AMOUNT, 2, "jumlah jml jmlh");
        mean(Field.AMOUNT, 3, "harga price hrg hargajual");
        mean(
                Field.PRODUCT,
                0,
                "produk product namaproduk productname namabarang barang item itemname namaitem products itemproduk");
        mean(
                Field.PRODUCT,
                0,
                "produkdibeli daftarproduk namaproduct jenisproduk jenisbarang artikel motif namamotif pesananproduk");
        mean(Field.PRODUCT, 1, "pesanan order belanjaan deskripsi description uraian rincian");
        mean(
                Field.QUANTITY,
                0,
                "qty quantity kuantitas jumlahbarang jumlahproduk jumlahitem banyak banyaknya jumlahbeli pcs jmlbarang");
        mean(
                Field.QUANTITY,
                0,
                "jumlahpcs jumlahprodukdibeli jmlproduk jmlitem jumlahqty qtypcs jumlahpembelian unit units");
        mean(
                Field.PRICE,
                0,
                "hargasatuan hargaperunit hargaunit unitprice hargaperpcs hargapcs priceperunit hargaproduk hargabarang");
        mean(
                Field.PRICE,
                0,
                "hargaperitem itemprice productprice hargaitem hargapersatuan satuanharga hargajualsatuan");
        mean(
                Field.EXTERNAL_ID,
                0,
                "nopesanan nomorpesanan noorder nomororder orderid orderno ordernumber idpesanan idorder kodepesanan");
        mean(
                Field.EXTERNAL_ID,
                0,
                "noinvoice nomorinvoice invoice invoiceno invoicenumber invoiceid nonota nomornota nota nofaktur");
        mean(
                Field.EXTERNAL_ID,
                0,
                "nomorfaktur faktur kodeorder kodetransaksi idtransaksi notransaksi nomortransaksi transactionid");
        mean(
                Field.EXTERNAL_ID,
                0,
                "transactionno trxid idtrx notrx kodeinvoice externalid nobon nomorbon bon nostruk struk nokwitansi");
        mean(
                Field.EXTERNAL_ID,
                0,
                "receiptno receiptnumber referensi noreferensi reference referenceno kodenota kodebooking");
    }

    private Headings() {}

    private static void mean(Field field, int rank, String foldedHeadings) {
        for (String heading : foldedHeadings.split(" ", -1)) MEANINGS.putIfAbsent(heading, new Meaning(field, rank));
    }

    /** Lower case, letters and digits only, without the words that only say how a column is filled in. */
    static String fold(String heading) {
        StringBuilder folded = new StringBuilder();
        for (String word : words(heading)) {
            if (!FILLERS.contains(word)) folded.append(word);
        }
        return folded.toString();
    }

    /** Lower case, of letters and digits. */
    static List<String> words(String heading) {
        StringBuilder spaced = new StringBuilder();
        for (int i = 0; i < heading.length(); i++) {
            char c = heading.charAt(i);
            // "e-mail" and "sub-total" are one word
            if (Character.isLetterOrDigit(c)) {
                spaced.append(Character.toLowerCase(c));
            } else if (c != '-' && c != '\'') {
                spaced.append(' ');
            }
        }
        return List.of(spaced.toString().strip().split(" +", -1));
    }

    /** What {@code heading} means, null where nobody can know. */
    static @Nullable Meaning meaning(String heading) {
        if (heading.length() > MAX_LENGTH) return null;
        Meaning exact = MEANINGS.get(fold(heading));
        return exact != null ? exact : guess(Set.copyOf(words(heading)));
    }

    /** A heading in more words than the list knows, by the word that gives it away. */
    private static @Nullable Meaning guess(Set<String> words) {
        if (words.size() > 5) return null;
        if (any(words, "lahir", "birth", "resi", "kode", "kurir", "toko", "seller", "penjual", "sku", "ongkir"))
            return null;
        if (any(words, "hp", "wa", "whatsapp", "handphone", "ponsel", "telepon", "telp", "telpon", "phone", "mobile")) {
            return new Meaning(Field.PHONE, GUESSED);
        }
        if (any(words, "email", "surel")) return new Meaning(Field.EMAIL, GUESSED);
        if (any(words, "tempo", "kirim", "pengiriman", "selesai", "due", "shipped", "diskon", "discount")) return null;
        if (any(words, "tanggal", "tgl", "date")) return new Meaning(Field.TRANSACTION_DATE, GUESSED);
        boolean someone = any(words, "pelanggan", "pembeli", "customer", "konsumen", "buyer");
        if (someone && any(words, "nama", "name")) return new Meaning(Field.NAME, GUESSED);
        if (any(words, "alamat", "address")) return new Meaning(Field.ADDRESS, GUESSED);
        return null;
    }

    private static boolean any(Set<String> words, String... wanted) {
        for (String word : wanted) {
            if (words.contains(word)) return true;
        }
        return false;
    }

    /**
     * How much a row looks like a heading: 0 not at all; a known heading counts twice a guessed one, each field once.
     */
    static int score(List<String> cells, Set<String> named) {
        Map<Object, Integer> seen = new HashMap<>();
        for (String cell : cells) {
            if (cell.isBlank()) continue;
            if (named.contains(fold(cell))) {
                seen.put(fold(cell), 2);
                continue;
            }
            Meaning meaning = meaning(cell);
            if (meaning != null) seen.merge(meaning.field(), meaning.rank() == GUESSED ? 1 : 2, Math::max);
        }
        int score = 0;
        for (int value : seen.values()) score += value;
        return score;
    }
}
