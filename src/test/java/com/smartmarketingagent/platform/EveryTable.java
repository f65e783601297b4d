package com.smartmarketingagent.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/** A row in each table that the program has, whatever version it is: the catalogue says which columns there are. */
public final class EveryTable {

    /**
     * A statement for each table. An id is made of its table's name and the shop's number, so that whoever refers to it
     * knows it. The date is a Monday and the first of a month, as some columns want it. What is gone or done would have
     * to be without something else, so nothing is.
     */
    private static final String ROW_OF_EACH = """
            SELECT format('INSERT INTO %s (%s) VALUES (%s) ON CONFLICT DO NOTHING', c.oid::regclass,
                          string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum),
                          string_agg(CASE
                            WHEN t.typname = 'uuid' THEN quote_literal(md5(coalesce(
                              CASE a.attname WHEN 'user_id' THEN 'users' WHEN 'id' THEN c.relname END, r.relname, a.attname)::text || :shop)::uuid)
                            WHEN k.allowed IS NOT NULL THEN k.allowed
                            WHEN t.typname = 'text' AND a.atthasdef THEN 'DEFAULT'
                            WHEN a.attname LIKE '%phone' THEN '''+6281234567890'''
                            WHEN a.attname = 'link' THEN '''https://contoh.id'''
                            WHEN a.attname = 'code' THEN '''AAAAAAAAAAA'''
                            WHEN t.typname = 'text' THEN quote_literal(a.attname || '-' || :shop)
                            WHEN t.typname = 'bytea' THEN format('sha256(%L)', a.attname || '-' || :shop)
                            WHEN t.typname = 'bool' THEN 'true'
                            WHEN t.typname = 'date' THEN '''2025-12-01'''
                            WHEN t.typname = 'timestamptz' THEN quote_literal('2025-12-01 03:04:05.678901Z'::timestamptz + a.attnum * interval '1 day')
                            WHEN t.typname = 'jsonb' THEN '''{"n": 1}'''
                            WHEN t.typname = '_uuid' THEN '''{}'''
                            WHEN t.typcategory = 'A' THEN '''{1,2,3,4}'''
                            -- rounded where it has to be an integer
                            WHEN t.typcategory = 'N' THEN a.attnum || '.25' END, ', ' ORDER BY a.attnum))
            FROM pg_class c
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
            JOIN pg_type t ON t.oid = a.atttypid
            LEFT JOIN pg_constraint f ON f.conrelid = c.oid AND f.contype = 'f' AND a.attnum = ANY (f.conkey) AND a.attname <> 'user_id'
            LEFT JOIN pg_class r ON r.oid = f.confrelid
            LEFT JOIN LATERAL (
              SELECT max(substring(pg_get_constraintdef(k.oid) FROM 'ARRAY\\[(''[^'']+'')')) AS allowed
              FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'c' AND k.conkey = ARRAY[a.attnum]) k ON true
            WHERE c.relnamespace::regnamespace::text IN ('app', 'jobs') AND c.relkind IN ('r', 'p')
              AND (a.attnotnull OR a.attname NOT IN ('deleted_at', 'merged_into', 'worked_at', 'closed_at'))
            GROUP BY c.oid
            """;

    private EveryTable() {}

    /** Gives a shop of this number its row in every table; those that belong to no shop may have theirs already. */
    public static void fill(Handle superuser, int shop) {
        var rows = superuser
                .createQuery(ROW_OF_EACH)
                .bind("shop", String.valueOf(shop))
                .mapTo(String.class)
                .list();
        // whatever refers to others may come before them
        superuser.execute("SET session_replication_role = replica");
        for (var row : rows) {
            int made = superuser.execute(row);
            if (row.contains("user_id")) assertThat(made).as(row).isEqualTo(1);
        }
        superuser.execute("SET session_replication_role = origin");
    }

    /**
     * Checks whatever no statement was checked for, also rows that were there before their constraint; changes nothing.
     */
    static void recheck(Handle superuser) {
        superuser.begin();
        superuser.execute("""
                DO $$ DECLARE k record; BEGIN
                  FOR k IN SELECT conrelid::regclass AS its, conname AS name, replace(pg_get_constraintdef(oid), ' NOT VALID', '') AS says
                           FROM pg_constraint WHERE connamespace::regnamespace::text IN ('app', 'jobs') AND contype IN ('c', 'f') LOOP
                    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I, ADD CONSTRAINT %2$I %s', k.its, k.name, k.says);
                  END LOOP;
                END $$""");
        superuser.rollback();
    }

    /** Of each table its columns, for {@link #rows}. */
    public static Map<String, List<String>> columns(Handle tx) {
        var columns = new TreeMap<String, List<String>>();
        tx.createQuery("""
                        SELECT a.attrelid::regclass::text, quote_ident(a.attname)
                        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
                        WHERE c.relnamespace::regnamespace::text IN ('app', 'jobs') AND c.relkind IN ('r', 'p')
                          AND a.attnum > 0 AND NOT a.attisdropped
                        ORDER BY a.attnum
                        """)
                .map((row, _) -> Map.entry(row.getString(1), row.getString(2)))
                .forEach(column -> columns.computeIfAbsent(column.getKey(), _ -> new ArrayList<>())
                        .add(column.getValue()));
        return columns;
    }

    /** What is in these columns of each table, row by row. */
    public static Map<String, List<String>> rows(Handle tx, Map<String, List<String>> columns) {
        var rows = new TreeMap<String, List<String>>();
        columns.forEach((table, its) -> rows.put(
                table,
                tx.createQuery("SELECT ROW(" + String.join(", ", its) + ")::text FROM " + table + " ORDER BY 1")
                        .mapTo(String.class)
                        .list()));
        return rows;
    }
}
