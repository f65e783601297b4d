package com.smartmarketingagent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The script itself, in a folder of its own with made-up JDKs and a made-up Maven that say how they were called. */
class LauncherTest {

    private static final List<String> TOOLS = List.of(
            "bash",
            "cat",
            "dirname",
            "find",
            "grep",
            "head",
            "mkdir",
            "mv",
            "readlink",
            "rm",
            "sed",
            "sleep",
            "touch",
            "env");

    @TempDir
    Path folder;

    private Path root;
    private Path bin;

    @BeforeEach
    void anEmptyMachineWithTheSources() throws IOException {
        root = Files.createDirectories(folder.resolve("the project"));
        bin = Files.createDirectories(folder.resolve("bin"));
        for (var tool : TOOLS) script(bin.resolve(tool), "exec " + tool(tool) + " \"$@\"");
        Files.copy(Path.of("sma"), root.resolve("sma"));
        root.resolve("sma").toFile().setExecutable(true);
        Files.writeString(root.resolve("pom.xml"), "<project/>");
        Files.createDirectories(root.resolve("src/main/java"));
        Files.writeString(root.resolve("src/main/java/A.java"), "class A {}");
    }

    @Test
    void helpNamesEveryCommand() throws Exception {
        var said = sma(Map.of(), "help");
        assertThat(said.code()).isZero();
        assertThat(said.out())
                .contains("sma start [--demo]", "sma analyse FILE", "sma migrate", "sma create-admin EMAIL NAME")
                .contains("sma sending [on|off]", "sma backup [FILE]", "sma restore FILE", "sma test", "sma help");
        assertThat(sma(Map.of()).out()).isEqualTo(said.out());
    }

    @Test
    void anUnknownCommandIsRefusedWithTheHelp() throws Exception {
        var said = sma(Map.of(), "strat");
        assertThat(said.code()).isEqualTo(2);
        assertThat(said.out()).isEmpty();
        assertThat(said.err()).contains("unknown command 'strat'", "sma start [--demo]");
    }

    @Test
    void anOptionThatStartDoesNotHaveIsRefusedBeforeAnythingIsDone() throws Exception {
        maven("3.9.9");
        for (var wrong : List.of("--bogus", "--demo --demo", "--demo extra")) {
            var arguments = new java.util.ArrayList<>(List.of("start"));
            arguments.addAll(List.of(wrong.split(" ")));
            var said = sma(Map.of("JAVA_HOME", jdk(folder.resolve("jdk"), "25")), arguments.toArray(String[]::new));
            assertThat(said.code()).isEqualTo(2);
            assertThat(said.out()).isEmpty();
            assertThat(said.err()).isEqualTo("sma: start takes nothing or --demo, not " + wrong + "\n");
        }
        assertThat(root.resolve("target")).doesNotExist();
    }

    @Test
    void withoutAJdkItSaysWhatToInstall() throws Exception {
        var old = jdk(folder.resolve("old"), "17.0.15");
        var said = sma(Map.of("JAVA_HOME", folder + "/none", "PATH", bin + ":" + old + "/bin"), "start");
        assertThat(said.code()).isEqualTo(1);
        assertThat(said.err().lines()).hasSize(1);
        assertThat(said.err())
                .contains("no JDK 25 or newer was found", "Eclipse Temurin 25", "apt install", "brew install");
    }

    @Test
    void takesJavaHomeThenThePathThenTheUsualFolders() throws Exception {
        var old = jdk(folder.resolve("old"), "17.0.15");
        var usual = jdk(folder.resolve("usual/temurin 25"), "25.0.1");
        var chosen = jdk(folder.resolve("chosen"), "26");
        maven("3.8.7");
        var folders = folder + "/none/*:" + folder + "/usual/*";
        assertThat(sma(Map.of("JAVA_HOME", chosen, "SMA_JDK_FOLDERS", folders), "migrate")
                        .out())
                .contains("home=" + chosen);
        assertThat(sma(Map.of("JAVA_HOME", old, "SMA_JDK_FOLDERS", folders), "migrate")
                        .out())
                .contains("home=" + usual);
        assertThat(sma(Map.of("SMA_JDK_FOLDERS", "", "PATH", bin + ":" + chosen + "/bin"), "migrate")
                        .out())
                .contains("home=" + chosen);
    }

    @Test
    void theOperatorsFlagsOfTheJvmComeLast() throws Exception {
        var home = jdk(folder.resolve("jdk"), "25");
        maven("3.9.9");
        var own = "-Xms512m -Xmx512m -XX:TieredStopAtLevel=4";
        Files.writeString(root.resolve(".env"), "SMA_JVM_FLAGS='" + own + "'\n");
        assertThat(sma(Map.of("JAVA_HOME", home), "start").code()).isZero();
        var calls = Files.readAllLines(folder.resolve("calls"));
        assertThat(calls.getLast()).containsSubsequence("-XX:TieredStopAtLevel=1", "-Xmx96m", own, "-jar", " start");
        // what the server has for itself isn't a command's
        aDatabaseIn(root.resolve("data"));
        assertThat(sma(Map.of("JAVA_HOME", home), "sending", "off").code()).isZero();
        calls = Files.readAllLines(folder.resolve("calls"));
        assertThat(calls.stream().filter(call -> call.contains(own))).hasSize(1);
    }

    @Test
    void whatAJdkSaysInItsFileIsBelieved() throws Exception {
        var old = jdk(folder.resolve("old"), "26");
        Files.writeString(Path.of(old).resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"17.0.15\"\n");
        var chosen = jdk(folder.resolve("chosen"), "17");
        Files.writeString(Path.of(chosen).resolve("release"), "JAVA_VERSION=\"25.0.1\"\n");
        var java = Path.of(chosen).resolve("bin/java");
        Files.writeString(java, Files.readString(java).replaceFirst("-XshowSettings.*", "-XshowSettings*) exit 1 ;;"));
        maven("3.8.7");
        assertThat(sma(Map.of("JAVA_HOME", old, "SMA_JDK_FOLDERS", chosen), "migrate")
                        .out())
                .contains("home=" + chosen);
        assertThat(sma(Map.of("SMA_JDK_FOLDERS", "", "PATH", bin + ":" + chosen + "/bin"), "migrate")
                        .out())
                .contains("home=" + chosen);
    }

    @Test
    void withoutAMavenThatIsNewEnoughItSaysWhatToInstall() throws Exception {
        var home = jdk(folder.resolve("jdk"), "25");
        assertThat(sma(Map.of("JAVA_HOME", home), "migrate").err()).contains("no Maven 3.8.7 or newer was found");
        maven("3.8.6");
        var said = sma(Map.of("JAVA_HOME", home), "migrate");
        assertThat(said.code()).isEqualTo(1);
        assertThat(said.err()).contains("no Maven 3.8.7 or newer was found", "apt install maven");
        maven("3.10.0");
        assertThat(sma(Map.of("JAVA_HOME", home), "migrate").code()).isZero();
    }

    @Test
    void buildsOnceAndAgainOnlyAfterASourceChanged() throws Exception {
        var home = jdk(folder.resolve("jdk"), "25");
        maven("3.9.9");
        assertThat(sma(Map.of("JAVA_HOME", home), "migrate").err()).contains("Building");
        assertThat(sma(Map.of("JAVA_HOME", home), "migrate").err()).doesNotContain("Building");
        Files.setLastModifiedTime(
                root.resolve("src/main/java/A.java"),
                FileTime.from(Instant.ofEpochMilli(System.currentTimeMillis() + 10_000)));
        assertThat(sma(Map.of("JAVA_HOME", home), "migrate").err()).contains("Building");
    }

    @Test
    void aBuildThatFailsStopsTheStartAndIsTriedAgain() throws Exception {
        var home = jdk(folder.resolve("jdk"), "25");
        script(
                bin.resolve("mvn"),
                "[ \"$1\" = -v ] && { echo 'Apache Maven 3.9.9'; exit; }; echo '[ERROR] broken'; exit 1");
        var said = sma(Map.of("JAVA_HOME", home), "start");
        assertThat(said.code()).isEqualTo(1);
        assertThat(said.err()).contains("[ERROR] broken", "the build failed");
        maven("3.9.9");
        assertThat(sma(Map.of("JAVA_HOME", home), "start").out()).contains("argument=start");
    }

    @Test
    void readsSettingsFromAFileWithoutRunningIt() throws Exception {
        Files.writeString(root.resolve(".env"), """
                # a comment
                PORT=9090
                export T_PLAIN = two words   # and a comment
                T_DOUBLE="with # and 'single' and trailing "
                T_SINGLE='$HOME `touch evil` "quoted"' # comment
                T_RUN=$(touch evil)
                T_HASH=a#b
                T_EQUALS=postgres://u:p=q@h/d?x=y
                T_EMPTY=
                T_GIVEN=from the file

                T_WINDOWS=x\r
                T_LAST=no line end""");
        var home = jdk(folder.resolve("jdk"), "25");
        maven("3.9.9");
        var said = sma(Map.of("JAVA_HOME", home, "T_GIVEN", "from outside"), "migrate");
        assertThat(said.settings())
                .containsEntry("PORT", "9090")
                .containsEntry("T_PLAIN", "two words")
                .containsEntry("T_DOUBLE", "with # and 'single' and trailing ")
                .containsEntry("T_SINGLE", "$HOME `touch evil` \"quoted\"")
                .containsEntry("T_RUN", "$(touch evil)")
                .containsEntry("T_HASH", "a#b")
                .containsEntry("T_EQUALS", "postgres://u:p=q@h/d?x=y")
                .containsEntry("T_GIVEN", "from outside")
                .containsEntry("T_WINDOWS", "x")
                .containsEntry("T_LAST", "no line end")
                .doesNotContainKey("T_EMPTY");
        assertThat(root.resolve("evil")).doesNotExist();
    }

    @Test
    void aLineThatIsNoSettingIsNamed() throws Exception {
        Files.writeString(root.resolve(".env"), "PORT=1\nrm -rf /\n");
        var said = sma(Map.of("JAVA_HOME", jdk(folder.resolve("jdk"), "25")), "start");
        assertThat(said.code()).isEqualTo(1);
        assertThat(said.err()).contains(".env, line 2: expected NAME=value");
    }

    @Test
    void settingsThatMayNotBeReadStopEverything() throws Exception {
        var file = Files.writeString(root.resolve(".env"), "PORT=9090\n");
        Files.setPosixFilePermissions(file, Set.of());
        Files.writeString(folder.resolve("a.csv"), "");
        for (var line : List.of("start", "migrate", "backup", "analyse a.csv")) {
            var said = sma(Map.of("JAVA_HOME", jdk(folder.resolve("jdk"), "25")), line.split(" "));
            assertThat(said.code()).isEqualTo(1);
            assertThat(said.out()).isEmpty();
            assertThat(said.err())
                    .isEqualTo("sma: " + file + " can't be read by this user: give it the file, or take it away where"
                            + " the settings come from the environment\n");
        }
        assertThat(root.resolve("target")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"C", "C.UTF-8"})
    void aMarkAtTheBeginningIsNoPartOfAName(String locale) throws Exception {
        Files.writeString(root.resolve(".env"), "\ufeffPORT=9090\n\ufeffT_SECOND=x\n");
        maven("3.9.9");
        var environment = Map.of("JAVA_HOME", jdk(folder.resolve("jdk"), "25"), "LC_ALL", locale);
        assertThat(sma(environment, "migrate").err()).contains(".env, line 2: expected NAME=value");
        Files.writeString(root.resolve(".env"), "\ufeffPORT=9090\n");
        assertThat(sma(environment, "migrate").settings()).containsEntry("PORT", "9090");
        Files.writeString(root.resolve(".env"), "\ufeff# a comment\nPORT=9091\n");
        assertThat(sma(environment, "migrate").settings()).containsEntry("PORT", "9091");
    }

    @Test
    void aTrainingThatFailsDoesNotStopTheStart() throws Exception {
        var home = jdk(folder.resolve("jdk"), "25");
        maven("3.9.9");
        var said = sma(Map.of("JAVA_HOME", home), "start", "--demo");
        assertThat(said.code()).isZero();
        assertThat(said.err()).contains("starting without it").doesNotContain("can't read");
        assertThat(said.out()).contains("argument=start\nargument=--demo").doesNotContain("AOTCache=");
        Files.writeString(root.resolve("target/sma.aot"), "trained");
        assertThat(sma(Map.of("JAVA_HOME", home), "start").out()).contains("argument=-XX:AOTCache=target/sma.aot");
    }

    /** A supervisor tells the script alone, while it prepares faster starts or the database. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whoEndsTheScriptEndsWhatItBeganBeforeTheStart(boolean trained) throws Exception {
        var home = jdk(folder.resolve("jdk"), "25");
        maven("3.9.9");
        assertThat(sma(Map.of("JAVA_HOME", home), "start").code()).isZero();
        if (trained) Files.writeString(root.resolve("target/sma.aot"), "trained");
        script(Path.of(home, "bin/java"), """
                [ "$1" = -version ] && { echo 'openjdk version "25" 2026-01-01' >&2; exit; }
                trap 'echo >"$HOME/ended"; exit' TERM
                echo >"$HOME/begun"
                while true; do %s 0.05; done
                """.formatted(tool("sleep")));
        var builder = new ProcessBuilder(root + "/sma", "start")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().clear();
        builder.environment().putAll(Map.of("PATH", bin.toString(), "HOME", folder.toString(), "JAVA_HOME", home));
        var process = builder.start();
        Await.until("it is at it", () -> Files.exists(folder.resolve("begun")));
        process.destroy();
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(128 + 15);
        assertThat(folder.resolve("ended")).exists();
    }

    @Test
    void noSettingReachesATraining() throws Exception {
        Files.writeString(
                root.resolve(".env"), "BACKUP_DIR=/backups\nSENTRY_DSN=x\nMAIL_URL=y\nDATABASE_URL=z\nPORT=9090\n");
        maven("3.9.9");
        var said = sma(Map.of("JAVA_HOME", jdk(folder.resolve("jdk"), "25")), "start");
        assertThat(said.settings()).containsEntry("PORT", "9090");
        assertThat(Files.readAllLines(root.resolve("target/training/log")))
                .contains("PORT=0", "SMA_ENV=development", "SMA_DATA_DIR=data")
                .noneMatch(line -> line.matches("(BACKUP|SENTRY|MAIL|DATABASE)_.*"));
    }

    @Test
    void aFileIsNamedFromWhereTheCallerStands() throws Exception {
        var home = jdk(folder.resolve("jdk"), "25");
        maven("3.9.9");
        Files.writeString(folder.resolve("sales 2025.csv"), "nama,total\n");
        var said = sma(Map.of("JAVA_HOME", home), "analyse", "sales 2025.csv", "--as-of", "2025-12-31", "--json");
        // unpacking PostgreSQL takes more memory than analysing does
        assertThat(Files.readAllLines(folder.resolve("calls")))
                .satisfiesExactly(
                        call -> assertThat(call).contains("-Xmx192m").endsWith(" migrate"),
                        call -> assertThat(call).doesNotContain("-Xmx192m").contains(" analyse "));
        assertThat(said.out())
                .contains("argument=analyse\nargument=" + folder
                        + "/sales 2025.csv\nargument=--as-of\nargument=2025-12-31\n" + "argument=--json\n");
    }

    /** Typed without the settings of the service, they would work on an empty one and report success. */
    @ParameterizedTest
    @ValueSource(strings = {"backup", "sending off", "create-admin a@b.id Admin"})
    void whatWorksOnAnInstallationMakesNone(String line) throws Exception {
        var home = jdk(folder.resolve("jdk"), "25");
        maven("3.9.9");
        var command = line.split(" ");
        var refused = sma(Map.of("JAVA_HOME", home), command);
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.out()).isEmpty();
        assertThat(refused.err())
                .isEqualTo("sma: there is no database in " + root + "/data, and " + command[0]
                        + " makes none: name your folder in SMA_DATA_DIR or your server in DATABASE_URL, in the"
                        + " environment or in " + root + "/.env; ./sma start makes a new one\n");
        var other = folder.resolve("another");
        Files.createDirectories(other.resolve("postgres"));
        assertThat(sma(Map.of("JAVA_HOME", home, "SMA_DATA_DIR", other.toString()), command)
                        .err())
                .contains("no database in " + other + ", ");
        assertThat(root.resolve("target")).doesNotExist();
        assertThat(root.resolve("data")).doesNotExist();
        assertThat(sma(Map.of("JAVA_HOME", home, "DATABASE_URL", "postgres://a:b@c/d"), command)
                        .out())
                .contains("argument=" + command[0]);
        aDatabaseIn(other);
        assertThat(sma(Map.of("JAVA_HOME", home, "SMA_DATA_DIR", other.toString()), command)
                        .out())
                .contains("argument=" + command[0]);
        aDatabaseIn(root.resolve("data"));
        assertThat(sma(Map.of("JAVA_HOME", home), command).out()).contains("argument=" + command[0]);
    }

    @ParameterizedTest
    @ValueSource(strings = {"start", "migrate", "restore a.zip", "analyse a.csv"})
    void whatBeginsAnInstallationMakesOne(String line) throws Exception {
        maven("3.9.9");
        for (var file : List.of("a.zip", "a.csv")) Files.writeString(folder.resolve(file), "");
        var said = sma(Map.of("JAVA_HOME", jdk(folder.resolve("jdk"), "25")), line.split(" "));
        assertThat(said.code()).isZero();
        assertThat(Files.readAllLines(folder.resolve("calls")))
                .anyMatch(call -> call.contains("-Xmx192m") && call.endsWith(" migrate"));
    }

    /** A whole database takes its time and its room. */
    @ParameterizedTest
    @CsvSource({
        "backup --bogus, 'backup takes one file, not --bogus'",
        "backup a b, 'backup takes one file, not a b'",
        "restore, name the file: ./sma restore FILE",
        "restore none.zip, 'there is no file '",
        "restore . --replace, 'there is no file '",
        "restore a.zip --force, 'restore takes one file, and --replace or --without-key, not a.zip --force'",
        "restore a.zip a.zip, 'restore takes one file, not a.zip a.zip'",
        "migrate --foo, 'migrate takes nothing or --print-sql, not --foo'",
        "migrate --print-sql --print-sql, 'migrate takes nothing or --print-sql, not --print-sql --print-sql'",
        "analyse, name the file: ./sma analyse FILE",
        "analyse --json, name the file: ./sma analyse FILE",
        "analyse --bogus a.zip, 'analyse doesn''t know --bogus; '",
        "analyse none.csv, 'Berkas tidak ditemukan atau tidak bisa dibaca: '",
    })
    void whatIsNotUnderstoodMakesNoInstallation(String line, String why) throws Exception {
        maven("3.9.9");
        Files.writeString(folder.resolve("a.zip"), "");
        var said = sma(Map.of("JAVA_HOME", jdk(folder.resolve("jdk"), "25")), line.split(" "));
        assertThat(said.code()).isEqualTo(2);
        assertThat(said.out()).isEmpty();
        assertThat(said.err()).startsWith("sma: " + why);
        assertThat(said.err().lines()).hasSize(1);
        assertThat(root.resolve("target")).doesNotExist();
        assertThat(folder.resolve("calls")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"start", "analyse", "migrate", "create-admin", "sending", "backup", "restore", "test"})
    void whoAsksForHelpGetsItAndNothingElse(String command) throws Exception {
        var help = sma(Map.of(), "help").out();
        for (var word : List.of("--help", "-h")) {
            var said = sma(Map.of(), command, word);
            assertThat(said.code()).isZero();
            assertThat(said.out()).isEqualTo(help);
        }
        assertThat(root.resolve("target")).doesNotExist();
    }

    @Test
    void aFolderOfAnotherUserIsNotTakenForAnEmptyOne() throws Exception {
        var data = root.resolve("data");
        aDatabaseIn(data);
        for (var closed : List.of(data.resolve("postgres"), data)) {
            assertThat(closed.toFile().setExecutable(false, false)).isTrue();
            var said = sma(Map.of(), "sending", "off");
            assertThat(said.code()).isEqualTo(1);
            assertThat(said.err())
                    .isEqualTo("sma: " + closed
                            + " is closed to this user; run sending as the user that the service has\n");
            assertThat(closed.toFile().setExecutable(true)).isTrue();
        }
    }

    private static void aDatabaseIn(Path data) throws IOException {
        Files.createDirectories(data.resolve("postgres"));
        Files.writeString(data.resolve("postgres/sma_ready"), "");
    }

    /** @param settings what the program saw of T_… and PORT */
    private record Said(int code, String out, String err, Map<String, String> settings) {}

    /** Called from another folder than the script's, with nothing in the environment but {@code environment}. */
    private Said sma(Map<String, String> environment, String... arguments) throws Exception {
        var out = folder.resolve("out");
        var err = folder.resolve("err");
        var command = new java.util.ArrayList<String>();
        // what a file's rights forbid is forbidden to root too
        if ("root".equals(System.getProperty("user.name")))
            command.addAll(List.of(tool("setpriv").toString(), "--bounding-set=-dac_override,-dac_read_search"));
        command.add(root + "/sma");
        command.addAll(Arrays.asList(arguments));
        var builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().putAll(Map.of("PATH", bin.toString(), "HOME", folder.toString(), "SMA_JDK_FOLDERS", ""));
        builder.environment().putAll(environment);
        var process = builder.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        var settings = new TreeMap<String, String>();
        var said = Files.readString(out);
        said.lines().filter(l -> l.matches("(PORT|T_[A-Z]+)=.*")).forEach(l -> {
            var pair = l.split("=", 2);
            settings.put(pair[0], pair[1]);
        });
        return new Said(process.exitValue(), said, Files.readString(err), settings);
    }

    private String jdk(Path home, String version) throws IOException {
        Files.createDirectories(home.resolve("bin"));
        script(home.resolve("bin/javac"), "exit 0");
        script(home.resolve("bin/java"), """
                case $1 in
                  -XshowSettings*) echo "    java.home = %1$s" >&2; exit ;;
                  -version) echo 'openjdk version "%2$s" 2026-01-01' >&2; exit ;;
                esac
                echo "$@" >>"$HOME/calls"
                echo "home=$JAVA_HOME"
                for a; do echo "argument=$a"; done
                env
                """.formatted(home, version));
        return home.toString();
    }

    private void maven(String version) throws IOException {
        script(bin.resolve("mvn"), """
                [ "$1" = -v ] && { printf '\\033[1mApache Maven %s\\033[m\\n'; exit; }
                mkdir -p target/quarkus-app && touch target/quarkus-app/quarkus-run.jar
                """.formatted(version));
    }

    private static void script(Path file, String text) throws IOException {
        Files.writeString(file, "#!" + tool("bash") + "\n" + text);
        file.toFile().setExecutable(true);
    }

    private static Path tool(String name) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " is needed"));
    }
}
