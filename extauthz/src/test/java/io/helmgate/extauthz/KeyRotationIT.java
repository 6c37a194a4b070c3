package io.helmgate.extauthz;

import static io.helmgate.extauthz.token.TestKeys.token;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext.HttpRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.helmgate.extauthz.keys.JwksServer;
import io.helmgate.extauthz.token.TestKeys;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A provider rotates its keys while 10,000 forged key ids come in, through the whole service. */
final class KeyRotationIT {

  private static final int GOOD = 1000;
  private static final int FORGED = 10_000;
  private static final int AT_ONCE = 2000;
  private static final Duration UNKNOWN_KID_INTERVAL = Duration.ofSeconds(5);

  private static final String CLAIMS =
      "{\"iss\":\"https://id.example.com\",\"aud\":\"helmgate\","
          + "\"preferred_username\":\"alice\",\"groups\":[\"platform\"]}";

  private static final String SIGNED = token(TestKeys.OTHER_RSA, CLAIMS);

  @TempDir private Path directory;

  @Test
  void goodTokensAreServedOrToldToComeBackAndForgedOnesRefused() throws Exception {
    try (JwksServer provider = new JwksServer(JwksServer.keys(TestKeys.jwks(TestKeys.RSA)));
        TestService service = TestService.start(directory, provider.url())) {
      assertThat(status(service, request(TestKeys.RSA))).as("the first keys are there").isZero();
      provider.answer(JwksServer.keys(TestKeys.jwks(TestKeys.RSA, TestKeys.OTHER_RSA)));
      long began = System.nanoTime();

      Map<String, Map<Integer, Integer>> statuses = statuses(service);

      Duration took = Duration.ofNanos(System.nanoTime() - began);
      for (String good : List.of("old", "new")) {
        assertThat(statuses.getOrDefault(good, Map.of())).as(good + " key").containsKey(0);
        assertThat(Set.of(0, 503))
            .as(good + " key")
            .containsAll(statuses.getOrDefault(good, Map.of()).keySet());
      }
      assertThat(Set.of(401, 503))
          .as("forged")
          .containsAll(statuses.getOrDefault("forged", Map.of()).keySet());
      long intervals = took.dividedBy(UNKNOWN_KID_INTERVAL) + 1;
      // The first one, one an interval for unknown ids, and one after each that failed.
      assertThat(provider.requests())
          .isLessThanOrEqualTo((int) (1 + intervals + failedFetches(service)));
      assertThat(status(service, request(TestKeys.OTHER_RSA))).as("afterwards").isZero();
    }
  }

  /** By kind of token: how often each HTTP status was the answer, 0 being an allow. */
  private static Map<String, Map<Integer, Integer>> statuses(TestService service) throws Exception {
    CheckRequest old = request(TestKeys.RSA);
    CheckRequest rotated = request(TestKeys.OTHER_RSA);
    Semaphore atOnce = new Semaphore(AT_ONCE);
    List<String> kinds = new ArrayList<>();
    List<Callable<Integer>> calls = new ArrayList<>();
    for (int i = 0; i < GOOD + FORGED; i++) {
      boolean good = i % (1 + FORGED / GOOD) == 0;
      String kind = good ? (i % 2 == 0 ? "new" : "old") : "forged";
      CheckRequest request =
          switch (kind) {
            case "new" -> rotated;
            case "old" -> old;
            default -> forged(i);
          };
      kinds.add(kind);
      calls.add(
          () -> {
            atOnce.acquire();
            try {
              return status(service, request);
            } finally {
              atOnce.release();
            }
          });
    }
    Map<String, Map<Integer, Integer>> statuses = new TreeMap<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> answers = threads.invokeAll(calls);
      for (int i = 0; i < answers.size(); i++) {
        statuses
            .computeIfAbsent(kinds.get(i), kind -> new TreeMap<>())
            .merge(answers.get(i).get(), 1, Integer::sum);
      }
    }
    return statuses;
  }

  private static long failedFetches(TestService service) {
    return service
        .admin("/metrics")
        .lines()
        .filter(line -> line.startsWith("extauthz_jwks_fetch_seconds_count"))
        .filter(line -> line.contains("outcome=\"failed\""))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private static int status(TestService service, CheckRequest request) {
    return service.check(request).getDeniedResponse().getStatus().getCodeValue();
  }

  private static CheckRequest request(RSAKey key) {
    return request(token(key, CLAIMS));
  }

  /** A token that names a key which nobody has. */
  private static CheckRequest forged(int number) {
    String header = "{\"alg\":\"RS256\",\"kid\":\"forged-" + number + "\"}";
    return request(Base64URL.encode(header).toString() + SIGNED.substring(SIGNED.indexOf('.')));
  }

  private static CheckRequest request(String token) {
    return CheckRequest.newBuilder()
        .setAttributes(
            AttributeContext.newBuilder()
                .setRequest(
                    AttributeContext.Request.newBuilder()
                        .setHttp(
                            HttpRequest.newBuilder()
                                .setMethod("GET")
                                .setPath("/charts")
                                .putHeaders(":method", "GET")
                                .putHeaders(":path", "/charts")
                                .putHeaders("authorization", "Bearer " + token))))
        .build();
  }
}
