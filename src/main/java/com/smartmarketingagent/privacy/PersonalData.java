package com.smartmarketingagent.privacy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.smartmarketingagent.account.Act;
import com.smartmarketingagent.account.Audit;
import com.smartmarketingagent.customer.AddressKeys;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Singleton;
import java.util.UUID;

/** The right of access (UU 27/2022): one customer gets everything that the shop holds about them. */
@Singleton
class PersonalData {

    private final Db db;
    private final PersonalDataRepository data;
    private final RequestRepository requests;
    private final AddressKeys keys;
    private final Audit audit;
    private final ObjectMapper json;

    PersonalData(
            Db db,
            PersonalDataRepository data,
            RequestRepository requests,
            AddressKeys keys,
            Audit audit,
            ObjectMapper json) {
        this.db = db;
        this.data = data;
        this.requests = requests;
        this.keys = keys;
        this.audit = audit;
        this.json = json;
    }

    /**
     * Written down, and what they asked for is answered with it.
     *
     * @throws Problem.NotFound if there is no such customer
     */
    JsonNode of(UserId user, UUID id) {
        var held = db.inTenant(user, tx -> {
            var all = data.held(tx, user, id, keys.key(), keys.previousKey())
                    .orElseThrow(() -> new Problem.NotFound("customer"));
            audit.note(tx, user, Act.CUSTOMER_EXPORTED, id);
            requests.closeOf(tx, user, id, PrivacyRequest.Kind.ACCESS);
            return all;
        });
        try {
            return json.readTree(held);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** By no name: the file lies about in folders. */
    static String asFile(UUID id) {
        return "attachment; filename=\"data-pelanggan-" + id.toString().substring(0, 8) + ".json\"";
    }
}
