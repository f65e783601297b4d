package com.smartmarketingagent.messaging;

import com.fasterxml.jackson.annotation.JsonValue;
import com.smartmarketingagent.customer.Consent;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** How messages reach people. */
public enum Via {
    /** Into the shop's own mailbox; nobody outside hears of it. */
    PRACTICE,
    /** By the owner's hand: one link to WhatsApp after the other. */
    ASSISTED,
    /** By WhatsApp, through a gateway to the shop's own number. */
    FONNTE,
    /** By WhatsApp, through Meta. */
    CLOUD_API,
    /** By e-mail, through Resend. */
    RESEND,
    /** By e-mail, through a server of the shop's. */
    SMTP;

    /** Whether anybody outside the shop hears of it, so that it costs, counts and may bring something. */
    public boolean reachesPeople() {
        return this != PRACTICE;
    }

    /** What a customer says yes or no to. */
    public Consent.Channel channel() {
        return isMail() ? Consent.Channel.EMAIL : Consent.Channel.WHATSAPP;
    }

    public boolean isMail() {
        return this == RESEND || this == SMTP;
    }

    /** Whether its number could be taken away for sending too fast. */
    public boolean isPaced() {
        return this == FONNTE || this == CLOUD_API;
    }

    /** Whether somebody tells later what became of its messages. */
    public boolean tells() {
        return isPaced() || this == RESEND;
    }

    /** How many of its messages are handed over at once. */
    public int atOnce() {
        return switch (this) {
            case PRACTICE -> 25;
            case ASSISTED, FONNTE, CLOUD_API -> 1;
            // five requests a second is what it allows
            case RESEND -> 4;
            case SMTP -> 3;
        };
    }

    /** From one batch to the next. */
    public Duration between() {
        return this == RESEND ? Duration.ofSeconds(1) : Duration.ZERO;
    }

    /** The channel that has to be set up for it; empty for none. */
    public Optional<Channel.Kind> kind() {
        return switch (this) {
            case PRACTICE, ASSISTED -> Optional.empty();
            case FONNTE -> Optional.of(Channel.Kind.FONNTE);
            case CLOUD_API -> Optional.of(Channel.Kind.CLOUD_API);
            case RESEND -> Optional.of(Channel.Kind.RESEND);
            case SMTP -> Optional.of(Channel.Kind.SMTP);
        };
    }

    @JsonValue
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
