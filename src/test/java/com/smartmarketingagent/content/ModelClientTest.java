package com.smartmarketingagent.content;

import static org.assertj.core.api.Assertions.assertThat;

import com.smartmarketingagent.Await;
import com.smartmarketingagent.content.Brief.ContentType;
import com.smartmarketingagent.content.Brief.Goal;
import com.smartmarketingagent.content.Brief.Tone;
import com.smartmarketingagent.content.Model.Usage;
import com.smartmarketingagent.platform.Language;
import com.smartmarketingagent.rfm.Segment;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One call, as a whole and as a stream, good and bad. */
class ModelClientTest {

    private static final String TEXTS = FakeModel.variants("Halo {nama|Kak} 😊, ini {nama_toko} — \"apa kabar\"?");
    private static final Prompt PROMPT = Prompt.of(
            new Brief(Segment.LOST, ContentType.WHATSAPP, Goal.THANK, null, null, null, null, null, null, 1),
            new Shop("Batik Sri", null, null, null, Tone.FRIENDLY, List.of()),
            new Prompt.Audience(10),
            Language.INDONESIAN);

    private final FakeModel fake = new FakeModel();
    private final Clock clock = Clock.systemUTC();
    private final ModelClient client = new ModelClient(clock);
    private final StringBuilder wrote = new StringBuilder();
    private final CompletableFuture<Void> gone = new CompletableFuture<>();

    @AfterEach
    void close() {
        fake.close();
        client.close();
    }

    private Completion stream(long patience) {
        var model = new Model("m", URI.create(fake.base()), "k", "system", null, false);
        var deadline = clock.instant().plus(Duration.ofMillis(patience));
        return client.complete(model, PROMPT, 500, new Waiting(deadline, wrote::append, gone));
    }

    @Test
    void aStreamIsReadWhateverItsPiecesAre() {
        fake.always(FakeModel.stream(TEXTS, true));
        assertThat(stream(10_000)).isEqualTo(new Completion.Written(TEXTS, new Usage(1000, 0, 200, 0)));
        assertThat(wrote).hasToString(TEXTS);
        assertThat(fake.requests().getFirst()).contains("\"stream\":true").doesNotContain("stream_options");
    }

    @Test
    void aStreamThatBreaksOffIsNoAnswer() {
        fake.always(FakeModel.stream(TEXTS, false));
        assertThat(stream(10_000)).isInstanceOf(Completion.Later.class);
    }

    @Test
    void whatComesAfterTheEndIsNotWaitedFor() {
        fake.always((call, request) -> {
            FakeModel.stream(TEXTS, true).answer(call, request);
            call.getResponseBody().flush();
            Thread.sleep(3_000);
        });
        long began = System.nanoTime();
        assertThat(stream(10_000)).isInstanceOf(Completion.Written.class);
        assertThat((System.nanoTime() - began) / 1_000_000).isLessThan(2_500);
    }

    @Test
    void aLineWithoutAnEndIsNotReadForEver() throws Exception {
        var sent = new AtomicInteger();
        fake.always((call, request) -> {
            call.getResponseHeaders().set("Content-Type", "text/event-stream");
            call.sendResponseHeaders(200, 0);
            var much = "x".repeat(1 << 20).getBytes(StandardCharsets.UTF_8);
            call.getResponseBody().write("data: ".getBytes(StandardCharsets.UTF_8));
            for (int i = 0; i < 64; i++) {
                call.getResponseBody().write(much);
                sent.incrementAndGet();
            }
        });
        assertThat(stream(120_000)).isInstanceOf(Completion.Unusable.class);
        assertThat(fake.brokenOff.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(sent).hasValueLessThan(64);
    }

    @Test
    void anErrorInTheStreamIsAnError() {
        fake.always(FakeModel.failsInTheStream());
        assertThat(stream(10_000)).isInstanceOf(Completion.Later.class);
    }

    @Test
    void whoStallsIsLeftAtTheEndOfOurPatience() {
        fake.always(fake.stalls());
        long began = System.nanoTime();
        assertThat(stream(700)).isInstanceOf(Completion.Later.class);
        assertThat((System.nanoTime() - began) / 1_000_000).isBetween(600L, 5_000L);
        fake.always(FakeModel.slow(5_000, FakeModel.good("x")));
        assertThat(stream(500)).isEqualTo(new Completion.Later(null, "timeout", true));
    }

    /** Whoever closes the page pays for nothing more. */
    @Test
    void whoGoesAwayBreaksTheCallOff() throws Exception {
        fake.always(fake.stalls());
        var answer = CompletableFuture.supplyAsync(() -> stream(120_000));
        Await.until("the model writes", () -> !wrote.isEmpty());
        gone.complete(null);
        assertThat(answer.get(60, TimeUnit.SECONDS)).isInstanceOf(Completion.Cancelled.class);
        assertThat(fake.brokenOff.await(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void openAisOwnServiceGetsWhatOnlyItKnows() throws Exception {
        var model = new Model("m", URI.create(fake.base()), "k", "developer", null, true);
        fake.always(FakeModel.stream(TEXTS, true));
        client.complete(model, PROMPT, 500, new Waiting(clock.instant().plusSeconds(5), wrote::append, gone));
        assertThat(fake.requests().getFirst())
                .contains("\"max_completion_tokens\":500")
                .contains("\"store\":false")
                .contains("\"include_usage\":true")
                .contains("\"role\":\"developer\"")
                .doesNotContain("\"max_tokens\"");
    }
}
