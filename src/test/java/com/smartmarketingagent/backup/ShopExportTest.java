package com.smartmarketingagent.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.smartmarketingagent.Http.Checked;
import com.smartmarketingagent.Http.Response;
import com.smartmarketingagent.Shop;
import com.smartmarketingagent.Visitor;
import com.smartmarketingagent.account.Audit;
import com.smartmarketingagent.customer.AddressKeys;
import com.smartmarketingagent.customer.CustomerBook;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Language;
import com.smartmarketingagent.platform.Settings;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import jakarta.ws.rs.core.MediaType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@QuarkusTest
class ShopExportTest {

    @Inject
    Db db;

    @Inject
    ObjectMapper json;

    @Inject
    Audit audit;

    @Inject
    ShopExport exports;

    @Inject
    ShopImport imports;

    @Inject
    BackupRepository tables;

    @Inject
    AddressKeys keys;

    @Inject
    Settings settings;

    @Inject
    ExportRepository rows;

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
                .contentType(MediaType.MULTIPART_FORM_DATA)
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
        var campaign = shop.draft("via", "assisted", "holdout_percent", 0);
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

    /** They can be brought back here for a week; with a copy they would be known for good. */
    @Test
    void nothingOfWhomTheOwnerDeletedIsHandedOut() throws Exception {
        var book = CustomerBook.open();
        var shop = book.shop();
        var gone = book.add("Ratnaningsih Lama", "phone", "081299887766");
        var twin = book.add("Ratnaningsih Kembar", "email", "ratna@example.com");
        var stays = book.add("Citra Tetap", "phone", "081234567890");
        var copy = book.add("Citra Kembar");
        book.sell(gone, "2025-12-02", 75_500);
        for (var id : List.of(gone, twin, stays)) {
            consent(shop, id, "granted");
            db.useTenant(shop.id(), tx -> {
                tx.createUpdate("""
                        INSERT INTO app.incoming_messages (user_id, id, customer_id, channel, text, received_at)
                        SELECT user_id, gen_random_uuid(), id, 'whatsapp', 'Saya ' || name, now()
                        FROM app.customers WHERE user_id = :u AND id = :c
                        """).bind("u", shop.id()).bind("c", id).execute();
                tx.createUpdate("""
                        WITH i AS (
                          INSERT INTO app.imports (user_id, id, kind, status, file_name, file_bytes, mapping)
                          VALUES (:u, gen_random_uuid(), 'customers', 'done', 'a.csv', 1, '{}') RETURNING id),
                        refused AS (
                          INSERT INTO app.import_refusals (user_id, import_id, row_number, column_name, value, reason)
                          SELECT :u, i.id, 1, 'phone', c.name, 'x' FROM i, app.customers c WHERE c.user_id = :u AND c.id = :c)
                        INSERT INTO app.import_changes (user_id, import_id, table_name, row_id, before, after)
                        SELECT :u, i.id, 'customers', c.id, to_jsonb(c), to_jsonb(c)
                        FROM i, app.customers c WHERE c.user_id = :u AND c.id = :c
                        UNION ALL
                        SELECT :u, i.id, 'transactions', gen_random_uuid(), jsonb_build_object('customer_id', c.id, 'notes', c.name), '{}'
                        FROM i, app.customers c WHERE c.user_id = :u AND c.id = :c
                        """).bind("u", shop.id()).bind("c", id).execute();
            });
        }
        var campaign = shop.draft("via", "assisted", "holdout_percent", 0);
        shop.api().post("/api/campaigns/" + campaign + "/approve").then().statusCode(200);
        db.useTenant(shop.id(), tx -> tx.createUpdate("""
                        UPDATE app.message_outbox o SET sent_text = 'Halo ' || c.name FROM app.customers c
                        WHERE o.user_id = :u AND c.user_id = :u AND c.id = o.customer_id
                        """).bind("u", shop.id()).execute());
        for (var pair : List.of(List.of(gone, twin), List.of(stays, copy)))
            shop.api()
                    .body(Map.of("other_id", pair.get(1)))
                    .post("/api/customers/" + pair.get(0) + "/merge")
                    .then()
                    .statusCode(200);
        shop.api().delete("/api/customers/" + gone).then().statusCode(200);

        var parts = parts(export(shop));

        assertThat(String.join("\n", parts.values())).doesNotContain("Ratna", "ratna@", "81299887766");
        assertThat(parts.get("sales.csv")).contains("75500");
        for (var table : List.of("merges", "import_changes", "incoming_messages", "message_outbox", "customers"))
            assertThat(parts.get("data/" + table + ".jsonl")).as(table).contains("Citra");
        assertThat(lines(parts, "data/consent_history.jsonl"))
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line).contains(stays.toString()));
        assertThat(lines(parts, "data/message_outbox.jsonl"))
                .hasSizeGreaterThan(1)
                .allSatisfy(line -> assertThat(line).contains("\"sent_text\""));
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
                        "figure_cache",
                        "webhook_events",
                        "deleted_customers",
                        "files",
                        "rfm_changes",
                        "import_refusals",
                        "limits");
    }

    @Test
    void theProfileHasItForADownload() {
        var book = busy();
        var page = new Visitor(book.shop());
        page.get("/profile").statusCode(200).body(containsString("href=\"/profile/export.zip\" download"));
        page.get("/profile/export.zip").statusCode(200).contentType("application/zip");
    }

    @Test
    void anOwnerMovesInByThePageAndIsToldWhatStandsInTheWay() {
        var here = busy();
        var file = export(here.shop());
        var there = CustomerBook.open();
        var owner = new Visitor(there.shop());
        owner.get("/profile").body(containsString("href=\"/profile/move\""));
        owner.get("/profile/move")
                .statusCode(200)
                .body(containsString("harus masih kosong"))
                .body(containsString("teks yang belum disimpan"));
        moveIn(owner, "bukan zip".getBytes(StandardCharsets.UTF_8))
                .statusCode(400)
                .body(containsString("bukan hasil ekspor"));
        moveIn(owner, file).statusCode(303).header("Location", endsWith("/"));
        assertThat(there.names()).contains("Ani").hasSameElementsAs(here.names());
        moveIn(owner, file).statusCode(409).body(containsString("toko yang masih kosong"));
        owner.request()
                .multiPart("csrf", owner.csrf())
                .post("/profile/move")
                .then()
                .statusCode(400);
    }

    private static Checked moveIn(Visitor owner, byte[] file) {
        return owner.request()
                .multiPart("csrf", owner.csrf())
                .multiPart("file", "data-toko.zip", file, "application/zip")
                .post("/profile/move")
                .then();
    }

    /** A file that is open still takes its place on the disk, though no folder names it. */
    private static long onTheDisk() throws IOException {
        try (var open = Files.list(Path.of("/proc/self/fd"))) {
            return open.filter(file -> {
                        try {
                            return Files.readSymbolicLink(file).toString().contains("/exports/");
                        } catch (IOException e) {
                            return false;
                        }
                    })
                    .count();
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aShopReadsOneAtATimeAndNothingIsLeftOfIt() throws Exception {
        var shop = Shop.register();
        try (var reading = exports.take(shop.id(), Language.INDONESIAN)) {
            assertThat(onTheDisk()).isEqualTo(1);
            shop.api().get("/api/export").then().statusCode(503);
            export(Shop.register());
            assertThat(onTheDisk()).isEqualTo(1);
            assertThat(reading).isNotNull();
        }
        export(shop);
        export(shop);
        assertThat(onTheDisk()).isZero();
        var broken = new ShopExport(
                db,
                tables,
                rows,
                keys,
                settings,
                new ObjectMapper() {
                    @Override
                    public ObjectWriter writerWithDefaultPrettyPrinter() {
                        throw new IllegalStateException("no manifest");
                    }
                },
                audit);
        for (int i = 0; i < 3; i++)
            assertThatThrownBy(() -> broken.take(shop.id(), Language.INDONESIAN))
                    .hasMessage("no manifest");
        assertThat(onTheDisk()).isZero();
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
        there.shop().api().get("/api/audit").then().body("data.entries.action", hasItem("shop_imported"));
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
                .contentType(MediaType.MULTIPART_FORM_DATA)
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

    /** It would be unpacked for minutes while others who move wait. */
    @Test
    void whatUnpacksToAHundredTimesItsSizeIsRefused() throws Exception {
        var there = Shop.register();
        var line = " ".repeat(1 << 20) + "\n";
        bring(there, zip(Map.of("account", "", "notes", line.repeat(40))))
                .then()
                .statusCode(200);
        refuses(Shop.register(), zip(Map.of("account", "", "notes", line.repeat(70))));
    }

    @Test
    void whereImportsAreOffNothingMovesInEither() throws Exception {
        var file = export(busy().shop());
        var there = Shop.register();
        new Visitor(there).get("/profile/move").body(not(containsString("mematikan")));
        Shop.admin()
                .api()
                .body(Map.of("features_off", List.of("imports")))
                .put("/api/admin/users/" + there.id().value() + "/limits")
                .then()
                .statusCode(200);
        bring(there, file).then().statusCode(409).body(containsString("mematikan"));
        new Visitor(there)
                .get("/profile/move")
                .body(containsString("mematikan impor berkas"))
                .body(not(containsString("type=\"file\"")));
        assertThat(moveIn(new Visitor(there), file).statusCode(409).extract().asString())
                .containsOnlyOnce("mematikan");
        assertThat(new CustomerBook(there).names()).isEmpty();
    }

    /** A file that names another shop's rows makes rows of the shop that brings it. */
    @Test
    void nothingOfAnotherShopIsTouched() throws Exception {
        var book = busy();
        var before = rows(export(book.shop()));
        var there = Shop.register();
        bring(there, export(book.shop())).then().statusCode(200);
        var after = rows(export(book.shop()));
        before.keySet().removeIf(name -> !name.startsWith("data/"));
        before.keySet().removeIf(name -> name.contains("rfm_") || name.contains("notice"));
        // that it was exported is written down
        before.remove("data/audit_log.jsonl");
        assertThat(after).containsAllEntriesOf(before);
    }

    /** Of each part its lines, which are in no order. */
    private static Map<String, List<String>> rows(byte[] file) throws IOException {
        var rows = new HashMap<String, List<String>>();
        parts(file).forEach((name, text) -> rows.put(name, text.lines().sorted().toList()));
        return rows;
    }

    /** An export with one row of a customer. */
    private byte[] zip(String row) throws IOException {
        return zip(row.equals("x") ? Map.of("customers", row) : Map.of("account", "", "customers", row));
    }

    /** An export with these rows, by table. */
    private byte[] zip(Map<String, String> rows) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var out = new BackupFile.Writer(bytes, null, json)) {
            for (var table : rows.entrySet())
                out.part("data/" + table.getKey() + ".jsonl", List.of(), to -> {
                    to.write((table.getValue() + "\n").getBytes(StandardCharsets.UTF_8));
                    return 1;
                });
            out.end("21", db.inTenant(Shop.register().id(), Db::now), "x");
        }
        return bytes.toByteArray();
    }

    private static final String MANIFEST = """
            {"format": 1, "version": "21", "made_at": "2025-12-31T00:00:00Z", "key_check": "x",
             "parts": [{"name": "data/account.jsonl", "columns": [], "rows": 0, "bytes": 0,
                        "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}]}
            """;

    private static byte[] withManifest(String manifest) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("data/account.jsonl"));
            zip.putNextEntry(new ZipEntry("manifest.json"));
            zip.write(manifest.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private static void refuses(Shop there, byte[] file) {
        bring(there, file).then().statusCode(400).body("error.details[0].field", is("file"));
    }

    @Test
    void aManifestThatSaysTooLittleOrTooMuchIsRefused() throws Exception {
        var there = Shop.register();
        for (var wrong : List.of(
                "null",
                "[]",
                "{}",
                MANIFEST.replace("\"21\"", "\"abc\""),
                MANIFEST.replace("\"21\"", "null"),
                MANIFEST.replace("\"key_check\": \"x\"", "\"key_check\": null"),
                MANIFEST.replace("\"2025-12-31T00:00:00Z\"", "null"),
                MANIFEST.replaceFirst("(?s), *\\s*\"parts\".*]", ""),
                MANIFEST.replaceFirst("(?s)\\[\\{.*}]", "[null]"),
                MANIFEST.replace("\"data/account.jsonl\"", "null"),
                MANIFEST.replace("[]", "null"),
                " ".repeat(1 << 18) + MANIFEST)) refuses(there, withManifest(wrong));
        bring(there, withManifest(" ".repeat(1 << 17) + MANIFEST)).then().statusCode(200);
    }

    private static String campaign(String state, String audience) {
        return """
                {"id": "%s", "name": "Kangen", "via": "fonnte", "text": "Halo", "audience": %s, "holdout_percent": 0, "version": 1,
                 "state": "%s", "created_at": "2025-12-31T00:00:00Z", "finished_at": "2025-12-31T00:00:00Z"}
                """.formatted(UUID.randomUUID(), audience, state).replace("\n", "");
    }

    /** Nobody looked at what a draft that somebody wrote into a file says, and it could be approved. */
    @Test
    void campaignsComeAsHistoryAndDraftsDoNotCome() throws Exception {
        var there = Shop.register();
        bring(there, zip(Map.of("account", "", "campaigns", campaign("draft", "{}") + "\n" + campaign("done", "{}"))))
                .then()
                .statusCode(200)
                .body("data.rows.campaigns", is(1));
        there.api().get("/api/campaigns").then().body("data.campaigns.state", contains("done"));
    }

    /** Else the list that shows it would be an error from then on. */
    @Test
    void aRowThatNoPageCouldShowIsRefused() throws Exception {
        var there = Shop.register();
        for (var audience : List.of("{\"unknown\": 1}", "[]", "\"all\"", "{\"segment\": \"nobody\"}"))
            refuses(there, zip(Map.of("account", "", "campaigns", campaign("done", audience))));
        for (var products : List.of("{}", "1", "null", "[null]", "[1]")) refuses(there, sale(products));
        for (var broken : List.of("{", "{\"id\":}", "{}{}", "{},", "{\"id\":1,\"id\":1}", "null"))
            refuses(there, zip(Map.of("account", "", "customers", broken)));
        there.api().get("/api/campaigns").then().statusCode(200).body("data.campaigns", empty());
        bring(there, sale("[{\"name\":\"Kain\"}]")).then().statusCode(200).body("data.rows.transactions", is(1));
        // whose shop isn't empty is told so whatever the file: it isn't even looked at
        bring(there, "x".getBytes(StandardCharsets.UTF_8)).then().statusCode(409);
    }

    /** An export of one customer with one sale. */
    private byte[] sale(String products) throws IOException {
        var customer = UUID.randomUUID();
        var rows = new LinkedHashMap<>(Map.of("account", ""));
        rows.put("customers", "{\"id\":\"" + customer + "\",\"name\":\"Ani\"}");
        rows.put(
                "transactions",
                "{\"id\":\"" + UUID.randomUUID() + "\",\"customer_id\":\"" + customer
                        + "\",\"transaction_date\":\"2025-12-31\",\"amount\":5000,\"products\":" + products + "}");
        return zip(rows);
    }

    /** Threat 33: half a thousand rows of a megabyte would fill the memory of the whole program. */
    @Test
    void rowsAreStoredAtTheLatestWhenTheirTextIsLong() throws Exception {
        for (var length : List.of(10, 300_000)) {
            var stored = new ArrayList<Integer>();
            var row = "{\"x\": \"" + "a".repeat(length) + "\"}\n";
            var rows = row.repeat(length == 10 ? 1_001 : 9).getBytes(StandardCharsets.UTF_8);
            imports.each(new ByteArrayInputStream(rows), Long.MAX_VALUE, (told, some) -> {
                assertThat(told).containsExactly("x");
                assertThat(some.length()).isLessThan(1_400_000);
                stored.add(some.split("x").length - 1);
                return 0;
            });
            assertThat(stored).isEqualTo(length == 10 ? List.of(500, 500, 1) : List.of(4, 4, 1));
        }
    }

    @Test
    void oneAtATimeIsTakenAndOnlyOneOfAShop() throws Exception {
        var there = Shop.register();
        var file = withManifest(MANIFEST);
        imports.turn.acquire();
        try {
            bring(there, file).then().statusCode(503);
        } finally {
            imports.turn.release();
        }
        // on another node
        db.useTenant(there.id(), tx -> {
            assertThat(rows.lock(tx, there.id())).isTrue();
            bring(there, file).then().statusCode(409);
            bring(Shop.register(), file).then().statusCode(200);
        });
        bring(there, file).then().statusCode(200);
    }
}
