package com.smartmarketingagent.pacing;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * In which of the country's zones a city is. Who lives in a city that is not among them, or in one whose name there is
 * in two zones, is taken to live where the shop is.
 *
 * @param cities small letters, without "kota" and "kabupaten"; side by side with {@code zones}
 * @param zones {@code Asia/Jakarta}, {@code Asia/Makassar} or {@code Asia/Jayapura}
 */
public record Zones(List<String> cities, List<String> zones) {

    public static final Zones INDONESIA = read();

    /** All that there are, the one whose evening comes first before the others. */
    public static final List<ZoneId> EAST_FIRST =
            List.of(ZoneId.of("Asia/Jayapura"), ZoneId.of("Asia/Makassar"), ZoneId.of("Asia/Jakarta"));

    private static Zones read() {
        try (var in = Zones.class.getResourceAsStream("/pacing/cities.json")) {
            var byZone = new ObjectMapper().readValue(in, new TypeReference<Map<String, List<String>>>() {});
            var cities = new ArrayList<String>();
            var zones = new ArrayList<String>();
            byZone.forEach((zone, its) -> its.forEach(city -> {
                cities.add(city);
                zones.add(zone);
            }));
            return new Zones(List.copyOf(cities), List.copyOf(zones));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
