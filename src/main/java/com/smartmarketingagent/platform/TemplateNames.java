package com.smartmarketingagent.platform;

import io.quarkus.qute.CompletedStage;
import io.quarkus.qute.EngineBuilder;
import io.quarkus.qute.EvalContext;
import io.quarkus.qute.Mapper;
import io.quarkus.qute.Results;
import io.quarkus.qute.ValueResolver;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/**
 * The first name of an expression, from the innermost scope of the template that has it. Qute asks some hundred
 * resolvers at each scope on the way out, twice, which was most of what a page took.
 */
@Singleton
class TemplateNames implements ValueResolver {

    /**
     * What Qute gives for a first name; what follows one has another, as it is asked of what the name stands for only.
     * Were it called otherwise one day, names would be found as Qute finds them.
     */
    private static final String OF_FIRST_NAME = "io.quarkus.qute.EvaluatorImpl$EvalContextImpl";

    void register(@Observes EngineBuilder engine) {
        engine.addValueResolver(this);
    }

    /** Before all of Qute's own, of which the highest has 15. */
    @Override
    public int getPriority() {
        return 100;
    }

    @Override
    public boolean appliesTo(EvalContext context) {
        return context.getParams().isEmpty() && context.getClass().getName().equals(OF_FIRST_NAME);
    }

    @Override
    public CompletionStage<Object> resolve(EvalContext context) {
        var name = context.getName();
        for (var scope = context.resolutionContext(); scope != null; scope = scope.getParent()) {
            var data = scope.getData();
            if (data instanceof Map<?, ?> named) {
                if (named.containsKey(name)) return CompletedStage.of(named.get(name));
            } else if (data instanceof Mapper mapper) {
                if (!mapper.appliesTo(name)) continue;
                var found = mapper.getAsync(name);
                boolean isOutside = found instanceof CompletedStage<Object> known && Results.isNotFound(known.get());
                if (!isOutside) return found;
            } else if (data != null) {
                // the names are those of its properties
                break;
            }
        }
        return Results.notFound(context);
    }
}
