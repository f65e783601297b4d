package com.smartmarketingagent.importing;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What would happen if a file were imported.
 *
 * @param mapping title of each column to the field it is read as
 * @param sample those of the first rows that can be used, as they are understood
 * @param refused the first 100 rows that can't be used
 * @param rows null while a question is open
 * @param complete false where the file is longer than the 100,000 rows that {@code rows} and {@code refused} tell of
 * @param questions what only the owner can know; empty when nothing is open
 * @param headingRow the row of the titles, from 1
 * @param otherSheets names of the workbook's further sheets that hold rows and are not read
 * @param skipped how many refused rows are of orders that were cancelled or aren't paid
 * @param toMend the first of the other refused rows
 * @param takenBack stored orders that the file says were cancelled
 * @param dateOrder by which days were read; null where nothing depends on it, or it is asked
 * @param dateOrderDoubtful whether the file alone says so, and by so few days that they may be mistyped: who knows
 *     better gives the order
 * @param year by which days were read that are written without one: what the titles above the table, the name of the
 *     sheet and that of the file say, where no day has a year; else null
 */
record Preview(
        String layout,
        List<Column> columns,
        Map<String, String> mapping,
        List<Line> sample,
        List<Line.Said> refused,
        Import.@Nullable Rows rows,
        boolean complete,
        List<Question> questions,
        int headingRow,
        List<String> otherSheets,
        @JsonIgnore long skipped,
        @JsonIgnore List<Line.Said> toMend,
        @JsonIgnore SalesRepository.TakenBack takenBack,
        @Nullable DateOrder dateOrder,
        boolean dateOrderDoubtful,
        @Nullable Integer year) {

    /** @param examples the first values of the column, as the file writes them */
    record Column(String heading, String field, List<String> examples) {}

    record Question(String column, String kind, List<String> options) {}
}
