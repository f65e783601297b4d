package com.smartmarketingagent.account;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import com.smartmarketingagent.account.SessionRepository.Presented;
import com.smartmarketingagent.account.SessionRepository.Standing;
import com.smartmarketingagent.account.Tokens.Holder;
import com.smartmarketingagent.account.Tokens.Place;
import com.smartmarketingagent.platform.Client;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Ids;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.UserId;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Log-ins that last. A refresh token is used once; used again after a grace for lost answers it was stolen, and its
 * whole session ends. What a session may do is asked of the database every half minute, so that one ended on another
 * node is soon over here too.
 */
@Singleton
public class Sessions {

    static final Duration ACCESS = Duration.ofMinutes(15);
    static final Duration WEB = Duration.ofDays(7);
    private static final Duration REFRESH = Duration.ofDays(30);
    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final Duration BELIEVED = Duration.ofSeconds(30);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Db db;
    private final SessionRepository sessions;
    private final Tokens tokens;
    private final Client client;
    /** Who ask at once wait for one answer, and where there is none, once. */
    private final AsyncCache<Holder, Optional<Standing>> standings;

    @Inject
    Sessions(Db db, SessionRepository sessions, Tokens tokens, Client client) {
        this(db, sessions, tokens, client, Ticker.systemTicker());
    }

    Sessions(Db db, SessionRepository sessions, Tokens tokens, Client client, Ticker ticker) {
        standings = Caffeine.newBuilder()
                .ticker(ticker)
                .maximumSize(50_000)
                .expireAfterWrite(BELIEVED)
                .executor(Thread::startVirtualThread)
                .buildAsync();
        this.db = db;
        this.sessions = sessions;
        this.tokens = tokens;
        this.client = client;
    }

    /** What a program keeps of its session. */
    record Pair(UserId user, String accessToken, String refreshToken) {}

    /** A new session for a program, with its first tokens. */
    Pair open(Handle tx, UserId user) {
        var session = Ids.next();
        sessions.insert(tx, user, session, client.agent(), client.address(), REFRESH);
        return pair(tx, user, session);
    }

    /** A new session for a browser; answers its cookie. */
    String openWeb(Handle tx, UserId user) {
        var session = Ids.next();
        sessions.insert(tx, user, session, client.agent(), client.address(), WEB);
        return tokens.issue(Place.WEB, new Holder(user, session), WEB);
    }

    private Pair pair(Handle tx, UserId user, UUID session) {
        var secret = new byte[32];
        RANDOM.nextBytes(secret);
        var refresh =
                user.value() + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        sessions.insertToken(tx, user, session, tokens.hash(refresh));
        return new Pair(user, tokens.issue(Place.API, new Holder(user, session), ACCESS), refresh);
    }

    /** @throws Problem.Unauthorized if the token is unknown, its session is over, or it was used before the grace */
    Pair refresh(String refreshToken) {
        var user = owner(refreshToken).orElseThrow(() -> new Problem.Unauthorized("session_over"));
        var pair = db.inTenant(user, tx -> {
            var presented = lockToken(tx, user, refreshToken);
            if (presented.isEmpty() || !presented.get().live()) return Optional.<Pair>empty();
            var session = presented.get().sessionId();
            if (!presented.get().inTime()) {
                sessions.end(tx, user, session);
                return Optional.<Pair>empty();
            }
            sessions.useToken(tx, user, session, tokens.hash(refreshToken), tokens.formerHash(refreshToken));
            sessions.prolong(tx, user, session, REFRESH);
            return Optional.of(pair(tx, user, session));
        });
        if (pair.isEmpty()) forget(user);
        return pair.orElseThrow(() -> new Problem.Unauthorized("session_over"));
    }

    /** Ends the session that the token belongs to, if there is one. */
    void logOut(String refreshToken) {
        owner(refreshToken).ifPresent(user -> {
            db.useTenant(
                    user,
                    tx -> lockToken(tx, user, refreshToken).ifPresent(t -> sessions.end(tx, user, t.sessionId())));
            forget(user);
        });
    }

    private Optional<Presented> lockToken(Handle tx, UserId user, String refreshToken) {
        return sessions.lockToken(tx, user, tokens.hash(refreshToken), tokens.formerHash(refreshToken), GRACE);
    }

    List<Session> list(UserId user, UUID current) {
        return db.inTenant(user, tx -> sessions.list(tx, user, current));
    }

    /** @throws Problem.NotFound if it isn't one of this user's, or it is over */
    void end(UserId user, UUID session) {
        boolean ended = db.inTenant(user, tx -> sessions.end(tx, user, session));
        forget(user);
        if (!ended) throw new Problem.NotFound("session");
    }

    /** @param except the one that stays; null ends all */
    void endAll(UserId user, @Nullable UUID except) {
        db.useTenant(user, tx -> sessions.endAll(tx, user, except));
        forget(user);
    }

    /** The role to work with; empty if the session or the account has ended. */
    Optional<String> role(Holder holder) {
        return standing(holder).map(Standing::role);
    }

    /** The shop whose pages a super_admin looks at with this session; empty for their own. */
    Optional<UserId> visiting(Holder holder) {
        return shop(holder, false);
    }

    /** The shop that a super_admin looked at with this session until the time for that passed; empty once they know. */
    Optional<UserId> visited(Holder holder) {
        return shop(holder, true);
    }

    private Optional<UserId> shop(Holder holder, boolean over) {
        return standing(holder)
                .filter(s -> s.over() == over)
                .flatMap(s -> Optional.ofNullable(s.visiting()))
                .map(UserId::new);
    }

    /** A super_admin learns that the time of their visit has passed. */
    void endOverVisit(Holder holder) {
        db.useTenant(holder.user(), tx -> sessions.endOverVisit(tx, holder.user(), holder.session()));
        forget(holder.user());
    }

    /** How many notices the owner has not read, at most 100; believed as long as the rest. */
    int unread(UserId user, UUID session) {
        return standing(new Holder(user, session)).map(Standing::unread).orElse(0);
    }

    /** Whether a session still speaks for its account; believed for half a minute unless it ended on this node. */
    public boolean isOpen(UserId user, UUID session) {
        return role(new Holder(user, session)).isPresent();
    }

    private Optional<Standing> standing(Holder holder) {
        try {
            return standings.get(holder, this::load).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException why ? why : e;
        }
    }

    private Optional<Standing> load(Holder holder) {
        return db.inTenant(holder.user(), tx -> {
            sessions.touch(tx, holder.user(), holder.session());
            return sessions.standing(tx, holder.user(), holder.session());
        });
    }

    /** What this node believed of the user's sessions is asked again. Called after the commit that changed it. */
    public void forget(UserId user) {
        standings.asMap().keySet().removeIf(holder -> holder.user().equals(user));
    }

    /** The tenant must be known before its token can be looked up, so that its id leads the token. */
    private static Optional<UserId> owner(String refreshToken) {
        try {
            int dot = refreshToken.indexOf('.');
            return dot < 0
                    ? Optional.empty()
                    : Optional.of(new UserId(UUID.fromString(refreshToken.substring(0, dot))));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
