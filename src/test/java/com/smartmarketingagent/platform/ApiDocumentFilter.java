package com.smartmarketingagent.platform;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.jboss.jandex.ClassInfo;
import org.jboss.jandex.DotName;
import org.jboss.jandex.IndexView;
import org.jboss.jandex.MethodInfo;
import org.jboss.jandex.RecordComponentInfo;
import org.jboss.jandex.Type;

/**
 * Completes the API's description while the tests make it: what is the same for every operation (who may call it, how
 * it fails), and what the records say and the scanner does not see (which fields are always there). The words are in
 * {@code META-INF/openapi.yaml}.
 */
@OpenApiFilter(OpenApiFilter.RunStage.BUILD)
public class ApiDocumentFilter implements OASFilter {

    private static final DotName NULLABLE = DotName.createSimple("org.jspecify.annotations.Nullable");
    private static final DotName JSON_INCLUDE = DotName.createSimple("com.fasterxml.jackson.annotation.JsonInclude");
    private static final Pattern OPEN =
            Pattern.compile("/api/health(/live|/ready)?|/api/auth/(register|login|refresh|logout|forgot|reset|verify)");

    /** How a call fails: the code of the envelope and an example of its sentence. */
    private static final Map<String, List<String>> FAILURES = Map.ofEntries(
            Map.entry("400", List.of("VALIDATION_ERROR", "Ada isian yang perlu diperbaiki.")),
            Map.entry("401", List.of("UNAUTHORIZED", "Silakan masuk dahulu.")),
            Map.entry("403", List.of("FORBIDDEN", "Anda tidak berhak melakukan ini.")),
            Map.entry("404", List.of("NOT_FOUND", "Alamat tidak ditemukan.")),
            Map.entry("409", List.of("CONFLICT", "Email ini sudah terdaftar.")),
            Map.entry("413", List.of("PAYLOAD_TOO_LARGE", "Kiriman terlalu besar.")),
            Map.entry("415", List.of("UNSUPPORTED_MEDIA_TYPE", "Jenis isi kiriman tidak didukung.")),
            Map.entry(
                    "422", List.of("IDEMPOTENCY_MISMATCH", "Idempotency-Key ini sudah dipakai untuk permintaan lain.")),
            Map.entry("429", List.of("RATE_LIMITED", "Terlalu banyak permintaan. Coba lagi dalam 3 detik.")),
            Map.entry(
                    "500",
                    List.of(
                            "INTERNAL_ERROR",
                            "Terjadi kesalahan di sistem kami. Coba lagi sebentar lagi. Kode laporan: 5f2b…")),
            Map.entry(
                    "503", List.of("SERVICE_UNAVAILABLE", "Layanan sedang tidak tersedia. Coba lagi sebentar lagi.")));

    private static final DotName PATH = DotName.createSimple("jakarta.ws.rs.Path");
    private static final DotName STATUS = DotName.createSimple("org.jboss.resteasy.reactive.ResponseStatus");

    private final Map<String, List<ClassInfo>> records;
    /** Paths whose POST answers 201 by its annotation, which the scanner does not know. */
    private final Set<String> creating;

    public ApiDocumentFilter(IndexView index) {
        creating = index.getAnnotations(STATUS).stream()
                .filter(status -> status.value().asInt() == 201)
                .map(status -> path(status.target().asMethod()))
                .collect(Collectors.toSet());
        records = index.getKnownClasses().stream()
                .filter(c -> c.isRecord() && c.name().toString().startsWith("com.smartmarketingagent."))
                .sorted(Comparator.comparing(ClassInfo::name))
                .collect(Collectors.groupingBy(
                        c -> c.name().withoutPackagePrefix().replaceFirst(".*\\$", "")));
    }

    private static String path(MethodInfo method) {
        var whole = method.declaringClass().declaredAnnotation(PATH).value().asString();
        return method.hasDeclaredAnnotation(PATH)
                ? whole + "/" + method.declaredAnnotation(PATH).value().asString()
                : whole;
    }

    @Override
    public void filterOpenAPI(OpenAPI api) {
        var schemas = api.getComponents().getSchemas();
        schemas.forEach(this::complete);
        api.getComponents().addSchema("Error", error());
        Map.copyOf(api.getPaths().getPathItems()).forEach((path, item) -> {
            Map.copyOf(item.getOperations()).forEach((method, operation) -> {
                // words for a route that this build does not have
                if (operation.getResponses() == null) item.setOperation(method, null);
                else complete(path, method, operation);
            });
            if (item.getOperations().isEmpty()) api.getPaths().removePathItem(path);
        });
    }

    private void complete(String name, Schema schema) {
        if (name.equals("UserId")) {
            schema.properties(null).type(List.of(Schema.SchemaType.STRING)).format("uuid");
        }
        if (schema.getProperties() == null) return;
        schema.setAdditionalPropertiesBoolean(false);
        if (name.startsWith("Envelope")) {
            schema.removeProperty("error");
            schema.addProperty(
                    "success",
                    OASFactory.createSchema().addType(Schema.SchemaType.BOOLEAN).enumeration(List.of(true)));
            schema.setRequired(List.of("success", "data"));
            return;
        }
        record(name, schema).ifPresent(r -> complete(schema, r));
    }

    /** The record a schema was made of: the one with its name (the scanner numbers those of equal names) and fields. */
    private Optional<ClassInfo> record(String name, Schema schema) {
        return records.getOrDefault(name.replaceFirst("[0-9]+$", ""), List.of()).stream()
                .filter(r ->
                        r.recordComponents().size() == schema.getProperties().size())
                .filter(r -> r.recordComponents().stream()
                        .allMatch(c -> schema.getProperties().containsKey(fieldOf(schema, c))))
                .findFirst();
    }

    /** A record's own name for JSON, where it has one, is what no component is called: its only one is taken. */
    private static String fieldOf(Schema schema, RecordComponentInfo component) {
        var snake = component.name().replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
        boolean renamed = !schema.getProperties().containsKey(snake)
                && schema.getProperties().size() == 1;
        return renamed ? schema.getProperties().keySet().iterator().next() : snake;
    }

    private static void complete(Schema schema, ClassInfo record) {
        var required = new ArrayList<String>();
        for (var component : record.recordComponents()) {
            var name = fieldOf(schema, component);
            var property = schema.getProperties().get(name);
            boolean nullable = component.type().hasAnnotation(NULLABLE);
            if (record.hasDeclaredAnnotation(JSON_INCLUDE)) {
                // leaves out what is null or empty
                if (!nullable && component.type().kind() != Type.Kind.PARAMETERIZED_TYPE) required.add(name);
            } else if (property == null || !nullable) {
                required.add(name);
            } else {
                schema.addProperty(name, orNull(property));
            }
        }
        schema.setRequired(required);
    }

    private static Schema orNull(Schema property) {
        if (property.getRef() != null) {
            return OASFactory.createSchema()
                    .anyOf(List.of(property, OASFactory.createSchema().addType(Schema.SchemaType.NULL)));
        }
        if (property.getType() != null && !property.getType().contains(Schema.SchemaType.NULL)) {
            property.addType(Schema.SchemaType.NULL);
        }
        return property;
    }

    private static Schema error() {
        return OASFactory.createSchema()
                .description("Every failure, the framework's too. `details` names the fields that are wrong.")
                .addType(Schema.SchemaType.OBJECT)
                .addProperty(
                        "success",
                        OASFactory.createSchema()
                                .addType(Schema.SchemaType.BOOLEAN)
                                .enumeration(List.of(false)))
                .addProperty("error", OASFactory.createSchema().ref("#/components/schemas/Failure"))
                .required(List.of("success", "error"))
                .additionalPropertiesBoolean(false);
    }

    private void complete(String path, PathItem.HttpMethod method, Operation operation) {
        var area = path.split("/", -1)[2];
        operation.setTags(List.of(area));
        boolean open = OPEN.matcher(path).matches();
        operation.setSecurity(
                open
                        ? List.of()
                        : List.of(OASFactory.createSecurityRequirement().addScheme("bearer")));
        var responses = operation.getResponses();
        if (method == PathItem.HttpMethod.POST && creating.contains(path)) {
            responses.addAPIResponse("201", responses.getAPIResponse("200").description("Created"));
            responses.removeAPIResponse("200");
        }
        // what the scanner adds by itself knows nothing of the envelope
        List.of("400", "401", "403").forEach(responses::removeAPIResponse);
        Map.copyOf(responses.getAPIResponses()).forEach((status, response) -> {
            if (isEmptyJson(response)) responses.removeAPIResponse(status);
        });
        if (path.startsWith("/api/health")) return;
        for (var status : failures(path, method, operation, open)) responses.addAPIResponse(status, failure(status));
    }

    /** Of a method that answers whatever it likes the scanner knows nothing; the words' file says it. */
    private static boolean isEmptyJson(APIResponse response) {
        var content = response.getContent();
        if (content == null) return true;
        var media = content.getMediaType("application/json");
        return media != null
                && (media.getSchema() == null
                        || (media.getSchema().getRef() == null
                                && media.getSchema().getType() == null));
    }

    private static List<String> failures(String path, PathItem.HttpMethod method, Operation operation, boolean open) {
        var statuses = new ArrayList<>(List.of("429", "500", "503"));
        boolean body = operation.getRequestBody() != null;
        boolean parameters =
                operation.getParameters() != null && !operation.getParameters().isEmpty();
        if (body || parameters) statuses.add("400");
        if (!open || path.matches(".*/(login|refresh)")) statuses.add("401");
        if (path.startsWith("/api/admin/") || path.matches(".*/(login|refresh)")) statuses.add("403");
        if (path.contains("{") || path.startsWith("/api/cron/") || (body && path.startsWith("/api/transactions")))
            statuses.add("404");
        boolean changes = method != PathItem.HttpMethod.GET && method != PathItem.HttpMethod.DELETE;
        if (changes) statuses.add("409");
        if (body) statuses.addAll(List.of("413", "415"));
        if (parameters && operation.getParameters().stream().anyMatch(p -> "Idempotency-Key".equals(p.getName()))) {
            statuses.add("422");
        }
        return statuses;
    }

    /** The same document from every build: Map.of changes its order from run to run. */
    private static Map<String, Object> inOrder(String first, Object itsValue, String second, Object otherValue) {
        var map = new LinkedHashMap<String, Object>();
        map.put(first, itsValue);
        map.put(second, otherValue);
        return map;
    }

    private static APIResponse failure(String status) {
        var said = FAILURES.getOrDefault(status, List.of());
        var code = said.getFirst();
        var message = said.getLast();
        var media = OASFactory.createMediaType()
                .schema(OASFactory.createSchema().ref("#/components/schemas/Error"))
                .example(inOrder("success", false, "error", inOrder("code", code, "message", message)));
        var response = OASFactory.createAPIResponse()
                .description(code)
                .content(OASFactory.createContent().addMediaType("application/json", media));
        if (status.equals("429")) {
            response.addHeader(
                    "Retry-After",
                    OASFactory.createHeader()
                            .description("seconds")
                            .schema(OASFactory.createSchema().addType(Schema.SchemaType.INTEGER)));
        }
        return response;
    }
}
