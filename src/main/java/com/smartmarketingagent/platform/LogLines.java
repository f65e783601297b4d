package com.smartmarketingagent.platform;

import io.quarkus.runtime.StartupEvent;
import io.vertx.core.http.HttpClosedException;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import java.nio.channels.ClosedChannelException;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Logger;
import org.jboss.logmanager.ExtFormatter;
import org.jboss.logmanager.ExtHandler;
import org.jboss.logmanager.ExtLogRecord;
import org.jspecify.annotations.Nullable;

/** Every line of the log, in whatever form, goes through {@link Redacted}. */
@Singleton
class LogLines {

    /** Of the framework: it writes to open pages. */
    static final Logger LISTENERS =
            Logger.getLogger("org.jboss.resteasy.reactive.server.handlers.PublisherResponseHandler");

    void install(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent event) {
        for (var handler : Logger.getLogger("").getHandlers()) redact(handler);
        LISTENERS.setFilter(entry -> !hungUp(entry.getThrown()));
    }

    /** Who closes a page that listens is nobody's fault. */
    static boolean hungUp(@Nullable Throwable thrown) {
        for (var t = thrown; t != null; t = t.getCause()) {
            if (t instanceof ClosedChannelException || t instanceof HttpClosedException) return true;
        }
        return false;
    }

    private static void redact(Handler handler) {
        var formatter = handler.getFormatter();
        if (formatter != null && !(formatter instanceof Redacting)) handler.setFormatter(new Redacting(formatter));
        if (handler instanceof ExtHandler outer) for (var inner : outer.getHandlers()) redact(inner);
    }

    /** Formats as another does, and leaves out what is nobody's business. */
    static final class Redacting extends ExtFormatter {
        private final Formatter form;

        Redacting(Formatter form) {
            this.form = form;
        }

        @Override
        public String format(ExtLogRecord entry) {
            return Redacted.of(form.format(entry));
        }

        @Override
        public boolean isCallerCalculationRequired() {
            return !(form instanceof ExtFormatter ext) || ext.isCallerCalculationRequired();
        }

        @Override
        public String getHead(Handler handler) {
            return form.getHead(handler);
        }

        @Override
        public String getTail(Handler handler) {
            return form.getTail(handler);
        }
    }
}
