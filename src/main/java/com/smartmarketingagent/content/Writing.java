package com.smartmarketingagent.content;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.smartmarketingagent.content.Author.Silent;
import com.smartmarketingagent.content.Author.Work;
import com.smartmarketingagent.content.Budget.Advance;
import com.smartmarketingagent.content.ContentRepository.Claim;
import com.smartmarketingagent.content.ContentRepository.Sample;
import com.smartmarketingagent.content.Model.Usage;
import com.smartmarketingagent.platform.Ids;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Problem.Text;
import com.smartmarketingagent.platform.Settings;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
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

    private final Turns turns;
    private final ContentRepository content;
    private final Author author;
    private final Budget budget;
    private final Settings settings;
    private final Clock clock;
    private final ObjectMapper json = new ObjectMapper().setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE);

    Writing(Turns turns, ContentRepository content, Author author, Budget budget, Settings settings, Clock clock) {
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
     * @param advance for the first call; null where the text is not ours to write
     */
    private record Begun(
            Material material,
            Prompt prompt,
            byte[] hash,
            Claim claim,
            @Nullable Advance advance) {}

    /**
     * @param wrote is told what the model writes, unchecked and piece by piece; null where nobody looks
     * @param gone completed when nobody waits any more
     * @throws Problem.Provider where what the model wrote can't be used
     */
    Texts write(UserId user, Wish wish, Waiting.@Nullable Watcher wrote, CompletableFuture<Void> gone) {
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
        var shop = content.shop(tx, user);
        var typed = new ArrayList<>(wish.brief().typed());
        if (shop.sells() != null) typed.add(shop.sells());
        typed.addAll(shop.examples());
        var redaction = new Redaction(content.customersWordsIn(tx, user, String.join("\n", typed)));
        var material = Material.redacted(wish, shop, redaction);
        var brief = material.brief();
        var audience = content.audience(tx, user, brief.segment());
        var prompt = Prompt.of(brief, material.redactedShop(), audience, wish.language());
        var hash = prompt.hash(model);
        var claim = content.claim(tx, user, brief, hash, wish.fresh(), wish.fresh());
        var advance = claim.ours() ? budget.advance(tx, Author.most(model, prompt, brief)) : null;
        return new Begun(material, prompt, hash, claim, advance);
    }

    private Texts ours(Handle tx, UserId user, Material material, @Nullable String notice) {
        var wish = material.wish();
        // others than those that were asked for before
        int turn = wish.fresh() ? content.times(tx, user, text(material.brief())) : 0;
        var messages = Pieces.write(wish.brief(), material.shop(), turn, wish.why());
        var said = notice == null ? null : new Text("content.notice." + notice);
        return save(tx, user, material, null, new Work(messages, null, null, null), Source.TEMPLATE, said);
    }

    private Texts byModel(UserId user, Begun begun, Model model, Waiting waiting) throws Silent {
        var material = begun.material();
        var cached = cached(user, begun, waiting);
        if (cached != null) {
            var work = new Work(cached, Usage.NONE, BigDecimal.ZERO, null);
            return turns.inTenant(user, tx -> save(tx, user, material, model, work, Source.CACHE, null));
        }
        @Nullable Texts texts = null;
        try {
            var advance = begun.advance() == null
                    ? turns.inTenant(
                            user, tx -> budget.advance(tx, Author.most(model, begun.prompt(), material.brief())))
                    : begun.advance();
            var work = author.write(user, model, material, begun.prompt(), advance, waiting);
            texts = turns.inTenant(user, tx -> {
                content.fill(tx, user, material.brief(), begun.hash(), text(work.messages()));
                return save(tx, user, material, model, work, Source.OPENAI, null);
            });
            return texts;
        } finally {
            if (texts == null)
                turns.useTenant(user, tx -> content.fill(tx, user, material.brief(), begun.hash(), null));
        }
    }

    /** What is in the cache; null where it is ours to write. Somebody else may be writing it: we wait for that. */
    private @Nullable List<Message> cached(UserId user, Begun begun, Waiting waiting) throws Silent {
        var claim = begun.claim();
        while (!claim.ours()) {
            if (claim.content() != null) return messages(claim.content());
            if (waiting.gone().isDone() || !clock.instant().isBefore(waiting.deadline())) throw new Silent("away");
            Author.pause(BETWEEN_LOOKS);
            // what another is writing this very moment is fresh enough
            claim = turns.inTenant(
                    user,
                    tx -> content.claim(
                            tx,
                            user,
                            begun.material().brief(),
                            begun.hash(),
                            false,
                            begun.material().wish().fresh()));
        }
        return null;
    }

    /** @param model null for texts of ours */
    private Texts save(
            Handle tx,
            UserId user,
            Material material,
            @Nullable Model model,
            Work work,
            Source source,
            @Nullable Text notice) {
        var id = Ids.next();
        content.save(
                tx,
                user,
                id,
                text(material.brief()),
                source.key(),
                model == null ? null : model.name(),
                text(work.messages()),
                work.usage() == null ? null : text(work.usage()),
                work.cost());
        if (work.unsettled() != null) budget.settle(tx, user, work.unsettled());
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
