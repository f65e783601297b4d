package com.smartmarketingagent.notice;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.smartmarketingagent.platform.Settings;
import com.zerodeplibs.webpush.PushSubscription;
import com.zerodeplibs.webpush.httpclient.StandardHttpClientRequestPreparer;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** Hands a message for one device to its browser's push service (RFC 8030), so that only that device can read it. */
@Singleton
class Push {

    private static final Logger LOG = Logger.getLogger(Push.class);

    private static final Duration CONNECTING = Duration.ofSeconds(5);
    private static final Duration WHOLE = Duration.ofSeconds(10);
    /** Of a payload of at most 4 KB, with room for what the encryption adds. */
    private static final int LONGEST_TEXT = 500;

    private static final int HOURS_WORTH_KNOWING = 12;

    private final Settings settings;
    private final PushKeys keys;
    private final ObjectMapper json;
    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(CONNECTING)
            // where the service is was looked at; where it sends us was not
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    Push(Settings settings, PushKeys keys, ObjectMapper json) {
        this.settings = settings;
        this.keys = keys;
        this.json = json;
    }

    /** What came of it. */
    enum Outcome {
        TAKEN,
        /** There is no such device any more. */
        GONE,
        /** Surely not taken, and worth another try. */
        LATER,
        /** Never taken. */
        REFUSED,
        /** It may have been taken. */
        UNKNOWN
    }

    /** As the script beside the pages (web/sw.js) reads it. @param path of the page to open */
    record Message(String title, String text, String path) {
        Message {
            if (text.length() > LONGEST_TEXT) text = text.substring(0, LONGEST_TEXT) + "…";
        }
    }

    /** Origins of push services besides the known ones: {@code PUSH_ORIGINS}, with commas between them. */
    Set<String> otherOrigins() {
        return settings.text("PUSH_ORIGINS").stream()
                .flatMap(all -> Arrays.stream(all.split(",", -1)))
                .map(String::strip)
                .filter(o -> !o.isEmpty())
                .collect(Collectors.toSet());
    }

    /** Call it outside transactions. */
    Outcome send(Device device, Message message) {
        // what was allowed once need not be any more
        if (!Device.isKnown(device.endpoint(), otherOrigins())) return Outcome.GONE;
        HttpRequest request;
        try {
            request = request(device, message);
        } catch (RuntimeException e) {
            LOG.warn("A push device has keys that are none; it is forgotten", e);
            return Outcome.GONE;
        }
        try {
            int status = http.send(request, BodyHandlers.discarding()).statusCode();
            if (status >= 200 && status < 300) return Outcome.TAKEN;
            if (status == 404 || status == 410) return Outcome.GONE;
            if (status == 429 || status >= 500) return Outcome.LATER;
            LOG.warn("A push service refused a message with the status " + status);
            return Outcome.REFUSED;
        } catch (ConnectException | HttpConnectTimeoutException e) {
            LOG.debug("A push service is not there", e);
            return Outcome.LATER;
        } catch (IOException e) {
            LOG.debug("A push service broke off", e);
            return Outcome.UNKNOWN;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Outcome.UNKNOWN;
        }
    }

    private HttpRequest request(Device device, Message message) {
        var subscription = new PushSubscription();
        subscription.setEndpoint(device.endpoint());
        var itsKeys = new PushSubscription.Keys();
        itsKeys.setP256dh(device.p256dh());
        itsKeys.setAuth(device.auth());
        subscription.setKeys(itsKeys);
        var prepared = StandardHttpClientRequestPreparer.getBuilder()
                .pushSubscription(subscription)
                .vapidJWTExpiresAfter(1, TimeUnit.HOURS)
                .vapidJWTSubject(contact())
                .pushMessage(write(message))
                .ttl(HOURS_WORTH_KNOWING, TimeUnit.HOURS)
                .urgencyNormal()
                .build(keys.pair());
        return prepared.toRequestBuilder().timeout(WHOLE).build();
    }

    /** Whom a push service writes to when something is wrong with us. */
    private String contact() {
        return settings.text("MAIL_FROM")
                .map(from -> "mailto:" + from)
                .or(() -> settings.publicUrl().map(String::valueOf).filter(u -> u.startsWith("https:")))
                .orElse("mailto:sma@example.invalid");
    }

    private String write(Message message) {
        try {
            return json.writeValueAsString(message);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
