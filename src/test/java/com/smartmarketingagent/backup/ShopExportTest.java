package com.smartmarketingagent.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.smartmarketingagent.Shop;
import com.smartmarketingagent.Visitor;
import com.smartmarketingagent.customer.CustomerBook;
import com.smartmarketingagent.platform.Db;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ShopExportTest {

    @Inject
    Db db;

    @Inject
    ObjectMapper json;

    private static byte[] export(Shop shop) {
        return shop.api()
                .get("/api/export")
                .then()
                .statusCode(200)
                .contentType("application/zip")
                .header("Content-Disposition", containsString("data-toko-"))
                .extract()
                .asByteArray();
    }

    private static Map<String, String> parts(byte[] file) throws IOException {
        var parts = new TreeMap<String, String>();
        try (var zip = new ZipInputStream(new ByteArrayInputStream(file))) {
            for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry())
                parts.put(entry.getName(), new String(zip.readAllBytes(), StandardCharsets.UTF_8));
        }
        return parts;
    }

    private static Stream<String> lines(Map<String, String> parts, String name) {
        return parts.getOrDefault(name, "").lines();
    }

    private static Response bring(Shop shop, byte[] file) {
        return shop.api()
                .contentType(ContentType.MULTIPART)
                .multiPart("file", "data-toko.zip", file, "application/zip")
                .post("/api/export");
    }

    /** Two customers, one of whom said STOP and one erased, a sale and a refund, a text, a campaign that runs. */
    private CustomerBook busy() {
        var book = CustomerBook.open();
        var shop = book.shop();
        var ani = book.add(
                "Ani",
                "phone",
                "081234567890",
                "city",
                "Solo",
                "tags",
                List.of("grosir", "lama"),
                "notes",
                "=HYPERLINK(1)");
        var budi = book.add("Budi", "phone", "081234567891");
        var gone = book.add("Ratnaningsih Lama", "phone", "081299887766");
        book.sell(
                ani,
                "2025-12-01",
                150_000,
                "products",
                List.of(Map.of("name", "Kain", "quantity", 2, "price", 75_000)),
                "external_id",
                "INV/1");
        book.sell(gone, "2025-12-02", 75_500.5);
        consent(shop, ani, "granted");
        consent(shop, budi, "withdrawn");
        shop.api().delete("/api/customers/" + gone).then().statusCode(200);
        shop.api()
                .body(Map.of("name", "Sapaan", "content_type", "whatsapp", "text", "Halo {nama|Kak}."))
                .post("/api/content/templates")
                .then()
                .statusCode(201);
        String campaign = shop.api()
                .body(Map.of(
                        "name",
                        "Kangen",
                        "via",
                        "assisted",
                        "text",
                        "Halo {nama|Kak}. Balas STOP untuk berhenti.",
                        "audience",
                        Map.of("include_unasked", true),
                        "holdout_percent",
                        0))
                .post("/api/campaigns")
                .path("data.campaign.id");
        shop.api().post("/api/campaigns/" + campaign + "/approve").then().statusCode(200);
        shop.api()
                .body(Map.of("token", "tertanam-fonnte-8KxP"))
                .put("/api/channels/fonnte")
                .then()
                .statusCode(200);
        return book;
    }

    private static void consent(Shop shop, UUID customer, String state) {
        shop.api()
                .body(Map.of("channel", "whatsapp", "state", state, "wording", "Lewat telepon"))
                .put("/api/customers/" + customer + "/consents")
                .then()
                .statusCode(200);
    }

    @Test
    void everythingOfAShopIsInItAndNothingOfAnothers() throws Exception {
        var book = busy();
        var stranger = CustomerBook.open();
        stranger.add("Orang Asing", "phone", "081234560000");

        var parts = parts(export(book.shop()));

        assertThat(lines(parts, "customers.csv"))
                .containsExactly(
                        "\uFEFFNama,Nomor telepon,Email,Alamat,Kota,Label,Catatan",
                        "Ani,'+6281234567890,,,Solo,\"grosir, lama\",'=HYPERLINK(1)",
                        "Budi,'+6281234567891,,,,,");
        assertThat(parts.get("sales.csv"))
                .contains("2025-12-01,Ani,'+6281234567890,150000,2 x Kain,,INV/1", "Pelanggan dihapus,,75500.5,");
        assertThat(parts.get("consents.csv")).contains("Ani,'+6281234567890,,whatsapp,granted", "withdrawn");
        assertThat(parts.get("texts.csv")).contains("Halo {nama|Kak}.");
        assertThat(lines(parts, "data/customers.jsonl"))
                .hasSize(3)
                .allSatisfy(
                        line -> assertThat(json.readTree(line).get("user_id").asText())
                                .isEqualTo(book.shop().id().value().toString()));
        assertThat(lines(parts, "data/transactions.jsonl")).hasSize(2);
        assertThat(parts.get("data/campaigns.jsonl")).contains("Kangen");
        assertThat(parts.get("data/account.jsonl")).contains(book.shop().email());
        assertThat(parts.get("manifest.json")).contains("data/customers.jsonl");
        var all = String.join("\n", parts.values());
        assertThat(all)
                .doesNotContain(
                        "Orang Asing",
                        "81234560000",
                        stranger.shop().id().value().toString(),
                        "Ratnaningsih",
                        "password_hash",
                        "\"secrets\"",
                        "tertanam-fonnte-8KxP",
                        book.shop().refreshToken());
    }

    @Test
    void everyTableOfShopsIsInItOrKnownNotToBe() throws Exception {
        var parts = parts(export(Shop.register()));
        var tables = db.asAdmin(tx -> tx.createQuery("""
                        SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'user_id'
                        WHERE c.relnamespace = 'app'::regnamespace AND c.relkind IN ('r', 'p')
                        """).mapTo(String.class).list());
        assertThat(tables).hasSizeGreaterThan(30);
        assertThat(tables.stream().filter(table -> !parts.containsKey("data/" + table + ".jsonl")))
                .containsExactlyInAnyOrder(
                        "sessions",
                        "refresh_tokens",
                        "push_devices",
                        "mailed_links",
                        "idempotency_keys",
                        "content_cache",
                        "webhook_events",
                        "deleted_customers",
                        "rfm_changes",
                        "limits");
    }

    @Test
    void theProfileHasItForADownload() {
        var book = busy();
        var page = new Visitor(book.shop());
        page.get("/profile").statusCode(200).body(containsString("href=\"/profile/export.zip\" download"));
        page.get("/profile/export.zip").statusCode(200).contentType("application/zip");
        try (var left = Files.list(Path.of("target/test-data/exports"))) {
            assertThat(left).isEmpty();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void anotherShopThatIsEmptyTakesItOnce() throws Exception {
        var book = busy();
        var file = export(book.shop());
        var there = new CustomerBook(Shop.register());

        bring(there.shop(), file)
                .then()
                .statusCode(200)
                .body("data.rows.customers", is(3))
                .body("data.rows.transactions", is(2))
                .body("data.rows.suppressions", is(1));

        assertThat(there.names("sort", "name")).containsExactly("Ani", "Budi");
        var before = parts(file);
        var after = parts(export(there.shop()));
        for (var list : List.of("customers.csv", "sales.csv", "consents.csv", "texts.csv"))
            assertThat(after.get(list)).isEqualTo(before.get(list));
        assertThat(after.get("data/suppressed.jsonl"))
                .isEqualTo(before.get("data/suppressed.jsonl"))
                .contains("81234567891");
        // nobody there is written to by what ran here
        there.shop().api().get("/api/campaigns").then().body("data.campaigns[0].state", is("cancelled"));
        assertThat(after.get("data/message_outbox.jsonl"))
                .contains("\"cancelled\"")
                .doesNotContain("\"pending\"");
        there.shop().api().get("/api/rfm/segments/lost").then().statusCode(200);
        assertThat(after.get("data/channels.jsonl")).isEmpty();

        bring(there.shop(), file).then().statusCode(409);
        assertThat(parts(export(there.shop())).get("data/customers.jsonl"))
                .isEqualTo(after.get("data/customers.jsonl"));
        assertThat(book.names("sort", "name")).containsExactly("Ani", "Budi");
    }

    @Test
    void whatIsNoExportOfAShopIsRefusedAndNothingComes() throws Exception {
        var file = export(busy().shop());
        var there = Shop.register();
        var damaged = file.clone();
        Arrays.fill(damaged, damaged.length / 3, damaged.length / 3 + 100, (byte) 0);
        for (var wrong : List.of(
                "nama,total\n".getBytes(StandardCharsets.UTF_8),
                Arrays.copyOf(file, file.length / 2),
                damaged,
                zip("x"))) {
            bring(there, wrong)
                    .then()
                    .statusCode(400)
                    .body("error.details[0].field", is("file"))
                    .body("error.details[0].message", containsString("ekspor"));
        }
        there.api()
                .contentType(ContentType.MULTIPART)
                .multiPart("x", "y")
                .post("/api/export")
                .then()
                .statusCode(400);
        assertThat(new CustomerBook(there).names()).isEmpty();
        for (var row : List.of(
                "{\"id\":1}",
                "[]",
                "{\"id\":\"x\",\"name\":\"Ani\"}",
                "{}",
                "{\"id\":\"" + UUID.randomUUID() + "\",\"name\":null}",
                "{\"id\":\"" + UUID.randomUUID() + "\",\"name\":\"Ani\",\"phone\":\"0812\"}"))
            bring(there, zip(row)).then().statusCode(400);
        assertThat(new CustomerBook(there).names()).isEmpty();
    }

    /** A file that names another shop's rows makes rows of the shop that brings it. */
    @Test
    void nothingOfAnotherShopIsTouched() throws Exception {
        var book = busy();
        var before = parts(export(book.shop()));
        var there = Shop.register();
        bring(there, export(book.shop())).then().statusCode(200);
        var after = parts(export(book.shop()));
        before.keySet().removeIf(name -> !name.startsWith("data/"));
        before.keySet().removeIf(name -> name.contains("rfm_") || name.contains("notice"));
        // that it was exported is written down
        before.remove("data/audit_log.jsonl");
        assertThat(after).containsAllEntriesOf(before);
    }

    /** An export with one row of a customer. */
    private byte[] zip(String row) throws IOException {
        var bytes = new java.io.ByteArrayOutputStream();
        try (var out = new BackupFile.Writer(bytes, null, json)) {
            if (!row.equals("x")) out.part("data/account.jsonl", List.of(), to -> 0);
            out.part("data/customers.jsonl", List.of(), to -> {
                to.write((row + "\n").getBytes(StandardCharsets.UTF_8));
                return 1;
            });
            out.end("21", db.inTenant(Shop.register().id(), Db::now), "x");
        }
        return bytes.toByteArray();
    }
}
