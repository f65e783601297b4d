package com.smartmarketingagent.account;

import com.smartmarketingagent.platform.Assets;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Language;
import com.smartmarketingagent.platform.Settings;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.NewCookie;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A browser's session: a cookie that scripts can't read and that other sites' forms don't send. */
@Singleton
public class WebSession {

    static final String COOKIE = "sma_session";
    static final String CSRF_FIELD = "csrf";
    private static final int YEAR = 365 * 24 * 3600;

    private final CurrentUser user;
    private final Tokens tokens;
    private final Sessions sessions;
    private final PageRequest request;
    private final Assets assets;
    private final Announcements announcements;
    private final boolean secure;

    WebSession(
            CurrentUser user,
            Tokens tokens,
            Sessions sessions,
            PageRequest request,
            Assets assets,
            Announcements announcements,
            Settings settings) {
        this.user = user;
        this.tokens = tokens;
        this.sessions = sessions;
        this.request = request;
        this.assets = assets;
        this.secure = settings.production();
        this.announcements = announcements;
    }

    /** The layout's part of this request's page. */
    public Frame frame() {
        return user.signedIn()
                ? frame(
                        tokens.formToken(user.id(), user.session()),
                        user.id().value().toString())
                : publicFrame();
    }

    /** The same as if nobody were signed in: for what a browser may keep, whoever uses it next. */
    public Frame publicFrame() {
        return frame(null, null);
    }

    private Frame frame(@Nullable String csrf, @Nullable String shop) {
        return new Frame(
                user.language(),
                csrf,
                shop,
                request.nonce(),
                Theme.of(request.cookie(Theme.COOKIE)),
                request.path(),
                csrf != null && user.superAdmin(),
                csrf != null && user.visiting(),
                csrf == null ? 0 : sessions.unread(user.actor(), user.session()),
                csrf == null ? List.of() : announcements.now(),
                assets);
    }

    NewCookie cookie(String token) {
        return cookie(COOKIE, token, (int) Sessions.WEB.toSeconds(), secure);
    }

    NewCookie expired() {
        return cookie(COOKIE, "", 0, secure);
    }

    /** Remembers light or dark on this device. */
    NewCookie theme(Theme theme) {
        return cookie(Theme.COOKIE, theme.key(), YEAR, secure);
    }

    /** Remembers the language on this device. */
    public NewCookie language(Language language) {
        return cookie(Language.COOKIE, language.key(), YEAR, secure);
    }

    static NewCookie cookie(String name, String value, int maxAge, boolean secure) {
        return new NewCookie.Builder(name)
                .value(value)
                .path("/")
                .maxAge(maxAge)
                .httpOnly(true)
                .secure(secure)
                .sameSite(NewCookie.SameSite.LAX)
                .build();
    }
}
