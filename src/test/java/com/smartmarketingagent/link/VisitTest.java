package com.smartmarketingagent.link;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is taken for a person. */
class VisitTest {

    private static final String PHONE =
            "Mozilla/5.0 (Linux; Android 14; SM-A155F) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36";

    private static boolean counted(String agent) {
        return new Visit("GET", agent, "").isByAPerson();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                PHONE,
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
                "Mozilla/5.0 (Linux; Android 12; CUBOT X30) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36",
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [FBAN/FBIOS;FBAV/440.0]"
            })
    void aTelephoneIsAPersons(String agent) {
        assertThat(counted(agent)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "WhatsApp/2.24.20.89 A",
                "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
                "TelegramBot (like TwitterBot)",
                "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
                "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
                "BarracudaCentral/1.0",
                "Mimecast-URLProtect",
                "Mozilla/5.0 SkypeUriPreview Preview/0.5",
                "curl/8.5.0",
                "python-requests/2.32",
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/130.0.0.0 Safari/537.36",
                " "
            })
    void whatLooksAtLinksForOthersIsNone(String agent) {
        assertThat(counted(agent)).isFalse();
    }

    @Test
    void whoOnlyAsksForTheHeadOrInCaseOrSaysNoNameIsNotCounted() {
        assertThat(new Visit("GET", PHONE, null).isByAPerson()).isTrue();
        assertThat(new Visit("GET", PHONE, "navigate").isByAPerson()).isTrue();
        assertThat(new Visit("HEAD", PHONE, null).isByAPerson()).isFalse();
        assertThat(new Visit("GET", null, null).isByAPerson()).isFalse();
        for (var purpose : new String[] {"prefetch", "prefetch;prerender", "Prerender", "preview"})
            assertThat(new Visit("GET", PHONE, purpose).isByAPerson())
                    .describedAs(purpose)
                    .isFalse();
    }
}
