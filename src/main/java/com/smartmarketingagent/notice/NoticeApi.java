package com.smartmarketingagent.notice;

import com.smartmarketingagent.notice.NoticeRepository.Choice;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Envelope;
import com.smartmarketingagent.platform.Envelope.Empty;
import com.smartmarketingagent.platform.OneLine;
import com.smartmarketingagent.platform.Paging;
import com.smartmarketingagent.platform.Validated;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the owner was told, and by which ways they want to be. */
@Path("/api/notices")
@Consumes(MediaType.APPLICATION_JSON)
@Validated
class NoticeApi {

    private final CurrentUser user;
    private final Db db;
    private final NoticeRepository notices;
    private final Reading reading;

    NoticeApi(CurrentUser user, Db db, NoticeRepository notices, Reading reading) {
        this.user = user;
        this.db = db;
        this.notices = notices;
        this.reading = reading;
    }

    /**
     * @param text the sentence, in the language that is asked for
     * @param path of the page of what it tells of
     */
    record Said(
            UUID id, Kind kind, Map<String, Object> facts, String text, String path, Instant createdAt, boolean read) {}

    /** @param unread on all pages together */
    record ManyNotices(List<Said> notices, long unread) {}

    /** @param whatsapp null for the same as before */
    record Wanted(
            @NotNull Kind kind,
            @NotNull Boolean push,
            @NotNull Boolean email,
            @Nullable Boolean whatsapp) {}

    /** @param whatsappPhone the owner's own; empty for none, null for the same as before */
    record Settings(
            @NotNull @Size(max = 20) List<@NotNull @Valid Wanted> choices,
            @OneLine @Size(max = 40) @Nullable String whatsappPhone) {}

    /** Newest first. */
    @GET
    public Envelope<ManyNotices> list(@BeanParam @Valid Paging paging) {
        return db.inTenant(user.id(), tx -> {
            var page = notices.list(tx, user.id(), paging).stream()
                    .map(n -> new Said(
                            n.id(), n.kind(), n.facts(), n.say(user.language()), n.path(), n.createdAt(), n.read()))
                    .toList();
            return Envelope.page(
                    new ManyNotices(page, notices.unread(tx, user.id())), paging, notices.count(tx, user.id()));
        });
    }

    /** All there are. */
    @POST
    @Path("read")
    public Envelope<Empty> read() {
        reading.all(user.id());
        return Envelope.empty();
    }

    @GET
    @Path("settings")
    public Envelope<Settings> settings() {
        var choices = reading.choices(user.id()).stream()
                .map(c -> new Wanted(c.kind(), c.push(), c.email(), c.whatsapp()))
                .toList();
        return Envelope.of(new Settings(choices, reading.whatsApp(user.id()).phone()));
    }

    /** Kinds that are not named stay as they are. */
    @PUT
    @Path("settings")
    public Envelope<Settings> choose(@NotNull @Valid Settings wanted) {
        var before = reading.choices(user.id()).stream()
                .filter(Choice::whatsapp)
                .map(Choice::kind)
                .toList();
        var choices = wanted.choices().stream()
                .map(w -> new Choice(
                        w.kind(), w.push(), w.email(), w.whatsapp() == null ? before.contains(w.kind()) : w.whatsapp()))
                .toList();
        reading.choose(user.id(), choices, wanted.whatsappPhone());
        return settings();
    }
}
