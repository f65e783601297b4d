package com.smartmarketingagent;

import com.smartmarketingagent.backup.Restoring;
import com.smartmarketingagent.content.Budget;
import com.smartmarketingagent.demo.DemoShop;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.HealthChecks;
import com.smartmarketingagent.platform.HttpGuard;
import com.smartmarketingagent.platform.Jobs;
import com.smartmarketingagent.platform.Mailer;
import com.smartmarketingagent.platform.RowSecurity;
import com.smartmarketingagent.platform.Settings;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.QuarkusBindException;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.annotations.CommandLineArguments;
import io.quarkus.runtime.annotations.QuarkusMain;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.ConfigValidationException;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** {@code start}, or one of the commands that {@code ./sma help} lists. */
@QuarkusMain
public class Main implements QuarkusApplication {

    private static final Logger LOG = Logger.getLogger(Main.class);
    private static final String START = "start";
    private static final String DEMO = "--demo";
    private static final int FAILED = 1;
    /** Less than the 25 seconds that are promised. */
    private static final Duration LONGEST_STOP = Duration.ofSeconds(23);
    /** As of every process that SIGTERM ended. */
    private static final int TERMINATED = 128 + 15;
    /** The command line can't be understood, or the file can't be read. */
    static final int UNUSABLE = 2;

    private static volatile boolean ends;

    // created when needed: they open the database
    private final Instance<Db> db;
    private final Instance<Jobs> jobs;
    private final Instance<HealthChecks> health;
    private final Instance<RowSecurity> rowSecurity;
    private final Instance<Budget> budget;
    private final Instance<Mailer> mailer;
    private final Instance<MigrateCommand> migrate;
    private final Instance<CreateAdminCommand> createAdmin;
    private final Instance<SendingCommand> sending;
    private final Instance<BackupCommand> backup;
    private final Instance<RestoreCommand> restore;
    private final Instance<Restoring> restoring;
    private final Instance<AnalyseCommand> analyse;
    private final Instance<DemoShop> demo;

    Main(
            Instance<Db> db,
            Instance<Jobs> jobs,
            Instance<HealthChecks> health,
            Instance<RowSecurity> rowSecurity,
            Instance<Budget> budget,
            Instance<Mailer> mailer,
            Instance<MigrateCommand> migrate,
            Instance<CreateAdminCommand> createAdmin,
            Instance<SendingCommand> sending,
            Instance<BackupCommand> backup,
            Instance<RestoreCommand> restore,
            Instance<Restoring> restoring,
            Instance<AnalyseCommand> analyse,
            Instance<DemoShop> demo) {
        this.db = db;
        this.jobs = jobs;
        this.health = health;
        this.rowSecurity = rowSecurity;
        this.budget = budget;
        this.mailer = mailer;
        this.migrate = migrate;
        this.createAdmin = createAdmin;
        this.sending = sending;
        this.backup = backup;
        this.restore = restore;
        this.restoring = restoring;
        this.demo = demo;
        this.analyse = analyse;
    }

    public static void main(String... args) {
        var command = args.length == 0 ? new String[] {START} : args;
        if (command[0].equals(START)) {
            var rest = Arrays.asList(command).subList(1, command.length);
            if (!rest.isEmpty() && !rest.equals(List.of(DEMO))) {
                System.exit(unusable("start takes nothing or --demo, not " + String.join(" ", rest)));
            }
        } else {
            // a command binds no port and prints only what it was asked for
            System.setProperty("quarkus.http.host-enabled", "false");
            System.setProperty("quarkus.log.level", "WARN");
        }
        // before the log is opened
        if ("json".equals(System.getenv("LOG_FORMAT"))) System.setProperty("quarkus.log.console.json.enabled", "true");
        HttpGuard.leaveAddressesToUs();
        if (command[0].equals(START)) Runtime.getRuntime().addShutdownHook(new Thread(Main::end));
        try {
            Quarkus.run(Main.class, Main::ended, command);
        } catch (IllegalStateException e) {
            // ended before it had begun
            if (!ends) throw e;
        }
    }

    private static void end() {
        ends = true;
        Thread.ofPlatform().daemon().name("deadline").start(Main::haltInTime);
    }

    /** A server has its database before it has its port. In tests there are no arguments and no {@link #run}. */
    void openDatabase(@Observes StartupEvent event, @CommandLineArguments String[] args) {
        if (args.length == 0) jobs.get().start();
        else if (args[0].equals(START)) {
            budget.get().check();
            mailer.get().warnWhereReadable();
            db.get().patiently(() -> {
                db.get().checkNotNewer();
                restoring.get().checkKey();
                // what a restore that was killed has left: nobody is served whom it must not show
                restoring.get().finish();
                sending.get().warnWhereOff();
                // looked at once, so that no request has to
                return rowSecurity.get().isWhole();
            });
        }
    }

    @Override
    @SuppressWarnings("SystemOut") // a command's answer
    public int run(String... args) {
        var rest = Arrays.asList(args).subList(1, args.length);
        return switch (args[0]) {
            case START -> serve(rest);
            case "migrate" -> migrate.get().run(rest);
            case "analyse" -> analyse.get().run(rest, System.out, System.err);
            case "create-admin" -> createAdmin.get().run(rest);
            case "backup" -> backup.get().run(rest);
            case "restore" -> restore.get().run(rest);
            case "sending" -> sending.get().run(rest);
            default -> unusable("There is no command \"" + args[0] + "\"; ./sma help lists them.");
        };
    }

    @SuppressWarnings("SystemOut")
    private int serve(List<String> args) {
        var address = "http://localhost:" + ConfigProvider.getConfig().getValue("quarkus.http.port", String.class);
        var work = jobs.get();
        work.start();
        var ready = health.get();
        // Quarkus waits for the last requests before it tells anybody: balancers and jobs need not wait for that
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("jobs-stop").unstarted(() -> {
                    ready.end();
                    work.stop();
                }));
        if (!args.isEmpty()) {
            var logIn = demo.get().open();
            System.out.println();
            System.out.println("  Demo shop:  " + address + "/login");
            System.out.println("  e-mail:     " + logIn.email());
            System.out.println(
                    "  password:   " + logIn.password() + "   (shown this once; the next --demo makes a new one)");
            System.out.println();
        }
        LOG.infov("Ready: {0}", address);
        Quarkus.waitForExit();
        return 0;
    }

    /**
     * Each part that is closed has a limit of its own, and a database of which nothing comes any more takes most of
     * them one after the other. What is left then is as after a crash, of which nothing that was answered is lost.
     */
    private static void haltInTime() {
        try {
            Thread.sleep(LONGEST_STOP);
            // a log that nobody reads any more holds up nobody
            Thread.ofPlatform()
                    .daemon()
                    .start(() -> LOG.error("The end takes too long, so it ends as in a crash"))
                    .join(Duration.ofSeconds(1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(TERMINATED);
    }

    @SuppressWarnings("SystemOut")
    static int unusable(String sentence) {
        System.err.println("sma: " + sentence);
        return UNUSABLE;
    }

    @SuppressWarnings("SystemOut")
    private static void ended(int code, @Nullable Throwable failure) {
        if (failure != null) {
            sentence(failure)
                    .ifPresentOrElse(
                            sentence -> System.err.println("sma: " + sentence),
                            // the log is closed by now
                            failure::printStackTrace);
        }
        System.exit(failure == null ? code : FAILED);
    }

    /** What the operator can do about a failure; empty for a bug, which needs its trace. */
    static Optional<String> sentence(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (String.valueOf(cause.getMessage()).contains("quarkus.http.port")) {
                return Optional.of(Settings.PORTS);
            }
            if (String.valueOf(cause.getMessage()).contains("quarkus.http.limits.max-body-size")) {
                return Optional.of(Settings.UPLOADS);
            }
            if (cause instanceof Settings.Wrong
                    || cause instanceof ConfigurationException
                    || cause instanceof ConfigValidationException) {
                return Optional.ofNullable(cause.getMessage());
            }
            var away = Db.whyAway(cause);
            if (away.isPresent()) return Optional.of("The database can't be used: " + away.get() + ".");
            if (cause instanceof QuarkusBindException taken) {
                return Optional.of("Port " + taken.getPort()
                        + " is taken by another program. Stop that one, or set PORT to a free port.");
            }
        }
        return Optional.empty();
    }
}
