package com.smartmarketingagent.backup;

import com.smartmarketingagent.account.Answer;
import com.smartmarketingagent.account.Frame;
import com.smartmarketingagent.account.Limits;
import com.smartmarketingagent.account.WebSession;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Db;
import com.smartmarketingagent.platform.HttpGuard;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Uploaded;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.multipart.FileUpload;
import org.jspecify.annotations.Nullable;

/** An owner brings what they downloaded elsewhere into this shop, which is empty still. */
@Path("/profile/move")
@Produces(MediaType.TEXT_HTML)
class MovePages {

    private final CurrentUser user;
    private final WebSession web;
    private final Db db;
    private final Limits limits;
    private final ShopImport imports;
    private final long largestUpload;

    MovePages(CurrentUser user, WebSession web, Db db, Limits limits, ShopImport imports, HttpGuard guard) {
        this.user = user;
        this.web = web;
        this.db = db;
        this.limits = limits;
        this.imports = imports;
        largestUpload = guard.largestUpload();
    }

    @CheckedTemplate(basePath = "backup")
    static final class Templates {
        private Templates() {}

        static native TemplateInstance move(Frame frame, long megabytes, boolean off, String problem);
    }

    @GET
    @Operation(hidden = true)
    public Response form() {
        return page(200, "");
    }

    @POST
    @Consumes(MediaType.MULTIPART_FORM_DATA)
    @Operation(hidden = true)
    public Response bring(@RestForm @Nullable FileUpload file) {
        try {
            var chosen = Uploaded.required(file, "export.no_file");
            imports.take(user.id(), chosen.uploadedFile());
            return Answer.seeOther("/");
        } catch (Problem.Invalid e) {
            return page(400, web.frame().say(e.text()));
        } catch (Problem.Conflict e) {
            return page(409, web.frame().say(e.text()));
        }
    }

    private Response page(int status, String problem) {
        boolean off = db.inTenant(user.id(), tx -> limits.isOff(tx, user.id(), Limits.Feature.IMPORTS));
        return Answer.page(status, Templates.move(web.frame(), largestUpload >> 20, off, problem));
    }
}
