package com.smartmarketingagent.rfm;

import static org.assertj.core.api.Assertions.assertThat;

import com.smartmarketingagent.rfm.Outlook.Others;
import com.smartmarketingagent.rfm.Outlook.Sale;
import com.smartmarketingagent.rfm.RfmSettings.Method;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OutlookTest {

    static final LocalDate DAY = LocalDate.of(2026, 6, 30);

    @Test
    void aThirdPurchaseOfAnyAmountMakesAGoodNewCustomerLoyal() {
        var step = fixed(null, ago(10, 400_000), ago(40, 400_000)).stepUp(Segment.NEW_CUSTOMERS);

        assertThat(step).contains(new NextStep(1, null, 30, Segment.LOYAL_CUSTOMERS));
    }

    @Test
    void namesTheLowestRoundAmountWhereTheAmountDecides() {
        // two purchases of 150,000: the third makes frequency 3, and more than 500,000 in all makes money 3
        var step = fixed(null, ago(10, 150_000), ago(40, 150_000)).stepUp(Segment.POTENTIAL_LOYALISTS);

        assertThat(step).contains(new NextStep(1, new BigDecimal(201_000), 30, Segment.LOYAL_CUSTOMERS));
    }

    @Test
    void prefersTheBestSegmentThatAUsualAmountReaches() {
        // away for long, five purchases; any sixth makes them loyal, more than 100,000 a champion
        var sales = new Sale[] {
            ago(200, 180_000), ago(201, 180_000), ago(202, 180_000), ago(203, 180_000), ago(204, 180_000)
        };

        assertThat(fixed(null, sales).stepUp(Segment.AT_RISK))
                .contains(new NextStep(1, new BigDecimal(101_000), 30, Segment.CHAMPIONS));
    }

    @Test
    void asksNoUnusualAmountWhereTheUsualOneMovesUpToo() {
        // the sixth of these makes them loyal; champions only at 400,001 more, far above the usual 120,000
        var sales = new Sale[] {
            ago(200, 120_000), ago(201, 120_000), ago(202, 120_000), ago(203, 120_000), ago(204, 120_000)
        };

        assertThat(fixed(null, sales).stepUp(Segment.AT_RISK))
                .contains(new NextStep(1, new BigDecimal(120_000), 30, Segment.LOYAL_CUSTOMERS));
    }

    @Test
    void manyPurchasesAreAskedForWhereTheThresholdsAreHigh() {
        var bins = new Bins(Bins.DEFAULT.recency(), List.of(20, 40, 60, 80), Bins.DEFAULT.monetary());

        assertThat(Outlook.fixed(DAY, null, List.of(ago(1, 10_000_000)), bins).stepUp(Segment.NEW_CUSTOMERS))
                .contains(new NextStep(40, null, 30, Segment.LOYAL_CUSTOMERS));
    }

    @Test
    void theDeadlineEndsBeforeTheOwnSalesLeaveTheWindow() {
        // the sale of 85 days ago counts until 5 days from now, the one of 60 days ago until 30 days from now
        assertThat(fixed(90, ago(85, 10_000), ago(60, 700_000)).stepUp(Segment.POTENTIAL_LOYALISTS))
                .contains(new NextStep(2, null, 30, Segment.LOYAL_CUSTOMERS));
        assertThat(fixed(90, ago(85, 10_000), ago(75, 700_000)).stepUp(Segment.POTENTIAL_LOYALISTS))
                .hasValueSatisfying(step -> assertThat(step.withinDays()).isEqualTo(15));
    }

    @Test
    void aShortWindowIsAShortDeadline() {
        assertThat(fixed(3, ago(1, 10_000))
                        .stepUp(Segment.NEW_CUSTOMERS)
                        .orElseThrow()
                        .withinDays())
                .isLessThanOrEqualTo(3);
    }

    @Test
    void nothingIsAboveAChampion() {
        assertThat(fixed(null, ago(1, 9_000_000), ago(2, 1), ago(3, 1), ago(4, 1), ago(5, 1), ago(6, 1))
                        .stepUp(Segment.CHAMPIONS))
                .isEmpty();
    }

    @Test
    void theFirstPurchaseMakesANewCustomer() {
        assertThat(fixed(null).stepUp(null)).contains(new NextStep(1, null, 30, Segment.NEW_CUSTOMERS));
    }

    @Test
    void whereNoOneCanRiseNothingIsPromised() {
        var alone = new Others(0, 0, List.of(), List.of(), 30);

        assertThat(Outlook.quantile(DAY, null, List.of(ago(1, 1)), alone).stepUp(Segment.LOST))
                .isEmpty();
    }

    @Test
    void nothingIsPromisedBeyondTheShopsQuietDays() {
        var others = new Others(9, 9, List.of(1, 2, 3, 4), cuts(1, 2, 3, 4), 4);

        assertThat(Outlook.quantile(DAY, 365, List.of(ago(1, 1)), others)
                        .stepUp(Segment.LOST)
                        .orElseThrow()
                        .withinDays())
                .isEqualTo(4);
    }

    /**
     * Random customers and settings; the advice is followed on days at the edges and in between, and the independent
     * reference says where the customer then is.
     */
    @ParameterizedTest
    @EnumSource(Method.class)
    void followedAdviceComesTrue(Method method) {
        var random = new Random(20061231);
        int given = 0;
        for (int round = 0; round < 1500; round++) {
            var settings = new RfmSettings(method, random.nextBoolean() ? null : 1 + random.nextInt(400), bins(random));
            var shop = shop(random, 1 + random.nextInt(method == Method.FIXED ? 3 : 25), settings.windowDays() != null);
            if (random.nextInt(5) == 0) shop.put(0, new ArrayList<>());
            var current = Reference.analyse(shop, DAY, settings).get(0);
            var step = outlook(shop, settings).stepUp(current == null ? null : current.segment());
            if (step.isEmpty()) continue;
            given++;
            assertThat(step.get().segment().rung())
                    .isGreaterThan(current == null ? 0 : current.segment().rung());
            assertComesTrue(shop, settings, step.get(), random);
        }
        assertThat(given).isGreaterThan(700);
    }

    private static void assertComesTrue(
            Map<Integer, List<Sale>> shop, RfmSettings settings, NextStep step, Random random) {
        var amounts = step.amount() == null
                ? List.of(
                        new BigDecimal("0.01"),
                        new BigDecimal(random.nextInt(5_000_000) + 1),
                        new BigDecimal("9999999999999.99"))
                : List.of(step.amount());
        for (var amount : amounts) {
            for (int calculated : edges(step.withinDays(), random)) {
                for (int bought : edges(calculated, random)) {
                    var after = new HashMap<>(shop);
                    var sales = new ArrayList<>(own(shop));
                    for (int i = 0; i < step.purchases(); i++) {
                        // the last one decides; those before may be on any earlier day
                        int on = i == 0 ? bought : random.nextInt(bought + 1);
                        sales.add(new Sale(DAY.plusDays(on), amount));
                    }
                    after.put(0, sales);
                    var then = Reference.analyse(after, DAY.plusDays(calculated), settings)
                            .get(0);
                    assertThat(Objects.requireNonNull(then).segment())
                            .as(
                                    "%s, bought on %d, calculated on %d, %s, %s",
                                    step, bought, calculated, settings, own(shop))
                            .isEqualTo(step.segment());
                }
            }
        }
    }

    private static TreeSet<Integer> edges(int last, Random random) {
        return new TreeSet<>(List.of(0, Math.min(1, last), random.nextInt(last + 1), Math.max(0, last - 1), last));
    }

    /** With a window, some shops sold nothing for long, so that the quantile method has days to promise. */
    private static Map<Integer, List<Sale>> shop(Random random, int customers, boolean window) {
        int oldest = window && random.nextBoolean() ? 60 : 500;
        var shop = new HashMap<Integer, List<Sale>>();
        for (int customer = 0; customer < customers; customer++) {
            var sales = new ArrayList<Sale>();
            int count = 1 + random.nextInt(random.nextBoolean() ? 3 : 14);
            for (int i = 0; i < count; i++) {
                int amount = (random.nextInt(8) == 0 ? -1 : 1)
                        * (1 + random.nextInt(random.nextBoolean() ? 20 : 400))
                        * 5_000;
                // an analysis of a past day: some sales after it are known already
                sales.add(ago(random.nextInt(oldest) - (random.nextInt(40) == 0 ? oldest : 0), amount));
            }
            shop.put(customer, sales);
        }
        return shop;
    }

    private static Bins bins(Random random) {
        if (random.nextBoolean()) return Bins.DEFAULT;
        int r = random.nextInt(10), f = 1 + random.nextInt(3), m = random.nextInt(300_000);
        return new Bins(
                List.of(r, r + 1 + random.nextInt(5), r + 20, r + 90),
                List.of(f, f + 1 + random.nextInt(3), f + 5, f + 12),
                List.of(
                        new BigDecimal(m),
                        new BigDecimal(m + 1),
                        new BigDecimal(m + 1 + 70_000.5),
                        new BigDecimal(m + 900_000)));
    }

    private static Outlook outlook(Map<Integer, List<Sale>> shop, RfmSettings settings) {
        var window = settings.windowDays();
        if (settings.method() == Method.FIXED) return Outlook.fixed(DAY, window, own(shop), settings.bins());
        var all = new HashMap<>(Reference.analyse(shop, DAY, settings));
        all.remove(0);
        var frequencies =
                all.values().stream().map(s -> s.rfm().frequency()).sorted().toList();
        var money = all.values().stream().map(s -> s.rfm().monetary()).sorted().toList();
        var days = shop.values().stream().flatMap(List::stream).map(Sale::day).toList();
        int quiet = 30;
        while (!isQuiet(days, window, quiet)) quiet--;
        var others = new Others(
                all.size(),
                (int) all.values().stream()
                        .filter(s -> s.rfm().recencyDays() > 0)
                        .count(),
                cutsOf(frequencies),
                cutsOf(money),
                quiet);
        return Outlook.quantile(DAY, window, own(shop), others);
    }

    /** Whether no sale enters or leaves the window until that many days after the analysis. */
    private static boolean isQuiet(List<LocalDate> days, @Nullable Integer window, int quiet) {
        var end = DAY.plusDays(quiet);
        return days.stream().noneMatch(day -> day.isAfter(DAY) && !day.isAfter(end))
                && (window == null
                        || days.stream()
                                .noneMatch(day ->
                                        !day.isBefore(DAY.minusDays(window)) && day.isBefore(end.minusDays(window))));
    }

    private static <T> List<T> cutsOf(List<T> rising) {
        var cuts = new ArrayList<T>();
        for (int score = 2; score <= 5; score++) {
            int position = Others.cutPosition(rising.size(), score);
            if (position <= rising.size()) cuts.add(rising.get(position - 1));
        }
        return cuts;
    }

    private static List<BigDecimal> cuts(int... values) {
        return java.util.Arrays.stream(values).mapToObj(BigDecimal::new).toList();
    }

    private static List<Sale> own(Map<Integer, List<Sale>> shop) {
        return shop.getOrDefault(0, List.of());
    }

    private static Outlook fixed(@Nullable Integer windowDays, Sale... sales) {
        return Outlook.fixed(DAY, windowDays, List.of(sales), Bins.DEFAULT);
    }

    private static Sale ago(int days, int amount) {
        return new Sale(DAY.minusDays(days), new BigDecimal(amount));
    }
}
