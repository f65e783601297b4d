package com.smartmarketingagent.rfm;

import com.smartmarketingagent.account.ShopCalendar;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Envelope;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.rfm.RfmRepository.PastScore;
import com.smartmarketingagent.rfm.RfmRepository.Run;
import com.smartmarketingagent.rfm.RfmRepository.ScoredCustomer;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jboss.resteasy.reactive.RestPath;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** One customer in the last analysis: where they are, why, what would move them up, and where they were. */
@Path("/api/customers/{id}/rfm")
class CustomerRfmApi {

    private final CurrentUser current;
    private final Db db;
    private final RfmRepository analyses;
    private final ShopCalendar calendar;
    private final OutlookRepository outlooks;

    CustomerRfmApi(
            CurrentUser current, Db db, RfmRepository analyses, ShopCalendar calendar, OutlookRepository outlooks) {
        this.current = current;
        this.db = db;
        this.analyses = analyses;
        this.calendar = calendar;
        this.outlooks = outlooks;
    }

    /** @param sentence and what follows in the reader's language */
    record Step(String sentence, int purchases, @Nullable BigDecimal amount, int withinDays, Segment segment) {}

    /**
     * @param scores null for a customer without a purchase, and before the first analysis
     * @param nextStep null in the best segment, and where nothing leads up
     */
    record CustomerScores(
            UUID customerId,
            String name,
            @Nullable LocalDate analysisDate,
            boolean stale,
            @Nullable ScoredCustomer scores,
            String sentence,
            @Nullable Step nextStep,
            List<PastScore> history) {}

    @GET
    public Envelope<CustomerScores> customer(@RestPath UUID id) {
        return Envelope.of(db.inTenantSnapshot(current.id(), tx -> {
            var name = analyses.customerName(tx, current.id(), id).orElseThrow(() -> new Problem.NotFound("customer"));
            var sentences = new Sentences(current.language());
            var run = analyses.latest(tx, current.id());
            if (run.isEmpty()) {
                return new CustomerScores(id, name, null, false, null, sentences.explainNothing(), null, List.of());
            }
            var scores = analyses.customer(tx, current.id(), run.get().day(), id);
            return new CustomerScores(
                    id,
                    name,
                    run.get().day(),
                    analyses.isStale(tx, current.id()),
                    scores.orElse(null),
                    explain(tx, sentences, run.get(), name, scores),
                    outlooks.outlook(tx, current.id(), id, run.get())
                            .stepUp(scores.map(ScoredCustomer::segment).orElse(null))
                            .map(step -> say(sentences, step, run.get().day()))
                            .orElse(null),
                    analyses.history(tx, current.id(), id));
        }));
    }

    private String explain(Handle tx, Sentences sentences, Run run, String name, Optional<ScoredCustomer> scores) {
        var window = run.settings().windowDays();
        return scores.map(s -> sentences.explain(
                        name,
                        new Rfm(s.recencyDays(), s.frequency(), s.monetary()),
                        s.segment(),
                        window,
                        run.day(),
                        calendar.today(tx, current.id())))
                .orElseGet(() -> sentences.explainUnscored(name, window, run.day()));
    }

    private static Step say(Sentences sentences, NextStep step, LocalDate day) {
        return new Step(
                sentences.advise(step, day), step.purchases(), step.amount(), step.withinDays(), step.segment());
    }
}
