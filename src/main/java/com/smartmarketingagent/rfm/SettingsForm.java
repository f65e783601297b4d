package com.smartmarketingagent.rfm;

import com.smartmarketingagent.platform.Figures;
import com.smartmarketingagent.platform.Problem.Text;
import com.smartmarketingagent.rfm.RfmSettings.Method;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jboss.resteasy.reactive.RestForm;
import org.jspecify.annotations.Nullable;

/**
 * The settings as an owner types them: {@code 1.000.000}, {@code Rp 1000000} and {@code 1,000,000} are the same. What
 * can't be understood is kept as it is, to be shown again.
 */
record SettingsForm(
        @RestForm @Nullable String method,
        @RestForm("window_days") @Nullable String windowDays,
        @RestForm @Nullable List<String> recency,
        @RestForm @Nullable List<String> frequency,
        @RestForm @Nullable List<String> monetary) {

    private static final Pattern NUMBER =
            Pattern.compile("([0-9]{1,3}(?:[.,][0-9]{3})+|[0-9]{1,15})(?:[.,]([0-9]{1,2}))?");
    private static final BigDecimal MOST_RUPIAH = new BigDecimal("9999999999999.99");

    /**
     * What was understood.
     *
     * @param settings null if there are problems
     * @param problems by the id of the field
     */
    record Read(@Nullable RfmSettings settings, Map<String, Text> problems) {}

    static SettingsForm of(RfmSettings settings) {
        var bins = settings.bins();
        return new SettingsForm(
                settings.method().key(),
                settings.windowDays() == null ? "" : String.valueOf(settings.windowDays()),
                bins.recency().stream().map(String::valueOf).toList(),
                bins.frequency().stream().map(String::valueOf).toList(),
                bins.monetary().stream()
                        .map(amount -> Figures.rupiah(amount).substring(2))
                        .toList());
    }

    /** The text of one field, without what a browser would not have let through. */
    String text(String measure, int index) {
        var all = switch (measure) {
            case "recency" -> recency;
            case "frequency" -> frequency;
            default -> monetary;
        };
        return all == null || all.size() <= index ? "" : all.get(index);
    }

    Read read() {
        var problems = new LinkedHashMap<String, Text>();
        var way = Method.byKey(method == null ? "" : method);
        if (way.isEmpty()) problems.put("method", new Text("settings.method_missing"));
        var window = window(problems);
        var days = thresholds("recency", 0, RfmSettings.LONGEST_WINDOW, problems, BigDecimal::intValueExact);
        var times = thresholds("frequency", 1, Integer.MAX_VALUE, problems, BigDecimal::intValueExact);
        var rupiah = thresholds("monetary", 0, null, problems, amount -> amount);
        if (!problems.isEmpty()) return new Read(null, problems);
        return new Read(new RfmSettings(way.orElseThrow(), window, new Bins(days, times, rupiah)), problems);
    }

    private @Nullable Integer window(Map<String, Text> problems) {
        if (windowDays == null || windowDays.isBlank()) return null;
        var number = number(windowDays)
                .filter(SettingsForm::whole)
                .filter(n -> n.signum() > 0 && n.compareTo(new BigDecimal(RfmSettings.LONGEST_WINDOW)) <= 0);
        if (number.isPresent()) return number.get().intValueExact();
        problems.put("window_days", new Text("rfm.window", RfmSettings.LONGEST_WINDOW));
        return null;
    }

    /** @param most null for any amount of rupiah that can be stored */
    private <T> List<T> thresholds(
            String measure, int least, @Nullable Integer most, Map<String, Text> problems, Function<BigDecimal, T> as) {
        var read = new ArrayList<T>();
        BigDecimal before = null;
        for (int i = 0; i < 4; i++) {
            var field = measure + "_" + (i + 1);
            var number = number(text(measure, i));
            if (number.isEmpty()) {
                problems.put(field, new Text(text(measure, i).isBlank() ? "settings.missing" : "settings.number"));
                continue;
            }
            var value = number.get();
            if (most != null && !whole(value)) problems.put(field, new Text("settings.whole"));
            else if (value.compareTo(new BigDecimal(least)) < 0) problems.put(field, new Text("settings.least", least));
            else if (value.compareTo(most == null ? MOST_RUPIAH : new BigDecimal(most)) > 0)
                problems.put(field, new Text("settings.most"));
            else if (before != null && value.compareTo(before) <= 0) problems.put(field, new Text("settings.rising"));
            else read.add(as.apply(value));
            before = value;
        }
        return read;
    }

    private static boolean whole(BigDecimal number) {
        return number.stripTrailingZeros().scale() <= 0;
    }

    /** Empty for what is no number of ours, negative ones among them. */
    private static Optional<BigDecimal> number(String text) {
        var matcher = NUMBER.matcher(text.replaceAll("(?i)rp|[\\s\\u00a0]", ""));
        if (!matcher.matches()) return Optional.empty();
        var cents = matcher.group(2) == null ? "" : "." + matcher.group(2);
        return Optional.of(new BigDecimal(matcher.group(1).replaceAll("[.,]", "") + cents));
    }
}
