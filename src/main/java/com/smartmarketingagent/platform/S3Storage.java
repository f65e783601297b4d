package com.smartmarketingagent.platform;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignRequest;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.S3Utilities;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/**
 * Files in a bucket of a server that speaks S3. Nothing of the library is loaded before the first file. A small request
 * that isn't answered within four seconds has failed; a file has that and as long as it takes over a slow line.
 */
final class S3Storage implements Storage {

    private static final Duration TO_CONNECT = Duration.ofSeconds(2);
    private static final Duration TO_ANSWER = Duration.ofSeconds(4);
    /** In the middle of a file. */
    private static final Duration BETWEEN_BYTES = Duration.ofSeconds(15);

    /** Bytes a second of the slowest line on which anything is kept. */
    private static final long SLOWEST = 256 << 10;

    /** In bytes: what is larger goes in parts of this, of which the protocol has at most 10,000. */
    private static final long PART = 64L << 20;

    private static final int MOST_PARTS = 10_000;

    /** One for all, as a check that was given up may leave it. */
    private static final String HEALTH = "health/check";

    private final Place place;
    private final Duration patience;
    private final Clock clock;
    private @Nullable S3Client client;

    /**
     * @param endpoint null for AWS, by its region
     * @param publicEndpoint of the same server, as browsers reach it
     */
    record Place(
            @Nullable URI endpoint,
            @Nullable URI publicEndpoint,
            String region,
            String bucket,
            String accessKey,
            String secretKey) {

        /** Without the secret. */
        @Override
        public String toString() {
            return (endpoint == null ? region : endpoint) + "/" + bucket;
        }
    }

    S3Storage(Place place, Clock clock) {
        this(place, TO_ANSWER, clock);
    }

    /** @param clock for links; what the library asks by a wrong clock it asks again by the server's */
    S3Storage(Place place, Duration patience, Clock clock) {
        this.place = place;
        this.patience = patience;
        this.clock = clock;
    }

    private AwsBasicCredentials credentials() {
        return AwsBasicCredentials.create(place.accessKey, place.secretKey);
    }

    private synchronized S3Client client() {
        if (client == null) {
            var builder = S3Client.builder()
                    .region(Region.of(place.region))
                    .credentialsProvider(StaticCredentialsProvider.create(credentials()))
                    .httpClientBuilder(UrlConnectionHttpClient.builder()
                            .connectionTimeout(TO_CONNECT.compareTo(patience) < 0 ? TO_CONNECT : patience)
                            .socketTimeout(BETWEEN_BYTES))
                    // only AWS knows the newer ones
                    .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                    .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                    // a server that knows nothing of it would be waited for before each file
                    .serviceConfiguration(S3Configuration.builder()
                            .expectContinueEnabled(false)
                            .build())
                    // once more: a line that the server gave up meanwhile is noticed only by who uses it
                    .overrideConfiguration(o -> o.retryStrategy(AwsRetryStrategy.standardRetryStrategy().toBuilder()
                                    .maxAttempts(2)
                                    .build())
                            .apiCallTimeout(patience));
            if (place.endpoint != null) builder.endpointOverride(place.endpoint).forcePathStyle(true);
            client = builder.build();
        }
        return client;
    }

    private <T> T ask(String work, Function<S3Client, T> question) {
        try {
            return question.apply(client());
        } catch (SdkException | UncheckedIOException e) {
            throw Storage.failed(work + " at " + place, e);
        }
    }

    /** For how long so many bytes may be under way. */
    private AwsRequestOverrideConfiguration within(long bytes) {
        return AwsRequestOverrideConfiguration.builder()
                .apiCallTimeout(patience.plusSeconds(bytes / SLOWEST))
                .build();
    }

    @Override
    public void put(Key key, Path file, String type) {
        ask("keep " + key, s3 -> {
            long bytes = size(file);
            if (bytes > PART) return putInParts(s3, key, file, type, bytes);
            return s3.putObject(
                    b -> b.bucket(place.bucket)
                            .key(key.text())
                            .contentType(type)
                            .overrideConfiguration(within(bytes)),
                    RequestBody.fromFile(file));
        });
    }

    private Object putInParts(S3Client s3, Key key, Path file, String type, long bytes) {
        var upload = s3.createMultipartUpload(
                        b -> b.bucket(place.bucket).key(key.text()).contentType(type))
                .uploadId();
        try {
            var parts = new ArrayList<CompletedPart>();
            long each = Math.max(PART, bytes / (MOST_PARTS - 1));
            for (long from = 0; from < bytes; from += each) {
                int number = parts.size() + 1;
                long begin = from;
                long length = Math.min(each, bytes - from);
                var answer = s3.uploadPart(
                        b -> b.bucket(place.bucket)
                                .key(key.text())
                                .uploadId(upload)
                                .partNumber(number)
                                .overrideConfiguration(within(length)),
                        RequestBody.fromContentProvider(
                                () -> part(file, begin, length), length, "application/octet-stream"));
                parts.add(CompletedPart.builder()
                        .partNumber(number)
                        .eTag(answer.eTag())
                        .build());
            }
            return s3.completeMultipartUpload(b -> b.bucket(place.bucket)
                    .key(key.text())
                    .uploadId(upload)
                    .multipartUpload(m -> m.parts(parts))
                    // the server may put them together before it answers
                    .overrideConfiguration(within(bytes)));
        } catch (RuntimeException e) {
            try {
                s3.abortMultipartUpload(
                        b -> b.bucket(place.bucket).key(key.text()).uploadId(upload));
            } catch (SdkException left) {
                e.addSuppressed(left);
            }
            throw e;
        }
    }

    @Override
    public void sweep(Instant before) {
        ask("sweep", s3 -> {
            for (var begun : s3.listMultipartUploadsPaginator(b -> b.bucket(place.bucket))
                    .uploads())
                if (Key.isOne(begun.key()) && begun.initiated().isBefore(before))
                    s3.abortMultipartUpload(
                            b -> b.bucket(place.bucket).key(begun.key()).uploadId(begun.uploadId()));
            return before;
        });
    }

    private static InputStream part(Path file, long from, long length) {
        try {
            return new Limited(Channels.newInputStream(FileChannel.open(file).position(from)), length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Limited extends FilterInputStream {
        private long left;

        Limited(InputStream in, long left) {
            super(in);
            this.left = left;
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            if (left == 0) return -1;
            int got = super.read(bytes, from, (int) Math.min(length, left));
            if (got > 0) left -= got;
            return got;
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Optional<InputStream> open(Key key) {
        return ask("open " + key, s3 -> {
            try {
                return Optional.of(s3.getObject(b -> b.bucket(place.bucket).key(key.text())));
            } catch (NoSuchKeyException e) {
                return Optional.empty();
            }
        });
    }

    @Override
    public void delete(Key key) {
        ask("delete " + key, s3 -> s3.deleteObject(b -> b.bucket(place.bucket).key(key.text())));
    }

    @Override
    public List<Kept> list(Key folder) {
        return ask(
                "list " + folder,
                s3 ->
                        s3
                                .listObjectsV2Paginator(
                                        b -> b.bucket(place.bucket).prefix(folder.text() + "/"))
                                .contents()
                                .stream()
                                .filter(o -> Key.isOne(o.key()))
                                .map(o -> new Kept(new Key(o.key()), o.size(), o.lastModified()))
                                .toList());
    }

    @Override
    public Optional<URI> link(Key key, String fileName, String type, Duration validFor) {
        var name = URLEncoder.encode(fileName, StandardCharsets.UTF_8).replace("+", "%20");
        var request = SdkHttpRequest.builder()
                .method(SdkHttpMethod.GET)
                .uri(address(key))
                .putRawQueryParameter("response-content-type", type)
                .putRawQueryParameter("response-content-disposition", "attachment; filename*=UTF-8''" + name)
                .putRawQueryParameter("response-cache-control", "private, no-store")
                .build();
        return Optional.of(signed(request, validFor));
    }

    @Override
    public Optional<URI> linkToPut(Key key, String type, long bytes, Duration validFor) {
        var request = SdkHttpRequest.builder()
                .method(SdkHttpMethod.PUT)
                .uri(address(key))
                .putHeader("Content-Type", type)
                .putHeader("Content-Length", String.valueOf(bytes))
                .build();
        return Optional.of(signed(request, validFor));
    }

    /** With whatever it has in its query and its headers. */
    private URI signed(SdkHttpRequest request, Duration validFor) {
        // not by the library's S3Presigner, which knows the machine's clock only
        var signed = AwsV4HttpSigner.create()
                .sign(SignRequest.builder((AwsCredentialsIdentity) credentials())
                        .request(request)
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "s3")
                        .putProperty(AwsV4HttpSigner.REGION_NAME, place.region)
                        .putProperty(AwsV4HttpSigner.AUTH_LOCATION, AwsV4HttpSigner.AuthLocation.QUERY_STRING)
                        .putProperty(AwsV4HttpSigner.EXPIRATION_DURATION, validFor)
                        .putProperty(AwsV4HttpSigner.SIGNING_CLOCK, clock)
                        .putProperty(AwsV4HttpSigner.PAYLOAD_SIGNING_ENABLED, false)
                        .putProperty(AwsV4HttpSigner.DOUBLE_URL_ENCODE, false)
                        .putProperty(AwsV4HttpSigner.NORMALIZE_PATH, false)
                        .build());
        return signed.request().getUri();
    }

    /** As browsers reach it. */
    private URI address(Key key) {
        var builder = S3Utilities.builder().region(Region.of(place.region));
        var endpoint = place.publicEndpoint == null ? place.endpoint : place.publicEndpoint;
        if (endpoint != null)
            builder.endpoint(endpoint)
                    .s3Configuration(S3Configuration.builder()
                            .pathStyleAccessEnabled(true)
                            .build());
        var url = builder.build().getUrl(b -> b.bucket(place.bucket).key(key.text()));
        return URI.create(url.toString());
    }

    @Override
    public boolean isShared() {
        return true;
    }

    /**
     * A bucket may be there and full, or for reading only. What is wrong with the key is said to who asks something: a
     * server that refuses a file may hang up instead, before it has all of it.
     */
    @Override
    public void check() {
        client().listObjectsV2(b -> b.bucket(place.bucket).prefix(HEALTH).maxKeys(1));
        client().putObject(b -> b.bucket(place.bucket).key(HEALTH), RequestBody.fromString("ok"));
        client().deleteObject(b -> b.bucket(place.bucket).key(HEALTH));
    }
}
