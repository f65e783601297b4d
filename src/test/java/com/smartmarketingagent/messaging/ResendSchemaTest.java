package com.smartmarketingagent.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@link FakeResend} holds every mail of ours against. */
class ResendSchemaTest {

    private static final Path PUBLISHED = Path.of("../shared/specs/resend.yaml");

    /** The whole description lies beside the project and is not part of it. */
    @Test
    void theSchemaIsAPartOfThePublishedOne() throws IOException {
        assumeTrue(Files.exists(PUBLISHED), "the published description is not beside the project");
        var schemas = new YAMLMapper().readTree(PUBLISHED.toFile()).at("/components/schemas");
        var published = schemas.path("SendEmailRequest");
        var ours = FakeProvider.JSON.readTree(FakeResend.class.getResourceAsStream(FakeResend.SCHEMA));
        assertThat(ours.path("required")).isEqualTo(published.path("required"));
        assertThat(ours.path("properties").propertyStream().count()).isGreaterThan(8);
        ours.path("properties").propertyStream().forEach(property -> {
            var its = published.path("properties").path(property.getKey()).deepCopy();
            if (property.getKey().equals("tags"))
                ((ObjectNode) its).set("items", schemas.path("Tag").deepCopy());
            assertThat(property.getValue()).describedAs(property.getKey()).isEqualTo(withoutWords(its));
        });
    }

    private static JsonNode withoutWords(JsonNode node) {
        if (node instanceof ObjectNode object) object.remove(List.of("description", "example"));
        node.forEach(ResendSchemaTest::withoutWords);
        return node;
    }

    /** A fake that takes everything would prove nothing. */
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '|',
            value = {
                "{'from':'a@b.id';'to':['c@d.id'];'subject':'x';'text':'y'}, 200, ",
                "{'from':'a@b.id';'to':'c@d.id';'subject':'x'}, 200, ",
                "{'to':['c@d.id'];'subject':'x'}, 422, missing_required_field",
                "{'from':'a@b.id';'to':['c@d.id']}, 422, missing_required_field",
                "{'from':'a@b.id';'to':[];'subject':'x'}, 422, validation_error",
                "{'from':'a@b.id';'to':['c@d.id'];'subject':7}, 422, validation_error",
                "{'from':'a@b.id';'to':['c@d.id'];'subject':'x';'headers':'y'}, 422, validation_error",
                "{'from':'a@b.id';'to':['c@d.id'];'subject':'x';'tags':{'a':'b'}}, 422, validation_error",
                "rusak, 422, validation_error",
            })
    void whatDoesNotFitIsRefusedByItsName(String body, int status, String name) throws Exception {
        try (var resend = new FakeResend();
                var http = HttpClient.newHttpClient()) {
            // whatever it was told to do
            if (status != 200) resend.always(FakeProvider.answering(200, "{}"));
            var answer = http.send(
                    HttpRequest.newBuilder(URI.create(resend.base() + "/emails"))
                            .header("User-Agent", "uji/1")
                            .header("Authorization", "Bearer re_uji")
                            .POST(HttpRequest.BodyPublishers.ofString(
                                    body.replace('\'', '"').replace(';', ',')))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(status);
            if (status != 200)
                assertThat(FakeProvider.JSON
                                .readTree(answer.body())
                                .path("name")
                                .asText())
                        .isEqualTo(name);
            assertThat(resend.mails().values().stream().mapToInt(i -> i).sum()).isEqualTo(status == 200 ? 1 : 0);
        }
    }
}
