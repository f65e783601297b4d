package com.smartmarketingagent.report;

import com.smartmarketingagent.account.Frame;
import com.smartmarketingagent.platform.Csv;
import com.smartmarketingagent.platform.UserId;
import com.smartmarketingagent.report.ReportRepository.SaleRow;
import com.smartmarketingagent.report.ReportTables.Table;
import com.smartmarketingagent.rfm.FigureCache;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.stream.Stream;
import org.dhatim.fastexcel.Workbook;
import org.dhatim.fastexcel.Worksheet;
import org.jspecify.annotations.Nullable;

/** Reports and sales for spreadsheets. Sales are read in pages: a slow client keeps no connection from others. */
@Singleton
class ReportFiles {

    private static final int PAGE = 1_000;
    /** A sheet holds 1,048,576 rows. */
    private static final int MOST_ROWS = 1_000_000;

    private final FigureCache cache;
    private final ReportRepository figures;

    ReportFiles(FigureCache cache, ReportRepository figures) {
        this.cache = cache;
        this.figures = figures;
    }

    /** A line for each figure: table, row, column, and the number or word. */
    StreamingOutput csv(Frame frame, List<Table> tables) {
        return out -> {
            try (var csv = new Csv(out)) {
                csv.row(List.of(
                        frame.say("report.column_table"),
                        frame.say("report.column_what"),
                        frame.say("report.column_column"),
                        frame.say("report.column_value")));
                for (var table : tables) figures(csv, table);
            }
        };
    }

    private static void figures(Csv csv, Table table) {
        for (var row : table.rows())
            for (int i = 1; i < row.size(); i++) {
                var number = row.get(i).number();
                csv.row(List.of(
                        table.title(),
                        row.getFirst().said(),
                        table.head().get(i),
                        number == null ? row.get(i).said() : plain(number)));
            }
    }

    /** Every sale of the period, the oldest first. */
    StreamingOutput sales(UserId user, Frame frame, Period period) {
        return out -> {
            try (var csv = new Csv(out)) {
                csv.row(titles(frame));
                for (var page = page(user, period, null); !page.isEmpty(); page = page(user, period, page.getLast()))
                    for (var sale : page) csv.row(line(sale));
            }
        };
    }

    private List<SaleRow> page(UserId user, Period period, @Nullable SaleRow after) {
        return cache.report(user, tx -> figures.page(tx, user, period.from(), period.until(), after, PAGE));
    }

    private static List<String> titles(Frame frame) {
        return Stream.of("day", "customer", "phone", "city", "products", "amount", "external_id", "notes")
                .map(title -> frame.say("report.sale_" + title))
                .toList();
    }

    private static List<String> line(SaleRow sale) {
        return List.of(
                sale.day().toString(),
                sale.customer(),
                orNothing(sale.phone()),
                orNothing(sale.city()),
                sale.products(),
                plain(sale.amount()),
                orNothing(sale.externalId()),
                orNothing(sale.notes()));
    }

    private static String plain(BigDecimal number) {
        return number.stripTrailingZeros().toPlainString();
    }

    private static String orNothing(@Nullable String text) {
        return text == null ? "" : text;
    }

    /** The tables on one sheet, every sale on the next. What begins with = is text there: nothing is calculated. */
    StreamingOutput xlsx(UserId user, Frame frame, Period period, String shop, String title, List<Table> tables) {
        return out -> {
            try (var book = new Workbook(out, "Smart Marketing Agent", "1.0")) {
                report(book.newWorksheet(frame.say("report.sheet")), shop, title, tables);
                sales(book, frame.say("report.sheet_sales"), titles(frame), last -> page(user, period, last));
            }
        };
    }

    private static void report(Worksheet sheet, String shop, String title, List<Table> tables) throws IOException {
        sheet.width(0, 34);
        sheet.value(0, 0, shop);
        sheet.value(1, 0, ReportPdf.plain(title));
        sheet.style(1, 0).bold().fontSize(14).set();
        int row = 3;
        for (var table : tables) {
            sheet.value(row, 0, table.title());
            sheet.style(row++, 0).bold().set();
            for (int i = 0; i < table.head().size(); i++) {
                sheet.value(row, i, table.head().get(i));
                sheet.style(row, i).bold().set();
                if (i > 0) sheet.width(i, 18);
            }
            row++;
            for (var line : table.rows()) {
                for (int i = 0; i < line.size(); i++) {
                    var number = line.get(i).number();
                    if (number == null) {
                        sheet.value(row, i, line.get(i).said());
                    } else {
                        sheet.value(row, i, number);
                        sheet.style(row, i).format(line.get(i).format()).set();
                    }
                }
                row++;
            }
            row++;
        }
        sheet.finish();
    }

    /** Sales in pages; the last of the page before, null for the first page. */
    @FunctionalInterface
    interface Pages {
        List<SaleRow> after(@Nullable SaleRow last);
    }

    /** However many there are, only a page of them is in memory. */
    static void sales(Workbook book, String name, List<String> titles, Pages pages) throws IOException {
        SaleRow last = null;
        boolean more = true;
        for (int n = 1; more; n++) {
            var sheet = book.newWorksheet(name + (n == 1 ? "" : " " + n));
            for (int i = 0; i < titles.size(); i++) {
                sheet.value(0, i, titles.get(i));
                sheet.style(0, i).bold().set();
            }
            int row = 1;
            while (row <= MOST_ROWS - PAGE) {
                var page = pages.after(last);
                more = page.size() == PAGE;
                for (var sale : page) fill(sheet, row++, sale);
                sheet.flush();
                if (!more) break;
                last = page.getLast();
            }
            sheet.finish();
        }
    }

    /** Texts stand in their cells: the list of distinct ones that a workbook keeps for others is written at its end. */
    private static void fill(Worksheet sheet, int row, SaleRow sale) {
        sheet.value(row, 0, sale.day());
        sheet.style(row, 0).format("yyyy-mm-dd").set();
        sheet.inlineString(row, 1, sale.customer());
        sheet.inlineString(row, 2, sale.phone());
        sheet.inlineString(row, 3, sale.city());
        sheet.inlineString(row, 4, sale.products());
        sheet.value(row, 5, sale.amount());
        sheet.style(row, 5).format(ReportTables.format(sale.amount())).set();
        sheet.inlineString(row, 6, sale.externalId());
        sheet.inlineString(row, 7, sale.notes());
    }
}
