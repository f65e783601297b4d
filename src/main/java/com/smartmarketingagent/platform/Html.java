package com.smartmarketingagent.platform;

/** Texts within HTML or XML that no template makes. */
public final class Html {

    private Html() {}

    /** A text that is nothing but text, also within the double quotes of an attribute. */
    public static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
