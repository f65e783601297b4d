package com.smartmarketingagent.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import com.smartmarketingagent.Mailbox;
import com.smartmarketingagent.Shop;
import com.smartmarketingagent.Visitor;
import com.smartmarketingagent.customer.CustomerBook;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.report.MonthReportRepository.Due;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import jakarta.mail.Multipart;
import jakarta.mail.Part;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openpdf.text.pdf.PdfReader;
import org.openpdf.text.pdf.parser.PdfTextExtractor;

/** The report that owners are told of on the 1st of the month: when, how often, and what they are told. */
@QuarkusTest
class MonthReportsTest {

    private static final Duration LONG = Duration.ofMinutes(1);

    @Inject
    Db db;

    @Inject
    MonthReports reports;

    @Inject
    MonthReportRepository months;

    @Inject
    Clock clock;

    private YearMonth month(String zone) {
        return YearMonth.from(LocalDate.ofInstant(clock.instant(), ZoneId.of(zone)));
    }

    private YearMonth month() {
        return month("Asia/Jakarta");
    }

    /** 06:00 of the day after the month. */
    private static Instant end(YearMonth month, String zone) {
        return month.plusMonths(1)
                .atDay(1)
                .atTime(LocalTime.of(6, 0))
                .atZone(ZoneId.of(zone))
                .toInstant();
    }

    private Optional<YearMonth> due(Shop shop, Instant at) {
        return db.withoutTenantAsWorker(tx -> months.due(tx, at)).stream()
                .filter(due -> due.userId().equals(shop.id()))
                .map(due -> YearMonth.from(due.month()))
                .reduce((one, other) -> {
                    throw new AssertionError("due twice");
                });
    }

    private void tell(Shop shop, YearMonth month) {
        tell(LONG, clock.instant(), new Due(shop.id(), month.atDay(1)));
    }

    private void tell(Duration time, Instant now, Due... due) {
        reports.tell(List.of(due), now, time);
    }

    /** A month that the database refuses. */
    private Due failing() {
        return new Due(Shop.register().id(), month().atDay(2));
    }

    private static int told(Shop shop) {
        return shop.api().get("/api/notices").path("meta.total");
    }

    /** One who bought last month and this month, and one who is new. */
    private Shop selling() {
        var shop = Shop.register();
        var book = new CustomerBook(shop);
        var ani = book.add("Ani");
        book.sell(ani, month().minusMonths(1).atDay(5).toString(), 10_000);
        book.sell(ani, month().atDay(1).toString(), 1_000_000);
        book.sell(book.add("Budi"), month().atDay(1).toString(), 250_000);
        return shop;
    }

    private void zone(Shop shop, String zone) {
        db.useTenant(
                shop.id(),
                tx -> tx.createUpdate("UPDATE app.users SET timezone = :zone WHERE id = :user")
                        .bind("zone", zone)
                        .bind("user", shop.id())
                        .execute());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Asia/Jakarta", "Asia/Jayapura"})
    void aMonthIsDueFrom0600OfThe1stOnForTwoWeeksAndNotAMinuteBeforeOrAfter(String zone) {
        var shop = Shop.register();
        zone(shop, zone);
        var month = month(zone);
        var end = end(month, zone);

        assertThat(due(shop, clock.instant())).as("of before it was opened").isEmpty();
        assertThat(due(shop, end.minusSeconds(60))).isEmpty();
        assertThat(due(shop, end)).contains(month);
        assertThat(due(shop, end.plus(Duration.ofDays(14)).minusSeconds(60))).contains(month);
        assertThat(due(shop, end.plus(Duration.ofDays(14)))).isEmpty();
        assertThat(due(shop, end(month.plusMonths(1), zone))).contains(month.plusMonths(1));
    }

    @Test
    void theJobSleepsUntilThe1stOfTheZoneThatHasItFirst() {
        var first = end(month("Asia/Jayapura"), "Asia/Jayapura");
        assertThat(next(first.minusSeconds(60))).isEqualTo(first);
        assertThat(next(first)).isEqualTo(first.plus(Duration.ofHours(1)));
    }

    private Instant next(Instant after) {
        return db.withoutTenantAsWorker(tx -> months.nextFirst(tx, after));
    }

    @Test
    void threeNodesAtOnceTellItOnceAndAgainTheNextMonth() throws Exception {
        var shop = selling();
        var start = new CyclicBarrier(3);
        try (var nodes = Executors.newVirtualThreadPerTaskExecutor()) {
            var runs = Stream.generate(() -> nodes.submit(() -> {
                        start.await();
                        tell(shop, month());
                        return true;
                    }))
                    .limit(3)
                    .toList();
            for (var run : runs) run.get();
        }
        assertThat(told(shop)).isEqualTo(1);
        assertThat(due(shop, end(month(), "Asia/Jakarta"))).isEmpty();
        assertThat(due(shop, end(month().plusMonths(1), "Asia/Jakarta"))).contains(month().plusMonths(1));
    }

    @Test
    void itSaysWhatTheMonthBroughtAndLeadsToItsReport() {
        var shop = selling();
        tell(shop, month());
        var name = java.time.format.DateTimeFormatter.ofPattern("MMMM yyyy", java.util.Locale.of("id"))
                .format(month());
        shop.api()
                .get("/api/notices")
                .then()
                .body("data.notices[0].kind", equalTo("month_report"))
                .body("data.notices[0].path", equalTo("/reports/" + month()))
                .body(
                        "data.notices[0].text",
                        equalTo("Laporan " + name + ": omzet Rp1.250.000 dari 2 pembeli, 1 di antaranya baru."));
        new Visitor(shop).get("/reports/" + month()).statusCode(200);
    }

    @Test
    void aMonthWithoutASaleIsDoneAndNoNews() {
        var shop = Shop.register();
        tell(shop, month());
        assertThat(told(shop)).isZero();
        assertThat(due(shop, end(month(), "Asia/Jakarta"))).isEmpty();
    }

    @Test
    void whoMovesWestThatMorningIsToldOnce() {
        var shop = selling();
        zone(shop, "Asia/Jayapura");
        tell(shop, month().minusMonths(1));
        tell(shop, month());
        zone(shop, "Asia/Jakarta");
        assertThat(due(shop, end(month(), "Asia/Jayapura"))).isEmpty();
        assertThat(due(shop, end(month(), "Asia/Jakarta"))).isEmpty();
    }

    @Test
    void oneShopsFailureIsItsOwn() {
        var shop = selling();
        var failing = failing();
        tell(LONG, clock.instant(), failing, new Due(shop.id(), month().atDay(1)));
        assertThat(told(shop)).isEqualTo(1);
        assertThat(reports.next(List.of(failing)).orElseThrow())
                .as("it did fail")
                .isAfter(clock.instant());
    }

    /** A turn has time for one shop here. */
    @Test
    void aShopWhoseFailureTakesAWholeTurnLetsTheOthersHaveTheNextOnes() {
        var shop = selling();
        var due = new Due(shop.id(), month().atDay(1));
        var failing = failing();
        var now = clock.instant();

        tell(Duration.ZERO, now, failing, due);
        assertThat(told(shop)).isZero();
        assertThat(reports.next(List.of(failing, due)).orElseThrow()).isBefore(now);

        tell(Duration.ZERO, now, failing, due);
        assertThat(told(shop)).isEqualTo(1);
    }

    @Test
    void aShopThatFailsIsTriedAgainLaterAndEachTimeMuchLater() {
        var failing = failing();
        var now = clock.instant();
        for (int hours : new int[] {1, 2, 4, 8}) {
            tell(LONG, now, failing);
            tell(LONG, now.plus(Duration.ofMinutes(59)), failing);
            assertThat(reports.next(List.of(failing))).contains(now.plus(Duration.ofHours(hours)));
            now = now.plus(Duration.ofHours(hours));
        }
    }

    @Test
    void whereItIsChosenTheMailBringsTheReportAsAFile() throws Exception {
        try (var mailbox = Mailbox.open()) {
            var shop = selling();
            mailbox.await(shop.email(), 1);
            db.useTenant(
                    shop.id(),
                    tx -> tx.createUpdate("UPDATE app.users SET email_verified_at = now() WHERE id = :user")
                            .bind("user", shop.id())
                            .execute());
            new Visitor(shop)
                    .post("/notices/settings", "by_email", "month_report")
                    .statusCode(303);

            tell(shop, month());

            var parts = (Multipart) mailbox.await(shop.email(), 2).getContent();
            var said = (Multipart) parts.getBodyPart(0).getContent();
            assertThat(String.valueOf(said.getBodyPart(0).getContent())).contains("/reports/" + month());
            var file = parts.getBodyPart(1);
            assertThat(file.getDisposition()).isEqualTo(Part.ATTACHMENT);
            assertThat(file.getFileName()).isEqualTo("laporan-" + month() + ".pdf");
            var pdf = new PdfReader(file.getInputStream());
            assertThat(new PdfTextExtractor(pdf).getTextFromPage(1)).contains("Batik Sri", "Rp1.250.000");
        }
    }
}
