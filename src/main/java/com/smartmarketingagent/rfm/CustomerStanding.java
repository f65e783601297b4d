package com.smartmarketingagent.rfm;

import com.smartmarketingagent.account.Frame;
import com.smartmarketingagent.account.ShopCalendar;
import com.smartmarketingagent.platform.Language;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.UserId;
import com.smartmarketingagent.rfm.RfmRepository.PastScore;
import com.smartmarketingagent.rfm.RfmRepository.Run;
import com.smartmarketingagent.rfm.RfmRepository.ScoredCustomer;
import jakarta.inject.Singleton;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Where one customer stands in the last analysis, why, what would move them up, and where they stood. */
@Singleton
public class CustomerStanding {

    private final RfmRepository analyses;
    private final ShopCalendar calendar;
    private final OutlookRepository outlooks;

    CustomerStanding(RfmRepository analyses, ShopCalendar calendar, OutlookRepository outlooks) {
        this.analyses = analyses;
        this.calendar = calendar;
        this.outlooks = outlooks;
    }

    /** @param sentence and what follows in the reader's language */
    public record Step(
            String sentence, int purchases, @Nullable BigDecimal amount, int withinDays, Segment segment) {}

    /**
     * @param scores null for a customer without a purchase, and before the first analysis
     * @param nextStep null in the best segment, and where nothing leads up
     */
    public record CustomerScores(
            UUID customerId,
            String name,
            @Nullable LocalDate analysisDate,
            boolean stale,
            @Nullable ScoredCustomer scores,
            String sentence,
            @Nullable Step nextStep,
            List<PastScore> history) {}

    /**
     * All of it, in the reader's language.
     *
     * @throws Problem.NotFound if there is no such customer
     */
    public CustomerScores of(Handle tx, UserId user, Language language, UUID id) {
        var name = analyses.customerName(tx, user, id).orElseThrow(() -> new Problem.NotFound("customer"));
        var sentences = new Sentences(language);
        var run = analyses.latest(tx, user);
        if (run.isEmpty()) {
            return new CustomerScores(id, name, null, false, null, sentences.explainNothing(), null, List.of());
        }
        var scores = analyses.customer(tx, user, run.get().day(), id);
        return new CustomerScores(
                id,
                name,
                run.get().day(),
                analyses.isStale(tx, user),
                scores.orElse(null),
                explain(tx, user, sentences, run.get(), name, scores),
                outlooks.outlook(tx, user, id, run.get())
                        .stepUp(scores.map(ScoredCustomer::segment).orElse(null))
                        .map(step ->
                                say(sentences, step, scores.isEmpty(), run.get().day()))
                        .orElse(null),
                analyses.history(tx, user, id));
    }

    /**
     * What an analysis says that somebody spent. It counts nothing below 0: who got back as much as they paid, or more,
     * spent no sum that could be said beside that of their sales.
     */
    public static String spent(Frame frame, BigDecimal monetary) {
        return monetary.signum() == 0 ? frame.say("customers.all_given_back") : frame.rupiah(monetary);
    }

    private String explain(
            Handle tx, UserId user, Sentences sentences, Run run, String name, Optional<ScoredCustomer> scores) {
        var window = run.settings().windowDays();
        return scores.map(s -> sentences.explain(
                        name,
                        new Rfm(s.recencyDays(), s.frequency(), s.monetary()),
                        s.segment(),
                        window,
                        run.day(),
                        calendar.today(tx, user)))
                .orElseGet(() -> sentences.explainUnscored(name, window, run.day()));
    }

    private static Step say(Sentences sentences, NextStep step, boolean first, LocalDate day) {
        return new Step(
                sentences.advise(step, first, day), step.purchases(), step.amount(), step.withinDays(), step.segment());
    }
}
