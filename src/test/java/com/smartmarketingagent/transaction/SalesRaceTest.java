package com.smartmarketingagent.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.smartmarketingagent.account.Limits;
import com.smartmarketingagent.account.ShopCalendar;
import com.smartmarketingagent.customer.CustomerBook;
import com.smartmarketingagent.customer.CustomerRepository;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.UserId;
import com.smartmarketingagent.transaction.SaleReader.Numbered;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The sale that has the external id is deleted between the refusal to store another and the look at what it says. */
@QuarkusTest
class SalesRaceTest {

    @Inject
    Db db;

    @Inject
    ShopCalendar calendar;

    @Inject
    CustomerRepository customers;

    @Inject
    Limits limits;

    @Inject
    ObjectMapper json;

    CustomerBook book;
    UUID sari;

    @BeforeEach
    void open() {
        book = CustomerBook.open();
        sari = book.add("Sari");
    }

    @Test
    void aSaleIsStoredThen() {
        var sales = sales(new Deleting(book.sell(sari, "2025-12-30", 1000, "external_id", "INV/1")));
        var recorded = inShop(tx -> sales.record(tx, book.shop().id(), sale("INV/1")));
        assertThat(recorded.created()).isTrue();
        assertThat(recorded.transaction().amount()).isEqualByComparingTo("5000");
        assertThat(stored()).containsExactly(recorded.transaction().id());
    }

    @Test
    void ofManyTheOneIsStoredThenAndRepeatsOfItCountOnce() {
        var sales = sales(new Deleting(book.sell(sari, "2025-12-30", 1000, "external_id", "INV/1")));
        var recorded = inShop(tx -> sales.recordAll(
                tx,
                book.shop().id(),
                new SaleReader.Read(
                        List.of(
                                new Numbered(0, sale("INV/1")),
                                new Numbered(1, sale("INV/2")),
                                new Numbered(2, sale("INV/1"))),
                        List.of())));
        assertThat(recorded.created()).isEqualTo(2);
        assertThat(recorded.duplicates()).isEqualTo(1);
        assertThat(recorded.transactions().get(2))
                .isEqualTo(recorded.transactions().getFirst());
        assertThat(stored()).containsExactlyInAnyOrderElementsOf(Set.copyOf(recorded.transactions()));
    }

    @Test
    void aCorrectionIsMadeThen() {
        var rows = new Deleting(book.sell(sari, "2025-12-30", 1000, "external_id", "INV/1"));
        var corrected = book.sell(sari, "2025-12-30", 2000);
        inShop(tx -> sales(rows).correct(tx, book.shop().id(), corrected, before -> sale("INV/1")));
        assertThat(stored()).containsExactly(corrected);
        assertThat(book.stored(db, "transactions", corrected)).contains("INV/1", "5000");
    }

    @Test
    void whatIsTakenAgainAndAgainIsAConflict() {
        var first = book.sell(sari, "2025-12-30", 1000, "external_id", "INV/1");
        var rows = new TransactionRepository(json) {
            @Override
            List<Transaction> withExternalIds(Handle tx, UserId user, Set<String> externalIds) {
                return List.of();
            }
        };
        var other = book.sell(sari, "2025-12-30", 2000);
        assertThatThrownBy(() -> inShop(tx -> sales(rows).record(tx, book.shop().id(), sale("INV/1"))))
                .isInstanceOf(Problem.Conflict.class);
        assertThatThrownBy(() ->
                        inShop(tx -> sales(rows).correct(tx, book.shop().id(), other, before -> sale("INV/1"))))
                .isInstanceOf(Problem.Conflict.class);
        assertThatThrownBy(() -> inShop(tx -> sales(rows)
                        .recordAll(
                                tx,
                                book.shop().id(),
                                new SaleReader.Read(List.of(new Numbered(0, sale("INV/1"))), List.of()))))
                .isInstanceOf(Problem.class);
        assertThat(stored()).containsExactlyInAnyOrder(first, other);
    }

    /** Another transaction deletes a sale just before it is looked for. */
    private final class Deleting extends TransactionRepository {
        private final UUID sale;

        Deleting(UUID sale) {
            super(json);
            this.sale = sale;
        }

        @Override
        List<Transaction> withExternalIds(Handle tx, UserId user, Set<String> externalIds) {
            db.useTenant(
                    user,
                    other -> other.createUpdate("DELETE FROM app.transactions WHERE user_id = :user AND id = :id")
                            .bind("user", user)
                            .bind("id", sale)
                            .execute());
            return super.withExternalIds(tx, user, externalIds);
        }
    }

    private Sales sales(TransactionRepository rows) {
        return new Sales(calendar, customers, rows, limits);
    }

    private Sale sale(String externalId) {
        return new Sale(sari, LocalDate.of(2025, 12, 31), new BigDecimal("5000"), null, null, externalId);
    }

    private <T> T inShop(java.util.function.Function<Handle, T> work) {
        return db.inTenant(book.shop().id(), work);
    }

    private List<UUID> stored() {
        return inShop(tx -> tx.createQuery("SELECT id FROM app.transactions WHERE user_id = :user")
                .bind("user", book.shop().id())
                .mapTo(UUID.class)
                .list());
    }
}
