package com.smartmarketingagent.platform;

import java.sql.SQLException;
import java.time.temporal.ChronoUnit;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.StatementContext;

/** Tells which statements take long, as they are written: what is bound to them are people's names and numbers. */
final class SlowStatements implements SqlLogger {

    private static final Logger LOG = Logger.getLogger(SlowStatements.class);

    private static final long SLOW_MS = 1_000;

    @Override
    public void logAfterExecution(StatementContext statement) {
        tellIfSlow("took", statement);
    }

    /** Why it failed is said to whoever asked. */
    @Override
    public void logException(StatementContext statement, SQLException failure) {
        tellIfSlow("failed after", statement);
    }

    private static void tellIfSlow(String outcome, StatementContext statement) {
        long took = statement.getElapsedTime(ChronoUnit.MILLIS);
        if (took < SLOW_MS) return;
        LOG.warnf(
                "A statement %s %d ms: %s",
                outcome, took, String.valueOf(statement.getRawSql()).strip().replaceAll("\\s+", " "));
    }
}
