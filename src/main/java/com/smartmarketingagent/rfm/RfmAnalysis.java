package com.smartmarketingagent.rfm;

import com.smartmarketingagent.account.Act;
import com.smartmarketingagent.account.Audit;
import com.smartmarketingagent.account.ShopCalendar;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.UserId;
import com.smartmarketingagent.rfm.RfmRepository.Run;
import com.smartmarketingagent.rfm.RfmRepository.SegmentTotals;
import jakarta.inject.Singleton;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Calculates who is in which segment on a day. One transaction: readers see the analysis before or the one after,
 * whole. Two calculations for one shop run one after the other; the second finds nothing left to do.
 */
@Singleton
public class RfmAnalysis {

    /** The first day a shop can ask about; older sales than these are slips of the pen. */
    private static final LocalDate FIRST_DAY = LocalDate.of(1900, 1, 1);

    /** For so many changed customers it is not asked how large the shop is. */
    private static final int FEW = 500;

    private final Db db;
    private final RfmRepository analyses;
    private final ScoringRepository scoring;
    private final ShopCalendar calendar;
    private final Audit audit;

    RfmAnalysis(Db db, RfmRepository analyses, ScoringRepository scoring, ShopCalendar calendar, Audit audit) {
        this.db = db;
        this.analyses = analyses;
        this.scoring = scoring;
        this.calendar = calendar;
        this.audit = audit;
    }

    /**
     * Calculates with the shop's settings as of {@code day}.
     *
     * @param asOf sales after it are ignored; null for today in the shop's zone
     * @return the day
     * @throws Problem.Invalid if the day hasn't come yet
     */
    public LocalDate calculate(UserId user, @Nullable LocalDate asOf) {
        return calculate(user, asOf, settings -> settings);
    }

    /**
     * The same with settings that differ this once.
     *
     * @param change makes them from the shop's own
     */
    public LocalDate calculate(UserId user, @Nullable LocalDate asOf, UnaryOperator<RfmSettings> change) {
        return db.inTenantAsWorker(user, tx -> calculate(tx, user, asOf, change));
    }

    /** The same inside the caller's transaction, for data that only it can see. */
    public LocalDate calculate(Handle tx, UserId user, @Nullable LocalDate asOf, UnaryOperator<RfmSettings> change) {
        var today = calendar.today(tx, user);
        var day = asOf == null ? today : asOf;
        if (day.isAfter(today)) throw new Problem.Invalid("as_of", "rfm.future");
        if (day.isBefore(FIRST_DAY)) throw new Problem.Invalid("as_of", "rfm.too_early");
        scoring.beginCalculation(tx, user);
        var settings = change.apply(scoring.settings(tx, user));
        if (scoring.isLatest(tx, user, day)) bringUpToDate(tx, user, day, settings);
        else calculatePast(tx, user, day, settings);
        return day;
    }

    private void bringUpToDate(Handle tx, UserId user, LocalDate day, RfmSettings settings) {
        // First of all: a sale that comes from now on keeps its mark.
        var changes = scoring.takeChanges(tx, user);
        var known = analyses.run(tx, user, day);
        if (known.isEmpty() || !known.get().settings().equals(settings) || changes.everything()) {
            calculateWhole(tx, user, day, settings);
        } else if (changes.customers().size() > FEW
                && changes.customers().size() > scoring.countScored(tx, user, day) / 10) {
            calculateWhole(tx, user, day, settings);
        } else if (!changes.customers().isEmpty()) {
            scoring.saveRun(tx, user, day, settings);
            scoring.clear(tx, user, day, changes.customers());
            scoring.scoreByBins(tx, user, day, settings, changes.customers());
            if (settings.method() == RfmSettings.Method.QUANTILE) scoring.rankAgain(tx, user, day);
        }
    }

    /** The marks belong to the latest analysis; what happened since an earlier one is not known. */
    private void calculatePast(Handle tx, UserId user, LocalDate day, RfmSettings settings) {
        var known = analyses.run(tx, user, day);
        boolean justCalculated = known.isPresent()
                && known.get().begunMeanwhile()
                && known.get().settings().equals(settings);
        if (!justCalculated) calculateWhole(tx, user, day, settings);
    }

    private void calculateWhole(Handle tx, UserId user, LocalDate day, RfmSettings settings) {
        scoring.saveRun(tx, user, day, settings);
        scoring.clear(tx, user, day, null);
        switch (settings.method()) {
            case FIXED -> scoring.scoreByBins(tx, user, day, settings, null);
            case QUANTILE -> scoring.scoreByRank(tx, user, day, settings.windowDays());
        }
    }

    /**
     * An owner never looks at old segments: what changed since the latest analysis, or a new day, calculates them anew.
     * A shop that never sold anything stays without an analysis.
     *
     * @return whether there was something to calculate
     */
    public boolean catchUp(UserId user) {
        boolean outdated = db.inTenant(user, tx -> {
            var latest = analyses.latest(tx, user);
            boolean ofAnEarlierDay = latest.isPresent() && latest.get().day().isBefore(calendar.today(tx, user));
            return ofAnEarlierDay || analyses.isStale(tx, user);
        });
        if (outdated) calculate(user, null);
        return outdated;
    }

    /**
     * What an analysis comes to.
     *
     * @param outside customers whose purchases the window leaves out
     */
    record Outcome(List<SegmentTotals> totals, int outside) {}

    /** What the shop's latest analysis came to; nothing before the first. */
    Outcome outcome(UserId user) {
        return db.inTenantSnapshot(user, tx -> outcome(tx, user, analyses.latest(tx, user)));
    }

    /** What today's analysis would come to with other settings. Nothing is kept. */
    Outcome preview(UserId user, RfmSettings settings) {
        return db.rehearse(user, tx -> {
            var day = calculate(tx, user, null, own -> settings);
            return outcome(tx, user, analyses.run(tx, user, day));
        });
    }

    private Outcome outcome(Handle tx, UserId user, Optional<Run> found) {
        return found.map(
                        run -> new Outcome(analyses.totals(tx, user, run.day()), analyses.outsideWindow(tx, user, run)))
                .orElse(new Outcome(List.of(), 0));
    }

    /** Keeps the settings for coming calculations; the last analysis is out of date if they differ. */
    public void change(UserId user, RfmSettings settings) {
        db.useTenant(user, tx -> {
            if (scoring.settings(tx, user).equals(settings)) return;
            scoring.saveSettings(tx, user, settings);
            scoring.markEverything(tx, user);
            audit.note(tx, user, Act.SCORING_CHANGED, settings.method().key());
        });
    }

    /** What coming calculations use. */
    public RfmSettings settings(UserId user) {
        return db.inTenant(user, tx -> scoring.settings(tx, user));
    }
}
