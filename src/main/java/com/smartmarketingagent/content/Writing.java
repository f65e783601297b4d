package com.smartmarketingagent.content;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.smartmarketingagent.content.Author.Silent;
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
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
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
     * @param usage null where no model was asked, as {@code cost} is
     * @param cost in rupiah; null also where prices are not known
     */
    record Texts(
            UUID id,
            List<Message> variants,
            Source source,
            @Nullable Text notice,
            @Nullable Usage usage,
            @Nullable BigDecimal cost) {}

    /**
     * @param wrote is told what the model writes, unchecked and piece by piece; null where nobody looks
     * @param gone completed when nobody waits any more
     * @throws Problem.Provider where what the model wrote can't be used
     */
    Texts write(UserId user, Wish wish, @Nullable Consumer<String> wrote, CompletableFuture<Void> gone) {
        var waiting = new Waiting(clock.instant().plus(PATIENCE), wrote, gone);
        var material = turns.inTenant(user, tx -> material(tx, user, wish));
        if (wish.ours()) return ours(user, material, null);
        var model = Model.of(settings);
        if (model.isEmpty()) return ours(user, material, "no_key");
        try {
            return byModel(user, material, model.get(), waiting);
        } catch (Silent e) {
            // nobody would read them
            if (gone.isDone()) throw new Problem.Unavailable();
            return ours(user, material, e.notice());
        }
    }

    private Material material(Handle tx, UserId user, Wish wish) {
        var shop = content.shop(tx, user);
        var typed = String.join("\n", wish.brief().facts()) + "\n" + shop.sells() + "\n"
                + String.join("\n", shop.examples());
        var redaction = new Redaction(content.customersWordsIn(tx, user, typed));
        return new Material(
                wish,
                shop,
                redaction.of(wish.brief()),
                redaction.of(shop),
                content.audience(tx, user, wish.brief().segment()));
    }

    private Texts ours(UserId user, Material material, @Nullable String notice) {
        var wish = material.wish();
        var tone = wish.brief().tone() == null
                ? material.shop().tone()
                : wish.brief().tone();
        int turn = wish.fresh() ? ThreadLocalRandom.current().nextInt(1, 1_000) : 0;
        var messages = Pieces.write(wish.brief(), tone, turn, wish.why());
        var said = notice == null ? null : new Text("content.notice." + notice);
        var texts = new Texts(Ids.next(), messages, Source.TEMPLATE, said, null, null);
        turns.useTenant(user, tx -> save(tx, user, material, null, texts));
        return texts;
    }

    private Texts byModel(UserId user, Material material, Model model, Waiting waiting) throws Silent {
        var hash = material.prompt(List.of()).hash(model);
        var cached = claim(user, material, hash, waiting);
        if (cached != null) {
            var texts = new Texts(Ids.next(), cached, Source.CACHE, null, Usage.NONE, BigDecimal.ZERO);
            turns.useTenant(user, tx -> save(tx, user, material, model, texts));
            return texts;
        }
        @Nullable Texts texts = null;
        try {
            var work = author.write(user, model, material, waiting);
            var written = new Texts(Ids.next(), work.messages(), Source.OPENAI, null, work.usage(), work.cost());
            turns.useTenant(user, tx -> {
                save(tx, user, material, model, written);
                content.fill(tx, user, material.brief(), hash, text(written.variants()));
            });
            texts = written;
            return written;
        } finally {
            if (texts == null) turns.useTenant(user, tx -> content.fill(tx, user, material.brief(), hash, null));
        }
    }

    /** What is in the cache; null where it is ours to write. Somebody else may be writing it: we wait for that. */
    private @Nullable List<Message> claim(UserId user, Material material, byte[] hash, Waiting waiting) throws Silent {
        boolean fresh = material.wish().fresh();
        while (clock.instant().isBefore(waiting.deadline()) && !waiting.gone().isDone()) {
            boolean asked = fresh;
            var claim = turns.inTenant(user, tx -> content.claim(tx, user, material.brief(), hash, asked));
            if (claim.ours()) return null;
            if (claim.content() != null) return messages(claim.content());
            // what another is writing this very moment is fresh enough
            fresh = false;
            Author.pause(BETWEEN_LOOKS);
        }
        throw new Silent("away");
    }

    /** @param model null for texts of ours */
    private void save(Handle tx, UserId user, Material material, @Nullable Model model, Texts texts) {
        content.save(
                tx,
                user,
                texts.id(),
                text(material.brief()),
                texts.source().key(),
                model == null ? null : model.name(),
                text(texts.variants()),
                texts.usage() == null ? null : text(texts.usage()),
                texts.cost());
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
     * @param cost what a request costs at most, in rupiah; null without a model or prices
     * @param spent this month
     * @param budget a month
     */
    record Estimate(@Nullable BigDecimal cost, BigDecimal spent, BigDecimal budget) {}

    Estimate estimate(UserId user, Wish wish) {
        return turns.inTenant(user, tx -> {
            var prompt =
                    Prompt.of(wish.brief(), content.shop(tx, user), new Prompt.Audience(0), wish.language(), List.of());
            var most = Budget.most(prompt.characters(), Author.mostTokens(wish.brief()));
            return new Estimate(
                    Model.of(settings).map(m -> m.cost(most)).orElse(null), content.spent(tx, user), budget.ofShop());
        });
    }
}
