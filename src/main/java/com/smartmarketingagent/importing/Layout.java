package com.smartmarketingagent.importing;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Whose columns a file has. What is assumed about the marketplaces' exports is in docs/marketplace-exports.md. */
enum Layout {
    /** A file of the owner's own. */
    PLAIN(List.of(), Map.of()),
    SHOPEE(
            List.of(
                    Set.of("nopesanan", "statuspesanan", "usernamepembeli"),
                    Set.of("orderid", "orderstatus", "usernamebuyer")),
            Map.ofEntries(
                    Map.entry(Field.EXTERNAL_ID, List.of("nopesanan", "orderid")),
                    Map.entry(Field.STATUS, List.of("statuspesanan", "orderstatus")),
                    Map.entry(
                            Field.TRANSACTION_DATE,
                            List.of(
                                    "waktupesanandibuat",
                                    "ordercreationdate",
                                    "waktupembayarandilakukan",
                                    "orderpaidtime")),
                    Map.entry(Field.PRODUCT, List.of("namaproduk", "productname")),
                    Map.entry(Field.QUANTITY, List.of("jumlah", "quantity")),
                    Map.entry(Field.PRICE, List.of("hargasetelahdiskon", "dealprice", "hargaawal", "originalprice")),
                    Map.entry(Field.AMOUNT, List.of("totalhargaproduk", "productsubtotal", "subtotalproduk")),
                    Map.entry(Field.USERNAME, List.of("usernamepembeli", "usernamebuyer")),
                    Map.entry(Field.NAME, List.of("namapenerima", "receivername")),
                    Map.entry(Field.PHONE, List.of("notelepon", "phonenumber")),
                    Map.entry(Field.ADDRESS, List.of("alamatpengiriman", "deliveryaddress")),
                    Map.entry(Field.CITY, List.of("kotakabupaten", "city", "kota")),
                    Map.entry(Field.NOTES, List.of("catatandaripembeli", "remarkfrombuyer")))),
    TOKOPEDIA(
            List.of(
                    Set.of("nomorinvoice", "statusterakhir"),
                    Set.of("nomorinvoice", "statuspesanan"),
                    Set.of("noinvoice", "statusterakhir"),
                    Set.of("invoice", "orderstatus", "paymentdate"),
                    Set.of("invoice", "statusterakhir")),
            Map.ofEntries(
                    Map.entry(Field.EXTERNAL_ID, List.of("nomorinvoice", "noinvoice", "invoice")),
                    Map.entry(Field.STATUS, List.of("statusterakhir", "statuspesanan", "orderstatus")),
                    Map.entry(
                            Field.TRANSACTION_DATE,
                            List.of("tanggalpembayaran", "paymentdate", "tanggalpesanan", "orderdate")),
                    Map.entry(Field.PRODUCT, List.of("namaproduk", "productname")),
                    Map.entry(Field.QUANTITY, List.of("jumlahprodukdibeli", "jumlahproduk", "quantity", "jumlah")),
                    Map.entry(Field.PRICE, List.of("hargajual", "hargasatuan", "price", "hargaproduk")),
                    Map.entry(Field.AMOUNT, List.of("subtotalproduk", "totalhargaproduk")),
                    Map.entry(Field.USERNAME, List.of("usernamepembeli", "usernamebuyer", "buyerusername")),
                    Map.entry(Field.NAME, List.of("namapembeli", "customername", "namapenerima", "recipient")),
                    Map.entry(
                            Field.PHONE,
                            List.of(
                                    "notelppembeli",
                                    "nomorteleponpembeli",
                                    "customerphone",
                                    "notelppenerima",
                                    "recipientnumber")),
                    Map.entry(Field.ADDRESS, List.of("alamatpengiriman", "recipientaddress")),
                    Map.entry(Field.CITY, List.of("kota", "kotapengiriman", "city")),
                    Map.entry(Field.NOTES, List.of("catatanprodukpembeli", "catatanpembeli", "notes")))),
    TIKTOK_SHOP(
            List.of(
                    Set.of("orderid", "orderstatus", "skuid"),
                    Set.of("orderid", "orderstatus", "skusubtotalafterdiscount")),
            Map.ofEntries(
                    Map.entry(Field.EXTERNAL_ID, List.of("orderid")),
                    Map.entry(Field.STATUS, List.of("orderstatus")),
                    Map.entry(Field.TRANSACTION_DATE, List.of("createdtime", "paidtime")),
                    Map.entry(Field.PRODUCT, List.of("productname")),
                    Map.entry(Field.QUANTITY, List.of("quantity")),
                    Map.entry(Field.PRICE, List.of("skuunitoriginalprice")),
                    Map.entry(Field.AMOUNT, List.of("skusubtotalafterdiscount")),
                    Map.entry(Field.USERNAME, List.of("buyerusername")),
                    Map.entry(Field.NAME, List.of("recipient", "recipientname")),
                    Map.entry(Field.PHONE, List.of("phone", "phonenumber")),
                    Map.entry(Field.ADDRESS, List.of("detailaddress")),
                    Map.entry(Field.CITY, List.of("regencyandcity", "city")),
                    Map.entry(Field.NOTES, List.of("buyermessage"))));

    private final List<Set<String>> signatures;
    private final Map<Field, List<String>> columns;

    Layout(List<Set<String>> signatures, Map<Field, List<String>> columns) {
        this.signatures = signatures;
        this.columns = columns;
    }

    /** @param folded the headings as {@link Headings#fold} leaves them */
    static Layout of(List<String> folded) {
        for (Layout layout : values()) {
            for (Set<String> signature : layout.signatures) {
                if (folded.containsAll(signature)) return layout;
            }
        }
        return PLAIN;
    }

    /** The columns of a marketplace's export: per field the first of its headings that is there. */
    Map<Integer, Field> fields(List<String> folded) {
        Map<Integer, Field> fields = new HashMap<>();
        columns.forEach((field, headings) -> headings.stream()
                .mapToInt(folded::indexOf)
                .filter(column -> column >= 0)
                .findFirst()
                .ifPresent(column -> fields.put(column, field)));
        return fields;
    }
}
