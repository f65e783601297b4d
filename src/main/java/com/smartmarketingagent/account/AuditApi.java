package com.smartmarketingagent.account;

import com.smartmarketingagent.account.AuditRepository.Entry;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Envelope;
import com.smartmarketingagent.platform.Paging;
import com.smartmarketingagent.platform.Validated;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Pattern;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.UUID;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** Who saw and changed what in the shop. */
@Path("/api/audit")
@Validated
class AuditApi {

    private static final String ID = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}";

    private final CurrentUser user;
    private final Audit audit;

    AuditApi(CurrentUser user, Audit audit) {
        this.user = user;
        this.audit = audit;
    }

    record ManyEntries(List<Entry> entries) {}

    /** Newest first. @param subjectId of the customer, sale or campaign that it was done to */
    @GET
    public Envelope<ManyEntries> list(
            @RestQuery("subject_id") @Pattern(regexp = ID) @Nullable String subjectId,
            @BeanParam @Valid Paging paging) {
        var found = audit.find(user.id(), subjectId == null ? null : UUID.fromString(subjectId), paging);
        return Envelope.page(new ManyEntries(found.entries()), paging, found.total());
    }
}
