package com.smartmarketingagent.importing;

import com.smartmarketingagent.importing.Day.Evidence;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Which order the days of a file are written in, from a pass over all its rows.
 *
 * <p>One day past the 12th settles it. Days that can be read both ways without such a witness, or with witnesses for
 * both orders, are asked about and never guessed. Marketplaces are known to write the day first.
 *
 * <p>Where no day has a year, a title may say it for all of them.
 */
final class DateOrderDetection {

    /** What the rows so far say. */
    enum Answer {
        DAY_FIRST,
        MONTH_FIRST,
        /** No row depends on it: years first, names of months, spreadsheet dates, the same number twice. */
        UNNEEDED,
        /** To be asked. */
        AMBIGUOUS
    }

    /**
     * Where months come first, most days are above 12. So few that are, to so many that may be either, are mistyped
     * rather than a sign: nobody's 8 September becomes 9 August by one of them.
     */
    private static final int MISTYPED = 4;

    /**
     * So many days must begin with the month before nobody is asked who can be, and no more than {@link #MOST_EITHER}
     * times as many may be either: of days that do, two fifths are.
     */
    private static final int SURE = 3;

    private static final int MOST_EITHER = 2;

    private final Mapping mapping;
    private final int column;
    private final OptionalInt titleYear;
    private boolean dated;
    private boolean yearless;
    private boolean dayFirst;
    private int monthFirst;
    private int either;
    private @Nullable String example;

    /** @param titleYear that of {@link Sheet#year} */
    DateOrderDetection(Mapping mapping, OptionalInt titleYear) {
        this.mapping = mapping;
        this.titleYear = titleYear;
        this.column = mapping.column(Field.TRANSACTION_DATE);
    }

    void see(Row row) {
        if (column < 0) return;
        String written = row.stored(column).strip();
        boolean text = row.type(column) == Row.Type.TEXT;
        if (text && Day.lacksYear(written)) {
            if (titleYear.isEmpty() || dated) return;
            yearless = true;
            written += " " + titleYear.getAsInt();
        } else if (titleYear.isPresent() && !dated && (row.type(column) == Row.Type.DATE || Day.hasYear(written))) {
            dated = true;
            forget();
        }
        if (text) count(Day.evidence(written), row);
    }

    /** What was seen of days without a year, which aren't read beside some with one. */
    private void forget() {
        dayFirst = false;
        monthFirst = 0;
        either = 0;
        example = null;
    }

    private void count(Evidence evidence, Row row) {
        dayFirst |= evidence == Evidence.DAY_FIRST;
        if (evidence == Evidence.MONTH_FIRST) monthFirst++;
        if (evidence == Evidence.EITHER) {
            either++;
            if (example == null) example = row.stored(column).strip();
        }
    }

    /**
     * The year of the days that are written without one; empty where none is, or some have one, or no title says it.
     */
    OptionalInt year() {
        return yearless && !dated ? titleYear : OptionalInt.empty();
    }

    /** The first day that can be read both ways; null for none. */
    @Nullable
    String example() {
        return example;
    }

    /** Whether the months seem to come first, which is unusual here, by days that may as well be mistyped. */
    boolean isDoubtful() {
        return answer() == Answer.MONTH_FIRST && either > 0 && (monthFirst < SURE || either > monthFirst * MOST_EITHER);
    }

    Answer answer() {
        if (dayFirst && monthFirst == 0) return Answer.DAY_FIRST;
        if (!dayFirst && monthFirst > 0 && either <= monthFirst * MISTYPED) return Answer.MONTH_FIRST;
        if (dayFirst || either > 0) return mapping.layout() == Layout.PLAIN ? Answer.AMBIGUOUS : Answer.DAY_FIRST;
        return Answer.UNNEEDED;
    }

    /** The order for {@link LineReader}; null where none is needed and where the owner must be asked. */
    @Nullable
    DateOrder order() {
        return switch (answer()) {
            case DAY_FIRST -> DateOrder.DAY_FIRST;
            case MONTH_FIRST -> DateOrder.MONTH_FIRST;
            case UNNEEDED, AMBIGUOUS -> null;
        };
    }
}
