package com.smartmarketingagent.importing;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/** Rows on their way into a temporary table, in COPY's text format, sent a megabyte at a time. */
final class CopyRows {

    private static final int CHUNK = 1 << 20;

    private final Handle tx;
    private final String copy;
    private byte[] buffer = new byte[CHUNK + (1 << 16)];
    private int length;
    private boolean inRow;

    /** @param copy a {@code COPY table (columns) FROM STDIN} */
    CopyRows(Handle tx, String copy) {
        this.tx = tx;
        this.copy = copy;
    }

    CopyRows text(@Nullable String value) {
        separate();
        if (value == null) return raw("\\N");
        reserve(value.length() * 6);
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c >= 0x80) return unicode(value, i);
            ascii(c);
        }
        return this;
    }

    private CopyRows unicode(String value, int from) {
        for (byte b : value.substring(from).getBytes(StandardCharsets.UTF_8)) {
            if (b >= 0) ascii((char) b);
            else buffer[length++] = b;
        }
        return this;
    }

    private void ascii(char c) {
        switch (c) {
            case '\\' -> escaped('\\');
            case '\t' -> escaped('t');
            case '\n' -> escaped('n');
            case '\r' -> escaped('r');
            default -> buffer[length++] = (byte) c;
        }
    }

    private void escaped(char c) {
        buffer[length++] = '\\';
        buffer[length++] = (byte) c;
    }

    /** A {@code text[]}. */
    CopyRows array(List<String> values) {
        if (values.isEmpty()) return text("{}");
        var literal = new StringBuilder("{");
        for (var value : values) {
            if (literal.length() > 1) literal.append(',');
            literal.append('"')
                    .append(value.replace("\\", "\\\\").replace("\"", "\\\""))
                    .append('"');
        }
        return text(literal.append('}').toString());
    }

    CopyRows number(long value) {
        separate();
        return raw(Long.toString(value));
    }

    CopyRows uuid(UUID value) {
        separate();
        return raw(value.toString());
    }

    /** Ends a row. */
    void end() {
        reserve(1);
        buffer[length++] = '\n';
        inRow = false;
        if (length >= CHUNK) flush();
    }

    /** Sends what is waiting. To be called before the table is read. */
    void flush() {
        if (length == 0) return;
        try {
            var in = new ByteArrayInputStream(buffer, 0, length);
            tx.getConnection().unwrap(PGConnection.class).getCopyAPI().copyIn(copy, in, CHUNK);
        } catch (SQLException e) {
            throw new IllegalStateException("COPY failed: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        length = 0;
    }

    private void separate() {
        reserve(1);
        if (inRow) buffer[length++] = '\t';
        inRow = true;
    }

    private CopyRows raw(String ascii) {
        reserve(ascii.length());
        for (int i = 0; i < ascii.length(); i++) buffer[length++] = (byte) ascii.charAt(i);
        return this;
    }

    private void reserve(int bytes) {
        if (length + bytes > buffer.length) buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, length + bytes));
    }
}
