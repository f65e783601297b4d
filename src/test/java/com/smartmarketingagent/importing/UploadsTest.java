package com.smartmarketingagent.importing;

import static org.assertj.core.api.Assertions.assertThat;

import com.smartmarketingagent.platform.Ids;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Files that a killed process or a rolled back request left on the disk. */
@QuarkusTest
class UploadsTest extends HandingOver {

    @Inject
    Uploads uploads;

    @Inject
    ImportRepository imports;

    @Test
    void whatARequestLeftIsSweptADayLater() throws IOException {
        var incoming = UPLOADS.resolve("incoming");
        var left = file(incoming.resolve(UUID.randomUUID().toString()), 25);
        var underWay = file(incoming.resolve(UUID.randomUUID().toString()), 23);

        uploads.tidy();

        assertThat(left).doesNotExist();
        assertThat(underWay).exists();
        Files.delete(underWay);
    }

    @Test
    void aFileThatNoImportAwaitsIsSweptADayLater() throws IOException {
        var rolledBack = file(uploads.path(shop.id(), Ids.next()), 25);
        var notYetCommitted = file(uploads.path(shop.id(), Ids.next()), 23);
        var queued = file(uploads.path(shop.id(), anImport("queued")), 25);
        var running = file(uploads.path(shop.id(), anImport("running")), 25);
        var done = file(uploads.path(shop.id(), anImport("done")), 25);
        var failed = file(uploads.path(shop.id(), anImport("failed")), 25);
        var unfinished =
                file(uploads.path(shop.id(), Ids.next()).resolveSibling(Ids.next() + ".part" + Ids.next()), 25);
        var notOurs = file(UPLOADS.resolve(shop.id().value().toString()).resolve("catatan.txt"), 25);

        uploads.tidy();

        assertThat(rolledBack).doesNotExist();
        assertThat(unfinished).doesNotExist();
        assertThat(done).doesNotExist();
        assertThat(failed).doesNotExist();
        assertThat(files()).containsExactlyInAnyOrder(notYetCommitted, queued, running, notOurs);
    }

    @Test
    void aDraftOfYesterdayGoesWithItsFileAndOneOfTodayStays() throws IOException {
        var old = anImport("draft");
        var onAnotherNode = anImport("draft");
        var fresh = anImport("draft");
        file(uploads.path(shop.id(), old), 25);
        var kept = file(uploads.path(shop.id(), fresh), 25);
        for (var id : List.of(old, onAnotherNode))
            db.useTenant(
                    shop.id(),
                    tx -> tx.createUpdate(
                                    "UPDATE app.imports SET created_at = now() - interval '25 hours' WHERE user_id = :user AND id = :id")
                            .bind("user", shop.id())
                            .bind("id", id)
                            .execute());

        uploads.run("");

        assertThat(files()).containsExactly(kept);
        assertThat(rows("SELECT id FROM app.imports WHERE user_id = :user")).containsExactly(fresh.toString());
    }

    @Test
    void itIsDoneDaily() {
        assertThat(uploads.every()).isEqualTo(Duration.ofDays(1));
        int queued = db.withoutTenantAsWorker(
                tx -> tx.createQuery("SELECT count(*) FROM jobs.scheduled_tasks WHERE task_name = 'sweep-uploads'")
                        .mapTo(Integer.class)
                        .one());
        assertThat(queued).isEqualTo(1);
    }

    /** An import that no job works on. */
    private UUID anImport(String status) {
        var id = Ids.next();
        db.useTenant(shop.id(), tx -> {
            imports.insert(
                    tx, shop.id(), id, new ImportRepository.Reading("transactions", "penjualan.csv", "{}", null), 1);
            tx.createUpdate("UPDATE app.imports SET status = :status WHERE user_id = :user AND id = :id")
                    .bind("status", status)
                    .bind("user", shop.id())
                    .bind("id", id)
                    .execute();
        });
        return id;
    }

    private Path file(Path path, int hoursOld) throws IOException {
        Files.createDirectories(path.getParent());
        Files.writeString(path, "Nama,Tanggal,Total\n");
        Files.setLastModifiedTime(path, FileTime.from(clock.instant().minus(Duration.ofHours(hoursOld))));
        // as HandingOver.files lists it
        return UPLOADS.resolve(UPLOADS.toAbsolutePath().relativize(path.toAbsolutePath()));
    }
}
