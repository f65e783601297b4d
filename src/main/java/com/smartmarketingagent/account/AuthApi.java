package com.smartmarketingagent.account;

import com.smartmarketingagent.account.Accounts.SignedIn;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Envelope;
import com.smartmarketingagent.platform.Envelope.Empty;
import com.smartmarketingagent.platform.OneLine;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Public;
import com.smartmarketingagent.platform.Validated;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.UUID;
import org.jboss.resteasy.reactive.ResponseStatus;

/** An owner's own account: coming in, going out, profile, password, sessions. */
@Path("/api/auth")
@Consumes(MediaType.APPLICATION_JSON)
@Validated
class AuthApi {

    private final Accounts accounts;
    private final Recovery recovery;
    private final Sessions sessions;
    private final CurrentUser user;

    AuthApi(Accounts accounts, Recovery recovery, Sessions sessions, CurrentUser user) {
        this.accounts = accounts;
        this.recovery = recovery;
        this.sessions = sessions;
        this.user = user;
    }

    record LogIn(
            @NotBlank @OneLine @Size(max = 254) String email,
            @NotNull @Size(max = Passwords.LONGEST) String password) {
        LogIn {
            if (email != null) email = NewAccount.normalEmail(email);
        }
    }

    record Refresh(@NotBlank @OneLine @Size(max = 200) String refreshToken) {}

    record PasswordChange(
            @NotNull @Size(max = Passwords.LONGEST) String currentPassword,

            @NotNull @Size(min = Passwords.SHORTEST, max = Passwords.LONGEST, message = "{text.between}")
            String newPassword) {}

    record Forgotten(
            @NotBlank @OneLine @Size(max = 254) @Email(regexp = NewAccount.EMAIL)
            String email) {
        Forgotten {
            if (email != null) email = NewAccount.normalEmail(email);
        }
    }

    record Reset(
            @NotBlank @OneLine @Size(max = 200) String token,

            @NotNull @Size(min = Passwords.SHORTEST, max = Passwords.LONGEST, message = "{text.between}")
            String newPassword) {}

    record Verification(@NotBlank @OneLine @Size(max = 200) String token) {}

    record OneUser(Account user) {}

    record ManySessions(List<Session> sessions) {}

    record OneSession(Session session) {}

    @POST
    @Path("register")
    @Public
    @ResponseStatus(201)
    public Envelope<SignedIn> register(@NotNull @Valid NewAccount account) {
        return Envelope.of(accounts.register(account));
    }

    @POST
    @Path("login")
    @Public
    public Envelope<SignedIn> logIn(@NotNull @Valid LogIn request) {
        return Envelope.of(accounts.logIn(request.email(), request.password()));
    }

    @POST
    @Path("refresh")
    @Public
    public Envelope<SignedIn> refresh(@NotNull @Valid Refresh request) {
        return Envelope.of(accounts.refresh(request.refreshToken()));
    }

    /** Ends the session of the token; the same answer when it had ended. */
    @POST
    @Path("logout")
    @Public
    public Envelope<Empty> logOut(@NotNull @Valid Refresh request) {
        sessions.logOut(request.refreshToken());
        return Envelope.empty();
    }

    /** Ends every session and answers the tokens of a new one. */
    @POST
    @Path("password")
    public Envelope<SignedIn> changePassword(@NotNull @Valid PasswordChange request) {
        return Envelope.of(accounts.changePassword(user.id(), request.currentPassword(), request.newPassword()));
    }

    /** The same answer whether or not there is such an account. */
    @POST
    @Path("forgot")
    @Public
    public Envelope<Empty> forgot(@NotNull @Valid Forgotten request) {
        recovery.forgot(request.email());
        return Envelope.empty();
    }

    /** Ends every session; the owner logs in with the new password. */
    @POST
    @Path("reset")
    @Public
    public Envelope<Empty> reset(@NotNull @Valid Reset request) {
        recovery.reset(request.token(), request.newPassword());
        return Envelope.empty();
    }

    @POST
    @Path("verify")
    @Public
    public Envelope<Empty> verify(@NotNull @Valid Verification request) {
        recovery.verify(request.token());
        return Envelope.empty();
    }

    @POST
    @Path("verification")
    public Envelope<Empty> askToVerify() {
        recovery.askToVerify(user.id());
        return Envelope.empty();
    }

    @GET
    @Path("profile")
    public Envelope<OneUser> profile() {
        return Envelope.of(new OneUser(accounts.get(user.id())));
    }

    @PUT
    @Path("profile")
    public Envelope<OneUser> changeProfile(@NotNull @Valid Profile profile) {
        return Envelope.of(new OneUser(accounts.change(user.id(), profile)));
    }

    @GET
    @Path("sessions")
    public Envelope<ManySessions> sessions() {
        return Envelope.of(new ManySessions(sessions.list(user.id(), user.session())));
    }

    @GET
    @Path("sessions/{id}")
    public Envelope<OneSession> session(UUID id) {
        return sessions.list(user.id(), user.session()).stream()
                .filter(s -> s.id().equals(id))
                .findFirst()
                .map(s -> Envelope.of(new OneSession(s)))
                .orElseThrow(() -> new Problem.NotFound("session"));
    }

    @DELETE
    @Path("sessions/{id}")
    public Envelope<Empty> endSession(UUID id) {
        sessions.end(user.id(), id);
        return Envelope.empty();
    }

    /** Ends all but the one that asks. */
    @DELETE
    @Path("sessions")
    public Envelope<Empty> endOtherSessions() {
        sessions.endAll(user.id(), user.session());
        return Envelope.empty();
    }
}
