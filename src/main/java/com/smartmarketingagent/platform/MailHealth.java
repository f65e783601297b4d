package com.smartmarketingagent.platform;

import jakarta.inject.Singleton;
import java.time.Duration;
import org.jboss.logging.Logger;

/** Whether the installation's own mail server lets us in. */
@Singleton
class MailHealth implements HealthPart {

    private static final Logger LOG = Logger.getLogger(MailHealth.class);

    private final Settings settings;
    private final Smtp smtp;

    MailHealth(Settings settings, Smtp smtp) {
        this.settings = settings;
        this.smtp = smtp;
    }

    @Override
    public String name() {
        return "mail";
    }

    /** Servers take it ill if somebody logs in all the time and sends nothing. */
    @Override
    public Duration holdsFor() {
        return Duration.ofMinutes(5);
    }

    @Override
    public State ask() {
        var url = settings.text("MAIL_URL");
        if (url.isEmpty()) return State.DISABLED;
        var trouble = smtp.check(Mailer.server(url.get()));
        trouble.ifPresent(t -> LOG.warn("The mail server of MAIL_URL would take no mail: " + t));
        return trouble.isEmpty() ? State.HEALTHY : State.UNHEALTHY;
    }
}
