package com.smartmarketingagent.book;

import com.smartmarketingagent.account.Frame;
import com.smartmarketingagent.rfm.CustomerStanding;
import com.smartmarketingagent.rfm.RfmRepository.PastScore;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A customer's three scores over time, one stair beneath the other, in units of a picture 320 wide; and the same as a
 * table of the days on which something changed.
 *
 * @param summary what the picture shows, in words
 * @param from the first day of the picture
 */
record ScoreChart(List<Stair> stairs, String summary, LocalDate from, LocalDate to, List<Change> changes) {

    private static final int LEFT = 2;
    private static final int WIDTH = 286;
    /** From one stair to the next: its label, and four steps up. */
    private static final int BAND = 62;

    private static final int STEP = 8;

    /**
     * One score over time.
     *
     * @param labelY where its label stands, as the others from above
     * @param topY where a score of 5 lies
     * @param bottomY where a score of 1 lies
     * @param path for an SVG path
     * @param y where the last score lies
     * @param last the last score
     */
    record Stair(String label, int labelY, int topY, int bottomY, String path, int x, int y, int last) {}

    /** A day on which the customer's scores or segment were no longer what they had been. */
    record Change(LocalDate day, String segment, int recency, int frequency, int monetary, String spent) {}

    /** Null for less than two analyses: a point is no history. */
    static @Nullable ScoreChart of(Frame frame, List<PastScore> latestFirst) {
        if (latestFirst.size() < 2) return null;
        var scores = latestFirst.reversed();
        var stairs = List.of(
                stair(0, frame.say("customers.recency"), scores, PastScore::recencyScore),
                stair(1, frame.say("customers.frequency"), scores, PastScore::frequencyScore),
                stair(2, frame.say("customers.monetary"), scores, PastScore::monetaryScore));
        var first = scores.getFirst();
        var last = scores.getLast();
        var summary = frame.say(
                "customers.chart",
                frame.day(first.analysisDate()),
                frame.day(last.analysisDate()),
                first.recencyScore() + " → " + last.recencyScore(),
                first.frequencyScore() + " → " + last.frequencyScore(),
                first.monetaryScore() + " → " + last.monetaryScore());
        return new ScoreChart(stairs, summary, first.analysisDate(), last.analysisDate(), changes(frame, scores));
    }

    private static Stair stair(int index, String label, List<PastScore> scores, ToIntFunction<PastScore> score) {
        int bottom = index * BAND + 18 + 4 * STEP;
        var from = scores.getFirst().analysisDate();
        long days = Math.max(1, ChronoUnit.DAYS.between(from, scores.getLast().analysisDate()));
        var path = new StringBuilder();
        int at = 0;
        for (var past : scores) {
            int now = score.applyAsInt(past);
            int y = bottom - (now - 1) * STEP;
            double x = LEFT + WIDTH * (double) ChronoUnit.DAYS.between(from, past.analysisDate()) / days;
            if (path.isEmpty()) path.append("M").append(LEFT).append(' ').append(y);
            else if (now != at) path.append(String.format(Locale.ROOT, "H%.1fV%d", x, y));
            at = now;
        }
        path.append("H").append(LEFT + WIDTH);
        return new Stair(
                label,
                index * BAND + 11,
                bottom - 4 * STEP,
                bottom,
                path.toString(),
                LEFT + WIDTH,
                bottom - (at - 1) * STEP,
                at);
    }

    private static List<Change> changes(Frame frame, List<PastScore> scores) {
        var changes = new ArrayList<Change>();
        @Nullable PastScore before = null;
        for (var past : scores) {
            if (before == null || differs(before, past)) {
                changes.add(new Change(
                        past.analysisDate(),
                        past.segment().label(frame.language()),
                        past.recencyScore(),
                        past.frequencyScore(),
                        past.monetaryScore(),
                        CustomerStanding.spent(frame, past.monetary())));
            }
            before = past;
        }
        return changes.reversed();
    }

    private static boolean differs(PastScore before, PastScore now) {
        return before.recencyScore() != now.recencyScore()
                || before.frequencyScore() != now.frequencyScore()
                || before.monetaryScore() != now.monetaryScore()
                || before.segment() != now.segment();
    }
}
