package com.smartmarketingagent.importing;

import java.util.Locale;
import java.util.regex.Pattern;

/** What a file says of an order, in the words of docs/marketplace-exports.md. */
enum OrderState {
    /** Cancelled, or wholly given back. */
    CANCELLED,
    UNPAID,
    /** Every other: a sale, also one under way. */
    COUNTS;

    private static final Pattern CALLED_OFF = Pattern.compile("batal|cancel");

    private static final Pattern NOT_PAID = Pattern.compile(
            "belum bayar|belum dibayar|unpaid|menunggu pembayaran|awaiting payment|pending payment|to pay");

    private static final Pattern GIVEN_BACK =
            Pattern.compile("retur|refund|dikembalikan|pengembalian|gagal|failed|\\bvoid\\b");

    /** Given back in part, not yet, or not at all. */
    private static final Pattern NOT_WHOLLY = Pattern.compile(
            "sebagian|parsial|partial|permintaan|pengajuan|diajukan|request|menunggu|proses|pending|ditolak|reject|tidak|bukan|belum|tanpa|\\bno\\b|\\bnon\\b");

    /** What owners write of a sale that counts. */
    private static final Pattern GOES_ON = Pattern.compile(
            "selesai|lunas|bayar|kirim|proses|dikemas|diterima|sukses|berhasil|complete|\\bpaid\\b|shipp|deliver|success");

    /** Whether a word is a state of an order, as far as we know them. */
    static boolean isKnown(String word) {
        return of(word) != COUNTS
                || GOES_ON.matcher(word.toLowerCase(Locale.ROOT)).find();
    }

    static OrderState of(String status) {
        var text = status.toLowerCase(Locale.ROOT);
        if (CALLED_OFF.matcher(text).find()) return CANCELLED;
        if (NOT_PAID.matcher(text).find()) return UNPAID;
        boolean back =
                GIVEN_BACK.matcher(text).find() && !NOT_WHOLLY.matcher(text).find();
        return back ? CANCELLED : COUNTS;
    }
}
