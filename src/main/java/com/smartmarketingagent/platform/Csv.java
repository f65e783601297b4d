package com.smartmarketingagent.platform;

import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A file for spreadsheets: in UTF-8, with the mark that tells Excel so, and with nothing that would be calculated. */
public final class Csv implements Closeable {

    private static final byte[] MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final CsvWriter rows;

    public Csv(OutputStream out) throws IOException {
        out.write(MARK);
        rows = CsvWriter.builder().build(new OutputStreamWriter(out, StandardCharsets.UTF_8));
    }

    /** Values that a spreadsheet would calculate get an apostrophe. */
    public void row(List<String> values) {
        rows.writeRecord(values.stream().map(Csv::harmless).toList());
    }

    private static String harmless(String value) {
        return !value.isEmpty() && "=+-@\t\r".indexOf(value.charAt(0)) >= 0 ? "'" + value : value;
    }

    @Override
    public void close() throws IOException {
        rows.close();
    }
}
