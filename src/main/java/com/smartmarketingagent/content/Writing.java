package com.smartmarketingagent.content;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.smartmarketingagent.content.Author.Silent;
import com.smartmarketingagent.content.Author.Work;
import com.smartmarketingagent.content.Budget.Advance;
import com.smartmarketingagent.content.Budget.Settlement;
import com.smartmarketingagent.content.ContentRepository.Claim;
import com.smartmarketingagent.content.ContentRepository.Row;
import com.smartmarketingagent.content.ContentRepository.Sample;
import com.smartmarketingagent.content.Model.Usage;
import com.smartmarketingagent.platform.Ids;
import com.smartmarketingagent.platform.Metrics;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Problem.Text;
import com.smartmarketingagent.platform.Settings;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Writes texts for a brief: from the cache, by the model, or, where there is none, from ours. No transaction is open
 * while the model is asked.
 */
@Singleton
class Writing {

    /** For everything, asking again included. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

    /** A prompt of a shop, by its hash in hexadecimal. */
    private record Asked(UserId user, String hash) {}

    /** What was refused a moment ago is refused to those who waited for it, too. */
    private final Cache<Asked, Problem.Provider> refusals = Caffeine.newBuilder()
            .maximumSize(1_000)
            .expireAfterWrite(Duration.ofSeconds(5))
            .build();

    private final Turns turns;
    private final ContentRepository content;
    private final Author author;
    private final Budget budget;
    private final Settings settings;
    private final Clock clock;
    private final Metrics metrics;
    private final ObjectMapper json = new ObjectMapper().setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE);

    Writing(
            Turns turns,
            ContentRepository content,
            Author author,
            Budget budget,
            Settings settings,
            Clock clock,
            Metrics metrics) {
        this.metrics = metrics;
        this.turns = turns;
        this.content = content;
        this.author = author;
        this.budget = budget;
        this.settings = settings;
        this.clock = clock;
    }

    /** Where texts come from. */
    public enum Source {
        OPENAI,
        TEMPLATE,
        CACHE;

        @com.fasterxml.jackson.annotation.JsonValue
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * @param notice why they are ours and not the model's; null where there is nothing to say
     * @param sample whom they are shown for
     */
    record Texts(
            UUID id, Work work, Source source, @Nullable Text notice, Sample sample) {}

    /**
     * What is known once a text is asked of the model, and what the cache says of it.
     *
     * @param amount that the first call may cost, in rupiah; null where prices are not known
     */
    private record Begun(
            Material material,
            Prompt prompt,
            byte[] hash,
            @Nullable BigDecimal amount,
            Claim claim) {}

    /**
     * @param wrote is told what the model writes, unchecked and piece by piece; null where nobody looks
     * @param gone completed when nobody waits any more
     * @throws Problem.Provider where what the model wrote can't be used
     */
    Texts write(UserId user, Wish wish, Waiting.@Nullable Watcher wrote, CompletableFuture<Void> gone) {
        wish.brief().checked();
        var waiting = new Waiting(clock.instant().plus(PATIENCE), wrote, gone);
        var model = Model.of(settings);
        if (wish.ours() || model.isEmpty()) {
            var notice = wish.ours() ? null : "no_key";
            return turns.inTenant(
                    user, tx -> ours(tx, user, Material.unredacted(wish, content.shop(tx, user)), notice));
        }
        var begun = turns.inTenant(user, tx -> begin(tx, user, wish, model.get()));
        try {
            return byModel(user, begun, model.get(), waiting);
        } catch (Silent e) {
            // nobody would read them
            if (gone.isDone()) throw new Problem.Unavailable();
            return turns.inTenant(user, tx -> ours(tx, user, begun.material(), e.notice()));
        }
    }

    private Begun begin(Handle tx, UserId user, Wish wish, Model model) {
        var ground = content.ground(tx, user, wish.brief().segment());
        var shop = ground.shop();
        var typed = new ArrayList<>(wish.brief().typed());
        if (shop.sells() != null) typed.add(shop.sells());
        typed.addAll(shop.examples());
        var redaction = new Redaction(content.customersWordsIn(tx, user, String.join("\n", typed)));
        var material = Material.redacted(wish, shop, redaction);
        var brief = material.brief();
        var prompt = Prompt.of(brief, material.redactedShop(), ground.audience(), wish.language());
        var hash = prompt.hash(model);
        var amount = Author.most(model, prompt, brief);
        var claim = content.claim(tx, user, brief, hash, wish.fresh(), wish.fresh(), budget.money(amount));
        return new Begun(material, prompt, hash, amount, claim);
    }

    private Texts ours(Handle tx, UserId user, Material material, @Nullable String notice) {
        var wish = material.wish();
        // others than those that were asked for before
        int turn = wish.fresh() ? content.times(tx, user, text(material.brief())) : 0;
        var messages = Pieces.write(wish.brief(), material.shop(), turn, wish.why());
        var said = notice == null ? null : new Text("content.notice." + notice);
        var work = new Work(messages, null, null, null);
        var row = row(material, null, work, Source.TEMPLATE);
        content.save(tx, user, row);
        return texts(tx, user, material, row.id(), work, Source.TEMPLATE, said);
    }

    private Texts byModel(UserId user, Begun begun, Model model, Waiting waiting) throws Silent {
        var material = begun.material();
        var claim = claim(user, begun, waiting);
        if (!material.wish().fresh())
            metrics.count("text.cache", "result", claim.content() == null ? "missed" : "table");
        if (claim.content() != null) {
            var work = new Work(messages(claim.content()), Usage.NONE, BigDecimal.ZERO, null);
            var row = row(material, model, work, Source.CACHE);
            return turns.inTenant(user, tx -> {
                content.save(tx, user, row);
                return texts(tx, user, material, row.id(), work, Source.CACHE, null);
            });
        }
        // looked up while the model writes; a text without examples is better than none
        var readers = CompletableFuture.supplyAsync(
                        () -> turns.inTenant(
                                user,
                                tx -> content.readers(tx, user, material.brief().segment())),
                        Thread::startVirtualThread)
                .exceptionally(e -> List.of());
        @Nullable Work work = null;
        boolean answered = false;
        try {
            var advance = new Advance(begun.amount(), clock.instant(), claim.lacking());
            work = author.write(user, model, material, begun.prompt(), advance, waiting);
            var row = row(material, model, work, Source.OPENAI);
            var unsettled = work.unsettled();
            turns.useTenant(user, tx -> content.save(tx, user, row, material.brief(), begun.hash(), unsettled));
            answered = true;
            return new Texts(
                    row.id(),
                    work,
                    Source.OPENAI,
                    null,
                    new Sample(material.shop().name(), readers.join()));
        } catch (Problem.Provider refused) {
            refusals.put(new Asked(user, HexFormat.of().formatHex(begun.hash())), refused);
            throw refused;
        } finally {
            if (!answered) giveBack(user, begun, work == null ? null : work.unsettled());
        }
    }

    private void giveBack(UserId user, Begun begun, @Nullable Settlement unsettled) {
        turns.useTenant(user, tx -> {
            content.release(tx, user, begun.material().brief(), begun.hash());
            if (unsettled != null) budget.settle(tx, user, unsettled);
        });
    }

    /** What is in the cache, or the right to write it. Somebody else may be writing it: we wait for that. */
    private Claim claim(UserId user, Begun begun, Waiting waiting) throws Silent {
        var claim = begun.claim();
        while (!claim.ours() && claim.content() == null) {
            if (waiting.gone().isDone() || !clock.instant().isBefore(waiting.deadline())) throw new Silent("away");
            Author.pause(BETWEEN_LOOKS);
            var refused = refusals.getIfPresent(new Asked(user, HexFormat.of().formatHex(begun.hash())));
            if (refused != null) throw refused;
            var material = begun.material();
            var money = budget.money(begun.amount());
            // what another is writing this very moment is fresh enough
            boolean patient = material.wish().fresh();
            claim = turns.inTenant(
                    user, tx -> content.claim(tx, user, material.brief(), begun.hash(), false, patient, money));
        }
        return claim;
    }

    /** @param model null for texts of ours */
    private Row row(Material material, @Nullable Model model, Work work, Source source) {
        return new Row(
                Ids.next(),
                text(material.brief()),
                source.key(),
                model == null ? null : model.name(),
                text(work.messages()),
                work.usage() == null ? null : text(work.usage()),
                work.cost());
    }

    private Texts texts(
            Handle tx, UserId user, Material material, UUID id, Work work, Source source, @Nullable Text notice) {
        var readers = content.readers(tx, user, material.brief().segment());
        return new Texts(id, work, source, notice, new Sample(material.shop().name(), readers));
    }

    private List<Message> messages(String stored) {
        try {
            return json.readValue(stored, new TypeReference<>() {});
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private String text(Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * @param model whether one is asked at all
     * @param cost what one try costs at most, in rupiah; null without a model or prices. An answer that can't be used
     *     is tried again
     * @param spent this month
     * @param budget a month
     */
    record Estimate(boolean model, @Nullable BigDecimal cost, BigDecimal spent, BigDecimal budget) {}

    Estimate estimate(UserId user, Wish wish) {
        return turns.inTenant(user, tx -> {
            var prompt = Prompt.of(wish.brief(), content.shop(tx, user), new Prompt.Audience(0), wish.language());
            var most = Budget.most(prompt.bytes(), Author.mostTokens(wish.brief()));
            var model = Model.of(settings);
            return new Estimate(
                    model.isPresent(),
                    model.map(m -> m.cost(most)).orElse(null),
                    content.spent(tx, user),
                    budget.ofShop());
        });
    }
}
