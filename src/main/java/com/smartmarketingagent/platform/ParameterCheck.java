package com.smartmarketingagent.platform;

import jakarta.annotation.Priority;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.Validator;

/** Before each call of a {@link Validated} class. */
@Validated
@Interceptor
@Priority(Interceptor.Priority.PLATFORM_BEFORE)
class ParameterCheck {

    private final Validator validator;

    ParameterCheck(Validator validator) {
        this.validator = validator;
    }

    @AroundInvoke
    Object check(InvocationContext call) throws Exception {
        var violations =
                validator.forExecutables().validateParameters(call.getTarget(), call.getMethod(), call.getParameters());
        if (!violations.isEmpty()) throw new ConstraintViolationException(violations);
        return call.proceed();
    }
}
