package com.smartmarketingagent.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.smartmarketingagent.messaging.Channel.Condition;
import com.smartmarketingagent.messaging.Channel.Facts;
import com.smartmarketingagent.messaging.Channel.Secret;
import com.smartmarketingagent.messaging.Channel.State;
import com.smartmarketingagent.platform.Settings;
import com.smartmarketingagent.platform.UserId;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Fonnte says, and what that means for a message. THREATS 44: a timeout is unknown, 429 is later. */
class FonnteSenderTest {

    private final FakeFonnte fonnte = FakeProvider.apart(new FakeFonnte());
    private final FonnteSender sender = new FonnteSender(
            new ProviderClient(limited(fonnte.base())),
            new Channel.Fonnte(new Secret("token-uji"), new Secret("kata")));

    /** A second is long enough to wait. */
    private static Settings limited(String base) {
        var given = Map.of("FONNTE_URL", base + "/", "PROVIDER_TIMEOUT_SECONDS", "1");
        return new Settings() {
            @Override
            public Optional<String> text(String name) {
                return Optional.ofNullable(given.get(name));
            }
        };
    }

    private static Outgoing message(String to, String text) {
        return new Outgoing(new UserId(new UUID(0, 1)), new UUID(0, 2), new UUID(0, 3), to, text, null, null, null);
    }

    private Delivery send() {
        return sender.send(message("+6281234567890", "Halo, Bu."));
    }

    @AfterEach
    void close() {
        fonnte.close();
    }

    @Test
    void aMessageGoesToOneNumberAsItStandsByTheBareToken() {
        assertThat(send()).isEqualTo(new Delivery.Accepted("80367171"));
        var call = fonnte.calls().getFirst();
        assertThat(call.path()).isEqualTo("/send");
        assertThat(call.header("Authorization")).isEqualTo("token-uji");
        assertThat(call.header("Content-Type")).isEqualTo("application/x-www-form-urlencoded");
        assertThat(call.form())
                .isEqualTo(Map.of(
                        "target", "6281234567890",
                        "message", "Halo, Bu.",
                        "countryCode", "0",
                        "connectOnly", "true"));
    }

    @Test
    void aPictureGoesByItsAddressAndOneThatIsRefusedFailsItsMessageAlone() {
        var picture = URI.create("https://toko.contoh.id/kain.jpg?a=1&b=2");
        var ids = message("+6281234567890", "Halo, Bu.");
        var withPicture = new Outgoing(
                ids.user(), ids.campaign(), ids.customer(), ids.address(), ids.text(), null, null, picture);
        assertThat(sender.send(withPicture)).isInstanceOf(Delivery.Accepted.class);
        assertThat(fonnte.calls().getFirst().form())
                .isEqualTo(Map.of(
                        "target", "6281234567890",
                        "message", "Halo, Bu.",
                        "countryCode", "0",
                        "connectOnly", "true",
                        "url", picture.toString()));
        fonnte.then(FakeFonnte.refusing("url unreachable"));
        assertThat(sender.send(withPicture)).isEqualTo(new Delivery.Rejected("media"));
    }

    @Test
    void aTextHasNoVariablesNoNulAndNoEndButItsOwn() {
        sender.send(message("+6281234567890", "Halo {name}|{var1} \0&target=1\r\nbaris\tdua 🧵 a=b+c%20"));
        assertThat(fonnte.calls().getFirst().form())
                .containsEntry("message", "Halo (name)|(var1) &target=1\nbaris\tdua 🧵 a=b+c%20")
                .containsEntry("target", "6281234567890");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "halo", "+62812,+62813", "6281234567890|Sri", "1203@g.us", "+0812345678", "1234567"})
    void whatIsNoNumberIsNeverSent(String address) {
        assertThat(sender.send(message(address, "Halo"))).isEqualTo(new Delivery.Rejected("address"));
        assertThat(fonnte.calls()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "token invalid, ChannelDown, token",
        "unknown user, ChannelDown, token",
        "insufficient quota, ChannelDown, quota",
        "package expired, ChannelDown, expired",
        "request invalid on disconnected device, ChannelDown, disconnected",
        "Device disconnect, ChannelDown, disconnected",
        "target invalid, Rejected, address",
        "input invalid, Rejected, invalid",
        "invalid/empty body value, Rejected, invalid",
        "JSON format invalid, Rejected, invalid",
        "url unreachable, Rejected, media",
        "file size must under 4MB, Rejected, media",
        "apa saja, Rejected, refused",
    })
    void aReasonConcernsTheMessageOrTheChannel(String reason, String kind, String why) {
        var expected = kind.equals("ChannelDown") ? new Delivery.ChannelDown(why) : new Delivery.Rejected(why);
        fonnte.then(
                FakeFonnte.refusing(reason),
                FakeProvider.answering(200, Map.of("Status", "false", "Detail", reason)),
                FakeProvider.answering(401, Map.of("status", false, "reason", reason)));
        for (int i = 0; i < 3; i++) assertThat(send()).isEqualTo(expected);
    }

    @Test
    void successIsReadHoweverItIsWritten() {
        fonnte.then(
                FakeProvider.answering(200, Map.of("Status", "true", "ID", List.of(7))),
                FakeProvider.answering(500, Map.of("status", true, "id", "8")),
                FakeProvider.answering(200, Map.of("status", true)));
        assertThat(send()).isEqualTo(new Delivery.Accepted("7"));
        assertThat(send()).isEqualTo(new Delivery.Accepted("8"));
        assertThat(send()).isEqualTo(new Delivery.Accepted(null));
    }

    @Test
    void threat44WhateverMayHaveBeenSentIsUnknown() {
        fonnte.then(
                fonnte.stalling(Duration.ofSeconds(30)),
                FakeProvider.failing(),
                FakeProvider.garbage(),
                FakeProvider.nothing(),
                FakeProvider.reset(),
                FakeProvider.endless(),
                FakeProvider.answering(200, List.of("x")),
                FakeProvider.answering(200, Map.of("detail", "token invalid")),
                FakeProvider.answering(502, Map.of("status", false, "reason", "apa saja")),
                FakeProvider.answering(404, "<html>"));
        for (int i = 0; i < 10; i++)
            assertThat(send()).as("answer %d of %s", i, fonnte.messages()).isInstanceOf(Delivery.Unknown.class);
        assertThat(fonnte.messages()).isEqualTo(Map.of("6281234567890", 10));
    }

    @Test
    void threat44WhatSurelyWasNotSentIsTriedLater() {
        fonnte.then(
                FakeProvider.answering(429, "slow down", "Retry-After", "7"),
                FakeProvider.answering(429, Map.of("status", false, "reason", "too many"), "Retry-After", "besok"));
        assertThat(send()).isEqualTo(new Delivery.RetryLater(Duration.ofSeconds(7), "busy"));
        assertThat(send()).isEqualTo(new Delivery.RetryLater(Duration.ofMinutes(1), "busy"));
        fonnte.stop();
        assertThat(send()).isEqualTo(new Delivery.RetryLater(Duration.ofMinutes(1), "unreachable"));
    }

    @Test
    void aLookSaysHowThePhoneIs() {
        var facts = new Facts("Batik Sri", "Reguler", "78", "18 November 2029");
        assertThat(sender.check()).isEqualTo(new Condition(State.CONNECTED, null, "+6281200000001", facts));
        fonnte.device(false, "6281200000002");
        assertThat(sender.check())
                .isEqualTo(new Condition(State.DISCONNECTED, "disconnected", "+6281200000002", facts));
        fonnte.deviceAnswers(Map.of("reason", "token invalid", "status", false));
        assertThat(sender.check()).isEqualTo(Condition.of(State.REFUSED, "token"));
        fonnte.deviceAnswers(Map.of("apa", "saja"));
        assertThat(sender.check()).isEqualTo(Condition.unknown());
        fonnte.stop();
        assertThat(sender.check()).isEqualTo(Condition.unknown());
        assertThat(fonnte.messages()).isEmpty();
    }

    /** What the tests of its webhooks rest on. */
    @Test
    void theFakeTellsNewsUntilItHears200AndFifteenTimesAtMost() {
        var news = FakeFonnte.laterState("abc", "delivered");
        assertThat(FakeFonnte.tell(URI.create(fonnte.base() + "/hook"), news)).containsExactly(200);
        try (var refusing = new FakeCloudApi()) {
            assertThat(FakeFonnte.tell(URI.create(refusing.base() + "/hook"), news))
                    .hasSize(15)
                    .containsOnly(401);
        }
        assertThat(FakeFonnte.firstStatus(List.of(7), null, "sent")).containsEntry("id", List.of(7));
    }

    @Test
    void anOpenChannelTellsNoSecretWhereItIsWritten() {
        assertThat(new Channel.Fonnte(new Secret("token-uji"), new Secret("kata")).toString())
                .doesNotContain("token-uji", "kata");
    }
}
