package com.smartmarketingagent.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.smartmarketingagent.customer.CustomerBook;
import com.smartmarketingagent.platform.Db;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Messages for practice, and who is gone by the time they land. */
@QuarkusTest
class PracticeMailboxTest {

    @Inject
    Db db;

    @Inject
    PracticeMailbox mailbox;

    private CustomerBook book;
    private UUID ani;
    private UUID campaign;

    @BeforeEach
    void aMessage() {
        book = CustomerBook.open();
        ani = book.add("Ani", "phone", "081234567890");
        campaign = book.shop().draft("text", "Halo {nama}. Balas STOP.");
    }

    private Delivery send() {
        return mailbox.send(new Outgoing(
                book.shop().id(), campaign, ani, "+6281234567890", "Halo Ani. Balas STOP.", null, null, null));
    }

    private int kept() {
        return db.inTenant(
                book.shop().id(),
                tx -> tx.createQuery("SELECT count(*) FROM app.practice_messages WHERE user_id = :u")
                        .bind("u", book.shop().id())
                        .mapTo(Integer.class)
                        .one());
    }

    @Test
    void aMessageIsKept() {
        assertThat(send()).isInstanceOf(Delivery.Accepted.class);
        assertThat(kept()).isEqualTo(1);
    }

    @Test
    void whoWasMergedIntoAnotherGetsTheirs() {
        var budi = book.add("Budi");
        book.shop()
                .api()
                .body(Map.of("other_id", ani))
                .post("/api/customers/" + budi + "/merge")
                .then()
                .statusCode(200);
        assertThat(send()).isInstanceOf(Delivery.Accepted.class);
        book.shop().api().delete("/api/customers/" + budi + "?erase=now").then().statusCode(200);
        assertThat(kept()).isZero();
        assertThat(send()).isEqualTo(new Delivery.Rejected("no_number"));
        assertThat(kept()).isZero();
    }

    /** Threat 35: a message that was on its way when its reader was erased leaves nothing of them behind. */
    @Test
    void threat35AnErasureIsWaitedFor() throws Exception {
        var sent = new CompletableFuture<Delivery>();
        db.useTenant(book.shop().id(), tx -> {
            tx.createUpdate(
                            "UPDATE app.customers SET name = '', phone = NULL, deleted_at = now() WHERE user_id = :u AND id = :i")
                    .bind("u", book.shop().id())
                    .bind("i", ani)
                    .execute();
            tx.createQuery("SELECT id FROM app.customers WHERE user_id = :u AND id = :i FOR UPDATE")
                    .bind("u", book.shop().id())
                    .bind("i", ani)
                    .mapTo(UUID.class)
                    .one();
            sent.completeAsync(this::send);
            try {
                sent.get(300, TimeUnit.MILLISECONDS);
            } catch (java.util.concurrent.TimeoutException e) {
                return;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            throw new AssertionError("it did not wait");
        });
        assertThat(sent.get(60, TimeUnit.SECONDS)).isEqualTo(new Delivery.Rejected("no_number"));
        assertThat(kept()).isZero();
    }
}
