package com.smartmarketingagent.pacing;

import com.smartmarketingagent.platform.Settings;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.regex.Pattern;

/**
 * When nobody is written to, by the clock of who would be.
 *
 * @param until the first minute of the day in which they may be
 * @param from the first in which they may not any more; midnight for never
 */
public record QuietHours(LocalTime until, LocalTime from) {

    private static final Pattern HOURS = Pattern.compile("(\\d{1,2})-(\\d{1,2})");

    /** What senders in Indonesia keep to. */
    static final QuietHours USUAL = new QuietHours(LocalTime.of(8, 0), LocalTime.of(20, 0));

    /**
     * What the operator says of them in {@code SENDING_HOURS}, as the hours in which may be written.
     *
     * @throws Settings.Wrong where that can't be read
     */
    static QuietHours of(Settings settings) {
        return settings.text("SENDING_HOURS").map(QuietHours::parse).orElse(USUAL);
    }

    private static QuietHours parse(String text) {
        var found = HOURS.matcher(text);
        if (!found.matches()) throw new Settings.Wrong("SENDING_HOURS must be two hours, for example 08-20.");
        int until = Integer.parseInt(found.group(1));
        int from = Integer.parseInt(found.group(2));
        if (until >= from || from > 24)
            throw new Settings.Wrong("SENDING_HOURS must begin before they end, for example 08-20.");
        return new QuietHours(LocalTime.of(until, 0), LocalTime.of(from % 24, 0));
    }

    public boolean isQuiet(Instant at, ZoneId zone) {
        var time = LocalTime.ofInstant(at, zone);
        return time.isBefore(until) || (!from.equals(LocalTime.MIDNIGHT) && !time.isBefore(from));
    }

    /** The zones in which may be written at a moment, the one whose evening comes first before the others. */
    public List<ZoneId> awake(Instant at) {
        return Zones.EAST_FIRST.stream().filter(zone -> !isQuiet(at, zone)).toList();
    }

    /** The first moment from {@code at} on that isn't quiet. */
    Instant ends(Instant at, ZoneId zone) {
        if (!isQuiet(at, zone)) return at;
        var local = at.atZone(zone);
        var day = local.toLocalTime().isBefore(until)
                ? local.toLocalDate()
                : local.toLocalDate().plusDays(1);
        return day.atTime(until).atZone(zone).toInstant();
    }
}
