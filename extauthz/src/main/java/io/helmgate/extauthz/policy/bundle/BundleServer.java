package io.helmgate.extauthz.policy.bundle;

import io.helmgate.kit.http.BoundedHttp;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * A client of a bundle server, by OPA's bundle protocol: {@code If-None-Match} with the ETag of
 * what is known, and {@code Prefer: wait=} for servers that hold a request until there is something
 * new, which they say by their content type. Used by one thread at a time.
 */
public final class BundleServer implements AutoCloseable {

  private static final int OK = 200;
  private static final int NOT_MODIFIED = 304;
  private static final String LONG_POLLING = "application/vnd.openpolicyagent.bundles";
  private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
  private static final int DOUBLINGS = 16;

  private final BundleServerConfig config;
  private final RandomGenerator random;
  private final BoundedHttp http;
  private String etag = "";
  private int failures;

  /** Takes what comes from the server. */
  public interface Listener {

    /**
     * A bundle came.
     *
     * @return whether the same one need not be sent again
     */
    boolean arrived(byte[] archive) throws InterruptedException;

    /** What came last is still the newest. */
    void unchanged();

    /** There was no answer that could be used; another attempt follows. */
    void failed(String problem);
  }

  /**
   * Makes a client; nothing is sent yet.
   *
   * @throws IOException when the certificates can't be read
   */
  public BundleServer(BundleServerConfig config, RandomGenerator random) throws IOException {
    this.config = config;
    this.random = random;
    this.http = new BoundedHttp(config.timeout(), config.authorities());
  }

  /** Asks once, tells the listener, and says how long to wait before the next time. */
  public Duration ask(Listener listener) throws InterruptedException {
    long begun = System.nanoTime();
    try {
      HttpResponse<byte[]> response =
          http.send(request(), config.timeout().plus(config.hold()), config.maxBytes());
      Duration took = Duration.ofNanos(System.nanoTime() - begun);
      return switch (response.statusCode()) {
        case OK -> arrived(response, listener);
        case NOT_MODIFIED -> {
          failures = 0;
          listener.unchanged();
          // A server that answers sooner than asked does not hold requests.
          yield isLongPolling(response) && took.compareTo(config.minDelay()) >= 0
              ? Duration.ZERO
              : delay();
        }
        default ->
            failed(
                listener,
                config.url() + " answered " + response.statusCode() + " (expected: 200 or 304)");
      };
    } catch (IOException e) {
      return failed(listener, String.valueOf(e.getMessage()));
    }
  }

  private Duration arrived(HttpResponse<byte[]> response, Listener listener)
      throws InterruptedException {
    failures = 0;
    String known = etag;
    boolean kept = listener.arrived(response.body());
    etag = kept ? response.headers().firstValue("etag").orElse("") : "";
    boolean news = !etag.isEmpty() && !etag.equals(known);
    return news && isLongPolling(response) ? Duration.ZERO : delay();
  }

  private boolean isLongPolling(HttpResponse<?> response) {
    return !config.hold().isZero()
        && response.headers().firstValue("content-type").orElse("").equals(LONG_POLLING);
  }

  private Duration failed(Listener listener, String problem) {
    listener.failed(problem);
    Duration backOff = FIRST_RETRY.multipliedBy(1L << Math.min(failures, DOUBLINGS));
    failures++;
    Duration most = backOff.compareTo(config.maxDelay()) < 0 ? backOff : config.maxDelay();
    return Duration.ofNanos((long) (most.toNanos() * random.nextDouble(0.5, 1.0)));
  }

  private Duration delay() {
    long least = config.minDelay().toNanos();
    return Duration.ofNanos(
        random.nextLong(least, Math.max(least + 1, config.maxDelay().toNanos())));
  }

  private HttpRequest request() {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(config.url())
            .header("accept", LONG_POLLING + ", application/gzip, application/octet-stream");
    String prefer = "modes=snapshot";
    if (!config.hold().isZero()) {
      prefer += ";wait=" + Math.max(1, config.hold().toSeconds());
    }
    request.header("prefer", prefer);
    if (!etag.isEmpty()) {
      request.header("if-none-match", etag);
    }
    if (!config.token().isEmpty()) {
      request.header("authorization", "Bearer " + config.token().reveal());
    }
    return request.build();
  }

  @Override
  public void close() {
    http.close();
  }
}
