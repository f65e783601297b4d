package com.smartmarketingagent.account;

import com.smartmarketingagent.platform.Assets;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Settings;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.NewCookie;

/** A browser's session: a cookie that scripts can't read and that other sites' forms don't send. */
@Singleton
public class WebSession {

    static final String COOKIE = "sma_session";
    static final String CSRF_FIELD = "csrf";

    private final CurrentUser user;
    private final Tokens tokens;
    private final PageRequest request;
    private final Assets assets;
    private final boolean secure;

    WebSession(CurrentUser user, Tokens tokens, PageRequest request, Assets assets, Settings settings) {
        this.user = user;
        this.tokens = tokens;
        this.request = request;
        this.assets = assets;
        this.secure = settings.production();
    }

    /** The layout's part of this request's page. */
    public Frame frame() {
        return new Frame(
                user.language(),
                user.signedIn() ? tokens.formToken(user.session()) : null,
                request.nonce(),
                Theme.of(request.cookie(Theme.COOKIE)),
                request.path(),
                user.superAdmin(),
                assets);
    }

    NewCookie cookie(String token) {
        return cookie(token, (int) Sessions.WEB.toSeconds(), secure);
    }

    NewCookie expired() {
        return cookie("", 0, secure);
    }

    static NewCookie cookie(String value, int maxAge, boolean secure) {
        return new NewCookie.Builder(COOKIE)
                .value(value)
                .path("/")
                .maxAge(maxAge)
                .httpOnly(true)
                .secure(secure)
                .sameSite(NewCookie.SameSite.LAX)
                .build();
    }
}
