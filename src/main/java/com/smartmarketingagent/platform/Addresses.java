package com.smartmarketingagent.platform;

import io.quarkus.resteasy.reactive.server.runtime.ResteasyReactiveRecorder;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jboss.resteasy.reactive.server.mapping.RuntimeResource;
import org.jboss.resteasy.reactive.server.util.RuntimeResourceVisitor;
import org.jspecify.annotations.Nullable;

/**
 * Which methods an address knows, over all resource classes: those of {@code /api/customers} and of
 * {@code /api/customers/{id}/rfm} know nothing of each other.
 */
@Singleton
class Addresses {

    private record Route(String method, Pattern path) {}

    private volatile @Nullable List<Route> routes;

    /**
     * @param path as it was asked for
     * @return in alphabetical order, with HEAD and OPTIONS, which the framework adds; empty for an unknown address
     */
    SortedSet<String> methods(String path) {
        var asked = path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        var methods = new TreeSet<String>();
        for (var route : routes()) {
            if (route.path.matcher(asked).matches()) methods.add(route.method);
        }
        if (methods.contains("GET")) methods.add("HEAD");
        if (!methods.isEmpty()) methods.add("OPTIONS");
        return methods;
    }

    /** The nearest page at or above {@code path}: {@code /customers/7} for {@code /customers/7/delete}. */
    String pageAbove(String path) {
        for (int end = path.length(); end > 0; end = path.lastIndexOf('/', end - 1)) {
            var above = path.substring(0, end);
            if (methods(above).contains("GET")) return above;
        }
        return "/";
    }

    /** Read from the router once it is complete. */
    private List<Route> routes() {
        var known = routes;
        if (known == null) {
            known = read();
            routes = known;
        }
        return known;
    }

    private static List<Route> read() {
        var routes = new ArrayList<Route>();
        RuntimeResourceVisitor.visitRuntimeResources(
                "", ResteasyReactiveRecorder.getCurrentDeployment().getClassMappers(), new RuntimeResourceVisitor() {
                    @Override
                    public void visitRuntimeResource(String method, String path, RuntimeResource resource) {
                        var itsPath = resource.getClassPath().template + "/" + resource.getPath().template;
                        routes.add(new Route(method, pattern(itsPath)));
                    }
                });
        return routes;
    }

    private static Pattern pattern(String template) {
        return Pattern.compile(
                template.replaceAll("/+", "/").replaceFirst("(?<=.)/$", "").replaceAll("\\{[^}]+}", "[^/]+"));
    }
}
