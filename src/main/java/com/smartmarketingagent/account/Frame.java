package com.smartmarketingagent.account;

import com.smartmarketingagent.platform.Figures;
import com.smartmarketingagent.platform.Language;
import com.smartmarketingagent.platform.Words;
import java.math.BigDecimal;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * What every page's layout needs.
 *
 * @param csrf the value of the hidden field {@code csrf} of this session's forms; null when nobody is signed in
 */
public record Frame(Language language, @Nullable String csrf) {

    /** A sentence in the reader's language. */
    public String say(String key, Object... values) {
        return Words.say(language, key, values);
    }

    public String rupiah(BigDecimal amount) {
        return Figures.rupiah(language, amount);
    }

    public String count(long number) {
        return Figures.count(language, number);
    }

    public String day(LocalDate day) {
        return Figures.day(language, day);
    }

    /** For the attribute {@code lang}. */
    public String tag() {
        return language.locale().getLanguage();
    }
}
