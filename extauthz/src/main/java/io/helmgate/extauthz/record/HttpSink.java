package io.helmgate.extauthz.record;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import java.util.zip.GZIPOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Uploads records as OPA does: {@code POST URL/logs} with a JSON array, compressed by gzip.
 *
 * <p>An upload that fails is tried again with growing pauses until it succeeds; meanwhile the queue
 * before this sink fills and overflows. Only what the server calls unacceptable is given up at
 * once, since it would block everything after it.
 */
final class HttpSink implements RecordSink {

  private static final Logger log = LoggerFactory.getLogger(HttpSink.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  /** Bad Request, Content Too Large, Unprocessable Content. */
  private static final Set<Integer> UNACCEPTABLE = Set.of(400, 413, 422);

  private final HttpClient client;
  private final UploadTarget target;
  private final RandomGenerator random;
  private final LongSupplier nanoTime;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final ByteArrayOutputStream batch = new ByteArrayOutputStream();
  private int records;
  private long openedAt;

  HttpSink(HttpClient client, UploadTarget target, RandomGenerator random, LongSupplier nanoTime) {
    this.client = client;
    this.target = target;
    this.random = random;
    this.nanoTime = nanoTime;
  }

  @Override
  public String name() {
    return "http";
  }

  @Override
  public int write(byte[] record) throws IOException, InterruptedException {
    int durable = 0;
    LostRecordsException lost = null;
    if (records > 0 && batch.size() + record.length + 2 > target.batchBytes()) {
      try {
        durable = upload();
      } catch (LostRecordsException e) {
        lost = e;
      }
    }
    if (records == 0) {
      openedAt = nanoTime.getAsLong();
    }
    batch.write(records == 0 ? '[' : ',');
    batch.writeBytes(record);
    records++;
    if (lost != null) {
      throw lost;
    }
    return durable;
  }

  @Override
  public int idle() throws IOException, InterruptedException {
    boolean due = nanoTime.getAsLong() - openedAt >= target.batchDelay().toNanos();
    return records > 0 && due ? upload() : 0;
  }

  @Override
  public int finish() throws IOException, InterruptedException {
    return records > 0 ? upload() : 0;
  }

  @Override
  public void close() {
    closing.countDown();
  }

  private int upload() throws IOException, InterruptedException {
    batch.write(']');
    byte[] body = compressed();
    int count = records;
    batch.reset();
    records = 0;
    Duration pause = FIRST_PAUSE;
    for (int attempt = 1; ; attempt++) {
      String problem = send(body, count);
      if (problem.isEmpty()) {
        if (attempt > 1) {
          log.info("decision log: uploads succeed again");
        }
        return count;
      }
      if (attempt == 1) {
        log.warn("decision log: upload of {} records failed, will be repeated: {}", count, problem);
      }
      boolean stopping = closing.await(jittered(pause).toMillis(), TimeUnit.MILLISECONDS);
      if (stopping) {
        throw new LostRecordsException("upload failed while stopping: " + problem, count);
      }
      pause = longer(pause);
    }
  }

  /** Sends once and says what went wrong; empty when nothing did. */
  private String send(byte[] body, int count) throws InterruptedException, LostRecordsException {
    try {
      int status = client.send(request(body), BodyHandlers.discarding()).statusCode();
      if (UNACCEPTABLE.contains(status)) {
        throw new LostRecordsException("the server does not accept them: status " + status, count);
      }
      return status / 100 == 2 ? "" : "status " + status;
    } catch (LostRecordsException e) {
      throw e;
    } catch (IOException e) {
      return e.toString();
    }
  }

  private HttpRequest request(byte[] body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(logs(target.url()))
            .timeout(target.timeout())
            .header("content-type", "application/json")
            .header("content-encoding", "gzip")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    if (!target.token().isEmpty()) {
      request.header("authorization", "Bearer " + target.token().reveal());
    }
    return request.build();
  }

  private static URI logs(URI base) {
    return URI.create(base.toString().replaceFirst("/+$", "") + "/logs");
  }

  private byte[] compressed() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      batch.writeTo(gzip);
    }
    return bytes.toByteArray();
  }

  private static Duration longer(Duration pause) {
    Duration doubled = pause.multipliedBy(2);
    return doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
  }

  /** Between half of it and all of it, so that replicas do not come back together. */
  private Duration jittered(Duration pause) {
    long millis = pause.toMillis();
    return Duration.ofMillis(millis / 2 + random.nextLong(millis / 2 + 1));
  }
}
