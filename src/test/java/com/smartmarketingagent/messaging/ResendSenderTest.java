package com.smartmarketingagent.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.smartmarketingagent.messaging.Channel.Condition;
import com.smartmarketingagent.messaging.Channel.Facts;
import com.smartmarketingagent.messaging.Channel.Secret;
import com.smartmarketingagent.messaging.Channel.State;
import com.smartmarketingagent.platform.Language;
import com.smartmarketingagent.platform.Settings;
import com.smartmarketingagent.platform.UserId;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Resend says, and what that means for a message. THREATS 19 and 44. */
class ResendSenderTest {

    private static final URI OUT = URI.create("https://app.contoh.id/u/abc?x=1&y=2");

    private final FakeResend resend = FakeProvider.apart(new FakeResend());
    private final ResendSender sender = new ResendSender(
            new ProviderClient(new Settings() {
                @Override
                public Optional<String> text(String name) {
                    return Optional.ofNullable(Map.of("RESEND_URL", resend.base(), "PROVIDER_TIMEOUT_SECONDS", "1")
                            .get(name));
                }
            }),
            new Channel.Resend(new Secret("re_uji"), "halo@contoh.id", "Toko \"Sari\"", null),
            Language.INDONESIAN);

    @AfterEach
    void close() {
        resend.close();
    }

    private static Outgoing message(String to, String text, @Nullable String subject) {
        return new Outgoing(new UserId(new UUID(0, 1)), new UUID(0, 2), new UUID(0, 3), to, text, subject, OUT, null);
    }

    private Delivery send() {
        return sender.send(message("siti@pembeli.example", "Halo, Bu.", "Kabar"));
    }

    @Test
    void anAddressWithinTheTextCanBeTapped() throws JsonProcessingException {
        sender.send(message("siti@pembeli.example", "Lihat (https://contoh.id/s/Ab1?x=1&y=2). \"<b>\"", "Kabar"));
        var html = FakeProvider.JSON
                .readTree(resend.calls().getFirst().body())
                .path("html")
                .asText();
        assertThat(html)
                .contains(
                        "<p>Lihat (<a href=\"https://contoh.id/s/Ab1?x=1&amp;y=2\">https://contoh.id/s/Ab1?x=1&amp;y=2</a>). ")
                .doesNotContain("<b>");
    }

    @Test
    void aMailHasItsWordsItsHtmlItsKeyAndItsWayOut() throws JsonProcessingException {
        var text = "Halo <b>Bu</b> & \"Pak\",\r\nbaris dua\0\n\n\nSalam";
        var sent = sender.send(message("siti@pembeli.example", text, " Batik baru ✨ "));
        var call = resend.calls().getFirst();
        assertThat(sent).isInstanceOf(Delivery.Accepted.class);
        assertThat(call.header("Authorization")).isEqualTo("Bearer re_uji");
        assertThat(call.header("Idempotency-Key"))
                .isEqualTo(
                        "campaign/00000000-0000-0000-0000-000000000002/recipient/00000000-0000-0000-0000-000000000003");
        var body = FakeProvider.JSON.readTree(call.body());
        assertThat(body.path("from").asText()).isEqualTo("\"Toko Sari\" <halo@contoh.id>");
        assertThat(body.path("to")).hasSize(1);
        assertThat(body.path("subject").asText()).isEqualTo("Batik baru ✨");
        assertThat(body.path("text").asText())
                .isEqualTo("Halo <b>Bu</b> & \"Pak\",\nbaris dua\n\n\nSalam\n\n--\n"
                        + "Tidak mau menerima email seperti ini lagi: " + OUT);
        assertThat(body.path("html").asText())
                .startsWith("<!doctype html>\n<html lang=\"id\">")
                .contains("<title>Batik baru ✨</title>")
                .contains("<p>Halo &lt;b&gt;Bu&lt;/b&gt; &amp; &quot;Pak&quot;,<br>baris dua</p>\n<p>Salam</p>")
                .contains("<a href=\"https://app.contoh.id/u/abc?x=1&amp;y=2\">Tidak mau menerima email");
        assertThat(body.path("headers").path("List-Unsubscribe").asText()).isEqualTo("<" + OUT + ">");
        assertThat(body.path("headers").path("List-Unsubscribe-Post").asText()).isEqualTo("List-Unsubscribe=One-Click");
    }

    /** A picture from elsewhere within a mail would tell its site who reads it. */
    @Test
    void aPictureIsALinkAndNothingOfItIsLoaded() throws JsonProcessingException {
        var ids = message("siti@pembeli.example", "Halo, Bu.", "Kabar");
        var picture = URI.create("https://toko.contoh.id/kain.jpg?a=1&b=%22");
        sender.send(new Outgoing(
                ids.user(), ids.campaign(), ids.customer(), ids.address(), ids.text(), "Kabar", OUT, picture));
        var body = FakeProvider.JSON.readTree(resend.calls().getFirst().body());
        assertThat(body.path("text").asText())
                .isEqualTo("Halo, Bu.\n\nLihat gambar: " + picture
                        + "\n\n--\nTidak mau menerima email seperti ini lagi: " + OUT);
        assertThat(body.path("html").asText())
                .contains(
                        "<p>Halo, Bu.</p>\n<p><a href=\"https://toko.contoh.id/kain.jpg?a=1&amp;b=%22\">Lihat gambar</a></p><hr>")
                .doesNotContain("<img");
        assertThat(body.has("attachments")).isFalse();
    }

    @Test
    void triedAgainItIsTheSameAndSentOnce() {
        resend.then(resend.sendingInSilence(), FakeProvider.reset(), resend.stalling(Duration.ofSeconds(30)));
        for (int i = 0; i < 3; i++)
            assertThat(send()).isEqualTo(new Delivery.RetryLater(Duration.ofMinutes(1), "lost"));
        assertThat(send()).isInstanceOf(Delivery.Accepted.class);
        assertThat(resend.mails()).isEqualTo(Map.of("siti@pembeli.example", 1));
        assertThat(resend.calls())
                .extracting(FakeProvider.Call::body)
                .containsOnly(resend.calls().getFirst().body());
        // the same key with other words may have been sent, or not
        assertThat(sender.send(message("siti@pembeli.example", "Lain", "Kabar")))
                .isEqualTo(new Delivery.Unknown("changed"));
        assertThat(resend.mails()).isEqualTo(Map.of("siti@pembeli.example", 1));
    }

    @ParameterizedTest
    @CsvSource({
        "429, rate_limit_exceeded, 'RetryLater[after=PT3S, why=busy]'",
        "409, concurrent_idempotent_requests, 'RetryLater[after=PT1M, why=busy]'",
        "409, invalid_idempotent_request, Unknown[why=changed]",
        "429, daily_quota_exceeded, ChannelDown[why=quota]",
        "429, monthly_quota_exceeded, ChannelDown[why=quota]",
        "401, missing_api_key, ChannelDown[why=token]",
        "401, restricted_api_key, ChannelDown[why=token]",
        "403, invalid_api_key, ChannelDown[why=token]",
        "403, validation_error, ChannelDown[why=domain]",
        "400, validation_error, Rejected[why=invalid]",
        "422, validation_error, Rejected[why=invalid]",
        "422, invalid_from_address, ChannelDown[why=sender]",
        "422, missing_required_field, Rejected[why=invalid]",
        "422, invalid_parameter, Rejected[why=invalid]",
        "400, invalid_idempotency_key, Rejected[why=invalid]",
        "404, not_found, ChannelDown[why=refused]",
        "451, security_error, Rejected[why=invalid]",
        "500, application_error, 'RetryLater[after=PT1M, why=no_answer]'",
        "500, internal_server_error, 'RetryLater[after=PT1M, why=no_answer]'",
    })
    void aNameConcernsTheMessageOrTheChannel(int status, String name, String outcome) {
        resend.then(FakeResend.error(status, name, "Retry-After", "3"));
        assertThat(send()).hasToString(outcome);
    }

    @Test
    void threat44WhatIsNoAnswerIsTriedAgainByItsKey() {
        resend.then(
                FakeProvider.failing(),
                FakeProvider.garbage(),
                FakeProvider.nothing(),
                FakeProvider.endless(),
                FakeProvider.answering(200, Map.of()),
                FakeProvider.answering(429, "slow down"));
        for (int i = 0; i < 6; i++) assertThat(send()).as("answer " + i).isInstanceOf(Delivery.RetryLater.class);
        resend.then(FakeProvider.answering(403, "error code: 1010"));
        assertThat(send()).isEqualTo(new Delivery.ChannelDown("refused"));
        resend.stop();
        assertThat(send()).isEqualTo(new Delivery.RetryLater(Duration.ofMinutes(1), "unreachable"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Halo\r\nBcc: semua@pembeli.example", "Halo\nX: y", "Halo\0", "Halo\u2028", " ", ""})
    void threat19ASubjectOfTwoLinesOrNoneIsNeverSent(String subject) {
        assertThat(sender.send(message("siti@pembeli.example", "Halo", subject)))
                .isEqualTo(new Delivery.Rejected("invalid"));
        assertThat(sender.send(message("siti@pembeli.example", "Halo", null)))
                .isEqualTo(new Delivery.Rejected("invalid"));
        assertThat(resend.calls()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"siti", "a@b.example,c@d.example", "a@b.example\r\nBcc: c@d.example", "<a@b.example>"})
    void whatIsNoAddressOfOneIsNeverSent(String to) {
        assertThat(sender.send(message(to, "Halo", "Kabar"))).isEqualTo(new Delivery.Rejected("invalid"));
        assertThat(resend.calls()).isEmpty();
    }

    @Test
    void aLookSaysWhetherTheDomainIsTheirs() {
        assertThat(sender.check()).isEqualTo(new Condition(State.CONNECTED, null, "halo@contoh.id", Facts.NONE));
        resend.domains(FakeResend.error(401, "restricted_api_key"));
        assertThat(sender.check())
                .isEqualTo(new Condition(State.CONNECTED, "sending_only", "halo@contoh.id", Facts.NONE));
        resend.domains(
                FakeProvider.answering(200, Map.of("data", List.of(Map.of("name", "contoh.id", "status", "pending")))));
        assertThat(sender.check()).isEqualTo(Condition.of(State.REFUSED, "domain"));
        resend.domains(
                FakeProvider.answering(200, Map.of("data", List.of(Map.of("name", "lain.id", "status", "verified")))));
        assertThat(sender.check()).isEqualTo(Condition.of(State.REFUSED, "domain"));
        resend.domains(FakeResend.error(403, "invalid_api_key"));
        assertThat(sender.check()).isEqualTo(Condition.of(State.REFUSED, "token"));
        resend.domains(FakeProvider.failing());
        assertThat(sender.check()).isEqualTo(Condition.unknown());
        assertThat(resend.messages()).isEmpty();
    }
}
