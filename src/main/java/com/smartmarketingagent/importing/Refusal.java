package com.smartmarketingagent.importing;

import com.smartmarketingagent.platform.Language;
import com.smartmarketingagent.platform.Problem.Text;
import com.smartmarketingagent.platform.Words;

/** A value that cannot be used; its text is the reason, its message the same in Indonesian. */
final class Refusal extends Exception {

    private final transient Text text;

    /** Without a stack trace: a file may hold a million of them. */
    Refusal(Text text) {
        super(null, null, false, false);
        this.text = text;
    }

    Refusal(String key, String... values) {
        this(new Text(key, (Object[]) values));
    }

    Text text() {
        return text;
    }

    @Override
    public String getMessage() {
        return Words.say(Language.INDONESIAN, text);
    }
}
