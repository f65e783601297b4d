package com.smartmarketingagent.account;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Which part of a list somebody came from, so that the way back leads there.
 *
 * @param list its address without a query: {@code /customers}
 * @param query the list's; empty for its beginning, for one that no list of ours has, and for a very long one
 */
public record ListPlace(String list, String query) {

    /** What {@link URLEncoder} leaves and makes, and nothing that could lead elsewhere. */
    private static final Pattern QUERY = Pattern.compile("[A-Za-z0-9.*_%=&+-]{0,2000}");

    public ListPlace {
        if (!QUERY.matcher(query).matches()) query = "";
    }

    public String address() {
        return query.isEmpty() ? list : list + "?" + query;
    }

    /** The same list, told something more: {@code deleted=7}. */
    public String addressAnd(String more) {
        return address() + (query.isEmpty() ? "?" : "&") + more;
    }

    /** What the address of a page behind the list ends with. */
    public String carried() {
        return query.isEmpty() ? "" : "?list=" + URLEncoder.encode(query, StandardCharsets.UTF_8);
    }

    /** The same, for an address that says more. */
    public String carriedAnd() {
        return query.isEmpty() ? "?" : carried() + "&";
    }
}
