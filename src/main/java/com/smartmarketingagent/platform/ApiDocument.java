package com.smartmarketingagent.platform;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/**
 * The API's description as {@code docs/openapi.yaml} keeps it. The tests make it from the code and see that it is the
 * kept one: no start takes the time for it.
 */
@Public
@Path("/api/openapi")
class ApiDocument {

    private byte @Nullable [] json;

    /**
     * @param format {@code json} for JSON, in any case, and anything else for YAML; null leaves it to {@code accept}
     */
    @GET
    @Operation(hidden = true)
    public Response get(@RestQuery @Nullable String format, @HeaderParam("Accept") @Nullable String accept) {
        boolean isJson = format == null
                ? accept != null && accept.startsWith(MediaType.APPLICATION_JSON)
                : format.equalsIgnoreCase("json");
        return isJson
                ? Response.ok(json(), MediaType.APPLICATION_JSON_TYPE).build()
                : Response.ok(yaml(), "application/yaml;charset=UTF-8").build();
    }

    private static byte[] yaml() {
        try (var kept = Objects.requireNonNull(ApiDocument.class.getResourceAsStream("/openapi.yaml"))) {
            return kept.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private synchronized byte[] json() {
        try {
            if (json == null) json = new ObjectMapper().writeValueAsBytes(new YAMLMapper().readTree(yaml()));
            return json;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
