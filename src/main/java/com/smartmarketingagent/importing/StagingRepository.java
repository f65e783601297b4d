package com.smartmarketingagent.importing;

import com.smartmarketingagent.platform.Ids;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The lines of one file in temporary tables of one transaction, before they meet what is stored.
 *
 * <p>{@code staged_people} gets a row whenever a line says something of a person that was not said shortly before, so
 * that a hundred sales of one customer carry one. A person is named by an identity: the phone, else the e-mail, else
 * the name.
 */
final class StagingRepository {

    /** How many different people are remembered as already written; then they are written again, which does no harm. */
    private static final int PEOPLE = 1 << 19;

    /** How many order numbers are remembered, in 16 MB at most. */
    private static final int ORDERS = 1 << 21;

    private final CopyRows.Channel channel;
    private final CopyRows people;
    private final CopyRows sales;
    private final CopyRows refusals;
    private final Random random = new Random(System.nanoTime());
    private final long seed = random.nextLong();
    private long rows;
    private final LongSet written = new LongSet(PEOPLE);
    private final LongSet orders = new LongSet(ORDERS);
    private boolean ordersRepeat;
    private boolean priced;
    private long continued;

    StagingRepository(Handle tx) {
        tx.execute("SET LOCAL work_mem = '64MB'");
        tx.execute("""
                CREATE TEMPORARY TABLE staged_people (row int, identity text, id uuid, name text, phone text, email text,
                  address text, city text, tags text[], notes text) ON COMMIT DROP""");
        tx.execute("""
                CREATE TEMPORARY TABLE staged_sales (row int, id uuid, identity text, day date, amount numeric(15,2),
                  products jsonb, notes text, external_id text, head int, lines int DEFAULT 1) ON COMMIT DROP""");
        tx.execute("""
                CREATE TEMPORARY TABLE staged_refusals (row_number int, column_name text, value text, reason text,
                  reason_values text[], external_id text) ON COMMIT DROP""");
        channel = new CopyRows.Channel(tx);
        people = new CopyRows(channel, "COPY staged_people FROM STDIN");
        sales = new CopyRows(
                channel,
                "COPY staged_sales (row, id, identity, day, amount, products, notes, external_id, head) FROM STDIN");
        refusals = new CopyRows(channel, "COPY staged_refusals FROM STDIN");
    }

    void add(Line line) {
        rows++;
        switch (line) {
            case Line.Sale sale -> add(sale);
            case Line.Person person -> {
                var identity = identity(person.phone(), person.email(), person.name());
                person(person, identity);
            }
            case Line.Refused refused -> refuse(refused);
        }
    }

    private void add(Line.Sale sale) {
        var identity = identity(sale.phone(), sale.email(), sale.name());
        long hash = seed;
        for (@Nullable
        String part : new @Nullable String[] {
            identity,
            sale.name(),
            sale.email(),
            sale.address(),
            sale.city(),
            sale.tags().isEmpty() ? null : sale.tags().toString()
        }) {
            hash = mix(hash, part);
        }
        if (written.add(hash)) {
            person(
                    new Line.Person(
                            sale.row(),
                            sale.name(),
                            sale.phone(),
                            sale.email(),
                            sale.address(),
                            sale.city(),
                            sale.tags(),
                            null),
                    identity);
        }
        if (sale.externalId() != null && !orders.add(mix(seed, sale.externalId()))) ordersRepeat = true;
        boolean unnumbered = sale.isPart() && sale.externalId() == null;
        ordersRepeat |= unnumbered;
        if (sale.isPart()) continued++;
        sales.number(sale.row())
                .uuid(Ids.next(random.nextLong()))
                .text(identity)
                .text(sale.date().toString())
                .text(sale.amount().toPlainString())
                .text(products(sale))
                .text(sale.notes())
                .text(sale.externalId())
                .text(unnumbered ? Integer.toString(sale.head()) : null)
                .end();
    }

    private void person(Line.Person person, String identity) {
        people.number(person.row())
                .text(identity)
                .uuid(Ids.next(random.nextLong()))
                .text(person.name())
                .text(person.phone())
                .text(person.email())
                .text(person.address())
                .text(person.city())
                .array(person.tags())
                .text(person.notes())
                .end();
    }

    private void refuse(Line.Refused line) {
        var values = Arrays.stream(line.reason().values()).map(String::valueOf).toList();
        refusals.number(line.row())
                .text(line.column())
                .text(line.value())
                .text(line.reason().key())
                .array(values)
                .text(line.externalId())
                .end();
    }

    void flush() {
        people.flush();
        sales.flush();
        refusals.flush();
    }

    /** @param heads rows in which these sales begin; after {@link #flush} */
    void refuseSales(Handle tx, Set<Integer> heads) {
        if (heads.isEmpty()) return;
        tx.createUpdate("""
                        WITH gone AS (DELETE FROM staged_sales WHERE coalesce(head, row) = ANY (:heads) RETURNING row)
                        INSERT INTO staged_refusals SELECT row, 'Total', '', 'refused.incomplete', '{}' FROM gone
                        """).bindArray("heads", Integer.class, heads).execute();
        forgetPeopleWithoutSales(tx);
    }

    /** Those of whom every sale was refused. */
    static void forgetPeopleWithoutSales(Handle tx) {
        tx.execute(
                "DELETE FROM staged_people p WHERE NOT EXISTS (SELECT FROM staged_sales s WHERE s.identity = p.identity)");
    }

    /** Gives up what was not flushed. Nothing happens after a {@link #flush}. */
    void abandon() {
        channel.abandon();
    }

    /** How many lines were added. */
    long rows() {
        return rows;
    }

    /** How many lines continue the sale of the line above. */
    long continued() {
        return continued;
    }

    /** Whether several lines may be of one sale. False is certain. */
    boolean ordersRepeat() {
        return ordersRepeat || orders.forgot;
    }

    /** Whether any line says what one piece costs. */
    boolean priced() {
        return priced;
    }

    private static String identity(@Nullable String phone, @Nullable String email, @Nullable String name) {
        if (phone != null) return phone;
        if (email != null) return email;
        return "n:" + (name == null ? "" : name.toLowerCase(Locale.ROOT));
    }

    private String products(Line.Sale sale) {
        if (sale.items().isEmpty()) return "[]";
        var json = new StringBuilder("[");
        for (var item : sale.items()) {
            priced |= item.price() != null;
            json.append(json.length() == 1 ? "{\"name\":\"" : ",{\"name\":\"");
            escape(json, item.name());
            json.append("\",\"quantity\":").append(plain(item.quantity()));
            json.append(",\"price\":").append(plain(item.price())).append('}');
        }
        return json.append(']').toString();
    }

    private static String plain(@Nullable BigDecimal value) {
        if (value == null) return "null";
        return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
    }

    private static void escape(StringBuilder json, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') json.append('\\').append(c);
            else if (c < 0x20) json.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            else json.append(c);
        }
    }

    /** A 64-bit hash of the parts so far; with a random seed, so that nobody can craft two people into one. */
    private static long mix(long hash, @Nullable String part) {
        long h = hash * 0x9E3779B97F4A7C15L + (part == null ? 1 : part.length() + 2);
        if (part == null) return h;
        for (int i = 0; i < part.length(); i++) {
            h = (h ^ part.charAt(i)) * 0xBF58476D1CE4E5B9L;
            h ^= h >>> 29;
        }
        return h;
    }

    /** A set of hashes that grows up to a limit; full, it forgets all. */
    private static final class LongSet {
        private final int limit;
        private long[] slots = new long[1 << 10];
        private int size;
        private boolean forgot;

        /** @param limit of the slots, a power of two; three quarters of them are filled */
        LongSet(int limit) {
            this.limit = limit;
        }

        /** True if it was not there. */
        boolean add(long value) {
            long v = value == 0 ? 1 : value;
            if (size > slots.length / 4 * 3) makeRoom();
            int i = place(v);
            if (slots[i] == v) return false;
            slots[i] = v;
            size++;
            return true;
        }

        /** Where it is, or where it would be. */
        private int place(long v) {
            int i = (int) (v ^ v >>> 32) & slots.length - 1;
            while (slots[i] != 0 && slots[i] != v) i = i + 1 & slots.length - 1;
            return i;
        }

        private void makeRoom() {
            if (slots.length == limit) {
                Arrays.fill(slots, 0);
                size = 0;
                forgot = true;
                return;
            }
            var old = slots;
            slots = new long[old.length * 2];
            for (long v : old) if (v != 0) slots[place(v)] = v;
        }
    }
}
