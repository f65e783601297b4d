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
    private String role = "";
    private Language language = Language.INDONESIAN;

    public void signIn(UserId user, UUID sessionId, String itsRole) {
        id = user;
        MDC.put(Pool.TENANT, user.value().toString());
        session = sessionId;
        role = itsRole;
    }

    /** @throws Problem.Unauthorized if nobody is signed in */
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
