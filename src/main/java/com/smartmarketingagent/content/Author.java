package com.smartmarketingagent.content;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.smartmarketingagent.content.Budget.Advance;
import com.smartmarketingagent.content.Budget.Settlement;
import com.smartmarketingagent.content.Model.Usage;
import com.smartmarketingagent.content.TruthLock.Violation;
import com.smartmarketingagent.platform.Figures;
import com.smartmarketingagent.platform.Metrics;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Problem.Detail;
import com.smartmarketingagent.platform.Problem.Text;
import com.smartmarketingagent.platform.UserId;
import dev.failsafe.CircuitBreaker;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The model as a shop's writer: asked within the budget, left alone for a while where it fails, and held against the
 * facts before anybody sees as a text what it wrote.
 */
@Singleton
class Author {

    private static final Logger LOG = Logger.getLogger(Author.class);
    private static final int MOST_CALLS = 3;

    private final ModelClient client;
    private final Turns turns;
    private final Budget budget;
    private final Clock clock;
    private final Metrics metrics;
    private final ObjectMapper json = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private final Cache<UserId, Line> shops = Caffeine.newBuilder()
            .maximumSize(10_000)
            .expireAfterAccess(Duration.ofMinutes(10))
            .build();

    /** To the model, for one shop. Open after three failures in a row: it is then left alone for a minute. */
    private static final class Line {
        private final CircuitBreaker<Object> breaker = CircuitBreaker.builder()
                .withFailureThreshold(3)
                .withDelay(Duration.ofMinutes(1))
                .build();
        /** What failed last, which is also why nobody is asked now. */
        private volatile String notice = "away";

        void heard(Completion completion) {
            switch (completion) {
                case Completion.Later _ -> failed("away");
                case Completion.KeyTrouble trouble -> failed(noticeOf(trouble));
                // it says nothing of the model; but who tried whether it is there has found nothing out
                case Completion.Cancelled _ -> {
                    if (breaker.isHalfOpen()) breaker.recordFailure();
                }
                case Completion.Written _,
                        Completion.Refused _,
                        Completion.CutOff _,
                        Completion.Unusable _,
                        Completion.Misconfigured _ -> breaker.recordSuccess();
            }
        }

        void failed(String why) {
            notice = why;
            breaker.recordFailure();
        }
    }

    private static String noticeOf(Completion.KeyTrouble trouble) {
        return trouble.code().equals("insufficient_quota") ? "no_money" : "key";
    }

    Author(ModelClient client, Turns turns, Budget budget, Clock clock, Metrics metrics) {
        this.metrics = metrics;
        this.client = client;
        this.turns = turns;
        this.budget = budget;
        this.clock = clock;
    }

    /**
     * What was written.
     *
     * @param usage of all calls together; null where no model was asked, as {@code cost} is
     * @param cost in rupiah; null also where prices are not known
     * @param unsettled of the last call, by whoever stores the texts; null for nothing
     */
    record Work(
            List<Message> messages,
            @Nullable Usage usage,
            @Nullable BigDecimal cost,
            @Nullable Settlement unsettled) {}

    /** The model gives nothing now, for a reason that its owner should know. */
    static final class Silent extends Exception {

        private final String notice;

        /** @param notice a key below {@code content.notice.} */
        Silent(String notice) {
            super(notice);
            this.notice = notice;
        }

        String notice() {
            return notice;
        }
    }

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

    /**
     * At most three calls: those that failed by chance are tried again, a text with untrue facts is written anew once.
     *
     * @param asked what the first of them asks
     * @param advance for it
     * @throws Problem.Provider where what the model wrote can't be used
     */
    Work write(UserId user, Model model, Material material, Prompt asked, Advance advance, Waiting waiting)
            throws Silent {
        var line = shops.get(user, u -> new Line());
        var bill = new Bill(user, model, line, advance);
        boolean written = false;
        try {
            var messages = messages(material, asked, bill, waiting);
            written = true;
            return new Work(messages, bill.usage, model.cost(bill.usage), bill.unsettled);
        } finally {
            if (!written) bill.settle();
        }
    }

    /** What the first call for a text may cost, in rupiah; null where prices are not known. */
    static @Nullable BigDecimal most(Model model, Prompt prompt, Brief brief) {
        return model.cost(Budget.most(prompt.bytes(), mostTokens(brief)));
    }

    private List<Message> messages(Material material, Prompt asked, Bill bill, Waiting waiting) throws Silent {
        var lock = new TruthLock(material.brief(), material.redactedShop());
        List<Violation> wrong = List.of();
        int mostTokens = mostTokens(material.brief());
        boolean again = false;
        for (int call = 0; call < MOST_CALLS; call++) {
            var prompt = wrong.isEmpty() ? asked : asked.rewritten(wrong);
            var completion = bill.call(prompt, mostTokens, waiting);
            switch (completion) {
                case Completion.Written written -> {
                    var messages = read(written.json(), material.wish());
                    if (messages == null) {
                        if (again) throw refused("unreadable", List.of(), bill);
                    } else {
                        wrong = messages.stream()
                                .flatMap(m -> lock.violations(m).stream())
                                .distinct()
                                .toList();
                        if (wrong.isEmpty()) return messages;
                        if (again) throw refused("untrue", wrong, bill);
                    }
                    again = true;
                }
                case Completion.Unusable broken -> {
                    LOG.warn("The model's answer can't be used: " + broken.reason());
                    if (again) throw refused("unreadable", List.of(), bill);
                    again = true;
                }
                case Completion.CutOff _ -> {
                    if (again) throw refused("cut_off", List.of(), bill);
                    again = true;
                    mostTokens *= 2;
                }
                case Completion.Refused _ -> throw refused("refused", List.of(), bill);
                case Completion.KeyTrouble trouble -> throw new Silent(noticeOf(trouble));
                case Completion.Misconfigured wrongly -> {
                    LOG.error(
                            "The model can't be asked; look at OPENAI_MODEL and OPENAI_BASE_URL: " + wrongly.reason());
                    throw new Silent("misconfigured");
                }
                case Completion.Cancelled _ -> throw new Silent("away");
                case Completion.Later later -> {
                    LOG.warn("The model is not there: " + later.reason());
                    var wait = later.after() == null ? Duration.ofMillis(500L << call) : later.after();
                    if (call == MOST_CALLS - 1 || clock.instant().plus(wait).isAfter(waiting.deadline()))
                        throw new Silent("away");
                    pause(wait);
                }
            }
        }
        throw wrong.isEmpty() ? refused("unreadable", List.of(), bill) : refused("untrue", wrong, bill);
    }

    /** Null where it is not what was asked for. */
    private @Nullable List<Message> read(String written, Wish wish) {
        Answer answer;
        try {
            answer = json.readValue(written, Answer.class);
        } catch (JsonProcessingException e) {
            return null;
        }
        boolean mail = wish.brief().contentType() == Brief.ContentType.EMAIL;
        if (answer == null || answer.variants() == null || answer.variants().isEmpty()) return null;
        var messages = new ArrayList<Message>();
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
                    v.why() == null || v.why().length() > 400 || v.why().matches("(?s).*[<>{}\\p{Cc}].*")
                            ? wish.why()
                            : v.why().strip()));
        }
        return messages;
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

    /** It was paid for, too. */
    private static Problem.Provider refused(String reason, List<Violation> wrong, Bill bill) {
        var details = new ArrayList<Detail>();
        for (var v : wrong) details.add(new Detail(null, null, v.text(), null));
        var cost = bill.model.cost(bill.usage);
        if (cost != null && cost.signum() > 0)
            details.add(new Detail(null, null, new Text("content.costed", Figures.rupiah(cost)), null));
        return new Problem.Provider(new Text("content.refused." + reason), details);
    }

    /** What the calls of one request cost together. */
    private final class Bill {
        private final UserId user;
        private final Model model;
        private final Line line;
        private Usage usage = Usage.NONE;
        /** For the call that comes; null where it must be asked for. */
        private @Nullable Advance advance;

        private @Nullable Settlement unsettled;

        Bill(UserId user, Model model, Line line, Advance advance) {
            this.user = user;
            this.model = model;
            this.line = line;
            this.advance = advance;
        }

        /** One call within the budget. A call whose cost nobody told is taken for what was set aside. */
        Completion call(Prompt prompt, int mostTokens, Waiting waiting) throws Silent {
            var most = Budget.most(prompt.bytes(), mostTokens);
            settle();
            var given = advance == null ? turns.inTenant(user, tx -> budget.advance(tx, model.cost(most))) : advance;
            advance = null;
            if (given.lacking() != null) throw new Silent("budget_" + given.lacking());
            spent(given, Usage.NONE);
            // from here on the line hears of whatever comes of it
            if (!line.breaker.tryAcquirePermit()) throw new Silent(line.notice);
            spent(given, most);
            var completion = heard(prompt, mostTokens, waiting);
            var used = used(completion, most);
            spent(given, used);
            usage = usage.plus(used);
            return completion;
        }

        private void spent(Advance given, Usage used) {
            var cost = model.cost(used);
            if (given.amount() != null && cost != null)
                unsettled = new Settlement(given.at(), cost.subtract(given.amount()));
        }

        void settle() {
            var settlement = unsettled;
            unsettled = null;
            if (settlement != null && settlement.above().signum() != 0)
                turns.useTenant(user, tx -> budget.settle(tx, user, settlement));
        }

        private Completion heard(Prompt prompt, int mostTokens, Waiting waiting) {
            long began = System.nanoTime();
            var outcome = "failed";
            try {
                var completion = client.complete(model, prompt, mostTokens, waiting);
                outcome = outcome(completion);
                line.heard(completion);
                return completion;
            } catch (RuntimeException | Error e) {
                line.failed("away");
                throw e;
            } finally {
                metrics.time("model.calls", Duration.ofNanos(System.nanoTime() - began), "outcome", outcome);
            }
        }

        private static String outcome(Completion completion) {
            return switch (completion) {
                case Completion.Written _ -> "written";
                case Completion.Refused _ -> "refused";
                case Completion.CutOff _ -> "cut_off";
                case Completion.Unusable _ -> "unusable";
                case Completion.Later _ -> "later";
                case Completion.KeyTrouble _ -> "key";
                case Completion.Misconfigured _ -> "misconfigured";
                case Completion.Cancelled _ -> "cancelled";
            };
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
                case Completion.Later later -> later.begun() ? most : Usage.NONE;
                case Completion.KeyTrouble _, Completion.Misconfigured _ -> Usage.NONE;
            };
        }
    }

    static void pause(Duration time) throws Silent {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Silent("away");
        }
    }
}
