package com.smartmarketingagent;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.startsWith;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.ConfigProvider;
import org.hamcrest.Matcher;
import org.jspecify.annotations.Nullable;

/**
 * Calls of the program under test, read as sentences: {@code given().header(…).get(…).then().statusCode(200)}. Java's
 * own client and Jackson; why not REST Assured: {@code docs/decisions/0026-how-tests-call.md}.
 */
public final class Http {

    private static final ObjectMapper JSON = new ObjectMapper().findAndRegisterModules();
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Pattern STEP = Pattern.compile("([^\\[.]+)|\\[(-?\\d+)]|\\[(\\w+)(!?=)([^]]*)]");

    private static final Pattern ODD = Pattern.compile("[^A-Za-z0-9/:._~!$&'()*+,;=@-]+");

    private Http() {}

    public static Request given() {
        return new Request();
    }

    public static Response get(String path) {
        return given().get(path);
    }

    /** Where the program under test listens. */
    public static int port() {
        return URI.create(ConfigProvider.getConfig().getValue("test.url", String.class))
                .getPort();
    }

    /** A call before it is made; each method answers the same object. */
    public static final class Request {
        private final List<String> headers = new ArrayList<>();
        private final List<String> query = new ArrayList<>();
        private final List<String> form = new ArrayList<>();
        private final ByteArrayOutputStream parts = new ByteArrayOutputStream();
        private final String boundary = "batas-" + UUID.randomUUID();
        private String accept = "*/*";
        private @Nullable String contentType;
        private byte @Nullable [] body;
        private int port;
        private boolean follows = true;
        private boolean encodes = true;

        public Request port(int port) {
            this.port = port;
            return this;
        }

        public Request header(String name, Object value) {
            if (name.equals("Accept")) return accept(value.toString());
            headers.addAll(List.of(name, value.toString()));
            return this;
        }

        public Request cookie(String name, String value) {
            return header("Cookie", name + "=" + value);
        }

        public Request accept(String types) {
            accept = types;
            return this;
        }

        public Request contentType(String type) {
            contentType = type;
            return this;
        }

        /** Of a GET that is answered with another address; others are never followed. */
        public Request follow(boolean follows) {
            this.follows = follows;
            return this;
        }

        /** @param encodes false for a path that is sent as it is written */
        public Request urlEncodingEnabled(boolean encodes) {
            this.encodes = encodes;
            return this;
        }

        /** @param its a text or bytes as they are, all else as JSON */
        public Request body(Object its) {
            try {
                body = its instanceof byte[] bytes
                        ? bytes
                        : its instanceof String text
                                ? text.getBytes(StandardCharsets.UTF_8)
                                : JSON.writeValueAsBytes(its);
            } catch (JsonProcessingException e) {
                throw new IllegalArgumentException(e);
            }
            return this;
        }

        public Request queryParam(String name, Object... values) {
            pairs(query, name, List.of(values));
            return this;
        }

        public Request queryParams(Map<String, ?> parameters) {
            parameters.forEach(this::queryParam);
            return this;
        }

        public Request formParam(String name, Object... values) {
            pairs(form, name, List.of(values));
            return this;
        }

        public Request formParams(Map<String, ?> fields) {
            fields.forEach(this::formParam);
            return this;
        }

        private static void pairs(List<String> pairs, String name, List<?> values) {
            for (var value : values) {
                if (value instanceof Collection<?> several) pairs(pairs, name, List.copyOf(several));
                else pairs.add(encoded(name) + "=" + encoded(value.toString()));
            }
        }

        public Request multiPart(String name, String value) {
            return part("name=\"" + name + "\"", "text/plain", value.getBytes(StandardCharsets.UTF_8));
        }

        public Request multiPart(String name, String file, byte[] content) {
            return multiPart(name, file, content, "application/octet-stream");
        }

        public Request multiPart(String name, String file, byte[] content, String type) {
            return part("name=\"" + name + "\"; filename=\"" + file + "\"", type, content);
        }

        private Request part(String named, String type, byte[] content) {
            parts.writeBytes(("--" + boundary + "\r\nContent-Disposition: form-data; " + named + "\r\nContent-Type: "
                            + type + "\r\n\r\n")
                    .getBytes(StandardCharsets.UTF_8));
            parts.writeBytes(content);
            parts.writeBytes("\r\n".getBytes(StandardCharsets.UTF_8));
            return this;
        }

        public Response get(String path, Object... parameters) {
            return request("GET", path, parameters);
        }

        public Response head(String path, Object... parameters) {
            return request("HEAD", path, parameters);
        }

        public Response post(String path, Object... parameters) {
            return request("POST", path, parameters);
        }

        public Response put(String path, Object... parameters) {
            return request("PUT", path, parameters);
        }

        public Response patch(String path, Object... parameters) {
            return request("PATCH", path, parameters);
        }

        public Response delete(String path, Object... parameters) {
            return request("DELETE", path, parameters);
        }

        public Response options(String path, Object... parameters) {
            return request("OPTIONS", path, parameters);
        }

        /**
         * @param parameters what stands in the path's braces, in turn
         * @throws UncheckedIOException if there is no answer
         */
        public Response request(String method, String path, Object... parameters) {
            for (var parameter : parameters)
                path = path.replaceFirst("\\{\\w+}", java.util.regex.Matcher.quoteReplacement(parameter.toString()));
            var at = address(path);
            for (int hops = 0; ; hops++) {
                var answer = send(method, at);
                var next = answer.its.headers().firstValue("Location");
                boolean goesOn = follows
                        && answer.statusCode() / 100 == 3
                        && (method.equals("GET") || method.equals("HEAD"))
                        && next.isPresent();
                if (!goesOn) return answer;
                if (hops == 10) throw new AssertionError("It is sent on and on: " + next.get());
                at = at.resolve(next.get());
            }
        }

        private URI address(String path) {
            var base = path.startsWith("http://") ? "" : "http://localhost:" + (port > 0 ? port : Http.port());
            var whole = new StringBuilder(base).append(encodes ? encodedPath(path) : path);
            if (!query.isEmpty())
                whole.append(whole.indexOf("?") < 0 ? '?' : '&').append(String.join("&", query));
            return URI.create(whole.toString());
        }

        private static String encodedPath(String path) {
            int mark = path.indexOf('?');
            var before = ODD.matcher(mark < 0 ? path : path.substring(0, mark))
                    .replaceAll(odd -> encoded(odd.group()).replace("+", "%20"));
            if (mark < 0) return before;
            return Stream.of(path.substring(mark + 1).split("&"))
                    .map(pair ->
                            Stream.of(pair.split("=", 2)).map(Http::encoded).collect(Collectors.joining("=")))
                    .collect(Collectors.joining("&", before + "?", ""));
        }

        private Response send(String method, URI at) {
            var request = HttpRequest.newBuilder(at).header("Accept", accept);
            if (!headers.isEmpty()) request.headers(headers.toArray(String[]::new));
            var sent = body;
            var type = contentType;
            if (parts.size() > 0) {
                sent = (parts.toString(StandardCharsets.ISO_8859_1) + "--" + boundary + "--\r\n")
                        .getBytes(StandardCharsets.ISO_8859_1);
                type = "multipart/form-data; boundary=" + boundary;
            } else if (!form.isEmpty()) {
                sent = String.join("&", form).getBytes(StandardCharsets.US_ASCII);
                if (type == null) type = "application/x-www-form-urlencoded; charset=utf-8";
            } else if (sent != null && type == null) type = "text/plain; charset=utf-8";
            if (type != null) request.header("Content-Type", type);
            request.method(method, sent == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(sent));
            try {
                return new Response(CLIENT.send(request.build(), BodyHandlers.ofByteArray()));
            } catch (IOException e) {
                throw new UncheckedIOException(method + " " + at, e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** What was answered. */
    public static final class Response {
        private final HttpResponse<byte[]> its;
        private @Nullable JsonPath json;

        private Response(HttpResponse<byte[]> its) {
            this.its = its;
        }

        public Checked then() {
            return new Checked(this);
        }

        public int statusCode() {
            return its.statusCode();
        }

        public HttpHeaders headers() {
            return its.headers();
        }

        /** @throws AssertionError if there is none */
        public String header(String name) {
            return needed(name, headers().firstValue(name).orElse(null));
        }

        public String contentType() {
            return its.headers().firstValue("Content-Type").orElse("");
        }

        /** @throws AssertionError if it isn't set */
        public String cookie(String name) {
            return needed(name, cookies().get(name));
        }

        /** What is set, by name. */
        public Map<String, String> cookies() {
            return headers().allValues("Set-Cookie").stream()
                    .map(cookie -> cookie.replaceFirst(";.*", "").split("=", 2))
                    .collect(Collectors.toMap(cookie -> cookie[0], cookie -> cookie[1], (_, later) -> later));
        }

        private String needed(String name, @Nullable String found) {
            if (found == null)
                throw new AssertionError("no " + name + " in " + headers().map());
            return found;
        }

        public String asString() {
            return new String(its.body(), StandardCharsets.UTF_8);
        }

        public byte[] asByteArray() {
            return its.body();
        }

        /** @throws AssertionError if it isn't JSON */
        public JsonPath jsonPath() {
            try {
                if (json == null) json = new JsonPath(JSON.readTree(its.body()));
                return json;
            } catch (IOException e) {
                throw new AssertionError(statusCode() + " " + asString(), e);
            }
        }

        /** As {@link JsonPath#get}. */
        public <T> T path(String path) {
            return jsonPath().get(path);
        }
    }

    /** An answer that is looked at; each method answers the same object or fails. */
    public static final class Checked {
        private final Response its;

        private Checked(Response its) {
            this.its = its;
        }

        public Response extract() {
            return its;
        }

        public Checked statusCode(int status) {
            return statusCode(equalTo(status));
        }

        public Checked statusCode(Matcher<Integer> status) {
            if (!status.matches(its.statusCode())) assertThat(its.asString(), its.statusCode(), status);
            return this;
        }

        /** @param type without what may follow its semicolon */
        public Checked contentType(String type) {
            return contentType(startsWith(type));
        }

        public Checked contentType(Matcher<String> type) {
            assertThat("Content-Type", its.contentType(), type);
            return this;
        }

        public Checked header(String name, String value) {
            return header(name, equalTo(value));
        }

        public Checked header(String name, Matcher<? super String> value) {
            assertThat(name, its.headers().firstValue(name).orElse(null), value);
            return this;
        }

        public Checked cookie(String name) {
            its.cookie(name);
            return this;
        }

        public Checked cookie(String name, Matcher<? super String> value) {
            assertThat(name, its.cookies().get(name), value);
            return this;
        }

        @SafeVarargs
        public final Checked body(Matcher<? super String>... texts) {
            var text = its.asString();
            for (var wanted : texts) assertThat(text, wanted);
            return this;
        }

        /** @param more paths and matchers in turn */
        public Checked body(String path, Matcher<?> value, Object... more) {
            assertThat(path + " of " + its.asString(), its.<Object>path(path), as(value));
            for (int i = 0; i < more.length; i += 2)
                assertThat((String) more[i], its.<Object>path((String) more[i]), as((Matcher<?>) more[i + 1]));
            return this;
        }

        /** A matcher is asked of any object; what it can't be is no match. */
        @SuppressWarnings("unchecked")
        private static Matcher<Object> as(Matcher<?> value) {
            return (Matcher<Object>) value;
        }
    }

    /**
     * JSON by paths like {@code data.sales[0].amount}. Of a list, {@code .amount} is the list of each one's, and
     * {@code [state=sent]} or {@code [state!=sent]} the list of those.
     */
    public static final class JsonPath {
        private final JsonNode root;

        private JsonPath(JsonNode root) {
            this.root = root;
        }

        /**
         * Integer, Long, Float (as tests compare them), Boolean, String, List or Map; null for null and for what isn't
         * there.
         */
        @SuppressWarnings({"unchecked", "NullAway"})
        public <T> T get(String path) {
            var found = at(path);
            return found == null ? null : (T) plain(found);
        }

        private @Nullable JsonNode at(String path) {
            JsonNode at = root;
            var steps = STEP.matcher(path);
            int read = 0;
            while (steps.find()) {
                if (steps.start() - read > 1) throw new IllegalArgumentException(path);
                read = steps.end();
                if (steps.group(1) != null) at = of(at, steps.group(1));
                else if (steps.group(2) != null) at = element(at, Integer.parseInt(steps.group(2)));
                else at = those(at, steps.group(3), steps.group(4).equals("="), steps.group(5));
                if (at == null) return null;
            }
            if (read != path.length()) throw new IllegalArgumentException(path);
            return at;
        }

        private static @Nullable JsonNode element(JsonNode list, int index) {
            return list.get(index < 0 ? list.size() + index : index);
        }

        private static JsonNode those(JsonNode list, String name, boolean equal, String value) {
            var those = JSON.createArrayNode();
            for (var element : list) if (element.path(name).asText().equals(value) == equal) those.add(element);
            return those;
        }

        private static @Nullable JsonNode of(JsonNode node, String name) {
            if (name.equals("size()")) return JSON.valueToTree(node.size());
            if (!name.matches("[\\w-]+|'[^']+'")) throw new IllegalArgumentException(name);
            if (!node.isArray()) return node.get(name.replace("'", ""));
            var each = JSON.createArrayNode();
            for (var element : node) each.add(of(element, name));
            return each;
        }

        private static @Nullable Object plain(JsonNode node) {
            if (node.isFloatingPointNumber()) return node.decimalValue();
            if (node.isArray()) {
                var list = new ArrayList<@Nullable Object>();
                for (var element : node) list.add(plain(element));
                return list;
            }
            if (node.isObject()) {
                var map = new LinkedHashMap<String, @Nullable Object>();
                node.properties().forEach(field -> map.put(field.getKey(), plain(field.getValue())));
                return map;
            }
            return JSON.convertValue(node, Object.class);
        }

        /** @throws AssertionError if there is none */
        public String getString(String path) {
            Object found = get(path);
            if (found == null) throw new AssertionError("nothing at " + path + " of " + root);
            return found.toString();
        }

        public int getInt(String path) {
            return number(path).intValue();
        }

        public long getLong(String path) {
            return number(path).longValue();
        }

        public double getDouble(String path) {
            return number(path).doubleValue();
        }

        private JsonNode number(String path) {
            var found = at(path);
            if (found == null || !found.isNumber()) throw new AssertionError("no number at " + path + " of " + root);
            return found;
        }

        public boolean getBoolean(String path) {
            return this.<Boolean>get(path);
        }

        public <T> List<T> getList(String path) {
            return get(path);
        }

        public <T> List<T> getList(String path, Class<T> of) {
            return JSON.convertValue(at(path), JSON.getTypeFactory().constructCollectionType(List.class, of));
        }

        public <V> Map<String, V> getMap(String path) {
            return get(path);
        }
    }
}
