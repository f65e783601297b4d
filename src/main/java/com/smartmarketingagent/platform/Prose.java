package com.smartmarketingagent.platform;

import jakarta.validation.Constraint;
import jakarta.validation.Payload;
import jakarta.validation.ReportAsSingleViolation;
import jakarta.validation.constraints.Pattern;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Text of any number of lines: of the control characters only line breaks and tabs. Null is allowed. */
@Target({ElementType.FIELD, ElementType.PARAMETER, ElementType.TYPE_USE})
@Retention(RetentionPolicy.RUNTIME)
@Constraint(validatedBy = {})
@ReportAsSingleViolation
@Pattern(regexp = "[[^\\p{Cc}\\p{Cs}]\\n\\r\\t]*")
public @interface Prose {
    String message() default "{text.prose}";

    Class<?>[] groups() default {};

    Class<? extends Payload>[] payload() default {};
}
