package com.smartmarketingagent.importing;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a column can hold. */
enum Field {
    NAME(200, "Nama"),
    PHONE(100, "No. HP"),
    EMAIL(320, "Email"),
    ADDRESS(500, "Alamat"),
    CITY(100, "Kota"),
    TAGS(1_000, "Tag"),
    NOTES(5_000, "Catatan"),
    TRANSACTION_DATE(100, "Tanggal"),
    AMOUNT(100, "Total"),
    PRODUCT(200, "Produk"),
    QUANTITY(100, "Jumlah"),
    PRICE(100, "Harga"),
    EXTERNAL_ID(100, "No. Pesanan"),
    IGNORE(0, ""),
    /** The state of the order: cancelled and unpaid ones are no sales. */
    STATUS(200, "Status"),
    /** A marketplace's name for the buyer, which stays where their own name is masked. */
    USERNAME(200, "Username");

    /** The longest value that is kept, in characters, the same as by hand; a longer one refuses its row. */
    final int maxLength;

    /** What the column is called in a sentence where the file has no such column. */
    final String indonesian;

    Field(int maxLength, String indonesian) {
        this.maxLength = maxLength;
        this.indonesian = indonesian;
    }

    String json() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Null for a name that is no field's. */
    static @Nullable Field ofJson(String name) {
        for (Field field : values()) {
            if (field.json().equals(name)) return field;
        }
        return null;
    }
}
