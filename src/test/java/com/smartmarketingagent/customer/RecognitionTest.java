package com.smartmarketingagent.customer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.smartmarketingagent.customer.Recognition.Acquaintance;
import com.smartmarketingagent.customer.Recognition.Known;
import com.smartmarketingagent.customer.Recognition.Meant;
import com.smartmarketingagent.customer.Recognition.New;
import com.smartmarketingagent.customer.Recognition.Several;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Problem;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class RecognitionTest {

    @Inject
    Db db;

    @Inject
    Recognition recognition;

    CustomerBook book;
    UUID sri;

    @BeforeEach
    void open() {
        book = CustomerBook.open();
        sri = book.add("Sri Wahyuni", "phone", "081234567890");
    }

    private Meant meant(String text) {
        return db.inTenant(
                book.shop().id(), tx -> recognition.recognise(tx, book.shop().id(), text, false));
    }

    private UUID added(String text) {
        return db.inTenant(
                book.shop().id(), tx -> recognition.add(tx, book.shop().id(), text));
    }

    @Test
    void aNumberIsRecognisedHoweverItIsWrittenAndWhateverNameStandsBeforeIt() {
        for (var written : List.of(
                "081234567890",
                "0812-3456-7890",
                "0812 3456 7890",
                "+6281234567890",
                "+62 812-3456-7890",
                "6281234567890",
                "81234567890",
                "(0812) 3456 7890",
                "https://wa.me/6281234567890",
                "Bu Sri 0812-3456-7890",
                "Sri, +62 812 3456 7890",
                "Toko 88 081234567890")) {
            assertThat(meant(written)).as(written).isEqualTo(new Known(sri));
        }
    }

    @Test
    void whoWasMergedIsWhoTheyAreNow() {
        var ibu = book.add("Ibu Sri Wahyuni");
        var bu = book.add("bu sri wahyuni", "phone", "081299990001");
        var ani = book.add("Ani", "phone", "081299990002");
        merge(ibu, bu);
        assertThat(meant("Bu  Sri Wahyuni")).isEqualTo(new Known(ibu));
        assertThat(meant("0812 9999 0001")).isEqualTo(new Known(ibu));
        var last = merge(ani, ibu);
        assertThat(meant("Bu Sri Wahyuni")).isEqualTo(new Known(ani));
        assertThat(meant("ibu sri wahyuni")).isEqualTo(new Known(ani));
        assertThat(meant("Bu Sri 081299990001")).isEqualTo(new Known(ani));
        // a namesake who is there: only the owner knows
        var other = book.add("Bu Sri Wahyuni");
        assertThat(meant("bu sri wahyuni"))
                .isInstanceOfSatisfying(
                        Several.class,
                        s -> assertThat(s.candidates())
                                .extracting(Acquaintance::id)
                                .containsExactly(other, ani));
        book.shop().api().post("/api/merges/" + last + "/undo").then().statusCode(200);
        assertThat(meant("Ibu Sri Wahyuni")).isEqualTo(new Known(ibu));
        book.shop().api().delete("/api/customers/" + ibu).then().statusCode(200);
        assertThat(meant("bu sri wahyuni")).isEqualTo(new Known(other));
        assertThat(meant("0812 9999 0001")).isEqualTo(new New());
    }

    private String merge(UUID survivor, UUID other) {
        return book.shop()
                .api()
                .body(java.util.Map.of("other_id", other))
                .post("/api/customers/" + survivor + "/merge")
                .then()
                .statusCode(200)
                .extract()
                .path("data.merge_id");
    }

    @Test
    void whoWasKnownByTheirNumberAloneLearnsTheNameBesideItOnce() {
        var wati = added("0812 5555 6666");
        assertThat(book.get(wati).getString("data.customer.name")).isEqualTo("081255556666");
        for (var written : List.of("Wati 081255556666", "Tuti, 0812-5555-6666", "081255556666")) {
            assertThat(meant(written)).isEqualTo(new Known(wati));
            assertThat(book.get(wati).getString("data.customer.name"))
                    .describedAs(written)
                    .isEqualTo("Wati");
        }
        assertThat(book.get(wati).getString("data.customer.phone")).isEqualTo("+6281255556666");
    }

    @Test
    void aNameIsRecognisedWhereOneAloneHasIt() {
        assertThat(meant("  sri   WAHYUNI ")).isEqualTo(new Known(sri));
        assertThat(meant("Sri")).isEqualTo(new New());
        var other = book.add("Sri wahyuni", "city", "Solo");
        assertThat(meant("Sri Wahyuni"))
                .isInstanceOfSatisfying(
                        Several.class,
                        s -> assertThat(s.candidates())
                                .containsExactly(
                                        new Acquaintance(sri, "Sri Wahyuni", "+6281234567890", null),
                                        new Acquaintance(other, "Sri wahyuni", null, "Solo")));
        book.shop().api().delete("/api/customers/" + other).then().statusCode(200);
        assertThat(meant("Sri Wahyuni")).isEqualTo(new Known(sri));
    }

    @Test
    void aKnownNameWithAnUnknownNumberIsAskedAbout() {
        assertThat(meant("Sri Wahyuni 0813 1111 2222")).isInstanceOf(Several.class);
        assertThat(meant("Ani 0813 1111 2222")).isEqualTo(new New());
    }

    @Test
    void somebodyNewHasNameAndNumberAsTyped() {
        var ani = book.get(added("Bu Ani (Pasar) / 0813-1111-2222"));
        assertThat(ani.getString("data.customer.name")).isEqualTo("Bu Ani (Pasar)");
        assertThat(ani.getString("data.customer.phone")).isEqualTo("+6281311112222");
        var numberOnly = book.get(added("+62 813-3333-4444"));
        assertThat(numberOnly.getString("data.customer.name")).isEqualTo("081333334444");
        assertThat(numberOnly.getString("data.customer.phone")).isEqualTo("+6281333334444");
        assertThat(book.get(added("Toko 88")).<Object>get("data.customer.phone"))
                .isNull();
    }

    @Test
    void theOnePickedGetsTheNumberOnlyWhereThereWasNone() {
        var wati = book.add("Wati", "city", "Solo", "tags", List.of("grosir"));
        var shop = book.shop().id();
        db.useTenant(shop, tx -> recognition.pick(tx, shop, wati, "Wati 081355556666"));
        assertThat(book.get(wati).getString("data.customer.phone")).isEqualTo("+6281355556666");
        assertThat(book.get(wati).getString("data.customer.city")).isEqualTo("Solo");
        assertThat(book.get(wati).getList("data.customer.tags")).isEqualTo(List.of("grosir"));
        db.useTenant(shop, tx -> recognition.pick(tx, shop, sri, "Sri Wahyuni 081355557777"));
        assertThat(book.get(sri).getString("data.customer.phone")).isEqualTo("+6281234567890");
    }

    @Test
    void whatCanBeNobodyIsRefused() {
        for (var text : List.of("0812", "021 555 1234", "12345", "\u200b", "a\u0000b", "x".repeat(201))) {
            assertThatThrownBy(() -> meant(text))
                    .as(text)
                    .isInstanceOfSatisfying(
                            Problem.Invalid.class,
                            e -> assertThat(e.details())
                                    .allSatisfy(d -> assertThat(d.field()).isEqualTo("customer")));
        }
    }
}
