package com.smartmarketingagent.messaging;

import com.smartmarketingagent.account.Act;
import com.smartmarketingagent.account.Audit;
import com.smartmarketingagent.messaging.Channel.Facts;
import com.smartmarketingagent.messaging.Channel.Kind;
import com.smartmarketingagent.messaging.Channel.State;
import com.smartmarketingagent.messaging.ChannelRepository.Kept;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Envelope;
import com.smartmarketingagent.platform.Envelope.Empty;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Validated;
import com.smartmarketingagent.platform.Words;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jboss.resteasy.reactive.RestPath;
import org.jspecify.annotations.Nullable;

/** By what a shop's messages leave. Secrets go in and never out. */
@Path("/api/channels")
@Consumes(MediaType.APPLICATION_JSON)
@Validated
class ChannelApi {

    private final CurrentUser user;
    private final Db db;
    private final Channels channels;
    private final ChannelSetup setup;
    private final ChannelRepository kept;
    private final Audit audit;

    ChannelApi(CurrentUser user, Db db, Channels channels, ChannelSetup setup, ChannelRepository kept, Audit audit) {
        this.user = user;
        this.db = db;
        this.channels = channels;
        this.setup = setup;
        this.kept = kept;
        this.audit = audit;
    }

    /** @param endsWith of a long secret its last four characters; empty for others */
    record Known(boolean set, String endsWith) {}

    /**
     * A channel as its owner sees it.
     *
     * @param why a sentence in the reader's language; null where there is nothing to say
     * @param webhookUrl what is to be copied to the provider; null where it has no webhooks, or PUBLIC_URL isn't set
     * @param verifyToken what Meta asks for with it; null for others
     */
    record Shown(
            Kind kind,
            Map<String, String> settings,
            Map<String, Known> secrets,
            State state,
            @Nullable String why,
            Instant stateAt,
            @Nullable String number,
            @Nullable Instant connectedSince,
            Facts facts,
            @Nullable URI webhookUrl,
            @Nullable String verifyToken,
            Instant updatedAt) {}

    record OneChannel(Shown channel) {}

    record ManyChannels(List<Shown> channels) {}

    private static Kind kind(String name) {
        return Kind.of(name).orElseThrow(() -> new Problem.NotFound("channel"));
    }

    private Shown shown(Kept its) {
        var secrets = new TreeMap<String, Known>();
        its.hints().forEach((name, end) -> secrets.put(name, new Known(true, end)));
        return new Shown(
                its.kind(),
                its.settings(),
                secrets,
                its.state(),
                its.why() == null ? null : Words.say(user.language(), "channels.why_" + its.why()),
                its.stateAt(),
                its.number(),
                its.connectedSince(),
                its.facts(),
                setup.webhook(user.id(), its).orElse(null),
                its.kind() == Kind.CLOUD_API
                        ? setup.webhookSecret(user.id(), its).orElse(null)
                        : null,
                its.updatedAt());
    }

    /** Those that are set up. */
    @GET
    public Envelope<ManyChannels> list() {
        var all = db.inTenant(user.id(), tx -> kept.list(tx, user.id()));
        return Envelope.of(new ManyChannels(all.stream().map(this::shown).toList()));
    }

    /** Sets one up, or up anew. */
    @PUT
    @Path("{kind}")
    public Envelope<OneChannel> save(@RestPath String kind, @NotNull ChannelEntry entry) {
        return Envelope.of(new OneChannel(shown(setup.save(user.id(), kind(kind), entry.entered()))));
    }

    @DELETE
    @Path("{kind}")
    public Envelope<Empty> remove(@RestPath String kind) {
        var its = kind(kind);
        db.useTenant(user.id(), tx -> {
            if (!kept.remove(tx, user.id(), its)) throw new Problem.NotFound("channel");
            audit.note(tx, user.id(), Act.CHANNEL_REMOVED, its.key());
        });
        return Envelope.empty();
    }

    /** Asks the provider how it is. Nothing is sent to anybody. */
    @POST
    @Path("{kind}/test")
    public Envelope<OneChannel> test(@RestPath String kind) {
        return Envelope.of(new OneChannel(shown(channels.check(user.id(), kind(kind)))));
    }
}
