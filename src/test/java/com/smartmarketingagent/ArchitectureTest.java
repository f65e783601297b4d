package com.smartmarketingagent;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.INTERFACES;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.smartmarketingagent.platform.Validated;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import jakarta.inject.Inject;
import jakarta.validation.Validation;
import jakarta.validation.Validator;
import jakarta.validation.metadata.MethodDescriptor;
import jakarta.validation.metadata.MethodType;
import jakarta.ws.rs.Path;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.hibernate.validator.messageinterpolation.ParameterMessageInterpolator;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.NullMarked;

/** The shape of the code, held by the build. An exception is one class with the reason it is one. */
@AnalyzeClasses(packages = "com.smartmarketingagent", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String ROOT = "com.smartmarketingagent";

    static final JavaClasses WITH_TESTS = new ClassFileImporter().importPackages(ROOT);

    private static final Validator VALIDATOR = Validation.byDefaultProvider()
            .configure()
            .messageInterpolator(new ParameterMessageInterpolator())
            .buildValidatorFactory()
            .getValidator();

    /** From whom each may know, besides itself; the root package, which puts all together, may know everyone. */
    private static final List<List<String>> ORDER = List.of(
            List.of("platform"),
            List.of("account"),
            List.of("customer"),
            List.of("notice", "transaction"),
            List.of("rfm", "importing", "privacy"),
            List.of("content", "messaging", "demo", "book", "landing", "live"),
            List.of("pacing", "link"),
            List.of("campaign", "dashboard"),
            List.of("report", "backup"),
            List.of("admin"));

    /** What runs SQL without being a repository. */
    private static final Set<String> RUN_SQL = Set.of(
            // says how long a transaction waits
            "platform.Db",
            // opens transactions and says whose turn it is
            "platform.Pool",
            // asks the replica how far it follows
            "platform.Replica",
            // asks the catalogs whether shops are kept apart
            "platform.RowSecurity",
            // stores an answer with the effect it belongs to
            "platform.Idempotency",
            // puts work into the table of the job library
            "platform.Jobs",
            // the one call of app.create_admin, at the command line
            "account.AdminCreation");

    /** What touches JDBC outside platform. */
    private static final Set<String> TOUCH_JDBC = Set.of(
            // reads the state of a unique violation
            "account.AdminCreation",
            // COPY is not in JDBI
            "backup.BackupRepository",
            "importing.CopyRows",
            // maps a row by hand
            "transaction.TransactionRepository");

    /** Interfaces that other programs' classes implement, or that are one for another reason. */
    private static final Set<String> ALONE = Set.of(
            // the door through which features hand platform their work
            "platform.Jobs");

    /** What begins or ends transactions: Db and its pools do it for everyone. */
    private static final Set<String> END_TRANSACTIONS = Set.of("platform.Db", "platform.Pool");

    /** What asks the machine for the time. */
    private static final Set<String> ASK_FOR_THE_TIME = Set.of(
            // the clock that everyone else is given
            "platform.Clocks",
            // ids that rise with time; no rule of the business reads it
            "platform.Ids");

    private static String shortName(JavaClass c) {
        var name = c.getName();
        int nested = name.indexOf('$');
        return (nested < 0 ? name : name.substring(0, nested)).substring(ROOT.length() + 1);
    }

    private static boolean named(Set<String> exceptions, JavaClass c) {
        return c.getName().startsWith(ROOT) && exceptions.contains(shortName(c));
    }

    /** The first package below the root; the root's own classes have none. */
    private static String feature(JavaClass c) {
        var name = c.getPackageName();
        if (!name.startsWith(ROOT + ".")) return "";
        return name.substring(ROOT.length() + 1).split("\\.", 2)[0];
    }

    private static int floor(String feature) {
        for (int i = 0; i < ORDER.size(); i++) if (ORDER.get(i).contains(feature)) return i;
        throw new AssertionError("The package " + feature + " has no place in the order of features");
    }

    @ArchTest
    static final ArchRule featuresFormNoCycles =
            slices().matching(ROOT + ".(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule arrowsPointOneWay = classes()
            .that(describe("are of a feature", c -> !feature(c).isEmpty()))
            .should(new ArchCondition<>("know only features before theirs") {
                @Override
                public void check(JavaClass item, ConditionEvents events) {
                    var own = feature(item);
                    for (var dependency : item.getDirectDependenciesFromSelf()) {
                        var target = dependency.getTargetClass();
                        if (!target.getPackageName().startsWith(ROOT)) continue;
                        var other = feature(target);
                        boolean fine = other.equals(own) || (!other.isEmpty() && floor(other) < floor(own));
                        if (!fine) events.add(SimpleConditionEvent.violated(item, dependency.getDescription()));
                    }
                }
            });

    @ArchTest
    static final ArchRule onlyRepositoriesRunSql = noClasses()
            .that(describe("are no repository", c -> !topLevel(c).endsWith("Repository") && !named(RUN_SQL, c)))
            .should()
            .callMethodWhere(describe(
                    "builds a statement",
                    (JavaCall<?> call) -> call.getTargetOwner().isAssignableTo(SqlStatement.class)
                            || (call.getTargetOwner().isAssignableTo(Handle.class)
                                    && call.getName().matches("create.*|prepare.*|select|execute|attach"))));

    @ArchTest
    static final ArchRule onlyDbBeginsAndEndsTransactions = noClasses()
            .that(describe("have no reason", c -> !named(END_TRANSACTIONS, c)))
            .should()
            .callMethodWhere(describe(
                    "begins or ends a transaction",
                    (JavaCall<?> call) -> call.getTargetOwner().isAssignableTo(Handle.class)
                            && call.getName().matches("begin|commit|rollback|.*[tT]ransaction.*")));

    private static String topLevel(JavaClass c) {
        return c.getName().replaceFirst("\\$.*", "");
    }

    @ArchTest
    static final ArchRule onlyPlatformTouchesJdbc = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + ".platform")
            .and(describe("have no reason", c -> !named(TOUCH_JDBC, c)))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql..", "javax.sql..", "com.zaxxer..", "org.postgresql..", "io.agroal..");

    @ArchTest
    static final ArchRule repositoriesKnowNothingOfHttp = noClasses()
            .that()
            .haveSimpleNameEndingWith("Repository")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("jakarta.ws.rs..", "io.quarkus..", "io.vertx..", "org.jboss.resteasy..");

    /** Their fields are how they work, not what they offer. */
    @ArchTest
    static final ArchRule repositoriesArePackagePrivateOrUsedByAnotherFeature = classes()
            .that()
            .haveSimpleNameEndingWith("Repository")
            .and()
            .arePublic()
            .should(new ArchCondition<>("be used by another feature") {
                @Override
                public void check(JavaClass item, ConditionEvents events) {
                    boolean used = item.getDirectDependenciesToSelf().stream()
                            .anyMatch(d -> !feature(d.getOriginClass()).equals(feature(item)));
                    events.add(new SimpleConditionEvent(item, used, item.getName() + " need not be public"));
                }
            })
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule resourcesArePackagePrivate =
            classes().that().areAnnotatedWith(Path.class).should().notBePublic();

    /** Nobody else looks at the constraints of a method. */
    @ArchTest
    static final ArchRule constrainedParametersAreChecked = classes()
            .that(describe("have a method with constrained parameters", c -> constrainsParameters(c)))
            .should()
            .beAnnotatedWith(Validated.class);

    private static boolean constrainsParameters(JavaClass c) {
        return VALIDATOR.getConstraintsForClass(c.reflect()).getConstrainedMethods(MethodType.NON_GETTER).stream()
                .anyMatch(MethodDescriptor::hasConstrainedParameters);
    }

    @ArchTest
    static final ArchRule namesSayWhatNotHow = noClasses()
            .should()
            .haveNameMatching(".*(Impl|Utils?|Helper|Manager|Dto|DTO|Processor|Constants)(\\$.*)?$");

    @ArchTest
    static final ArchRule dependenciesComeThroughConstructors = noFields()
            .should()
            .beAnnotatedWith(Inject.class)
            .orShould()
            .beAnnotatedWith("org.eclipse.microprofile.config.inject.ConfigProperty");

    @ArchTest
    static final ArchRule timeComesFromTheClock = noClasses()
            .that(describe("have no reason", c -> !named(ASK_FOR_THE_TIME, c)))
            .should()
            .callMethodWhere(describe("asks for the time by itself", (JavaCall<?> call) -> asksForTheTime(call)));

    /** So that a node whose clock jumps by a day sends nothing early, late or twice. */
    @ArchTest
    static final ArchRule sendingGoesByTheDatabasesTime = noClasses()
            .that()
            .resideInAnyPackage(ROOT + ".campaign..", ROOT + ".pacing..", ROOT + ".link..")
            .should()
            .dependOnClassesThat()
            .areAssignableTo(Clock.class);

    private static boolean asksForTheTime(JavaCall<?> call) {
        var owner = call.getTargetOwner();
        if (owner.isEquivalentTo(Clock.class)) return call.getName().startsWith("system");
        boolean moment = List.of(
                        Instant.class, LocalDate.class, LocalDateTime.class, OffsetDateTime.class, ZonedDateTime.class)
                .stream()
                .anyMatch(owner::isEquivalentTo);
        // now(clock) is what we want
        boolean byClock = call.getTarget().getRawParameterTypes().stream().anyMatch(p -> p.isEquivalentTo(Clock.class));
        return (moment && call.getName().equals("now") && !byClock)
                || (owner.isEquivalentTo(System.class) && call.getName().equals("currentTimeMillis"));
    }

    /** Counts tests too: an interface with one real and one fake implementation earns its keep. */
    @ArchTest
    static final ArchRule interfacesHaveTwoImplementations = classes()
            .that(are(INTERFACES))
            .and()
            .areNotAnnotations()
            .and()
            .doNotHaveSimpleName("package-info")
            .should(new ArchCondition<>("have two implementations, be sealed or be functional") {
                @Override
                public void check(JavaClass item, ConditionEvents events) {
                    boolean fine = named(ALONE, item)
                            || WITH_TESTS.get(item.getName()).getAllSubclasses().size() >= 2
                            || item.isAnnotatedWith(FunctionalInterface.class)
                            || item.reflect().isSealed();
                    events.add(new SimpleConditionEvent(item, fine, item.getName() + " has one implementation"));
                }
            });

    @ArchTest
    static void everyPackageIsNullMarked(JavaClasses all) {
        assertThat(all.stream()
                        .map(JavaClass::getPackage)
                        .distinct()
                        .filter(p -> !p.getName().isEmpty() && !p.isAnnotatedWith(NullMarked.class))
                        .map(p -> p.getName()))
                .isEmpty();
    }

    /** An exception whose reason is gone goes too. */
    @ArchTest
    static void everyExceptionExists(JavaClasses all) {
        var known = new HashSet<String>();
        for (var c : all) if (c.getPackageName().startsWith(ROOT + ".")) known.add(shortName(c));
        for (var exceptions : List.of(RUN_SQL, TOUCH_JDBC, ALONE, END_TRANSACTIONS, ASK_FOR_THE_TIME))
            assertThat(known).containsAll(exceptions);
    }

    private static final Pattern TEXT_BLOCK = Pattern.compile("\"\"\"\\n(.*?)\"\"\"", Pattern.DOTALL);
    private static final Pattern TEXT = Pattern.compile("\"((?:[^\"\\\\\\n]|\\\\.)*)\"");
    private static final Pattern STATEMENT =
            Pattern.compile("\\b(?:FROM|JOIN|UPDATE|INTO)\\s+app\\.(\\w+)(?!\\w*\\()", Pattern.CASE_INSENSITIVE);

    /**
     * Row level security hides other shops' rows, but only {@code user_id = …} lets the planner go straight to one's
     * own. Functions such as app.login_lookup are no tables.
     */
    @ArchTest
    static void everyStatementOnATenantsTableNamesUserId(JavaClasses all) throws IOException {
        var offenders = new TreeSet<String>();
        int statements = 0;
        for (var file : sources()) {
            var code = Files.readString(file);
            for (var sql : texts(code)) {
                var table = STATEMENT.matcher(sql);
                if (!table.find()) continue;
                statements++;
                var key = table.group(1).equals("users") ? "\\bid\\b|user_id|\\bemail\\b" : "user_id";
                if (!Pattern.compile(key).matcher(sql).find()) {
                    offenders.add(file.getFileName() + ": " + sql.strip());
                }
            }
        }
        assertThat(statements).isGreaterThan(10);
        assertThat(offenders).isEmpty();
    }

    private static List<java.nio.file.Path> sources() throws IOException {
        try (var files = Files.walk(java.nio.file.Path.of("src/main/java"))) {
            return files.filter(f -> f.toString().endsWith(".java")).toList();
        }
    }

    private static List<String> texts(String code) {
        var blocks = TEXT_BLOCK.matcher(code).results().map(r -> r.group(1));
        var rest = TEXT_BLOCK.matcher(code).replaceAll("");
        return java.util.stream.Stream.concat(
                        blocks, TEXT.matcher(rest).results().map(r -> r.group(1)))
                .toList();
    }

    /** Sorting and searching go through enums and parameters. */
    @ArchTest
    static void noStatementIsBuiltFromAnothersText(JavaClasses all) throws IOException {
        var glued = Pattern.compile("(?:createQuery|createUpdate|execute)\\(\\s*(?:\"\"\\s*\\+\\s*)+(\\w+)");
        var offenders = new TreeSet<String>();
        for (var file : sources()) {
            var code = TEXT_BLOCK.matcher(Files.readString(file)).replaceAll("\"\"");
            glued.matcher(TEXT.matcher(code).replaceAll("\"\""))
                    .results()
                    .filter(r -> !r.group(1).matches("[A-Z][A-Z_]+"))
                    .forEach(r -> offenders.add(file.getFileName() + ": " + r.group(1)));
        }
        assertThat(offenders).isEmpty();
    }
}
