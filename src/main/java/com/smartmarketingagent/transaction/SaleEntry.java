package com.smartmarketingagent.transaction;

import com.smartmarketingagent.account.ShopCalendar;
import com.smartmarketingagent.customer.Recognition;
import com.smartmarketingagent.customer.Recognition.Acquaintance;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Problem.Detail;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Sales as people type them at the counter: understood, and stored once however often they are sent. */
@Singleton
class SaleEntry {

    private final Db db;
    private final ShopCalendar calendar;
    private final Recognition recognition;
    private final TransactionRepository transactions;
    private final Sales sales;

    SaleEntry(Db db, ShopCalendar calendar, Recognition recognition, TransactionRepository transactions, Sales sales) {
        this.db = db;
        this.calendar = calendar;
        this.recognition = recognition;
        this.transactions = transactions;
        this.sales = sales;
    }

    sealed interface Outcome {}

    /** What became of a correction. */
    sealed interface Corrected {}

    /** @param created false where it had been stored before */
    record Stored(Transaction sale, boolean created) implements Outcome, Corrected {}

    /** Several customers have this name, or had it before a merge. */
    record Unclear(List<Acquaintance> candidates) implements Outcome, Corrected {

        /** What the first of them is called. */
        String name() {
            return candidates.getFirst().name();
        }
    }

    /** Somebody else changed it since it was looked at: that is not written over with what is {@code wanted}. */
    record Changed(Transaction now, Sale wanted) implements Corrected {}

    /** Another sale was stored under this id: the form was sent a second time with something else in it. */
    record Taken(Transaction other) implements Outcome {}

    /** It was stored under this id, and deleted since: it stays away. */
    record Deleted() implements Outcome {}

    /**
     * Stores a new sale.
     *
     * @throws Problem.Invalid naming the fields of {@link TypedSale} that can't be understood
     * @throws Problem.NotFound if the customer who was picked is gone
     */
    Outcome enter(UserId user, UUID id, TypedSale typed) {
        var read = typed.read(false);
        return db.inTenant(user, tx -> {
            recognition.waitForTurn(tx, user);
            var earlier = transactions.find(tx, user, id);
            if (earlier.isEmpty() && transactions.wasDeleted(tx, user, id)) return new Deleted();
            var day = read.day();
            // a form sent again after midnight still means the day it was stored on
            if (day == null) {
                day = earlier.isPresent() ? earlier.get().transactionDate() : calendar.today(tx, user);
            }
            checkDay(tx, user, day);
            var meant = meant(tx, user, typed);
            if (earlier.isPresent()) {
                return isSame(
                                earlier.get(),
                                meant,
                                read.sale(earlier.get().customer().id(), day))
                        ? new Stored(earlier.get(), false)
                        : new Taken(earlier.get());
            }
            if (meant instanceof Recognition.Several several && !typed.isNew())
                return new Unclear(several.candidates());
            var customer = customer(tx, user, meant, typed);
            return new Stored(
                    sales.record(tx, user, id, read.sale(customer, day)).transaction(), true);
        });
    }

    private static boolean isSame(Transaction earlier, Recognition.Meant meant, Sale sale) {
        var buyer = earlier.customer().id();
        boolean sameBuyer = switch (meant) {
            case Recognition.Known known -> known.id().equals(buyer);
            case Recognition.Several several -> several.candidates().stream().anyMatch(c -> c.id().equals(buyer));
            case Recognition.New() -> false;
        };
        return sameBuyer && earlier.says(sale);
    }

    private Recognition.Meant meant(Handle tx, UserId user, TypedSale typed) {
        var chosen = typed.chosen();
        return chosen != null && recognition.stillMeans(tx, user, chosen, typed.customer())
                ? new Recognition.Known(chosen)
                : recognition.recognise(tx, user, typed.customer(), typed.isNew());
    }

    private UUID customer(Handle tx, UserId user, Recognition.Meant meant, TypedSale typed) {
        if (!(meant instanceof Recognition.Known known)) return recognition.add(tx, user, typed.customer());
        return known.id().equals(typed.chosen())
                ? recognition.pick(tx, user, known.id(), typed.customer())
                : known.id();
    }

    /**
     * Corrects a stored sale; its order number stays.
     *
     * @param seen {@link Transaction#version} of what the owner saw; empty writes over whatever is stored
     * @throws Problem.Invalid naming the fields that can't be understood
     * @throws Problem.NotFound if there is no such sale
     */
    Corrected correct(
            UserId user, UUID id, TypedSale typed, List<Product> products, @Nullable String notes, String seen) {
        for (int attempt = 1; attempt < 3; attempt++) {
            try {
                return correctAsSeen(user, id, typed, products, notes, seen);
            } catch (Overtaken e) {
                // what the other one stored is seen at the next attempt
                continue;
            }
        }
        throw new Problem.Unavailable();
    }

    /** An import or a program was faster than we were after we looked. */
    private static final class Overtaken extends RuntimeException {}

    private Corrected correctAsSeen(
            UserId user, UUID id, TypedSale typed, List<Product> products, @Nullable String notes, String seen) {
        return db.inTenant(user, tx -> {
            recognition.waitForTurn(tx, user);
            var before = transactions.get(tx, user, id);
            var read = typed.read(before.amount().signum() < 0);
            var day = read.day() == null ? before.transactionDate() : read.day();
            checkDay(tx, user, day);
            boolean sameName = typed.chosen() == null
                    && !typed.isNew()
                    && typed.customer().strip().equals(before.customer().name());
            var meant = sameName ? new Recognition.Known(before.customer().id()) : meant(tx, user, typed);
            var wanted = new Sale(before.customer().id(), day, read.amount(), products, notes, before.externalId());
            boolean changed = !seen.isEmpty() && !seen.equals(before.version());
            if (changed && !isSame(before, meant, wanted.tidy())) return new Changed(before, wanted);
            if (meant instanceof Recognition.Several several && !typed.isNew()) {
                return new Unclear(several.candidates());
            }
            var customer = sameName ? before.customer().id() : customer(tx, user, meant, typed);
            return new Stored(
                    sales.correct(tx, user, id, current -> {
                        if (!current.equals(before.sale())) throw new Overtaken();
                        return new Sale(customer, day, read.amount(), products, notes, current.externalId());
                    }),
                    false);
        });
    }

    /**
     * Gives money back for a sale, today: a sale of its own with a negative amount, which is kept as a refund of it.
     *
     * @param amount as typed, without a sign
     * @param note what its notes say
     * @throws Problem.Invalid if the amount is none, or more than is left after earlier refunds
     */
    Outcome refund(UserId user, UUID id, UUID refund, String amount, String note) {
        var typed = TypedSale.amount(amount);
        return db.inTenant(user, tx -> {
            recognition.waitForTurn(tx, user);
            var original = sales.lock(tx, user, id);
            if (typed.signum() <= 0) throw new Problem.Invalid("amount", "sale.refund_positive");
            var earlier = transactions.find(tx, user, refund);
            if (earlier.isPresent()) {
                boolean same = transactions.isRefundOf(tx, user, refund, id)
                        && earlier.get().amount().compareTo(typed.negate()) == 0;
                return same ? new Stored(earlier.get(), false) : new Taken(earlier.get());
            }
            if (transactions.wasDeleted(tx, user, refund)) return new Deleted();
            if (typed.compareTo(transactions.left(tx, user, original)) > 0) {
                throw new Problem.Invalid("amount", "sale.refund_too_much");
            }
            var sale =
                    new Sale(original.customer().id(), calendar.today(tx, user), typed.negate(), List.of(), note, null);
            var stored = sales.record(tx, user, refund, sale);
            transactions.keepAsRefund(tx, user, refund, id);
            return new Stored(stored.transaction(), true);
        });
    }

    private void checkDay(Handle tx, UserId user, LocalDate day) {
        Sale.wrongDay(day, calendar.today(tx, user)).ifPresent(wrong -> {
            throw new Problem.Invalid(List.of(new Detail(null, "date", wrong.text(), null)));
        });
    }
}
