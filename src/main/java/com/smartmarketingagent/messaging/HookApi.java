package com.smartmarketingagent.messaging;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.smartmarketingagent.messaging.Channel.Kind;
import com.smartmarketingagent.platform.Client;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Envelope;
import com.smartmarketingagent.platform.Hashes;
import com.smartmarketingagent.platform.Ids;
import com.smartmarketingagent.platform.Jobs;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Public;
import com.smartmarketingagent.platform.RateLimits;
import com.smartmarketingagent.platform.UserId;
import com.smartmarketingagent.platform.Vault;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.function.Predicate;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/**
 * Where providers report to. Nobody is logged in: the shop stands in the address, and a secret or a signature proves
 * that it is theirs. What is proven is kept as it came and answered 200 at once; it is worked later.
 *
 * <p>Anybody can call, and behind a proxy everybody from the same address. So what isn't proven costs no look into the
 * database but now and then, and takes nothing away from what is.
 */
@Path("/api/webhooks")
@Public
@Consumes(MediaType.WILDCARD)
class HookApi {

    private static final Logger LOG = Logger.getLogger(HookApi.class);

    /** What was looked up serves every proof for so long; a secret that was changed counts as soon. */
    private static final Duration SEEN = Duration.ofSeconds(10);

    /** Longer than a shop that sends is without any report. */
    private static final Duration REMEMBERED = Duration.ofDays(30);

    /** By which a provider reports to a shop. */
    private record Way(UserId shop, Kind kind) {}

    /**
     * @param channel null where there is none, or it can't be opened
     * @param broken whether it can't
     */
    private record Look(@Nullable Channel channel, boolean broken) {}

    /** Also of ways that there aren't. */
    private final Cache<Way, Look> looks =
            Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(SEEN).build();

    /** That were proven here: whoever makes up shops doesn't keep us from looking for these. */
    private final Cache<Way, Boolean> known = Caffeine.newBuilder()
            .maximumSize(100_000)
            .expireAfterAccess(REMEMBERED)
            .build();

    private final Db db;
    private final HookRepository hooks;
    private final Channels channels;
    private final Jobs jobs;
    private final RateLimits limits;
    private final Client client;
    private final Clock clock;

    HookApi(Db db, HookRepository hooks, Channels channels, Jobs jobs, RateLimits limits, Client client, Clock clock) {
        this.db = db;
        this.hooks = hooks;
        this.channels = channels;
        this.jobs = jobs;
        this.limits = limits;
        this.client = client;
        this.clock = clock;
    }

    /** Fonnte signs nothing: the address is the secret. */
    @POST
    @Path("fonnte/{user}/{secret}")
    @Operation(hidden = true)
    public Envelope<Envelope.Empty> fonnte(String user, String secret, byte @Nullable [] body) {
        var shop = proven(
                user,
                Kind.FONNTE,
                known -> known instanceof Channel.Fonnte its
                        && Hashes.same(its.webhookSecret().value(), secret));
        return keep(shop, Kind.FONNTE, fonnteIdentity(given(body)), given(body));
    }

    private static String fonnteIdentity(byte[] body) {
        try {
            return FonnteHook.identity(Hook.json(body));
        } catch (Hook.Unreadable e) {
            return digest(body);
        }
    }

    /** Meta asks once whether the address is the shop's. */
    @GET
    @Path("cloud_api/{user}")
    @Produces(MediaType.TEXT_PLAIN)
    @Operation(hidden = true)
    public String verify(
            String user,
            @RestQuery("hub.mode") @Nullable String mode,
            @RestQuery("hub.verify_token") @Nullable String token,
            @RestQuery("hub.challenge") @Nullable String challenge) {
        proven(
                user,
                Kind.CLOUD_API,
                known -> known instanceof Channel.CloudApi its
                        && Hashes.same(its.verifyToken().value(), token)
                        && "subscribe".equals(mode)
                        && challenge != null);
        return String.valueOf(challenge);
    }

    @POST
    @Path("cloud_api/{user}")
    @Operation(hidden = true)
    public Envelope<Envelope.Empty> cloud(
            String user, @RestHeader("X-Hub-Signature-256") @Nullable String signature, byte @Nullable [] body) {
        var shop = proven(
                user,
                Kind.CLOUD_API,
                known -> known instanceof Channel.CloudApi its
                        && Signature.isMetas(its.appSecret().value(), signature, given(body)));
        return keep(shop, Kind.CLOUD_API, digest(given(body)), given(body));
    }

    @POST
    @Path("resend/{user}")
    @Operation(hidden = true)
    public Envelope<Envelope.Empty> resend(
            String user,
            @RestHeader("svix-id") @Nullable String id,
            @RestHeader("svix-timestamp") @Nullable String timestamp,
            @RestHeader("svix-signature") @Nullable String signatures,
            byte @Nullable [] body) {
        var shop = proven(
                user,
                Kind.RESEND,
                known -> known instanceof Channel.Resend its
                        && its.webhookSecret() != null
                        && Signature.isSvix(
                                its.webhookSecret().value(), id, timestamp, signatures, given(body), clock.instant()));
        return keep(shop, Kind.RESEND, String.valueOf(id), given(body));
    }

    /**
     * Whose report it is.
     *
     * @throws Problem.TooMany where the shop had its share of reports, or this network of looking for others
     * @throws Problem.Unauthorized the same for a wrong proof, an unknown shop and one without that channel
     * @throws Problem.Unavailable where the channel can't be opened: the provider tries again, as long as somebody may
     *     put the key right
     */
    private UserId proven(String user, Kind kind, Predicate<Channel> proof) {
        var way = Ids.read(user)
                .map(shop -> new Way(new UserId(shop), kind))
                .filter(w -> isProven(w, proof))
                .orElseThrow(() -> new Problem.Unauthorized("webhook.unproven"));
        if (known.asMap().putIfAbsent(way, true) == null) limits.forgiveLookUp(client.network());
        limits.countReport(kind + " " + way.shop().value());
        return way.shop();
    }

    private boolean isProven(Way way, Predicate<Channel> proof) {
        var look = looks.getIfPresent(way);
        // several at once look each, or with a database that is away they would wait for one another
        if (look == null) {
            look = look(way);
            looks.put(way, look);
        }
        if (look.broken()) throw new Problem.Unavailable();
        return look.channel() != null && proof.test(look.channel());
    }

    private Look look(Way way) {
        if (known.getIfPresent(way) == null) limits.countLookUp(client.network());
        try {
            return db.inTenant(way.shop(), tx -> channels.open(tx, way.shop(), way.kind()))
                    .map(opened -> new Look(opened.channel(), false))
                    .orElse(new Look(null, false));
        } catch (Vault.Broken e) {
            LOG.error("A channel of " + way.shop().value() + " can't be opened for what its provider reports", e);
            return new Look(null, true);
        }
    }

    private Envelope<Envelope.Empty> keep(UserId shop, Kind kind, String identity, byte[] body) {
        var hook = new Hook(Ids.next(), kind, body);
        boolean fresh = db.inTenant(shop, tx -> {
            boolean added = hooks.add(tx, shop, hook, identity);
            if (added) jobs.enqueue(tx, HookRepository.WORK, HookRepository.instance(shop, hook.id()));
            return added;
        });
        if (fresh) jobs.wakeUp();
        return Envelope.empty();
    }

    private static byte[] given(byte @Nullable [] body) {
        return body == null ? new byte[0] : body;
    }

    private static String digest(byte[] body) {
        return HexFormat.of().formatHex(Hashes.sha256(body));
    }
}
