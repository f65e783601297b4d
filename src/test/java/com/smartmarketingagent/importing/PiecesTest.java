package com.smartmarketingagent.importing;

import static org.assertj.core.api.Assertions.assertThat;

import com.smartmarketingagent.Shop;
import com.smartmarketingagent.platform.Db;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import jakarta.ws.rs.core.MediaType;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a sales file brings does not depend on how it is cut, as far as phones and order numbers say who and what.
 * Random files, each the same every time.
 */
@QuarkusTest
class PiecesTest {

    private static final String HEADING = "No Pesanan,Nama,No HP,Kota,Tanggal,Total,Produk,Qty";

    @Inject
    Db db;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void aFileInThreePiecesIsTheFileInOneAndAgainItIsNothing(long seed) {
        var random = new Random(seed);
        var lines = sales(random);
        var whole = Shop.register();
        var first = imported(whole, lines);
        var pieces = Shop.register();
        var cuts = new ArrayList<>(List.of(random.nextInt(1, lines.size() - 1), random.nextInt(1, lines.size() - 1)));
        Collections.sort(cuts);
        if (cuts.get(0).equals(cuts.get(1))) cuts.set(1, cuts.get(1) + 1);
        imported(pieces, lines.subList(0, cuts.get(0)));
        imported(pieces, lines.subList(cuts.get(0), cuts.get(1)));
        imported(pieces, lines.subList(cuts.get(1), lines.size()));

        assertThat(content(pieces)).isEqualTo(content(whole));
        assertThat(content(whole).stream().filter(line -> line.startsWith("sale ")))
                .hasSize(lines.size());

        var once = dump(whole);
        var again = imported(whole, lines);
        assertThat(dump(whole)).isEqualTo(once);
        undo(whole, again);
        assertThat(dump(whole)).isEqualTo(once);
        undo(whole, first);
        assertThat(dump(whole)).isEmpty();
    }

    /** Each order has a number, each customer a phone, written in any of the usual ways. */
    private static List<String> sales(Random random) {
        var products = List.of("Parang", "Kawung", "Lurik", "\"Kain, 2 m\"");
        var lines = new ArrayList<String>();
        int count = 40 + random.nextInt(200);
        for (int i = 0; i < count; i++) {
            int customer = random.nextInt(30);
            var digits = "%08d".formatted(customer + 34_567_000);
            var phone = switch (random.nextInt(4)) {
                case 0 -> "0812" + digits;
                case 1 -> "+62 812-" + digits;
                case 2 -> "62812" + digits;
                default -> "wa.me/62812" + digits;
            };
            lines.add("A-%d,Pelanggan %d,%s,%s,%s,%s,%s,%d"
                    .formatted(
                            i,
                            customer,
                            phone,
                            // known from some sales only, never two different ones
                            random.nextBoolean() ? "Solo" : "",
                            LocalDate.of(2025, 1, 1).plusDays(random.nextInt(300)),
                            random.nextInt(20) == 0
                                    ? "-" + random.nextInt(1, 90_000)
                                    : "Rp" + random.nextInt(1, 90_000),
                            products.get(random.nextInt(products.size())),
                            1 + random.nextInt(5)));
        }
        Collections.shuffle(lines, random);
        return lines;
    }

    private static String imported(Shop shop, List<String> lines) {
        var file = (HEADING + "\n" + String.join("\n", lines)).getBytes(StandardCharsets.UTF_8);
        var id = shop.api()
                .contentType(MediaType.MULTIPART_FORM_DATA)
                .multiPart("file", "penjualan.csv", file, "text/csv")
                .post("/api/transactions/import")
                .then()
                .statusCode(202)
                .extract()
                .<String>path("data.import.id");
        shop.imported(id);
        return id;
    }

    private static void undo(Shop shop, String id) {
        shop.api().post("/api/imports/{id}/undo", id).then().statusCode(200);
    }

    /** Without what differs from shop to shop: ids and times. */
    private List<String> content(Shop shop) {
        return rows(shop, """
                SELECT 'customer ' || (to_jsonb(c) - ARRAY['user_id','id','import_id','created_at','updated_at'])::text
                FROM app.customers c WHERE user_id = :user
                UNION ALL
                SELECT 'sale ' || c.phone || (to_jsonb(t) - ARRAY['user_id','id','customer_id','import_id','created_at','updated_at'])::text
                FROM app.transactions t JOIN app.customers c ON c.user_id = t.user_id AND c.id = t.customer_id
                WHERE t.user_id = :user ORDER BY 1""");
    }

    private List<String> dump(Shop shop) {
        return rows(shop, """
                SELECT to_jsonb(c)::text FROM app.customers c WHERE user_id = :user
                UNION ALL SELECT to_jsonb(t)::text FROM app.transactions t WHERE user_id = :user ORDER BY 1""");
    }

    private List<String> rows(Shop shop, String sql) {
        return db.inTenant(
                shop.id(),
                tx -> tx.createQuery(sql)
                        .bind("user", shop.id())
                        .mapTo(String.class)
                        .list());
    }
}
