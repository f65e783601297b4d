package com.smartmarketingagent.admin;

import com.smartmarketingagent.account.Account;
import com.smartmarketingagent.account.Administration;
import com.smartmarketingagent.admin.FigureRepository.Figures;
import com.smartmarketingagent.admin.FigureRepository.ImportLine;
import com.smartmarketingagent.admin.SystemRepository.Failing;
import com.smartmarketingagent.admin.SystemRepository.Server;
import com.smartmarketingagent.admin.SystemRepository.Work;
import com.smartmarketingagent.backup.NewestBackup;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.HealthChecks;
import com.smartmarketingagent.platform.HealthChecks.Check;
import com.smartmarketingagent.platform.Paging;
import com.smartmarketingagent.platform.RowSecurity;
import com.smartmarketingagent.platform.Settings;
import com.smartmarketingagent.platform.UserId;
import com.smartmarketingagent.rfm.RfmRepository;
import com.smartmarketingagent.rfm.RfmRepository.SegmentTotals;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a super_admin is shown. Everything here reads and nothing writes, but for the record of who looked at what. */
@Singleton
class Overview {

    private final Db db;
    private final Administration administration;
    private final FigureRepository figures;
    private final SystemRepository system;
    private final RfmRepository analyses;
    private final RowSecurity rowSecurity;
    private final HealthChecks health;
    private final NewestBackup backup;
    private final Settings settings;
    private final Clock clock;

    Overview(
            Db db,
            Administration administration,
            FigureRepository figures,
            SystemRepository system,
            RfmRepository analyses,
            RowSecurity rowSecurity,
            HealthChecks health,
            NewestBackup backup,
            Settings settings,
            Clock clock) {
        this.db = db;
        this.administration = administration;
        this.figures = figures;
        this.system = system;
        this.analyses = analyses;
        this.rowSecurity = rowSecurity;
        this.health = health;
        this.backup = backup;
        this.settings = settings;
        this.clock = clock;
    }

    record Shop(Account account, Figures figures) {}

    /** @param total how many there are on all pages */
    record Shops(List<Shop> shops, long total) {}

    /** @param day of the analysis the segments are of; null before the first */
    record Look(Shop shop, @Nullable LocalDate day, List<SegmentTotals> segments, List<ImportLine> imports) {}

    /**
     * @param own whether the database is one's own rather than the one brought along
     * @param migration the newest that ran
     * @param keptApart whether the database keeps the shops apart
     * @param backedUp whether there should be a backup each day
     * @param newestBackup when it was begun; null where there is none
     * @param backupOld whether it should have had a successor long since
     * @param parts by their names, as {@code /api/health} tells them
     * @param diskFree bytes left where the data folder lies
     * @param diskTotal bytes there are
     */
    record State(
            String version,
            Server server,
            boolean own,
            String migration,
            boolean keptApart,
            Work work,
            List<Failing> failing,
            boolean backedUp,
            @Nullable Instant newestBackup,
            boolean backupOld,
            Map<String, Check> parts,
            long diskFree,
            long diskTotal) {}

    /** Newest first. @param search part of an e-mail address or a name; null finds all */
    Shops shops(UserId admin, @Nullable String search, Paging paging) {
        var found = administration.list(admin, search, paging);
        var ids = found.accounts().stream().map(Account::id).toList();
        var numbers = db.asAdmin(tx -> figures.figures(tx, ids, clock.instant()));
        var shops = found.accounts().stream()
                .flatMap(a ->
                        numbers.stream().filter(n -> n.userId().equals(a.id())).map(n -> new Shop(a, n)))
                .toList();
        return new Shops(shops, found.total());
    }

    /** Written down, and that committed, before anything is read. */
    Look look(UserId admin, UserId user) {
        administration.recordLook(admin, user);
        var account = administration.find(user);
        return db.asAdmin(tx -> {
            var numbers = figures.figures(tx, List.of(user), clock.instant()).getFirst();
            var day = analyses.latest(tx, user).map(RfmRepository.Run::day).orElse(null);
            var segments = day == null ? List.<SegmentTotals>of() : analyses.totals(tx, user, day);
            return new Look(new Shop(account, numbers), day, segments, figures.imports(tx, user));
        });
    }

    State state() {
        try {
            var disk = Files.getFileStore(settings.dataDir());
            return new State(
                    settings.text("quarkus.application.version").orElse("?"),
                    db.asAdmin(system::server),
                    settings.text("DATABASE_URL").isPresent(),
                    db.version(),
                    rowSecurity.isWhole(),
                    db.withoutTenantAsWorker(system::work),
                    db.withoutTenantAsWorker(system::failing),
                    backup.isExpected(),
                    backup.at().orElse(null),
                    backup.isOld(),
                    health.all(),
                    disk.getUsableSpace(),
                    disk.getTotalSpace());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
