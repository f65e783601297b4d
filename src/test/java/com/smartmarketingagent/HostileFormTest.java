package com.smartmarketingagent;

import static com.smartmarketingagent.Refusals.refused;
import static org.assertj.core.api.Assertions.assertThat;

import com.smartmarketingagent.platform.UserId;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Forms that no browser sends, to everything that takes one. */
@QuarkusTest
class HostileFormTest {

    private static final List<String> TYPES = List.of(
            "multipart/form-data",
            "multipart/form-data; boundary",
            "multipart/form-data; boundary=",
            "multipart/form-data; boundary=;",
            "multipart/form-data; boundary=\"x",
            "multipart/form-data; boundary=\"\"; charset=x",
            "multipart/form-data; charset=zz; boundary=x",
            "multipart/form-data; boundary=x; boundary=y",
            "multipart/form-data; boundary=" + "x".repeat(5_000),
            "application/x-www-form-urlencoded; charset=zz",
            "application/x-www-form-urlencoded; charset=",
            "application/x-www-form-urlencoded; charset=\"",
            "application/x-www-form-urlencoded; charset=utf-16",
            "application/x-www-form-urlencoded; q=\"\\");

    private static final List<String> SNIPPETS = List.of(
            "%",
            "%zz",
            "%u0041",
            "%00",
            "%c3%28",
            "&",
            "=",
            "&=&",
            ";",
            "\u0000",
            "\u00ff",
            "\r\n",
            "\r\n\r\n",
            "\r",
            "\n",
            "--x",
            "--x--",
            "\r\n--x\r\n",
            "\r\n--x--\r\n",
            "\"",
            "\\",
            "; filename=\"a.csv\"",
            "; filename=\"\"",
            "; filename*=utf-8''%zz",
            "; filename*=zz''a",
            "; name=\"\"",
            "; name=\"csrf\"",
            "Content-Type: text/csv; charset=zz\r\n",
            "Content-Type: ;\r\n",
            "Content-Transfer-Encoding: base64\r\n",
            "Content-Transfer-Encoding: quoted-printable\r\n",
            "Content-Disposition: attachment\r\n",
            ":",
            "=?utf-8?B?!?=",
            "=\r\n",
            "=zz");

    /** What follows the first field. */
    private static final String PARTS =
            "\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n"
                    + "Content-Type: text/csv\r\n\r\nnama,telepon\nAni,081234567890\n"
                    + "\r\n--x\r\nContent-Disposition: form-data; name=\"dry_run\"\r\n\r\ntrue\r\n--x--\r\n";

    /** They end the session that asks. */
    private static final Set<String> ENDING = Set.of("/logout", "/profile/sessions/end");

    private Shop shop = new Shop(new UserId(new UUID(0, 0)), "", "", "", "");

    @BeforeEach
    void aShop() {
        shop = Shop.register();
    }

    /** Some two thousand near what browsers send. */
    @Test
    void noFormMakesARouteFail() {
        var random = new Random(20_261_127);
        var visitor = new Visitor(shop);
        var answers = new ArrayList<Integer>();
        for (var route : PageRoutes.all()) {
            // the rest is for who stays logged in
            if (route.reads() || route.admins() || ENDING.contains(route.path())) continue;
            for (int i = 0; i < 8; i++) {
                boolean inParts = route.takesFiles() ? i % 4 != 0 : i % 4 == 0;
                answers.add(send(visitor.request(), route.anywhere(), visitor.csrf(), inParts, random));
            }
        }
        visitor.get("/customers").statusCode(200);
        // the others came where the form is for
        assertThat(answers)
                .hasSizeGreaterThan(500)
                .filteredOn(status -> status == 403)
                .hasSizeLessThan(answers.size() / 4);
        var takingFiles =
                Routes.served().all().stream().filter(Routes.Route::takesFiles).toList();
        assertThat(takingFiles).hasSizeGreaterThan(3);
        for (var route : takingFiles) {
            for (int i = 0; i < 100; i++) send(shop.api(), route.anywhere(), "", true, random);
        }
    }

    @Test
    void aTypeThatIsNoneIsRefused() {
        var visitor = new Visitor(shop);
        var paths = List.of("/login", "/register", "/u/abc", "/imports", "/customers", "/profile/move");
        for (var type : TYPES) {
            for (var path : paths) {
                var answer = visitor.request().contentType(type).body("--x").post(path);
                assertThat(answer.statusCode()).describedAs(path + " " + type).isBetween(400, 499);
            }
            var answer = shop.api().contentType(type).body("--x").post("/api/transactions/import");
            assertThat(answer.statusCode()).describedAs(type).isBetween(400, 499);
        }
    }

    @Test
    void aFileWithoutANameIsNone() {
        var form =
                "--x\r\nContent-Disposition: form-data; name=\"file\"\r\nContent-Type: text/csv\r\n\r\nnama\nAni\n\r\n--x--\r\n";
        for (var route : Routes.served().all()) {
            if (!route.takesFiles()) continue;
            var answer = shop.api()
                    .contentType("multipart/form-data; boundary=x")
                    .body(form)
                    .post(route.anywhere());
            refused(answer, 400, "VALIDATION_ERROR", route.toString());
            assertThat(answer.jsonPath().getString("error.details[0].field")).isEqualTo("file");
        }
    }

    /** Neither a name nor what is said of the columns holds what the database can't keep or nobody can read. */
    @Test
    void namesAndColumnsThatNobodyCanReadAreRefused() {
        var rows = "nama,telepon\nAni,081234567890\n".getBytes(StandardCharsets.UTF_8);
        for (var route : Routes.served().all()) {
            if (!route.takesFiles()) continue;
            var named =
                    "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\u0000.csv\"\r\n\r\nnama\nAni\n\r\n--x--\r\n";
            var answer = shop.api()
                    .contentType("multipart/form-data; boundary=x")
                    .body(named)
                    .post(route.anywhere());
            refused(answer, 400, "VALIDATION_ERROR", route.toString());
        }
        for (var name : List.of("   ", "\u200b\u202e", "x".repeat(256) + ".csv")) {
            var answer = shop.api()
                    .contentType("multipart/form-data")
                    .multiPart("file", name, rows)
                    .post("/api/customers/import");
            refused(answer, 400, "VALIDATION_ERROR", name);
            assertThat(answer.jsonPath().getString("error.message")).contains("Nama berkas ini");
        }
        for (var mapping : List.of("{\"nama\\u0000\":\"name\"}", "{\"nama\":\"name\\u0000\"}")) {
            var answer = shop.api()
                    .contentType("multipart/form-data")
                    .multiPart("file", "a.csv", rows)
                    .multiPart("mapping", mapping)
                    .post("/api/customers/import");
            refused(answer, 400, "VALIDATION_ERROR", mapping);
            assertThat(answer.jsonPath().getString("error.details[0].field")).isEqualTo("mapping");
        }
    }

    @Test
    void aStreamWhoseFormCannotBeReadIsRefused() {
        new Visitor(shop)
                .request()
                .contentType("application/x-www-form-urlencoded")
                .body("products=%zz")
                .post("/content/stream")
                .then()
                .statusCode(400);
    }

    private static int send(Http.Request request, String path, String csrf, boolean inParts, Random random) {
        var field = (inParts ? "--x\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n" + csrf : "csrf=" + csrf)
                .getBytes(StandardCharsets.ISO_8859_1);
        var rest = (inParts ? PARTS : "&name=Sari+Dewi&file=a%20b&email=").getBytes(StandardCharsets.ISO_8859_1);
        for (int c = 1 + random.nextInt(3); c > 0; c--) rest = mutated(rest, random);
        var body = new ByteArrayOutputStream();
        body.writeBytes(field);
        body.writeBytes(rest);
        var type = inParts ? "multipart/form-data; boundary=x" : "application/x-www-form-urlencoded";
        if (random.nextInt(8) == 0) type = TYPES.get(random.nextInt(TYPES.size()));
        var answer = request.contentType(type).body(body.toByteArray()).post(path);
        // the tests' installation sends no mail, and says so
        boolean noMail = List.of("/forgot", "/profile/verification").contains(path) && answer.statusCode() == 503;
        if (!noMail)
            assertThat(answer.statusCode())
                    .describedAs(path + " " + type + " " + body.toString(StandardCharsets.ISO_8859_1))
                    .isBetween(200, 499);
        return answer.statusCode();
    }

    /** Something put in, taken out, sent twice or cut off. */
    private static byte[] mutated(byte[] body, Random random) {
        int from = random.nextInt(body.length + 1);
        int to = from + random.nextInt(Math.min(20, body.length - from) + 1);
        var changed = new ByteArrayOutputStream();
        changed.write(body, 0, from);
        switch (random.nextInt(5)) {
            case 0 -> changed.write(body, to, body.length - to);
            case 1 -> {
                changed.write(body, from, to - from);
                changed.write(body, from, body.length - from);
            }
            case 2 -> {
                // nothing more comes
            }
            default -> {
                var snippet = SNIPPETS.get(random.nextInt(SNIPPETS.size())).getBytes(StandardCharsets.ISO_8859_1);
                changed.writeBytes(snippet);
                changed.writeBytes(Arrays.copyOfRange(body, from, body.length));
            }
        }
        return changed.toByteArray();
    }
}
