package com.smartmarketingagent.rfm;

import com.smartmarketingagent.account.ShopCalendar;
import com.smartmarketingagent.customer.Phone;
import com.smartmarketingagent.platform.Language;
import com.smartmarketingagent.platform.UserId;
import com.smartmarketingagent.rfm.RfmRepository.Run;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Whom an owner should get in touch with today, and why. */
@Singleton
public class Attention {

    private final SegmentRepository segments;
    private final ShopCalendar calendar;

    Attention(SegmentRepository segments, ShopCalendar calendar) {
        this.segments = segments;
        this.calendar = calendar;
    }

    /**
     * @param phone E.164; null where unknown
     * @param reason one sentence in the reader's language
     */
    public record Card(
            UUID customerId, String name, @Nullable String phone, String reason) {

        /** Where a message to them begins; null where that is unknown. */
        public @Nullable String whatsApp() {
            return phone == null ? null : Phone.whatsApp(phone);
        }
    }

    /**
     * At most {@code limit}, the most valuable of those who are leaving first; those who can't be written to stand
     * behind the others, and who was just written to by a campaign is left out.
     */
    public List<Card> cards(Handle tx, UserId user, Run run, Language language, int limit) {
        var sentences = new Sentences(language);
        var today = calendar.today(tx, user);
        var found = new ArrayList<>(segments.fading(tx, user, run.day(), true, List.of(), limit));
        if (found.size() < limit) {
            var known = found.stream().map(SegmentRepository.Fading::customerId).toList();
            found.addAll(segments.fading(tx, user, run.day(), false, known, limit - found.size()));
        }
        return found.stream()
                .map(c -> new Card(
                        c.customerId(),
                        c.name(),
                        c.phone(),
                        sentences.explain(
                                c.name(),
                                new Rfm(c.recencyDays(), c.frequency(), c.monetary()),
                                c.segment(),
                                run.settings().windowDays(),
                                run.day(),
                                today)))
                .toList();
    }
}
