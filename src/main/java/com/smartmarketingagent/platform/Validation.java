package com.smartmarketingagent.platform;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.validation.Validator;
import java.util.Set;
import org.hibernate.validator.HibernateValidator;
import org.hibernate.validator.messageinterpolation.ParameterMessageInterpolator;

/**
 * What validates by annotations. It is made when first asked, and reads a class's annotations when it first sees the
 * class: Quarkus's own reads those of all classes at every start.
 */
class Validation {

    /** Says what is wrong in the reader's language; what is sent in is never read as an expression. */
    @Produces
    @ApplicationScoped
    Validator validator(CurrentUser reader) {
        var words = new ParameterMessageInterpolator(
                Set.of(), Language.INDONESIAN.locale(), _ -> reader.language().locale(), false);
        return jakarta.validation.Validation.byProvider(HibernateValidator.class)
                .configure()
                .ignoreXmlConfiguration()
                .messageInterpolator(words)
                .buildValidatorFactory()
                .getValidator();
    }
}
