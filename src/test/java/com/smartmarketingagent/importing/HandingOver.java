package com.smartmarketingagent.importing;

import static org.assertj.core.api.Assertions.assertThat;

import com.smartmarketingagent.Await;
import com.smartmarketingagent.FreshDatabase;
import com.smartmarketingagent.Http.Checked;
import com.smartmarketingagent.Shop;
import com.smartmarketingagent.platform.Db;
import jakarta.inject.Inject;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;

/** A fresh shop that hands files over, and what is in the database afterwards. */
abstract class HandingOver {

    static final Path UPLOADS = FreshDatabase.DATA.resolve("uploads");

    @Inject
    Db db;

    @Inject
    Clock clock;

    Shop shop;

    @BeforeEach
    void register() {
        shop = Shop.register();
    }

    String importSales(String csv) {
        return done(upload("transactions", csv, Map.of()));
    }

    String importCustomers(String csv) {
        return done(upload("customers", csv, Map.of()));
    }

    String done(Checked accepted) {
        var id = accepted.statusCode(202).extract().<String>path("data.import.id");
        shop.imported(id);
        return id;
    }

    Checked upload(String kind, String csv, Map<String, String> fields) {
        return upload(kind, csv.getBytes(StandardCharsets.UTF_8), fields);
    }

    Checked upload(String kind, byte[] csv, Map<String, String> fields) {
        return send(kind, "penjualan.csv", csv, fields);
    }

    /** @param kind customers or transactions */
    Checked send(String kind, String name, byte[] content, Map<String, String> fields) {
        var request = shop.api()
                .contentType(MediaType.MULTIPART_FORM_DATA)
                .multiPart("file", name, content, "application/octet-stream");
        fields.forEach(request::multiPart);
        return request.post("/api/" + kind + "/import").then();
    }

    Checked keyed(String key, String csv) {
        return shop.api()
                .contentType(MediaType.MULTIPART_FORM_DATA)
                .header("Idempotency-Key", key)
                .multiPart("file", "penjualan.csv", csv.getBytes(StandardCharsets.UTF_8), "text/csv")
                .post("/api/transactions/import")
                .then();
    }

    Checked imported(String id) {
        return shop.api().get("/api/imports/{id}", id).then().statusCode(200);
    }

    /** Customers and sales as they lie in the database. */
    List<String> dump() {
        var all = new ArrayList<>(
                rows("SELECT to_jsonb(c)::text FROM app.customers c WHERE user_id = :user ORDER BY id"));
        all.addAll(rows("SELECT to_jsonb(t)::text FROM app.transactions t WHERE user_id = :user ORDER BY id"));
        return all;
    }

    List<String> rows(String sql) {
        return db.inTenant(
                shop.id(),
                tx -> tx.createQuery(sql)
                        .bind("user", shop.id())
                        .map((rs, ctx) -> {
                            var row = new StringBuilder();
                            for (int i = 1; i <= rs.getMetaData().getColumnCount(); i++) {
                                row.append(i > 1 ? " " : "").append(rs.getString(i));
                            }
                            return row.toString();
                        })
                        .list());
    }

    void merge(String survivor, String other) {
        shop.api()
                .body("{\"other_id\":\"" + other + "\"}")
                .post("/api/customers/{id}/merge", survivor)
                .then()
                .statusCode(200);
    }

    /** Not even a line in the list of imports, and no file. */
    void nothingIsStored() throws IOException {
        for (var table : List.of("imports", "import_refusals", "import_changes", "customers", "transactions")) {
            assertThat(rows("SELECT count(*) FROM app." + table + " WHERE user_id = :user"))
                    .as(table)
                    .containsExactly("0");
        }
        assertThat(files()).isEmpty();
    }

    /** An import says that it is done before its file goes. */
    void noFileStays() {
        Await.until("no file is left", () -> files().isEmpty());
    }

    /** What is kept of the shop's uploads. */
    List<Path> files() throws IOException {
        var kept = UPLOADS.resolve(shop.id().value().toString());
        if (!Files.exists(kept)) return List.of();
        try (var files = Files.list(kept)) {
            return files.toList();
        }
    }
}
