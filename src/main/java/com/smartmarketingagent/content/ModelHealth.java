package com.smartmarketingagent.content;

import com.smartmarketingagent.platform.HealthPart;
import com.smartmarketingagent.platform.Settings;
import jakarta.inject.Singleton;

/** Whether the model's server answers to our key. It is asked for its list of models, which costs nothing. */
@Singleton
class ModelHealth implements HealthPart {

    private final Settings settings;
    private final ModelClient client;

    ModelHealth(Settings settings, ModelClient client) {
        this.settings = settings;
        this.client = client;
    }

    @Override
    public String name() {
        return "openai";
    }

    @Override
    public State ask() {
        return Model.of(settings)
                .map(model -> client.answers(model) ? State.HEALTHY : State.UNHEALTHY)
                .orElse(State.DISABLED);
    }
}
