package com.smartmarketingagent.importing;

import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Problem.Text;
import java.util.List;
import java.util.Locale;

/** A file, or an instruction on how to read it, that cannot be used as a whole; nothing of it is stored. */
public final class UnreadableFile extends Exception {

    /** What is wrong. The sentences take {@link UnreadableFile#args} as {@code %s}. */
    public enum Code {
        EMPTY(400, "Berkas ini kosong.", "This file is empty."),
        NO_ROWS(
                400,
                "Berkas ini hanya berisi judul kolom, tanpa baris data.",
                "This file holds only a heading and no rows."),
        NO_COLUMN(
                400,
                "Tidak ada kolom yang dikenali. Beri judul seperti Nama, No. HP, Tanggal, Total, atau pilih arti tiap kolom di halaman impor.",
                "No column was recognised. Use titles such as Name, Phone, Date, Total, or say what each column is on the import page."),
        MISSING_COLUMN(
                400,
                "Kolom ini belum ada atau belum dikenali: %s.",
                "These columns are missing or were not recognised: %s."),
        UNKNOWN_HEADING(400, "Tidak ada kolom berjudul \"%s\" di berkas ini.", "This file has no column \"%s\"."),
        UNKNOWN_FIELD(400, "Kolom \"%s\" tidak bisa menjadi \"%s\".", "Column \"%s\" cannot become \"%s\"."),
        FIELD_TWICE(
                400,
                "Kolom \"%s\" dan \"%s\" sama-sama dipilih sebagai \"%s\". Pilih satu saja.",
                "Columns \"%s\" and \"%s\" were both chosen as \"%s\". Choose one."),
        DATE_ORDER(
                400,
                "Kolom %s bisa berarti tanggal/bulan atau bulan/tanggal. Pilih urutannya.",
                "Column %s can mean day/month or month/day. Say which."),
        ENCODING(
                400,
                "Berkas ini berisi karakter rusak. Simpan ulang sebagai CSV UTF-8.",
                "This file holds broken characters. Save it again as CSV UTF-8."),
        NUL(
                400,
                "Isi berkas ini rusak atau bukan CSV. Buka berkasnya, lalu simpan ulang sebagai CSV UTF-8.",
                "This file is damaged or no CSV: it holds NUL bytes. Open it and save it again as CSV UTF-8."),
        TOO_MANY_COLUMNS(400, "Berkas ini punya lebih dari %s kolom.", "This file has more than %s columns."),
        CELL_TOO_LONG(
                400,
                "Ada sel yang lebih panjang dari %s karakter, atau tanda kutip yang tidak ditutup.",
                "A cell is longer than %s characters, or a quotation mark is never closed."),
        BROKEN(
                400,
                "Berkas Excel ini rusak atau tidak lengkap. Buka di Excel lalu simpan lagi sebagai .xlsx.",
                "This Excel file is damaged or incomplete. Open it in Excel and save it again as .xlsx."),
        ENTITIES(
                400,
                "Berkas Excel ini berisi deklarasi XML yang tidak aman (DOCTYPE atau entity).",
                "This Excel file holds an unsafe XML declaration (DOCTYPE or entity)."),
        TOO_LARGE(
                413,
                "Isi berkas Excel ini terlalu besar setelah dibuka. Bagi menjadi beberapa berkas atau simpan sebagai CSV.",
                "This Excel file is too large once unpacked. Split it or save it as CSV."),
        UNSUPPORTED(
                415,
                "Jenis berkas ini tidak didukung. Kirim berkas CSV atau Excel (.xlsx).",
                "This type of file is not supported. Send a CSV or Excel (.xlsx) file."),
        EXCEL_NAMED_OTHERWISE(
                415,
                "Isi berkas ini Excel, tetapi namanya \"%s\". Ganti akhiran namanya menjadi .xlsx.",
                "This is an Excel file, but its name is \"%s\". Rename it to end in .xlsx."),
        TEXT_NAMED_EXCEL(
                415,
                "Berkas \"%s\" bukan berkas Excel. Kalau isinya CSV, ganti akhiran namanya menjadi .csv.",
                "\"%s\" is not an Excel file. If it is CSV, rename it to end in .csv."),
        OLD_EXCEL(
                415,
                "Format Excel lama (.xls) tidak didukung. Buka di Excel lalu simpan sebagai .xlsx.",
                "The old Excel format (.xls) is not supported. Open it in Excel and save it as .xlsx."),
        ENCRYPTED(
                415,
                "Berkas Excel ini dikunci kata sandi. Hapus kata sandinya lalu simpan lagi.",
                "This Excel file is protected by a password. Remove it and save the file again.");

        final int status;
        final String indonesian;
        final String english;

        Code(int status, String indonesian, String english) {
            this.status = status;
            this.indonesian = indonesian;
            this.english = english;
        }
    }

    private static final int SHOWN = 80;

    private final Code code;
    private final int row;
    private final List<String> args;

    /** @param row as a spreadsheet shows it, 0 where the fault belongs to no row */
    UnreadableFile(Code code, int row, String... args) {
        super(code.name());
        this.code = code;
        this.row = row;
        this.args = List.of(args);
    }

    UnreadableFile(Code code, int row, Throwable cause) {
        super(code.name(), cause);
        this.code = code;
        this.row = row;
        this.args = List.of();
    }

    public Code code() {
        return code;
    }

    /** The HTTP status: 400, 413 or 415. */
    int status() {
        return code.status;
    }

    /** As a spreadsheet shows it, 0 where the fault belongs to no row. */
    int row() {
        return row;
    }

    List<String> args() {
        return args;
    }

    /** What is wrong and what to do, in Indonesian, or in English where {@code locale} is English. */
    public String sentence(Locale locale) {
        boolean english = locale.getLanguage().equals("en");
        Object[] shown = args.stream()
                .map(arg -> arg.length() > SHOWN ? arg.substring(0, SHOWN) + "…" : arg)
                .toArray();
        String sentence = String.format(Locale.ROOT, english ? code.english : code.indonesian, shown);
        return row == 0 ? sentence : (english ? "Row " : "Baris ") + row + ": " + sentence;
    }

    /** The same as the answer to a request. */
    Problem problem() {
        var text = new Text("import.unreadable", sentence(Locale.of("id")), sentence(Locale.ENGLISH));
        return switch (status()) {
            case 413 -> new Problem.TooLarge(text.key(), text.values());
            case 415 -> new Problem.Unsupported(text.key(), text.values());
            default -> {
                var field = switch (code) {
                    case DATE_ORDER -> "options";
                    case UNKNOWN_HEADING, UNKNOWN_FIELD, FIELD_TWICE -> "mapping";
                    default -> "file";
                };
                yield new Problem.Invalid(List.of(new Problem.Detail(null, field, text, null)));
            }
        };
    }
}
