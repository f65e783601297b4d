package com.smartmarketingagent.content;

import com.smartmarketingagent.content.Brief.ContentType;
import com.smartmarketingagent.content.ContentRepository.Reader;
import com.smartmarketingagent.content.Writing.Source;
import com.smartmarketingagent.content.Writing.Texts;
import com.smartmarketingagent.platform.CurrentUser;
import com.smartmarketingagent.platform.Envelope;
import com.smartmarketingagent.platform.Language;
import com.smartmarketingagent.platform.Validated;
import com.smartmarketingagent.platform.Words;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.MediaType;
import java.math.BigDecimal;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** Texts for a segment: what they would cost, and the texts. */
@Path("/api/content")
@Consumes(MediaType.APPLICATION_JSON)
@Validated
class ContentApi {

    private final CurrentUser user;
    private final Writing writing;

    ContentApi(CurrentUser user, Writing writing) {
        this.user = user;
        this.writing = writing;
    }

    /** A text as one customer would read it. */
    record Example(
            UUID customerId,
            String name,
            @Nullable String subject,
            @Nullable String preheader,
            String text) {}

    /**
     * One text.
     *
     * @param length in characters, placeholders as they stand
     * @param examples for up to three customers of the segment; none for what everybody reads
     */
    record Variant(
            @Nullable String subject,
            @Nullable String preheader,
            String text,
            Set<String> placeholders,
            String why,
            long length,
            List<Example> examples) {}

    /**
     * @param notice why the texts are ours and not the model's; null where there is nothing to say
     * @param usage null where no model was asked, as {@code cost} is
     * @param cost in rupiah
     */
    record Content(
            UUID id,
            List<Variant> variants,
            Source source,
            @Nullable String notice,
            Model.@Nullable Usage usage,
            @Nullable BigDecimal cost) {

        static Content of(Texts texts, ContentType type, Language language) {
            var work = texts.work();
            var readers = type.isPublic() ? List.<Reader>of() : texts.sample().readers();
            return new Content(
                    texts.id(),
                    work.messages().stream()
                            .map(m -> variant(m, readers, texts.sample().shop()))
                            .toList(),
                    texts.source(),
                    texts.notice() == null ? null : Words.say(language, texts.notice()),
                    work.usage(),
                    work.cost());
        }

        private static Variant variant(Message message, List<Reader> readers, String shop) {
            return new Variant(
                    message.subject(),
                    message.preheader(),
                    message.text(),
                    Placeholders.in(String.join("\n", message.parts())),
                    message.why(),
                    message.length(),
                    readers.stream().map(r -> example(message, r, shop)).toList());
        }

        static Example example(Message message, Reader reader, String shop) {
            var merged = message.mergedFor(new Placeholders.Recipient(reader.name(), shop, reader.lastProduct()));
            return new Example(reader.id(), reader.name(), merged.subject(), merged.preheader(), merged.text());
        }
    }

    record OneContent(Content content) {}

    record OneEstimate(Writing.Estimate estimate) {}

    /**
     * 503 where what the model wrote can't be used; the sentence and its details say why.
     *
     * @param fresh true for texts other than those written before
     * @param source {@code template} for ours, without a model; {@code auto} for the best there is
     */
    @POST
    @Path("generate")
    @RunOnVirtualThread
    public Envelope<OneContent> generate(
            @NotNull @Valid Brief brief,
            @RestQuery @DefaultValue("false") @Pattern(regexp = "true|false", message = "{content.flag}") String fresh,
            @RestQuery @DefaultValue("auto") @Pattern(regexp = "auto|template", message = "{content.source}")
                    String source) {
        var texts = writing.write(
                user.id(),
                new Wish(brief, fresh.equals("true"), source.equals("template"), user.language()),
                null,
                new CompletableFuture<>());
        return Envelope.of(new OneContent(Content.of(texts, brief.contentType(), user.language())));
    }

    /** What the texts would cost at most, what was spent this month, and what may be. */
    @POST
    @Path("estimate")
    public Envelope<OneEstimate> estimate(@NotNull @Valid Brief brief) {
        return Envelope.of(
                new OneEstimate(writing.estimate(user.id(), new Wish(brief, false, false, user.language()))));
    }
}
