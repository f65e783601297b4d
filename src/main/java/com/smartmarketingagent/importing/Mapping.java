package com.smartmarketingagent.importing;

import com.smartmarketingagent.importing.Headings.Meaning;
import com.smartmarketingagent.importing.UnreadableFile.Code;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which column is what.
 *
 * @param heading the titles of the columns as the file writes them
 * @param fields by column from 0, each field at most once; columns that are not read are absent
 */
record Mapping(Layout layout, List<String> heading, Map<Integer, Field> fields) {

    Mapping {
        heading = List.copyOf(heading);
        fields = Map.copyOf(fields);
    }

    /** What the titles say; columns nobody knows and, for customers, those of sales are left out. */
    static Mapping recognise(List<String> heading, Kind kind) {
        List<String> folded = heading.stream().map(Headings::fold).toList();
        Layout layout = Layout.of(folded);
        Map<Integer, Field> fields = layout == Layout.PLAIN ? plain(heading, folded) : layout.fields(folded);
        fields.values().removeIf(field -> !fits(field, kind));
        return new Mapping(layout, heading, fields);
    }

    /**
     * The same with a column of an owner's own file that is called status and holds states of orders, not kinds of
     * customers: at least half of what stands in it is known for one.
     *
     * @param first the first rows
     */
    Mapping withStates(Collection<Row> first, Kind kind) {
        if (layout != Layout.PLAIN || !fits(Field.STATUS, kind)) return this;
        for (int i = 0; i < heading.size(); i++) {
            int column = i;
            if (fields.containsKey(i) || !Headings.STATES.contains(Headings.fold(heading.get(i)))) continue;
            var words = first.stream()
                    .map(row -> row.text(column).strip())
                    .filter(word -> !word.isEmpty())
                    .toList();
            long known = words.stream().filter(OrderState::isKnown).count();
            if (known == 0 || 2 * known < words.size()) continue;
            var more = new HashMap<>(fields);
            more.put(i, Field.STATUS);
            return new Mapping(layout, heading, more);
        }
        return this;
    }

    /** Whether rows of this kind can have such a column. */
    static boolean fits(Field field, Kind kind) {
        return kind == Kind.TRANSACTIONS || !belongsToSales(field);
    }

    private static boolean belongsToSales(Field field) {
        return switch (field) {
            case TRANSACTION_DATE, AMOUNT, PRODUCT, QUANTITY, PRICE, EXTERNAL_ID, STATUS -> true;
            case NAME, PHONE, EMAIL, ADDRESS, CITY, TAGS, NOTES, USERNAME, IGNORE -> false;
        };
    }

    private static Map<Integer, Field> plain(List<String> heading, List<String> folded) {
        Map<Field, Integer> columns = new HashMap<>();
        Map<Field, Integer> ranks = new HashMap<>();
        for (int column = 0; column < heading.size(); column++) {
            Meaning meaning = Headings.meaning(heading.get(column));
            if (meaning == null || meaning.rank() >= ranks.getOrDefault(meaning.field(), Integer.MAX_VALUE)) continue;
            columns.put(meaning.field(), column);
            ranks.put(meaning.field(), meaning.rank());
        }
        shareAmountWords(columns, folded);
        Map<Integer, Field> fields = new HashMap<>();
        columns.forEach((field, column) -> fields.put(column, field));
        return fields;
    }

    /**
     * {@code Jumlah} is the quantity beside another amount and the amount on its own; {@code Harga} is the amount on
     * its own and the price of one beside another amount. With a quantity of its own, as on a printed nota (Banyaknya,
     * Barang, Harga, Jumlah), Jumlah is the amount of the line and Harga the price.
     */
    private static void shareAmountWords(Map<Field, Integer> columns, List<String> folded) {
        int count = indexOfAny(folded, Headings.COUNT_OR_AMOUNT);
        int price = indexOfAny(folded, Headings.PRICE_OR_AMOUNT);
        Integer amount = columns.get(Field.AMOUNT);
        if (amount == null) return;
        boolean other = amount != count && amount != price;
        if (count >= 0 && (other || price >= 0) && !columns.containsKey(Field.QUANTITY)) {
            columns.put(Field.QUANTITY, count);
            if (!other) columns.put(Field.AMOUNT, price);
        }
        amount = columns.get(Field.AMOUNT);
        if (price >= 0 && amount != null && amount != price) columns.putIfAbsent(Field.PRICE, price);
    }

    private static int indexOfAny(List<String> folded, Set<String> words) {
        for (int i = 0; i < folded.size(); i++) {
            if (words.contains(folded.get(i))) return i;
        }
        return -1;
    }

    /**
     * As the owner wants it: the named columns become the named fields, and lose them elsewhere; the others stay.
     *
     * @param byHeading title of a column to a field's JSON name
     * @throws UnreadableFile for a title the file does not have, a field that does not exist, and two columns for one
     *     field
     */
    Mapping corrected(Map<String, String> byHeading) throws UnreadableFile {
        Map<Integer, Field> wanted = new LinkedHashMap<>();
        for (Map.Entry<String, String> entry : byHeading.entrySet()) {
            int column = columnOf(entry.getKey());
            if (column < 0) throw new UnreadableFile(Code.UNKNOWN_HEADING, 0, entry.getKey());
            Field field = Field.ofJson(entry.getValue());
            if (field == null) throw new UnreadableFile(Code.UNKNOWN_FIELD, 0, entry.getKey(), entry.getValue());
            refuseTwice(wanted, column, field);
            wanted.put(column, field);
        }
        Map<Integer, Field> corrected = new HashMap<>(fields);
        corrected.values().removeIf(wanted::containsValue);
        wanted.forEach((column, field) -> {
            if (field == Field.IGNORE) corrected.remove(column);
            else corrected.put(column, field);
        });
        return new Mapping(layout, heading, corrected);
    }

    private void refuseTwice(Map<Integer, Field> wanted, int column, Field field) throws UnreadableFile {
        if (field == Field.IGNORE) return;
        for (Map.Entry<Integer, Field> other : wanted.entrySet()) {
            if (other.getValue() == field && other.getKey() != column) {
                throw new UnreadableFile(
                        Code.FIELD_TWICE, 0, heading.get(other.getKey()), heading.get(column), field.json());
            }
        }
    }

    /** As written, else with case, spaces and signs folded; -1 where there is none. */
    private int columnOf(String title) {
        for (int i = 0; i < heading.size(); i++) {
            if (heading.get(i).strip().equals(title.strip())) return i;
        }
        String folded = Headings.fold(title);
        for (int i = 0; i < heading.size(); i++) {
            if (!folded.isEmpty() && Headings.fold(heading.get(i)).equals(folded)) return i;
        }
        return -1;
    }

    /** From 0; -1 where the file has no such column. */
    int column(Field field) {
        for (Map.Entry<Integer, Field> entry : fields.entrySet()) {
            if (entry.getValue() == field) return entry.getKey();
        }
        return -1;
    }

    /** The column's title as the file writes it; the field's Indonesian name where the file has no such column. */
    String title(Field field) {
        int column = column(field);
        return column < 0 || heading.get(column).isBlank()
                ? field.indonesian
                : heading.get(column).strip();
    }

    /**
     * Title to field name in the file's order, as the API's {@code mapping}; columns that are not read are
     * {@code ignore}.
     */
    Map<String, String> json() {
        Map<String, String> json = new LinkedHashMap<>();
        for (int i = 0; i < heading.size(); i++) {
            if (heading.get(i).isBlank()) continue;
            String field = fields.getOrDefault(i, Field.IGNORE).json();
            // of two columns with one title the one that is read shows
            json.merge(heading.get(i).strip(), field, (old, now) -> old.equals("ignore") ? now : old);
        }
        return json;
    }

    /** Refuses a file that lacks a column which {@code kind} cannot do without, naming what is missing. */
    void require(Kind kind) throws UnreadableFile {
        // of a list of people the columns of sales were known too
        boolean unknown = recognise(heading, Kind.TRANSACTIONS).fields().isEmpty();
        if (fields.isEmpty() && unknown) throw new UnreadableFile(Code.NO_COLUMN, 0);
        List<String> missing = new ArrayList<>();
        Set<Field> present = Set.copyOf(fields.values());
        boolean someone = present.contains(Field.NAME)
                || present.contains(Field.PHONE)
                || present.contains(Field.EMAIL)
                || present.contains(Field.USERNAME);
        if (kind == Kind.TRANSACTIONS) {
            if (!present.contains(Field.TRANSACTION_DATE)) missing.add("Tanggal");
            if (!present.contains(Field.AMOUNT) && !present.contains(Field.PRICE)) missing.add("Total");
        }
        if (!someone) missing.add("Nama / No. HP / Email");
        if (!missing.isEmpty()) throw new UnreadableFile(Code.MISSING_COLUMN, 0, String.join(", ", missing));
    }
}
