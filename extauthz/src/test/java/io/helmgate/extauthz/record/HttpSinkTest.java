package io.helmgate.extauthz.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dropwizard.metrics5.MetricName;
import io.dropwizard.metrics5.MetricRegistry;
import io.helmgate.kit.config.Secret;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class HttpSinkTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final HttpClient client = HttpClient.newHttpClient();
  private long now;

  @AfterEach
  void close() {
    client.shutdownNow();
  }

  @Test
  void recordsAreUploadedAsOpaUploadsThem() throws Exception {
    try (LogServer server = new LogServer()) {
      HttpSink sink = sink(server, "s3cret", 1 << 20);

      assertThat(sink.write(numbered(1))).isZero();
      assertThat(sink.write(numbered(2))).isZero();
      assertThat(sink.finish()).isEqualTo(2);

      LogServer.Upload upload = server.uploads.getFirst();
      assertThat(upload.path()).isEqualTo("/opa/logs");
      assertThat(upload.token()).isEqualTo("Bearer s3cret");
      assertThat(upload.type()).isEqualTo("application/json");
      assertThat(upload.coding()).isEqualTo("gzip");
      assertThat(upload.body().toString()).isEqualTo("[{\"n\":1},{\"n\":2}]");
    }
  }

  @Test
  void aBatchIsSentWhenItIsFullOrOldEnough() throws Exception {
    try (LogServer server = new LogServer()) {
      int two = "[{\"n\":1},{\"n\":2}]".length();
      HttpSink sink = sink(server, "", two);

      sink.write(numbered(1));
      sink.write(numbered(2));
      assertThat(sink.write(numbered(3))).isEqualTo(2);
      now = Duration.ofMillis(4999).toNanos();
      assertThat(sink.idle()).isZero();
      now = Duration.ofSeconds(5).toNanos();
      assertThat(sink.idle()).isEqualTo(1);
      assertThat(sink.idle()).isZero();

      assertThat(server.uploads)
          .extracting(upload -> upload.body().toString())
          .containsExactly("[{\"n\":1},{\"n\":2}]", "[{\"n\":3}]");
      assertThat(server.uploads.getFirst().token()).isNull();
    }
  }

  @Test
  void aRecordLargerThanABatchIsSentAlone() throws Exception {
    try (LogServer server = new LogServer()) {
      HttpSink sink = sink(server, "", 10);

      sink.write(numbered(1_000_000_000));
      sink.write(numbered(1));
      sink.finish();

      assertThat(server.uploads).hasSize(2);
    }
  }

  @Test
  void aFailedUploadIsRepeatedUntilItSucceeds() throws Exception {
    try (LogServer server = new LogServer(500, 503, 401)) {
      HttpSink sink = sink(server, "", 1 << 20);

      sink.write(numbered(1));

      assertThat(sink.finish()).isEqualTo(1);
      assertThat(server.uploads).hasSize(4);
      assertThat(server.uploads)
          .extracting(upload -> upload.body().toString())
          .containsOnly("[{\"n\":1}]");
    }
  }

  @Test
  void whatTheServerCallsUnacceptableIsGivenUpAndBlocksNothing() throws Exception {
    try (LogServer server = new LogServer(413)) {
      HttpSink sink = sink(server, "", 8);

      sink.write(numbered(1));

      assertThatThrownBy(() -> sink.write(numbered(2)))
          .isInstanceOfSatisfying(
              LostRecordsException.class, lost -> assertThat(lost.count()).isEqualTo(1));
      assertThat(sink.finish()).isEqualTo(1);
      assertThat(server.uploads.getLast().body().toString()).isEqualTo("[{\"n\":2}]");
    }
  }

  @Test
  void closingEndsTheRepetition() throws Exception {
    LogServer server = new LogServer();
    HttpSink sink = sink(server, "", 1 << 20);
    server.close();

    sink.write(numbered(1));
    sink.close();

    assertThatThrownBy(sink::finish).isInstanceOf(LostRecordsException.class);
  }

  @Test
  void behindItsQueueEveryRecordArrivesOnceThoughTheServerFailsAtFirst() throws Exception {
    MetricRegistry metrics = new MetricRegistry();
    try (LogServer server = new LogServer(500, 500)) {
      UploadTarget target =
          new UploadTarget(server.url(), Secret.of("t"), TIMEOUT, 2000, Duration.ofMillis(50));
      try (DecisionLog log =
          DecisionLog.builder(Map.of(), Optional.empty(), metrics)
              .http(client, target, new Random(1), System::nanoTime)
              .start()) {
        for (int i = 0; i < 100; i++) {
          log.decided(Trails.of("{\"n\":" + i + "}"));
        }
        await().untilAsserted(() -> assertThat(count(metrics, "written")).isEqualTo(100));
      }

      assertThat(accepted(server)).hasSize(100).doesNotHaveDuplicates().isSorted();
      assertThat(server.uploads).hasSizeGreaterThan(10);
      assertThat(count(metrics, "dropped")).isZero();
    }
  }

  private static List<Integer> accepted(LogServer server) {
    return server.uploads.stream()
        .filter(upload -> upload.status() == 200)
        .flatMap(upload -> StreamSupport.stream(upload.body().spliterator(), false))
        .map(record -> record.at("/input/n").asInt())
        .toList();
  }

  static long count(MetricRegistry metrics, String what) {
    return metrics
        .counter(MetricName.build("extauthz_decision_log_" + what).tagged("sink", "http"))
        .getCount();
  }

  private HttpSink sink(LogServer server, String token, int batchBytes) throws IOException {
    return new HttpSink(
        client,
        new UploadTarget(
            server.url(), Secret.of(token), TIMEOUT, batchBytes, Duration.ofSeconds(5)),
        new Random(1),
        () -> now);
  }

  private static byte[] numbered(int number) {
    return "{\"n\":%d}".formatted(number).getBytes(StandardCharsets.UTF_8);
  }
}
