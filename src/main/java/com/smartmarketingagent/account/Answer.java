package com.smartmarketingagent.account;

import io.quarkus.qute.TemplateInstance;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.constraints.NotBlank;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What a browser is answered. */
public final class Answer {

    private Answer() {}

    public static Response page(int status, TemplateInstance page) {
        return Response.status(status)
                .type(MediaType.TEXT_HTML_TYPE.withCharset("utf-8"))
                .entity(page.render())
                .build();
    }

    /** What a form that did something answers, so that reloading the next page doesn't do it again. */
    public static Response seeOther(String address) {
        return Response.seeOther(URI.create(address)).build();
    }

    /** What is wrong with a form, by its fields. {@link Frame#problems} says the same of what the rules refused. */
    public static Map<String, String> problems(Set<? extends ConstraintViolation<?>> violations) {
        var problems = new HashMap<String, String>();
        for (var violation : violations) {
            var field = violation.getPropertyPath().iterator().next().getName();
            var said = violation.getMessage();
            var sentence = said.substring(0, 1).toUpperCase(Locale.ROOT) + said.substring(1);
            // that nothing was filled in says it all
            boolean missing = violation.getConstraintDescriptor().getAnnotation() instanceof NotBlank;
            if (missing) problems.put(field, sentence);
            else problems.putIfAbsent(field, sentence);
        }
        return problems;
    }
}
