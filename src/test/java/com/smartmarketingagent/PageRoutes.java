package com.smartmarketingagent;

import com.smartmarketingagent.platform.AdminsOnly;
import com.smartmarketingagent.platform.Public;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Every route of pages there is, read from the program itself: a new one can't be forgotten by a test. */
public final class PageRoutes {

    /** @param path with its parameters in braces */
    public record Route(Method method, String path, boolean open, boolean admins) {

        public boolean reads() {
            return method.isAnnotationPresent(GET.class);
        }

        public boolean takesFiles() {
            var consumes = method.getAnnotation(Consumes.class);
            return consumes != null && List.of(consumes.value()).contains(MediaType.MULTIPART_FORM_DATA);
        }

        /** With something that can't exist in place of every parameter. */
        String anywhere() {
            return path.replaceAll("\\{[^}]+}", UUID.randomUUID().toString());
        }

        @Override
        public String toString() {
            return (reads() ? "GET " : "POST ") + path;
        }
    }

    private static final List<Route> ALL = read();

    private PageRoutes() {}

    public static List<Route> all() {
        return ALL;
    }

    private static List<Route> read() {
        var routes = new ArrayList<Route>();
        var classes = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("com.smartmarketingagent");
        for (var c : classes) {
            if (!c.isAnnotatedWith(Path.class)) continue;
            var type = c.reflect();
            var base = type.getAnnotation(Path.class).value();
            if (base.equals("/api") || base.startsWith("/api/")) continue;
            for (var m : type.getDeclaredMethods()) {
                if (!m.isAnnotationPresent(GET.class) && !m.isAnnotationPresent(POST.class)) continue;
                var own = m.getAnnotation(Path.class);
                var path = ("/" + base + "/" + (own == null ? "" : own.value())).replaceAll("/+", "/");
                if (path.length() > 1) path = path.replaceAll("/$", "");
                routes.add(new Route(m, path, marked(m, Public.class), marked(m, AdminsOnly.class)));
            }
        }
        return routes;
    }

    private static boolean marked(Method method, Class<? extends Annotation> mark) {
        return method.isAnnotationPresent(mark) || method.getDeclaringClass().isAnnotationPresent(mark);
    }
}
