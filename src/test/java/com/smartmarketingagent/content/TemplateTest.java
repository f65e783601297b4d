package com.smartmarketingagent.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.smartmarketingagent.Shop;
import com.smartmarketingagent.Visitor;
import com.smartmarketingagent.customer.CustomerBook;
import io.quarkus.test.junit.QuarkusTest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Kept texts, examples of the shop's voice, days, and the export. */
@QuarkusTest
class TemplateTest {

    private Shop shop;

    @BeforeEach
    void aShop() {
        shop = Shop.register();
    }

    private static Map<String, Object> words(String text, Object... details) {
        var body = new HashMap<String, Object>(Map.of("name", "Sapaan", "content_type", "whatsapp", "text", text));
        for (int i = 0; i < details.length; i += 2) body.put((String) details[i], details[i + 1]);
        return body;
    }

    private String keep(String text, Object... details) {
        return shop.api()
                .body(words(text, details))
                .post("/api/content/templates")
                .then()
                .statusCode(201)
                .extract()
                .path("data.template.id");
    }

    @Test
    void aTextIsKeptChangedWithWhatItSaidBeforeAndBroughtBack() {
        var id = keep("Halo {nama|Kak}.", "segment", "lost", "favourite", true);
        shop.api()
                .body(words("Apa kabar, {nama|Kak}?"))
                .put("/api/content/templates/" + id)
                .then()
                .statusCode(200)
                .body("data.template.version", is(2))
                .body("data.template.favourite", is(false))
                .body("data.template.segment", nullValue());
        // another name changes no words
        shop.api()
                .body(words("Apa kabar, {nama|Kak}?", "name", "Lain"))
                .put("/api/content/templates/" + id)
                .then()
                .body("data.template.version", is(2));
        shop.api()
                .get("/api/content/templates/" + id)
                .then()
                .body("data.template.name", equalTo("Lain"))
                .body("data.versions.text", equalTo(List.of("Halo {nama|Kak}.")))
                .body("data.versions.version", equalTo(List.of(1)));
        shop.api().delete("/api/content/templates/" + id).then().statusCode(200);
        shop.api().delete("/api/content/templates/" + id).then().statusCode(404);
        shop.api().get("/api/content/templates/" + id).then().statusCode(404);
        shop.api().get("/api/content/templates").then().body("meta.total", is(0));
        shop.api().body(words("x")).put("/api/content/templates/" + id).then().statusCode(404);
        shop.api().post("/api/content/templates/" + id + "/restore").then().statusCode(200);
        shop.api().get("/api/content/templates").then().body("data.templates.name", equalTo(List.of("Lain")));
    }

    @Test
    void textsAreFoundByWordKindAndFavourite() {
        keep("Batik {nama_toko} menyapa.", "name", "Satu");
        keep("Salam.", "name", "Dua", "content_type", "email", "subject", "Kabar BATIK");
        keep("Salam.", "name", "Tiga", "favourite", true);
        shop.api()
                .queryParam("search", "batik")
                .get("/api/content/templates")
                .then()
                .body("data.templates.name", equalTo(List.of("Dua", "Satu")));
        shop.api()
                .queryParam("content_type", "email")
                .get("/api/content/templates")
                .then()
                .body("data.templates.name", equalTo(List.of("Dua")));
        shop.api()
                .queryParam("favourite", true)
                .get("/api/content/templates")
                .then()
                .body("data.templates.name", equalTo(List.of("Tiga")));
        shop.api()
                .queryParam("content_type", "sms")
                .get("/api/content/templates")
                .then()
                .statusCode(400)
                .body("error.details[0].field", equalTo("content_type"));
        shop.api().get("/api/content/templates").then().body("data.templates[0].name", equalTo("Tiga"));
        // beyond the last page is the last
        new Visitor(shop)
                .get("/content/templates?search=batik&page=99")
                .statusCode(200)
                .body(containsString(">Dua<"), containsString("2 pesan"));
    }

    @Test
    void aUsedTextIsCountedAndShownForCustomers() {
        var book = new CustomerBook(shop);
        book.sell(
                book.add("Siti"),
                "2020-01-01",
                5_000,
                "products",
                List.of(Map.of("name", "Kain Kawung", "quantity", 1, "price", 5_000)));
        shop.api().body("{}").post("/api/rfm/calculate").then().statusCode(200);
        var id = keep("Halo {nama|Kak}, {produk_terakhir|batik kami} dari {nama_toko}.", "segment", "lost");
        shop.api()
                .post("/api/content/templates/" + id + "/use")
                .then()
                .statusCode(200)
                .body("data.template.times_used", is(1))
                .body("data.examples.text", equalTo(List.of("Halo Siti, Kain Kawung dari Batik Sri.")));
        shop.api()
                .queryParam("segment", "vip")
                .post("/api/content/templates/" + id + "/use")
                .then()
                .statusCode(400);
        shop.api().get("/api/content/templates").then().body("data.templates[0].times_used", is(1));
    }

    /** Threats 18 and 19. */
    @Test
    void threat18And19NothingIsEvaluatedAndNoHeaderBroken() {
        for (var hostile : List.of("{{env}}", "${7*7}", "{str:eval(1)}", "{nama", "Halo {password}")) {
            shop.api()
                    .body(words(hostile))
                    .post("/api/content/templates")
                    .then()
                    .statusCode(400)
                    .body("error.details[0].field", equalTo("text"));
        }
        for (var broken : List.of("Halo\r\nBcc: x@contoh.id", "a\nb", "a\u0000b")) {
            shop.api()
                    .body(words("x", "content_type", "email", "subject", broken))
                    .post("/api/content/templates")
                    .then()
                    .statusCode(400);
            shop.api()
                    .body(words("x", "name", broken))
                    .post("/api/content/templates")
                    .then()
                    .statusCode(400);
        }
        shop.api().get("/api/content/templates").then().body("meta.total", is(0));
    }

    @Test
    void aRepeatedRequestKeepsOne() {
        for (int i = 0; i < 2; i++) {
            shop.api()
                    .header("Idempotency-Key", "satu")
                    .body(words("Halo."))
                    .post("/api/content/templates")
                    .then()
                    .statusCode(201);
        }
        shop.api()
                .header("Idempotency-Key", "satu")
                .body(words("Lain."))
                .post("/api/content/templates")
                .then()
                .statusCode(422);
        shop.api().get("/api/content/templates").then().body("meta.total", is(1));
    }

    @Test
    void anotherShopSeesNothingOfIt() {
        var id = keep("Rahasia {nama|Kak}.");
        var other = Shop.register();
        other.api().get("/api/content/templates").then().body("meta.total", is(0));
        for (var path : List.of("", "/use", "/restore")) {
            var their = (path.isEmpty()
                    ? other.api().get("/api/content/templates/" + id)
                    : other.api().post("/api/content/templates/" + id + path));
            var nobodys = (path.isEmpty()
                    ? other.api().get("/api/content/templates/" + UUID.randomUUID())
                    : other.api().post("/api/content/templates/" + UUID.randomUUID() + path));
            assertThat(their.statusCode()).isEqualTo(404);
            assertThat(their.asString()).isEqualTo(nobodys.asString());
        }
        var content = shop.api()
                .body(Map.of("segment", "lost", "content_type", "whatsapp", "goal", "thank"))
                .post("/api/content/generate")
                .then()
                .statusCode(200)
                .extract()
                .<String>path("data.content.id");
        other.api()
                .body(words("x", "content_id", content))
                .post("/api/content/templates")
                .then()
                .statusCode(404);
        shop.api().get("/api/content/templates/" + id).then().statusCode(200);
    }

    @Test
    void whatWasKeptOfTheWrittenCanTrainAModelWithoutAnyCustomer() throws Exception {
        var book = new CustomerBook(shop);
        book.add("Siti Rahasiawati", "phone", "081211112222");
        var content = shop.api()
                .body(Map.of("segment", "lost", "content_type", "whatsapp", "goal", "thank", "occasion", "Lebaran"))
                .post("/api/content/generate")
                .then()
                .statusCode(200)
                .extract()
                .<String>path("data.content.id");
        shop.api()
                .body(Map.of("text", "Bu Siti Rahasiawati, kainnya siap"))
                .post("/api/content/examples")
                .then()
                .statusCode(201);
        keep("Halo {nama|Kak}, titip salam untuk Siti Rahasiawati di 081211112222.", "content_id", content);
        keep("Milik sendiri.");
        var answer = shop.api()
                .get("/api/content/fine-tuning")
                .then()
                .statusCode(200)
                .header("Content-Type", containsString("application/jsonl"))
                .extract()
                .asString();
        assertThat(answer.lines()).hasSize(1);
        var line = new ObjectMapper().readTree(answer.lines().findFirst().orElseThrow());
        var messages = line.path("messages");
        assertThat(messages.get(0).path("role").asText()).isEqualTo("system");
        var last = messages.get(messages.size() - 1);
        assertThat(last.path("role").asText()).isEqualTo("assistant");
        assertThat(new ObjectMapper()
                        .readTree(last.path("content").asText())
                        .at("/variants/0/text")
                        .asText())
                .isEqualTo("Halo {nama|Kak}, titip salam untuk … di ….");
        assertThat(last.path("content").asText()).contains("\"why\":\"Ucapan");
        assertThat(answer).contains("texts: <data>1</data>").contains("kainnya siap");
        assertThat(answer).contains("Lebaran").doesNotContain("Rahasiawati").doesNotContain("1111");
    }

    @Test
    void twoWhoChangeOneTextSeeBothVersions() {
        var id = keep("Halo {nama|Kak}.");
        var owner = new Visitor(shop);
        var path = "/content/templates/" + id;
        owner.post(path, "name", "A", "text", "Yang pertama.", "seen", "1").statusCode(303);
        owner.post(path, "name", "A", "text", "<b>Yang kedua.", "seen", "1")
                .statusCode(409)
                .body(containsString("Sementara Anda mengetik, pesan ini diubah di tempat lain."))
                .body(containsString("Yang pertama."), containsString("&lt;b&gt;Yang kedua."))
                .body(containsString("name=\"seen\" value=\"2\""), containsString("Simpan versi saya"));
        shop.api().get("/api" + path).then().body("data.template.text", equalTo("Yang pertama."));
        // sent twice it is no conflict with itself, and looked at it is kept
        for (int i = 0; i < 2; i++)
            owner.post(path, "name", "A", "text", "<b>Yang kedua.", "seen", "2").statusCode(303);
        shop.api().get("/api" + path).then().body("data.template.text", equalTo("<b>Yang kedua."));
    }

    @Test
    void examplesOfTheShopsVoiceComeAndGo() {
        var id = shop.api()
                .body(Map.of("text", "Monggo mampir"))
                .post("/api/content/examples")
                .then()
                .statusCode(201)
                .extract()
                .<String>path("data.id");
        shop.api().get("/api/content/examples").then().body("data.examples.text", equalTo(List.of("Monggo mampir")));
        Shop.register().api().delete("/api/content/examples/" + id).then().statusCode(404);
        shop.api().delete("/api/content/examples/" + id).then().statusCode(200);
        shop.api().get("/api/content/examples").then().body("data.examples", hasSize(0));
        shop.api()
                .body(Map.of("text", " "))
                .post("/api/content/examples")
                .then()
                .statusCode(400);
        shop.api()
                .body(Map.of("text", "a".repeat(1001)))
                .post("/api/content/examples")
                .then()
                .statusCode(400);
    }

    @Test
    void aDayThatTheOwnerKnowsBetterReplacesOurs() {
        var lebaran = "data.occasions[name=Lebaran]";
        shop.api()
                .get("/api/content/occasions")
                .then()
                .statusCode(200)
                .body("data.occasions.name", org.hamcrest.Matchers.hasItem("Hari Batik Nasional"));
        var known = shop.api().get("/api/content/occasions").then().extract().<List<String>>path(lebaran + ".day");
        assertThat(known).hasSize(1);
        var year = known.getFirst().substring(0, 4);
        var own = year + "-03-0" + (known.getFirst().endsWith("9") ? "8" : "9");
        shop.api()
                .body(Map.of("name", "Lebaran", "day", own))
                .put("/api/content/occasions")
                .then()
                .statusCode(200)
                .body(lebaran + ".day", equalTo(List.of(own)))
                .body(lebaran + ".own", equalTo(List.of(true)));
        Shop.register().api().get("/api/content/occasions").then().body(lebaran + ".day", equalTo(known));
        shop.api().delete("/api/content/occasions/Lebaran/" + year).then().statusCode(200);
        shop.api().delete("/api/content/occasions/Lebaran/" + year).then().statusCode(404);
        shop.api().get("/api/content/occasions").then().body(lebaran + ".day", equalTo(known));
    }

    @Test
    void aDayOfTheOwnersOwnIsKeptOnceAndIsAhead() {
        // a day that is known to be ahead
        var next = shop.api().get("/api/content/occasions").then().extract().<String>path("data.occasions[0].day");
        for (var name : List.of("Bazar Desa", "bazar desa"))
            shop.api()
                    .body(Map.of("name", name, "day", next))
                    .put("/api/content/occasions")
                    .then()
                    .statusCode(200);
        shop.api()
                .get("/api/content/occasions")
                .then()
                .body("data.occasions[own=true].name", equalTo(List.of("bazar desa")));
        shop.api()
                .body(Map.of("name", "Bazar Desa", "day", "2001-01-01"))
                .put("/api/content/occasions")
                .then()
                .statusCode(400)
                .body("error.details[0].field", equalTo("day"));
        shop.api().get("/api/content/occasions").then().body("data.occasions[own=true].day", equalTo(List.of(next)));
    }
}
