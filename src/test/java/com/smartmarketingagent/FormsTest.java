package com.smartmarketingagent;

import static com.smartmarketingagent.Http.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.smartmarketingagent.Http.JsonPath;
import com.smartmarketingagent.Http.Response;
import com.smartmarketingagent.account.MailedLinks.Purpose;
import com.smartmarketingagent.customer.CustomerBook;
import com.smartmarketingagent.messaging.Channel;
import com.smartmarketingagent.messaging.Channels;
import com.smartmarketingagent.platform.Db;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every field of every form with all that is put into fields: nothing breaks, what was typed comes back where it is
 * refused, and what is stored is what was sent, or nothing is. And every form sent twice has one result.
 */
@QuarkusTest
class FormsTest {

    private static final String NO_LINE = "satu\u0007dua";
    private static final String SCRIPT = "<script>alert(1)</script>";

    /** Longer than any field may be. */
    private static final String LONG = "x".repeat(6_000);

    private static final Map<String, String> INPUTS = Map.of(
            "empty", "",
            "long", LONG,
            "script", SCRIPT,
            "emoji", "🧵 batik 👩🏽‍🎨",
            "rtl", "متجر \u202eterbalik\u2066");

    /** By form the fields people type into, with something that is of the wrong kind there. */
    private static final Map<String, Map<String, String>> TYPED = Map.ofEntries(
            Map.entry(
                    "register",
                    Map.of(
                            "business_name",
                            NO_LINE,
                            "full_name",
                            NO_LINE,
                            "phone",
                            "bukan nomor",
                            "email",
                            "bukan email",
                            "password",
                            "pendek")),
            Map.entry("login", Map.of("email", "bukan email", "password", "salah")),
            Map.entry("forgot", Map.of("email", "bukan email")),
            Map.entry("reset", Map.of("new_password", "pendek")),
            Map.entry(
                    "profile",
                    Map.of(
                            "business_name",
                            NO_LINE,
                            "full_name",
                            NO_LINE,
                            "phone",
                            "bukan nomor",
                            "sells",
                            NO_LINE,
                            "city",
                            NO_LINE,
                            "link",
                            "bukan tautan")),
            Map.entry("password", Map.of("current_password", "salah", "new_password", "pendek")),
            Map.entry("customer", customer()),
            Map.entry("customer edit", customer()),
            Map.entry("merge search", Map.of("search", NO_LINE)),
            Map.entry("customers search", Map.of("search", NO_LINE, "city", NO_LINE, "tags", NO_LINE)),
            Map.entry(
                    "sales filter",
                    Map.of("search", NO_LINE, "from", "kemarin", "to", "besok", "min", "sedikit", "max", "banyak")),
            Map.entry("sale", Map.of("customer", NO_LINE, "amount", "banyak", "product", NO_LINE, "date", "kemarin")),
            Map.entry(
                    "sale edit",
                    Map.of(
                            "customer", NO_LINE,
                            "amount", "banyak",
                            "date", "kemarin",
                            "line_name", NO_LINE,
                            "line_quantity", "banyak",
                            "line_price", "mahal",
                            "notes", NO_LINE)),
            Map.entry("refund", Map.of("amount", "banyak")),
            Map.entry(
                    "settings",
                    Map.of("window_days", "lama", "recency", "lama", "frequency", "sering", "monetary", "banyak")),
            Map.entry(
                    "content",
                    Map.of(
                            "products", "<kain>",
                            "occasion", NO_LINE,
                            "question", NO_LINE,
                            "price", "mahal",
                            "discount", NO_LINE,
                            "period", NO_LINE,
                            "code", "{kode}")),
            Map.entry("text", Map.of("name", NO_LINE, "subject", NO_LINE, "preheader", NO_LINE, "text", "Halo {ibu}")),
            Map.entry(
                    "own text",
                    Map.of("name", NO_LINE, "subject", NO_LINE, "preheader", NO_LINE, "text", "Halo {ibu}")),
            Map.entry("campaign", plan()),
            Map.entry("campaign edit", plan()),
            Map.entry("approve", Map.of("send_at", "kemarin")),
            Map.entry("margin", Map.of("margin_percent", "separuh")),
            Map.entry("ways", Map.of("whatsapp_phone", "bukan nomor")),
            Map.entry("fonnte", Map.of("token", NO_LINE)),
            Map.entry(
                    "cloud_api",
                    Map.of(
                            "phone_number_id", "nomor",
                            "token", NO_LINE,
                            "app_secret", NO_LINE,
                            "template", "Kabar Toko",
                            "template_language", "bahasa")),
            Map.entry(
                    "resend",
                    Map.of(
                            "api_key",
                            NO_LINE,
                            "from_email",
                            "bukan email",
                            "from_name",
                            NO_LINE,
                            "webhook_secret",
                            "rahasia")),
            Map.entry(
                    "smtp",
                    Map.of(
                            "host",
                            "mail contoh",
                            "port",
                            "banyak",
                            "username",
                            NO_LINE,
                            "password",
                            NO_LINE,
                            "from_email",
                            "bukan email",
                            "from_name",
                            NO_LINE)),
            Map.entry("example", Map.of("text", NO_LINE)),
            Map.entry("day", Map.of("name", NO_LINE, "day", "kemarin")),
            Map.entry(
                    "admin",
                    Map.of(
                            "business_name",
                            NO_LINE,
                            "full_name",
                            NO_LINE,
                            "phone",
                            "bukan nomor",
                            "email",
                            "bukan email")));

    /** By form the fields that are chosen from, or that nobody sees. */
    private static final Map<String, List<String>> CHOSEN = Map.ofEntries(
            Map.entry("login", List.of("next")),
            Map.entry("profile", List.of("timezone", "tone", "seen")),
            Map.entry("look", List.of("language", "theme")),
            Map.entry("customer", List.of("id")),
            Map.entry("customer edit", List.of("seen", "list")),
            Map.entry("merge", List.of("id", "other", "list")),
            Map.entry("customers search", List.of("segment", "sort")),
            Map.entry("consent", List.of("channel", "state", "list")),
            Map.entry("privacy", List.of("id", "kind", "list")),
            Map.entry("sale", List.of("id", "shop", "zone", "customer_id", "asked", "sure")),
            Map.entry("sale edit", List.of("customer_id", "asked", "list", "seen")),
            Map.entry("refund", List.of("id", "list")),
            Map.entry("import", List.of("field", "kind", "date_order", "act")),
            Map.entry("content", List.of("segment", "content_type", "goal", "tone", "language", "variants")),
            Map.entry("text", List.of("favourite", "seen")),
            Map.entry("own text", List.of("id", "content_type", "segment", "favourite")),
            Map.entry(
                    "campaign",
                    List.of("id", "via", "segment", "bought", "rest_days", "include_unasked", "holdout_percent")),
            Map.entry("campaign edit", List.of("seen")),
            Map.entry("approve", List.of("seen")),
            Map.entry("say", List.of("outcome")),
            Map.entry("example", List.of("id")),
            Map.entry("smtp", List.of("security")),
            Map.entry("news", List.of("seen")),
            Map.entry("ways", List.of("by_email", "by_push", "by_whatsapp")),
            Map.entry("settings", List.of("method")));

    private static final Set<String> CAREFUL = Set.of(
            "profile",
            "look",
            "customer",
            "customer edit",
            "consent",
            "privacy",
            "sale",
            "settings",
            "register",
            "login",
            "own text",
            "campaign",
            "example",
            "day",
            "cloud_api",
            "resend",
            "smtp",
            "margin");

    private static final Set<String> SECRETS =
            Set.of("password", "current_password", "new_password", "token", "app_secret", "api_key", "webhook_secret");

    private static final PictureServer PICTURES = new PictureServer();

    /** Forms that change what others are about. */
    private static final Set<String> APART = Set.of(
            "password",
            "reset",
            "customer edit",
            "merge",
            "sale edit",
            "refund",
            "import",
            "text",
            "campaign edit",
            "approve",
            "say",
            "ways",
            "news");

    /** The shop of each form; most share one. */
    private static final Map<String, FullShop> SHOPS = new ConcurrentHashMap<>();

    private static final Map<String, Visitor> VISITORS = new ConcurrentHashMap<>();

    @Inject
    Db db;

    @Inject
    Clock clock;

    @Inject
    Channels channels;

    /** Where a form has to be sent again, what was typed is shown by what its field is called. */
    @Test
    void everyFieldThatPeopleTypeIntoHasAWord() {
        var shop = Shop.register();
        var log = given().follow(false)
                .contentType("application/x-www-form-urlencoded; charset=utf-8")
                .formParam("email", shop.email())
                .formParam("password", shop.password())
                .formParam("kept_path", "/profile");
        var names = TYPED.values().stream()
                .flatMap(fields -> fields.keySet().stream())
                .filter(name -> !SECRETS.contains(name) && !name.equals("email"))
                .distinct()
                .toList();
        for (var name : names) log.formParam("kept:" + name, "isi " + name);
        var page = log.post("/login").then().statusCode(200).extract().asString();
        for (var name : names) {
            assertThat(page).contains("<bdi>isi " + name + "</bdi>");
            assertThat(page).doesNotContain("soft\">" + name + "<");
        }
        for (var form : CHOSEN.entrySet()) {
            // a search is no form that is kept
            if (form.getKey().endsWith("search") || form.getKey().equals("login")) continue;
            for (var name : form.getValue()) {
                var answer = given().follow(false)
                        .formParam("email", shop.email())
                        .formParam("password", shop.password())
                        .formParam("kept_path", "/profile")
                        .formParam("kept:" + name, "pilihan")
                        .post("/login");
                assertThat(answer.statusCode()).describedAs(name).isEqualTo(200);
                assertThat(answer.asString())
                        .describedAs(name)
                        .contains("name=\"" + name + "\" value=\"pilihan\"")
                        .doesNotContain("<bdi>pilihan");
            }
        }
    }

    private static Map<String, String> plan() {
        return Map.of(
                "name", NO_LINE,
                "subject", NO_LINE,
                "text", "Halo {ibu}",
                "link", "http://contoh.id",
                "media_url", "ftp://contoh.id/kain.png",
                "city", NO_LINE,
                "tags", NO_LINE,
                "product", NO_LINE,
                "min_spent", "banyak");
    }

    private static Map<String, String> customer() {
        return Map.of(
                "name", NO_LINE,
                "phone", "021 5550123",
                "email", "bukan email",
                "address", NO_LINE,
                "city", NO_LINE,
                "tags", NO_LINE,
                "notes", NO_LINE);
    }

    /**
     * A form as it is sent when it is filled in well.
     *
     * @param stored what is stored of a field, given what was sent; null for nothing
     */
    private record Form(
            String path, Map<String, Object> sound, BiFunction<String, Map<String, Object>, @Nullable String> stored) {

        boolean reads() {
            return path.startsWith("GET ");
        }
    }

    static Stream<Arguments> everything() {
        var all = new ArrayList<Arguments>();
        TYPED.forEach((form, fields) -> fields.forEach((field, wrong) -> {
            INPUTS.forEach((kind, text) -> all.add(Arguments.of(form, field, kind, text)));
            all.add(Arguments.of(form, field, "wrong", wrong));
        }));
        CHOSEN.forEach((form, fields) -> fields.forEach(field -> {
            INPUTS.forEach((kind, text) -> all.add(Arguments.of(form, field, kind, text)));
            all.add(Arguments.of(form, field, "wrong", NO_LINE));
        }));
        return all.stream();
    }

    @ParameterizedTest(name = "{0}: {1} {2}")
    @MethodSource("everything")
    void aFieldTakesAnythingAndStoresItAsItIsOrNotAtAll(String name, String field, String kind, String text) {
        var full = full(name);
        var form = form(name, full);
        var sent = new LinkedHashMap<>(form.sound());
        assertThat(sent).containsKey(field);
        sent.computeIfPresent(field, (_, sound) -> with(sound, text));
        var before = rows(full);

        var answer = send(name, form.path(), sent);

        assertThat(answer.statusCode()).isBetween(200, 499);
        if (!name.equals("login")) assertThat(answer.statusCode()).isNotEqualTo(401);
        assertThat(answer.asString()).doesNotContain(SCRIPT);
        boolean typed = TYPED.getOrDefault(name, Map.of()).containsKey(field);
        if (answer.statusCode() >= 400) {
            assertThat(rows(full)).isEqualTo(before);
            assertThat(answer.contentType()).startsWith("text/html");
            if (!form.reads()) notMade(name, sent, full);
            // the search's page has no form for what no browser lets through
            boolean again = typed && !SECRETS.contains(field) && !name.equals("merge search");
            if (again) assertThat(answer.asString()).contains(escaped(text));
        } else if (form.reads()) {
            assertThat(rows(full)).isEqualTo(before);
            if (!kind.equals("wrong")) assertThat(answer.asString()).contains(escaped(text));
        } else if (typed) {
            var wanted = field.equals("date") && text.isEmpty() ? null : text.strip();
            if (wanted != null)
                assertThat(form.stored().apply(field, sent)).isEqualTo(wanted.isEmpty() ? null : wanted);
        }
        if (kind.equals("long") && typed && !form.reads())
            assertThat(answer.statusCode()).isGreaterThanOrEqualTo(400);
    }

    /** A list has its first value replaced. */
    private static Object with(Object sound, String text) {
        if (!(sound instanceof List<?> several)) return text;
        var changed = new ArrayList<Object>(several);
        changed.set(0, text);
        return changed;
    }

    /** What makes an account leaves none behind. */
    private void notMade(String name, Map<String, Object> sent, FullShop full) {
        if (!name.equals("register") && !name.equals("admin")) return;
        assertThat(isAccount(String.valueOf(sent.get("email")))).isFalse();
        assertThat(full.shop().email()).isNotEqualTo(sent.get("email"));
    }

    private boolean isAccount(String email) {
        return db.<Boolean>withoutTenant(tx -> tx.createQuery("SELECT 1 FROM app.login_lookup(:email)")
                .bind("email", email.replace("\u0000", ""))
                .mapTo(Integer.class)
                .findOne()
                .isPresent());
    }

    private static String escaped(String text) {
        return text.strip()
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "register",
                "login",
                "forgot",
                "reset",
                "profile",
                "look",
                "password",
                "customer",
                "customer edit",
                "customer delete",
                "merge",
                "consent",
                "privacy",
                "sale",
                "sale edit",
                "sale delete",
                "refund",
                "import",
                "import run",
                "import undo",
                "discard",
                "settings",
                "news",
                "ways",
                "text",
                "text delete",
                "own text",
                "campaign",
                "campaign edit",
                "approve",
                "margin",
                "campaign cancel",
                "say",
                "keep",
                "example",
                "day",
                "fonnte",
                "cloud_api",
                "resend",
                "smtp",
                "channel delete",
                "admin"
            })
    void sentTwiceItHasOneResult(String name) {
        // those that only add to the shop, or change what no other of them touches, share one
        var full = CAREFUL.contains(name)
                ? SHOPS.computeIfAbsent("twice", _ -> FullShop.of(Shop.register()))
                : FullShop.of(Shop.register());
        SHOPS.put("twice " + name, full);
        var form = form(name, full);
        var empty = things(full);

        assertThat(send("twice " + name, form.path(), form.sound()).statusCode())
                .isBetween(200, 399);
        var once = things(full);
        assertThat(send("twice " + name, form.path(), form.sound()).statusCode())
                .isBetween(200, 499);

        assertThat(things(full)).isEqualTo(once);
        boolean elsewhere = Set.of("register", "login", "forgot", "reset", "look", "password", "admin", "import")
                .contains(name);
        if (!elsewhere) assertThat(once).isNotEqualTo(empty);
        switch (name) {
            case "register", "admin" ->
                assertThat(isAccount(String.valueOf(form.sound().get("email")))).isTrue();
            case "password", "reset" ->
                Shop.logIn(full.shop().email(), String.valueOf(form.sound().get("new_password")));
            default -> {}
        }
    }

    /** What the shop has, without the moments at which it was written. */
    private Map<String, String> things(FullShop full) {
        Await.until(
                "every import has ended",
                () -> !rows(full).getOrDefault("imports", "").matches("(?s).*\"(queued|running)\".*"));
        var rows = rows(full);
        for (var passing : List.of("sessions", "refresh_tokens", "rfm_changes", "audit_log", "mailed_links"))
            rows.remove(passing);
        rows.replaceAll((_, text) -> text.replaceAll("\"?(updated_at|changed_at|state_at)\"?: \"[^\"]*\"", "")
                .replaceAll(",[0-9: .+-]+$", ""));
        return rows;
    }

    private Map<String, String> rows(FullShop full) {
        return ShopRows.of(db, full.shop());
    }

    private static FullShop full(String name) {
        // a password that is changed ends every session; the form needs nothing in the shop
        if (name.equals("password")) {
            VISITORS.remove(name);
            SHOPS.put(name, FullShop.empty(Shop.register()));
        }
        var shared = APART.contains(name) ? name : "together";
        SHOPS.put(name, SHOPS.computeIfAbsent(shared, _ -> FullShop.of(Shop.register())));
        visitor(name);
        return Objects.requireNonNull(SHOPS.get(name));
    }

    private static Response send(String name, String path, Map<String, Object> fields) {
        var kind = name.replace("twice ", "");
        if (kind.equals("forgot")) {
            try (var _ = Mailbox.open()) {
                return given().follow(false)
                        .contentType("application/x-www-form-urlencoded; charset=utf-8")
                        .formParams(fields)
                        .post(path);
            }
        }
        if (Set.of("register", "login", "reset").contains(kind)) {
            return given().follow(false)
                    .contentType("application/x-www-form-urlencoded; charset=utf-8")
                    .formParams(fields)
                    .post(path);
        }
        var visitor = visitor(name);
        if (path.startsWith("GET "))
            return visitor.request().queryParams(fields).get(path.substring(4));
        return visitor.request()
                .contentType("application/x-www-form-urlencoded; charset=utf-8")
                .formParam("csrf", visitor.csrf())
                .formParams(fields)
                .post(path);
    }

    private static Visitor visitor(String name) {
        return VISITORS.computeIfAbsent(
                name,
                _ -> new Visitor(
                        name.endsWith("admin")
                                ? Shop.admin()
                                : Objects.requireNonNull(SHOPS.get(name)).shop()));
    }

    private Form form(String name, FullShop full) {
        var shop = full.shop();
        var customer = "/customers/" + full.customer();
        var fresh = UUID.randomUUID();
        return switch (name) {
            case "register" ->
                new Form(
                        "/register",
                        account(fresh, "password", "kain batik tulis"),
                        (field, sent) -> profile(
                                field,
                                Shop.logIn(String.valueOf(sent.get("email")), String.valueOf(sent.get("password"))),
                                String.valueOf(sent.get("password"))));
            case "admin" -> new Form("/admin/new", account(fresh), this::made);
            case "login" ->
                new Form(
                        "/login",
                        Map.of("email", shop.email(), "password", shop.password(), "next", "/customers"),
                        (_, _) -> null);
            case "forgot" -> new Form("/forgot", Map.of("email", shop.email()), (_, _) -> null);
            case "reset" ->
                new Form(
                        "/reset/" + full.link(Purpose.RESET),
                        Map.of("new_password", "kain batik cap"),
                        (field, sent) -> {
                            Shop.logIn(shop.email(), String.valueOf(sent.get(field)));
                            return String.valueOf(sent.get(field));
                        });
            case "profile" ->
                new Form(
                        "/profile",
                        Map.of(
                                "business_name", "Batik Sri Dua",
                                "full_name", "Sri",
                                "phone", "081234567890",
                                "timezone", "Asia/Makassar",
                                "sells", "kain",
                                "city", "Solo",
                                "link", "https://contoh.id",
                                "tone", "polite",
                                "seen", ""),
                        (field, _) -> profile(field, shop, ""));
            case "look" -> new Form("/profile/look", Map.of("language", "id", "theme", "dark"), (_, _) -> null);
            case "password" ->
                new Form(
                        "/profile/password",
                        Map.of("current_password", shop.password(), "new_password", "kain batik cap"),
                        (field, sent) -> {
                            // whoever gets in by it has it
                            Shop.logIn(shop.email(), String.valueOf(sent.get("new_password")));
                            return String.valueOf(sent.get(field));
                        });
            case "customer" ->
                new Form(
                        "/customers",
                        person(Map.of("id", fresh)),
                        (field, sent) -> known(field, shop, String.valueOf(sent.get("id"))));
            case "customer edit" ->
                new Form(
                        customer,
                        person(Map.of("seen", seen(shop, full.customer()), "list", "sort=name")),
                        (field, _) -> known(field, shop, full.customer()));
            case "customer delete" -> new Form(customer + "/delete", Map.of(), (_, _) -> null);
            case "merge" ->
                new Form(customer + "/merge", Map.of("id", fresh, "other", full.other(), "list", ""), (_, _) -> null);
            case "merge search" -> new Form("GET " + customer + "/merge", Map.of("search", "Ani"), (_, _) -> null);
            case "customers search" ->
                new Form(
                        "GET /customers",
                        Map.of("search", "Ani", "city", "Solo", "tags", "", "segment", "lost", "sort", "name"),
                        (_, _) -> null);
            case "sales filter" ->
                new Form(
                        "GET /sales",
                        Map.of("search", "Ani", "from", "2025-01-01", "to", "", "min", "1.000", "max", ""),
                        (_, _) -> null);
            case "consent" ->
                new Form(
                        customer + "/consents",
                        Map.of("channel", "email", "state", "granted", "list", ""),
                        (_, _) -> null);
            case "privacy" ->
                new Form(customer + "/requests", Map.of("id", fresh, "kind", "access", "list", ""), (_, _) -> null);
            case "sale" ->
                new Form(
                        "/sales",
                        Map.of(
                                "id", fresh,
                                "zone", "Asia/Jakarta",
                                "shop", shop.id().value(),
                                "customer", "Eka",
                                "customer_id", "",
                                "asked", "",
                                "sure", "",
                                "amount", "150rb",
                                "product", "Kain",
                                "date", "2025-12-07"),
                        (field, sent) -> sold(field, shop, String.valueOf(sent.get("id"))));
            case "sale edit" ->
                new Form(
                        "/sales/" + full.sale(),
                        Map.ofEntries(
                                Map.entry("customer", "Ani <b>"),
                                Map.entry("customer_id", ""),
                                Map.entry("asked", ""),
                                Map.entry("list", "search=Ani"),
                                Map.entry("seen", ""),
                                Map.entry("amount", "175.000"),
                                Map.entry("date", "2025-12-03"),
                                Map.entry("line_name", "Kain"),
                                Map.entry("line_quantity", "2"),
                                Map.entry("line_price", "50.000"),
                                Map.entry("notes", "titip")),
                        (field, _) -> sold(field, shop, full.sale()));
            case "sale delete" -> new Form("/sales/" + full.sale() + "/delete", Map.of("list", ""), (_, _) -> null);
            case "refund" ->
                new Form(
                        "/sales/" + full.sale() + "/refund",
                        Map.of("id", fresh, "amount", "1.000", "list", "page=2"),
                        (_, _) -> null);
            case "import", "import run" ->
                new Form(
                        "/imports/" + full.draft() + "/check",
                        Map.of(
                                "field",
                                List.of("0:name", "1:transaction_date", "2:amount"),
                                "kind",
                                "transactions",
                                "date_order",
                                "",
                                "act",
                                name.equals("import") ? "check" : "run"),
                        (_, _) -> null);
            case "import undo" -> new Form("/imports/" + full.done() + "/undo", Map.of(), (_, _) -> null);
            case "discard" -> new Form("/imports/" + full.draft() + "/check/discard", Map.of(), (_, _) -> null);
            case "news" -> new Form("/notices/read", Map.of("seen", "2999-01-01T00:00:00Z"), (_, _) -> null);
            case "ways" ->
                new Form(
                        "/notices/settings",
                        Map.of(
                                "by_email", "import_done",
                                "by_push", "needs_check",
                                "by_whatsapp", "campaign_paused",
                                "whatsapp_phone", "+6281234567890"),
                        (_, _) -> text(shop.api().get("/api/notices/settings").jsonPath(), "data.whatsapp_phone"));
            case "settings" ->
                new Form(
                        "/segments/settings",
                        Map.of(
                                "method", "fixed",
                                "window_days", "365",
                                "recency", List.of("7", "14", "30", "60"),
                                "frequency", List.of("1", "2", "5", "10"),
                                "monetary", List.of("100.000", "500.000", "1.000.000", "5.000.000")),
                        (field, _) -> text(shop.api().get("/api/rfm/settings").jsonPath(), "data." + field));
            case "content" ->
                new Form(
                        "/content",
                        new LinkedHashMap<>(Map.ofEntries(
                                Map.entry("segment", "lost"),
                                Map.entry("content_type", "reply"),
                                Map.entry("goal", "thank"),
                                Map.entry("tone", ""),
                                Map.entry("language", "id"),
                                Map.entry("variants", "1"),
                                Map.entry("products", "Kain"),
                                Map.entry("occasion", "Lebaran"),
                                Map.entry("question", "Ada?"),
                                Map.entry("price", "150rb"),
                                Map.entry("discount", "15%"),
                                Map.entry("period", "besok"),
                                Map.entry("code", "NILA"))),
                        (field, _) -> asked(field, full));
            case "text" ->
                new Form(
                        "/content/templates/" + full.text(),
                        Map.of(
                                "name",
                                "Lain",
                                "subject",
                                "Kabar",
                                "preheader",
                                "Apa",
                                "text",
                                "Halo.",
                                "favourite",
                                "yes",
                                "seen",
                                ""),
                        (field, _) -> text(
                                shop.api()
                                        .get("/api/content/templates/" + full.text())
                                        .jsonPath(),
                                "data.template." + field));
            case "own text" ->
                new Form(
                        "/content/templates/new",
                        Map.of(
                                "id", fresh,
                                "content_type", "email",
                                "segment", "lost",
                                "name", "Lain",
                                "subject", "Kabar",
                                "preheader", "Apa",
                                "text", "Halo.",
                                "favourite", "yes"),
                        (field, _) -> text(
                                shop.api()
                                        .get("/api/content/templates/" + fresh)
                                        .jsonPath(),
                                "data.template." + field));
            case "campaign" ->
                new Form(
                        "/campaigns/new",
                        campaign(Map.of("id", fresh)),
                        (field, sent) -> planned(field, shop, String.valueOf(sent.get("id"))));
            case "campaign edit" ->
                new Form(
                        "/campaigns/" + full.campaign() + "/edit",
                        campaign(Map.of("seen", String.valueOf(planned("version", shop, full.campaign())))),
                        (field, _) -> planned(field, shop, full.campaign()));
            case "approve" -> {
                new CustomerBook(shop)
                        .add("Ika", "phone", "08123%07d".formatted(Math.floorMod(fresh.hashCode(), 10_000_000)));
                var draft = FullShop.campaign(shop);
                yield new Form(
                        "/campaigns/" + draft + "/approve",
                        Map.of("seen", "1", "send_at", ""),
                        (field, _) -> planned(field, shop, draft));
            }
            case "margin" ->
                new Form(
                        "/campaigns/" + full.sent() + "/margin",
                        Map.of("margin_percent", "40"),
                        (field, _) ->
                                text(shop.api().get("/api/campaigns/margin").jsonPath(), "data." + field));
            case "campaign cancel" -> new Form("/campaigns/" + full.sent() + "/cancel", Map.of(), (_, _) -> null);
            case "say" ->
                new Form(
                        "/campaigns/" + full.sent() + "/recipients/" + open(full),
                        Map.of("outcome", "sent"),
                        (_, _) -> null);
            case "channel delete" -> new Form("/channels/fonnte/delete", Map.of(), (_, _) -> null);
            case "text delete" -> new Form("/content/templates/" + full.text() + "/delete", Map.of(), (_, _) -> null);
            case "keep" ->
                new Form(
                        "/content/templates",
                        Map.of("id", fresh, "content_id", written(shop), "variant", "0"),
                        (_, _) -> null);
            case "example" ->
                new Form(
                        "/content/style/examples",
                        Map.of("id", fresh, "text", "Monggo mampir"),
                        (_, _) -> text(shop.api().get("/api/content/examples").jsonPath(), "data.examples[0].text"));
            case "day" ->
                new Form(
                        "/content/style/days",
                        Map.of("name", "Ulang tahun toko", "day", soon()),
                        (field, sent) -> ownDay(field, shop, String.valueOf(sent.get("name"))));
            case "fonnte" -> new Form("/channels/fonnte", Map.of("token", "token-uji-00000001"), channel(name, full));
            case "cloud_api" ->
                new Form(
                        "/channels/cloud_api",
                        Map.of(
                                "phone_number_id", "106540352242922",
                                "token", "token-uji-00000002",
                                "app_secret", "rahasia-uji-00000003",
                                "template", "kabar_toko",
                                "template_language", "id"),
                        channel(name, full));
            case "resend" ->
                new Form(
                        "/channels/resend",
                        Map.of(
                                "api_key", "re_uji_00000004",
                                "from_email", "halo@contoh.id",
                                "from_name", "Batik Sri",
                                "webhook_secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
                        channel(name, full));
            case "smtp" ->
                new Form(
                        "/channels/smtp",
                        Map.of(
                                "host", "127.0.0.1",
                                "port", "465",
                                "security", "tls",
                                "username", "toko",
                                "password", "kata sandi",
                                "from_email", "halo@contoh.id",
                                "from_name", "Batik Sri"),
                        channel(name, full));
            default -> throw new AssertionError(name);
        };
    }

    /** What is kept of a channel; nothing typed is what is usual there, or what was there. */
    private BiFunction<String, Map<String, Object>, @Nullable String> channel(String kind, FullShop full) {
        return (field, sent) -> {
            var typed = String.valueOf(sent.get(field));
            if (typed.isBlank()) return null;
            var shop = full.shop();
            var opened = db.inTenant(
                            shop.id(),
                            tx -> channels.open(
                                    tx, shop.id(), Channel.Kind.of(kind).orElseThrow()))
                    .orElseThrow();
            if (!SECRETS.contains(field)) return opened.kept().settings().get(field);
            return switch (opened.channel()) {
                case Channel.Fonnte its -> its.token().value();
                case Channel.CloudApi its -> (field.equals("token") ? its.token() : its.appSecret()).value();
                case Channel.Resend its ->
                    field.equals("api_key")
                            ? its.apiKey().value()
                            : Objects.requireNonNull(its.webhookSecret()).value();
                case Channel.Smtp its -> its.server().password();
            };
        };
    }

    /** What the last request for texts asked. */
    private @Nullable String asked(String field, FullShop full) {
        var path = switch (field) {
            case "products" -> "{products,0}";
            case "occasion", "question" -> "{" + field + "}";
            default -> "{offer," + field + "}";
        };
        return db.<java.util.Optional<String>>inTenant(
                        full.shop().id(),
                        tx -> tx.createQuery(
                                        "SELECT brief #>> :path::text[] FROM app.content WHERE user_id = :user ORDER BY id DESC LIMIT 1")
                                .bind("path", path)
                                .bind("user", full.shop().id())
                                .mapTo(String.class)
                                .findOne())
                .orElse(null);
    }

    private static @Nullable String ownDay(String field, Shop shop, String name) {
        var days = shop.api().get("/api/content/occasions").jsonPath();
        return days.<Map<String, Object>>getList("data.occasions").stream()
                .filter(d -> name.strip().equals(d.get("name")) && Boolean.TRUE.equals(d.get("own")))
                .map(d -> String.valueOf(d.get(field)))
                .findAny()
                .orElse(null);
    }

    private static Map<String, Object> campaign(Map<String, Object> more) {
        var fields = new HashMap<>(more);
        fields.putAll(Map.ofEntries(
                Map.entry("name", "Kangen"),
                Map.entry("via", "smtp"),
                Map.entry("subject", "Kabar"),
                Map.entry("text", "Halo {tautan}."),
                Map.entry("link", "https://contoh.id/baru"),
                Map.entry("media_url", PICTURES.at("kain.png")),
                Map.entry("segment", "lost"),
                Map.entry("city", "Solo"),
                Map.entry("tags", "grosir"),
                Map.entry("min_spent", "500rb"),
                Map.entry("bought", "not 60"),
                Map.entry("product", "kain"),
                Map.entry("rest_days", "14"),
                Map.entry("include_unasked", "yes"),
                Map.entry("holdout_percent", "20")));
        return fields;
    }

    private static @Nullable String planned(String field, Shop shop, Object id) {
        var campaign = shop.api()
                .get("/api/campaigns/" + id)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
        return switch (field) {
            case "tags" -> {
                var tags = campaign.getList("data.campaign.audience.tags", String.class);
                yield tags == null || tags.isEmpty() ? null : String.join(", ", tags);
            }
            case "city", "min_spent", "product" -> text(campaign, "data.campaign.audience." + field);
            default -> text(campaign, "data.campaign." + field);
        };
    }

    /** Who has the message that is open by hand. */
    private static @Nullable String open(FullShop full) {
        return full.shop()
                .api()
                .get("/api/campaigns/" + full.sent() + "/recipients")
                .path("data.recipients[state=sending][0].customer_id");
    }

    private static String written(Shop shop) {
        return shop.api()
                .body(Map.of("segment", "lost", "content_type", "whatsapp", "goal", "thank"))
                .post("/api/content/generate")
                .then()
                .statusCode(200)
                .extract()
                .path("data.content.id");
    }

    /** A day within the year that the list looks ahead. */
    private String soon() {
        return LocalDate.ofInstant(clock.instant(), ZoneId.of("Asia/Jakarta"))
                .plusDays(30)
                .toString();
    }

    private static Map<String, Object> account(UUID id, Object... more) {
        var fields = new HashMap<String, Object>(Map.of(
                "email", "toko-" + id + "@contoh.id",
                "full_name", "Sri",
                "business_name", "Batik Sri",
                "phone", "081234567890"));
        for (int i = 0; i < more.length; i += 2) fields.put((String) more[i], more[i + 1]);
        return fields;
    }

    private static Map<String, Object> person(Map<String, Object> more) {
        var fields = new HashMap<>(more);
        fields.putAll(Map.of(
                "name", "Fitri",
                "phone", "",
                "email", "fitri@contoh.id",
                "address", "Jalan Baru 1",
                "city", "Solo",
                "tags", "grosir",
                "notes", "lama"));
        return fields;
    }

    private static @Nullable String profile(String field, Shop shop, String password) {
        if (field.equals("password")) return password;
        return text(shop.api().get("/api/auth/profile").jsonPath(), "data.user." + field);
    }

    /** The account that a super_admin made, by the search of theirs. */
    private @Nullable String made(String field, Map<String, Object> sent) {
        var found = Shop.admin()
                .api()
                .queryParam("search", Objects.requireNonNull(sent.get("email")))
                .get("/api/admin/users")
                .jsonPath();
        return text(found, "data.users[0]." + field);
    }

    private static @Nullable String known(String field, Shop shop, Object id) {
        var customer = shop.api()
                .get("/api/customers/" + id)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
        if (!field.equals("tags")) return text(customer, "data.customer." + field);
        var tags = String.join(", ", customer.getList("data.customer.tags", String.class));
        return tags.isEmpty() ? null : tags;
    }

    private static String seen(Shop shop, UUID id) {
        return new CustomerBook(shop).get(id).getString("data.customer.updated_at");
    }

    private static @Nullable String sold(String field, Shop shop, Object id) {
        var sale = shop.api()
                .get("/api/transactions/" + id)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
        return text(
                sale,
                "data.transaction."
                        + switch (field) {
                            case "customer" -> "customer.name";
                            case "product", "line_name" -> "products[0].name";
                            case "line_quantity" -> "products[0].quantity";
                            case "line_price" -> "products[0].price";
                            default -> field;
                        });
    }

    private static @Nullable String text(JsonPath json, String path) {
        Object value = json.get(path);
        return value == null ? null : String.valueOf(value);
    }

    @Test
    void everyFieldOfTheFormsIsAskedAbout() {
        var full = FullShop.of(Shop.register());
        var owner = new Visitor(full.shop());
        var admin = new Visitor(Shop.admin());
        Map<String, String> pages = Map.ofEntries(
                Map.entry("profile", "/profile"),
                Map.entry("customer", "/customers/new"),
                Map.entry("customer edit", "/customers/" + full.customer() + "/edit"),
                Map.entry("merge search", "/customers/" + full.customer() + "/merge"),
                Map.entry("customers search", "/customers"),
                Map.entry("sales filter", "/sales"),
                Map.entry("sale", "/sales/new"),
                Map.entry("sale edit", "/sales/" + full.sale() + "/edit"),
                Map.entry("refund", "/sales/" + full.sale() + "/refund"),
                Map.entry("settings", "/segments/settings"),
                Map.entry("news", "/notices"),
                Map.entry("ways", "/notices/settings"),
                Map.entry("content", "/content"),
                Map.entry("text", "/content/templates/" + full.text()),
                Map.entry("own text", "/content/templates/new"),
                Map.entry("example", "/content/style"),
                Map.entry("day", "/content/style"),
                Map.entry("admin", "/admin/new"));
        pages.forEach((name, page) -> {
            var html =
                    (name.equals("admin") ? admin : owner).get(page).extract().asString();
            var form = form(name, full);
            var action = form.path().replace("GET ", "");
            var its = Pattern.compile("<form[^>]*action=\"" + Pattern.quote(action) + "\".*?</form>", Pattern.DOTALL)
                    .matcher(html);
            assertThat(its.find()).describedAs(name).isTrue();
            var fields = Pattern.compile("<(?:input|select|textarea)[^>]* name=\"([^\"]+)\"")
                    .matcher(its.group())
                    .results()
                    .map(r -> r.group(1))
                    .filter(f -> !f.equals("csrf"))
                    .toList();
            var asked = new ArrayList<>(CHOSEN.getOrDefault(name, List.of()));
            asked.addAll(TYPED.getOrDefault(name, Map.of()).keySet());
            assertThat(asked).describedAs(name).containsAll(fields);
        });
    }

    @Test
    void goingBackAfterSavingAndSavingAgainIsOneResult() {
        var full = FullShop.of(Shop.register());
        var book = new CustomerBook(full.shop());
        try (var browser = Browser.phone().as(full.shop())) {
            var page = browser.open("/customers/" + full.customer() + "/edit");
            page.fill("#city", "Kudus");
            page.click("main form .btn-primary");
            page.waitForURL("**done=saved");
            page.goBack();
            page.click("main form .btn-primary");
            page.waitForURL("**done=saved");
            assertThat(book.get(full.customer()).getString("data.customer.city"))
                    .isEqualTo("Kudus");

            page.navigate("/customers/new");
            page.fill("#name", "Gita");
            page.click("main form .btn-primary");
            page.waitForURL("**done=created");
            page.goBack();
            // it comes anew, and asks again who
            assertThat(page.locator("#name").inputValue()).isEmpty();
            page.click("main form .btn-primary");
            assertThat(book.names("search", "Gita")).containsExactly("Gita");

            page.navigate("/segments/settings");
            page.fill("#recency_4", "400");
            page.click("main form .btn-primary");
            page.waitForURL("**/segments");
            page.goBack();
            page.click("main form .btn-primary");
            page.waitForURL("**/segments");
            assertThat(full.shop()
                            .api()
                            .get("/api/rfm/settings")
                            .jsonPath()
                            .getList("data.recency_bins", Integer.class))
                    .containsExactly(30, 60, 90, 400);
        }
    }
}
