package com.smartmarketingagent.account;

import com.smartmarketingagent.platform.Hashes;
import com.smartmarketingagent.platform.Settings;
import com.smartmarketingagent.platform.UserId;
import io.quarkus.runtime.Startup;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.spec.SecretKeySpec;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/**
 * Signed names of a session: access tokens for the API, cookies for pages. They say who, never what they may do; that
 * is looked up. Keys are derived from {@code JWT_SECRET}; those of {@code JWT_SECRET_PREVIOUS} still verify. Refresh
 * tokens are kept under them too, so that whoever stole some has nothing once the secret is another.
 */
@Singleton
@Startup
class Tokens {

    /** How many of a form token's 64 digits name its account; the others its session. */
    private static final int OWNER = 16;

    /** Where a token is good; one is nothing at the other. */
    enum Place {
        API,
        WEB;

        private String audience() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** Whose session a token names. */
    record Holder(UserId user, UUID session) {}

    private static final String ISSUER = "smart-marketing-agent";

    private final Clock clock;
    private final Key signing;
    private final List<Key> verifying = new ArrayList<>();
    private final Key forms;
    private final Key refreshing;
    /** The same as {@link #refreshing} where there was no other. */
    private final Key formerlyRefreshing;

    Tokens(Settings settings, Clock clock) {
        this.clock = clock;
        var secret = settings.secret("JWT_SECRET");
        signing = derive(secret, "token");
        forms = derive(secret, "form");
        verifying.add(signing);
        refreshing = derive(secret, "refresh token");
        var former = settings.text("JWT_SECRET_PREVIOUS");
        former.ifPresent(previous -> verifying.add(derive(previous, "token")));
        formerlyRefreshing =
                former.map(previous -> derive(previous, "refresh token")).orElse(refreshing);
    }

    private static Key derive(String secret, String use) {
        return new SecretKeySpec(Hashes.derive(secret, use, 32), "HmacSHA256");
    }

    String issue(Place place, Holder holder, Duration lifetime) {
        var claims = new JwtClaims();
        var now = NumericDate.fromMilliseconds(clock.millis());
        claims.setIssuer(ISSUER);
        claims.setAudience(place.audience());
        claims.setSubject(holder.user().value().toString());
        claims.setStringClaim("sid", holder.session().toString());
        claims.setIssuedAt(now);
        claims.setExpirationTime(NumericDate.fromSeconds(now.getValue() + lifetime.toSeconds()));
        var signature = new JsonWebSignature();
        signature.setAlgorithmHeaderValue(AlgorithmIdentifiers.HMAC_SHA256);
        signature.setPayload(claims.toJson());
        signature.setKey(signing);
        try {
            return signature.getCompactSerialization();
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Empty unless we signed {@code token} for that place and its time has not passed. */
    Optional<Holder> read(Place place, String token) {
        for (var key : verifying) {
            try {
                var claims = consumer(place, key).processToClaims(token);
                return Optional.of(new Holder(
                        new UserId(UUID.fromString(claims.getSubject())),
                        UUID.fromString(claims.getStringClaimValue("sid"))));
            } catch (InvalidJwtException | MalformedClaimException | IllegalArgumentException e) {
                continue;
            }
        }
        return Optional.empty();
    }

    private JwtConsumer consumer(Place place, Key key) {
        return new JwtConsumerBuilder()
                .setJwsAlgorithmConstraints(
                        AlgorithmConstraints.ConstraintType.PERMIT, AlgorithmIdentifiers.HMAC_SHA256)
                .setVerificationKey(key)
                .setExpectedIssuer(ISSUER)
                .setExpectedAudience(place.audience())
                .setRequireSubject()
                .setRequireIssuedAt()
                .setRequireExpirationTime()
                .setEvaluationTime(NumericDate.fromMilliseconds(clock.millis()))
                .build();
    }

    /** What is kept of a refresh token: 32 bytes by which nobody knows it who doesn't have the secret. */
    byte[] hash(String refreshToken) {
        return Hashes.hmac(refreshing.getEncoded(), refreshToken.getBytes(StandardCharsets.UTF_8));
    }

    /** What was kept of it under the former secret; the same as {@link #hash} where there was none. */
    byte[] formerHash(String refreshToken) {
        return Hashes.hmac(formerlyRefreshing.getEncoded(), refreshToken.getBytes(StandardCharsets.UTF_8));
    }

    /** What a form must send back to show that it is one of our pages, made for this session and its account. */
    String formToken(UserId user, UUID session) {
        return digest(session).substring(0, 64 - OWNER) + owner(user);
    }

    boolean isFormToken(UserId user, UUID session, String given) {
        return Hashes.same(formToken(user, session), given);
    }

    /** Whether a form was made in this session, on whosever pages: a super_admin's also shows shops. */
    boolean isFormOfSession(UUID session, String given) {
        int length = 64 - OWNER;
        return given.length() == 64 && Hashes.same(digest(session).substring(0, length), given.substring(0, length));
    }

    /**
     * Whether a form was made for this account, in whatever session; {@code mark} is what {@link #mark} said of its
     * token.
     */
    boolean isFormOf(UserId user, String mark) {
        return Hashes.same(owner(user), mark);
    }

    /** The part of a form's token that says whose it is; empty where it is none. */
    static String mark(@Nullable String token) {
        return token == null || token.length() != 64 ? "" : token.substring(64 - OWNER);
    }

    private String owner(UserId user) {
        return digest(user.value()).substring(0, OWNER);
    }

    private String digest(UUID id) {
        return HexFormat.of()
                .formatHex(Hashes.hmac(forms.getEncoded(), id.toString().getBytes(StandardCharsets.UTF_8)));
    }
}
