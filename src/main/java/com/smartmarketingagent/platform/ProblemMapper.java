package com.smartmarketingagent.platform;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.smartmarketingagent.platform.Problem.Text;
import io.vertx.core.http.HttpClosedException;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.ElementKind;
import jakarta.validation.Path;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.UnsupportedEncodingException;
import java.net.SocketException;
import java.net.URI;
import java.nio.channels.ClosedChannelException;
import java.nio.file.FileSystemException;
import java.util.List;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.WithFormRead;
import org.jspecify.annotations.Nullable;

/** Turns every failure, ours or the framework's, into the envelope. */
class ProblemMapper {

    private static final Logger LOG = Logger.getLogger(ProblemMapper.class);

    private static final String READS_FORM = ProblemMapper.class.getName() + ".readsForm";

    /** Of the JDK's classes those that read and write files; its others do so with lines, too. */
    private static final Pattern DISK = Pattern.compile("(sun\\.nio\\.fs\\.|(sun\\.nio\\.ch|java\\.io)\\.\\w*File)");

    private final CurrentUser user;
    private final Addresses addresses;

    ProblemMapper(CurrentUser user, Addresses addresses) {
        this.user = user;
        this.addresses = addresses;
    }

    @ServerExceptionMapper
    Response problem(Problem problem) {
        return switch (problem) {
            case Problem.NotFound _ -> answer(404, "NOT_FOUND", problem);
            case Problem.Invalid _ -> answer(400, "VALIDATION_ERROR", problem);
            case Problem.Conflict _ -> answer(409, "CONFLICT", problem);
            case Problem.Unauthorized _ -> answer(401, "UNAUTHORIZED", problem);
            case Problem.Forbidden _ -> answer(403, "FORBIDDEN", problem);
            case Problem.TooLarge _ -> answer(413, "PAYLOAD_TOO_LARGE", problem);
            case Problem.Unsupported _ -> answer(415, "UNSUPPORTED_MEDIA_TYPE", problem);
            case Problem.Mismatch _ -> answer(422, "IDEMPOTENCY_MISMATCH", problem);
            case Problem.Provider _ -> answer(503, "PROVIDER_UNAVAILABLE", problem);
            case Problem.Unavailable _ -> answer(503, "SERVICE_UNAVAILABLE", problem);
            case Problem.TooMany many ->
                Response.fromResponse(answer(429, "RATE_LIMITED", problem))
                        .header("Retry-After", Math.max(1, many.retryAfter().toSeconds()))
                        .build();
        };
    }

    @ServerExceptionMapper
    Response violation(ConstraintViolationException e) {
        var details = e.getConstraintViolations().stream()
                .map(v -> said(v))
                .sorted(java.util.Comparator.comparing((Problem.Said s) -> String.valueOf(s.field())))
                .toList();
        var message = details.size() == 1 ? named(details.getFirst()) : Words.say(user.language(), "invalid");
        return envelope(400, "VALIDATION_ERROR", message, details);
    }

    /** A sentence of validation is about a field that it doesn't name. */
    private String named(Problem.Said said) {
        var field = said.field();
        if (field == null) return said.message();
        return Words.field(user.language(), field) + ": " + said.message();
    }

    private static Problem.Said said(ConstraintViolation<?> violation) {
        @Nullable Integer index = null;
        @Nullable String field = null;
        for (Path.Node node : violation.getPropertyPath()) {
            if (node.getIndex() != null) index = node.getIndex();
            if (node.getName() != null && !node.getName().startsWith("<")) field = snakeCase(node.getName());
            // what is required as a whole is the body; its name is one of ours
            boolean isBody = node.getKind() == ElementKind.PARAMETER && violation.getInvalidValue() == null;
            if (isBody) field = "body";
        }
        return new Problem.Said(index, field, violation.getMessage(), null);
    }

    private static String snakeCase(String name) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(java.util.Locale.ROOT);
    }

    @ServerExceptionMapper
    Response json(MismatchedInputException e) {
        return unreadable(e);
    }

    /** The framework's own refusals: unknown routes, wrong methods, wrong types, unreadable bodies. */
    @ServerExceptionMapper
    Response framework(WebApplicationException e, ContainerRequestContext request) {
        if (e.getCause() instanceof JsonProcessingException unreadable) return unreadable(unreadable);
        if (e.getCause() instanceof Problem problem) return problem(problem);
        int status = e.getResponse().getStatus();
        return switch (status) {
            case 404, 405 -> unmatched(request);
            case 413 -> failure(413, "PAYLOAD_TOO_LARGE", "too_large");
            case 415 -> failure(415, "UNSUPPORTED_MEDIA_TYPE", "unsupported_media_type");
            case 401 -> failure(401, "UNAUTHORIZED", "unauthorized");
            case 403 -> failure(403, "FORBIDDEN", "forbidden");
            default -> status >= 500 ? ours(e) : failure(400, "VALIDATION_ERROR", "unreadable");
        };
    }

    /** The framework may say 404 where another class knows the address, and never says which methods there are. */
    private Response unmatched(ContainerRequestContext request) {
        var known = addresses.methods(request.getUriInfo().getPath());
        if (known.isEmpty() || known.contains(request.getMethod())) return problem(new Problem.NotFound("route"));
        var path = request.getUriInfo().getPath();
        // a form's address opened by hand, or reloaded after a log-in: the page that holds the form
        if (request.getMethod().equals("GET") && !path.startsWith("/api/")) {
            var asked = request.getUriInfo().getRequestUri().getRawPath();
            return Response.seeOther(URI.create(addresses.pageAbove(asked))).build();
        }
        return Response.fromResponse(failure(405, "METHOD_NOT_ALLOWED", "method_not_allowed"))
                .header(HttpHeaders.ALLOW, String.join(", ", known))
                .build();
    }

    @ServerExceptionMapper
    Response anythingElse(Throwable e, ContainerRequestContext request) {
        if (Db.isAway(e) || Db.tookTooLong(e)) return problem(new Problem.Unavailable());
        return isUnreadable(e, request) ? failure(400, "VALIDATION_ERROR", "unreadable") : ours(e);
    }

    /** The last of all that come before a form is read. */
    @ServerRequestFilter(priority = Priorities.USER + 1)
    public void formBegins(ContainerRequestContext request) {
        request.setProperty(READS_FORM, true);
    }

    /** The first of those that come after it: they run from the last to the first. Also where there is no form. */
    @WithFormRead
    @ServerRequestFilter(priority = Priorities.USER + 1)
    public void formHasBeenRead(ContainerRequestContext request) {
        request.removeProperty(READS_FORM);
    }

    /** The client hung up, or its form can't be read: whatever its reader makes of it, the form is at fault. */
    private static boolean isUnreadable(Throwable e, ContainerRequestContext request) {
        for (@Nullable Throwable t = e; t != null; t = t.getCause()) {
            if (t instanceof HttpClosedException || t instanceof SocketException || t instanceof ClosedChannelException)
                return true;
        }
        boolean ofAForm = request.getProperty(READS_FORM) != null && e instanceof Exception && !isOfTheDisk(e);
        if (ofAForm) LOG.debug("A form can't be read", e);
        return ofAForm;
    }

    /** There is no room for a file, or its folder is gone. */
    private static boolean isOfTheDisk(Throwable e) {
        for (@Nullable Throwable t = e; t != null; t = t.getCause()) {
            if (t instanceof FileSystemException) return true;
            if (!(t instanceof IOException) || t instanceof UnsupportedEncodingException) continue;
            // some exceptions have no stack
            var stack = t.getStackTrace();
            if (stack.length > 0 && DISK.matcher(stack[0].getClassName()).lookingAt()) return true;
        }
        return false;
    }

    /** This machine's disk takes no file, or there is a bug. */
    private Response ours(Throwable e) {
        if (isOfTheDisk(e)) {
            LOG.error("The disk fails", e);
            return problem(new Problem.Unavailable());
        }
        // by which its lines in the log are found
        var id = String.valueOf(MDC.get(Requests.ID));
        LOG.error("Unexpected failure " + id, e);
        return envelope(500, "INTERNAL_ERROR", Words.say(user.language(), "internal_error", id), List.of());
    }

    private Response unreadable(JsonProcessingException e) {
        for (@Nullable Throwable t = e; t != null; t = t.getCause()) {
            if (t instanceof Problem.TooLarge large) return problem(large);
        }
        return problem(Unreadable.detail(e)
                .map(d -> new Problem.Invalid(List.of(d)))
                .orElseGet(() -> new Problem.Invalid(new Text("unreadable"))));
    }

    private Response failure(int status, String code, String key) {
        return envelope(status, code, Words.say(user.language(), key), List.of());
    }

    private Response answer(int status, String code, Problem problem) {
        var said = problem.details().stream()
                .map(d -> new Problem.Said(d.index(), d.field(), Words.say(user.language(), d.text()), d.id()))
                .toList();
        return envelope(status, code, Words.say(user.language(), problem.text()), said);
    }

    private Response envelope(int status, String code, String message, List<Problem.Said> details) {
        return Response.status(status)
                .type(MediaType.APPLICATION_JSON_TYPE.withCharset("utf-8"))
                .entity(Envelope.failure(code, message, details))
                .build();
    }
}
