package com.smartmarketingagent;

import com.smartmarketingagent.account.AdminCreation;
import com.smartmarketingagent.platform.Language;
import com.smartmarketingagent.platform.Problem;
import com.smartmarketingagent.platform.Words;
import jakarta.inject.Singleton;
import java.util.List;

/** {@code create-admin EMAIL NAME}: the only way to a super_admin. */
@Singleton
@SuppressWarnings("SystemOut")
class CreateAdminCommand {

    private final AdminCreation admins;

    CreateAdminCommand(AdminCreation admins) {
        this.admins = admins;
    }

    int run(List<String> args) {
        if (args.size() < 2) return Main.unusable("create-admin needs an e-mail address and a name");
        var email = args.getFirst();
        var name = String.join(" ", args.subList(1, args.size()));
        try {
            var password = admins.create(email, name);
            System.out.println("super_admin:  " + email.strip());
            System.out.println("password:     " + password + "   (shown this once)");
            return 0;
        } catch (Problem.Invalid | Problem.Conflict refusal) {
            return Main.unusable(Words.say(Language.ENGLISH, refusal.text()));
        }
    }
}
