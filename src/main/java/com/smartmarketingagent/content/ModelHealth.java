package com.smartmarketingagent.content;

import com.smartmarketingagent.platform.HealthPart;
import com.smartmarketingagent.platform.Settings;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;

/** Whether the model's server answers to our key. It is asked for its list of models, which costs nothing. */
@Singleton
class ModelHealth implements HealthPart {

    private final Settings settings;
    /** Made when it is needed: a start doesn't wait for what most installations never ask. */
    private final Provider<ModelClient> client;

    ModelHealth(Settings settings, Provider<ModelClient> client) {
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
                .map(model -> client.get().answers(model) ? State.HEALTHY : State.UNHEALTHY)
                .orElse(State.DISABLED);
    }
}
