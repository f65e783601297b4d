package com.smartmarketingagent.report;

import com.smartmarketingagent.account.Account;
import com.smartmarketingagent.account.Frame;
import com.smartmarketingagent.account.Theme;
import com.smartmarketingagent.notice.OwnersReport;
import com.smartmarketingagent.platform.Assets;
import com.smartmarketingagent.platform.Language;
import com.smartmarketingagent.platform.Smtp.Enclosure;
import jakarta.inject.Singleton;
import java.io.ByteArrayOutputStream;
import java.util.List;

/** A report as the file that a mail brings: the same as the page's, some ten kilobytes. */
@Singleton
class MailedReport implements OwnersReport {

    private final Reports reports;
    private final Assets assets;

    MailedReport(Reports reports, Assets assets) {
        this.reports = reports;
        this.assets = assets;
    }

    @Override
    public Enclosure pdf(Account owner, Language language, String period) {
        var its = Period.parse(period);
        var report = reports.of(owner.id(), its);
        var frame = new Frame(language, null, null, "", Theme.of(null), "", false, false, 0, List.of(), assets);
        var out = new ByteArrayOutputStream();
        ReportPdf.write(out, frame, owner.businessName(), its, report);
        return new Enclosure(ReportPdf.name(frame, its), "application/pdf", out.toByteArray());
    }
}
