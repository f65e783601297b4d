package com.smartmarketingagent.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import com.smartmarketingagent.Http.Checked;
import com.smartmarketingagent.Shop;
import com.smartmarketingagent.customer.CustomerBook;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A customer is merged or erased while an import of their sales is running. It is stopped where it has matched them and
 * not yet taken hold of them, or where it holds them and stores: there something it needs is locked.
 */
@QuarkusTest
class ImportRaceTest extends HandingOver {

    private static final String SALES = """
            No Pesanan,Nama,No HP,Tanggal,Total
            A-1,Ayu,081234567891,2025-12-01,10000
            A-2,Budi,081234567892,2025-12-02,20000
            """;

    UUID ayu;
    UUID budi;
    UUID santoso;

    @BeforeEach
    void fill() {
        var book = new CustomerBook(shop);
        // customers are held in the order of their ids: first Ayu, so that Budi is still free while Ayu is waited for
        ayu = book.add("Ayu", "phone", "081234567891");
        budi = book.add("Budi", "phone", "081234567892");
        santoso = book.add("Budi Santoso", "phone", "081234567893");
        assertThat(ayu.toString()).isLessThan(budi.toString());
        book.sell(budi, "2025-11-30", 5000, "external_id", "A-0");
    }

    @Test
    void salesOfOneWhoIsMergedBeforeTheyAreHeldGoToWhoTheyAreNow() throws Exception {
        String id;
        try (var obstacle = Obstacle.customer(db, shop, ayu)) {
            id = accepted();
            obstacle.awaitImport();
            merge(santoso.toString(), budi.toString());
        }

        shop.imported(id);
        imported(id).body("data.import.rows.new", equalTo(2));
        assertThat(sales()).containsExactly("A-0 Budi Santoso", "A-1 Ayu", "A-2 Budi Santoso");
        assertThat(rows("SELECT name FROM app.customers WHERE user_id = :user AND deleted_at IS NULL ORDER BY 1"))
                .containsExactly("Ayu", "Budi Santoso");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?erase=now"})
    void salesOfOneWhoIsErasedBeforeTheyAreHeldMakeThemAnewAndTheOldStayWithoutAName(String how) throws Exception {
        String id;
        try (var obstacle = Obstacle.customer(db, shop, ayu)) {
            id = accepted();
            obstacle.awaitImport();
            shop.api().delete("/api/customers/" + budi + how).then().statusCode(200);
        }

        shop.imported(id);
        assertThat(sales()).containsExactly("A-0 Pelanggan dihapus", "A-1 Ayu", "A-2 Budi");
        assertThat(rows("SELECT id <> '" + budi + "' FROM app.customers WHERE user_id = :user AND name = 'Budi'"))
                .containsExactly("t");
    }

    @Test
    void salesOfOneWhoIsMergedWhileTheyAreStoredMoveWithThem() throws Exception {
        String id;
        CompletableFuture<Void> merging;
        try (var obstacle = Obstacle.order(db, shop, ayu, "A-2")) {
            id = accepted();
            obstacle.awaitImport();
            merging = CompletableFuture.runAsync(() -> merge(santoso.toString(), budi.toString()), Obstacle.OWN_THREAD);
            obstacle.awaitWhoWaitsForTheImport();
        }

        merging.get(90, TimeUnit.SECONDS);
        shop.imported(id);
        assertThat(sales()).containsExactly("A-0 Budi Santoso", "A-1 Ayu", "A-2 Budi Santoso");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?erase=now"})
    void salesOfOneWhoIsErasedWhileTheyAreStoredStayWithoutAName(String how) throws Exception {
        String id;
        CompletableFuture<Void> erasing;
        try (var obstacle = Obstacle.order(db, shop, ayu, "A-2")) {
            id = accepted();
            obstacle.awaitImport();
            erasing = CompletableFuture.runAsync(
                    () -> shop.api()
                            .delete("/api/customers/" + budi + how)
                            .then()
                            .statusCode(200),
                    Obstacle.OWN_THREAD);
            obstacle.awaitWhoWaitsForTheImport();
        }

        erasing.get(90, TimeUnit.SECONDS);
        shop.imported(id);
        imported(id).body("data.import.rows.new", equalTo(2));
        assertThat(sales()).containsExactly("A-0 Pelanggan dihapus", "A-1 Ayu", "A-2 Pelanggan dihapus");
        assertThat(rows("SELECT phone FROM app.customers WHERE user_id = :user AND deleted_at IS NULL ORDER BY 1"))
                .containsExactly("+6281234567891", "+6281234567893");
    }

    @Test
    void whoHasSeveralFilesToImportLeavesAPlaceForAnothers() {
        var busy = shop;
        String first;
        String second;
        try (var obstacle = Obstacle.customer(db, shop, ayu)) {
            first = accepted();
            obstacle.awaitImport();
            second = accepted();
            shop = Shop.register();
            importSales(SALES);
            assertThat(rows("SELECT count(*) FROM app.transactions WHERE user_id = :user"))
                    .containsExactly("2");
        }

        busy.imported(first);
        busy.imported(second);
        shop = busy;
        imported(first).body("data.import.rows.new", equalTo(2));
        imported(second).body("data.import.rows.duplicate", equalTo(2));
    }

    @Test
    void aDryRunWhoseCustomerIsMergedMeanwhileIsToBeTriedAgain() throws Exception {
        CompletableFuture<Checked> tried;
        try (var obstacle = Obstacle.customer(db, shop, ayu)) {
            tried = tried(SALES);
            obstacle.awaitImport();
            merge(santoso.toString(), budi.toString());
        }

        tried.get(90, TimeUnit.SECONDS).statusCode(503).body("error.code", equalTo("SERVICE_UNAVAILABLE"));
        tried(SALES).get(90, TimeUnit.SECONDS).statusCode(200).body("data.rows.new", equalTo(2));
    }

    @Test
    void aDryRunWhoseNewCustomerIsEnteredMeanwhileIsToBeTriedAgain() throws Exception {
        var sales = SALES + "A-3,Cici,081234567894,2025-12-03,30000\n";
        CompletableFuture<Checked> tried;
        try (var obstacle = Obstacle.customer(db, shop, ayu)) {
            tried = tried(sales);
            obstacle.awaitImport();
            new CustomerBook(shop).add("Cici", "phone", "081234567894");
        }

        tried.get(90, TimeUnit.SECONDS).statusCode(503).body("error.code", equalTo("SERVICE_UNAVAILABLE"));
        tried(sales).get(90, TimeUnit.SECONDS).statusCode(200).body("data.rows.new", equalTo(3));
    }

    private CompletableFuture<Checked> tried(String sales) {
        return CompletableFuture.supplyAsync(
                () -> upload("transactions", sales, Map.of("dry_run", "true")), Obstacle.OWN_THREAD);
    }

    private String accepted() {
        return upload("transactions", SALES, Map.of()).statusCode(202).extract().path("data.import.id");
    }

    private List<String> sales() {
        return rows("""
                SELECT t.external_id, c.name FROM app.transactions t
                JOIN app.customers c ON c.user_id = t.user_id AND c.id = t.customer_id
                WHERE t.user_id = :user ORDER BY 1""");
    }
}
