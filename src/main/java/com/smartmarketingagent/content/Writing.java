package com.smartmarketingagent.content;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.smartmarketingagent.content.Model.Usage;
import com.smartmarketingagent.content.TruthLock.Violation;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Ids;
import com.smartmarketingagent.platform.Language;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Problem.Detail;
import com.smartmarketingagent.platform.Problem.Text;
import com.smartmarketingagent.platform.Settings;
import com.smartmarketingagent.platform.UserId;
import com.smartmarketingagent.platform.Words;
import dev.failsafe.CircuitBreaker;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Writes texts for a brief: from the cache, by the model, or, where there is none, from ours. What the model wrote is
 * held against the facts before anybody sees it as a text. No transaction is open while the model is asked.
 */
@Singleton
class Writing {

    private static final Logger LOG = Logger.getLogger(Writing.class);

    /** For everything, asking again included. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final int MOST_CALLS = 3;

    private final Db db;
    private final ContentRepository content;
    private final ModelClient client;
    private final Budget budget;
    private final Settings settings;
    private final Clock clock;
    private final ObjectMapper json = new ObjectMapper()
            .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    /** Open after three failures in a row: the model is left alone for a while, for this shop. */
    private final Cache<UserId, CircuitBreaker<Object>> breakers = Caffeine.newBuilder()
            .maximumSize(10_000)
            .expireAfterAccess(Duration.ofMinutes(10))
            .build();

    Writing(Db db, ContentRepository content, ModelClient client, Budget budget, Settings settings, Clock clock) {
        this.db = db;
        this.content = content;
        this.client = client;
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
     * What is wanted of the texts beside their brief.
     *
     * @param fresh others than those written before
     * @param ours whether no model is to be asked
     * @param language of the owner
     */
    record Wish(Brief brief, boolean fresh, boolean ours, Language language) {}

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

    /** What the model's JSON looks like. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Answer(@Nullable List<@Nullable Variant> variants) {

        @JsonIgnoreProperties(ignoreUnknown = true)
        record Variant(
                @Nullable String why,
                @Nullable String subject,
                @Nullable String preheader,
                @Nullable String text) {}
    }

    /** The model gave nothing now, for a reason that its owner should know. */
    private static final class NoModel extends Exception {
        private final String notice;

        NoModel(String notice) {
            super(notice);
            this.notice = notice;
        }
    }

    /** What the request is made of, all read at one moment. */
    private record Material(Shop shop, Brief brief, Shop redactedShop, Prompt.Audience audience) {}

    /**
     * @param wrote is told what the model writes, unchecked and piece by piece; null where nobody looks
     * @param gone completed when nobody waits any more
     * @throws Problem.Provider where what the model wrote can't be used
     */
    Texts write(UserId user, Wish wish, @Nullable Consumer<String> wrote, CompletableFuture<Void> gone) {
        var deadline = clock.instant().plus(PATIENCE);
        var material = db.inTenant(user, tx -> {
            var shop = content.shop(tx, user);
            var typed = String.join("\n", wish.brief().facts()) + "\n" + shop.sells() + "\n"
                    + String.join("\n", shop.examples());
            var redaction = new Redaction(content.customersWordsIn(tx, user, typed));
            return new Material(
                    shop,
                    redaction.of(wish.brief()),
                    redaction.of(shop),
                    content.audience(tx, user, wish.brief().segment()));
        });
        if (wish.ours()) return ours(user, wish, material, null);
        var model = Model.of(settings);
        if (model.isEmpty()) return ours(user, wish, material, "no_key");
        try {
            return byModel(user, wish, material, model.get(), deadline, wrote, gone);
        } catch (NoModel e) {
            // nobody would read them
            if (gone.isDone()) throw new Problem.Unavailable();
            return ours(user, wish, material, e.notice);
        }
    }

    private Texts ours(UserId user, Wish wish, Material material, @Nullable String notice) {
        var brief = wish.brief();
        var tone = brief.tone() == null ? material.shop().tone() : brief.tone();
        int turn = wish.fresh() ? ThreadLocalRandom.current().nextInt(1, 1_000) : 0;
        var messages = Pieces.write(brief, tone, turn, why(brief, wish.language()));
        return store(
                user,
                material.brief(),
                null,
                new Texts(
                        Ids.next(),
                        messages,
                        Source.TEMPLATE,
                        notice == null ? null : new Text("content.notice." + notice),
                        null,
                        null));
    }

    private static String why(Brief brief, Language language) {
        return Words.say(language, "content.why." + brief.goal().key());
    }

    /** @param brief without anything of a customer */
    private Texts store(UserId user, Brief brief, @Nullable String model, Texts texts) {
        db.useTenant(
                user,
                tx -> content.save(
                        tx,
                        user,
                        texts.id(),
                        text(brief),
                        texts.source().key(),
                        model,
                        text(texts.variants()),
                        texts.usage() == null ? null : text(texts.usage()),
                        texts.cost()));
        return texts;
    }

    private Texts byModel(
            UserId user,
            Wish wish,
            Material material,
            Model model,
            Instant deadline,
            @Nullable Consumer<String> wrote,
            CompletableFuture<Void> gone)
            throws NoModel {
        var hash = prompt(wish, material, List.of()).hash(model);
        var cached = claim(user, wish, material.brief(), hash, deadline, gone);
        if (cached != null) {
            var texts = new Texts(Ids.next(), cached, Source.CACHE, null, Usage.NONE, BigDecimal.ZERO);
            return store(user, material.brief(), model.name(), texts);
        }
        @Nullable List<Message> written = null;
        try {
            var bill = new Bill(user, model);
            written = ask(user, wish, material, bill, deadline, wrote, gone);
            return store(
                    user,
                    material.brief(),
                    model.name(),
                    new Texts(Ids.next(), written, Source.OPENAI, null, bill.usage, model.cost(bill.usage)));
        } finally {
            var kept = written == null ? null : text(written);
            db.useTenant(user, tx -> content.fill(tx, user, material.brief(), hash, kept));
        }
    }

    private static Prompt prompt(Wish wish, Material material, List<Violation> wrong) {
        return Prompt.of(material.brief(), material.redactedShop(), material.audience(), wish.language(), wrong);
    }

    /** What is in the cache; null where it is ours to write. Somebody else may be writing it: we wait for that. */
    private @Nullable List<Message> claim(
            UserId user, Wish wish, Brief brief, byte[] hash, Instant deadline, CompletableFuture<Void> gone)
            throws NoModel {
        boolean fresh = wish.fresh();
        while (clock.instant().isBefore(deadline) && !gone.isDone()) {
            boolean asked = fresh;
            var claim = db.inTenant(user, tx -> content.claim(tx, user, brief, hash, asked));
            if (claim.ours()) return null;
            if (claim.content() != null) return read(claim.content(), new TypeReference<>() {});
            // what another is writing this very moment is fresh enough
            fresh = false;
            pause(Duration.ofMillis(200));
        }
        throw new NoModel("away");
    }

    private <T> T read(String stored, TypeReference<T> type) {
        try {
            return json.readValue(stored, type);
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

    /** What the calls of one request cost together. */
    private final class Bill {
        private final UserId user;
        private final Model model;
        private Usage usage = Usage.NONE;

        Bill(UserId user, Model model) {
            this.user = user;
            this.model = model;
        }

        /** One call within the budget. A call whose cost nobody told is taken for what was set aside. */
        Completion call(
                Prompt prompt,
                int mostTokens,
                Instant deadline,
                @Nullable Consumer<String> wrote,
                CompletableFuture<Void> gone)
                throws NoModel {
            var most = Budget.most(prompt.characters(), mostTokens);
            var aside = model.cost(most);
            var reserved = clock.instant();
            if (aside != null) {
                var spent = budget.reserve(user, aside);
                if (spent.isPresent()) throw new NoModel("budget_" + spent.get());
            }
            var completion = client.complete(model, prompt, mostTokens, deadline, wrote, gone);
            var used = used(completion, most);
            usage = usage.plus(used);
            if (aside != null) budget.settle(user, reserved, aside, Objects.requireNonNull(model.cost(used)));
            return completion;
        }

        private static Usage used(Completion completion, Usage most) {
            if (!completion.usage().equals(Usage.NONE)) return completion.usage();
            return switch (completion) {
                // who breaks off may have to pay for what was written by then
                case Completion.Written _,
                        Completion.Refused _,
                        Completion.CutOff _,
                        Completion.Unusable _,
                        Completion.Cancelled _ -> most;
                case Completion.Later later -> later.reason().matches("4\\d\\d.*|5\\d\\d.*") ? Usage.NONE : most;
                case Completion.KeyTrouble _, Completion.Misconfigured _ -> Usage.NONE;
            };
        }
    }

    /**
     * At most three calls: those that failed by chance are tried again, a text with untrue facts is written anew once.
     */
    private List<Message> ask(
            UserId user,
            Wish wish,
            Material material,
            Bill bill,
            Instant deadline,
            @Nullable Consumer<String> wrote,
            CompletableFuture<Void> gone)
            throws NoModel {
        var breaker = breakers.get(
                user,
                u -> CircuitBreaker.builder()
                        .withFailureThreshold(3)
                        .withDelay(Duration.ofMinutes(1))
                        .build());
        var lock = new TruthLock(material.brief(), material.redactedShop());
        List<Violation> wrong = List.of();
        int mostTokens = mostTokens(material.brief());
        String unusable = "";
        boolean again = false;
        for (int call = 0; call < MOST_CALLS; call++) {
            if (!breaker.tryAcquirePermit()) throw new NoModel("away");
            var completion = bill.call(prompt(wish, material, wrong), mostTokens, deadline, wrote, gone);
            if (completion instanceof Completion.Later || completion instanceof Completion.KeyTrouble)
                breaker.recordFailure();
            else breaker.recordSuccess();
            switch (completion) {
                case Completion.Written written -> {
                    var messages = messages(written.json(), wish);
                    if (messages == null) {
                        unusable = "unreadable";
                        if (again) throw refused(unusable, List.of());
                    } else {
                        wrong = messages.stream()
                                .flatMap(m -> lock.violations(m).stream())
                                .distinct()
                                .toList();
                        if (wrong.isEmpty()) return messages;
                        if (again) throw refused("untrue", wrong);
                    }
                    again = true;
                }
                case Completion.Unusable broken -> {
                    LOG.warn("The model's answer can't be used: " + broken.reason());
                    if (again) throw refused("unreadable", List.of());
                    again = true;
                }
                case Completion.CutOff _ -> {
                    if (again) throw refused("cut_off", List.of());
                    again = true;
                    mostTokens *= 2;
                }
                case Completion.Refused _ -> throw refused("refused", List.of());
                case Completion.KeyTrouble trouble ->
                    throw new NoModel(trouble.code().equals("insufficient_quota") ? "no_money" : "key");
                case Completion.Misconfigured wrongly -> {
                    LOG.error(
                            "The model can't be asked; look at OPENAI_MODEL and OPENAI_BASE_URL: " + wrongly.reason());
                    throw new NoModel("misconfigured");
                }
                case Completion.Cancelled _ -> throw new NoModel("away");
                case Completion.Later later -> {
                    LOG.warn("The model is not there: " + later.reason());
                    var wait = later.after() == null ? Duration.ofMillis(500L << call) : later.after();
                    if (call == MOST_CALLS - 1 || clock.instant().plus(wait).isAfter(deadline))
                        throw new NoModel("away");
                    pause(wait);
                }
            }
        }
        throw wrong.isEmpty()
                ? refused(unusable.isEmpty() ? "unreadable" : unusable, List.of())
                : refused("untrue", wrong);
    }

    private static void pause(Duration time) throws NoModel {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NoModel("away");
        }
    }

    static int mostTokens(Brief brief) {
        int each = switch (brief.contentType()) {
            case WHATSAPP, REPLY -> 350;
            case INSTAGRAM -> 400;
            case PRODUCT_DESCRIPTION -> 450;
            case EMAIL -> 700;
        };
        return 100 + each * brief.count();
    }

    /** Null where it is not what was asked for. */
    private @Nullable List<Message> messages(String written, Wish wish) {
        Answer answer;
        try {
            answer = json.readValue(written, Answer.class);
        } catch (JsonProcessingException e) {
            return null;
        }
        boolean mail = wish.brief().contentType() == Brief.ContentType.EMAIL;
        if (answer == null || answer.variants() == null || answer.variants().isEmpty()) return null;
        var messages = new java.util.ArrayList<Message>();
        for (var v : answer.variants()
                .subList(0, Math.min(answer.variants().size(), wish.brief().count()))) {
            if (v == null || v.text() == null) return null;
            var subject = v.subject();
            var preheader = v.preheader();
            if (mail && (subject == null || preheader == null)) return null;
            messages.add(new Message(
                    mail && subject != null ? subject.strip() : null,
                    mail && preheader != null ? preheader.strip() : null,
                    v.text().strip(),
                    v.why() == null || v.why().length() > 400 || v.why().matches("(?s).*[<>{}].*")
                            ? why(wish.brief(), wish.language())
                            : v.why().strip()));
        }
        return messages;
    }

    private static Problem.Provider refused(String reason, List<Violation> wrong) {
        return new Problem.Provider(
                new Text("content.refused." + reason),
                wrong.stream().map(v -> new Detail(null, null, v.text(), null)).toList());
    }

    /**
     * @param cost what a request costs at most, in rupiah; null without a model or prices
     * @param spent this month
     * @param budget a month
     */
    record Estimate(@Nullable BigDecimal cost, BigDecimal spent, BigDecimal budget) {}

    Estimate estimate(UserId user, Wish wish) {
        return db.inTenant(user, tx -> {
            var prompt =
                    Prompt.of(wish.brief(), content.shop(tx, user), new Prompt.Audience(0), wish.language(), List.of());
            var most = Budget.most(prompt.characters(), mostTokens(wish.brief()));
            return new Estimate(
                    Model.of(settings).map(m -> m.cost(most)).orElse(null), content.spent(tx, user), budget.ofShop());
        });
    }
}
