package com.smartmarketingagent.customer;

import com.smartmarketingagent.customer.Consent.Channel;
import com.smartmarketingagent.platform.Hashes;
import com.smartmarketingagent.platform.Settings;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;

/**
 * The addresses by which a customer ends all messages of a shop over one channel. Nothing of them is stored: they are
 * signed, and good for ever.
 */
@Singleton
public class Unsubscribe {

    private static final int SIGNED = 33;
    private static final int SIGNATURE = 16;

    private final AddressKeys keys;
    private final Settings settings;

    Unsubscribe(AddressKeys keys, Settings settings) {
        this.keys = keys;
        this.settings = settings;
    }

    /** Who no longer wants to be written to, by whom, and over what. */
    record Reader(UserId user, UUID customer, Channel channel) {}

    /** Empty where nobody said where people outside reach this installation. */
    public Optional<URI> link(UserId user, UUID customer, Channel channel) {
        return settings.publicUrl().map(our -> URI.create(our + path(user, customer, channel)));
    }

    /** The same without the host. */
    public String path(UserId user, UUID customer, Channel channel) {
        var signed = ByteBuffer.allocate(SIGNED)
                .putLong(user.value().getMostSignificantBits())
                .putLong(user.value().getLeastSignificantBits())
                .putLong(customer.getMostSignificantBits())
                .putLong(customer.getLeastSignificantBits())
                .put((byte) (channel == Channel.EMAIL ? 'e' : 'w'))
                .array();
        var token = ByteBuffer.allocate(SIGNED + SIGNATURE)
                .put(signed)
                .put(sign(keys.key(), signed))
                .array();
        return "/u/" + Base64.getUrlEncoder().withoutPadding().encodeToString(token);
    }

    /** Empty where it is none of ours. */
    Optional<Reader> read(String token) {
        byte[] whole;
        try {
            whole = Base64.getUrlDecoder().decode(token);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        if (whole.length != SIGNED + SIGNATURE) return Optional.empty();
        var signed = Arrays.copyOf(whole, SIGNED);
        var given = Arrays.copyOfRange(whole, SIGNED, whole.length);
        var previous = keys.previousKey();
        boolean ours = MessageDigest.isEqual(sign(keys.key(), signed), given)
                || (previous != null && MessageDigest.isEqual(sign(previous, signed), given));
        if (!ours) return Optional.empty();
        var from = ByteBuffer.wrap(signed);
        return Optional.of(new Reader(
                new UserId(new UUID(from.getLong(), from.getLong())),
                new UUID(from.getLong(), from.getLong()),
                from.get() == 'e' ? Channel.EMAIL : Channel.WHATSAPP));
    }

    private static byte[] sign(byte[] key, byte[] text) {
        // no other use of the key signs what begins like this
        return Arrays.copyOf(Hashes.hmac(key, "unsubscribe ".getBytes(StandardCharsets.UTF_8), text), SIGNATURE);
    }
}
