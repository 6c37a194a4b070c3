package io.helmgate.deployer.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jwt.JWTParser;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import okhttp3.Challenge;
import okhttp3.Credentials;
import okhttp3.FormBody;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets the bearer tokens that a repository asks for (ChartMuseum's bearer authentication, Docker's
 * token authentication), and keeps each one while it holds.
 *
 * <p>A challenge may name only the configured token service, or without one the repository's own
 * host: no repository can make its credentials go elsewhere.
 */
final class RepositoryTokens {
  private static final Logger log = LoggerFactory.getLogger(RepositoryTokens.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long MAX_BYTES = 64 << 10;

  /** A registry asks for one for each chart. */
  private static final int MAX_HELD = 1000;

  private static final Duration UNTOLD_LIFETIME = Duration.ofSeconds(60);
  private static final Duration EARLY = Duration.ofSeconds(30);

  /** What a token is for. */
  private record Wanted(HttpUrl realm, String service, String scope) {}

  private record Held(String token, Instant until) {}

  private final RepositorySettings settings;
  private final RepositoryHosts hosts;
  private final Clock clock;
  private final Map<Wanted, Held> held = new ConcurrentHashMap<>();
  private volatile @Nullable Wanted lastWanted;

  /** Asks nobody yet. */
  RepositoryTokens(RepositorySettings settings, RepositoryHosts hosts, Clock clock) {
    this.settings = settings;
    this.hosts = hosts;
    this.clock = clock;
  }

  /** The token that the repository asked for last, if it still holds. */
  Optional<String> atHand() {
    return Optional.ofNullable(lastWanted).flatMap(this::holding);
  }

  /** The bearer challenge of a reply with status 401. */
  static Optional<Challenge> challenge(Response response) {
    return response.challenges().stream()
        .filter(challenge -> challenge.scheme().equalsIgnoreCase("Bearer"))
        .findFirst();
  }

  /**
   * A token for a challenge.
   *
   * @param refused the one that the challenged request carried
   */
  Outcome<String> answer(Challenge challenge, Optional<String> refused, Duration timeout) {
    HttpUrl realm = HttpUrl.parse(parameter(challenge, "realm"));
    if (realm == null || !trusted(realm)) {
      return failure(
          Reason.PERMISSION_DENIED,
          "asks for a token of "
              + (realm == null ? "no URL" : realm.redact())
              + " (expected: the URL in token_service, or without one the repository's own host)");
    }
    Wanted wanted =
        new Wanted(realm, parameter(challenge, "service"), parameter(challenge, "scope"));
    Optional<String> other = holding(wanted).filter(token -> !refused.equals(Optional.of(token)));
    if (other.isPresent()) {
      lastWanted = wanted;
      return Outcome.success(other.get());
    }
    held.remove(wanted);
    try {
      return fetched(wanted, timeout);
    } catch (InterruptedIOException e) {
      log.warn("Chart repository {}: its token service does not answer", settings.name(), e);
      return failure(Reason.UNAVAILABLE, "its token service does not answer in time");
    } catch (IOException e) {
      log.warn("Chart repository {}: its token service", settings.name(), e);
      return RepositoryClient.refusal(e)
          .<Outcome<String>>map(
              why -> failure(Reason.FAILED_PRECONDITION, "its token service " + why))
          .orElseGet(() -> failure(Reason.UNAVAILABLE, "its token service cannot be reached"));
    }
  }

  private boolean trusted(HttpUrl realm) {
    return settings
        .tokenService()
        .map(service -> realm.equals(HttpUrl.get(service.url().toString())))
        .orElseGet(() -> RepositoryHosts.sameOrigin(realm, hosts.root()));
  }

  private Outcome<String> fetched(Wanted wanted, Duration timeout) throws IOException {
    OkHttpClient client =
        hosts.client(wanted.realm()).newBuilder().callTimeout(timeout).readTimeout(timeout).build();
    try (Response posted = client.newCall(post(wanted)).execute()) {
      if (posted.code() != 404 && posted.code() != 405) {
        return taken(wanted, posted);
      }
    }
    try (Response got = client.newCall(get(wanted)).execute()) {
      return taken(wanted, got);
    }
  }

  /** As ChartMuseum's example asks for it: OAuth 2 client credentials, in the query too. */
  private Request post(Wanted wanted) {
    FormBody form =
        new FormBody.Builder()
            .add("grant_type", "client_credentials")
            .add("service", wanted.service())
            .add("scope", wanted.scope())
            .build();
    HttpUrl url =
        wanted
            .realm()
            .newBuilder()
            .setQueryParameter("grant_type", "client_credentials")
            .setQueryParameter("service", wanted.service())
            .setQueryParameter("scope", wanted.scope())
            .build();
    return authorized(new Request.Builder().url(url).post(form));
  }

  /** As Docker registries ask for it. */
  private Request get(Wanted wanted) {
    HttpUrl.Builder url =
        wanted.realm().newBuilder().setQueryParameter("service", wanted.service());
    for (String scope : wanted.scope().split(" ", -1)) {
      url.addQueryParameter("scope", scope);
    }
    return authorized(new Request.Builder().url(url.build()));
  }

  private Request authorized(Request.Builder request) {
    Optional<RepositorySettings.TokenService> service = settings.tokenService();
    service
        .flatMap(RepositorySettings.TokenService::token)
        .map(token -> "Bearer " + token.reveal())
        .or(
            () ->
                (service.isPresent() ? service.get().login() : settings.login())
                    .map(RepositoryTokens::basic))
        .ifPresent(value -> request.header("Authorization", value));
    return request.build();
  }

  static String basic(RepositorySettings.Login login) {
    return Credentials.basic(login.username(), login.password(), StandardCharsets.UTF_8);
  }

  private Outcome<String> taken(Wanted wanted, Response response) throws IOException {
    if (!response.isSuccessful()) {
      log.warn(
          "Chart repository {}: its token service answers with {}",
          settings.name(),
          response.code());
      return response.code() >= 500
          ? failure(Reason.UNAVAILABLE, "its token service answers with status " + response.code())
          : failure(
              Reason.PERMISSION_DENIED, "its token service refuses the configured credentials");
    }
    JsonNode reply;
    try (InputStream body = new BoundedStream(response.body().byteStream(), MAX_BYTES)) {
      reply = JSON.readTree(body);
    }
    String token = reply.path("access_token").asText(reply.path("token").asText(""));
    if (token.isEmpty() || !token.chars().allMatch(c -> c > ' ' && c <= '~')) {
      return failure(Reason.FAILED_PRECONDITION, "its token service gives no usable token");
    }
    if (held.size() >= MAX_HELD) {
      held.clear();
    }
    held.put(wanted, new Held(token, renewal(reply, token)));
    lastWanted = wanted;
    return Outcome.success(token);
  }

  private Optional<String> holding(Wanted wanted) {
    return Optional.ofNullable(held.get(wanted))
        .filter(one -> clock.instant().isBefore(one.until()))
        .map(Held::token);
  }

  /** Some time before it ends; half of its life when that is short. */
  private Instant renewal(JsonNode reply, String token) {
    Instant now = clock.instant();
    long seconds = reply.path("expires_in").asLong(0);
    Duration life =
        seconds > 0
            ? Duration.ofSeconds(Math.min(seconds, Duration.ofDays(1).toSeconds()))
            : expiry(token).map(end -> Duration.between(now, end)).orElse(UNTOLD_LIFETIME);
    Duration early = life.compareTo(EARLY.multipliedBy(2)) > 0 ? EARLY : life.dividedBy(2);
    return now.plus(life).minus(early);
  }

  private static Optional<Instant> expiry(String token) {
    try {
      return Optional.ofNullable(JWTParser.parse(token).getJWTClaimsSet())
          .map(claims -> claims.getExpirationTime())
          .map(Date::toInstant);
    } catch (ParseException e) {
      // Not every token is a JWT, and then it lives as long as is usual.
      return Optional.empty();
    }
  }

  private static String parameter(Challenge challenge, String name) {
    return challenge.authParams().entrySet().stream()
        .filter(entry -> entry.getKey() != null)
        .filter(entry -> entry.getKey().toLowerCase(Locale.ROOT).equals(name))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse("");
  }

  private <T> Outcome<T> failure(Reason reason, String what) {
    return Outcome.failure(reason, "chart repository " + settings.name() + ": " + what);
  }
}
