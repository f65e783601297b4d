package com.smartmarketingagent.platform;

import io.sentry.Hint;
import io.sentry.Sentry;
import io.sentry.SentryEvent;
import io.sentry.SentryLevel;
import io.sentry.SentryLongDate;
import io.sentry.SentryOptions;
import io.sentry.SpanStatus;
import io.sentry.TransactionContext;
import io.sentry.TransactionOptions;
import io.sentry.protocol.Message;
import io.sentry.protocol.TransactionNameSource;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.logging.MDC;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.Level;
import org.jspecify.annotations.Nullable;

/**
 * Sends every error of the log, with its stack and of its texts only the little that can't be about anybody, and
 * requests by their routes. Which shop it was is told by a hash that only this installation can make.
 */
final class SentryReports extends Handler implements AutoCloseable {

    /** A prompt or a letter is longer; what a library says of itself is not. */
    private static final int LONGEST = 200;

    private static final Pattern ID = Pattern.compile("\\b[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\\b");
    private static final Pattern QUOTED = Pattern.compile("\"[^\"]*(?:\"|$)|(?<!\\w)'[^']*(?:'|$)");
    /** Of a column, a class or a constraint. */
    private static final Pattern NAME = Pattern.compile("(['\"])[\\w.$]*\\1");

    private final byte[] tenantKey;
    private final Clock clock;

    SentryReports(String dsn, String version, String environment, double sample, byte[] tenantKey, Clock clock) {
        this.tenantKey = tenantKey;
        this.clock = clock;
        setLevel(Level.ERROR);
        Sentry.init(options -> configure(options, dsn, version, environment, sample));
    }

    private static void configure(
            SentryOptions options, String dsn, String version, String environment, double sample) {
        options.setDsn(dsn);
        options.setRelease("smart-marketing-agent@" + version);
        options.setEnvironment(environment);
        options.setTracesSampleRate(sample);
        options.setSendDefaultPii(false);
        options.setAttachServerName(false);
        options.setMaxBreadcrumbs(0);
        options.setSendModules(false);
        options.setSendClientReports(false);
        options.setEnableShutdownHook(false);
        options.setEnableUncaughtExceptionHandler(false);
        options.setShutdownTimeoutMillis(2_000);
        options.addInAppInclude("com.smartmarketingagent");
        options.setBeforeSend(SentryReports::withoutPersons);
    }

    private static SentryEvent withoutPersons(SentryEvent event, Hint hint) {
        event.setServerName(null);
        event.setUser(null);
        event.setRequest(null);
        event.setBreadcrumbs(null);
        var exceptions = event.getExceptions();
        if (exceptions != null) for (var e : exceptions) e.setValue(told(e.getValue()));
        return event;
    }

    /** The first line, without what is quoted in it, and without ids: those of requests are labels. */
    static String told(@Nullable String text) {
        if (text == null) return "";
        var line = text.lines().findFirst().orElse("");
        line = QUOTED.matcher(ID.matcher(line).replaceAll("[id]"))
                .replaceAll(q -> NAME.matcher(q.group()).matches() ? Matcher.quoteReplacement(q.group()) : "[text]");
        line = Redacted.of(line);
        return line.substring(0, Math.min(LONGEST, line.length()));
    }

    @Override
    public void publish(LogRecord entry) {
        var name = String.valueOf(entry.getLoggerName());
        if (entry.getLevel().intValue() < Level.ERROR.intValue() || name.startsWith("io.sentry")) return;
        var event = entry.getThrown() == null ? new SentryEvent() : new SentryEvent(entry.getThrown());
        var message = new Message();
        message.setFormatted(told(ExtLogRecord.wrap(entry).getFormattedMessage()));
        event.setMessage(message);
        event.setLevel(SentryLevel.ERROR);
        event.setLogger(name);
        for (var label : new String[] {Requests.ID, "job"})
            if (MDC.get(label) != null) event.setTag(label, String.valueOf(MDC.get(label)));
        var tenant = tenant();
        if (tenant != null) event.setTag(Pool.TENANT, tenant);
        Sentry.captureEvent(event);
    }

    private @Nullable String tenant() {
        var id = MDC.get(Pool.TENANT);
        if (id == null) return null;
        var hash = Hashes.hmac(tenantKey, String.valueOf(id).getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(hash, 0, 8);
    }

    void request(String method, String route, int status, Duration took) {
        var context = new TransactionContext(method + " " + route, TransactionNameSource.ROUTE, "http.server");
        var options = new TransactionOptions();
        var now = clock.instant();
        options.setStartTimestamp(date(now.minus(took)));
        var transaction = Sentry.startTransaction(context, options);
        var id = MDC.get(Requests.ID);
        if (id != null) transaction.setTag(Requests.ID, String.valueOf(id));
        var tenant = tenant();
        if (tenant != null) transaction.setTag(Pool.TENANT, tenant);
        transaction.setTag("status", String.valueOf(status));
        transaction.finish(SpanStatus.fromHttpStatusCode(status, SpanStatus.OK), date(now));
    }

    private static SentryLongDate date(Instant moment) {
        return new SentryLongDate(moment.getEpochSecond() * 1_000_000_000L + moment.getNano());
    }

    @Override
    public void flush() {
        Sentry.flush(2_000);
    }

    @Override
    public void close() {
        Sentry.close();
    }
}
