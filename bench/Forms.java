import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.regex.Pattern;

/**
 * {@code Forms.java URL COOKIE PATH}: walks the pages from PATH on, one of each kind, and prints what they can be asked, a line each:
 * method, address with a value for each parameter, body; parted by tabs.
 */
class Forms {
    static final int MOST = 120;
    static final Pattern LINK = Pattern.compile("<a [^>]*href=\"?(/[^\"#> ]*)");
    static final Pattern FORM = Pattern.compile("(?s)<form([^>]*)>(.*?)</form>");
    static final Pattern FIELD = Pattern.compile("(?s)<(input|select|textarea|button)\\b([^>]*)>");
    /** What ends the session, the shop or the walk, and what takes a file. */
    static final Pattern NOT = Pattern.compile("/(logout|demo|api|live|lang)|/profile/(password|sessions|delete)|\\.(zip|csv|pdf|xlsx|webmanifest|js)$");

    public static void main(String[] args) throws Exception {
        var lines = new LinkedHashSet<String>();
        var seen = new LinkedHashSet<String>();
        var next = new ArrayDeque<String>();
        next.add(args[2]);
        try (var http = HttpClient.newHttpClient()) {
            while (!next.isEmpty() && seen.size() < MOST) {
                var path = next.poll();
                if (NOT.matcher(path).find() || !seen.add(kind(path))) continue;
                var page = http.send(
                        HttpRequest.newBuilder(URI.create(args[0] + path)).header("Cookie", args[1]).build(),
                        HttpResponse.BodyHandlers.ofString());
                if (page.statusCode() != 200) continue;
                if (path.contains("?")) lines.add("GET\t" + path + "\t");
                // an id in the address may be anything too
                if (path.matches(".*/[0-9a-f-]{36}.*")) lines.add("GET\t" + path.replaceAll("([0-9a-f-]{36})", "$1*") + "\t");
                for (var link = LINK.matcher(page.body()); link.find(); ) next.add(link.group(1).replace("&amp;", "&"));
                for (var form = FORM.matcher(page.body()); form.find(); ) {
                    var action = attribute(form.group(1), "action", path).replace("&amp;", "&");
                    if (NOT.matcher(action).find() || form.group(1).contains("multipart")) continue;
                    var fields = fields(form.group(2));
                    boolean post = attribute(form.group(1), "method", "get").equalsIgnoreCase("post");
                    if (!fields.isEmpty() && seen.add((post ? "POST " : "GET ") + kind(action)))
                        lines.add(post ? "POST\t" + action + "\t" + fields : "GET\t" + action.replaceAll("\\?.*", "") + "?" + fields + "\t");
                }
            }
        }
        lines.forEach(System.out::println);
    }

    static String kind(String path) {
        return path.replaceAll("[0-9a-f-]{36}|[0-9]+", "x").replaceAll("=[^&]*", "=");
    }

    static String fields(String form) {
        var fields = new ArrayList<String>();
        var names = new LinkedHashSet<String>();
        for (var field = FIELD.matcher(form); field.find(); ) {
            var name = attribute(field.group(2), "name", "");
            if (name.isEmpty() || !names.add(name)) continue;
            var value = attribute(field.group(2), "value", field.group(1).equals("textarea") ? "halo" : "");
            fields.add(name + "=" + URLEncoder.encode(value.isEmpty() ? "1" : value, StandardCharsets.UTF_8));
        }
        return String.join("&", fields);
    }

    static String attribute(String of, String name, String otherwise) {
        var found = Pattern.compile("\\b" + name + "=(?:\"([^\"]*)\"|([^\\s>\"]+))").matcher(of);
        if (!found.find()) return otherwise;
        return found.group(1) != null ? found.group(1) : found.group(2);
    }
}
