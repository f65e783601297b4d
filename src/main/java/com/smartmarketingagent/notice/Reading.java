package com.smartmarketingagent.notice;

import com.smartmarketingagent.account.Sessions;
import com.smartmarketingagent.customer.Phone;
import com.smartmarketingagent.notice.NoticeRepository.Choice;
import com.smartmarketingagent.notice.NoticeRepository.WhatsApp;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Ids;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What an owner does with their notices. */
@Singleton
class Reading {

    private final Db db;
    private final NoticeRepository notices;
    private final DeviceRepository devices;
    private final Push push;
    private final Sessions sessions;

    Reading(Db db, NoticeRepository notices, DeviceRepository devices, Push push, Sessions sessions) {
        this.db = db;
        this.notices = notices;
        this.devices = devices;
        this.push = push;
        this.sessions = sessions;
    }

    void all(UserId user) {
        db.useTenant(user, tx -> notices.readAll(tx, user));
        sessions.forget(user);
    }

    /** @param seen when the newest came that they saw */
    void upTo(UserId user, Instant seen) {
        db.useTenant(user, tx -> notices.read(tx, user, seen));
        sessions.forget(user);
    }

    /**
     * From now on this device is told too, until its session is ended.
     *
     * @throws Problem.Invalid where it is none, or its push service is not known
     */
    void listen(UserId user, UUID session, String endpoint, String p256dh, String auth) {
        var device = new Device(Ids.next(), endpoint, p256dh, auth).checked(push.otherOrigins());
        db.useTenant(user, tx -> devices.save(tx, user, session, device));
    }

    void stopListening(UserId user, String endpoint) {
        db.useTenant(user, tx -> devices.delete(tx, user, endpoint));
    }

    /** For every kind, as they chose or as it is proposed. */
    List<Choice> choices(UserId user) {
        var chosen = db.inTenant(user, tx -> notices.choices(tx, user));
        return Arrays.stream(Kind.values())
                .map(kind -> chosen.stream()
                        .filter(c -> c.kind() == kind)
                        .findFirst()
                        .orElseGet(() -> Choice.proposed(kind)))
                .toList();
    }

    /**
     * @param phone at which they want to be told by WhatsApp, in any usual spelling; empty for none, null for the same
     *     as before
     * @throws Problem.Invalid where that is no mobile number or the shop's own, or a kind can't go that way
     */
    void choose(UserId user, List<Choice> choices, @Nullable String phone) {
        if (choices.stream().anyMatch(c -> c.whatsapp() && !c.kind().mayGoByWhatsApp()))
            throw new Problem.Invalid("whatsapp", "notice.whatsapp_never");
        var number = phone == null || phone.isBlank() ? null : Phone.e164OrNull(phone);
        if (number == null && phone != null && !phone.isBlank())
            throw new Problem.Invalid("whatsapp_phone", "notice.whatsapp_phone");
        db.useTenant(user, tx -> {
            if (number != null && number.equals(notices.whatsApp(tx, user).number()))
                throw new Problem.Invalid("whatsapp_phone", "notice.whatsapp_same");
            if (phone != null) notices.keepPhone(tx, user, number);
            choices.forEach(c -> notices.choose(tx, user, c));
        });
    }

    WhatsApp whatsApp(UserId user) {
        return db.inTenant(user, tx -> notices.whatsApp(tx, user));
    }
}
