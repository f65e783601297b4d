package com.smartmarketingagent.campaign;

import com.smartmarketingagent.account.ShopCalendar;
import com.smartmarketingagent.campaign.ResultRepository.Person;
import com.smartmarketingagent.platform.Csv;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Language;
import com.smartmarketingagent.platform.UserId;
import com.smartmarketingagent.platform.Words;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.StreamingOutput;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Everybody who was drawn for a message: what became of it, and what they did then. */
@Singleton
class RecipientReport {

    private static final int PAGE = 1_000;
    /** As every spreadsheet reads and sorts it. */
    private static final DateTimeFormatter MOMENT = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm");

    private final Db db;
    private final CampaignRepository campaigns;
    private final ResultRepository results;
    private final Results outcome;
    private final ShopCalendar calendar;

    RecipientReport(
            Db db, CampaignRepository campaigns, ResultRepository results, Results outcome, ShopCalendar calendar) {
        this.db = db;
        this.campaigns = campaigns;
        this.results = results;
        this.outcome = outcome;
        this.calendar = calendar;
    }

    /**
     * A line for each, under the titles of name, phone, city, state, why, when it was sent, when its link was first
     * followed, the day of the first purchase since, and rupiah since. Who was held out is not among them: a list of
     * them would be an invitation to write to them after all. Read in pages: a slow client keeps no connection from
     * others.
     *
     * @throws com.smartmarketingagent.platform.Problem.NotFound at once, where there is no such campaign
     */
    StreamingOutput csv(UserId owner, UUID id, Language language, List<String> titles) {
        var campaign = db.inTenant(owner, tx -> campaigns.get(tx, owner, id));
        var zone = db.inTenant(owner, tx -> calendar.zone(tx, owner));
        return out -> {
            try (var csv = new Csv(out)) {
                csv.row(titles);
                var began = campaign.frozenAt();
                if (began == null) return;
                var from = LocalDate.ofInstant(began, zone);
                var until = db.inTenant(owner, tx -> outcome.until(tx, owner, id, began, Results.DAYS));
                boolean brings = campaign.via().reachesPeople();
                var after = new UUID(0, 0);
                for (List<Person> page; !(page = read(owner, id, from, until, after)).isEmpty(); ) {
                    for (var person : page) csv.row(line(person, brings, language, zone));
                    after = page.getLast().drawnId();
                }
            }
        };
    }

    private List<Person> read(UserId owner, UUID id, LocalDate from, LocalDate until, UUID after) {
        return db.inTenant(owner, tx -> results.people(tx, owner, id, from, until, after, PAGE));
    }

    /** @param brings whether what was bought since counts */
    private static List<String> line(Person person, boolean brings, Language language, ZoneId zone) {
        var bought = brings ? person.boughtOn() : null;
        return List.of(
                person.name(),
                orNothing(person.phone()),
                orNothing(person.city()),
                Words.say(language, "campaign.message." + person.state()),
                why(person.why(), language),
                moment(person.sentAt(), zone),
                moment(person.clickedAt(), zone),
                bought == null ? "" : bought.toString(),
                brings ? person.amount().stripTrailingZeros().toPlainString() : "0");
    }

    /** What a provider says in its own words is said as it is. */
    static String why(@Nullable String why, Language language) {
        return why == null ? "" : Words.sayOr(language, "campaign.why." + why, why);
    }

    private static String orNothing(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static String moment(@Nullable Instant moment, ZoneId zone) {
        return moment == null ? "" : MOMENT.format(moment.atZone(zone));
    }
}
