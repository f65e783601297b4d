package com.smartmarketingagent.privacy;

import com.smartmarketingagent.account.Act;
import com.smartmarketingagent.account.Audit;
import com.smartmarketingagent.customer.Consent;
import com.smartmarketingagent.customer.Consent.Channel;
import com.smartmarketingagent.customer.ConsentRepository.Reason;
import com.smartmarketingagent.customer.Consents;
import com.smartmarketingagent.customer.CustomerRepository;
import com.smartmarketingagent.notice.Notices;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Jobs;
import com.smartmarketingagent.platform.Language;
import com.smartmarketingagent.platform.Paging;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.UserId;
import com.smartmarketingagent.platform.Words;
import com.smartmarketingagent.privacy.PrivacyRequest.Kind;
import com.smartmarketingagent.privacy.PrivacyRequest.State;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * What customers ask of their data has 3 × 24 hours. Who doesn't want to be written to isn't from the moment that it is
 * written down; of the rest the owner is reminded a day and six hours before the deadline, and at it.
 */
@Singleton
class PrivacyRequests extends Reminders<PrivacyRequest> {

    /** Who writes down older ones has long been too late. */
    private static final Duration OLDEST = Duration.ofDays(30);

    private final Db db;
    private final RequestRepository requests;
    private final CustomerRepository customers;
    private final Consents consents;
    private final Notices notices;
    private final Audit audit;
    private final Function<Handle, Instant> now;

    @Inject
    PrivacyRequests(
            Db db,
            RequestRepository requests,
            CustomerRepository customers,
            Consents consents,
            Notices notices,
            Audit audit,
            Jobs jobs) {
        this(db, requests, customers, consents, notices, audit, jobs, Db::now);
    }

    /** @param now what the database's clock says, in tests */
    PrivacyRequests(
            Db db,
            RequestRepository requests,
            CustomerRepository customers,
            Consents consents,
            Notices notices,
            Audit audit,
            Jobs jobs,
            Function<Handle, Instant> now) {
        super("privacy-request", db, notices, jobs, now);
        this.db = db;
        this.requests = requests;
        this.customers = customers;
        this.consents = consents;
        this.notices = notices;
        this.audit = audit;
        this.now = now;
    }

    /** @param total on all pages */
    record Found(List<PrivacyRequest> requests, long total, Instant now) {}

    Found find(UserId user, Paging paging) {
        return db.inTenant(
                user, tx -> new Found(requests.list(tx, user, paging), requests.count(tx, user), now.apply(tx)));
    }

    /**
     * Writes down what a customer asked for. The same id once more changes nothing.
     *
     * @param receivedAt null for now
     * @throws Problem.NotFound if the customer isn't there
     * @throws Problem.Invalid if it was received in the future, or more than 30 days ago
     */
    PrivacyRequest record(Handle tx, UserId user, UUID id, UUID customer, Kind kind, @Nullable Instant receivedAt) {
        customers.lockLive(tx, user, customer);
        var its = now.apply(tx);
        var received = receivedAt == null ? its : receivedAt;
        if (received.isAfter(its) || received.isBefore(its.minus(OLDEST)))
            throw new Problem.Invalid("received_at", "privacy.received_at");
        if (requests.insert(tx, user, id, customer, kind, received)) {
            audit.note(tx, user, Act.REQUEST_RECORDED, customer);
            if (kind == Kind.WITHDRAW) {
                var wording = Words.say(Language.INDONESIAN, "privacy.withdraw_wording");
                for (var channel : Channel.values())
                    consents.say(tx, user, customer, channel, Consent.State.WITHDRAWN, Reason.OWNER, wording);
                requests.close(tx, user, id, State.DONE, null);
            } else {
                begin(tx, user, id);
            }
        }
        return requests.lock(tx, user, id).orElseThrow(() -> new Problem.NotFound("request"));
    }

    /**
     * One that is closed already stays as it is.
     *
     * @param reason why it is refused; null where it is done, or nobody wrote it down
     * @throws Problem.NotFound if there is no such request
     * @throws Problem.Conflict if who wants to be forgotten is still there: their deletion closes it
     */
    PrivacyRequest close(Handle tx, UserId user, UUID id, State state, @Nullable String reason) {
        var request = requests.lock(tx, user, id).orElseThrow(() -> new Problem.NotFound("request"));
        if (request.stillOpen()) {
            if (request.kind() == Kind.ERASE && state == State.DONE && request.customer() != null)
                throw new Problem.Conflict("privacy.not_erased");
            requests.close(tx, user, id, state, reason);
            audit.note(tx, user, Act.REQUEST_CLOSED, request.customerId());
        }
        return requests.lock(tx, user, id).orElseThrow();
    }

    @Override
    Optional<PrivacyRequest> lock(Handle tx, UserId user, UUID id) {
        return requests.lock(tx, user, id);
    }

    @Override
    void remind(Handle tx, UserId user, PrivacyRequest request, int due, Instant its, List<UserId> others) {
        requests.reminded(tx, user, request.id(), due);
        if (request.isOverdue(its))
            notices.tell(tx, user, com.smartmarketingagent.notice.Kind.PRIVACY_OVERDUE, Map.of());
        else
            notices.tell(
                    tx, user, com.smartmarketingagent.notice.Kind.PRIVACY_DUE, Map.of("hours", request.hoursLeft(its)));
    }
}
