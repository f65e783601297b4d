package com.smartmarketingagent.account;

import com.smartmarketingagent.platform.AdminsOnly;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.Envelope;
import com.smartmarketingagent.platform.OneLine;
import com.smartmarketingagent.platform.Paging;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.UserId;
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
import java.util.List;
import java.util.UUID;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jboss.resteasy.reactive.RestQuery;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** What a super_admin sees and changes of the shops. Each look and each change is written into the shop's audit log. */
@Path("/api/admin/users")
@Consumes(MediaType.APPLICATION_JSON)
@AdminsOnly
class AdminUsersApi {

    private final Db db;
    private final Accounts accounts;
    private final AccountRepository accountRows;
    private final AdminRepository rows;
    private final Sessions sessions;
    private final CurrentUser admin;

    AdminUsersApi(
            Db db,
            Accounts accounts,
            AccountRepository accountRows,
            AdminRepository rows,
            Sessions sessions,
            CurrentUser admin) {
        this.db = db;
        this.accounts = accounts;
        this.accountRows = accountRows;
        this.rows = rows;
        this.sessions = sessions;
        this.admin = admin;
    }

    record ManyUsers(List<Account> users) {}

    record OneUser(Account user) {}

    record Change(@NotNull @Nullable Boolean isActive) {}

    /** Newest first. @param search part of an e-mail address or a name */
    @GET
    public Envelope<ManyUsers> list(
            @RestQuery @OneLine @Size(max = 200) @Nullable String search, @BeanParam @Valid Paging paging) {
        return db.asAdmin(tx -> {
            var page = rows.list(tx, search, paging);
            rows.note(tx, page.stream().map(Account::id).toList(), admin.id(), "list");
            return Envelope.page(new ManyUsers(page), paging, rows.count(tx, search));
        });
    }

    @POST
    @ResponseStatus(201)
    public Envelope<OneUser> create(@NotNull @Valid NewAccount wanted) {
        return Envelope.of(new OneUser(accounts.create(wanted, (tx, user) -> {
            rows.note(tx, List.of(user), admin.id(), "create");
            return accounts.account(tx, user);
        })));
    }

    @GET
    @Path("{id}")
    public Envelope<OneUser> get(UUID id) {
        var user = new UserId(id);
        return db.asAdmin(tx -> {
            var account = account(tx, user);
            rows.note(tx, List.of(user), admin.id(), "read");
            return Envelope.of(new OneUser(account));
        });
    }

    /**
     * Without {@code is_active} an account's sessions end at once and it can't log in. Administrators stay as they are.
     */
    @PUT
    @Path("{id}")
    public Envelope<OneUser> change(UUID id, @NotNull @Valid Change change) {
        var user = new UserId(id);
        boolean active = Boolean.TRUE.equals(change.isActive());
        var account = db.asAdmin(tx -> {
            account(tx, user);
            if (!rows.activate(tx, user, active)) throw new Problem.Forbidden("account.admin_stays");
            if (!active) rows.endSessions(tx, user);
            rows.note(tx, List.of(user), admin.id(), active ? "activate" : "deactivate");
            return account(tx, user);
        });
        sessions.forget(user);
        return Envelope.of(new OneUser(account));
    }

    private Account account(Handle tx, UserId user) {
        return accountRows.find(tx, user).orElseThrow(() -> new Problem.NotFound("user"));
    }
}
