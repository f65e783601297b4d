package com.smartmarketingagent.platform;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.inject.Singleton;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.Validator;
import jakarta.ws.rs.BadRequestException;

/** PATCH bodies: what they name changes, null empties, the rest stays (RFC 7396). */
@Singleton
public class Patch {

    private final ObjectMapper json;
    private final Validator validator;

    Patch(ObjectMapper json, Validator validator) {
        this.json = json;
        this.validator = validator;
    }

    /**
     * {@code current} with the changes, validated like a PUT of the whole.
     *
     * @throws ConstraintViolationException if the result breaks a rule of its type
     * @throws BadRequestException if a field is unknown or has the wrong type
     */
    public <T> T apply(T current, Class<T> type, ObjectNode changes) {
        try {
            var whole = (ObjectNode) json.readTree(json.writeValueAsString(current));
            whole.setAll(changes);
            var patched = json.treeToValue(whole, type);
            var violations = validator.validate(patched);
            if (!violations.isEmpty()) throw new ConstraintViolationException(violations);
            return patched;
        } catch (JsonProcessingException e) {
            throw new BadRequestException(e);
        }
    }
}
