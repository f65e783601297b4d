package com.smartmarketingagent.platform;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A database's address with the user in it, as {@code postgres://user:password@host:port/database?options} or the same
 * after {@code jdbc:postgresql://}.
 *
 * @param location {@code //host:port/database?options}
 */
record DatabaseUrl(String location, String user, String password) {

    /**
     * A database of somebody else's may stand behind a pooler that gives each transaction another connection, where a
     * statement prepared before is unknown or somebody's. So none is prepared, unless the address itself says
     * {@code prepareThreshold}.
     *
     * @throws Settings.Wrong if {@code url} is no such address; the message never shows it, as it holds a password
     */
    static DatabaseUrl parse(String variable, String url) {
        try {
            var uri = URI.create(url.startsWith("jdbc:") ? url.substring(5) : url);
            var scheme = String.valueOf(uri.getScheme());
            if (!scheme.equals("postgres") && !scheme.equals("postgresql") || uri.getHost() == null) {
                throw wrong(variable, null);
            }
            var userInfo = String.valueOf(uri.getRawUserInfo()).split(":", 2);
            if (userInfo.length < 2) throw wrong(variable, null);
            var port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
            var location = "//" + uri.getHost() + port + uri.getRawPath() + "?" + options(uri.getRawQuery());
            return new DatabaseUrl(location, decode(userInfo[0]), decode(userInfo[1]));
        } catch (IllegalArgumentException e) {
            throw wrong(variable, e);
        }
    }

    private static String options(@Nullable String given) {
        if (given == null || given.isEmpty()) return "prepareThreshold=0";
        return given.contains("prepareThreshold=") ? given : given + "&prepareThreshold=0";
    }

    /**
     * The same database and password for another of our roles; hosted poolers append the project to the name:
     * {@code sma_app.project}.
     */
    DatabaseUrl as(String role) {
        int dot = user.indexOf('.');
        return new DatabaseUrl(location, role + (dot < 0 ? "" : user.substring(dot)), password);
    }

    /** One of our roles on the embedded server, with the password kept for it. */
    DatabaseUrl withRole(String role, Settings settings) {
        return new DatabaseUrl(location, role, settings.keptSecret(role));
    }

    String jdbc() {
        return "jdbc:postgresql:" + location;
    }

    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static Settings.Wrong wrong(String variable, @Nullable IllegalArgumentException cause) {
        var message = variable + " must look like postgres://user:password@host:5432/database";
        return cause == null ? new Settings.Wrong(message) : new Settings.Wrong(message, cause);
    }

    @Override
    public String toString() {
        return "DatabaseUrl[" + location + ", " + user + "]";
    }
}
