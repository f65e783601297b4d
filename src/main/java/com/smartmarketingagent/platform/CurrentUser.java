package com.smartmarketingagent.platform;

import jakarta.enterprise.context.RequestScoped;
import java.util.UUID;
import org.jboss.logging.MDC;
import org.jspecify.annotations.Nullable;

/** Who this request speaks for; set once by the authentication filter. */
@RequestScoped
public class CurrentUser {

    private @Nullable UserId id;
    private @Nullable UUID session;
    /** Whose session it is; another than {@link #id} while a super_admin looks at a shop's pages. */
    private @Nullable UserId actor;

    private String role = "";
    private Language language = Language.INDONESIAN;

    public void signIn(UserId user, UUID sessionId, String itsRole) {
        id = user;
        actor = user;
        MDC.put(Pool.TENANT, user.value().toString());
        session = sessionId;
        role = itsRole;
    }

    /** A super_admin sees {@code shop}'s pages as its owner does, and changes nothing. */
    public void visit(UserId shop) {
        id = shop;
        MDC.put(Pool.TENANT, shop.value().toString());
        role = "umkm_owner";
    }

    /** Whether a super_admin looks at somebody's shop. */
    public boolean visiting() {
        return id != null && !id.equals(actor);
    }

    /** Whose session it is. @throws Problem.Unauthorized if nobody is signed in */
    public UserId actor() {
        if (actor == null) throw new Problem.Unauthorized("unauthorized");
        return actor;
    }

    /** Whose data it is about. @throws Problem.Unauthorized if nobody is signed in */
    public UserId id() {
        if (id == null) throw new Problem.Unauthorized("unauthorized");
        return id;
    }

    /** @throws Problem.Unauthorized if nobody is signed in */
    public UUID session() {
        if (session == null) throw new Problem.Unauthorized("unauthorized");
        return session;
    }

    public boolean signedIn() {
        return id != null;
    }

    public boolean superAdmin() {
        return role.equals("super_admin");
    }

    public Language language() {
        return language;
    }

    public void speak(Language wanted) {
        language = wanted;
    }
}
