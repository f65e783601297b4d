package com.smartmarketingagent.platform;

import org.jboss.resteasy.reactive.multipart.FileUpload;
import org.jspecify.annotations.Nullable;

/** The file that came with a form. */
public final class Uploaded {

    /** Of what disks allow. */
    private static final int LONGEST_NAME = 255;

    private Uploaded() {}

    /**
     * @param missing key of the sentence that says so
     * @throws Problem.Invalid where none was chosen, or its name is missing, too long or nothing to read
     */
    @SuppressWarnings("NullAway") // the name of a part that says none is null, whatever its type says
    public static FileUpload required(@Nullable FileUpload file, String missing) {
        if (file == null || file.fileName() == null || file.fileName().isEmpty())
            throw new Problem.Invalid("file", missing);
        checkName("file", file.fileName());
        return file;
    }

    /** @throws Problem.Invalid where a file's name, which is in {@code field}, is too long or nothing to read */
    public static void checkName(String field, String name) {
        if (name.length() > LONGEST_NAME) throw new Problem.Invalid(field, "file.long_name");
        // as OneLine has it, and with something to read
        if (!name.matches("[^\\p{Cc}\\p{Cs}]*") || name.codePoints().noneMatch(Character::isLetterOrDigit))
            throw new Problem.Invalid(field, "file.bad_name");
    }
}
