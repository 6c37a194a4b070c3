package io.helmgate.deployer.chart;

import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import okhttp3.Challenge;
import okhttp3.Dns;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Downloads from one repository: only from its own host and those that the configuration allows,
 * from no address that {@link AddressGuard} refuses, credentials to nobody else, within limits of
 * time and size.
 */
final class RepositoryClient implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RepositoryClient.class);
  private static final int MAX_REDIRECTS = 5;

  /**
   * What to get.
   *
   * @param limit of the content in bytes, unpacked
   */
  record Wanted(HttpUrl url, Map<String, String> headers, long limit) {}

  /**
   * What a download brought.
   *
   * @param content empty: not modified
   */
  record Download(Optional<Bytes> content, Headers headers) {
    /** A header's value, or nothing. */
    String header(String name) {
      return Optional.ofNullable(headers.get(name)).orElse("");
    }

    byte[] bytes() {
      return content.map(Bytes::value).orElse(new byte[0]);
    }
  }

  private final RepositorySettings settings;
  private final RepositoryHosts hosts;
  private final RepositoryTokens tokens;

  /**
   * Reads the TLS files; nothing is called yet.
   *
   * @throws IOException when a TLS file cannot be used
   * @throws IllegalArgumentException when the URL is none of http, https and oci
   */
  RepositoryClient(RepositorySettings settings, Clock clock) throws IOException {
    this(settings, clock, Dns.SYSTEM);
  }

  RepositoryClient(RepositorySettings settings, Clock clock, Dns dns) throws IOException {
    this.settings = settings;
    this.hosts = new RepositoryHosts(settings, dns);
    this.tokens = new RepositoryTokens(settings, hosts, clock);
  }

  /** The repository's URL, which ends with a slash. */
  HttpUrl root() {
    return hosts.root();
  }

  /** Whether the repository may name this URL. */
  boolean allowed(HttpUrl url) {
    return hosts.allowed(url);
  }

  /**
   * Gets something.
   *
   * @param timeout for all of it, redirects and tokens included
   */
  Outcome<Download> get(Wanted wanted, Duration timeout) {
    try {
      return new Attempt(wanted, System.nanoTime() + timeout.toNanos()).run();
    } catch (BadChartException e) {
      return failure(Reason.FAILED_PRECONDITION, String.valueOf(e.getMessage()));
    } catch (InterruptedIOException e) {
      log.warn("Chart repository {}: no answer within {}", settings.name(), timeout, e);
      return failure(Reason.UNAVAILABLE, "does not answer in time");
    } catch (IOException e) {
      log.warn("Chart repository {}: cannot be reached", settings.name(), e);
      return refusal(e)
          .<Outcome<Download>>map(why -> failure(Reason.FAILED_PRECONDITION, why))
          .orElseGet(() -> failure(Reason.UNAVAILABLE, "cannot be reached"));
    }
  }

  /** Why an address was not connected to, if that is what went wrong. */
  static Optional<String> refusal(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof AddressGuard.RefusedException) {
        return Optional.ofNullable(cause.getMessage());
      }
    }
    return Optional.empty();
  }

  /** One request with all that it leads to. */
  private final class Attempt {
    private final Wanted wanted;
    private final long deadline;
    private HttpUrl url;
    private final Optional<String> token;
    private Optional<String> credentials;
    private boolean asked;

    Attempt(Wanted wanted, long deadline) {
      this.wanted = wanted;
      this.deadline = deadline;
      this.url = wanted.url();
      this.token = tokens.atHand().filter(_ -> hosts.isOwn(url));
      this.credentials =
          token
              .map(Attempt::bearer)
              .or(() -> settings.login().map(RepositoryTokens::basic))
              .filter(_ -> hosts.trusted(url));
    }

    Outcome<Download> run() throws IOException {
      for (int hop = 0; hop <= MAX_REDIRECTS; hop++) {
        try (Response response = client().newCall(request()).execute()) {
          Optional<Challenge> challenge =
              response.code() == 401 && !asked && hosts.isOwn(url)
                  ? RepositoryTokens.challenge(response)
                  : Optional.empty();
          if (challenge.isPresent()) {
            asked = true;
            switch (tokens.answer(challenge.get(), token, remaining())) {
              case Outcome.Failure<String>(Reason reason, String message, var _) -> {
                return Outcome.failure(reason, message);
              }
              case Outcome.Success<String>(String token) ->
                  credentials = Optional.of(bearer(token));
            }
          } else if (response.isRedirect()) {
            Optional<String> refused = redirect(response);
            if (refused.isPresent()) {
              return failure(Reason.FAILED_PRECONDITION, refused.get());
            }
          } else {
            return answer(response, wanted.limit());
          }
        }
      }
      return failure(Reason.FAILED_PRECONDITION, "redirects without end");
    }

    /** Why it is not followed; empty when it is. */
    private Optional<String> redirect(Response response) {
      HttpUrl next = url.resolve(header(response, "Location"));
      if (next == null || !hosts.allowed(next)) {
        return Optional.of(
            "redirects to "
                + (next == null ? "no URL" : "the host " + next.host())
                + " (expected: its own, or one in allowed_hosts)");
      }
      if (!hosts.isOwn(next)) {
        credentials = Optional.empty();
      }
      url = next;
      return Optional.empty();
    }

    private Request request() {
      Request.Builder request = new Request.Builder().url(url);
      wanted.headers().forEach(request::header);
      credentials.ifPresent(value -> request.header("Authorization", value));
      return request.build();
    }

    private OkHttpClient client() throws IOException {
      Duration left = remaining();
      return hosts.client(url).newBuilder().callTimeout(left).readTimeout(left).build();
    }

    private Duration remaining() throws IOException {
      long left = deadline - System.nanoTime();
      if (left < 1_000_000) {
        throw new InterruptedIOException("no time is left");
      }
      return Duration.ofNanos(left);
    }

    private static String bearer(String token) {
      return "Bearer " + token;
    }
  }

  private Outcome<Download> answer(Response response, long limit) throws IOException {
    if (response.code() == 304) {
      return Outcome.success(new Download(Optional.empty(), response.headers()));
    }
    if (response.isSuccessful()) {
      try (InputStream body = new BoundedStream(response.body().byteStream(), limit)) {
        return Outcome.success(
            new Download(Optional.of(new Bytes(body.readAllBytes())), response.headers()));
      }
    }
    log.debug("Chart repository {}: answers with {}", settings.name(), response.code());
    return switch (response.code()) {
      case 401, 403 -> failure(Reason.PERMISSION_DENIED, "refuses the configured credentials");
      case 404, 410 -> failure(Reason.NOT_FOUND, "has no such file");
      default -> failure(Reason.UNAVAILABLE, "answers with status " + response.code());
    };
  }

  private static String header(Response response, String name) {
    return Optional.ofNullable(response.header(name)).orElse("");
  }

  /** A failure that names the repository. */
  <T> Outcome<T> failure(Reason reason, String what) {
    return Outcome.failure(reason, "chart repository " + settings.name() + ": " + what);
  }

  @Override
  public void close() {
    hosts.close();
  }
}
