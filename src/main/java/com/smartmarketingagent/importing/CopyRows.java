package com.smartmarketingagent.importing;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;

/**
 * Rows on their way into a temporary table, in COPY's text format. The server takes them in while the next are made: a
 * COPY stays open until another table has its turn on the connection.
 */
final class CopyRows {

    private static final Logger LOG = Logger.getLogger(CopyRows.class);
    private static final int CHUNK = 1 << 17;

    /** The one COPY that is open on a connection. */
    static final class Channel {
        private final CopyManager copies;
        private @Nullable CopyIn open;
        private @Nullable String openCopy;

        Channel(Handle tx) {
            try {
                copies = tx.getConnection().unwrap(PGConnection.class).getCopyAPI();
            } catch (SQLException e) {
                throw new IllegalStateException("Not PostgreSQL's driver", e);
            }
        }

        private void send(String copy, byte[] rows, int length) throws SQLException {
            if (!copy.equals(openCopy)) {
                end();
                open = copies.copyIn(copy);
                openCopy = copy;
            }
            Objects.requireNonNull(open).writeToCopy(rows, 0, length);
        }

        /** Until then nothing else can be asked on the connection: whoever tries waits for ever. */
        private void end() throws SQLException {
            var ending = open;
            open = null;
            openCopy = null;
            if (ending != null) ending.endCopy();
        }

        /** Gives up a COPY that something else broke off, so that its transaction can be rolled back. */
        void abandon() {
            var abandoned = open;
            open = null;
            openCopy = null;
            try {
                if (abandoned != null && abandoned.isActive()) abandoned.cancelCopy();
            } catch (SQLException e) {
                LOG.debug("A COPY could not be cancelled; the rollback will tell", e);
            }
        }
    }

    private final Channel channel;
    private final String copy;
    private byte[] buffer = new byte[CHUNK + (1 << 16)];
    private int length;
    private boolean inRow;

    /** @param copy a {@code COPY table (columns) FROM STDIN} */
    CopyRows(Channel channel, String copy) {
        this.channel = channel;
        this.copy = copy;
    }

    CopyRows text(@Nullable String value) {
        separate();
        if (value == null) return raw("\\N");
        reserve(value.length() * 6);
        // locals: the quick compiler, the only one that is on, would go to the fields for each character
        byte[] bytes = buffer;
        int end = length;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < 0x20 || c >= 0x80 || c == '\\') {
                length = end;
                return special(value, i);
            }
            bytes[end++] = (byte) c;
        }
        length = end;
        return this;
    }

    private CopyRows special(String value, int from) {
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
        reserve(32);
        hex(value.getMostSignificantBits());
        hex(value.getLeastSignificantBits());
        return this;
    }

    private void hex(long bits) {
        byte[] bytes = buffer;
        int end = length;
        for (int shift = 60; shift >= 0; shift -= 4) {
            int digit = (int) (bits >>> shift) & 15;
            bytes[end++] = (byte) (digit < 10 ? '0' + digit : 'a' - 10 + digit);
        }
        length = end;
    }

    /** Ends a row. */
    void end() {
        reserve(1);
        buffer[length++] = '\n';
        inRow = false;
        if (length >= CHUNK) send();
    }

    private void send() {
        if (length == 0) return;
        try {
            channel.send(copy, buffer, length);
        } catch (SQLException e) {
            throw new IllegalStateException("COPY failed: " + e.getMessage(), e);
        }
        length = 0;
    }

    /** Sends what is waiting and ends the COPY. To be called before the connection is used otherwise. */
    void flush() {
        send();
        try {
            channel.end();
        } catch (SQLException e) {
            throw new IllegalStateException("COPY failed: " + e.getMessage(), e);
        }
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
