package com.smartmarketingagent.platform;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Creating POSTs that carry an {@code Idempotency-Key} happen once: the key, the effect and the answer are stored in
 * one transaction, so that a retry gets the first answer and a crash leaves neither. Answers are kept for two days.
 */
@Singleton
public class Idempotency {

    private static final int LONGEST_KEY = 200;

    private final Db db;
    private final ObjectMapper json;

    Idempotency(Db db, ObjectMapper json) {
        this.db = db;
        this.json = json;
    }

    /** What to answer: the HTTP status and the body. */
    public record Answer(int status, Envelope<?> body) {}

    public record Stored(byte[] requestHash, int status, String answer) {}

    /**
     * Runs {@code work} in one of {@code user}'s transactions, once for a key.
     *
     * @param key the header; null or blank runs the work every time
     * @param request what the key stands for: a request record, or text such as a file's hash
     * @throws Problem.Mismatch if the key was used with another request
     */
    public Response once(
            UserId user, @Nullable String key, String route, Object request, Function<Handle, Answer> work) {
        if (key == null || key.isBlank()) return toResponse(db.inTenant(user, work));
        if (key.length() > LONGEST_KEY) throw new Problem.Invalid("Idempotency-Key", "too_long", LONGEST_KEY);
        var hash = hash(route, request);
        return db.inTenant(user, tx -> {
            var earlier = claim(tx, user, key, hash);
            if (earlier.isPresent()) {
                if (!MessageDigest.isEqual(earlier.get().requestHash(), hash)) throw new Problem.Mismatch();
                return response(earlier.get().status(), earlier.get().answer());
            }
            var answer = work.apply(tx);
            var body = write(answer.body());
            tx.createUpdate("""
                    UPDATE app.idempotency_keys SET status = :status, answer = :answer
                    WHERE user_id = :user AND key = :key
                    """)
                    .bind("user", user)
                    .bind("key", key)
                    .bind("status", answer.status())
                    .bind("answer", body)
                    .execute();
            return response(answer.status(), body);
        });
    }

    /** Empty when the key is ours now. A second request with the same key waits here until the first is done. */
    private static Optional<Stored> claim(Handle tx, UserId user, String key, byte[] hash) {
        int inserted = tx.createUpdate("""
                        INSERT INTO app.idempotency_keys (user_id, key, request_hash) VALUES (:user, :key, :hash)
                        ON CONFLICT (user_id, key) DO NOTHING
                        """)
                .bind("user", user)
                .bind("key", key)
                .bind("hash", hash)
                .execute();
        if (inserted == 1) return Optional.empty();
        return tx.createQuery(
                        "SELECT request_hash, status, answer FROM app.idempotency_keys WHERE user_id = :user AND key = :key")
                .bind("user", user)
                .bind("key", key)
                .map(Rows.of(Stored.class))
                .findOne();
    }

    private byte[] hash(String route, Object request) {
        // never whole: it may have many megabytes
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update((route + "\n").getBytes(StandardCharsets.UTF_8));
            json.writeValue(new DigestOutputStream(OutputStream.nullOutputStream(), digest), request);
            return digest.digest();
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private String write(Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private Response toResponse(Answer answer) {
        return response(answer.status(), write(answer.body()));
    }

    private static Response response(int status, String body) {
        return Response.status(status)
                .type(MediaType.APPLICATION_JSON_TYPE.withCharset("utf-8"))
                .entity(body)
                .build();
    }
}
