package com.smartmarketingagent.platform;

import org.jboss.resteasy.reactive.multipart.FileUpload;
import org.jspecify.annotations.Nullable;

/** The file that came with a form. */
public final class Uploaded {

    private Uploaded() {}

    /**
     * @param missing key of the sentence that says so
     * @throws Problem.Invalid where none was chosen, or it has no name, or one that no line holds
     */
    @SuppressWarnings("NullAway") // the name of a part that says none is null, whatever its type says
    public static FileUpload required(@Nullable FileUpload file, String missing) {
        if (file == null || file.fileName() == null || file.fileName().isEmpty())
            throw new Problem.Invalid("file", missing);
        // as OneLine has it
        if (!file.fileName().matches("[^\\p{Cc}\\p{Cs}]*")) throw new Problem.Invalid("file", "file.bad_name");
        return file;
    }
}
