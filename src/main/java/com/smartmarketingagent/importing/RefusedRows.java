package com.smartmarketingagent.importing;

import com.smartmarketingagent.platform.Csv;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Language;
import com.smartmarketingagent.platform.UserId;
import com.smartmarketingagent.platform.Words;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.StreamingOutput;
import java.util.List;
import java.util.UUID;

/** What an import refused, as a list to mend the shop's own file by: it can't be sent in that file's place. */
@Singleton
class RefusedRows {

    private static final int PAGE = 1_000;

    private final Db db;
    private final RefusalRepository refusals;

    RefusedRows(Db db, RefusalRepository refusals) {
        this.db = db;
        this.refusals = refusals;
    }

    /**
     * A line for each, under the titles of its row's number, its column, what stands there and why it can't be used.
     * Values that a spreadsheet would calculate get an apostrophe. Read in pages: a slow client keeps no connection
     * from others.
     */
    StreamingOutput csv(UserId owner, UUID id, Language language, List<String> titles) {
        return out -> {
            try (var csv = new Csv(out)) {
                csv.row(titles);
                int after = 0;
                for (List<Line.Refused> page; !(page = read(owner, id, after)).isEmpty(); ) {
                    for (var line : page) {
                        csv.row(List.of(
                                String.valueOf(line.row()),
                                line.column(),
                                line.value(),
                                Words.say(language, line.reason())));
                    }
                    after = page.getLast().row();
                }
            }
        };
    }

    private List<Line.Refused> read(UserId owner, UUID id, int after) {
        return db.inTenant(owner, tx -> refusals.find(tx, owner, id, after, PAGE));
    }
}
