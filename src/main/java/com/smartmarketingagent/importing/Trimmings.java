package com.smartmarketingagent.importing;

import java.util.List;
import java.util.Set;

/** Rows of a table that are no lines of it: totals, and the descriptions that marketplaces put under the heading. */
final class Trimmings {

    private static final Set<String> TOTALS = Set.of(
            "total",
            "grandtotal",
            "subtotal",
            "jumlah",
            "jumlahtotal",
            "totalkeseluruhan",
            "totalsemua",
            "totalakhir",
            "totalpenjualan",
            "totaltransaksi",
            "totalpelanggan",
            "sum");

    /** What a row that adds up others, or says how they were paid, begins with, in more words than {@link #TOTALS}. */
    private static final List<String> SUMS = List.of(
            "total",
            "subtotal",
            "grandtotal",
            "jumlah",
            "saldo",
            "omzet",
            "omset",
            "rekap",
            "pendapatan",
            "sisa",
            "bayar",
            "dibayar",
            "kembali",
            "utang",
            "hutang",
            "lunas",
            "uangmuka");

    /** What a row that adds up others begins with. */
    private static final Set<String> SUM = Set.of("total", "subtotal", "grandtotal", "jumlah");

    /** Of what and of when it does; a customer may be called anything else. */
    private static final Set<String> OF = Set.of(
            "total",
            "jumlah",
            "penjualan",
            "omzet",
            "omset",
            "transaksi",
            "pelanggan",
            "keseluruhan",
            "semua",
            "akhir",
            "bulan",
            "minggu",
            "hari",
            "tahun",
            "ini",
            "rp",
            "idr");

    /** What tells a sale or a customer from a sum. */
    private static final List<Field> KNOWN_BY =
            List.of(Field.NAME, Field.USERNAME, Field.PHONE, Field.EMAIL, Field.EXTERNAL_ID, Field.PRODUCT);

    private static final List<Field> KEYS = List.of(
            Field.EXTERNAL_ID,
            Field.TRANSACTION_DATE,
            Field.NAME,
            Field.USERNAME,
            Field.PHONE,
            Field.EMAIL,
            Field.STATUS);

    private final Mapping mapping;
    private final Kind kind;
    private final int product;
    private final int name;
    private final int[] keys;

    Trimmings(Mapping mapping, Kind kind) {
        this.mapping = mapping;
        this.kind = kind;
        this.name = mapping.column(Field.NAME);
        this.product = mapping.column(Field.PRODUCT);
        this.keys = KEYS.stream()
                // an owner may write the state of each product
                .filter(field -> field != Field.STATUS || mapping.layout() != Layout.PLAIN)
                .mapToInt(mapping::column)
                .filter(column -> column >= 0)
                .toArray();
    }

    /** A row that only adds up others. */
    boolean isTotal(Row row) {
        return beginsAsSum(row) || isSumOfPeriod(row);
    }

    /** A row of which one cell says so, also beside a day, and nothing else says whose or what it is. */
    private boolean isSumOfPeriod(Row row) {
        if (name >= 0 && !LineReader.isEmpty(row.text(name))) return isSumOfPeriod(row, name);
        for (int i = 0; i < row.size(); i++) {
            if (isSumOfPeriod(row, i)) return true;
        }
        return false;
    }

    private boolean isSumOfPeriod(Row row, int word) {
        return saysSum(row.text(word)) && KNOWN_BY.stream().allMatch(field -> isBlankOr(row, field, word));
    }

    /** Such as {@code Jumlah}, {@code Total Januari 2026}, {@code Grand total penjualan}. */
    private static boolean saysSum(String text) {
        if (text.length() > 40
                || text.isBlank()
                || "tTgGsSjJ".indexOf(text.stripLeading().charAt(0)) < 0) return false;
        List<String> words = Headings.words(text);
        boolean apart = words.size() > 1 && Set.of("grand", "sub").contains(words.getFirst());
        if (!SUM.contains(words.get(apart ? 1 : 0))) return false;
        return words.stream().skip(apart ? 2 : 1).allMatch(Trimmings::isOf);
    }

    private static boolean isOf(String word) {
        return OF.contains(word) || Day.isMonth(word) || word.matches("(19|20)[0-9][0-9]");
    }

    /** Its first word says so, and it names neither a day nor a person. */
    private boolean beginsAsSum(Row row) {
        int word = 0;
        while (word < row.size() && row.text(word).isBlank()) word++;
        String text = row.text(word);
        if (text.length() > 40 || "tTgGsSjJ".indexOf(text.stripLeading().charAt(0)) < 0) return false;
        String folded = Headings.fold(text);
        boolean alone = folded.startsWith("total") && isBlankBehind(row, word);
        if (!alone && !TOTALS.contains(folded)) return false;
        return isBlankOr(row, Field.TRANSACTION_DATE, word)
                && isBlankOr(row, Field.PHONE, word)
                && isBlankOr(row, Field.EMAIL, word)
                && (kind == Kind.TRANSACTIONS || isBlankOr(row, Field.NAME, word));
    }

    /**
     * A row that has a product, but nothing of an order, a day or a customer: it belongs to the sale above, if there is
     * one. What adds up others does not, nor does an amount alone, which may do so.
     */
    boolean continues(Row row) {
        if (kind == Kind.CUSTOMERS
                || product < 0
                || LineReader.isEmpty(row.text(product).strip())) return false;
        for (int key : keys) {
            if (!LineReader.isEmpty(row.stored(key))) return false;
        }
        int word = 0;
        while (row.text(word).isBlank()) word++;
        return !addsUp(row.text(word)) && !addsUp(row.text(product));
    }

    private static boolean addsUp(String text) {
        if (text.length() > 200) return false;
        String folded = Headings.fold(text);
        return TOTALS.contains(folded)
                || folded.matches("dp[0-9]*")
                || SUMS.stream().anyMatch(folded::startsWith);
    }

    private boolean isBlankBehind(Row row, int word) {
        for (int i = word + 1; i < row.size(); i++) {
            if (!row.text(i).isBlank()) return false;
        }
        return true;
    }

    private boolean isBlankOr(Row row, Field field, int except) {
        int column = mapping.column(field);
        return column < 0 || column == except || LineReader.isEmpty(row.stored(column));
    }

    /**
     * Words in several columns that hold figures: no day, number, phone or e-mail has two words and neither digit
     * nor @.
     */
    boolean isDescription(Row row) {
        int present = 0;
        int described = 0;
        for (Field field :
                List.of(Field.TRANSACTION_DATE, Field.AMOUNT, Field.PRICE, Field.QUANTITY, Field.PHONE, Field.EMAIL)) {
            int column = mapping.column(field);
            if (column < 0) continue;
            present++;
            String text = row.text(column).strip();
            if (text.isEmpty()) continue;
            if (text.indexOf(' ') < 0 || !isWords(text)) return false;
            described++;
        }
        return described > 0 && described >= Math.min(2, present);
    }

    private static boolean isWords(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '@' || (c >= '0' && c <= '9')) return false;
        }
        return true;
    }
}
