package com.smartmarketingagent.customer;

import com.smartmarketingagent.account.Limits;
import com.smartmarketingagent.platform.Ids;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Problem.Detail;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import jakarta.validation.Validator;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Who is meant by what an owner types into one field: a name, a mobile number, or both ({@code Ani 0812-3456-7890}).
 * The number decides where somebody has it, then the name where one customer alone has it.
 */
@Singleton
public class Recognition {

    private final CustomerRepository customers;
    private final RecognitionRepository repository;
    private final Validator validator;
    private final Limits limits;

    Recognition(CustomerRepository customers, RecognitionRepository repository, Validator validator, Limits limits) {
        this.customers = customers;
        this.repository = repository;
        this.validator = validator;
        this.limits = limits;
    }

    /** Enough of a customer to tell them from another of the same name. */
    public record Acquaintance(
            UUID id,
            String name,
            @Nullable String phone,
            @Nullable String city) {

        /** The number as people write it; null without one. */
        public @Nullable String shownPhone() {
            return phone == null ? null : Phone.shown(phone);
        }
    }

    /** Whom a text means. */
    public sealed interface Meant {}

    public record Known(UUID id) implements Meant {}

    /** The owner has to say which, or that it is somebody new. */
    public record Several(List<Acquaintance> candidates) implements Meant {}

    public record New() implements Meant {}

    /** So that two who type the same new name at the same moment make one customer. Ends with the transaction. */
    public void waitForTurn(Handle tx, UserId user) {
        repository.waitForTurn(tx, user);
    }

    /**
     * Whom {@code text} means. A customer known by their number alone learns the name that is typed beside it.
     *
     * @param somebodyElse whether the owner says that it is none of those who have the name
     * @throws Problem.Invalid if {@code text} can't be anybody
     */
    public Meant recognise(Handle tx, UserId user, String text, boolean somebodyElse) {
        var typed = read(text);
        if (typed.phone() != null) {
            var known = repository.withPhone(tx, user, typed.phone());
            if (known.isPresent()) {
                if (typed.named()) learnName(tx, user, known.get(), typed.name(), typed.phone());
                return new Known(known.get());
            }
        }
        var named = typed.named() ? repository.named(tx, user, typed.name()) : List.<Acquaintance>of();
        if (named.isEmpty()) return new New();
        // somebody of that name, but not with that number: only the owner knows
        return named.size() == 1 && typed.phone() == null && !somebodyElse
                ? new Known(named.getFirst().id())
                : new Several(named);
    }

    /** Who was known by their number alone is called by the name typed beside it. */
    private void learnName(Handle tx, UserId user, UUID id, String name, String phone) {
        customers.lockLive(tx, user, id);
        var was = customers.get(tx, user, id).profile();
        if (was.name().equals(dialled(phone))) customers.update(tx, user, id, was.called(name));
    }

    /**
     * Whether a text still means the customer who was picked: by their name, or by their number. It may have been
     * written over since.
     *
     * @throws Problem.NotFound if there is no such customer, or no longer
     * @throws Problem.Invalid if {@code text} can't be anybody
     */
    public boolean stillMeans(Handle tx, UserId user, UUID id, String text) {
        customers.get(tx, user, id);
        var typed = read(text);
        return repository.answersTo(tx, user, id, List.of(typed.name(), text), typed.phone());
    }

    /** The customer the owner picked; a number they typed is noted where we had none. */
    public UUID pick(Handle tx, UserId user, UUID id, String text) {
        customers.lockLive(tx, user, id);
        var phone = read(text).phone();
        var was = customers.get(tx, user, id).profile();
        if (phone == null || was.phone() != null) return id;
        customers.update(tx, user, id, was.reachedAt(phone));
        return id;
    }

    /** Somebody the shop didn't know yet. */
    public UUID add(Handle tx, UserId user, String text) {
        var typed = read(text);
        var id = Ids.next();
        customers.insert(
                tx, user, id, new CustomerProfile(typed.name(), typed.phone(), null, null, null, null, null).checked());
        limits.checkCustomers(tx, user, 0);
        return id;
    }

    /** @param named false where there was a number alone, which then is the name as well */
    private record Typed(String name, @Nullable String phone, boolean named) {}

    private Typed read(String raw) {
        var text = raw.strip();
        var whole = Phone.e164OrNull(text);
        if (whole != null) return new Typed(dialled(whole), whole, false);
        if (text.codePoints().noneMatch(Character::isLetter)
                && text.codePoints().anyMatch(Character::isDigit)) {
            var why = Phone.refusal(text).orElse(Phone.Refusal.INVALID);
            throw new Problem.Invalid(List.of(new Detail(null, "customer", why.text(text), null)));
        }
        for (int i = 1; i < text.length(); i++) {
            if (!beginsNumber(text, i)) continue;
            var phone = Phone.e164OrNull(text.substring(i));
            var name = text.substring(0, i).replaceAll("[\\s,;:/(–-]+$", "");
            if (phone != null && !name.isEmpty()) return checked(name, phone);
        }
        return checked(text, null);
    }

    private static boolean beginsNumber(String text, int at) {
        char c = text.charAt(at);
        char before = text.charAt(at - 1);
        return (c == '+' || (c >= '0' && c <= '9')) && !Character.isLetterOrDigit(before) && before != '+';
    }

    private Typed checked(String name, @Nullable String phone) {
        for (var violation : validator.validateValue(CustomerProfile.class, "name", name)) {
            throw new Problem.Invalid("customer", "said", violation.getMessage());
        }
        if (name.codePoints().noneMatch(CustomerProfile::visible))
            throw new Problem.Invalid("customer", "customer.name");
        return new Typed(name, phone, true);
    }

    /** As it is dialled at home: {@code 0812…}. */
    private static String dialled(String phone) {
        return phone.startsWith("+62") ? "0" + phone.substring(3) : phone;
    }
}
