package com.smartmarketingagent.platform;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * A database's address with the user in it, as {@code postgres://user:password@host:port/database?options} or the same
 * after {@code jdbc:postgresql://}.
 *
 * @param location {@code //host:port/database?options}
 */
record DatabaseUrl(String location, String user, String password) {

    private static final int PORT = 5432;

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
            if (!scheme.equals("postgres") && !scheme.equals("postgresql")) throw wrong(variable, null);
            if (uri.getHost() == null) {
                var authority = String.valueOf(uri.getRawAuthority());
                if (authority.substring(authority.lastIndexOf('@') + 1).contains("_"))
                    throw new Settings.Wrong(variable + " must have another host: no host's name has an underscore; a"
                            + " second name or the address in numbers does.");
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

    String host() {
        return URI.create("postgres:" + location).getHost();
    }

    int port() {
        int port = URI.create("postgres:" + location).getPort();
        return port < 0 ? PORT : port;
    }

    /** One connection, for what may last: but of a network that fell silent nobody waits for more than an hour. */
    Connection open() throws SQLException {
        var how = new Properties();
        how.setProperty("user", user);
        how.setProperty("password", password);
        how.setProperty("socketTimeout", "3600");
        how.setProperty("tcpKeepAlive", "true");
        return DriverManager.getConnection(jdbc(), how);
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
