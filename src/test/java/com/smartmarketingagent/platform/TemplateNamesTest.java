package com.smartmarketingagent.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.qute.Engine;
import io.quarkus.qute.EvalContext;
import io.quarkus.qute.ReflectionValueResolver;
import io.quarkus.qute.Results;
import io.quarkus.qute.TemplateException;
import io.quarkus.qute.UserTagSectionHelper;
import io.quarkus.qute.ValueResolver;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Templates say the same with it as without. */
class TemplateNamesTest {

    /** Notes whatever is asked of those that come after ours. */
    private static final class Listening implements ValueResolver {
        final List<String> asked = new ArrayList<>();

        @Override
        public int getPriority() {
            return 50;
        }

        @Override
        public boolean appliesTo(EvalContext context) {
            asked.add(context.getName());
            return false;
        }

        @Override
        public CompletionStage<Object> resolve(EvalContext context) {
            return Results.notFound(context);
        }
    }

    private final Listening listening = new Listening();

    public record Cloth(String name) {}

    private Engine engine(boolean ours) {
        var builder = Engine.builder()
                .addDefaults()
                .addValueResolver(new ReflectionValueResolver())
                .addValueResolver(listening)
                .addSectionHelper(new UserTagSectionHelper.Factory("label", "label-template"));
        if (ours) builder.addValueResolver(new TemplateNames());
        var engine = builder.build();
        engine.putTemplate("frame", engine.parse("[{#insert /}]"));
        engine.putTemplate("part", engine.parse("{shop}:{cloth.name}:{size ?: '-'}"));
        engine.putTemplate("label-template", engine.parse("<{text}|{shop ?: '-'}|{it ?: '-'}>"));
        return engine;
    }

    private static Map<String, @Nullable Object> data() {
        var data = new HashMap<String, @Nullable Object>();
        data.put("shop", "Sri");
        data.put("cloth", new Cloth("parang"));
        data.put("cloths", List.of(new Cloth("kawung"), new Cloth("mega")));
        data.put("words", Map.of("shop", "toko"));
        data.put("nothing", null);
        data.put("name", "of the page");
        return data;
    }

    @Test
    void aNameIsTheInnermostOnes() {
        for (var text : List.of(
                "{shop} {cloth.name} {words.shop} {nothing}",
                "{#include frame}{shop}{#for cloth in cloths}{cloth.name}{cloth_count}{shop}{/for}{cloth.name}{/include}",
                "{#for shop in cloths}{shop.name}{/for}{shop}",
                "{#each cloths}{it.name}{it_index}{shop}{/each}",
                "{#let shop='x' more=cloth}{shop}{more.name}{/let}{shop}",
                "{#let shop=nothing}{shop ?: 'none'}{/let}",
                "{#include part size=3 /} {#include part /}",
                "{#with cloth}{name}{shop}{/with}",
                "{#label text='a' /}{#label 'b' text=shop /}",
                "{missing ?: 'no'} {#if missing??}x{#else}y{/if} {cloth.name.length} {cloths.size} {shop.or('x')}")) {
            assertThat(engine(true).parse(text).data(data()).render())
                    .as(text)
                    .isEqualTo(engine(false).parse(text).data(data()).render());
        }
    }

    /** What isn't there is no other thing of the same name. */
    @Test
    void whatFollowsANameIsAskedOfItOnly() {
        var engine = engine(true);
        assertThatThrownBy(() -> engine.parse("{#include frame}{nothing.name}{/include}")
                        .data(data())
                        .render())
                .isInstanceOf(TemplateException.class);
    }

    @Test
    void nobodyElseIsAskedForWhatAScopeHas() {
        var text = "{#include frame}{#for c in cloths}{c}{c_index}{shop}{/for}{/include}";
        engine(true).parse(text).data(data()).render();
        assertThat(listening.asked).doesNotContain("shop", "c", "cloths", "c_index");
        engine(false).parse(text).data(data()).render();
        assertThat(listening.asked).contains("shop");
    }
}
