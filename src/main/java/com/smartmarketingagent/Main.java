package com.smartmarketingagent;

import com.smartmarketingagent.platform.Jobs;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.annotations.CommandLineArguments;
import io.quarkus.runtime.annotations.QuarkusMain;
import jakarta.enterprise.event.Observes;

/** {@code start}, or one of the commands that {@code ./sma help} lists. */
@QuarkusMain
public class Main implements QuarkusApplication {

    private final Jobs jobs;

    Main(Jobs jobs) {
        this.jobs = jobs;
    }

    public static void main(String... args) {
        Quarkus.run(Main.class, Main::ended, args);
    }

    /** Jobs run beside the server, not beside a command; in tests there are no arguments. */
    void startJobs(@Observes StartupEvent event, @CommandLineArguments String[] args) {
        if (args.length == 0 || args[0].equals("start")) jobs.start();
    }

    @Override
    public int run(String... args) {
        Quarkus.waitForExit();
        return 0;
    }

    private static void ended(int code, Throwable failure) {
        System.exit(code);
    }
}
