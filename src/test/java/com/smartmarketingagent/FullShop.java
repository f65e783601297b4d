package com.smartmarketingagent;

import static org.assertj.core.api.Assertions.assertThat;

import com.smartmarketingagent.PageRoutes.Route;
import com.smartmarketingagent.account.MailedLinks;
import com.smartmarketingagent.account.MailedLinks.Purpose;
import com.smartmarketingagent.customer.Consent;
import com.smartmarketingagent.customer.CustomerBook;
import com.smartmarketingagent.customer.Unsubscribe;
import io.quarkus.arc.Arc;
import jakarta.ws.rs.core.MediaType;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * A shop in which every page has something to show: customers, sales, an import, a file that waits, a kept text, and
 * two campaigns, one a draft, one with a message that is open in the owner's hands and one of which nobody knows.
 */
record FullShop(
        Shop shop, UUID customer, UUID other, UUID sale, UUID done, UUID draft, UUID text, UUID campaign, UUID sent) {

    static final String SALES = "Nama,Tanggal,Total\nCitra,2025-12-05,5000\nDewi,2025-12-06,banyak\n";

    /** @param shop may hold more already */
    static FullShop of(Shop shop) {
        var book = new CustomerBook(shop);
        var ani = book.add("Ani <b>", "city", "Solo");
        var other = book.add("Ani <b> Dua", "notes", "hx-get=/logout");
        var sale = book.sell(ani, "2025-12-01", 150_000);
        book.sell(other, "2025-12-02", 75_000);
        shop.api()
                .body(Map.of("token", "token-uji-00000000"))
                .put("/api/channels/fonnte")
                .then()
                .statusCode(200);
        return new FullShop(
                shop, ani, other, sale, imported(shop), draft(shop), text(shop), campaign(shop), sent(shop));
    }

    /** Where nothing in the shop is asked for. */
    static FullShop empty(Shop shop) {
        var none = UUID.randomUUID();
        return new FullShop(shop, none, none, none, none, none, none, none, none);
    }

    private static UUID imported(Shop shop) {
        var id = shop.api()
                .contentType(MediaType.MULTIPART_FORM_DATA)
                .multiPart("file", "penjualan.csv", SALES.getBytes(StandardCharsets.UTF_8), "text/csv")
                .post("/api/transactions/import")
                .then()
                .statusCode(202)
                .extract()
                .<String>path("data.import.id");
        shop.imported(id);
        return UUID.fromString(id);
    }

    /** A kept text with a former version. */
    private static UUID text(Shop shop) {
        var text = Map.of(
                "name",
                "Sapaan",
                "content_type",
                "email",
                "segment",
                "lost",
                "subject",
                "Salam",
                "text",
                "Halo {nama|Kak}.");
        var id = shop.api()
                .body(text)
                .post("/api/content/templates")
                .then()
                .statusCode(201)
                .extract()
                .<String>path("data.template.id");
        shop.api()
                .body(Map.of(
                        "name",
                        "Sapaan",
                        "content_type",
                        "email",
                        "segment",
                        "lost",
                        "subject",
                        "Salam",
                        "text",
                        "Apa kabar, {nama|Kak}?"))
                .put("/api/content/templates/" + id)
                .then()
                .statusCode(200);
        return UUID.fromString(id);
    }

    /** A draft for everybody, by hand. */
    static UUID campaign(Shop shop) {
        return shop.draft("name", "Kangen <b>", "via", "assisted", "holdout_percent", 0);
    }

    private static UUID sent(Shop shop) {
        var book = new CustomerBook(shop);
        book.add("Fajar <b>", "phone", "081234567801");
        book.add("Galuh", "phone", "081234567802");
        book.add("Hartini", "phone", "081234567803");
        var id = campaign(shop);
        shop.api().post("/api/campaigns/" + id + "/approve").then().statusCode(200);
        shop.api().post("/api/campaigns/" + id + "/next").then().statusCode(200);
        return id;
    }

    static UUID draft(Shop shop) {
        var owner = new Visitor(shop);
        var location = owner.request()
                .multiPart("csrf", owner.csrf())
                .multiPart("file", "baru \u202e.csv", SALES.getBytes(StandardCharsets.UTF_8), "text/csv")
                .post("/imports")
                .then()
                .statusCode(303)
                .extract()
                .header("Location");
        return UUID.fromString(location.replaceFirst(".*/imports/([^/]+)/check", "$1"));
    }

    /** The route's address with what this shop has in place of its parameters. */
    String address(Route route) {
        var path = route.path();
        if (path.equals("/assets/{file}")) return asset();
        // LinkTest has one that leads on
        if (path.equals("/s/{code}")) return "/s/AAAAAAAAAAA";
        // OriginalsTest and ShopPicturesTest have some that are valid
        if (path.equals("/files/{token}") || path.equals("/pictures/{token}")) return path.replace("{token}", "AAAA");
        if (path.equals("/u/{token}"))
            return Arc.container().instance(Unsubscribe.class).get().path(shop.id(), customer, Consent.Channel.EMAIL);
        if (path.equals("/reset/{token}")) return path.replace("{token}", link(Purpose.RESET));
        if (path.equals("/verify/{token}")) return path.replace("{token}", link(Purpose.VERIFY));
        if (path.startsWith("/admin/"))
            return path.replace("{id}", shop.id().value().toString());
        if (path.startsWith("/reports/")) return path.replace("{period}", "2025-12");
        if (path.startsWith("/imports/{id}/check")) return path.replace("{id}", draft.toString());
        var values = Map.of(
                "/customers/{id}",
                "/customers/" + customer,
                "{other}",
                other.toString(),
                "/sales/{id}",
                "/sales/" + sale,
                "/imports/{id}",
                "/imports/" + done,
                "/channels/{kind}",
                "/channels/fonnte",
                "/content/templates/{id}",
                "/content/templates/" + text,
                "/campaigns/{id}/recipients",
                "/campaigns/" + sent + "/recipients",
                "/campaigns/{id}",
                "/campaigns/" + campaign,
                "/segments/{name}",
                "/segments/lost",
                "/segments/cells/{recency}/{frequency}",
                "/segments/cells/1/1");
        for (var value : values.entrySet()) path = path.replace(value.getKey(), value.getValue());
        assertThat(path).describedAs("an address for " + route).doesNotContain("{");
        return path;
    }

    /** As a mail to the owner would carry it. */
    String link(Purpose purpose) {
        return Arc.container().instance(MailedLinks.class).get().issue(shop.id(), purpose, shop.email());
    }

    private static String asset() {
        var page = Http.get("/login").asString();
        var address = Pattern.compile("/assets/app-[0-9a-f]+\\.css").matcher(page);
        assertThat(address.find()).isTrue();
        return address.group();
    }
}
