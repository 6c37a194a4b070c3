package io.helmgate.extauthz.keys;

import static io.helmgate.extauthz.keys.JwksServer.keys;
import static io.helmgate.extauthz.keys.JwksServer.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.helmgate.extauthz.token.TestKeys;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class RemoteKeysTest {

  private static final String ONE = TestKeys.jwks(TestKeys.RSA);
  private static final String BOTH = TestKeys.jwks(TestKeys.RSA, TestKeys.OTHER_RSA);
  private static final String OTHER = TestKeys.jwks(TestKeys.OTHER_RSA);

  private final JwksServer server = new JwksServer(keys(ONE));
  private final AtomicReference<Duration> clockShift = new AtomicReference<>(Duration.ZERO);
  private final InstantSource clock = () -> Instant.now().plus(clockShift.get());
  private final KeyStores stores =
      new KeyStores(clock, new SplittableRandom(1), (status, took) -> {});

  @AfterEach
  void close() {
    stores.close();
    server.close();
  }

  @Test
  void aPublishedKeyIsFoundWithOneFetchForManyTokens() {
    RemoteKeys keys = start(config());

    for (int i = 0; i < 100; i++) {
      assertThat(find(keys, "rsa-1")).isInstanceOf(KeyLookup.Found.class);
    }

    assertThat(server.requests()).isEqualTo(1);
  }

  @Test
  void aKeyThatIsPublishedLaterIsFoundAtOnce() {
    RemoteKeys keys = started(config());
    server.answer(keys(BOTH));

    assertThat(find(keys, "rsa-2")).isInstanceOf(KeyLookup.Found.class);
  }

  @Test
  void aKeyThatIsNotPublishedIsAbsentOnceTheProviderWasAsked() {
    RemoteKeys keys = started(config());

    assertThat(find(keys, "nobody")).isEqualTo(new KeyLookup.Absent());
    assertThat(server.requests()).isEqualTo(2);
  }

  @Test
  void aKeyThatIsWithdrawnIsAbsentAfterTheNextFetch() {
    RemoteKeys keys = started(config());
    server.answer(keys(OTHER));

    assertThat(find(keys, "rsa-2")).isInstanceOf(KeyLookup.Found.class);
    assertThat(find(keys, "rsa-1")).isInstanceOf(KeyLookup.Unavailable.class);
  }

  @Test
  void forgedKeyIdsCauseOneFetchInAnInterval() throws Exception {
    RemoteKeys keys = started(config());

    List<KeyLookup> lookups =
        parallel(10_000, i -> keys.find("forged-" + i, "RS256", in(Duration.ofMillis(300))));

    assertThat(server.requests()).isEqualTo(2);
    assertThat(lookups).noneMatch(KeyLookup.Found.class::isInstance);
    assertThat(find(keys, "rsa-1")).isInstanceOf(KeyLookup.Found.class);
  }

  @Test
  void aSuppressedFetchIsUnavailableAndNotAbsent() {
    RemoteKeys keys = started(config());
    find(keys, "nobody");

    assertThat(find(keys, "somebody"))
        .isInstanceOfSatisfying(
            KeyLookup.Unavailable.class,
            unavailable ->
                assertThat(unavailable.retryAfter())
                    .isBetween(Duration.ofSeconds(1), config().unknownKidInterval()));
    assertThat(server.requests()).isEqualTo(2);
  }

  @Test
  void aRequestWaitsForTheNextAllowedFetchWhenItsTimeSuffices() {
    RemoteKeys keys = started(config(Duration.ofMillis(300)));
    find(keys, "nobody");
    server.answer(keys(BOTH));

    assertThat(keys.find("rsa-2", "RS256", in(Duration.ofSeconds(5))))
        .isInstanceOf(KeyLookup.Found.class);
    assertThat(server.requests()).isEqualTo(3);
  }

  @Test
  void noGoodTokenIsRefusedWhileTheProviderRotates() throws Exception {
    RemoteKeys keys = started(config());
    server.answer(keys(BOTH));

    List<KeyLookup> lookups =
        parallel(
            1000,
            i -> keys.find(i % 2 == 0 ? "rsa-1" : "rsa-2", "RS256", in(Duration.ofSeconds(10))));

    assertThat(lookups).allMatch(KeyLookup.Found.class::isInstance);
    assertThat(server.requests()).isEqualTo(2);
  }

  @Test
  void aForgeryFloodDuringRotationCostsGoodTokensAtMostTime() throws Exception {
    RemoteKeys keys = started(config());
    server.answer(keys(BOTH));

    List<KeyLookup> lookups =
        parallel(
            11_000,
            i ->
                keys.find(
                    i % 11 == 0 ? "rsa-2" : "forged-" + i, "RS256", in(Duration.ofMillis(300))));

    assertThat(server.requests()).isEqualTo(2);
    for (int i = 0; i < lookups.size(); i++) {
      if (i % 11 == 0) {
        assertThat(lookups.get(i)).isNotInstanceOf(KeyLookup.Absent.class);
      } else {
        assertThat(lookups.get(i)).isNotInstanceOf(KeyLookup.Found.class);
      }
    }
    assertThat(find(keys, "rsa-2")).isInstanceOf(KeyLookup.Found.class);
  }

  /** How a provider may fail. */
  enum Fault {
    HANGS,
    HANGS_IN_BODY,
    DRIPS,
    ANSWERS_500,
    ANSWERS_HTML,
    ANSWERS_NOTHING,
    HAS_NO_KEYS,
    HAS_TOO_MANY_KEYS,
    IS_HUGE,
    REDIRECTS,
    HAS_ONLY_ENCRYPTION_KEYS,
    HAS_ONLY_SECRETS,
    BREAKS_THE_CONNECTION
  }

  @ParameterizedTest
  @EnumSource
  void aProviderThatFailsMakesUnknownKeysUnavailableAndLeavesKnownOnes(Fault fault) {
    RemoteKeys keys = started(config());
    server.answer(answer(fault));

    KeyLookup unknown = find(keys, "rsa-2");

    assertThat(unknown).isInstanceOf(KeyLookup.Unavailable.class);
    assertThat(find(keys, "rsa-1")).isInstanceOf(KeyLookup.Found.class);
    assertThat(keys.status().usable()).isTrue();
    assertThat(keys.status().problem()).isPresent();
  }

  private JwksServer.Answer answer(Fault fault) {
    return switch (fault) {
      case HANGS -> server.hang();
      case HANGS_IN_BODY -> server.hangInBody();
      case DRIPS -> server.drip(BOTH, Duration.ofMillis(20));
      case ANSWERS_500 -> text(500, BOTH);
      case ANSWERS_HTML -> text(200, "<html>" + BOTH);
      case ANSWERS_NOTHING -> text(200, "");
      case HAS_NO_KEYS -> text(200, "{\"keys\":[]}");
      case HAS_TOO_MANY_KEYS ->
          text(200, "{\"keys\":[" + "{\"kty\":\"x\"},".repeat(200) + "{\"kty\":\"x\"}]}");
      case IS_HUGE ->
          text(200, BOTH.replace("{\"keys\"", "{\"x\":\"" + "y".repeat(100_000) + "\",\"keys\""));
      case REDIRECTS ->
          exchange -> {
            exchange.getResponseHeaders().add("location", "/elsewhere");
            exchange.sendResponseHeaders(302, -1);
          };
      case HAS_ONLY_ENCRYPTION_KEYS ->
          text(200, OTHER.replace("{\"kty\"", "{\"use\":\"enc\",\"kty\""));
      case HAS_ONLY_SECRETS ->
          text(
              200,
              "{\"keys\":[{\"kty\":\"oct\",\"alg\":\"HS256\",\"kid\":\"rsa-2\",\"k\":\""
                  + "A".repeat(43)
                  + "\"}]}");
      case BREAKS_THE_CONNECTION ->
          exchange -> {
            throw new java.io.IOException("broken");
          };
    };
  }

  @Test
  void startingWhileTheProviderIsDownWorksAndItsKeysComeLater() {
    server.answer(text(503, ""));
    RemoteKeys keys = start(config(Duration.ofMillis(100)));
    assertThat(keys.find("rsa-1", "RS256", in(Duration.ofMillis(500))))
        .isInstanceOf(KeyLookup.Unavailable.class);
    assertThat(keys.status().usable()).isFalse();

    server.answer(keys(ONE));

    await()
        .untilAsserted(() -> assertThat(find(keys, "rsa-1")).isInstanceOf(KeyLookup.Found.class));
    assertThat(keys.status().problem()).isEmpty();
  }

  @Test
  void keysAreFetchedAgainBeforeTheyEnd() {
    RemoteKeys keys = started(config(Duration.ofSeconds(5), Duration.ofMillis(200)));

    await().until(() -> server.requests() >= 3);
    assertThat(keys.status().usable()).isTrue();
  }

  @Test
  void oldKeysStayUsableForTheirStaleTimeOnly() {
    RemoteKeys keys = started(config());
    server.answer(text(500, ""));
    Duration fresh = config().cacheDuration();

    clockShift.set(fresh.plusMinutes(59));
    assertThat(find(keys, "rsa-1")).isInstanceOf(KeyLookup.Found.class);

    clockShift.set(fresh.plusMinutes(61));
    assertThat(find(keys, "rsa-1")).isInstanceOf(KeyLookup.Unavailable.class);
    assertThat(keys.status().usable()).isFalse();
  }

  @Test
  void encryptionKeysAreLeftOut() {
    server.answer(
        keys(
            "{\"keys\":["
                + TestKeys.RSA.toPublicJWK().toJSONString().replace("{", "{\"use\":\"enc\",")
                + ","
                + TestKeys.OTHER_RSA.toPublicJWK().toJSONString()
                + "]}"));

    assertThat(started(config()).status().kids()).containsExactly("rsa-2");
  }

  @Test
  void twoProvidersOfOneUrlShareOneStore() {
    RemoteKeys first = started(config());

    assertThat(stores.remote(config())).isSameAs(first);
    assertThat(server.requests()).isEqualTo(1);
  }

  private KeyLookup find(RemoteKeys keys, String kid) {
    return keys.find(kid, "RS256", in(Duration.ofSeconds(2)));
  }

  private Instant in(Duration time) {
    return clock.instant().plus(time);
  }

  private RemoteKeys start(RemoteKeysConfig config) {
    return stores.remote(config);
  }

  private RemoteKeys started(RemoteKeysConfig config) {
    RemoteKeys keys = start(config);
    await().until(() -> keys.status().fetchedAt().isPresent());
    return keys;
  }

  private RemoteKeysConfig config() {
    return config(Duration.ofMinutes(1));
  }

  private RemoteKeysConfig config(Duration unknownKidInterval) {
    return config(unknownKidInterval, Duration.ofMinutes(5));
  }

  private RemoteKeysConfig config(Duration unknownKidInterval, Duration cacheDuration) {
    return new RemoteKeysConfig(
        server.url(),
        cacheDuration,
        Duration.ofHours(1),
        unknownKidInterval,
        Duration.ofMillis(500),
        65_536,
        100,
        RetryPolicy.NONE);
  }

  private static <T> List<T> parallel(int count, Function<Integer, T> task) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<T>> tasks = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int index = i;
        tasks.add(() -> task.apply(index));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> future : threads.invokeAll(tasks)) {
        results.add(future.get());
      }
      return results;
    }
  }
}
