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

    private final Mapping mapping;
    private final Kind kind;

    Trimmings(Mapping mapping, Kind kind) {
        this.mapping = mapping;
        this.kind = kind;
    }

    /** A row that only adds up others: its first word says so, and it names neither a day nor a person. */
    boolean isTotal(Row row) {
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
