package com.smartmarketingagent.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.i18n.phonenumbers.PhoneNumberUtil;
import com.google.i18n.phonenumbers.PhoneNumberUtil.PhoneNumberType;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SampleTest {

    private static final LocalDate TODAY = LocalDate.of(2026, 11, 22);

    private final Sample sample = Sample.before(TODAY, counted());

    private static Supplier<UUID> counted() {
        var last = new AtomicLong();
        return () -> new UUID(0, last.incrementAndGet());
    }

    @Test
    void theSameDayGivesTheSameShopAndAnotherDayAnother() {
        var again = Sample.before(TODAY, counted());
        assertThat(again.customers()).isEqualTo(sample.customers());
        assertThat(again.sales()).isEqualTo(sample.sales());
        assertThat(Sample.before(TODAY.plusDays(1), counted()).sales()).isNotEqualTo(sample.sales());
    }

    @Test
    void hasTheSizeThatWasPromisedOverTwoYears() {
        assertThat(sample.customers()).hasSize(500);
        assertThat(sample.sales()).hasSizeBetween(5_500, 6_500);
        assertThat(sample.sales())
                .allSatisfy(s -> assertThat(s.transactionDate())
                        .isAfter(TODAY.minusDays(Sample.DAYS + 1))
                        .isBeforeOrEqualTo(TODAY));
        assertThat(sample.sales().stream().map(Sample.Sale::externalId).distinct())
                .hasSize(sample.sales().size());
        assertThat(sample.sales().stream().filter(s -> s.amount().signum() < 0)).isNotEmpty();
    }

    @Test
    void amountsAreWhatTheProductsCost() {
        assertThat(sample.sales())
                .filteredOn(s -> s.amount().signum() > 0)
                .allSatisfy(s -> assertThat(s.products().stream()
                                .map(p -> p.price().multiply(BigDecimal.valueOf(p.quantity())))
                                .reduce(BigDecimal.ZERO, BigDecimal::add))
                        .isEqualByComparingTo(s.amount()));
    }

    @Test
    void phonesAreValidIndonesianMobileNumbersThatNobodyHas() throws Exception {
        var numbers = PhoneNumberUtil.getInstance();
        for (var customer : sample.customers()) {
            var number = numbers.parse(customer.phone(), "ID");
            assertThat(numbers.isValidNumberForRegion(number, "ID")).isTrue();
            assertThat(numbers.getNumberType(number)).isEqualTo(PhoneNumberType.MOBILE);
            assertThat(customer.phone()).startsWith("+628120000");
        }
        assertThat(sample.customers().stream().map(Sample.Customer::phone).distinct())
                .hasSize(500);
    }

    @Test
    void someNamesAreHostileAndHaveNoEmail() {
        var odd = sample.customers().stream()
                .filter(c ->
                        List.of("<script>", "hx-get=", "🌸", "متجر").stream().anyMatch(c.name()::contains))
                .toList();
        assertThat(odd).hasSize(4).allSatisfy(c -> assertThat(c.email()).isNull());
    }

    @Test
    void theMonthBeforeLebaranIsTheBusiest() {
        // Eid as the government set it: 31 March 2025, 21 March 2026
        for (var eid : new LocalDate[] {LocalDate.of(2025, 3, 31), LocalDate.of(2026, 3, 21)}) {
            long before = between(eid.minusDays(28), eid.minusDays(2));
            long ordinary = between(eid.plusDays(40), eid.plusDays(66));
            assertThat(before).isGreaterThan(2 * ordinary);
        }
    }

    @Test
    void eidIsWithinADayOfTheGovernments() {
        assertThat(Sample.nextEid(LocalDate.of(2026, 1, 1)))
                .isBetween(LocalDate.of(2026, 3, 20), LocalDate.of(2026, 3, 22));
        assertThat(Sample.nextEid(LocalDate.of(2026, 4, 1)))
                .isBetween(LocalDate.of(2027, 3, 9), LocalDate.of(2027, 3, 11));
    }

    private long between(LocalDate from, LocalDate to) {
        return sample.sales().stream()
                .map(Sample.Sale::transactionDate)
                .filter(d -> !d.isBefore(from) && !d.isAfter(to))
                .collect(Collectors.counting());
    }
}
