package com.smartmarketingagent.messaging;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.smartmarketingagent.platform.Settings;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/** Asks a provider once, within a time limit, and tells what certainly was not asked from what may have been. */
@Singleton
class ProviderClient {

    /** What no sound answer comes near. */
    private static final int LARGEST = 64 * 1024;

    private final Settings settings;
    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(Duration.ofSeconds(5))
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();

    ProviderClient(Settings settings) {
        this.settings = settings;
    }

    /** What a provider answered, if it did. */
    sealed interface Answer {

        /** @param body null where it is no JSON object */
        record Said(
                int status, HttpHeaders headers, @Nullable ObjectNode body) implements Answer {

            /** What it asks us to wait; null where it says nothing, or no number of seconds up to a day. */
            @Nullable
            Duration retryAfter() {
                var after = headers.firstValue("retry-after").orElse("");
                if (!after.matches("\\d{1,5}")) return null;
                var wait = Duration.ofSeconds(Long.parseLong(after));
                return wait.compareTo(Duration.ofDays(1)) > 0 ? null : wait;
            }
        }

        /** There was no line to it: nothing was asked. */
        record NotReached() implements Answer {}

        /** The line broke, or it took too long: it may have heard all of it. */
        record Lost() implements Answer {}
    }

    /** @param otherwise where the operator named no other */
    URI base(String variable, String otherwise) {
        return URI.create(settings.text(variable).orElse(otherwise).replaceFirst("/+$", ""));
    }

    /** A setting of the operator's. */
    String text(String variable, String otherwise) {
        return settings.text(variable).orElse(otherwise);
    }

    ObjectNode object() {
        return json.createObjectNode();
    }

    Answer ask(HttpRequest request) {
        var limit = Duration.ofSeconds(settings.number("PROVIDER_TIMEOUT_SECONDS", 15));
        var sent = http.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), LARGEST));
        try {
            var response = sent.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return new Answer.Said(response.statusCode(), response.headers(), tree(response.body()));
        } catch (ExecutionException e) {
            return isBeforeTheFirstByte(e.getCause()) ? new Answer.NotReached() : new Answer.Lost();
        } catch (TimeoutException e) {
            sent.cancel(true);
            return new Answer.Lost();
        } catch (InterruptedException e) {
            sent.cancel(true);
            Thread.currentThread().interrupt();
            return new Answer.Lost();
        }
    }

    private static boolean isBeforeTheFirstByte(@Nullable Throwable failure) {
        return failure instanceof ConnectException
                || failure instanceof HttpConnectTimeoutException
                || failure instanceof SSLHandshakeException;
    }

    private @Nullable ObjectNode tree(byte[] bytes) {
        try {
            return json.readTree(bytes) instanceof ObjectNode object ? object : null;
        } catch (IOException e) {
            return null;
        }
    }

    /**
     * A field's text, whatever the case of its name and whether it is a text, a number or a boolean; empty if absent.
     */
    static String text(JsonNode object, String name) {
        for (var field : object.properties())
            if (field.getKey().toLowerCase(Locale.ROOT).equals(name))
                return field.getValue().asText("");
        return "";
    }

    @PreDestroy
    void close() {
        http.shutdownNow();
    }
}
