package com.smartmarketingagent.platform;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** Names one tenant (mitra). A type of its own so that it can't be swapped with any other id. */
public record UserId(@JsonValue UUID value) {

    @JsonCreator
    public UserId {}

    public static UserId create() {
        return new UserId(Ids.next());
    }
}
