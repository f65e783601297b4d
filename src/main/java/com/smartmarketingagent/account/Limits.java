package com.smartmarketingagent.account;

import com.fasterxml.jackson.annotation.JsonValue;
import com.smartmarketingagent.platform.Assets;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Settings;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * How much a shop may hold and send, and what it may use: as a super_admin says for it, else as the installation does
 * ({@code QUOTA_CUSTOMERS}, {@code QUOTA_SALES}, {@code QUOTA_MESSAGES}, {@code FEATURES_OFF}), else all. Two that add
 * at the same moment may go over by what one of them adds.
 */
@Singleton
public class Limits {

    /** SQL: a message {@code o} reached somebody, or may have. */
    public static final String REACHED = "o.state IN ('sending', 'accepted', 'delivered', 'unknown')";

    private final Db db;
    private final LimitRepository limits;
    private final Settings settings;
    private final Audit audit;

    Limits(Db db, LimitRepository limits, Settings settings, Audit audit) {
        this.db = db;
        this.limits = limits;
        this.settings = settings;
        this.audit = audit;
    }

    /** What can be switched off. Its name is {@code limits.feature_…}. */
    public enum Feature {
        /** Messages of campaigns, but for practice. */
        SENDING,
        /** Files of customers and sales. */
        IMPORTS;

        @JsonValue
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How much a shop may hold, and send a month; null for as much as the installation allows. */
    public record Limit(
            @Min(0) @Nullable Integer customers,
            @Min(0) @Nullable Integer sales,
            @Min(0) @Nullable Integer messages,
            @NotNull @Size(max = 10) List<@NotNull String> featuresOff) {

        /** Another one as soon as anything of it changes. */
        public String version() {
            return Assets.hash(customers + " " + sales + " " + messages + " " + new TreeSet<>(featuresOff));
        }

        /** {@code customers 100 -> none, sending off -> on}; empty where nothing changes. */
        String changesTo(Limit next) {
            var said = new ArrayList<String>();
            compare(said, "customers", customers, next.customers);
            compare(said, "sales", sales, next.sales);
            compare(said, "messages", messages, next.messages);
            for (var feature : Feature.values()) {
                boolean off = featuresOff.contains(feature.key());
                if (off != next.featuresOff.contains(feature.key()))
                    said.add(feature.key() + (off ? " off -> on" : " on -> off"));
            }
            return String.join(", ", said);
        }

        private static void compare(List<String> said, String what, @Nullable Integer from, @Nullable Integer to) {
            if (!Objects.equals(from, to)) said.add(what + " " + most(from) + " -> " + most(to));
        }

        private static String most(@Nullable Integer limit) {
            return limit == null ? "none" : limit.toString();
        }
    }

    /**
     * What a shop holds, and what it did this month (by UTC).
     *
     * @param messages that went out or may have, as a campaign's cost counts them; none that failed
     * @param spent what the model cost, in rupiah
     * @param messageCost what its messages cost by the prices of their campaigns, in rupiah
     */
    public record Usage(long customers, long sales, long messages, BigDecimal spent, BigDecimal messageCost) {}

    /** @param limit of this shop; what isn't said is as the installation has it */
    public record Shown(Limit limit, Usage usage) {}

    /** For a super_admin. */
    public Shown of(UserId user) {
        return db.asAdmin(tx -> new Shown(
                limits.find(tx, user).orElse(new Limit(null, null, null, List.of())), limits.usage(tx, user)));
    }

    /**
     * By a super_admin. What changes is written into the shop's log.
     *
     * @param seen {@link Limit#version} of what the super_admin saw; empty writes over whatever is stored
     * @return what another has stored meanwhile, where nothing was changed for that; empty where {@code wanted} is
     *     stored now
     * @throws Problem.Invalid if there is no such feature
     */
    public Optional<Limit> change(UserId user, Limit wanted, String seen) {
        for (var off : wanted.featuresOff())
            if (Arrays.stream(Feature.values()).noneMatch(f -> f.key().equals(off)))
                throw Problem.Invalid.wrongKind("features_off");
        return db.asAdmin(tx -> {
            var now = limits.lock(tx, user);
            var changes = now.changesTo(wanted);
            if (changes.isEmpty()) return Optional.empty();
            if (!seen.isEmpty() && !seen.equals(now.version())) return Optional.of(now);
            limits.save(tx, user, wanted);
            audit.note(tx, user, Act.LIMITS_CHANGED, changes);
            return Optional.empty();
        });
    }

    /** @throws Problem.Conflict if that many customers more are too many */
    public void checkCustomers(Handle tx, UserId user, long adding) {
        limits.beyondCustomers(tx, user, quota("QUOTA_CUSTOMERS"), adding).ifPresent(most -> {
            throw new Problem.Conflict("limits.customers", most);
        });
    }

    /** @throws Problem.Conflict if that many sales more are too many */
    public void checkSales(Handle tx, UserId user, long adding) {
        limits.beyondSales(tx, user, quota("QUOTA_SALES"), adding).ifPresent(most -> {
            throw new Problem.Conflict("limits.sales", most);
        });
    }

    /** @throws Problem.Conflict if that many messages more are too many this month */
    public void checkMessages(Handle tx, UserId user, long adding) {
        limits.beyondMessages(tx, user, quota("QUOTA_MESSAGES"), adding).ifPresent(most -> {
            throw new Problem.Conflict("limits.messages", most);
        });
    }

    /** @throws Problem.Conflict if files are switched off, for this shop or for all */
    public void checkImports(Handle tx, UserId user) {
        if (isOff(tx, user, Feature.IMPORTS)) throw new Problem.Conflict("import.off");
    }

    /** Whether it is switched off, for this shop or for all. */
    public boolean isOff(Handle tx, UserId user, Feature feature) {
        return settings.words("FEATURES_OFF").contains(feature.key()) || limits.isOff(tx, user, feature.key());
    }

    private @Nullable Integer quota(String name) {
        int most = settings.number(name, 0);
        return most <= 0 ? null : most;
    }
}
