package com.smartmarketingagent.notice;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import com.microsoft.playwright.CDPSession;
import com.smartmarketingagent.Await;
import com.smartmarketingagent.Browser;
import com.smartmarketingagent.Routes;
import com.smartmarketingagent.Shop;
import com.smartmarketingagent.Visitor;
import com.smartmarketingagent.platform.Db;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.zerodeplibs.webpush.VAPIDKeyPair;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.KeyAgreement;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages to devices, taken by a push service of ours and read as a browser reads them (RFC 8291). */
@QuarkusTest
class PushTest {

    @Inject
    Db db;

    @Inject
    Notices notices;

    @Inject
    NoticeDelivery delivery;

    @Inject
    PushKeys keys;

    private final HttpServer service;
    private final LinkedBlockingQueue<Taken> taken = new LinkedBlockingQueue<>();
    private volatile int status = 201;

    private record Taken(String path, Map<String, String> headers, byte[] body) {}

    PushTest() throws IOException {
        service = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
    }

    @BeforeEach
    void open() {
        service.createContext("/", this::take);
        service.start();
        System.setProperty("PUSH_ORIGINS", origin());
    }

    @AfterEach
    void close() {
        System.clearProperty("PUSH_ORIGINS");
        service.stop(0);
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            var headers = new java.util.TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
            exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.getFirst()));
            taken.add(new Taken(
                    exchange.getRequestURI().getPath(),
                    headers,
                    exchange.getRequestBody().readAllBytes()));
            exchange.sendResponseHeaders(status, -1);
        }
    }

    private String origin() {
        return "http://127.0.0.1:" + service.getAddress().getPort();
    }

    /** A browser's side of a subscription. */
    private record Subscription(KeyPair keys, byte[] auth) {

        static Subscription fresh() throws GeneralSecurityException {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return new Subscription(
                    generator.generateKeyPair(),
                    UUID.randomUUID().toString().substring(0, 16).getBytes(StandardCharsets.UTF_8));
        }

        byte[] shown() {
            return uncompressed(((ECPublicKey) keys.getPublic()).getW());
        }

        private static byte[] uncompressed(ECPoint point) {
            var bytes = ByteBuffer.allocate(65).put((byte) 4);
            for (var number : List.of(point.getAffineX(), point.getAffineY())) {
                var its = number.toByteArray();
                var padded = new byte[32];
                int length = Math.min(32, its.length);
                System.arraycopy(its, its.length - length, padded, 32 - length, length);
                bytes.put(padded);
            }
            return bytes.array();
        }

        String p256dh() {
            return Base64.getUrlEncoder().withoutPadding().encodeToString(shown());
        }

        String authText() {
            return Base64.getUrlEncoder().withoutPadding().encodeToString(auth);
        }

        /** As RFC 8291 and RFC 8188 say. */
        String read(byte[] body) throws GeneralSecurityException {
            var in = ByteBuffer.wrap(body);
            var salt = new byte[16];
            in.get(salt);
            assertThat(in.getInt()).isGreaterThanOrEqualTo(body.length - 86);
            var senders = new byte[in.get()];
            in.get(senders);
            var sealed = new byte[in.remaining()];
            in.get(sealed);

            var agreement = KeyAgreement.getInstance("ECDH");
            agreement.init(keys.getPrivate());
            agreement.doPhase(publicKey(senders), true);
            var info = ByteBuffer.allocate(14 + 65 + 65)
                    .put("WebPush: info\0".getBytes(StandardCharsets.US_ASCII))
                    .put(shown())
                    .put(senders)
                    .array();
            var material = derive(agreement.generateSecret(), auth, info, 32);
            var key = derive(material, salt, "Content-Encoding: aes128gcm\0".getBytes(StandardCharsets.US_ASCII), 16);
            var nonce = derive(material, salt, "Content-Encoding: nonce\0".getBytes(StandardCharsets.US_ASCII), 12);
            var cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
            var plain = cipher.doFinal(sealed);
            int end = plain.length - 1;
            while (plain[end] == 0) end--;
            assertThat(plain[end]).as("the mark of the last record").isEqualTo((byte) 2);
            return new String(plain, 0, end, StandardCharsets.UTF_8);
        }

        private static byte[] derive(byte[] material, byte[] salt, byte[] info, int length)
                throws GeneralSecurityException {
            return KDF.getInstance("HKDF-SHA256")
                    .deriveData(HKDFParameterSpec.ofExtract()
                            .addIKM(material)
                            .addSalt(salt)
                            .thenExpand(info, length));
        }
    }

    private static ECPublicKey publicKey(byte[] uncompressed) throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        var curve = ((ECPublicKey) generator.generateKeyPair().getPublic()).getParams();
        var point = new ECPoint(
                new java.math.BigInteger(1, Arrays.copyOfRange(uncompressed, 1, 33)),
                new java.math.BigInteger(1, Arrays.copyOfRange(uncompressed, 33, 65)));
        return (ECPublicKey) KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(point, curve));
    }

    private static int listen(Visitor owner, String endpoint, Subscription its) {
        return owner.post("/notices/devices", "endpoint", endpoint, "p256dh", its.p256dh(), "auth", its.authText())
                .extract()
                .statusCode();
    }

    private void tell(Shop shop, String name) {
        db.useTenant(
                shop.id(),
                tx -> notices.tell(
                        tx,
                        shop.id(),
                        Kind.CAMPAIGN_FINISHED,
                        Map.of("id", UUID.randomUUID(), "name", name, "sent", 3)));
        notices.told(shop.id());
    }

    private Taken next() throws InterruptedException {
        return Objects.requireNonNull(taken.poll(60, TimeUnit.SECONDS), "nothing came");
    }

    private List<String> deliveries(Shop shop) {
        return db.inTenant(
                shop.id(),
                tx -> tx.createQuery("SELECT way || ' ' || state FROM app.notice_deliveries WHERE user_id = :user")
                        .bind("user", shop.id())
                        .mapTo(String.class)
                        .list());
    }

    private void awaitDeliveries(Shop shop, String... wanted) {
        var all = List.of(wanted);
        Await.until("deliveries are " + all, () -> deliveries(shop).equals(all));
    }

    private long devices(Shop shop) {
        return db.inTenant(
                shop.id(),
                tx -> tx.createQuery("SELECT count(*) FROM app.push_devices WHERE user_id = :user")
                        .bind("user", shop.id())
                        .mapTo(Long.class)
                        .one());
    }

    @Test
    void aNoticeComesToTheDeviceWhichAloneCanReadItAndSaysWhoSentIt() throws Exception {
        var shop = Shop.register();
        var its = Subscription.fresh();
        assertThat(listen(new Visitor(shop), origin() + "/device/1", its)).isEqualTo(204);
        tell(shop, "Kangen 🧵");

        var came = next();
        assertThat(came.path()).isEqualTo("/device/1");
        assertThat(came.headers())
                .containsEntry("Content-Encoding", "aes128gcm")
                .containsEntry("TTL", "43200");
        var message = Routes.JSON.readTree(its.read(came.body()));
        assertThat(message.path("title").asText()).isEqualTo("Kampanye selesai");
        assertThat(message.path("text").asText()).isEqualTo("Kampanye Kangen 🧵 selesai: 3 pesan terkirim.");
        assertThat(message.path("path").asText()).startsWith("/campaigns/");
        awaitDeliveries(shop, "push sent");

        var said = Objects.requireNonNull(came.headers().get("Authorization"));
        var token = said.replaceFirst("^vapid t=([^,]+),.*", "$1");
        var key = said.replaceFirst(".*k=([^, ]+).*", "$1");
        assertThat(key).isEqualTo(keys.publicKey());
        assertThat(new Visitor(shop).get("/notices/settings").extract().asString())
                .contains("data-key=\"" + key + "\"");
        var claims = new JwtConsumerBuilder()
                .setVerificationKey(publicKey(Base64.getUrlDecoder().decode(key)))
                .setExpectedAudience(origin())
                .setRequireExpirationTime()
                .setMaxFutureValidityInMinutes(24 * 60)
                .build()
                .processToClaims(token);
        assertThat(claims.getSubject()).startsWith("mailto:");
    }

    @ParameterizedTest
    @CsvSource({
        "404, 0, failed",
        "410, 0, failed",
        "413, 1, failed",
        "429, 1, pending",
        "503, 1, pending",
        "302, 1, failed"
    })
    void whatThePushServiceSaysDecidesWhatBecomesOfIt(int answer, int left, String state) throws Exception {
        status = answer;
        var shop = Shop.register();
        listen(new Visitor(shop), origin() + "/device/1", Subscription.fresh());
        tell(shop, "Kangen");
        next();
        awaitDeliveries(shop, "push " + state);
        assertThat(devices(shop)).isEqualTo(left);
        // again only by the job's next turn, and once
        assertThat(taken).isEmpty();
    }

    @Test
    void itGoesToEveryDeviceOnceAndTheGoneOnesAreForgotten() throws Exception {
        var shop = Shop.register();
        var one = Subscription.fresh();
        var other = Subscription.fresh();
        listen(new Visitor(shop), origin() + "/device/1", one);
        listen(new Visitor(shop), origin() + "/device/2", other);
        // the same browser with its next session
        listen(new Visitor(shop), origin() + "/device/2", other);
        assertThat(devices(shop)).isEqualTo(2);
        tell(shop, "Kangen");
        assertThat(Set.of(next().path(), next().path())).containsExactlyInAnyOrder("/device/1", "/device/2");
        awaitDeliveries(shop, "push sent");
        String id = shop.api().get("/api/notices").path("data.notices[0].id");
        delivery.run(NoticeDelivery.instance(shop.id(), UUID.fromString(id)));
        assertThat(taken).isEmpty();
    }

    @Test
    void aDeviceWhoseSessionWasEndedIsToldNothing() throws Exception {
        var shop = Shop.register();
        var owner = new Visitor(shop);
        listen(owner, origin() + "/device/1", Subscription.fresh());
        owner.post("/logout").statusCode(303);
        tell(shop, "Kangen");
        assertThat(deliveries(shop)).isEmpty();
        assertThat(taken.poll(300, TimeUnit.MILLISECONDS)).isNull();
    }

    @Test
    void whatIsNotWantedOnDevicesStaysInTheApp() throws Exception {
        var shop = Shop.register();
        var owner = new Visitor(shop);
        listen(owner, origin() + "/device/1", Subscription.fresh());
        owner.post("/notices/settings", "by_push", "needs_check").statusCode(303);
        tell(shop, "Kangen");
        assertThat(deliveries(shop)).isEmpty();
        owner.post("/notices/settings", "by_push", "campaign_finished").statusCode(303);
        owner.post("/notices/devices/remove", "endpoint", origin() + "/device/1")
                .statusCode(204);
        tell(shop, "Kangen");
        assertThat(deliveries(shop)).isEmpty();
    }

    @Test
    void anotherShopsDeviceIsToldNothingAndCantBeTakenAway() throws Exception {
        var shop = Shop.register();
        var stranger = Shop.register();
        listen(new Visitor(shop), origin() + "/device/1", Subscription.fresh());
        listen(new Visitor(stranger), origin() + "/device/2", Subscription.fresh());
        new Visitor(stranger)
                .post("/notices/devices/remove", "endpoint", origin() + "/device/1")
                .statusCode(204);
        assertThat(devices(shop)).isOne();
        tell(shop, "Kangen");
        assertThat(next().path()).isEqualTo("/device/1");
        assertThat(taken.poll(300, TimeUnit.MILLISECONDS)).isNull();
    }

    /** Threat 27: a browser says where its push service is, and it could be any place inside. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "http://fcm.googleapis.com/fcm/send/1",
                "https://fcm.googleapis.com:8443/fcm/send/1",
                "https://ani@fcm.googleapis.com/fcm/send/1",
                "https://fcm.googleapis.com.example.com/1",
                "https://fcm.googleapis.com@127.0.0.1/1",
                "https://evilpush.apple.com/1",
                "https://push.apple.com.example.com/1",
                "https://127.0.0.1/1",
                "https://2130706433/1",
                "https://[::1]/1",
                "https://169.254.169.254/latest",
                "file:///etc/passwd",
                "https://fcm.googleapis.com\\@127.0.0.1/1"
            })
    void aPushServiceThatIsNotKnownIsRefused(String endpoint) throws Exception {
        var shop = Shop.register();
        assertThat(listen(new Visitor(shop), endpoint, Subscription.fresh())).isEqualTo(400);
        assertThat(devices(shop)).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://fcm.googleapis.com/fcm/send/abc:APA91b",
                "https://updates.push.services.mozilla.com/wpush/v2/gAAA",
                "https://web.push.apple.com/QGuQyavXutnMH",
                "https://wns2-pn1p.notify.windows.com/w/?token=BQYAAAB"
            })
    void theKnownOnesAreTaken(String endpoint) {
        assertThat(Device.isKnown(endpoint, Set.of())).isTrue();
        assertThat(Device.isKnown(endpoint + "x".repeat(1_000), Set.of())).isFalse();
    }

    @Test
    void keysThatAreNoneAreRefused() {
        var shop = Shop.register();
        for (var wrong : List.of("", "x", "!!", "A".repeat(86), "A".repeat(5_000)))
            new Visitor(shop)
                    .post("/notices/devices", "endpoint", origin() + "/1", "p256dh", wrong, "auth", "A".repeat(22))
                    .statusCode(400);
        assertThat(devices(shop)).isZero();
    }

    /** Of the right length and no point of the curve: found out when it is used, and forgotten. */
    @Test
    void aKeyThatIsNoPointIsForgotten() {
        var shop = Shop.register();
        var bytes = new byte[65];
        Arrays.fill(bytes, (byte) 7);
        bytes[0] = 4;
        new Visitor(shop)
                .post(
                        "/notices/devices",
                        "endpoint",
                        origin() + "/1",
                        "p256dh",
                        Base64.getUrlEncoder().withoutPadding().encodeToString(bytes),
                        "auth",
                        "A".repeat(22))
                .statusCode(204);
        tell(shop, "Kangen");
        awaitDeliveries(shop, "push failed");
        assertThat(devices(shop)).isZero();
        assertThat(taken).isEmpty();
    }

    @Test
    void aLongNameStillFits() throws Exception {
        var shop = Shop.register();
        var its = Subscription.fresh();
        listen(new Visitor(shop), origin() + "/device/1", its);
        tell(shop, "🧵".repeat(3_000));
        var came = next();
        assertThat(came.body().length).isLessThan(3_000);
        assertThat(its.read(came.body())).contains("…");
    }

    @Test
    void theKeyIsTheSameOnEveryNodeAndAnotherWithAnotherSecret() throws GeneralSecurityException {
        VAPIDKeyPair one = PushKeys.pair("rahasia satu");
        assertThat(PushKeys.pair("rahasia satu").extractPublicKeyInUncompressedForm())
                .isEqualTo(one.extractPublicKeyInUncompressedForm());
        assertThat(PushKeys.pair("rahasia dua").extractPublicKeyInUncompressedForm())
                .isNotEqualTo(one.extractPublicKeyInUncompressedForm());
        // the arithmetic is that of the JDK
        for (int i = 0; i < 5; i++) {
            var pair = Subscription.fresh().keys();
            var mine = (ECPrivateKey) pair.getPrivate();
            assertThat(PushKeys.times(mine.getS(), mine.getParams().getGenerator(), mine.getParams()))
                    .isEqualTo(((ECPublicKey) pair.getPublic()).getW());
        }
    }

    @Test
    void theBrowserShowsWhatComesAlsoWithoutAPage() throws Exception {
        var shop = Shop.register();
        try (var phone = Browser.phoneWithNotices().as(shop)) {
            phone.context().grantPermissions(List.of("notifications"));
            var page = phone.page();
            CDPSession session = phone.context().newCDPSession(page);
            var registration = new AtomicReference<String>();
            session.on("ServiceWorker.workerRegistrationUpdated", event -> {
                for (var one : event.getAsJsonArray("registrations"))
                    registration.set(one.getAsJsonObject().get("registrationId").getAsString());
            });
            session.send("ServiceWorker.enable");
            page.navigate("/notices/settings");
            page.evaluate("navigator.serviceWorker.ready.then(() => 0)");
            Browser.until(page, "the worker is registered", () -> registration.get() != null);
            var message = Routes.JSON.writeValueAsString(
                    Map.of("title", "Impor selesai", "text", "Berkas a.csv", "path", "/imports"));
            var parameters = JsonParser.parseString(Routes.JSON.writeValueAsString(
                            Map.of("origin", Browser.base(), "registrationId", registration.get(), "data", message)))
                    .getAsJsonObject();
            var shown = "navigator.serviceWorker.ready.then((r) => r.getNotifications())"
                    + ".then((all) => all.map((n) => [n.title, n.body, n.data].join('|')).join())";
            var all = "";
            // what comes before the worker is awake is lost, as no service keeps it here
            for (int look = 0; look < 600 && all.isEmpty(); look++) {
                if (look % 100 == 0) session.send("ServiceWorker.deliverPushMessage", parameters);
                page.waitForTimeout(50);
                all = String.valueOf(page.evaluate(shown));
            }
            assertThat(all).startsWith("Impor selesai|Berkas a.csv|/imports");
        }
    }
}
