package com.smartmarketingagent.notice;

import com.smartmarketingagent.account.Sessions;
import com.smartmarketingagent.notice.NoticeRepository.Choice;
import com.smartmarketingagent.platform.Ids;
import com.smartmarketingagent.platform.Jobs;
import com.smartmarketingagent.platform.Mailer;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/** Tells owners what happened while they were not looking. */
@Singleton
public class Notices {

    /** Fact of a campaign that was practice: nobody really got anything. */
    public static final String PRACTICE = "practice";

    private final NoticeRepository notices;
    private final Mailer mailer;
    private final Jobs jobs;
    private final Sessions sessions;

    Notices(NoticeRepository notices, Mailer mailer, Jobs jobs, Sessions sessions) {
        this.notices = notices;
        this.mailer = mailer;
        this.jobs = jobs;
        this.sessions = sessions;
    }

    /**
     * Tells {@code user} within {@code tx}: the notice exists exactly if what it tells of does. It goes out by the ways
     * that they chose for its kind. Call {@link #told} after the commit.
     *
     * @param facts those that {@code kind} names; nothing of a customer
     * @throws IllegalArgumentException where a fact is missing
     */
    public void tell(Handle tx, UserId user, Kind kind, Map<String, Object> facts) {
        kind.check(facts);
        var id = Ids.next();
        notices.forgetOld(tx, user);
        notices.insert(tx, user, id, kind, facts);
        var choice = notices.choice(tx, user, kind).orElseGet(() -> Choice.proposed(kind));
        boolean byPush = choice.push() && notices.planPush(tx, user, id);
        boolean byMail = choice.email() && mailer.isOn() && notices.planMail(tx, user, id);
        boolean byWhatsApp = choice.whatsapp()
                && kind.mayGoByWhatsApp()
                && notices.whatsApp(tx, user).isReady();
        if (byWhatsApp) notices.planWhatsApp(tx, user, id);
        if (byPush || byMail || byWhatsApp) jobs.enqueue(tx, NoticeDelivery.NAME, NoticeDelivery.instance(user, id));
    }

    /**
     * The same of something that may happen again and again: while a notice of it isn't read, that one says how things
     * are now, and nobody is told once more.
     *
     * @param facts with the {@code id} of what it is about
     */
    public void tellOnce(Handle tx, UserId user, Kind kind, Map<String, Object> facts) {
        kind.check(facts);
        if (!notices.renew(tx, user, kind, facts)) tell(tx, user, kind, facts);
    }

    /** Open pages show it at once, and it goes out now. Without it both happen within half a minute. */
    public void told(UserId user) {
        sessions.forget(user);
        jobs.wakeUp();
    }
}
