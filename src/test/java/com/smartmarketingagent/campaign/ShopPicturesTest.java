package com.smartmarketingagent.campaign;

import static com.smartmarketingagent.Http.given;
import static com.smartmarketingagent.Shop.TEXT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import com.smartmarketingagent.Http.Checked;
import com.smartmarketingagent.Shop;
import com.smartmarketingagent.Visitor;
import com.smartmarketingagent.platform.PhotoTest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.ws.rs.core.MediaType;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.UUID;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** Pictures that an owner sends from the telephone, to go with a campaign. */
@QuarkusTest
class ShopPicturesTest extends CampaignCase {

    private static final byte[] HTML = "<script>alert(1)</script>".getBytes(StandardCharsets.UTF_8);

    private Checked send(Shop as, byte[] content, String key) {
        var request = as.api()
                .contentType(MediaType.MULTIPART_FORM_DATA)
                .multiPart("file", "kain.jpg", content, "image/jpeg");
        return (key.isEmpty() ? request : request.header("Idempotency-Key", key))
                .post("/api/pictures")
                .then();
    }

    private String kept() throws Exception {
        return send(shop, PhotoTest.taken(2000, 1000, 6), "")
                .statusCode(201)
                .extract()
                .path("data.picture.url");
    }

    private static String path(String url) {
        return URI.create(url).getPath();
    }

    @Test
    void aPictureIsKeptWithoutWhereItWasTakenAndWhoHasItsAddressSeesIt() throws Exception {
        var url = kept();
        assertThat(url).startsWith("http://localhost:");
        var bytes = given().get(path(url))
                .then()
                .statusCode(200)
                .contentType("image/jpeg")
                .header("Cache-Control", is("public, max-age=31536000, immutable"))
                .header("X-Content-Type-Options", is("nosniff"))
                .extract()
                .asByteArray();
        assertThat(new String(bytes, StandardCharsets.ISO_8859_1)).doesNotContain("Exif", "Malioboro");
        given().head(path(url)).then().statusCode(200).contentType("image/jpeg");
        shop.api()
                .get("/api/pictures")
                .then()
                .statusCode(200)
                .body("data.pictures", hasSize(1))
                .body("data.pictures[0].url", is(url))
                .body("data.pictures[0].name", is("kain.jpg"))
                .body("data.pictures[0].bytes", is(bytes.length));
        for (int at : new int[] {10, 20, 40, 50}) {
            var guessed = path(url).substring(0, at)
                    + (path(url).charAt(at) == 'A' ? 'B' : 'A')
                    + path(url).substring(at + 1);
            given().get(guessed).then().statusCode(404);
        }
    }

    /** A photograph of a telephone has a few megabytes. */
    @Test
    void aLargePictureIsKeptToo() throws Exception {
        var noise = new BufferedImage(1_400, 1_400, BufferedImage.TYPE_INT_RGB);
        var random = new Random(1);
        for (int x = 0; x < 1_400; x++) for (int y = 0; y < 1_400; y++) noise.setRGB(x, y, random.nextInt());
        var out = new ByteArrayOutputStream();
        ImageIO.write(noise, "png", out);
        assertThat(out.size()).isGreaterThan(4 << 20);
        send(shop, out.toByteArray(), "").statusCode(201);
        var owner = new Visitor(shop);
        owner.request()
                .multiPart("csrf", owner.csrf())
                .multiPart("file", "kain.png", out.toByteArray())
                .post("/campaigns/" + shop.draft() + "/picture")
                .then()
                .statusCode(303);
    }

    @Test
    void whatIsNoPictureOrSentTwiceIsNotKept() throws Exception {
        send(shop, HTML, "").statusCode(415).body("error.message", startsWith("Berkas ini bukan gambar JPG atau PNG"));
        shop.api()
                .contentType(MediaType.MULTIPART_FORM_DATA)
                .multiPart("other", "x")
                .post("/api/pictures")
                .then()
                .statusCode(400);
        var picture = PhotoTest.taken(40, 30, 1);
        var first = send(shop, picture, "satu").statusCode(201).extract().asString();
        assertThat(send(shop, picture, "satu").statusCode(201).extract().asString())
                .isEqualTo(first);
        send(shop, PhotoTest.taken(40, 31, 1), "satu").statusCode(422);
        shop.api().get("/api/pictures").then().body("data.pictures", hasSize(1));
    }

    @Test
    void oneThatACampaignHasStaysAndAnotherShopsIsNobodysBusiness() throws Exception {
        var url = kept();
        var id = shop.api().get("/api/pictures").<String>path("data.pictures[0].id");
        var campaign = shop.draft("media_url", url);
        look(campaign).body("data.campaign.media_url", is(url));
        shop.api()
                .delete("/api/pictures/{id}", id)
                .then()
                .statusCode(409)
                .body("error.message", containsString("dipakai kampanye"));
        var stranger = Shop.register();
        stranger.api().delete("/api/pictures/{id}", id).then().statusCode(404);
        stranger.api().get("/api/pictures").then().body("data.pictures", hasSize(0));
        shop.draft("media_url", "");
        shop.api()
                .body(Shop.campaign())
                .put("/api/campaigns/" + campaign)
                .then()
                .statusCode(200);
        shop.api().delete("/api/pictures/{id}", id).then().statusCode(200);
        given().get(path(url)).then().statusCode(404);
    }

    private Checked onPage(Visitor owner, UUID campaign, byte[] content) {
        return owner.request()
                .multiPart("csrf", owner.csrf())
                .multiPart("file", "kain.jpg", content, "image/jpeg")
                .post("/campaigns/" + campaign + "/picture")
                .then();
    }

    /** There is no page of pictures, and what the owner no longer sees must not count. */
    @Test
    void oneThatIsTakenOutOfADraftGoesUnlessAnotherHasIt() throws Exception {
        customers(1);
        var owner = new Visitor(shop);
        var campaign = shop.draft();
        onPage(owner, campaign, PhotoTest.taken(40, 30, 1)).statusCode(303);
        var url = look(campaign).extract().<String>path("data.campaign.media_url");
        var another = shop.draft("media_url", url);
        // as it was typed
        illustrate(another, url + "?v=2");
        takeOut(owner, campaign);
        given().get(path(url)).then().statusCode(200);
        illustrate(campaign, url);
        takeOut(owner, another);
        given().get(path(url)).then().statusCode(200);
        takeOut(owner, campaign);
        given().get(path(url)).then().statusCode(404);
        shop.api().get("/api/pictures").then().body("data.pictures", hasSize(0));
    }

    private void illustrate(UUID campaign, String url) {
        db.useTenant(
                shop.id(),
                tx -> tx.createUpdate("UPDATE app.campaigns SET media_url = :url WHERE id = :id")
                        .bind("url", url)
                        .bind("id", campaign)
                        .execute());
    }

    private static void takeOut(Visitor owner, UUID campaign) {
        owner.post("/campaigns/" + campaign + "/edit", "name", "Kangen", "text", TEXT, "media_url", "")
                .statusCode(303);
    }

    @Test
    void anOwnerSendsAPictureFromTheCampaignsPageAndAnotherTakesItsPlace() throws Exception {
        customers(1);
        var owner = new Visitor(shop);
        var campaign = shop.draft();
        owner.get("/campaigns/" + campaign)
                .body(containsString("Gambar dari HP"), not(containsString("<img src=\"/pic")));
        onPage(owner, campaign, HTML).statusCode(400).body(containsString("Berkas ini bukan gambar"));
        onPage(owner, campaign, PhotoTest.taken(40, 30, 1))
                .statusCode(303)
                .header("Location", endsWith("/campaigns/" + campaign));
        var first = look(campaign).extract().<String>path("data.campaign.media_url");
        owner.get("/campaigns/" + campaign).body(containsString("<img src=\"" + path(first) + "\""));
        given().get(path(first)).then().statusCode(200);
        onPage(owner, campaign, PhotoTest.taken(30, 40, 1)).statusCode(303);
        var second = look(campaign).extract().<String>path("data.campaign.media_url");
        assertThat(second).isNotEqualTo(first);
        given().get(path(first)).then().statusCode(404);
        // changed in the form, it keeps the picture, which isn't asked for at its address
        shop.api()
                .body(Shop.campaign("name", "Kangen sekali", "media_url", second))
                .put("/api/campaigns/" + campaign)
                .then()
                .statusCode(200);
        step(campaign, "approve").statusCode(200);
        owner.get("/campaigns/" + campaign).body(not(containsString("Gambar dari HP")));
        onPage(owner, campaign, PhotoTest.taken(40, 30, 1)).statusCode(409);
        given().get(path(second)).then().statusCode(200);
        shop.api().get("/api/pictures").then().body("data.pictures", hasSize(1));
    }
}
