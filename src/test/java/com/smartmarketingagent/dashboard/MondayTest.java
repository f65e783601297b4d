package com.smartmarketingagent.dashboard;

import static com.smartmarketingagent.Http.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;

import com.smartmarketingagent.Http.Checked;
import com.smartmarketingagent.Shop;
import com.smartmarketingagent.Visitor;
import com.smartmarketingagent.customer.CustomerBook;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.TemporalAdjusters;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The home page on a Monday morning, whatever day the tests run on: the program's clock is ahead. */
@QuarkusTest
@TestProfile(MondayTest.Ahead.class)
class MondayTest {

    private static final ZoneId ZONE = ZoneId.of("Asia/Jakarta");

    public static class Ahead implements QuarkusTestProfile {
        @Override
        public Set<Class<?>> getEnabledAlternatives() {
            return Set.of(NextMonday.class);
        }
    }

    @Alternative
    @Singleton
    static class NextMonday {
        @Produces
        @Singleton
        Clock clock() {
            var now = Clock.system(ZONE);
            var monday = LocalDate.now(now)
                    .with(TemporalAdjusters.next(DayOfWeek.MONDAY))
                    .atTime(LocalTime.of(8, 0))
                    .atZone(ZONE);
            return Clock.offset(now, Duration.between(now.instant(), monday));
        }
    }

    @Inject
    Clock clock;

    /** The seven days before are last week's: they are neither shown nor compared. */
    @Test
    void nothingIsComparedUntilTheFirstSaleAndThenWithFormerMondaysAlone() {
        var shop = Shop.register();
        var book = new CustomerBook(shop);
        var ani = book.add("Ani");
        var monday = LocalDate.ofInstant(clock.instant(), ZONE);
        for (int week = 1; week <= 8; week++) {
            book.sell(ani, monday.minusWeeks(week).toString(), 100_000);
            book.sell(ani, monday.minusWeeks(week).plusDays(6).toString(), 900_000);
        }
        home(shop)
                .body(
                        containsString("<span class=\"font-normal soft\">Senin</span>"),
                        containsString("<span class=\"figure\">Rp0</span>"),
                        not(containsString("Biasanya")),
                        not(containsString("dari biasanya")),
                        not(containsString("untuk dibandingkan")));

        book.sell(ani, monday.toString(), 50_000);
        home(shop)
                .body(
                        containsString("<span class=\"font-normal soft\">Senin</span>"),
                        containsString("<span class=\"figure\">Rp50.000</span>"),
                        containsString("Biasanya Senin: Rp100.000."),
                        containsString("50% lebih rendah dari biasanya"),
                        containsString("Biasanya 1 pembeli."));
    }

    private static Checked home(Shop shop) {
        return given().cookie("sma_session", Visitor.cookie(shop.email(), shop.password()))
                .accept("text/html")
                .get("/")
                .then()
                .statusCode(200);
    }
}
