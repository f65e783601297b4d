package com.smartmarketingagent.report;

import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Envelope;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import org.jboss.resteasy.reactive.RestPath;

/** What a week or a month brought, for programs. */
@Path("/api/reports/{period}")
class ReportApi {

    private final CurrentUser user;
    private final Reports reports;

    ReportApi(CurrentUser user, Reports reports) {
        this.user = user;
        this.reports = reports;
    }

    record OneReport(Report report) {}

    @GET
    public Envelope<OneReport> of(@RestPath String period) {
        return Envelope.of(new OneReport(reports.of(user.id(), Period.parse(period))));
    }
}
