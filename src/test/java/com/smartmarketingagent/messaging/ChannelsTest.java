package com.smartmarketingagent.messaging;

import static com.smartmarketingagent.Http.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import com.smartmarketingagent.Http.Checked;
import com.smartmarketingagent.Shop;
import com.smartmarketingagent.Visitor;
import com.smartmarketingagent.messaging.Channel.Kind;
import com.smartmarketingagent.messaging.Channel.State;
import com.smartmarketingagent.notice.Notices;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Metrics;
import com.smartmarketingagent.platform.Settings;
import com.smartmarketingagent.platform.UserId;
import com.smartmarketingagent.platform.Vault;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a shop sets up by what its messages leave, and what is known of that. */
@QuarkusTest
class ChannelsTest {

    private static final String TOKEN = "rahasia-token-fonnte-x7Qp";

    @Inject
    Db db;

    @Inject
    Channels channels;

    @Inject
    ChannelRepository kept;

    @Inject
    Vault vault;

    @Inject
    ProviderClient client;

    @Inject
    com.smartmarketingagent.platform.Smtp smtp;

    @Inject
    Metrics metrics;

    @Inject
    Notices notices;

    private final FakeFonnte fonnte = new FakeFonnte();
    private Shop shop;

    @BeforeEach
    void aShop() {
        shop = Shop.register();
    }

    @AfterEach
    void close() {
        fonnte.close();
        System.clearProperty("PUBLIC_URL");
    }

    private Checked save(String kind, Map<String, String> entry) {
        return shop.api().body(entry).put("/api/channels/" + kind).then();
    }

    private Checked test(String kind) {
        return shop.api().post("/api/channels/" + kind + "/test").then();
    }

    private ChannelRepository.Kept row(Shop its, Kind kind) {
        return db.inTenant(its.id(), tx -> kept.find(tx, its.id(), kind)).orElseThrow();
    }

    private static Outgoing message(UserId user) {
        return new Outgoing(user, UUID.randomUUID(), UUID.randomUUID(), "+6281234567890", "Halo", null, null, null);
    }

    @Test
    void aChannelIsSetUpLookedAtAndUsed() {
        save("fonnte", Map.of("token", TOKEN))
                .statusCode(200)
                .body("data.channel.state", is("unchecked"))
                .body("data.channel.secrets.token.set", is(true))
                .body("data.channel.secrets.token.ends_with", is("x7Qp"))
                .body("data.channel.number", nullValue())
                .body("data.channel.connected_since", nullValue());
        test("fonnte")
                .statusCode(200)
                .body("data.channel.state", is("connected"))
                .body("data.channel.why", nullValue())
                .body("data.channel.number", is("+6281200000001"))
                .body("data.channel.facts.quota", is("78"))
                .body("data.channel.facts.expires", is("18 November 2029"))
                .body("data.channel.connected_since", notNullValue());
        var sender = channels.sender(shop.id(), Kind.FONNTE).orElseThrow();
        assertThat(sender.send(message(shop.id()))).isInstanceOf(Delivery.Accepted.class);
        assertThat(fonnte.calls()).allMatch(c -> c.header("Authorization").equals(TOKEN));
        assertThat(fonnte.messages()).isEqualTo(Map.of("6281234567890", 1));
        assertThat(given().get("/api/metrics").asString())
                .contains("sma_messages_total{outcome=\"accepted\",via=\"fonnte\"}");
        assertThat(channels.sender(shop.id(), Kind.SMTP)).isEmpty();
    }

    @Test
    void aNumberIsWarmedUpAnewWhenItIsAnotherAndNotWhenItComesBack() {
        save("fonnte", Map.of("token", TOKEN)).statusCode(200);
        test("fonnte").statusCode(200);
        var first = row(shop, Kind.FONNTE).connectedSince();
        fonnte.device(false, "6281200000001");
        test("fonnte").body("data.channel.state", is("disconnected")).body("data.channel.why", containsString("QR"));
        save("fonnte", Map.of("token", TOKEN + "y")).body("data.channel.state", is("unchecked"));
        fonnte.device(true, "6281200000001");
        test("fonnte").body("data.channel.state", is("connected"));
        assertThat(row(shop, Kind.FONNTE).connectedSince()).isEqualTo(first);

        fonnte.device(false, "6281200000002");
        test("fonnte").body("data.channel.connected_since", nullValue());
        fonnte.device(true, "6281200000002");
        test("fonnte").body("data.channel.number", is("+6281200000002"));
        assertThat(row(shop, Kind.FONNTE).connectedSince()).isAfter(first);

        // of another token, and nobody could say whose
        var second = row(shop, Kind.FONNTE).connectedSince();
        fonnte.deviceAnswers(Map.of("status", false, "reason", "token invalid"));
        test("fonnte").body("data.channel.state", is("refused")).body("data.channel.number", is("+6281200000002"));
        assertThat(row(shop, Kind.FONNTE).connectedSince()).isEqualTo(second);
    }

    /** Whoever is to send looks first; and while nobody can say whose the key is, its number is a new one. */
    @Test
    void anotherKeyIsAnotherNumberUntilALookSaysThatItIsNot() {
        save("fonnte", Map.of("token", TOKEN)).statusCode(200);
        assertThat(channels.sender(shop.id(), Kind.FONNTE)).isPresent();
        var first = row(shop, Kind.FONNTE);
        assertThat(first.state()).isEqualTo(State.CONNECTED);
        assertThat(first.inUseSince()).isEqualTo(first.connectedSince());
        int looks = fonnte.calls().size();
        channels.sender(shop.id(), Kind.FONNTE);
        assertThat(fonnte.calls()).hasSize(looks);

        // the same number by another key
        save("fonnte", Map.of("token", TOKEN + "y")).body("data.channel.why", containsString("Kuncinya baru"));
        assertThat(row(shop, Kind.FONNTE).inUseSince()).isAfter(first.inUseSince());
        channels.sender(shop.id(), Kind.FONNTE);
        assertThat(row(shop, Kind.FONNTE).inUseSince()).isEqualTo(first.connectedSince());
        assertThat(row(shop, Kind.FONNTE).number()).isEqualTo("+6281200000001");

        // another one
        save("fonnte", Map.of("token", TOKEN + "z"));
        fonnte.device(true, "6281200000002");
        channels.sender(shop.id(), Kind.FONNTE);
        assertThat(row(shop, Kind.FONNTE).number()).isEqualTo("+6281200000002");
        var second = row(shop, Kind.FONNTE).inUseSince();
        assertThat(second).isAfter(first.inUseSince());

        // nobody can say whose, and yet it sends
        save("fonnte", Map.of("token", TOKEN));
        fonnte.deviceAnswers(Map.of());
        test("fonnte")
                .body("data.channel.state", is("unchecked"))
                .body("data.channel.why", containsString("dihubungi"));
        var sender = channels.sender(shop.id(), Kind.FONNTE).orElseThrow();
        assertThat(row(shop, Kind.FONNTE).state()).isEqualTo(State.UNCHECKED);
        assertThat(row(shop, Kind.FONNTE).inUseSince()).isAfter(second);
        sender.send(message(shop.id()));
        assertThat(row(shop, Kind.FONNTE).state()).isEqualTo(State.CONNECTED);
        assertThat(row(shop, Kind.FONNTE).number()).isNull();
        assertThat(row(shop, Kind.FONNTE).isDoubtful()).isFalse();
        assertThat(row(shop, Kind.FONNTE).inUseSince()).isAfter(second);

        // a look that can't be had says nothing of a number that is known
        fonnte.device(true, "6281200000002");
        test("fonnte").body("data.channel.state", is("connected"));
        var known = row(shop, Kind.FONNTE).inUseSince();
        fonnte.deviceAnswers(Map.of());
        test("fonnte").body("data.channel.state", is("unchecked"));
        assertThat(row(shop, Kind.FONNTE).number()).isEqualTo("+6281200000002");
        fonnte.device(true, "6281200000002");
        channels.sender(shop.id(), Kind.FONNTE);
        assertThat(row(shop, Kind.FONNTE).inUseSince()).isEqualTo(known);
    }

    @Test
    void aNumberThatChangesWhileConnectedIsLookedAtBeforeTheNextMessage() {
        save("fonnte", Map.of("token", TOKEN)).statusCode(200);
        channels.sender(shop.id(), Kind.FONNTE);
        var first = row(shop, Kind.FONNTE);
        db.useTenant(shop.id(), tx -> kept.doubt(tx, shop.id(), Kind.FONNTE));
        assertThat(row(shop, Kind.FONNTE).state()).isEqualTo(State.UNCHECKED);
        assertThat(row(shop, Kind.FONNTE).inUseSince()).isAfter(first.inUseSince());
        // it was another phone's
        channels.sender(shop.id(), Kind.FONNTE);
        assertThat(row(shop, Kind.FONNTE).inUseSince()).isEqualTo(first.inUseSince());
        db.useTenant(shop.id(), tx -> kept.doubt(tx, shop.id(), Kind.FONNTE));
        fonnte.device(true, "6281200000002");
        channels.sender(shop.id(), Kind.FONNTE);
        assertThat(row(shop, Kind.FONNTE).number()).isEqualTo("+6281200000002");
        assertThat(row(shop, Kind.FONNTE).inUseSince()).isAfter(first.inUseSince());
    }

    @Test
    void ofMetaTheIdIsTheNumberNotTheKey() {
        var entry = new java.util.HashMap<>(
                Map.of("phone_number_id", "106540352242922", "token", TOKEN, "app_secret", TOKEN, "template", "kabar"));
        try (var cloud = new FakeCloudApi()) {
            save("cloud_api", entry).statusCode(200);
            channels.sender(shop.id(), Kind.CLOUD_API);
            var first = row(shop, Kind.CLOUD_API).inUseSince();
            cloud.number(FakeProvider.failing());
            entry.put("token", TOKEN + "y");
            save("cloud_api", entry).statusCode(200).body("data.channel.why", nullValue());
            assertThat(row(shop, Kind.CLOUD_API).inUseSince()).isEqualTo(first);
            entry.put("phone_number_id", "106540352242923");
            save("cloud_api", entry).statusCode(200).body("data.channel.state", is("unchecked"));
            assertThat(row(shop, Kind.CLOUD_API).inUseSince()).isAfter(first);
            // Meta lets us in no more: the number of before is not this one's
            cloud.number(FakeCloudApi.error(401, 190));
            channels.sender(shop.id(), Kind.CLOUD_API);
            assertThat(row(shop, Kind.CLOUD_API).number()).isNull();
            assertThat(row(shop, Kind.CLOUD_API).inUseSince()).isAfter(first);
        }
    }

    @Test
    void whatALookFindsOfFormerSettingsIsNotWrittenOverNewOnes() {
        save("fonnte", Map.of("token", TOKEN)).statusCode(200);
        var seen = row(shop, Kind.FONNTE);
        save("fonnte", Map.of("token", TOKEN + "y")).statusCode(200);
        db.useTenant(shop.id(), tx -> kept.found(tx, shop.id(), seen, Channel.Condition.of(State.CONNECTED, null)));
        assertThat(row(shop, Kind.FONNTE).state()).isEqualTo(State.UNCHECKED);
    }

    @Test
    void whatIsLearntByTheWayIsWrittenDownOnce() {
        save("fonnte", Map.of("token", TOKEN)).statusCode(200);
        assertThat(db.<Boolean>inTenant(
                        shop.id(), tx -> kept.enter(tx, shop.id(), Kind.FONNTE, State.DISCONNECTED, "disconnected")))
                .isTrue();
        assertThat(db.<Boolean>inTenant(
                        shop.id(), tx -> kept.enter(tx, shop.id(), Kind.FONNTE, State.DISCONNECTED, "disconnected")))
                .isFalse();
        assertThat(db.<Boolean>inTenant(shop.id(), tx -> kept.enter(tx, shop.id(), Kind.FONNTE, State.CONNECTED, null)))
                .isTrue();
        assertThat(row(shop, Kind.FONNTE).connectedSince()).isNotNull();
        assertThat(db.<Boolean>inTenant(shop.id(), tx -> kept.enter(tx, shop.id(), Kind.SMTP, State.CONNECTED, null)))
                .isFalse();
    }

    @Test
    void whatSendsWritesDownThatItIsDownAndThatItWorksAgain() {
        save("fonnte", Map.of("token", TOKEN)).statusCode(200);
        fonnte.then(FakeFonnte.refusing("disconnected device"), FakeFonnte.refusing("insufficient quota"));
        var sender = channels.sender(shop.id(), Kind.FONNTE).orElseThrow();
        sender.send(message(shop.id()));
        assertThat(row(shop, Kind.FONNTE).state()).isEqualTo(State.DISCONNECTED);
        shop.api().get("/api/notices").then().body("data.notices.kind", contains("device_disconnected"));
        sender.send(message(shop.id()));
        assertThat(row(shop, Kind.FONNTE).state()).isEqualTo(State.REFUSED);
        assertThat(row(shop, Kind.FONNTE).why()).isEqualTo("quota");
        sender.send(message(shop.id()));
        assertThat(row(shop, Kind.FONNTE).state()).isEqualTo(State.CONNECTED);
        assertThat(row(shop, Kind.FONNTE).why()).isNull();
        assertThat(row(shop, Kind.FONNTE).connectedSince()).isNotNull();
    }

    /** Its key is new, so whoever is to send looks first, and nobody else will say it. */
    @Test
    void whatALookBeforeAMessageFindsOfThePhoneIsTold() {
        save("fonnte", Map.of("token", TOKEN)).statusCode(200);
        fonnte.device(false, "6281200000001");
        channels.sender(shop.id(), Kind.FONNTE);
        channels.sender(shop.id(), Kind.FONNTE);
        shop.api().get("/api/notices").then().body("data.notices.kind", contains("device_disconnected"));
    }

    @Test
    void anOmittedSecretStaysAndTheSameOnceMoreChangesNothing() {
        var whole = Map.of(
                "phone_number_id", "106540352242922",
                "token", "rahasia-token-meta-0001",
                "app_secret", "rahasia-app-secret-0002",
                "template", "kabar_toko");
        save("cloud_api", whole).statusCode(200).body("data.channel.settings.template_language", is("id"));
        var first = row(shop, Kind.CLOUD_API);
        save("cloud_api", whole).statusCode(200);
        assertThat(row(shop, Kind.CLOUD_API).secrets()).isEqualTo(first.secrets());
        assertThat(row(shop, Kind.CLOUD_API).updatedAt()).isEqualTo(first.updatedAt());
        save("cloud_api", Map.of("phone_number_id", "106540352242923", "template", "kabar_toko", "token", ""))
                .statusCode(200)
                .body("data.channel.settings.phone_number_id", is("106540352242923"));
        var opened = db.inTenant(shop.id(), tx -> channels.open(tx, shop.id(), Kind.CLOUD_API))
                .orElseThrow();
        assertThat(opened.channel()).isInstanceOfSatisfying(Channel.CloudApi.class, c -> {
            assertThat(c.token().value()).isEqualTo("rahasia-token-meta-0001");
            assertThat(c.appSecret().value()).isEqualTo("rahasia-app-secret-0002");
            assertThat(c.verifyToken().value()).hasSize(48);
        });
    }

    @Test
    void aPasswordGoesToNoOtherServer() {
        var mail = Map.of(
                "host", "mail.contoh.id", "username", "toko", "password", "kata", "from_email", "halo@contoh.id");
        save("smtp", mail).statusCode(200).body("data.channel.secrets.password.ends_with", is(""));
        var same = Map.of("host", "mail.contoh.id", "username", "toko", "from_email", "toko@contoh.id");
        save("smtp", same).statusCode(200);
        for (var other : new String[][] {
            {"host", "jahat.contoh.id"}, {"port", "587"}, {"security", "starttls"}, {"username", "lain"}
        }) {
            var moved = new java.util.HashMap<>(same);
            moved.put(other[0], other[1]);
            save("smtp", moved).statusCode(400).body("error.details[0].field", is("password"));
        }
        var open = new java.util.HashMap<>(same);
        open.remove("username");
        save("smtp", open).statusCode(200).body("data.channel.secrets.size()", is(0));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "fonnte, token, -",
                "fonnte, token, dua kata",
                "fonnte, token, 'a\u0000b'",
                "fonnte, host, mail.contoh.id",
                "cloud_api, phone_number_id, +62812",
                "cloud_api, template, Kabar Toko",
                "cloud_api, template_language, bahasa",
                "resend, from_email, halo",
                "resend, from_name, 'Toko\r\nBcc: a@b.id'",
                "resend, webhook_secret, rahasia",
                "resend, webhook_secret, whsec_aaaaaaaaaaaaaaaaa",
                "resend, webhook_secret, whsec_aaaa=aaaaaaaaaaaaa",
                "smtp, host, 'mail contoh'",
                "smtp, host, http://mail.contoh.id/",
                "smtp, host, mail.contoh.id:25",
                "smtp, host, -mail.contoh.id",
                "smtp, port, 65536",
                "smtp, port, -1",
                "smtp, security, ssl",
                "smtp, username, 'a\nb'",
            })
    void whatCannotBeIsRefusedByItsName(String kind, String field, @Nullable String value) {
        var sound = new java.util.HashMap<>(Map.of(
                "fonnte",
                Map.of("token", TOKEN),
                "cloud_api",
                Map.of("phone_number_id", "106540352242922", "token", TOKEN, "app_secret", TOKEN, "template", "kabar"),
                "resend",
                Map.of("api_key", "re_123456789", "from_email", "halo@contoh.id"),
                "smtp",
                Map.of("host", "mail.contoh.id", "from_email", "halo@contoh.id")));
        var entry = new java.util.HashMap<String, String>(Objects.requireNonNull(sound.get(kind)));
        if (value == null) entry.remove(field);
        else entry.put(field, value);
        save(kind, entry).statusCode(400).body("error.details[0].field", is(field));
        shop.api().get("/api/channels").then().body("data.channels", hasSize(0));
        save(kind, Objects.requireNonNull(sound.get(kind))).statusCode(200);
    }

    @Test
    void onlyPortsOfMailAreAskedUnlessTheOperatorAllowsOthers() {
        var mail = Map.of("host", "mail.contoh.id", "port", "6379", "from_email", "halo@contoh.id");
        save("smtp", mail).statusCode(200);
        System.setProperty("ALLOW_PRIVATE_HOSTS", "false");
        try {
            save("smtp", mail).statusCode(400).body("error.details[0].field", is("port"));
            save("smtp", Map.of("host", "127.0.0.1", "port", "465", "from_email", "halo@contoh.id"))
                    .statusCode(200);
        } finally {
            System.clearProperty("ALLOW_PRIVATE_HOSTS");
        }
    }

    @Test
    void threat34NoSecretIsEverAnswered() {
        System.setProperty("PUBLIC_URL", "https://app.contoh.id");
        save("fonnte", Map.of("token", TOKEN)).body(not(containsString(TOKEN)));
        test("fonnte").body(not(containsString(TOKEN)));
        shop.api()
                .get("/api/channels")
                .then()
                .statusCode(200)
                .body("data.channels", hasSize(1))
                .body(not(containsString(TOKEN)));
        var owner = new Visitor(shop);
        for (var page : new String[] {"/channels", "/channels/fonnte"})
            owner.get(page).statusCode(200).body(not(containsString(TOKEN)));
        owner.post("/channels/fonnte", "token", TOKEN + " salah")
                .statusCode(400)
                .body(not(containsString(TOKEN)));
        var stored = db.inTenant(
                shop.id(),
                tx -> tx.createQuery(
                                "SELECT convert_from(decode(encode(secrets, 'hex'), 'escape'), 'LATIN1') || c::text FROM app.channels c WHERE user_id = :user")
                        .bind("user", shop.id())
                        .mapTo(String.class)
                        .one());
        assertThat(stored).doesNotContain(TOKEN);
    }

    @Test
    void aSecretOfAnotherShopsRowDoesNotOpen() {
        var other = Shop.register();
        save("fonnte", Map.of("token", TOKEN)).statusCode(200);
        other.api()
                .body(Map.of("token", "token-orang-lain-12"))
                .put("/api/channels/fonnte")
                .then()
                .statusCode(200);
        var stolen = row(shop, Kind.FONNTE);
        db.useTenant(
                other.id(),
                tx -> kept.save(
                        tx,
                        other.id(),
                        Kind.FONNTE,
                        false,
                        Map.of(),
                        stolen.secrets(),
                        Map.of(),
                        stolen.webhookSecret()));
        assertThatThrownBy(() -> db.inTenant(other.id(), tx -> channels.open(tx, other.id(), Kind.FONNTE)))
                .isInstanceOf(Vault.Broken.class);
        assertThat(channels.sender(other.id(), Kind.FONNTE).orElseThrow().send(message(other.id())))
                .isEqualTo(new Delivery.ChannelDown("sealed"));
        other.api().get("/api/channels").then().statusCode(200);
        other.api().post("/api/channels/fonnte/test").then().statusCode(200).body("data.channel.state", is("refused"));
        // and is entered again
        other.api().body(Map.of()).put("/api/channels/fonnte").then().statusCode(400);
        other.api()
                .body(Map.of("token", "token-orang-lain-12"))
                .put("/api/channels/fonnte")
                .then()
                .statusCode(200);
        assertThat(channels.sender(other.id(), Kind.FONNTE).orElseThrow().send(message(other.id())))
                .isInstanceOf(Delivery.Accepted.class);
    }

    @Test
    void threat1AnotherShopSeesAndChangesNothing() {
        save("fonnte", Map.of("token", TOKEN)).statusCode(200);
        var before = row(shop, Kind.FONNTE);
        var stranger = Shop.register();
        stranger.api().get("/api/channels").then().body("data.channels", hasSize(0));
        for (var kind : new String[] {"fonnte", "smtp", "tidak-ada"}) {
            stranger.api().post("/api/channels/" + kind + "/test").then().statusCode(404);
            stranger.api().delete("/api/channels/" + kind).then().statusCode(404);
        }
        stranger.api()
                .body(Map.of("token", "punya-sendiri-00"))
                .put("/api/channels/fonnte")
                .then()
                .statusCode(200);
        stranger.api().delete("/api/channels/fonnte").then().statusCode(200);
        assertThat(row(shop, Kind.FONNTE)).usingRecursiveComparison().isEqualTo(before);
        shop.api().delete("/api/channels/fonnte").then().statusCode(200);
        shop.api().delete("/api/channels/fonnte").then().statusCode(404);
        assertThat(channels.sender(shop.id(), Kind.FONNTE)).isEmpty();
    }

    @Test
    void whatWasSealedUnderTheFormerKeyIsSealedAnewWhenItIsUsed() {
        var former = new Vault(new Settings() {
            @Override
            public Optional<String> text(String name) {
                return name.equals("ENCRYPTION_KEY")
                        ? Optional.of("kunci-lama-yang-cukup-panjang-12345")
                        : Optional.empty();
            }
        });
        var rotated = new Vault(new Settings() {
            @Override
            public Optional<String> text(String name) {
                return switch (name) {
                    case "ENCRYPTION_KEY" -> Optional.of("kunci-baru-yang-cukup-panjang-12345");
                    case "ENCRYPTION_KEY_PREVIOUS" -> Optional.of("kunci-lama-yang-cukup-panjang-12345");
                    default -> Optional.empty();
                };
            }
        });
        db.useTenant(
                shop.id(),
                tx -> kept.save(
                        tx,
                        shop.id(),
                        Kind.FONNTE,
                        false,
                        Map.of(),
                        former.seal(shop.id(), "channel fonnte", "{\"token\":\"" + TOKEN + "\"}"),
                        Map.of(),
                        former.seal(shop.id(), "webhook fonnte", "kata")));
        var before = row(shop, Kind.FONNTE);
        var after = new Channels(db, kept, rotated, client, smtp, metrics, notices);
        assertThat(after.sender(shop.id(), Kind.FONNTE)).isPresent();
        var now = row(shop, Kind.FONNTE);
        assertThat(now.secrets()).isNotEqualTo(before.secrets());
        assertThat(rotated.open(shop.id(), "channel fonnte", now.secrets()).former())
                .isFalse();
        assertThat(rotated.open(shop.id(), "webhook fonnte", now.webhookSecret()))
                .isEqualTo(new Vault.Opened("kata", false));
        assertThat(after.sender(shop.id(), Kind.FONNTE)).isPresent();
        assertThat(row(shop, Kind.FONNTE).secrets()).isEqualTo(now.secrets());
    }

    @Test
    void theOwnerCopiesTheWebhooksAddressOrReadsWhyThereIsNone() {
        save("fonnte", Map.of("token", TOKEN)).body("data.channel.webhook_url", nullValue());
        var owner = new Visitor(shop);
        owner.get("/channels/fonnte").body(containsString("PUBLIC_URL"));
        System.setProperty("PUBLIC_URL", "https://app.contoh.id/");
        String address = shop.api().get("/api/channels").path("data.channels[0].webhook_url");
        assertThat(address)
                .matches("https://app\\.contoh\\.id/api/webhooks/fonnte/"
                        + shop.id().value() + "/[0-9a-f]{48}");
        owner.get("/channels/fonnte")
                .body(containsString("data-copy=\"" + address + "\""))
                .body(containsString("/assets/content-"))
                .body(not(containsString("PUBLIC_URL")));
        // stays when the token changes
        save("fonnte", Map.of("token", TOKEN + "y")).body("data.channel.webhook_url", equalTo(address));
        save(
                        "cloud_api",
                        Map.of(
                                "phone_number_id",
                                "106540352242922",
                                "token",
                                TOKEN,
                                "app_secret",
                                TOKEN,
                                "template",
                                "t"))
                .body(
                        "data.channel.webhook_url",
                        is("https://app.contoh.id/api/webhooks/cloud_api/"
                                + shop.id().value()))
                .body("data.channel.verify_token", matchesPattern(".{48}"));
        save("smtp", Map.of("host", "mail.contoh.id", "from_email", "a@contoh.id"))
                .body("data.channel.webhook_url", nullValue());
    }

    /** Whoever has it can say STOP in a customer's name, also after the visit. */
    @Test
    void aVisitorIsNotShownWhatProvesAProvider() {
        System.setProperty("PUBLIC_URL", "https://app.contoh.id/");
        String address = save("fonnte", Map.of("token", TOKEN)).extract().path("data.channel.webhook_url");
        String token = save(
                        "cloud_api",
                        Map.of(
                                "phone_number_id",
                                "106540352242922",
                                "token",
                                TOKEN,
                                "app_secret",
                                TOKEN,
                                "template",
                                "t"))
                .extract()
                .path("data.channel.verify_token");
        var guest = new Visitor(Shop.admin());
        guest.post("/admin/shops/" + shop.id().value() + "/visit", "reason", "Diminta")
                .statusCode(303);
        guest.get("/channels/fonnte")
                .statusCode(200)
                .body(containsString("berakhiran"))
                .body(not(containsString(address.substring(address.lastIndexOf('/') + 1))));
        guest.get("/channels/cloud_api").statusCode(200).body(not(containsString(token)));
    }

    @Test
    void thePageSaysWhatItIsWhatItRisksAndHowItIs() {
        var owner = new Visitor(shop);
        owner.get("/profile").body(containsString("href=\"/channels\""));
        owner.get("/channels").statusCode(200).body(containsString("Belum dipasang."));
        owner.get("/channels/fonnte").statusCode(200).body(containsString("bukan jalur resmi WhatsApp"));
        owner.get("/channels/merpati").statusCode(404);
        owner.post("/channels/fonnte", "token", TOKEN).statusCode(303);
        owner.get("/channels/fonnte")
                .body(containsString("Tersambung."))
                .body(containsString("berakhiran x7Qp"))
                .body(containsString("Sisa pesan: 78"))
                .body(containsString("+6281200000001"));
        fonnte.deviceAnswers(Map.of("status", false, "reason", "token invalid"));
        owner.post("/channels/fonnte/check").statusCode(303);
        owner.get("/channels").body(containsString("Ditolak.")).body(containsString("Kuncinya ditolak."));
        owner.get("/channels/fonnte").body(containsString("href=\"/channels/fonnte/delete\""));
        owner.get("/channels/fonnte/delete").statusCode(200).body(containsString("Lepas WhatsApp lewat Fonnte?"));
        assertThat(row(shop, Kind.FONNTE)).isNotNull();
        owner.post("/channels/fonnte/delete").statusCode(303);
        owner.get("/channels/fonnte/delete").statusCode(404);
        owner.post("/channels/fonnte/delete").statusCode(303);
        owner.post("/channels/fonnte/check").statusCode(404);
    }
}
