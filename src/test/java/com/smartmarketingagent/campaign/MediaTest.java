package com.smartmarketingagent.campaign;

import static com.smartmarketingagent.Shop.TEXT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import com.smartmarketingagent.PictureServer;
import com.smartmarketingagent.Shop;
import com.smartmarketingagent.Visitor;
import com.smartmarketingagent.messaging.Delivery;
import com.smartmarketingagent.messaging.Outgoing;
import com.smartmarketingagent.platform.Language;
import com.smartmarketingagent.platform.Words;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A campaign's picture: looked at when it is saved, and carried as each way of sending can. */
@QuarkusTest
class MediaTest extends CampaignCase {

    private final PictureServer site = new PictureServer()
            .says("/halaman", PictureServer.whole("<html><body>".getBytes(StandardCharsets.UTF_8), true));

    @AfterEach
    void close() {
        site.close();
    }

    @Test
    void aPictureIsLookedAtOnceAndKeptWithItsCampaign() {
        var campaign = shop.draft("media_url", " " + site.at("kain%20baru.png?a=1") + " ");
        look(campaign).body("data.campaign.media_url", is(site.at("kain%20baru.png?a=1")));
        assertThat(site.asked()).hasSize(1);
        new Visitor(shop)
                .get("/campaigns/" + campaign)
                .statusCode(200)
                .body(containsString("Gambar: " + site.at("kain%20baru.png?a=1")))
                .body(not(containsString("<img src=\"http")));
        shop.api()
                .body(Shop.campaign("media_url", ""))
                .put("/api/campaigns/" + campaign)
                .then()
                .statusCode(200)
                .body("data.campaign.media_url", nullValue());
        look(shop.draft()).body("data.campaign.media_url", nullValue());
        assertThat(site.asked()).hasSize(1);
    }

    @Test
    void threat27WhatIsNoPictureIsRefusedAtItsFieldAndNothingIsStored() {
        var campaign = shop.draft("media_url", site.at("kain.png"));
        var text = Words.say(Language.INDONESIAN, "picture.none");
        for (var wrong :
                new String[] {site.at("halaman"), "ftp://127.0.0.1/kain.png", "kain.png", "https://a:b@127.0.0.1/"}) {
            shop.api()
                    .body(Shop.campaign("media_url", wrong))
                    .post("/api/campaigns")
                    .then()
                    .statusCode(400)
                    .body("error.details.field", is(java.util.List.of("media_url")));
            shop.api()
                    .body(Shop.campaign("media_url", wrong))
                    .put("/api/campaigns/" + campaign)
                    .then()
                    .statusCode(400);
        }
        new Visitor(shop)
                .post(
                        "/campaigns/new",
                        "name",
                        "Kangen",
                        "via",
                        "practice",
                        "text",
                        TEXT,
                        "media_url",
                        site.at("halaman"))
                .statusCode(400)
                .body(containsString(text), containsString(site.at("halaman")));
        new Visitor(shop)
                .post(
                        "/campaigns/" + campaign + "/edit",
                        "name",
                        "Lain",
                        "via",
                        "practice",
                        "text",
                        TEXT,
                        "media_url",
                        site.at("halaman"))
                .statusCode(400)
                .body(containsString(text));
        shop.api().get("/api/campaigns").then().body("data.campaigns", hasSize(1));
        look(campaign)
                .body("data.campaign.name", is("Kangen"))
                .body("data.campaign.version", is(1))
                .body("data.campaign.media_url", is(site.at("kain.png")));
    }

    @Test
    void anAddressThatIsTooLongIsRefusedAtItsFieldOnThePageToo() {
        new Visitor(shop)
                .post(
                        "/campaigns/new",
                        "name",
                        "Kangen",
                        "via",
                        "practice",
                        "text",
                        TEXT,
                        "media_url",
                        site.at("k".repeat(500)))
                .statusCode(400)
                .body(containsString("aria-describedby=\"media_url_problem"));
        assertThat(site.asked()).isEmpty();
    }

    @Test
    void inThePracticeMailboxItsAddressStandsBelowTheText() {
        customers(1);
        var campaign = shop.draft("holdout_percent", 0, "media_url", site.at("kain.png"));
        step(campaign, "approve").statusCode(200);
        done(campaign);
        shop.api()
                .get("/api/practice/messages")
                .then()
                .body("data.messages[0].text", endsWith("berhenti.\n\n" + site.at("kain.png")));
    }

    @Test
    void byHandItsAddressIsInTheTextThatIsOpened() {
        customers(1);
        var campaign = shop.draft("via", "assisted", "holdout_percent", 0, "media_url", site.at("kain.png"));
        step(campaign, "approve").statusCode(200);
        var address = "\n\n" + site.at("kain.png");
        var inLink = URLEncoder.encode(address, StandardCharsets.UTF_8);
        next(campaign).body("data.open.text", endsWith(address)).body("data.open.link", endsWith(inLink));
        shop.api()
                .body(Map.of("full_name", "Sri", "business_name", "Batik Sri", "phone", "081234567890"))
                .put("/api/auth/profile")
                .then()
                .statusCode(200);
        step(campaign, "test").statusCode(200).body("data.link", endsWith(inLink));
    }

    @Test
    void aSenderIsGivenThePictureApartFromTheText() {
        customers(1);
        var campaign = shop.draft("via", "assisted", "holdout_percent", 0, "media_url", site.at("kain.png"));
        step(campaign, "approve").statusCode(200);
        sql("UPDATE app.campaigns SET via = 'fonnte' WHERE user_id = :u AND id = :c", campaign);
        sql("UPDATE app.message_outbox SET next_attempt_at = now() WHERE user_id = :u AND campaign_id = :c", campaign);
        var sent = new ConcurrentLinkedQueue<Outgoing>();
        by(message -> {
                    sent.add(message);
                    return new Delivery.Accepted(null);
                })
                .run(instance(campaign));
        assertThat(sent).hasSize(1);
        assertThat(sent.element().media()).isEqualTo(URI.create(site.at("kain.png")));
        assertThat(sent.element().text()).endsWith("berhenti.");
        assertThat(site.asked()).hasSize(1);
    }

    @Test
    void metasTemplatesHaveNoPlaceForOneAndTheApprovalSaysSo() {
        customers(1);
        UUID campaign = shop.draft("via", "cloud_api", "media_url", site.at("kain.png"));
        step(campaign, "approve")
                .statusCode(409)
                .body("error.message", is(Words.say(Language.INDONESIAN, "campaign.no_media_here")));
        look(campaign).body("data.campaign.state", is("draft"));
        UUID without = shop.draft("via", "cloud_api");
        step(without, "approve")
                .statusCode(409)
                .body("error.message", is(Words.say(Language.INDONESIAN, "campaign.no_channel")));
    }
}
