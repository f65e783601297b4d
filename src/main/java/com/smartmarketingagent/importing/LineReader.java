package com.smartmarketingagent.importing;

import com.smartmarketingagent.customer.CustomerProfile;
import com.smartmarketingagent.customer.Email;
import com.smartmarketingagent.customer.Phone;
import com.smartmarketingagent.transaction.Amount;
import com.smartmarketingagent.transaction.Sale;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Turns rows into checked lines. One unusable value refuses its row, with the first reason found. Not thread-safe. */
final class LineReader {

    private static final int LONGEST_TAG = 50;
    private static final int MOST_TAGS = 50;
    private static final ZoneId JAKARTA = ZoneId.of("Asia/Jakarta");
    private static final int SHOWN = 200;
    private static final Pattern BREAK = Pattern.compile("\\R");

    private final Mapping mapping;
    private final Kind kind;
    private final @Nullable DateOrder order;
    private final LocalDate today;
    private final ZoneId zone;
    private final Supplier<OptionalInt> askYear;
    private boolean yearAsked;
    private OptionalInt year = OptionalInt.empty();
    private final int[] columns = new int[Field.values().length];
    private final Trimmings trimmings;
    private boolean first = true;

    /** What the next row may continue: the sale, or the refused order, that the row before is of. Null for none. */
    private @Nullable Line open;

    private int last;

    private final Set<Integer> incomplete = new HashSet<>();

    /** For a shop in Jakarta's zone. */
    LineReader(Mapping mapping, Kind kind, @Nullable DateOrder order, LocalDate today) {
        this(mapping, kind, order, today, JAKARTA, OptionalInt::empty);
    }

    /**
     * @param order null where the file's days read the same either way
     * @param today the business day in {@code zone}; later days are refused
     * @param year of the days that are written without one; asked when the first of them is met
     */
    LineReader(
            Mapping mapping,
            Kind kind,
            @Nullable DateOrder order,
            LocalDate today,
            ZoneId zone,
            Supplier<OptionalInt> year) {
        this.mapping = mapping;
        this.kind = kind;
        this.order = order;
        this.today = today;
        this.zone = zone;
        this.askYear = year;
        this.trimmings = new Trimmings(mapping, kind);
        for (Field field : Field.values()) columns[field.ordinal()] = mapping.column(field);
    }

    /**
     * The line in {@code row}; null for what is no line: an empty row, a total, the descriptions of the columns that
     * marketplaces put under the heading. Rows must come in the file's order: one that names a product, and neither an
     * order nor a day nor a customer, continues the sale directly above.
     */
    @Nullable
    Line read(Row row) {
        if (row.isBlank()) return null;
        boolean wasFirst = first;
        first = false;
        boolean below = row.number() == last + 1;
        last = row.number();
        Line above = below ? open : null;
        open = null;
        if (trimmings.isTotal(row) || (wasFirst && trimmings.isDescription(row))) return null;
        if (above != null && trimmings.continues(row)) {
            open = above;
            return continued(row, above);
        }
        Line line = begun(row);
        boolean counts = line instanceof Line.Sale || (line instanceof Line.Refused refused && refused.isSkipped());
        open = counts ? line : null;
        return line;
    }

    /**
     * The rows in which sales without an order number begin of which a further row was refused. Stored without it, the
     * sale would be another once that is mended, and be stored again.
     */
    Set<Integer> incomplete() {
        return incomplete;
    }

    private Line begun(Row row) {
        Field at = Field.STATUS;
        try {
            checkStatus(row);
            at = Field.PHONE;
            String phone = phone(row);
            at = Field.EMAIL;
            String email = email(row);
            at = Field.NAME;
            String name = name(row);
            if (name == null && phone == null && email == null)
                throw new Refusal(isMarketplace() ? "refused.masked" : "refused.nobody");
            at = Field.ADDRESS;
            String address = text(row, at);
            at = Field.CITY;
            String city = text(row, at);
            at = Field.TAGS;
            List<String> tags = tags(row);
            at = Field.NOTES;
            String notes = text(row, at);
            if (kind == Kind.CUSTOMERS) {
                return new Line.Person(row.number(), name, phone, email, address, city, tags, notes);
            }
            at = Field.TRANSACTION_DATE;
            LocalDate date = date(row);
            at = Field.QUANTITY;
            BigDecimal quantity = number(row, at);
            at = Field.PRICE;
            BigDecimal price = number(row, at);
            at = Field.AMOUNT;
            BigDecimal amount = amount(row, quantity, price);
            at = Field.PRODUCT;
            List<Line.Item> written = written(row);
            String product = written == null ? text(row, at) : null;
            at = Field.EXTERNAL_ID;
            String externalId = text(row, at);
            Line.Sale sale = new Line.Sale(
                    row.number(),
                    name,
                    phone,
                    email,
                    address,
                    city,
                    tags,
                    notes,
                    date,
                    amount,
                    product,
                    quantity,
                    price,
                    externalId,
                    Line.Item.of(product, quantity, price),
                    row.number());
            return written == null ? sale : sale.of(written);
        } catch (Refusal refusal) {
            return new Line.Refused(
                    row.number(), mapping.title(at), shown(raw(row, at)), refusal.text(), orderNumber(row));
        }
    }

    /** A further product of the sale above; of an order that doesn't count, no more than that. */
    private Line continued(Row row, Line above) {
        if (!(above instanceof Line.Sale sale)) {
            Line.Refused order = (Line.Refused) above;
            // of a marketplace each row tells the state of its order, in a file of one's own that of a product
            int status = columns[Field.STATUS.ordinal()];
            boolean counts = !isMarketplace()
                    && status >= 0
                    && !row.text(status).isBlank()
                    && OrderState.of(row.text(status)) == OrderState.COUNTS;
            if (counts && order.isSkipped())
                return new Line.Refused(
                        row.number(),
                        mapping.title(Field.STATUS),
                        shown(raw(row, Field.STATUS)),
                        new Refusal("refused.below_cancelled").text(),
                        order.externalId());
            return new Line.Refused(row.number(), order.column(), order.value(), order.reason(), order.externalId());
        }
        Field at = Field.STATUS;
        try {
            checkStatus(row);
            at = Field.NOTES;
            String notes = text(row, at);
            at = Field.QUANTITY;
            BigDecimal quantity = number(row, at);
            at = Field.PRICE;
            BigDecimal price = number(row, at);
            at = Field.AMOUNT;
            BigDecimal amount = furtherAmount(row, sale, quantity, price);
            at = Field.PRODUCT;
            List<Line.Item> written = written(row);
            String product = written == null ? text(row, at) : null;
            Line.Sale part =
                    sale.further(row.number(), notes, amount, quantity, price, Line.Item.of(product, quantity, price));
            return written == null ? part : part.of(written);
        } catch (Refusal refusal) {
            Line.Refused refused =
                    new Line.Refused(row.number(), mapping.title(at), shown(raw(row, at)), refusal.text());
            // a product that was cancelled is nothing to mend
            if (sale.externalId() == null && !refused.isSkipped()) incomplete.add(sale.row());
            return refused;
        }
    }

    /**
     * Nothing where the first row has the amount of the whole sale, as in a cell merged over all its rows. Where it has
     * that of its own product, this row lacks one.
     */
    private BigDecimal furtherAmount(Row row, Line.Sale sale, @Nullable BigDecimal quantity, @Nullable BigDecimal price)
            throws Refusal {
        BigDecimal amount = number(row, Field.AMOUNT);
        boolean left = amount == null && columns[Field.AMOUNT.ordinal()] >= 0;
        if (!left) return amount(row, quantity, price);
        BigDecimal each = sale.price();
        BigDecimal pieces = sale.quantity() == null ? BigDecimal.ONE : sale.quantity();
        boolean ofEach = each != null && each.multiply(pieces).compareTo(sale.amount()) == 0;
        if (ofEach && price != null) throw new Refusal("refused.no_amount");
        return BigDecimal.ZERO;
    }

    private boolean isMarketplace() {
        return mapping.layout() != Layout.PLAIN;
    }

    private void checkStatus(Row row) throws Refusal {
        int column = columns[Field.STATUS.ordinal()];
        if (column < 0) return;
        switch (OrderState.of(row.text(column))) {
            case CANCELLED -> throw new Refusal(Line.Refused.CANCELLED);
            case UNPAID -> throw new Refusal(Line.Refused.UNPAID);
            case COUNTS -> {}
        }
    }

    /** Null where it has none that could be stored. */
    private @Nullable String orderNumber(Row row) {
        try {
            return text(row, Field.EXTERNAL_ID);
        } catch (Refusal e) {
            return null;
        }
    }

    private @Nullable String phone(Row row) throws Refusal {
        String raw = calculated(row, Field.PHONE);
        if (isEmpty(raw) || isMasked(raw)) return null;
        String phone = raw.length() > Field.PHONE.maxLength ? null : Phone.e164OrNull(raw);
        if (phone != null) return phone;
        Phone.Refusal why = Phone.refusal(raw).orElse(Phone.Refusal.INVALID);
        throw new Refusal(why.text(raw));
    }

    private @Nullable String email(Row row) throws Refusal {
        String raw = raw(row, Field.EMAIL);
        if (isEmpty(raw) || isMasked(raw)) return null;
        String email = Email.normalise(raw).orElse(null);
        if (email == null) throw new Refusal("refused.email", shown(raw.strip()));
        return email;
    }

    private @Nullable String name(Row row) throws Refusal {
        String name = text(row, Field.NAME);
        if (name != null && !isMasked(name)) return name;
        String username = text(row, Field.USERNAME);
        return username == null || isMasked(username) ? null : username;
    }

    /** Marketplaces put asterisks over what a seller may not see. */
    private boolean isMasked(String value) {
        return isMarketplace() && value.indexOf('*') >= 0;
    }

    /** That of the row, or the one that is merged down over it: of all that was sold on a day. */
    private LocalDate date(Row row) throws Refusal {
        String written = calculated(row, Field.TRANSACTION_DATE);
        if (isEmpty(written.strip())) written = merged(row);
        if (Day.lacksYear(written)) written = withYear(written.strip());
        LocalDate date = Day.read(written, order, today, zone);
        if (date == null) throw new Refusal("refused.no_date");
        return date;
    }

    /** What the file says, else the price times the quantity, 1 where the file has none. */
    private BigDecimal amount(Row row, @Nullable BigDecimal quantity, @Nullable BigDecimal price) throws Refusal {
        BigDecimal amount = number(row, Field.AMOUNT);
        if (amount != null) return amount;
        if (price == null || columns[Field.AMOUNT.ordinal()] >= 0) throw new Refusal("refused.no_amount");
        BigDecimal product = quantity == null ? price : price.multiply(quantity).setScale(2, RoundingMode.HALF_EVEN);
        return fromNumber(product.toPlainString());
    }

    private String withYear(String day) throws Refusal {
        if (!yearAsked) year = askYear.get();
        yearAsked = true;
        if (year.isEmpty()) throw new Refusal("refused.no_year", day);
        return day + " " + year.getAsInt();
    }

    private String merged(Row row) {
        return row.merged(columns[Field.TRANSACTION_DATE.ordinal()]);
    }

    private @Nullable BigDecimal number(Row row, Field field) throws Refusal {
        int column = columns[field.ordinal()];
        if (column < 0) return null;
        String stored = calculated(row, field);
        return row.type(column) == Row.Type.NUMBER ? fromNumber(stored) : fromText(stored);
    }

    private static BigDecimal fromNumber(String number) throws Refusal {
        try {
            return Amount.readNumber(number);
        } catch (Amount.Unreadable e) {
            throw new Refusal(e.text());
        }
    }

    private static @Nullable BigDecimal fromText(String text) throws Refusal {
        try {
            return Amount.read(text);
        } catch (Amount.Unreadable e) {
            throw new Refusal(e.text());
        }
    }

    private @Nullable String text(Row row, Field field) throws Refusal {
        int column = columns[field.ordinal()];
        if (column < 0) return null;
        refuseNoValue(row, column);
        boolean oneLine = field != Field.NOTES && field != Field.ADDRESS;
        String written = withoutMark(trim(row.text(column)));
        String text = oneLine ? onOneLine(written) : written;
        if (text.isEmpty() || text.equals("-")) return null;
        if (text.length() > field.maxLength) throw new Refusal("refused.too_long", String.valueOf(field.maxLength));
        return text;
    }

    /** With a space for each end of a line, whichever character a program writes for it. */
    private static String onOneLine(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < ' ' && c != '\t') || c == '\u0085' || c == '\u2028' || c == '\u2029') {
                return trim(BREAK.matcher(text).replaceAll(" "));
            }
        }
        return text;
    }

    /** The products of a sale as our own file of sales writes them; null where this isn't such a list. */
    private @Nullable List<Line.Item> written(Row row) throws Refusal {
        int column = columns[Field.PRODUCT.ordinal()];
        boolean alone = columns[Field.QUANTITY.ordinal()] < 0 && columns[Field.PRICE.ordinal()] < 0;
        if (column < 0 || !alone || row.text(column).indexOf('×') < 0) return null;
        List<Line.Item> items = WrittenProducts.read(onOneLine(trim(row.text(column))));
        if (items != null && items.size() > Sale.MOST_PRODUCTS) {
            throw new Refusal("refused.products", String.valueOf(items.size()), String.valueOf(Sale.MOST_PRODUCTS));
        }
        if (items != null && items.stream().anyMatch(item -> item.name().length() > Field.PRODUCT.maxLength)) {
            throw new Refusal("refused.too_long", String.valueOf(Field.PRODUCT.maxLength));
        }
        return items;
    }

    private List<String> tags(Row row) throws Refusal {
        String text = text(row, Field.TAGS);
        if (text == null) return List.of();
        List<String> tags = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= text.length(); i++) {
            if (i < text.length() && ",;|".indexOf(text.charAt(i)) < 0) continue;
            String tag = text.substring(start, i).strip();
            if (tag.length() > LONGEST_TAG) throw new Refusal("refused.too_long", String.valueOf(LONGEST_TAG));
            if (!tag.isEmpty()) tags.add(tag);
            start = i + 1;
        }
        List<String> once = CustomerProfile.eachOnce(tags);
        if (once.size() > MOST_TAGS) throw new Refusal("refused.tags", String.valueOf(MOST_TAGS));
        return once;
    }

    private static void refuseNoValue(Row row, int column) throws Refusal {
        if (row.type(column) == Row.Type.ERROR) throw new Refusal("refused.error");
        if (row.type(column) == Row.Type.BOOLEAN) throw new Refusal("refused.boolean");
    }

    /** The stored value; that of a formula may be missing where a program wrote the file, and we calculate nothing. */
    private String calculated(Row row, Field field) throws Refusal {
        int column = columns[field.ordinal()];
        if (column < 0) return "";
        if (row.type(column) == Row.Type.FORMULA) throw new Refusal("refused.not_calculated");
        refuseNoValue(row, column);
        return row.stored(column);
    }

    /** The value as it counts: what is calculated in columns of numbers and days, what is written elsewhere. */
    private String raw(Row row, Field field) {
        int column = columns[field.ordinal()];
        if (column < 0) return "";
        if (field == Field.TRANSACTION_DATE && isEmpty(row.text(column).strip())) return merged(row);
        return switch (field) {
            case PHONE, TRANSACTION_DATE, AMOUNT, QUANTITY, PRICE ->
                row.type(column) == Row.Type.FORMULA ? row.text(column) : row.stored(column);
            default -> row.text(column);
        };
    }

    static boolean isEmpty(String value) {
        return value.isBlank() || value.equals("-");
    }

    /** Without spaces around it; a tab in front stays, it is what the owner wrote. */
    private static String trim(String value) {
        int end = value.length();
        while (end > 0 && (value.charAt(end - 1) <= ' ' || value.charAt(end - 1) == '\u00a0')) end--;
        int start = 0;
        while (start < end && (value.charAt(start) == ' ' || value.charAt(start) == '\u00a0')) start++;
        return start == 0 && end == value.length() ? value : value.substring(start, end);
    }

    /** Our files for spreadsheets put an apostrophe before what would be calculated; it is no part of the value. */
    private static String withoutMark(String value) {
        boolean marked = value.length() > 1 && value.charAt(0) == '\'' && "=+-@\t\r".indexOf(value.charAt(1)) >= 0;
        return marked ? value.substring(1) : value;
    }

    private static String shown(String value) {
        return value.length() <= SHOWN ? value : value.substring(0, SHOWN) + "…";
    }
}
