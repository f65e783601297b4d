package com.smartmarketingagent;

import static org.assertj.core.api.Assertions.assertThat;

import com.smartmarketingagent.customer.CustomerBook;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Every address that names several customers is one whose readers are written down, or one that was left out. */
@QuarkusTest
class ListReadersTest {

    private static final List<String> NAMES = List.of("Wayan Satu", "Wayan Dua");

    /** These name whom somebody looks for. */
    private static final Set<String> SEARCHES = Set.of("/customers/{id}/merge", "/sales/customers");

    /** AuditTest reads each. */
    private static final Set<String> WRITTEN_DOWN = Set.of(
            "/customers",
            "/customers/{id}/merge",
            "/sales",
            "/sales/customers",
            "/segments/{name}",
            "/segments/cells/{recency}/{frequency}",
            "/campaigns/{id}/recipients",
            "/practice",
            "/api/customers",
            "/api/transactions",
            "/api/rfm/analysis",
            "/api/rfm/segments/{name}",
            "/api/campaigns/{id}/recipients",
            "/api/practice/messages");

    /** These are written down as what they are. */
    private static final Set<String> FILES = Set.of(
            "/campaigns/{id}/recipients.csv",
            "/api/campaigns/{id}/recipients.csv",
            "/profile/export.zip",
            "/api/export",
            "/reports/{period}/sales.csv");

    /** A few names that lead no further, or nothing of them but that they asked; decision 0024. */
    private static final Set<String> LEFT_OUT = Set.of(
            "/privacy",
            "/api/privacy/requests",
            "/api/campaigns/{id}/preview",
            "/campaigns/{id}",
            "/content/templates/{id}");

    @Test
    void whoeverNamesSeveralCustomersSaysWhoReadIt() {
        var shop = Shop.register();
        var book = new CustomerBook(shop);
        for (int i = 0; i < 2; i++) {
            var id = book.add(NAMES.get(i), "phone", "08123456790" + i);
            // in one segment and field, and in the month of the report
            book.sell(id, "2025-12-03", 150_000);
            shop.api()
                    .body(Map.of("customer_id", id, "kind", "access"))
                    .post("/api/privacy/requests")
                    .then()
                    .statusCode(201);
        }
        var practice = shop.draft("holdout_percent", 0);
        shop.api().post("/api/campaigns/" + practice + "/approve").then().statusCode(200);
        Await.until(
                "practice is over",
                () -> "done"
                        .equals(shop.api()
                                .get("/api/campaigns/" + practice)
                                .then()
                                .extract()
                                .path("data.campaign.state")));
        var full = FullShop.of(shop);
        var owner = new Visitor(shop);
        owner.get("/segments").statusCode(200);
        String segment = shop.api()
                .get("/api/rfm/analysis?limit=100")
                .path("data.customers[name=%s][0].segment".formatted(NAMES.getFirst()));
        var found = new TreeSet<String>();
        for (var route : PageRoutes.all()) {
            if (!route.reads() || route.open() || route.admins() || route.path().equals("/live")) continue;
            var address = full.address(route).replace("/segments/lost", "/segments/" + segment);
            if (address.endsWith("/recipients")) address = "/campaigns/" + full.sent() + "/recipients";
            if (SEARCHES.contains(route.path())) address += "?search=Wayan";
            var page = owner.request().get(address);
            if (namesSeveral(page.asString())) found.add(route.path());
        }
        for (var route : Routes.served().all()) {
            if (!route.method().equals("GET") || route.path().endsWith("/events")) continue;
            var path = route.path()
                    .replace("/customers/{id}", "/customers/" + full.customer())
                    .replace("/transactions/{id}", "/transactions/" + full.sale())
                    .replace("/campaigns/{id}", "/campaigns/" + full.sent())
                    .replace("/imports/{id}", "/imports/" + full.done())
                    .replace("/templates/{id}", "/templates/" + full.text())
                    .replace("{name}", segment)
                    .replace("{period}", "2025-12")
                    .replace("{kind}", "fonnte");
            if (path.contains("{")) continue;
            if (namesSeveral(shop.api().get(path).asString())) found.add(route.path());
        }
        var known = new TreeSet<>(WRITTEN_DOWN);
        known.addAll(FILES);
        known.addAll(LEFT_OUT);
        assertThat(known)
                .as("to be written down, or to be left out with a reason")
                .containsAll(found);
        // what names nobody here would prove nothing
        assertThat(found).containsAll(WRITTEN_DOWN);
    }

    private static boolean namesSeveral(String answer) {
        return NAMES.stream().allMatch(answer::contains);
    }
}
