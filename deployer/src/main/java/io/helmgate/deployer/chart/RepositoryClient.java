package io.helmgate.deployer.chart;

import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import okhttp3.Challenge;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Downloads from one repository: only from its own host unless the configuration trusts it further,
 * redirects only to the same host, credentials to nobody else, within limits of time and size.
 */
final class RepositoryClient implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RepositoryClient.class);
  private static final int MAX_REDIRECTS = 5;

  /**
   * What a download brought.
   *
   * @param content empty: not modified
   * @param etag empty when the server names none
   */
  record Download(Optional<Bytes> content, String etag) {}

  /** Bytes, which a record component may not be. */
  static final class Bytes {
    private final byte[] value;

    Bytes(byte[] value) {
      this.value = value;
    }

    byte[] value() {
      return value;
    }
  }

  private final RepositorySettings settings;
  private final HttpUrl root;
  private final OkHttpClient http;
  private final RepositoryTokens tokens;

  /**
   * Reads the TLS files; nothing is called yet.
   *
   * @throws IOException when a TLS file cannot be used
   * @throws IllegalArgumentException when the URL is neither http nor https
   */
  RepositoryClient(RepositorySettings settings, Clock clock) throws IOException {
    this.settings = settings;
    String url = settings.url().toString();
    this.root = HttpUrl.get(url.endsWith("/") ? url : url + "/");
    OkHttpClient.Builder builder =
        new OkHttpClient.Builder().followRedirects(false).followSslRedirects(false);
    RepositoryTls.configure(builder, settings);
    this.http = builder.build();
    this.tokens = new RepositoryTokens(settings, root, http, clock);
  }

  /**
   * Gets the index.
   *
   * @param etag of the one at hand; empty when there is none
   */
  Outcome<Download> index(String etag, long limit, Duration timeout) {
    Request.Builder request = new Request.Builder();
    if (!etag.isEmpty()) {
      request.header("If-None-Match", etag);
    }
    HttpUrl url = root.newBuilder().addPathSegment("index.yaml").build();
    return get(request, url, limit, timeout);
  }

  /**
   * Gets an archive.
   *
   * @param reference absolute, or relative to the repository's URL
   */
  Outcome<Download> archive(String reference, long limit, Duration timeout) {
    HttpUrl url = root.resolve(reference);
    if (url == null) {
      return failure(Reason.FAILED_PRECONDITION, "its index names a URL that is none");
    }
    if (!sameHost(root, url) && !settings.passCredentialsAll()) {
      return failure(
          Reason.FAILED_PRECONDITION,
          "its index names the host " + url.host() + " (expected: " + root.host() + ")");
    }
    // An archive that the server declares to be gzip-encoded shall not be unpacked on the way.
    return get(new Request.Builder().header("Accept-Encoding", "identity"), url, limit, timeout);
  }

  /** A reference as it may be shown: resolved, without credentials, query and fragment. */
  String shown(String reference) {
    HttpUrl url = root.resolve(reference);
    return url == null
        ? ""
        : url.newBuilder().username("").password("").query(null).fragment(null).toString();
  }

  private Outcome<Download> get(
      Request.Builder request, HttpUrl first, long limit, Duration timeout) {
    OkHttpClient client = http.newBuilder().callTimeout(timeout).readTimeout(timeout).build();
    settings.login().ifPresent(login -> authorize(request, RepositoryTokens.basic(login)));
    tokens.atHand().filter(_ -> sameHost(root, first)).ifPresent(token -> bearer(request, token));
    boolean asked = false;
    HttpUrl url = first;
    try {
      for (int hop = 0; hop <= MAX_REDIRECTS; hop++) {
        try (Response response = client.newCall(request.url(url).build()).execute()) {
          Optional<Challenge> challenge =
              response.code() == 401 && !asked && sameHost(root, url)
                  ? RepositoryTokens.challenge(response)
                  : Optional.empty();
          if (challenge.isPresent()) {
            asked = true;
            switch (tokens.answer(challenge.get(), timeout)) {
              case Outcome.Failure<String>(Reason reason, String message, var _) -> {
                return Outcome.failure(reason, message);
              }
              case Outcome.Success<String>(String token) -> bearer(request, token);
            }
            continue;
          }
          if (!response.isRedirect()) {
            return answer(response, limit);
          }
          HttpUrl next = url.resolve(header(response, "Location"));
          if (next == null || !sameHost(url, next)) {
            return failure(
                Reason.FAILED_PRECONDITION,
                "it redirects to another host (expected: " + url.host() + ")");
          }
          url = next;
        }
      }
      return failure(Reason.FAILED_PRECONDITION, "it redirects without end");
    } catch (BadChartException e) {
      return failure(Reason.FAILED_PRECONDITION, String.valueOf(e.getMessage()));
    } catch (InterruptedIOException e) {
      log.warn("Chart repository {}: no answer within {}", settings.name(), timeout, e);
      return failure(Reason.UNAVAILABLE, "does not answer in time");
    } catch (IOException e) {
      log.warn("Chart repository {}: cannot be reached", settings.name(), e);
      return failure(Reason.UNAVAILABLE, "cannot be reached");
    }
  }

  private static void bearer(Request.Builder request, String token) {
    authorize(request, "Bearer " + token);
  }

  private static void authorize(Request.Builder request, String credentials) {
    request.header("Authorization", credentials);
  }

  private Outcome<Download> answer(Response response, long limit) throws IOException {
    String etag = header(response, "ETag");
    if (response.code() == 304) {
      return Outcome.success(new Download(Optional.empty(), etag));
    }
    if (response.isSuccessful()) {
      try (InputStream body = new BoundedStream(response.body().byteStream(), limit)) {
        return Outcome.success(new Download(Optional.of(new Bytes(body.readAllBytes())), etag));
      }
    }
    log.warn("Chart repository {}: answers with {}", settings.name(), response.code());
    return switch (response.code()) {
      case 401, 403 -> failure(Reason.PERMISSION_DENIED, "refuses the configured credentials");
      case 404, 410 -> failure(Reason.NOT_FOUND, "has no such file");
      default -> failure(Reason.UNAVAILABLE, "answers with status " + response.code());
    };
  }

  private static String header(Response response, String name) {
    return Optional.ofNullable(response.header(name)).orElse("");
  }

  /** The same host and port; from http a step up to https is allowed, on their usual ports. */
  private static boolean sameHost(HttpUrl from, HttpUrl to) {
    boolean same = from.scheme().equals(to.scheme()) && from.port() == to.port();
    boolean secured =
        from.scheme().equals("http")
            && from.port() == HttpUrl.defaultPort("http")
            && to.scheme().equals("https")
            && to.port() == HttpUrl.defaultPort("https");
    return from.host().equals(to.host()) && (same || secured);
  }

  private <T> Outcome<T> failure(Reason reason, String what) {
    return Outcome.failure(reason, "chart repository " + settings.name() + ": " + what);
  }

  @Override
  public void close() {
    http.dispatcher().executorService().shutdown();
    http.connectionPool().evictAll();
  }
}
