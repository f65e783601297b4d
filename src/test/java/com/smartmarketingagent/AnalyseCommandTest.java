package com.smartmarketingagent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.smartmarketingagent.account.PassingShop;
import com.smartmarketingagent.importing.FileImport;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.rfm.RfmAnalysis;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class AnalyseCommandTest {

    @Inject
    AnalyseCommand command;

    @Inject
    ObjectMapper json;

    @Inject
    Db db;

    @Inject
    PassingShop passingShop;

    @Inject
    FileImport fileImport;

    @Inject
    RfmAnalysis analysis;

    @Inject
    AnalysisReport report;

    @TempDir
    Path folder;

    record Said(int code, String out, String err) {}

    @Test
    void tellsWhoTheCustomersAreAndLeavesNothingBehind() throws IOException {
        var shops = shops();
        var file = file("penjualan.csv", """
                Nama,No HP,Tanggal,Total
                Ani,081234567890,2025-12-01,6000000
                Budi,081234567891,2025-11-01,50000
                Citra,8.12E+11,2025-12-01,50000
                """);

        var said = run(file, "--json");

        assertThat(said.code()).isZero();
        var result = json.readTree(said.out());
        assertThat(result.at("/rows").toString())
                .isEqualTo("{\"total\":3,\"new\":2,\"updated\":0,\"duplicate\":0,\"refused\":1}");
        assertThat(result.at("/refused/0/row").asInt()).isEqualTo(4);
        assertThat(result.at("/refused/0/column").asText()).isEqualTo("No HP");
        assertThat(result.at("/refused/0/value").asText()).isEqualTo("8.12E+11");
        assertThat(result.at("/refused/0/reason").asText()).contains("Excel");
        assertThat(result.at("/analysis_date").asText()).isEqualTo("2025-12-01");
        assertThat(result.at("/method").asText()).isEqualTo("fixed");
        assertThat(result.at("/segments").size()).isEqualTo(8);
        assertThat(result.at("/segments/new_customers").toString()).isEqualTo("{\"customers\":2,\"revenue\":6050000}");
        assertThat(result.at("/customers/0").toString())
                .isEqualTo("{\"name\":\"Ani\",\"phone\":\"+6281234567890\",\"recency_days\":0,\"frequency\":1,"
                        + "\"monetary\":6000000,\"recency_score\":5,\"frequency_score\":1,\"monetary_score\":5,"
                        + "\"segment\":\"new_customers\"}");
        assertThat(result.at("/elapsed_ms").asLong()).isPositive();
        assertThat(shops()).isEqualTo(shops);
    }

    @Test
    void aFileOfRefusedRowsOnlyHasNoLastDay() throws IOException {
        var refused = run(file("penjualan.csv", "Nama,Tanggal,Total\nAni,2025-12-01,lima\n"));
        assertThat(refused.out())
                .contains("(hari ini; tidak ada penjualan di berkas)")
                .doesNotContain("terakhir");
        var sold = run(file("penjualan.csv", "Nama,Tanggal,Total\nAni,2025-12-01,5\nAni,2025-12-01,lima\n"));
        assertThat(sold.out()).contains("Analisis per 2025-12-01 (hari penjualan terakhir di berkas)");
    }

    @Test
    void printsATableForPeople() throws IOException {
        var lines = new StringBuilder("Nama,Tanggal,Total\n");
        for (int i = 1; i <= 9; i++) lines.append("Dewi,2025-0").append(i).append("-15,900000\n");
        lines.append("Eka,2025-12-01,50000\n");

        var said = run(file("penjualan.csv", lines.toString()), "--as-of", "2025-12-31");

        assertThat(said.code()).isZero();
        assertThat(said.out())
                .contains("10 baris terbaca = 10 baru + 0 diperbarui + 0 dobel + 0 ditolak")
                .contains("Analisis per 2025-12-31, cara fixed, 2 pelanggan")
                .containsPattern("Jangan Sampai Hilang +1 +50,0% +Rp8\\.100\\.000 +107")
                .containsPattern(
                        "Pelanggan paling berharga yang mulai menjauh\\R +Dewi .*107 hari lalu.*9 kali.*Rp8\\.100\\.000")
                .containsPattern("Jangan Sampai Hilang:\\R  .*\\{nama}.*\\{nama_toko}")
                .containsPattern("Pelanggan Baru:\\R  .*\\{nama}");
        assertThat(said.out().split("STOP", -1)).hasSize(3);
    }

    @Test
    void asksForTheOrderOfDayAndMonth() throws IOException {
        var file = file("penjualan.csv", "Nama,Tanggal,Total\nAni,05/06/2025,5000\n");

        assertThat(run(file).code()).isEqualTo(3);
        assertThat(run(file).err()).contains("Tanggal", "--date-order");
        var said = run(file, "--date-order", "month_first", "--json");
        assertThat(json.readTree(said.out()).at("/analysis_date").asText()).isEqualTo("2025-05-06");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "apa,saja\n1,2\n", "Nama,Tanggal,Total\n", "PK\u0003\u0004 bukan zip"})
    void whatCannotBeReadEndsWithTwoAndASentence(String content) throws IOException {
        var said = run(file("penjualan.csv", content));

        assertThat(said.code()).isEqualTo(2);
        assertThat(said.out()).isEmpty();
        assertThat(said.err()).isNotBlank().doesNotContain("Exception");
    }

    @Test
    void aCustomersTotalMayBeLongerThanAnyAmount() throws IOException {
        var file = file("penjualan.csv", "Nama,Tanggal,Total\n" + "Ani,2025-12-01,9999999999999.99\n".repeat(200));

        for (var method : List.of("fixed", "quantile")) {
            var said = run(file, "--method", method, "--json");

            assertThat(said.code()).isZero();
            assertThat(said.out()).contains("\"monetary\" : 1999999999999998");
        }
    }

    @Test
    void aFailureOfOursEndsWithOneAndASentence() throws IOException {
        var asked = new AtomicInteger();
        var clock = new Clock() {
            @Override
            public Instant instant() {
                if (asked.getAndIncrement() > 0) throw new IllegalStateException("the clock broke");
                return Instant.EPOCH;
            }

            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }
        };
        var file = file("penjualan.csv", "Nama,Tanggal,Total\nAni,2025-12-01,5000\n");
        command = new AnalyseCommand(db, passingShop, fileImport, analysis, report, clock);

        var said = run(file);

        assertThat(said.code()).isEqualTo(1);
        assertThat(said.out()).isEmpty();
        assertThat(said.err()).contains("Analisis gagal karena kesalahan di program ini", "the clock broke");
    }

    @Test
    void wrongWordsOnTheCommandLineEndWithTwo() throws IOException {
        var file = file("penjualan.csv", "Nama,Tanggal,Total\nAni,2025-12-01,5000\n");

        assertThat(run(file, "--method", "magic").err()).contains("fixed or quantile");
        assertThat(run(file, "--as-of", "kemarin").err()).contains("2025-12-31");
        assertThat(run(file, "--as-of", "2999-01-01").code()).isEqualTo(2);
        assertThat(run(file, "--as-of").code()).isEqualTo(2);
        assertThat(run(file, "--apa").code()).isEqualTo(2);
        assertThat(run(folder.resolve("tidak-ada.csv")).code()).isEqualTo(2);
        assertThat(run(folder).code()).isEqualTo(2);
    }

    /** The truth that others calculated, for whoever has it beside the project. */
    @ParameterizedTest
    @ValueSource(strings = {"fixed", "quantile"})
    void agreesWithTheGoldenOrders(String method) throws IOException {
        var orders = Path.of("../shared/data/orders.csv");
        assumeThat(orders).exists();

        var said = run(orders, "--as-of", "2006-12-31", "--method", method, "--json");

        var actual = new HashMap<String, String>();
        for (JsonNode c : json.readTree(said.out()).get("customers")) {
            actual.put(
                    c.get("name").asText(),
                    String.join(
                            ",",
                            c.get("recency_days").asText(),
                            c.get("frequency").asText(),
                            c.get("monetary").asText(),
                            c.get("recency_score").asText(),
                            c.get("frequency_score").asText(),
                            c.get("monetary_score").asText()));
        }
        var expected = new HashMap<String, String>();
        var golden = Files.readAllLines(Path.of("../shared/golden/orders_rfm_2006-12-31.csv"));
        int scores = method.equals("fixed") ? 4 : 8;
        for (var line : golden.subList(1, golden.size())) {
            var f = line.split(",");
            expected.put(f[0], String.join(",", f[1], f[2], f[3], f[scores], f[scores + 1], f[scores + 2]));
        }
        assertThat(expected).hasSize(995);
        assertThat(actual).isEqualTo(expected);
    }

    Said run(Path file, String... options) {
        var args = new java.util.ArrayList<>(List.of(file.toString()));
        args.addAll(List.of(options));
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        int code = command.run(args, print(out), print(err));
        return new Said(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    static PrintStream print(ByteArrayOutputStream to) {
        return new PrintStream(to, true, StandardCharsets.UTF_8);
    }

    Path file(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    long shops() {
        return db.asAdmin(tx -> tx.createQuery("SELECT count(*) FROM app.users")
                .mapTo(long.class)
                .one());
    }
}
