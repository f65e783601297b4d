package com.smartmarketingagent.report;

import com.smartmarketingagent.account.Frame;
import com.smartmarketingagent.platform.Bars;
import com.smartmarketingagent.report.ReportTables.Table;
import java.awt.Color;
import java.io.OutputStream;
import java.util.List;
import org.openpdf.text.Document;
import org.openpdf.text.Element;
import org.openpdf.text.Font;
import org.openpdf.text.HeaderFooter;
import org.openpdf.text.Image;
import org.openpdf.text.PageSize;
import org.openpdf.text.Paragraph;
import org.openpdf.text.Phrase;
import org.openpdf.text.Rectangle;
import org.openpdf.text.pdf.PdfPCell;
import org.openpdf.text.pdf.PdfPTable;
import org.openpdf.text.pdf.PdfTemplate;
import org.openpdf.text.pdf.PdfWriter;

/** A report on A4, to print or to send on. */
final class ReportPdf {

    private static final Color INK = new Color(0x1f, 0x29, 0x37);
    private static final Color BAR = new Color(0x1d, 0x4e, 0xd8);
    private static final Color LINE = new Color(0xd1, 0xd5, 0xdb);
    private static final float SCALE = 1.5f;
    private static final Font TEXT = new Font(Font.HELVETICA, 10, Font.NORMAL, INK);
    private static final Font BOLD = new Font(Font.HELVETICA, 10, Font.BOLD, INK);
    private static final Font HEADING = new Font(Font.HELVETICA, 13, Font.BOLD, INK);
    private static final Font TITLE = new Font(Font.HELVETICA, 18, Font.BOLD, INK);

    private ReportPdf() {}

    /** What the file is called. */
    static String name(Frame frame, Period period) {
        return frame.say("report.file") + "-" + period.key() + ".pdf";
    }

    static void write(OutputStream out, Frame frame, String shop, Period period, Report report) {
        write(
                out,
                frame.tag(),
                shop,
                ReportTables.title(frame, period),
                report.goesOn() ? frame.say("report.goes_on") : "",
                ReportTables.of(frame, report),
                ReportTables.bars(frame, period, report),
                frame.say("report.chart"));
    }

    /** @param chart what its bars are is said by {@code chartTitle} */
    private static void write(
            OutputStream out,
            String language,
            String shop,
            String title,
            String goesOn,
            List<Table> tables,
            Bars chart,
            String chartTitle) {
        try (var document = new Document(PageSize.A4, 40, 40, 40, 50)) {
            var writer = PdfWriter.getInstance(document, out);
            document.addTitle(plain(title));
            document.addSubject(plain(shop));
            document.setDocumentLanguage(language);
            var footer = new HeaderFooter(new Phrase(plain(shop) + " · ", TEXT), true);
            footer.setBorder(Rectangle.NO_BORDER);
            footer.setAlignment(Element.ALIGN_RIGHT);
            document.setFooter(footer);
            document.open();
            document.add(new Paragraph(plain(shop), TEXT));
            document.add(new Paragraph(plain(title), TITLE));
            if (!goesOn.isEmpty()) document.add(new Paragraph(plain(goesOn), TEXT));
            for (var table : tables) {
                document.add(heading(table.title()));
                if (table.rows().isEmpty()) document.add(new Paragraph(plain(table.none()), TEXT));
                else document.add(table(table));
                if (table.key().equals("summary")) {
                    document.add(heading(chartTitle));
                    document.add(picture(writer, chart));
                }
            }
        }
    }

    private static Paragraph heading(String text) {
        var heading = new Paragraph(plain(text), HEADING);
        heading.setSpacingBefore(16);
        heading.setSpacingAfter(6);
        heading.setKeepTogether(true);
        return heading;
    }

    private static PdfPTable table(Table table) {
        var columns = table.head().size();
        var shown = new PdfPTable(widths(table));
        shown.setWidthPercentage(100);
        shown.setHeaderRows(1);
        for (int i = 0; i < columns; i++) shown.addCell(cell(table.head().get(i), BOLD, i > 0));
        for (var row : table.rows())
            for (int i = 0; i < columns; i++) shown.addCell(cell(row.get(i).said(), TEXT, i > 0));
        return shown;
    }

    /** By the longest line of each column, so that no amount is broken. */
    private static float[] widths(Table table) {
        var widths = new float[table.head().size()];
        for (int i = 0; i < widths.length; i++) {
            int longest = table.head().get(i).length();
            for (var row : table.rows())
                longest = Math.max(longest, Math.min(40, row.get(i).said().length()));
            widths[i] = 4 + longest;
        }
        return widths;
    }

    private static PdfPCell cell(String text, Font font, boolean number) {
        var cell = new PdfPCell(new Phrase(plain(text), font));
        cell.setBorder(Rectangle.BOTTOM);
        cell.setBorderColor(LINE);
        cell.setPadding(4);
        if (number) cell.setHorizontalAlignment(Element.ALIGN_RIGHT);
        return cell;
    }

    /** Drawn, not photographed: sharp at any size. From below, where the bars are from above. */
    private static Image picture(PdfWriter writer, Bars chart) {
        float width = 320 * SCALE, height = Bars.HEIGHT * SCALE;
        PdfTemplate picture = writer.getDirectContent().createTemplate(width, height);
        picture.setColorFill(BAR);
        for (var bar : chart.bars()) {
            float above = (bar.y().floatValue() + bar.height().floatValue()) * SCALE;
            picture.rectangle(
                    bar.x().floatValue() * SCALE,
                    height - above,
                    bar.width().floatValue() * SCALE,
                    bar.height().floatValue() * SCALE);
        }
        picture.fill();
        picture.setColorStroke(INK);
        float zero = height - chart.baseline().floatValue() * SCALE;
        picture.moveTo(0, zero);
        picture.lineTo(width, zero);
        picture.stroke();
        picture.setColorFill(INK);
        picture.beginText();
        picture.setFontAndSize(TEXT.getCalculatedBaseFont(false), 9);
        for (var bar : chart.bars()) {
            if (!bar.named()) continue;
            picture.showTextAligned(
                    Element.ALIGN_CENTER,
                    plain(bar.value().label()),
                    bar.middle().floatValue() * SCALE,
                    6,
                    0);
        }
        picture.endText();
        return Image.getInstance(picture);
    }

    /** What the fonts that every reader of PDF has can show; marks that turn text around are not for paper. */
    static String plain(String text) {
        var plain = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (c == 0x2212) plain.append('-');
            else if (c < 0x20 || c >= 0x2066 && c <= 0x2069 || c == 0x200e || c == 0x200f) return;
            else if (c <= 0xff
                    || c == 0x2013
                    || c == 0x2014
                    || c == 0x2018
                    || c == 0x2019
                    || c == 0x201c
                    || c == 0x201d
                    || c == 0x2026) plain.appendCodePoint(c);
            else plain.append('?');
        });
        return plain.toString();
    }
}
