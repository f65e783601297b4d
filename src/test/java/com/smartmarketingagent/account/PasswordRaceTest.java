package com.smartmarketingagent.account;

import static com.smartmarketingagent.Http.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.smartmarketingagent.Await;
import com.smartmarketingagent.Http.Response;
import com.smartmarketingagent.Shop;
import com.smartmarketingagent.platform.Db;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import jakarta.ws.rs.core.MediaType;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A password is changed between the moment at which somebody's is checked and the one at which they are let in. */
@QuarkusTest
class PasswordRaceTest {

    private static final String NEW = "kata sandi yang baru";

    @Inject
    Db db;

    @Inject
    AccountRepository accounts;

    @Inject
    SessionRepository sessions;

    @Inject
    Passwords passwords;

    Shop shop;

    @BeforeEach
    void register() {
        shop = Shop.register();
    }

    @Test
    void threat12ALogInWithTheOldPasswordIsNotLetIn() throws Exception {
        var answer = whileItChanges(() -> given().contentType(MediaType.APPLICATION_JSON)
                .body(Map.of("email", shop.email(), "password", shop.password()))
                .post("/api/auth/login"));
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.<String>path("error.message")).isEqualTo("Email atau kata sandi salah.");
        assertThat(liveSessions()).isZero();
        Shop.logIn(shop.email(), NEW);
    }

    @Test
    void threat12AChangeByWhoKnowsTheOldPasswordIsRefused() throws Exception {
        var answer = whileItChanges(() -> shop.api()
                .body(Map.of("current_password", shop.password(), "new_password", "milik orang lain"))
                .post("/api/auth/password"));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.<String>path("error.details[0].field")).isEqualTo("current_password");
        assertThat(liveSessions()).isZero();
        Shop.logIn(shop.email(), NEW);
    }

    @Test
    void threat12ALogInIsNotLetInWhereTheAccountIsDeactivatedMeanwhile() throws Exception {
        try (var threads = Executors.newSingleThreadExecutor()) {
            var answer = db.asAdmin(tx -> {
                tx.createUpdate("UPDATE app.users SET is_active = false WHERE id = :user")
                        .bind("user", shop.id())
                        .execute();
                var begun = threads.submit(() -> given().contentType(MediaType.APPLICATION_JSON)
                        .body(Map.of("email", shop.email(), "password", shop.password()))
                        .post("/api/auth/login"));
                awaitWaiting(tx, begun);
                return begun;
            });
            assertThat(answer.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(403);
        }
        // the one of the registration; an administrator's change ends it in its own transaction
        assertThat(liveSessions()).isOne();
    }

    /** The answer to a request that read the old password while a change of it was not yet committed. */
    private Response whileItChanges(Callable<Response> request) throws Exception {
        var hash = passwords.hash(NEW);
        try (var threads = Executors.newSingleThreadExecutor()) {
            var answer = db.inTenant(shop.id(), tx -> {
                accounts.changePassword(tx, shop.id(), hash);
                var begun = threads.submit(request);
                awaitWaiting(tx, begun);
                sessions.endAll(tx, shop.id(), null);
                return begun;
            });
            return answer.get(60, TimeUnit.SECONDS);
        }
    }

    /** Until the request waits for the transaction {@code tx}; without the lock it would be done before. */
    private static void awaitWaiting(Handle tx, Future<Response> request) {
        Await.until(
                "the request waits",
                () -> request.isDone()
                        || tx.createQuery("""
                        SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'transactionid' AND NOT granted
                                         AND transactionid = pg_current_xact_id()::xid)
                        """).mapTo(Boolean.class).one());
    }

    private long liveSessions() {
        return db.inTenant(
                shop.id(),
                tx -> tx.createQuery("SELECT count(*) FROM app.sessions WHERE user_id = :user AND ended_at IS NULL")
                        .bind("user", shop.id())
                        .mapTo(Long.class)
                        .one());
    }
}
