package com.smartmarketingagent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/** What can be said of {@code deploy/} without a machine to deploy to. */
class DeployTest {

    private static final Path FOLDER = Path.of("deploy");
    /** What a node needs to end what is running. */
    private static final int STOPS_WITHIN = 25;

    /** They drop what they find in a database. */
    @Test
    void nobodysSettingsReachTheTests() throws IOException {
        assertThat(NobodysSettings.instead(
                        Set.of("DATABASE_URL", "SMA_DATA_DIR", "PORT", "UPLOAD_LIMIT_MB", "SENDING_HOURS", "PATH")))
                .isEqualTo(Map.of(
                        "DATABASE_URL", "",
                        "SMA_DATA_DIR", "target/test-data",
                        "PORT", "0",
                        "UPLOAD_LIMIT_MB", "100",
                        "SENDING_HOURS", "0-24"));
        var sources = ConfigProvider.getConfig().getConfigSources();
        assertThat(sources)
                .filteredOn(source -> source.getName().matches("(?i).*(SysEnv|EnvConfig|\\.env).*"))
                .isNotEmpty()
                .allMatch(source -> source.getOrdinal() < 350);
        assertThat(sources).anyMatch(source -> source.getClass().equals(NobodysSettings.class));
    }

    @Test
    void everySettingThatIsGivenIsOne() throws IOException {
        var known = NobodysSettings.names();
        assertThat(known).contains("DATABASE_URL", "REDIS_URL", "TRUSTED_PROXIES", "CORS_ORIGINS");
        var given = new HashSet<String>();
        given.addAll(map(yaml("compose.yaml").getFirst(), "services", "app", "environment")
                .keySet());
        for (var file : List.of("kubernetes.yaml", "knative.yaml")) {
            for (var document : yaml(file)) {
                for (var variable : all(document, "env"))
                    given.add(String.valueOf(map(variable).get("name")));
            }
            Pattern.compile("--from-literal=([A-Z_]+)=")
                    .matcher(text(file))
                    .results()
                    .forEach(m -> given.add(m.group(1)));
        }
        Pattern.compile("^ENV (.*)|^Environment=(.*)", Pattern.MULTILINE)
                .matcher(text("Dockerfile") + text("smart-marketing-agent.service"))
                .results()
                .flatMap(m -> Pattern.compile("([A-Z_]+)=").matcher(m.group()).results())
                .forEach(m -> given.add(m.group(1)));
        assertThat(given)
                .contains("SMA_ENV", "PUBLIC_URL", "JWT_SECRET", "ENCRYPTION_KEY", "REDIS_URL", "SMA_DATA_DIR");
        // of who calls for the weekly analyses
        given.remove("NAMESPACE");
        assertThat(known).containsAll(given);
    }

    /** Else all visitors came from one address, and shared its limits. */
    @Test
    void composeTrustsItsGatewayAndHandsTheAdministratorsPasswordOnlyToWhatRunsOnce() throws IOException {
        var compose = yaml("compose.yaml").getFirst();
        var network =
                map(all(map(compose, "networks", "default", "ipam"), "config").getFirst());
        var app = map(compose, "services", "app", "environment");
        assertThat(app)
                .containsEntry("TRUSTED_PROXIES", network.get("gateway"))
                .doesNotContainKey("DATABASE_ADMIN_URL");
        assertThat(app.values().toString()).doesNotContain("ADMIN_PASSWORD");
        assertThat(map(compose, "services", "migrate", "environment"))
                .containsAllEntriesOf(app)
                .containsKey("DATABASE_ADMIN_URL");
    }

    /** What compose doesn't name stays outside of the container, and nobody is told. */
    @Test
    void composeHandsOnEverySettingThatIsNotItsOwn() throws IOException {
        var app = map(yaml("compose.yaml").getFirst(), "services", "app", "environment");
        var settings = new HashSet<>(NobodysSettings.names());
        // of the image; of what stands around the program; of the administrator
        settings.removeAll(Set.of("SMA_ENV", "SMA_DATA_DIR", "PORT"));
        settings.removeAll(Set.of("JAVA_HOME", "SMA_JDK_FOLDERS", "MAVEN_HOME", "MAVEN_ARGS"));
        settings.remove("DATABASE_ADMIN_URL");
        assertThat(app.keySet()).containsExactlyInAnyOrderElementsOf(settings);
        assertThat(app)
                .containsEntry("BACKUP_PASSPHRASE", null)
                .containsEntry("MAIL_URL", null)
                .containsEntry("S3_BUCKET", null);
    }

    @Test
    void composeKeepsABackupADayWhereTheProgramMayWrite() throws IOException {
        var compose = yaml("compose.yaml").getFirst();
        assertThat(map(compose, "services", "app", "environment")).containsEntry("BACKUP_DIR", "/backups");
        assertThat(all(map(compose, "services", "app"), "volumes")).contains("${BACKUP_DIR:-backups}:/backups");
        assertThat(map(compose, "volumes")).containsKey("backups");
        // a new volume belongs to whom the folder of the image does
        assertThat(text("Dockerfile")).contains("mkdir -p /app/data /backups && chown -R sma /app /backups");
    }

    /** Else a folder on another disk is read-only for the service. */
    @Test
    void theUnitMayWriteItsBackups() throws IOException {
        var unit = text("smart-marketing-agent.service");
        assertThat(value(unit, "ProtectSystem")).isEqualTo("strict");
        var folder = value(unit, "ReadWritePaths");
        assertThat(folder).startsWith("-/");
        assertThat(unit).contains("install -d -o " + value(unit, "User") + " -m 700 " + folder.substring(1));
        assertThat(Files.readString(Path.of("docs/operations.md"))).contains(folder.substring(1), "ReadWritePaths");
    }

    @Test
    void everyoneWaitsLongEnoughForWhatIsRunning() throws IOException {
        var pod = map(yaml("kubernetes.yaml").getFirst(), "spec", "template", "spec");
        var sleep = Pattern.compile("\"sleep\", \"(\\d+)\"").matcher(text("kubernetes.yaml"));
        assertThat(sleep.find()).isTrue();
        assertThat(Integer.parseInt(String.valueOf(pod.get("terminationGracePeriodSeconds")))
                        - Integer.parseInt(sleep.group(1)))
                .isGreaterThan(STOPS_WITHIN);
        assertThat(seconds("compose.yaml", "stop_grace_period: (\\d+)s")).isGreaterThan(STOPS_WITHIN);
        assertThat(seconds("smart-marketing-agent.service", "TimeoutStopSec=(\\d+)"))
                .isGreaterThan(STOPS_WITHIN);
    }

    /** A former version over newer tables is not tested: docs/operations.md. */
    @Test
    void noVersionRunsBesideAnother() throws IOException {
        assertThat(map(yaml("kubernetes.yaml").getFirst(), "spec", "strategy")).isEqualTo(Map.of("type", "Recreate"));
        assertThat(text("knative.yaml")).contains("kubectl delete ksvc sma");
        // without it the image stays that of the former version
        assertThat(text("compose.yaml").lines().findFirst().orElseThrow()).contains("up -d --build");
    }

    @Test
    void nothingRunsWhileNobodyVisitsAndNothingHasMoreOfTheMachineThanItNeeds() throws IOException {
        var knative = map(yaml("knative.yaml").getFirst(), "spec", "template");
        assertThat(map(knative, "metadata", "annotations")).containsEntry("autoscaling.knative.dev/min-scale", "0");
        for (var file : List.of("kubernetes.yaml", "knative.yaml")) {
            var document = yaml(file).getFirst();
            for (var container : all(map(document, "spec", "template"), "containers")) {
                assertThat(map(map(container), "resources", "limits"))
                        .as(file)
                        .isEqualTo(Map.of("cpu", "1", "memory", "512Mi"));
                assertThat(map(map(container), "securityContext"))
                        .as(file)
                        .containsEntry("readOnlyRootFilesystem", true)
                        .containsEntry("allowPrivilegeEscalation", false);
                var probes = map(container).entrySet().stream()
                        .filter(e -> e.getKey().endsWith("Probe"))
                        .map(e ->
                                String.valueOf(map(map(e.getValue()), "httpGet").get("path")))
                        .toList();
                assertThat(probes).as(file).contains("/api/health/live", "/api/health/ready");
            }
        }
    }

    /** A stranger's image is given one secret, and no more of the machine than ours. */
    @Test
    void whoCallsForTheWeeklyAnalysesKnowsNothingElse() throws IOException {
        var app = map(all(yaml("knative.yaml").getFirst(), "containers").getFirst());
        var call = map(weeklyCall().getFirst());
        assertThat(String.valueOf(call.get("image"))).matches(".+:\\d+\\.\\d+\\.\\d+");
        assertThat(call).doesNotContainKey("envFrom").containsEntry("securityContext", app.get("securityContext"));
        assertThat(all(call, "env"))
                .containsExactly(
                        Map.of(
                                "name",
                                "CRON_SECRET",
                                "valueFrom",
                                Map.of("secretKeyRef", Map.of("name", "sma", "key", "CRON_SECRET"))),
                        Map.of(
                                "name",
                                "NAMESPACE",
                                "valueFrom",
                                Map.of("fieldRef", Map.of("fieldPath", "metadata.namespace"))));
        assertThat(map(call, "resources", "limits")).containsKeys("cpu", "memory");
    }

    @Test
    void aCallForTheWeeklyAnalysesIsNotCutOff() throws IOException {
        int works = seconds(
                "../src/main/java/com/smartmarketingagent/rfm/CronApi.java", "TIME = Duration.ofSeconds\\((\\d+)\\)");
        var service = map(yaml("knative.yaml").getFirst(), "spec", "template", "spec");
        assertThat(Integer.parseInt(String.valueOf(service.get("timeoutSeconds"))))
                .isGreaterThan(works);
        assertThat(seconds("knative.yaml", "--max-time (\\d+)"))
                .isGreaterThanOrEqualTo(Integer.parseInt(String.valueOf(service.get("timeoutSeconds"))));
        assertThat(seconds("knative.yaml", "seq (\\d+)") * (works + seconds("knative.yaml", "sleep (\\d+)")))
                .isLessThan(seconds("knative.yaml", "activeDeadlineSeconds: (\\d+)"));
    }

    @Test
    void itIsCalledUntilNoShopIsLeftAndFailsWhereSomeAre(@TempDir Path folder) throws Exception {
        assertThat(calls(folder, "{\"due\":3,\"done\":1,\"failed\":0,\"left\":2}", "{\"left\":10}", "{\"left\":0}"))
                .isEqualTo("0 after 3:");
        assertThat(calls(folder, "{\"left\":0,\"failed\":1}")).isEqualTo("0 after 1:");
        assertThat(calls(folder, "{\"left\":2}")).isEqualTo("1 after 40: {\"left\":2}");
        // who is away for a moment is asked again, and said to be
        assertThat(calls(folder)).startsWith("1 after 40: curl: (22) away");
    }

    /**
     * How it ends, after how many calls, and what it says, where these are the answers, the last of them for ever: as
     * Knative does, which knows a service by its name and namespace alone.
     */
    private static String calls(Path folder, String... answers) throws Exception {
        for (int i = 0; i < answers.length; i++) Files.writeString(folder.resolve("answer" + (i + 1)), answers[i]);
        var count = folder.resolve("count");
        Files.writeString(count, "0");
        program(folder.resolve("curl"), """
                for address; do :; done
                n=$(($(cat %1$s/count) + 1)); echo $n > %1$s/count; [ $n -gt %2$d ] && n=%2$d
                case $address in
                  http://sma.toko.svc.cluster.local/api/cron/weekly-analysis) cat %1$s/answer$n 2>/dev/null && exit ;;
                esac
                echo "curl: (22) away" >&2
                exit 22""".formatted(folder, answers.length));
        program(folder.resolve("sleep"), "exit 0");
        var command = all(weeklyCall(), "command").stream().map(String::valueOf).toList();
        var process = new ProcessBuilder(command).redirectErrorStream(true);
        process.environment().put("PATH", folder + ":" + System.getenv("PATH"));
        process.environment().put("NAMESPACE", "toko");
        var running = process.start();
        var said = new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return (running.waitFor() + " after " + Files.readString(count).strip() + ": " + said.strip()).strip();
    }

    private static void program(Path file, String script) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private static List<Object> weeklyCall() throws IOException {
        return all(yaml("knative.yaml").getLast(), "containers");
    }

    @Test
    void theImageIsNobodysRootAndMakesItsCacheWithTheJvmThatReadsIt() throws IOException {
        var lines = text("Dockerfile").lines().toList();
        var bases = lines.stream()
                .filter(line -> line.startsWith("FROM"))
                .map(line -> line.split(" ")[1])
                .toList();
        assertThat(bases).hasSize(2);
        assertThat(Set.copyOf(bases)).hasSize(1);
        var last = lines.subList(lines.lastIndexOf("FROM " + bases.getLast()), lines.size());
        assertThat(last)
                .contains(
                        "USER sma",
                        "RUN touch target/sma.built && ./sma build",
                        "ENTRYPOINT [\"tini\", \"--\", \"./sma\"]");
        assertThat(last.indexOf("USER sma")).isLessThan(last.indexOf("RUN touch target/sma.built && ./sma build"));
    }

    @Test
    void systemdTakesTheUnit(@TempDir Path folder) throws Exception {
        var unit = folder.resolve("smart-marketing-agent.service");
        Files.writeString(
                unit,
                text("smart-marketing-agent.service")
                        .replace(
                                "/opt/smart-marketing-agent",
                                Path.of("").toAbsolutePath().toString()));
        says(Installed.program("systemd-analyze").toString(), "verify", unit.toString());
    }

    /** What is typed in the clone without the settings of the service is said to another installation. */
    @ParameterizedTest
    @ValueSource(strings = {"deploy/smart-marketing-agent.service", "docs/operations.md"})
    void aCommandBesideTheServiceHasItsSettingsAndItsUser(String file) throws IOException {
        var unit = text("smart-marketing-agent.service");
        var line = Pattern.compile("systemd-run .*?/sma\\b", Pattern.DOTALL).matcher(Files.readString(Path.of(file)));
        assertThat(line.find()).isTrue();
        var words = List.of(line.group().replace("\\\n", "").split(" +"));
        assertThat(words).contains("--pipe", "--wait");
        var properties = after("-p", words);
        assertThat(properties)
                .contains("WorkingDirectory=/var/lib/" + value(unit, "StateDirectory"))
                .contains("User=" + value(unit, "User"), "EnvironmentFile=" + value(unit, "EnvironmentFile"));
        assertThat(after("-E", words))
                .containsExactly(value(unit, "Environment").split(" "));
        assertThat(value(unit, "ExecStart")).isEqualTo(words.getLast() + " start");
    }

    private static String value(String unit, String name) {
        var line = Pattern.compile("^" + name + "=(.*)$", Pattern.MULTILINE).matcher(unit);
        assertThat(line.find()).as(name).isTrue();
        return line.group(1);
    }

    /** The words that follow this one. */
    private static List<String> after(String option, List<String> words) {
        return IntStream.range(1, words.size())
                .filter(i -> words.get(i - 1).equals(option))
                .mapToObj(words::get)
                .toList();
    }

    /** What a large heap needs besides would have it killed. */
    @Test
    void whoGivesTheJvmMoreMemoryCanGiveItsContainerMore() throws IOException {
        var app = map(yaml("compose.yaml").getFirst(), "services", "app");
        assertThat(app).containsEntry("mem_limit", "${APP_MEMORY:-512m}");
        assertThat(Files.readString(Path.of("docs/scaling.md"))).contains("APP_MEMORY=900m");
        for (var manual : List.of("README.md", "README.id.md"))
            assertThat(Files.readString(Path.of(manual)).lines().filter(line -> line.startsWith("| `SMA_JVM_FLAGS`")))
                    .as(manual)
                    .singleElement()
                    .asString()
                    .contains("900 MB");
    }

    @Test
    void haproxyTakesItsConfiguration() throws Exception {
        // who sends their request a letter at a time keeps a connection until then
        assertThat(text("haproxy.cfg")).containsPattern("timeout http-request \\d+s");
        says(
                Installed.program("haproxy").toString(),
                "-q",
                "-c",
                "-f",
                FOLDER.resolve("haproxy.cfg").toString());
    }

    /** What is watched is looked up by its name. */
    @Test
    void everyMetricIsInTheManual() throws IOException {
        var manual = Files.readString(Path.of("docs/operations.md"));
        var counted = Pattern.compile("metrics\\.(?:count|time)\\(\\s*\"([a-z.]+)\"|builder\\(\"sma\\.([a-z.]+)\"");
        var names = new HashSet<String>();
        try (var files = Files.walk(Path.of("src/main/java"))) {
            for (var file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator)
                counted.matcher(Files.readString(file))
                        .results()
                        .map(found -> found.group(1) == null ? found.group(2) : found.group(1))
                        .forEach(names::add);
        }
        assertThat(names).contains("requests", "connections", "messages", "backup.age");
        assertThat(names).allSatisfy(name -> assertThat(manual).contains("`sma_" + name.replace('.', '_')));
    }

    /** Followed word by word at each node, what it says is to leave none out. */
    @Test
    void aNodeThatIsRestartedAsHaproxysConfigurationSaysIsUsedAgain(@TempDir Path folder) throws Exception {
        var socket = folder.resolve("admin.sock");
        var file = Files.writeString(
                folder.resolve("haproxy.cfg"),
                text("haproxy.cfg")
                        .replace("/run/haproxy/admin.sock", socket.toString())
                        .replace("bind :80", "bind 127.0.0.1:" + Installed.freePort()));
        var said = Pattern.compile("echo \"([^\"]+)\" \\| socat stdio " + Pattern.quote(socket.toString()))
                .matcher(Files.readString(file))
                .results()
                .map(command -> command.group(1))
                .toList();
        var balancer = new ProcessBuilder(Installed.program("haproxy").toString(), "-q", "-db", "-f", file.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            Await.until("it is told", () -> Files.exists(socket));
            tell(socket, said.getFirst());
            assertThat(forced(socket)).isEqualTo("drain");
            for (var next : said) tell(socket, next);
            assertThat(forced(socket)).isEmpty();
        } finally {
            balancer.destroyForcibly().waitFor();
        }
    }

    /** What an administrator made of node a: {@code drain}, or nothing. */
    private static String forced(Path socket) throws IOException {
        var state = tell(socket, "show servers state sma")
                .lines()
                .map(line -> line.split(" "))
                .filter(line -> line.length > 6 && line[3].equals("a"))
                .map(line -> line[6])
                .findFirst()
                .orElseThrow();
        return switch (state) {
            case "0" -> "";
            case "8" -> "drain";
            default -> state;
        };
    }

    private static String tell(Path socket, String command) throws IOException {
        try (var channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            channel.write(ByteBuffer.wrap((command + "\n").getBytes(StandardCharsets.UTF_8)));
            return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void haproxyEndsTlsByTheLinesThatAreOut(@TempDir Path folder) throws Exception {
        var certificates = Files.createDirectories(folder.resolve("certs"));
        var certificate = certificates.resolve("a.pem").toString();
        var arguments = "req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=a -keyout %s.key -out %s";
        says((Installed.program("openssl") + " " + arguments.formatted(certificate, certificate)).split(" "));
        var settings = text("haproxy.cfg").replaceAll("(?m)^  #(bind|http-request) ", "  $1 ");
        assertThat(settings).contains("\n  bind :443 ssl ", "\n  http-request redirect scheme https ");
        var file = Files.writeString(
                folder.resolve("haproxy.cfg"), settings.replace("/etc/haproxy/certs/", certificates + "/"));
        says(Installed.program("haproxy").toString(), "-q", "-c", "-f", file.toString());
    }

    private static void says(String... command) throws Exception {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said).doesNotContain("Unknown", "WARNING");
    }

    private static int seconds(String file, String pattern) throws IOException {
        var found = Pattern.compile(pattern).matcher(text(file));
        assertThat(found.find()).as(file).isTrue();
        return Integer.parseInt(found.group(1));
    }

    private static String text(String file) throws IOException {
        return Files.readString(FOLDER.resolve(file));
    }

    private static List<Map<String, Object>> yaml(String file) throws IOException {
        var documents = new ArrayList<Map<String, Object>>();
        for (var document : new Yaml().loadAll(text(file))) documents.add(map(document));
        return documents;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object node) {
        return (Map<String, Object>) node;
    }

    private static Map<String, Object> map(Map<String, Object> node, String... path) {
        for (var name : path) {
            node = map(Objects.requireNonNull(node.get(name), name));
        }
        return node;
    }

    /** The items of every list of this name, wherever it is. */
    private static List<Object> all(Object node, String name) {
        var found = new ArrayList<Object>();
        if (node instanceof List<?> list) for (var item : list) found.addAll(all(item, name));
        if (node instanceof Map<?, ?> map) {
            map.forEach((key, value) -> {
                if (key.equals(name) && value instanceof List<?> items) found.addAll(items);
                found.addAll(all(value, name));
            });
        }
        return found;
    }
}
