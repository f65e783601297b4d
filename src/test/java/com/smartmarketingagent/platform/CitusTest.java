package com.smartmarketingagent.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What must hold for the tables to be spread over several servers by {@code user_id}; docs/scaling.md says how. */
@QuarkusTest
class CitusTest {

    @Inject
    Db db;

    private List<String> ask(String sql) {
        return db.withoutTenant(tx -> tx.createQuery(sql).mapTo(String.class).list());
    }

    @Test
    void everyTableOfShopsCanBeSpreadByItsShop() {
        assertThat(ask("""
                SELECT c.relname FROM pg_class c
                WHERE c.relnamespace = 'app'::regnamespace AND c.relkind IN ('r', 'p') AND NOT EXISTS (
                  SELECT FROM pg_attribute a
                  WHERE a.attrelid = c.oid AND a.attname = 'user_id' AND a.attnotnull AND a.atttypid = 'uuid'::regtype)
                """)).as("small enough to be on every server").containsExactly("users");
    }

    @Test
    void everyPrimaryKeyAndUniqueIndexBeginsWithTheShop() {
        assertThat(ask("""
                SELECT i.indexrelid::regclass::text FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
                WHERE c.relnamespace = 'app'::regnamespace AND (i.indisunique OR i.indisexclusion)
                  AND NOT EXISTS (SELECT FROM pg_attribute a
                                  WHERE a.attrelid = c.oid AND a.attname = 'user_id' AND a.attnum = i.indkey[0])
                ORDER BY 1
                """)).containsExactly("app.users_email_key", "app.users_pkey");
        assertThat(ask("""
                SELECT c.relname FROM pg_class c
                WHERE c.relnamespace = 'app'::regnamespace AND c.relkind IN ('r', 'p')
                  AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary)
                """)).as("without a primary key").isEmpty();
    }

    @Test
    void everyForeignKeyStaysWithinAShop() {
        assertThat(ask("""
                SELECT k.conname FROM pg_constraint k
                JOIN pg_attribute here ON here.attrelid = k.conrelid AND here.attnum = k.conkey[1]
                JOIN pg_attribute there ON there.attrelid = k.confrelid AND there.attnum = k.confkey[1]
                WHERE k.connamespace = 'app'::regnamespace AND k.contype = 'f'
                  AND NOT (here.attname = 'user_id' AND (there.attname = 'user_id' OR k.confrelid = 'app.users'::regclass))
                """)).isEmpty();
    }

    @Test
    void noForeignKeyEmptiesTheColumnThatRowsAreSpreadBy() {
        assertThat(ask("""
                SELECT k.conname FROM pg_constraint k
                WHERE k.connamespace = 'app'::regnamespace AND k.contype = 'f'
                  AND (k.confdeltype IN ('n', 'd') OR k.confupdtype IN ('n', 'd'))
                  AND (k.confdelsetcols IS NULL OR k.conkey[1] = ANY (k.confdelsetcols))
                """)).isEmpty();
        assertThat(ask("""
                SELECT k.conname FROM pg_constraint k
                WHERE k.connamespace = 'app'::regnamespace AND k.contype = 'f' AND k.confdeltype IN ('n', 'd')
                """))
                .as("to be tried on a Citus: a list of columns came with PostgreSQL 15")
                .containsExactly("transactions_user_id_refund_of_fkey");
    }

    /** The policies that {@code app.protect_tables} writes have one on plain PostgreSQL, and there without it. */
    @Test
    void noPolicyAsksAQuestionButTheOneThatCitusIsSpared() {
        assertThat(ask("""
                SELECT tablename || '.' || policyname FROM pg_policies
                WHERE schemaname = 'app' AND policyname <> 'tenant' AND concat(qual, with_check) ~* 'select'
                """)).isEmpty();
        assertThat(Migrations.resource("/db/migration/V1__core.sql"))
                .contains("CASE WHEN citus THEN 'app.tenant_id()' ELSE '(SELECT app.tenant_id())' END");
    }

    @Test
    void nothingIsNumberedByASequenceOrDoneByATriggerOfOurs() {
        assertThat(ask("SELECT relname FROM pg_class WHERE relnamespace = 'app'::regnamespace AND relkind = 'S'"))
                .isEmpty();
        assertThat(ask("""
                SELECT t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
                WHERE c.relnamespace = 'app'::regnamespace AND NOT t.tgisinternal
                """)).isEmpty();
    }

    @Test
    void whatBelongsToNoShopStaysOnOneServer() {
        assertThat(ask("""
                SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('app', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%'
                ORDER BY 1
                """))
                .containsExactly("jobs.installation", "jobs.scheduled_tasks", "migrations.flyway_schema_history");
    }
}
