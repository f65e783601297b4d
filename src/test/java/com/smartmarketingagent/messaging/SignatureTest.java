package com.smartmarketingagent.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.svix.Webhook;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class SignatureTest {

    private static final Instant NOW = Instant.ofEpochSecond(1_764_150_000);
    private static final String KEY = "whsec_" + Base64.getEncoder().encodeToString(bytes("kunci penanda tangan"));
    private static final String OTHER_KEY = "whsec_" + Base64.getEncoder().encodeToString(bytes("kunci yang lain"));
    private static final byte[] BODY = bytes("{\"type\":\"email.sent\"}");

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] hmac(byte[] key, byte[] text) throws Exception {
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(text);
    }

    /** As Svix signs, by its own description. */
    private static String svix(String id, String timestamp, byte[] body) throws Exception {
        var signed = id + "." + timestamp + "." + new String(body, StandardCharsets.UTF_8);
        return "v1," + Base64.getEncoder().encodeToString(hmac(bytes("kunci penanda tangan"), bytes(signed)));
    }

    @Test
    void whatSvixSignedIsKnownWithinFiveMinutes() throws Exception {
        for (long age : new long[] {0, 300, -300}) {
            var at = String.valueOf(NOW.getEpochSecond() - age);
            assertThat(Signature.isSvix(KEY, "msg_1", at, svix("msg_1", at, BODY), BODY, NOW))
                    .isTrue();
        }
        for (long age : new long[] {301, -301}) {
            var at = String.valueOf(NOW.getEpochSecond() - age);
            assertThat(Signature.isSvix(KEY, "msg_1", at, svix("msg_1", at, BODY), BODY, NOW))
                    .isFalse();
        }
    }

    /** Their own signer, not our reading of how it signs. */
    @Test
    void whatSvixsOwnSignerSignedIsKnown() throws Exception {
        var theirs = new Webhook(KEY);
        var words = "{\"type\":\"email.sent\",\"subject\":\"Batik baru ✨\"}";
        long at = NOW.getEpochSecond();
        var signed = theirs.sign("msg_1", at, words);
        assertThat(isSvix(at, signed, words)).isTrue();
        assertThat(isSvix(at, "v1a,x " + new Webhook(OTHER_KEY).sign("msg_1", at, words) + " " + signed, words))
                .isTrue();
        assertThat(isSvix(at, new Webhook(OTHER_KEY).sign("msg_1", at, words), words))
                .isFalse();
        assertThat(isSvix(at, signed, words + " ")).isFalse();
        assertThat(isSvix(at + 1, signed, words)).isFalse();
        assertThat(isSvix(at - 300, theirs.sign("msg_1", at - 300, words), words))
                .isTrue();
        assertThat(isSvix(at - 301, theirs.sign("msg_1", at - 301, words), words))
                .isFalse();
    }

    private static boolean isSvix(long at, String signatures, String words) {
        return Signature.isSvix(KEY, "msg_1", String.valueOf(at), signatures, bytes(words), NOW);
    }

    @Test
    void anyOfSeveralSignaturesWillDoAndNothingElse() throws Exception {
        var at = String.valueOf(NOW.getEpochSecond());
        var right = svix("msg_1", at, BODY);
        assertThat(Signature.isSvix(KEY, "msg_1", at, "v1,AAAA v2,x " + right, BODY, NOW))
                .isTrue();
        assertThat(Signature.isSvix(KEY, "msg_2", at, right, BODY, NOW)).isFalse();
        assertThat(Signature.isSvix(KEY, "msg_1", at, right.replace("v1,", "v2,"), BODY, NOW))
                .isFalse();
        assertThat(Signature.isSvix(KEY, "msg_1", at, right, bytes("{\"type\": \"email.sent\"}"), NOW))
                .isFalse();
        assertThat(Signature.isSvix(KEY, "msg_1", at, "", BODY, NOW)).isFalse();
        assertThat(Signature.isSvix(KEY, null, at, right, BODY, NOW)).isFalse();
        assertThat(Signature.isSvix(KEY, "msg_1", null, right, BODY, NOW)).isFalse();
        assertThat(Signature.isSvix(KEY, "msg_1", at, null, BODY, NOW)).isFalse();
        for (var odd : new String[] {"-1", "x", "", "9".repeat(40), "1764150000.0"})
            assertThat(Signature.isSvix(KEY, "msg_1", odd, svix("msg_1", odd, BODY), BODY, NOW))
                    .describedAs(odd)
                    .isFalse();
    }

    @Test
    void aSecretThatIsNoneProvesNothing() throws Exception {
        var at = String.valueOf(NOW.getEpochSecond());
        for (var odd : new String[] {"whsec_aaaaa", "whsec_rahasia!", "whsec_a=b", "whsec_", "", "é"})
            assertThat(Signature.isSvix(odd, "msg_1", at, svix("msg_1", at, BODY), BODY, NOW))
                    .describedAs(odd)
                    .isFalse();
    }

    /** Meta escapes what is not ASCII: the bytes count, not what they mean. */
    @Test
    void metaSignsTheBytesAsTheyCame() throws Exception {
        var escaped = bytes("{\"body\":\"\\u00e9\\ud83d\\ude00\"}");
        var header = "sha256=" + HexFormat.of().formatHex(hmac(bytes("app"), escaped));
        assertThat(Signature.isMetas("app", header, escaped)).isTrue();
        assertThat(Signature.isMetas("app", header, bytes("{\"body\":\"é😀\"}")))
                .isFalse();
        assertThat(Signature.isMetas("lain", header, escaped)).isFalse();
        assertThat(Signature.isMetas("app", header.substring(7), escaped)).isFalse();
        assertThat(Signature.isMetas("app", null, escaped)).isFalse();
    }
}
