package com.smartmarketingagent.platform;

import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/** A file for spreadsheets: in UTF-8, with the mark that tells Excel so, and with nothing that would be calculated. */
public final class Csv implements Closeable {

    private static final byte[] MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private static final Pattern BELOW_ZERO = Pattern.compile("-[0-9]+([.][0-9]+)?");

    private final CsvWriter rows;

    public Csv(OutputStream out) throws IOException {
        out.write(MARK);
        rows = CsvWriter.builder().build(new OutputStreamWriter(out, StandardCharsets.UTF_8));
    }

    /** Values that a spreadsheet would calculate get an apostrophe; numbers stay numbers. */
    public void row(List<String> values) {
        rows.writeRecord(values.stream().map(Csv::harmless).toList());
    }

    private static String harmless(String value) {
        boolean calculated = !value.isEmpty() && "=+-@\t\r".indexOf(value.charAt(0)) >= 0;
        return calculated && !BELOW_ZERO.matcher(value).matches() ? "'" + value : value;
    }

    @Override
    public void close() throws IOException {
        rows.close();
    }
}
