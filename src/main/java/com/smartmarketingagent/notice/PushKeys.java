package com.smartmarketingagent.notice;

import com.smartmarketingagent.platform.Hashes;
import com.smartmarketingagent.platform.Settings;
import com.zerodeplibs.webpush.VAPIDKeyPair;
import com.zerodeplibs.webpush.VAPIDKeyPairs;
import com.zerodeplibs.webpush.key.PrivateKeySources;
import com.zerodeplibs.webpush.key.PublicKeySources;
import jakarta.inject.Singleton;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * By which push services know this installation (RFC 8292): the same pair on every node and after every start, as it is
 * derived from {@code ENCRYPTION_KEY}. With another key browsers subscribe anew when their owner opens the settings.
 */
@Singleton
class PushKeys {

    private final Settings settings;
    private @Nullable VAPIDKeyPair pair;

    PushKeys(Settings settings) {
        this.settings = settings;
    }

    /** Derived when first asked for: a start needs none. */
    synchronized VAPIDKeyPair pair() {
        if (pair == null) pair = pair(settings.secret("ENCRYPTION_KEY"));
        return pair;
    }

    /** The public one, as browsers take it: 65 bytes in base64url. */
    String publicKey() {
        return pair().extractPublicKeyInUncompressedFormAsString();
    }

    static VAPIDKeyPair pair(String secret) {
        try {
            var curve = curve();
            var secretNumber = number(secret, curve.getOrder());
            var keys = KeyFactory.getInstance("EC");
            var mine = (ECPrivateKey) keys.generatePrivate(new ECPrivateKeySpec(secretNumber, curve));
            var shown = (ECPublicKey)
                    keys.generatePublic(new ECPublicKeySpec(times(secretNumber, curve.getGenerator(), curve), curve));
            return VAPIDKeyPairs.of(PrivateKeySources.ofECPrivateKey(mine), PublicKeySources.ofECPublicKey(shown));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ECParameterSpec curve() throws GeneralSecurityException {
        var parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec("secp256r1"));
        return parameters.getParameterSpec(ECParameterSpec.class);
    }

    /**
     * From 1 to the order less 1; of twice as many bits as it needs a half more, so that none is likelier than another.
     */
    private static BigInteger number(String secret, BigInteger order) {
        return new BigInteger(1, Hashes.derive(secret, "push", 48))
                .mod(order.subtract(BigInteger.ONE))
                .add(BigInteger.ONE);
    }

    /** A point so many times. Once in a start, so that nobody measures how long it takes. */
    static ECPoint times(BigInteger number, ECPoint point, ECParameterSpec curve) {
        var sum = ECPoint.POINT_INFINITY;
        for (int bit = number.bitLength() - 1; bit >= 0; bit--) {
            sum = plus(sum, sum, curve);
            if (number.testBit(bit)) sum = plus(sum, point, curve);
        }
        return sum;
    }

    private static ECPoint plus(ECPoint one, ECPoint other, ECParameterSpec curve) {
        if (one.equals(ECPoint.POINT_INFINITY)) return other;
        if (other.equals(ECPoint.POINT_INFINITY)) return one;
        var p = ((ECFieldFp) curve.getCurve().getField()).getP();
        var x = one.getAffineX();
        var y = one.getAffineY();
        boolean same = one.equals(other);
        if (!same && x.equals(other.getAffineX())) return ECPoint.POINT_INFINITY;
        var slope = same
                ? x.pow(2)
                        .multiply(BigInteger.valueOf(3))
                        .add(curve.getCurve().getA())
                        .multiply(y.shiftLeft(1).modInverse(p))
                : other.getAffineY()
                        .subtract(y)
                        .multiply(other.getAffineX().subtract(x).modInverse(p));
        var atX = slope.pow(2).subtract(x).subtract(other.getAffineX()).mod(p);
        return new ECPoint(atX, slope.multiply(x.subtract(atX)).subtract(y).mod(p));
    }
}
