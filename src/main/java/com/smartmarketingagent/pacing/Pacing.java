package com.smartmarketingagent.pacing;

import com.smartmarketingagent.account.ShopCalendar;
import com.smartmarketingagent.messaging.ChannelRepository;
import com.smartmarketingagent.messaging.Via;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Settings;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** When whose messages may go out. All times are the database's: a node whose clock is wrong sends nothing early. */
@Singleton
public class Pacing {

    /** Of a sender that died others wait so long. */
    private static final Duration MAIL_TURN = Duration.ofSeconds(15);
    /** Whoever waits for a turn looks that often. */
    private static final Duration MAIL_LOOK = Duration.ofSeconds(5);

    private final PaceRepository paces;
    private final ChannelRepository channels;
    private final ShopCalendar calendar;
    private final QuietHours quiet;

    @Inject
    Pacing(PaceRepository paces, ChannelRepository channels, ShopCalendar calendar, Settings settings) {
        this(paces, channels, calendar, QuietHours.of(settings));
    }

    public Pacing(PaceRepository paces, ChannelRepository channels, ShopCalendar calendar, QuietHours quiet) {
        this.paces = paces;
        this.channels = channels;
        this.calendar = calendar;
        this.quiet = quiet;
    }

    /** The zones whose people may be written to now. Practice reaches nobody, so it wakes nobody. */
    public List<ZoneId> awake(Via via, Instant now) {
        return via.reachesPeople() ? quiet.awake(now) : Zones.EAST_FIRST;
    }

    /** Whether the shop's number may send one more now; until the end of the transaction nobody else asks for it. */
    public boolean isFree(Handle tx, UserId user, Via via, Instant now) {
        var zone = calendar.zone(tx, user);
        var today = LocalDate.ofInstant(now, zone);
        var pace = inUse(tx, user, via, paces.lock(tx, user, via, today, now), zone, today);
        return !pace.free(now, zone, quiet).isAfter(now);
    }

    /** Counts one that goes out now, and draws how long the number rests. */
    public void sent(Handle tx, UserId user, Via via, Instant now) {
        var zone = calendar.zone(tx, user);
        var today = LocalDate.ofInstant(now, zone);
        var pace = inUse(tx, user, via, paces.lock(tx, user, via, today, now), zone, today);
        paces.sent(
                tx, user, via, pace.sent(now, today, ThreadLocalRandom.current().nextDouble()));
    }

    /**
     * Takes the number's turn for something that is no campaign's: it rests afterwards, and its day counts nothing.
     *
     * @return false while it rests; then nothing is taken
     */
    boolean takesTurn(Handle tx, UserId user, Via via, Instant now) {
        // one that never sent has nothing to rest from, and doesn't begin to grow old by this
        if (paces.find(tx, user, via).isEmpty()) return true;
        var pace = paces.lock(tx, user, via, LocalDate.ofInstant(now, calendar.zone(tx, user)), now);
        if (pace.nextAt().isAfter(now)) return false;
        paces.sent(tx, user, via, pace.rests(now, ThreadLocalRandom.current().nextDouble()));
        return true;
    }

    /**
     * Takes, or keeps, the turn of who sends a shop's mail: one at a time, whatever campaigns and nodes there are, so
     * that its server is asked no more at once than it allows.
     *
     * @param held until when it was ours; null where it wasn't
     * @return until when it is ours; empty while somebody else's
     */
    public Optional<Instant> takeTurn(Handle tx, UserId user, Via via, Instant now, @Nullable Instant held) {
        var today = LocalDate.ofInstant(now, calendar.zone(tx, user));
        var pace = paces.lock(tx, user, via, today, now);
        if (pace.nextAt().isAfter(now) && !pace.nextAt().equals(held)) return Optional.empty();
        var until = now.plus(MAIL_TURN);
        paces.sent(tx, user, via, pace.restsUntil(until));
        return Optional.of(until);
    }

    /** Gives back the turn that is ours until then. */
    public void endTurn(Handle tx, UserId user, Via via, Instant until) {
        var now = Db.now(tx);
        var pace = paces.lock(tx, user, via, LocalDate.ofInstant(now, calendar.zone(tx, user)), now);
        if (pace.nextAt().equals(until)) paces.sent(tx, user, via, pace.restsUntil(now.plus(via.between())));
    }

    /**
     * Counts what came of messages, in their order.
     *
     * @return how many failed one after the other, up to the last
     */
    public int settled(Handle tx, UserId user, Via via, boolean succeeded, int failures) {
        var now = Db.now(tx);
        paces.lock(tx, user, via, LocalDate.ofInstant(now, calendar.zone(tx, user)), now);
        return paces.settled(tx, user, via, succeeded, failures);
    }

    /** A number that was changed begins anew. */
    private Pace inUse(Handle tx, UserId user, Via via, Pace pace, ZoneId zone, LocalDate today) {
        var since = via.kind()
                .flatMap(kind -> channels.find(tx, user, kind))
                .map(kept -> LocalDate.ofInstant(kept.inUseSince(), zone))
                .orElse(pace.since());
        return pace.inUseSince(since, today);
    }

    /** What keeps a channel from sending, a key below {@code channels.why_}; empty where nothing is known to. */
    public Optional<String> trouble(Handle tx, UserId user, Via via) {
        return via.kind()
                .flatMap(kind -> channels.find(tx, user, kind))
                .filter(ChannelRepository.Kept::isDown)
                .flatMap(kept -> Optional.ofNullable(kept.why()));
    }

    /** The first moment in which one of these may go out; empty for never. */
    public Optional<Instant> next(Handle tx, UserId user, Via via, List<Due> due) {
        if (!via.reachesPeople()) return due.stream().map(Due::at).min(Instant::compareTo);
        var now = Db.now(tx);
        var zone = calendar.zone(tx, user);
        var free = paces.find(tx, user, via)
                .map(pace -> via.isPaced()
                        ? inUse(tx, user, via, pace, zone, LocalDate.ofInstant(now, zone))
                                .free(now, zone, quiet)
                        : turn(pace, now))
                .orElse(now);
        return due.stream()
                .map(d -> d.zone() == null ? d.at() : quiet.ends(d.at().isAfter(free) ? d.at() : free, d.zone()))
                .min(Instant::compareTo);
    }

    private static Instant turn(Pace pace, Instant now) {
        var look = now.plus(MAIL_LOOK);
        return pace.nextAt().isBefore(look) ? pace.nextAt() : look;
    }

    /** In about how many days so many messages are sent, today counted; empty where nothing keeps them back. */
    public OptionalInt days(Handle tx, UserId user, Via via, long messages) {
        if (!via.isPaced()) return OptionalInt.empty();
        var now = Db.now(tx);
        var zone = calendar.zone(tx, user);
        var today = LocalDate.ofInstant(now, zone);
        var pace = paces.find(tx, user, via).orElseGet(() -> Pace.begins(today, now));
        return OptionalInt.of(inUse(tx, user, via, pace, zone, today).days(messages, today));
    }

    /** How many messages are left of what was bought, where the provider said so; empty where that isn't known. */
    public OptionalLong left(Handle tx, UserId user, Via via) {
        return via.kind()
                .flatMap(kind -> channels.find(tx, user, kind))
                .map(ChannelRepository.Kept::messagesLeft)
                .orElse(OptionalLong.empty());
    }

    /**
     * How a sending number does.
     *
     * @param day how long it is in use, counted from 1
     * @param cap how many it may send today
     * @param most how many once it is known
     * @param failures one after the other, up to the last
     * @param stops of those who got a message within 30 days, how many said stop since
     * @param recipients how many got one
     */
    public record Health(
            Via via, int day, int sentToday, int cap, int most, int failures, long stops, long recipients) {}

    /** Of the numbers that have sent something. */
    public List<Health> health(Handle tx, UserId user) {
        var zone = calendar.zone(tx, user);
        var today = LocalDate.ofInstant(Db.now(tx), zone);
        return List.of(Via.FONNTE, Via.CLOUD_API).stream()
                .flatMap(via -> paces
                        .find(tx, user, via)
                        .map(pace -> inUse(tx, user, via, pace, zone, today))
                        .map(pace -> health(via, pace, today, paces.stops(tx, user, via)))
                        .stream())
                .toList();
    }

    private static Health health(Via via, Pace pace, LocalDate today, Stops stops) {
        return new Health(
                via,
                1 + (int) Math.max(0, ChronoUnit.DAYS.between(pace.since(), today)),
                pace.sentOn(today),
                Pace.cap(pace.since(), today),
                Pace.MOST,
                pace.failures(),
                stops.stops(),
                stops.sent());
    }
}
