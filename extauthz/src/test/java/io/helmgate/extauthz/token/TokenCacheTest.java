package io.helmgate.extauthz.token;

import static io.helmgate.extauthz.token.TestKeys.token;
import static io.helmgate.extauthz.token.TokenTable.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.helmgate.extauthz.keys.JwksServer;
import io.helmgate.extauthz.keys.KeySource;
import io.helmgate.extauthz.keys.KeyStores;
import io.helmgate.extauthz.keys.LocalKeys;
import io.helmgate.extauthz.keys.RemoteKeys;
import io.helmgate.extauthz.keys.RemoteKeysConfig;
import io.helmgate.extauthz.keys.RetryPolicy;
import io.helmgate.extauthz.token.Authentication.Authenticated;
import io.helmgate.extauthz.token.Authentication.KeysUnavailable;
import io.helmgate.extauthz.token.Authentication.Rejected;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class TokenCacheTest {

  private final TokenCache cache = new TokenCache(100);
  private final long started = System.nanoTime();
  private volatile Instant now = NOW;

  /** The key store waits by its clock, so that one goes on. */
  private Instant ticking() {
    return now.plusNanos(System.nanoTime() - started);
  }

  @Test
  void aTokenIsVerifiedOnceAndKnownFromThenOn() throws Exception {
    Authenticator authenticator = authenticator(rsa(), "A");

    Authentication first = authenticate(authenticator, GOOD);

    assertThat(first).isInstanceOf(Authenticated.class);
    assertThat(authenticate(authenticator, GOOD)).isEqualTo(first);
    assertThat(cache.hits()).isEqualTo(1);
    assertThat(cache.misses()).isEqualTo(1);
  }

  @Test
  void aKnownTokenExpiresOnTime() throws Exception {
    Authenticator authenticator = authenticator(rsa(), "A");
    String token = token("{\"iss\":\"A\",\"exp\":" + (NOW.getEpochSecond() + 10) + "}");
    assertThat(authenticate(authenticator, token)).isInstanceOf(Authenticated.class);

    now = NOW.plusSeconds(70);
    assertThat(authenticate(authenticator, token)).isInstanceOf(Authenticated.class);
    now = NOW.plusSeconds(71);

    assertThat(authenticate(authenticator, token)).isEqualTo(new Rejected(TokenFailure.EXPIRED));
    assertThat(cache.size()).isZero();
  }

  @Test
  void aClockThatWasSetBackMakesAKnownTokenNotYetValid() throws Exception {
    Authenticator authenticator = authenticator(rsa(), "A");
    String token = token("{\"iss\":\"A\",\"nbf\":" + NOW.getEpochSecond() + "}");
    assertThat(authenticate(authenticator, token)).isInstanceOf(Authenticated.class);

    now = NOW.minusSeconds(61);

    assertThat(authenticate(authenticator, token))
        .isEqualTo(new Rejected(TokenFailure.NOT_YET_VALID));
  }

  @Test
  void whatOneProviderVerifiedAnotherOneVerifiesItself() throws Exception {
    Authenticator a = authenticator(rsa(), "A");
    Authenticator other = authenticator(LocalKeys.of(TestKeys.jwks(TestKeys.OTHER_RSA)), "A");
    assertThat(authenticate(a, GOOD)).isInstanceOf(Authenticated.class);

    assertThat(authenticate(other, GOOD)).isEqualTo(new Rejected(TokenFailure.NO_KEY));
  }

  @Test
  void aForgedTokenIsNeverTakenForTheOneThatItLooksLike() throws Exception {
    Authenticator authenticator = authenticator(rsa(), "A");
    String[] parts = GOOD.split("\\.", -1);
    String forged =
        parts[0] + '.' + TestKeys.base64("{\"iss\":\"A\",\"sub\":\"root\"}") + '.' + parts[2];
    assertThat(authenticate(authenticator, GOOD)).isInstanceOf(Authenticated.class);

    for (int i = 0; i < 3; i++) {
      assertThat(authenticate(authenticator, forged))
          .isEqualTo(new Rejected(TokenFailure.SIGNATURE));
    }
  }

  @Test
  void aForgedTokenThatExpiresIsCalledExpiredAsWithoutCache() throws Exception {
    Authenticator authenticator = authenticator(rsa(), "A");
    String good = token("{\"iss\":\"A\",\"exp\":" + (NOW.getEpochSecond() + 10) + "}");
    String forged = good.substring(0, good.lastIndexOf('.')) + ".AAAA";
    assertThat(authenticate(authenticator, forged)).isEqualTo(new Rejected(TokenFailure.SIGNATURE));

    now = NOW.plusSeconds(71);

    assertThat(authenticate(authenticator, forged)).isEqualTo(new Rejected(TokenFailure.EXPIRED));
  }

  @Test
  void theCacheStaysWithinItsBound() throws Exception {
    Authenticator authenticator = authenticator(rsa(), "A");
    for (int i = 0; i < 300; i++) {
      authenticate(authenticator, token("{\"iss\":\"A\",\"jti\":\"" + i + "\"}"));
    }

    assertThat(cache.size()).isBetween(1L, 100L);
  }

  @Test
  void aTokenOfAWithdrawnKeyIsRefusedAsSoonAsTheKeyIsGone() throws Exception {
    try (JwksServer server = new JwksServer(JwksServer.keys(both()));
        KeyStores stores = new KeyStores(this::ticking, new SplittableRandom(1), (s, t) -> {})) {
      RemoteKeys keys = stores.remote(config(server));
      Authenticator authenticator = authenticator(keys, "A");
      await().until(() -> keys.generation().isPresent());
      assertThat(authenticate(authenticator, GOOD)).isInstanceOf(Authenticated.class);
      assertThat(authenticate(authenticator, GOOD)).isInstanceOf(Authenticated.class);
      long before = keys.generation().orElseThrow();

      server.answer(JwksServer.keys(TestKeys.jwks(TestKeys.OTHER_RSA)));
      authenticate(authenticator, unknownKid());

      assertThat(keys.generation().orElseThrow()).isGreaterThan(before);
      assertThat(authenticate(authenticator, GOOD))
          .as("not served from the cache, and its key is absent or about to be asked for")
          .isNotInstanceOf(Authenticated.class);
    }
  }

  @Test
  void aRefetchOfTheSameKeysKeepsWhatIsKnown() throws Exception {
    try (JwksServer server = new JwksServer(JwksServer.keys(both()));
        KeyStores stores = new KeyStores(this::ticking, new SplittableRandom(1), (s, t) -> {})) {
      RemoteKeys keys = stores.remote(config(server));
      Authenticator authenticator = authenticator(keys, "A");
      await().until(() -> keys.generation().isPresent());
      assertThat(authenticate(authenticator, GOOD)).isInstanceOf(Authenticated.class);
      int requests = server.requests();

      authenticate(authenticator, unknownKid());
      assertThat(server.requests()).isGreaterThan(requests);
      long hits = cache.hits();
      assertThat(authenticate(authenticator, GOOD)).isInstanceOf(Authenticated.class);

      assertThat(cache.hits()).isEqualTo(hits + 1);
    }
  }

  @Test
  void whenTheKeysAreGoneForGoodNoKnownTokenPasses() throws Exception {
    try (JwksServer server = new JwksServer(JwksServer.keys(both()));
        KeyStores stores = new KeyStores(this::ticking, new SplittableRandom(1), (s, t) -> {})) {
      RemoteKeys keys = stores.remote(config(server));
      Authenticator authenticator = authenticator(keys, "A");
      await().until(() -> keys.generation().isPresent());
      assertThat(authenticate(authenticator, GOOD)).isInstanceOf(Authenticated.class);

      server.answer(JwksServer.text(500, ""));
      now = NOW.plus(Duration.ofHours(3));

      assertThat(keys.generation()).isEmpty();
      assertThat(authenticate(authenticator, GOOD)).isInstanceOf(KeysUnavailable.class);
      assertThat(cache.size()).isZero();
    }
  }

  private static RemoteKeysConfig config(JwksServer server) {
    return new RemoteKeysConfig(
        server.url(),
        Duration.ofHours(1),
        Duration.ofHours(1),
        Duration.ofMillis(1),
        Duration.ofMillis(500),
        65_536,
        100,
        RetryPolicy.NONE);
  }

  private static String both() {
    return TestKeys.jwks(TestKeys.RSA, TestKeys.OTHER_RSA);
  }

  private static String unknownKid() {
    return TestKeys.sign(
        TestKeys.RSA, "RS256", "{\"alg\":\"RS256\",\"kid\":\"x\"}", "{\"iss\":\"A\"}");
  }

  private static final String GOOD = token("{\"iss\":\"A\",\"sub\":\"alice\"}");

  private static KeySource rsa() throws Exception {
    return LocalKeys.of(TestKeys.jwks(TestKeys.RSA));
  }

  private Authentication authenticate(Authenticator authenticator, String token) {
    return authenticator.authenticate(Requests.bearer(token), ticking().plusSeconds(5));
  }

  private Authenticator authenticator(KeySource keys, String issuer) {
    Provider provider = TestProviders.of("a", issuer, keys);
    return new Authenticator(Authenticator.Mode.STRICT, List.of(provider), cache, () -> now);
  }
}
