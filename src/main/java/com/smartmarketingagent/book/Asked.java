package com.smartmarketingagent.book;

import com.smartmarketingagent.account.ListPlace;
import com.smartmarketingagent.customer.CustomerFilter;
import jakarta.ws.rs.DefaultValue;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jboss.resteasy.reactive.RestQuery;

/** What a list of customers was asked to show, as its form sends it: empty means all. */
record Asked(
        @RestQuery @DefaultValue("") String search,
        @RestQuery @DefaultValue("") String tags,
        @RestQuery @DefaultValue("") String city,
        @RestQuery @DefaultValue("") String segment,
        @RestQuery @DefaultValue(NEWEST) String sort) {

    private static final String NEWEST = "-created_at";

    Asked {
        // of two cells of a spreadsheet that were copied together
        search = search.replace('\t', ' ');
    }

    /** The newest first is what a list without a wish does, and the only order an index serves. */
    CustomerFilter filter() {
        return new CustomerFilter(
                search, List.of(tags), city, segment.isEmpty() ? null : segment, sort.equals(NEWEST) ? null : sort);
    }

    /** The same in the usual order. */
    Asked inUsualOrder() {
        return new Asked(search, tags, city, segment, NEWEST);
    }

    /** Whether it narrows by more than the search. */
    public boolean filtered() {
        return !(tags.isBlank() && city.isBlank() && segment.isEmpty()) || !sort.equals(NEWEST);
    }

    /** Whether everybody is asked for. */
    public boolean everybody() {
        return search.isBlank() && tags.isBlank() && city.isBlank() && segment.isEmpty();
    }

    /** The address that asks the same for another page. */
    String address(int page) {
        return new ListPlace("/customers", query(page)).address();
    }

    String query(int page) {
        var said = new LinkedHashMap<String, String>();
        said.put("search", search);
        said.put("tags", tags);
        said.put("city", city);
        said.put("segment", segment);
        said.put("sort", sort.equals(NEWEST) ? "" : sort);
        said.put("page", page == 1 ? "" : String.valueOf(page));
        return said.entrySet().stream()
                .filter(e -> !e.getValue().isBlank())
                .map(Asked::parameter)
                .collect(Collectors.joining("&"));
    }

    private static String parameter(Map.Entry<String, String> e) {
        return e.getKey() + "=" + URLEncoder.encode(e.getValue(), StandardCharsets.UTF_8);
    }
}
