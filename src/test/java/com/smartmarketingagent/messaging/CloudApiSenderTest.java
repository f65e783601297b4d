package com.smartmarketingagent.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.smartmarketingagent.messaging.Channel.Condition;
import com.smartmarketingagent.messaging.Channel.Facts;
import com.smartmarketingagent.messaging.Channel.Secret;
import com.smartmarketingagent.messaging.Channel.State;
import com.smartmarketingagent.platform.Settings;
import com.smartmarketingagent.platform.UserId;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Meta says, and what that means for a message. THREATS 44: a timeout is unknown, a limit is later. */
class CloudApiSenderTest {

    private final FakeCloudApi meta = FakeProvider.apart(new FakeCloudApi());
    private final CloudApiSender sender = new CloudApiSender(
            new ProviderClient(new Settings() {
                @Override
                public Optional<String> text(String name) {
                    return Optional.ofNullable(Map.of("WHATSAPP_API_URL", meta.base(), "PROVIDER_TIMEOUT_SECONDS", "1")
                            .get(name));
                }
            }),
            new Channel.CloudApi(
                    "106540352242922", new Secret("token-uji"), new Secret("x"), new Secret("y"), "kabar_toko", "id"));

    @AfterEach
    void close() {
        meta.close();
    }

    private static Outgoing message(String to, String text) {
        return new Outgoing(new UserId(new UUID(0, 1)), new UUID(0, 2), new UUID(0, 3), to, text, null, null, null);
    }

    private Delivery send() {
        return sender.send(message("+6281234567890", "Halo, Bu."));
    }

    @Test
    void aMessageIsTheVariableOfAnApprovedTemplate() throws JsonProcessingException {
        var sent = sender.send(message("+6281234567890", "Halo Bu,\r\n\r\nada\tbatik      baru.\0 \u2028 Balas STOP "));
        assertThat(sent).isEqualTo(new Delivery.Accepted("wamid.1"));
        var call = meta.calls().getFirst();
        assertThat(call.path()).isEqualTo("/v24.0/106540352242922/messages");
        assertThat(call.header("Authorization")).isEqualTo("Bearer token-uji");
        assertThat(FakeProvider.JSON.readTree(call.body())).isEqualTo(FakeProvider.JSON.readTree("""
                {"messaging_product": "whatsapp", "recipient_type": "individual", "to": "6281234567890", "type": "template",
                 "biz_opaque_callback_data": "00000000-0000-0000-0000-000000000002/00000000-0000-0000-0000-000000000003",
                 "template": {"name": "kabar_toko", "language": {"code": "id"}, "components": [
                   {"type": "body", "parameters": [{"type": "text", "text": "Halo Bu, ada batik baru. Balas STOP"}]}]}}
                """));
        assertThat(sender.send(message("+62812|x", "Halo"))).isEqualTo(new Delivery.Rejected("address"));
        assertThat(meta.calls()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "401, 190, ChannelDown[why=token]",
        "401, 0, ChannelDown[why=token]",
        "403, 3, ChannelDown[why=permission]",
        "403, 10, ChannelDown[why=permission]",
        "403, 200, ChannelDown[why=permission]",
        "403, 299, ChannelDown[why=permission]",
        "400, 300, Rejected[why=refused]",
        "400, 33, ChannelDown[why=phone_number_id]",
        "400, 131042, ChannelDown[why=payment]",
        "403, 131031, ChannelDown[why=locked]",
        "403, 368, ChannelDown[why=locked]",
        "400, 131048, ChannelDown[why=spam]",
        "400, 132000, ChannelDown[why=template]",
        "404, 132001, ChannelDown[why=template]",
        "400, 132005, Rejected[why=invalid]",
        "400, 132007, ChannelDown[why=template]",
        "400, 132012, ChannelDown[why=template]",
        "400, 132015, ChannelDown[why=template]",
        "400, 132016, ChannelDown[why=template]",
        "400, 4, 'RetryLater[after=PT1M, why=busy]'",
        "429, 80007, 'RetryLater[after=PT1M, why=busy]'",
        "429, 130429, 'RetryLater[after=PT1M, why=busy]'",
        "400, 131056, 'RetryLater[after=PT10M, why=busy]'",
        "400, 131049, 'RetryLater[after=PT25H, why=held_back]'",
        "500, 131000, 'RetryLater[after=PT1M, why=no_answer]'",
        "500, 131016, 'RetryLater[after=PT1M, why=no_answer]'",
        "503, 2, 'RetryLater[after=PT1M, why=no_answer]'",
        "400, 131026, Rejected[why=address]",
        "400, 131030, Rejected[why=refused]",
        "400, 130472, Rejected[why=held_back]",
        "400, 131050, Rejected[why=stopped]",
        "400, 131047, Rejected[why=invalid]",
        "400, 131051, Rejected[why=invalid]",
        "400, 100, Rejected[why=invalid]",
        "400, 999999, Rejected[why=refused]",
        "500, 1, Unknown[why=no_answer]",
    })
    void aCodeConcernsTheMessageOrTheChannel(int status, int code, String outcome) {
        meta.then(FakeCloudApi.error(status, code));
        assertThat(send()).hasToString(outcome);
    }

    @Test
    void threat44WhateverMayHaveBeenSentIsUnknown() {
        meta.then(
                meta.stalling(Duration.ofSeconds(30)),
                FakeProvider.failing(),
                FakeProvider.garbage(),
                FakeProvider.nothing(),
                FakeProvider.reset(),
                FakeProvider.endless(),
                FakeProvider.answering(200, Map.of("messages", java.util.List.of())));
        for (int i = 0; i < 7; i++) assertThat(send()).as("answer " + i).isInstanceOf(Delivery.Unknown.class);
        meta.then(FakeProvider.answering(429, "slow down"));
        assertThat(send()).isEqualTo(new Delivery.RetryLater(Duration.ofMinutes(1), "busy"));
        meta.stop();
        assertThat(send()).isEqualTo(new Delivery.RetryLater(Duration.ofMinutes(1), "unreachable"));
    }

    @Test
    void aLookSaysWhichNumberItIs() {
        assertThat(sender.check())
                .isEqualTo(new Condition(
                        State.CONNECTED, null, "+6281200000003", new Facts("Batik Sri", null, null, null)));
        assertThat(meta.calls().getFirst().path()).isEqualTo("/v24.0/106540352242922");
        meta.number(FakeCloudApi.error(401, 190));
        assertThat(sender.check()).isEqualTo(Condition.of(State.REFUSED, "token"));
        meta.number(FakeCloudApi.error(400, 100));
        assertThat(sender.check()).isEqualTo(Condition.of(State.REFUSED, "phone_number_id"));
        meta.number(FakeCloudApi.error(500, 2));
        assertThat(sender.check()).isEqualTo(Condition.unknown());
        meta.number(FakeProvider.garbage());
        assertThat(sender.check()).isEqualTo(Condition.unknown());
        assertThat(meta.messages()).isEmpty();
    }
}
