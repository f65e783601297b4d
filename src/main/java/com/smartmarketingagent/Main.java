package com.smartmarketingagent;

import com.smartmarketingagent.platform.Jobs;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.annotations.QuarkusMain;

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

    @Override
    public int run(String... args) {
        jobs.start();
        Quarkus.waitForExit();
        return 0;
    }

    private static void ended(int code, Throwable failure) {
        System.exit(code);
    }
}
