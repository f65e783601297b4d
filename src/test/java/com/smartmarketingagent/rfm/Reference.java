package com.smartmarketingagent.rfm;

import com.smartmarketingagent.rfm.Outlook.Sale;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The rules of RFM once more, written as plainly as they are stated, to hold against what the product does. */
final class Reference {

    record Scored(Rfm rfm, int recency, int frequency, int monetary, Segment segment) {}

    /** Everybody who bought something, scored as of {@code day}. */
    static <K> Map<K, Scored> analyse(Map<K, List<Sale>> shop, LocalDate day, RfmSettings settings) {
        var metrics = new HashMap<K, Rfm>();
        shop.forEach((customer, sales) -> metrics(sales, day, settings).ifPresent(rfm -> metrics.put(customer, rfm)));
        var scored = new HashMap<K, Scored>();
        metrics.forEach((customer, rfm) -> scored.put(customer, score(rfm, List.copyOf(metrics.values()), settings)));
        return scored;
    }

    private static Optional<Rfm> metrics(List<Sale> sales, LocalDate day, RfmSettings settings) {
        LocalDate last = null;
        int purchases = 0;
        var sum = BigDecimal.ZERO;
        for (var sale : sales) {
            long ago = ChronoUnit.DAYS.between(sale.day(), day);
            if (ago < 0 || (settings.windowDays() != null && ago > settings.windowDays())) continue;
            sum = sum.add(sale.amount());
            if (sale.amount().signum() > 0) {
                purchases++;
                if (last == null || sale.day().isAfter(last)) last = sale.day();
            }
        }
        if (last == null) return Optional.empty();
        return Optional.of(new Rfm(
                (int) ChronoUnit.DAYS.between(last, day),
                purchases,
                sum.max(BigDecimal.ZERO).stripTrailingZeros()));
    }

    private static Scored score(Rfm rfm, List<Rfm> all, RfmSettings settings) {
        int r, f, m;
        if (settings.method() == RfmSettings.Method.FIXED) {
            var bins = settings.bins();
            r = rfm.recencyDays() <= bins.recency().get(0)
                    ? 5
                    : rfm.recencyDays() <= bins.recency().get(1)
                            ? 4
                            : rfm.recencyDays() <= bins.recency().get(2)
                                    ? 3
                                    : rfm.recencyDays() <= bins.recency().get(3) ? 2 : 1;
            f = new TreeMap<>(Map.of(
                            bins.frequency().get(0),
                            1,
                            bins.frequency().get(1),
                            2,
                            bins.frequency().get(2),
                            3,
                            bins.frequency().get(3),
                            4,
                            Integer.MAX_VALUE,
                            5))
                    .ceilingEntry(rfm.frequency())
                    .getValue();
            m = 1
                    + (int) bins.monetary().stream()
                            .filter(t -> rfm.monetary().compareTo(t) > 0)
                            .count();
        } else {
            r = quantile(
                    all.size(),
                    all.stream()
                            .filter(o -> o.recencyDays() > rfm.recencyDays())
                            .count());
            f = quantile(
                    all.size(),
                    all.stream().filter(o -> o.frequency() < rfm.frequency()).count());
            m = quantile(
                    all.size(),
                    all.stream()
                            .filter(o -> o.monetary().compareTo(rfm.monetary()) < 0)
                            .count());
        }
        return new Scored(rfm, r, f, m, Segment.of(r, f, m));
    }

    private static int quantile(int n, long worse) {
        long rank = worse + 1;
        return (int) (1 + 5 * (rank - 1) / n);
    }

    private Reference() {}
}
