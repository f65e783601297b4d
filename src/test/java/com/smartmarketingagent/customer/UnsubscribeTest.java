package com.smartmarketingagent.customer;

import static com.smartmarketingagent.Http.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;

import com.smartmarketingagent.Http.Checked;
import com.smartmarketingagent.Visitor;
import com.smartmarketingagent.customer.Consent.Channel;
import com.smartmarketingagent.platform.Settings;
import com.smartmarketingagent.platform.UserId;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One tap ends a shop's messages: without a log-in, once and again. */
@QuarkusTest
class UnsubscribeTest {

    @Inject
    Unsubscribe links;

    @Inject
    Settings settings;

    private CustomerBook book;
    private UUID ani;
    private String link = "";

    @BeforeEach
    void aCustomer() {
        book = CustomerBook.open();
        ani = book.add("Ani", "email", "ani@contoh.id", "phone", "081234567890");
        link = links.path(book.shop().id(), ani, Channel.EMAIL);
    }

    private Checked permission(UUID customer) {
        return book.shop()
                .api()
                .get("/api/customers/" + customer + "/consents")
                .then()
                .statusCode(200);
    }

    /** As a mail program does it. */
    private static Checked oneClick(String link) {
        return given().formParam("List-Unsubscribe", "One-Click").post(link).then();
    }

    @Test
    void toLookChangesNothingAndOnePostEndsIt() {
        for (int i = 0; i < 3; i++)
            given().get(link)
                    .then()
                    .statusCode(200)
                    .body(containsString("Berhenti menerima email dari Batik Sri?"))
                    .body(not(containsString("Ani")))
                    .body(not(containsString("ani@contoh.id")));
        given().head(link).then().statusCode(200);
        permission(ani).body("data.consents", empty()).body("data.suppressions", empty());

        for (int i = 0; i < 2; i++)
            oneClick(link)
                    .statusCode(200)
                    .body(containsString("Batik Sri tidak akan mengirim email lagi kepada Anda."))
                    .body(not(containsString("<button class=\"btn btn-primary")));
        permission(ani)
                .body("data.consents.channel", contains("email"))
                .body("data.consents.state", contains("withdrawn"))
                .body("data.consents.source", contains("link"))
                .body("data.suppressions.channel", contains("email"))
                .body("data.suppressions.reason", contains("unsubscribe"))
                .body("data.history", hasSize(1));
    }

    @Test
    void ofTheOtherChannelItSaysSo() {
        var whatsApp = links.path(book.shop().id(), ani, Channel.WHATSAPP);
        given().get(whatsApp).then().body(containsString("pesan WhatsApp dari Batik Sri"));
        oneClick(whatsApp).statusCode(200).body(containsString("pesan WhatsApp lagi"));
        permission(ani).body("data.suppressions.channel", contains("whatsapp"));
    }

    /** Other forms that RFC 8058 allows, and mail programs that say where they come from. */
    @Test
    void whateverMailProgramFollowsItIsHeard() {
        var programs = new Checked[] {
            given().multiPart("List-Unsubscribe", "One-Click").post(link).then(),
            given().post(link).then(),
            given().header("Origin", "moz-extension://x")
                    .header("Sec-Fetch-Site", "cross-site")
                    .formParam("List-Unsubscribe", "One-Click")
                    .post(link)
                    .then()
        };
        for (var program : programs) program.statusCode(200);
    }

    @Test
    void itIsSaidInTheShopsLanguage() {
        new Visitor(book.shop())
                .post("/profile/look", "language", "en", "theme", "light")
                .statusCode(303);
        given().get(link).then().body(containsString("Stop emails from Batik Sri?"));
        oneClick(link).body(containsString("will send you no more emails"));
    }

    @Test
    void whoIsErasedIsToldTheSame() {
        book.shop().api().delete("/api/customers/" + ani + "?erase=now").then().statusCode(200);
        given().get(link).then().statusCode(200);
        oneClick(link).statusCode(200).body(containsString("tidak akan mengirim email lagi"));
    }

    @Test
    void whoIsDeletedAndComesBackIsStillNotWrittenTo() {
        book.shop().api().delete("/api/customers/" + ani).then().statusCode(200);
        oneClick(link).statusCode(200);
        book.shop().api().post("/api/customers/" + ani + "/restore").then().statusCode(200);
        permission(ani).body("data.suppressions.reason", contains("unsubscribe"));
    }

    @Test
    void whoWasMergedIntoAnotherIsThatOther() {
        var survivor = book.add("Ani Dua");
        book.shop()
                .api()
                .body(Map.of("other_id", ani))
                .post("/api/customers/" + survivor + "/merge")
                .then()
                .statusCode(200);
        oneClick(link).statusCode(200);
        permission(survivor)
                .body("data.consents.state", contains("withdrawn"))
                .body("data.suppressions.reason", contains("unsubscribe"));
    }

    /** Also where that other was deleted and comes back; and neither is the address that the mail had gone to. */
    @Test
    void whoWasMergedIsNotWrittenToAtAnyOfTheirAddresses() {
        var survivor = book.add("Ani Dua", "email", "dua@contoh.id");
        book.shop()
                .api()
                .body(Map.of("other_id", ani))
                .post("/api/customers/" + survivor + "/merge")
                .then()
                .statusCode(200);
        book.shop().api().delete("/api/customers/" + survivor).then().statusCode(200);
        oneClick(link).statusCode(200);
        book.shop().api().post("/api/customers/" + survivor + "/restore").then().statusCode(200);
        permission(survivor).body("data.suppressions.reason", contains("unsubscribe"));
        permission(book.add("Siapa", "email", "ani@contoh.id"))
                .body("data.suppressions.reason", contains("unsubscribe"));
        permission(book.add("Lain", "email", "lain@contoh.id")).body("data.suppressions", empty());
    }

    @Test
    void whatWeDidNotSignIsNoPage() {
        var token = link.substring("/u/".length());
        var whole = Base64.getUrlDecoder().decode(token);
        for (int at : new int[] {0, 16, 32, 33, 48}) {
            var other = whole.clone();
            other[at] ^= 1;
            wrong(Base64.getUrlEncoder().withoutPadding().encodeToString(other));
        }
        for (var odd : new String[] {
            "x", token + "AAAA", token.substring(1), "%00", UUID.randomUUID().toString()
        }) wrong(odd);
        wrong(links.path(UserId.create(), ani, Channel.EMAIL).substring("/u/".length()));
        permission(ani).body("data.suppressions", empty());
    }

    private static void wrong(String token) {
        given().urlEncodingEnabled(false).get("/u/" + token).then().statusCode(404);
        given().urlEncodingEnabled(false).post("/u/" + token).then().statusCode(404);
    }

    @Test
    void aLinkOutlivesAChangeOfTheKey() {
        var old = under("kunci lama yang cukup panjang untuk dipakai", "")
                .path(book.shop().id(), ani, Channel.EMAIL);
        var token = old.substring("/u/".length());
        var both = under("kunci baru yang cukup panjang untuk dipakai", "kunci lama yang cukup panjang untuk dipakai");
        assertThat(both.read(token).orElseThrow().customer()).isEqualTo(ani);
        assertThat(under("kunci baru yang cukup panjang untuk dipakai", "").read(token))
                .isEmpty();
    }

    @Test
    void theLinkIsWhereThePublicReachesUs() {
        assertThat(links.link(book.shop().id(), ani, Channel.EMAIL)).isEmpty();
        System.setProperty("PUBLIC_URL", "https://toko.example/");
        try {
            assertThat(links.link(book.shop().id(), ani, Channel.EMAIL))
                    .contains(URI.create("https://toko.example" + link));
        } finally {
            System.clearProperty("PUBLIC_URL");
        }
    }

    private Unsubscribe under(String key, String previous) {
        System.setProperty("ENCRYPTION_KEY", key);
        if (!previous.isEmpty()) System.setProperty("ENCRYPTION_KEY_PREVIOUS", previous);
        try {
            return new Unsubscribe(new AddressKeys(settings), settings);
        } finally {
            System.clearProperty("ENCRYPTION_KEY");
            System.clearProperty("ENCRYPTION_KEY_PREVIOUS");
        }
    }
}
