package com.smartmarketingagent.account;

import com.smartmarketingagent.platform.Assets;
import com.smartmarketingagent.platform.Figures;
import com.smartmarketingagent.platform.Ids;
import com.smartmarketingagent.platform.Language;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Words;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What every page's layout needs.
 *
 * @param csrf the value of the hidden field {@code csrf} of this session's forms; null when nobody is signed in
 * @param shop the account's id, by which a browser keeps apart what it has not sent yet; null when nobody is signed in
 * @param nonce what a script element must say to be run
 * @param path of the page, without the query
 * @param admin whether the reader is a super_admin
 * @param visiting whether a super_admin looks at somebody's shop
 * @param unread how many notices the reader has not read, at most 100
 * @param announcements what the operator tells all owners
 */
public record Frame(
        Language language,
        @Nullable String csrf,
        @Nullable String shop,
        String nonce,
        Theme theme,
        String path,
        boolean admin,
        boolean visiting,
        int unread,
        List<String> announcements,
        Assets assets) {

    /** A sentence in the reader's language; a name that is written from right to left turns nothing around it. */
    public String say(String key, Object... values) {
        var apart = Arrays.stream(values)
                .map(v -> v instanceof String text ? Words.apart(text) : v)
                .toArray();
        return Words.say(language, key, apart);
    }

    public String say(Problem.Text text) {
        return Words.say(language, text);
    }

    /** What the reader calls a field of a form. */
    public String field(String name) {
        return Words.field(language, name);
    }

    /** What the rules refused of a form, by its fields. */
    public Map<String, String> problems(Problem refused) {
        var problems = new HashMap<String, String>();
        for (var detail : refused.details()) problems.put(String.valueOf(detail.field()), say(detail.text()));
        return problems;
    }

    public String rupiah(BigDecimal amount) {
        return Figures.rupiah(amount);
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

    /** Its language and colours, by which a browser knows whether the form it keeps looks like the other pages. */
    public String look() {
        return tag() + " " + theme.key();
    }

    /** The address of a style, script or picture. */
    public String asset(String name) {
        return assets.url(name);
    }

    /** Whether the page belongs to the part of the site that begins with {@code prefix}. */
    public boolean in(String prefix) {
        return prefix.equals("/") ? path.equals("/") : path.equals(prefix) || path.startsWith(prefix + "/");
    }

    /** An id for what a form makes, so that the form sent twice makes it once. */
    public String newId() {
        return Ids.next().toString();
    }
}
