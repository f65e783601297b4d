package com.smartmarketingagent.customer;

import static org.assertj.core.api.Assertions.assertThat;

import com.smartmarketingagent.customer.Consent.Channel;
import com.smartmarketingagent.customer.Consent.State;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConsentTest {

    @ParameterizedTest
    @CsvSource({
        "-, -, -",
        "GRANTED, -, GRANTED ours",
        "-, GRANTED, GRANTED theirs",
        "WITHDRAWN, -, WITHDRAWN ours",
        "-, WITHDRAWN, WITHDRAWN theirs",
        "GRANTED, GRANTED, GRANTED ours",
        "GRANTED, WITHDRAWN, WITHDRAWN theirs",
        "WITHDRAWN, GRANTED, WITHDRAWN ours",
        "WITHDRAWN, WITHDRAWN, WITHDRAWN ours"
    })
    void aNoOfEitherIsANoOfBothAndChannelsAreApart(String ours, String theirs, String expected) {
        var united = Consent.united(said(ours, "ours"), said(theirs, "theirs"));
        assertThat(Consent.on(Channel.WHATSAPP, united)
                        .map(c -> c.state() + " " + c.source())
                        .orElse("-"))
                .isEqualTo(expected);
        assertThat(Consent.on(Channel.EMAIL, united).map(Consent::state)).contains(State.GRANTED);
    }

    private static List<Consent> said(String state, String source) {
        var email = new Consent(Channel.EMAIL, State.GRANTED, source, null, Instant.EPOCH);
        if (state.equals("-")) return List.of(email);
        return List.of(new Consent(Channel.WHATSAPP, State.valueOf(state), source, null, Instant.EPOCH), email);
    }
}
