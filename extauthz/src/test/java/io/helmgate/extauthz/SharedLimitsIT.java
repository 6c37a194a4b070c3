package io.helmgate.extauthz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.helmgate.extauthz.keys.JwksServer;
import io.helmgate.extauthz.limits.rate.TestRedis;
import io.helmgate.extauthz.token.TestKeys;
import io.helmgate.sandbox.tls.CertificateAuthority;
import io.helmgate.sandbox.tls.PemPair;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two replicas that count together by a real Redis. */
final class SharedLimitsIT {

  private static final int THREADS = 8;
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final JwksServer provider = new JwksServer(JwksServer.keys(TestKeys.jwks(TestKeys.RSA)));
  private final TestRedis redis = TestRedis.start("open-sesame");
  private final List<TestService> replicas = new ArrayList<>();

  @TempDir private Path directory;

  @AfterEach
  void stop() {
    replicas.forEach(TestService::close);
    redis.close();
    provider.close();
  }

  @Test
  void twoReplicasAllowTogetherWhatTheLimitSays() throws Exception {
    int limit = 2000;
    replica(limit, redis.port());
    replica(limit, redis.port());
    CheckRequest request = request("alice");
    long start = System.nanoTime();

    int allowed = allowedOutOf(2 * limit, request);

    double minutes = (System.nanoTime() - start) / 60e9;
    double refilled = limit * minutes;
    assertThat((double) allowed).isBetween(limit * 0.98, limit * 1.02 + refilled);
    assertThat(metric(0, "extauthz_rate_limit_shared")).isEqualTo(1);
    assertThat(metric(0, "extauthz_redis_failures_total")).isZero();
    assertThat(metric(1, "extauthz_redis_failures_total")).isZero();
  }

  @Test
  void aStoppedRedisIsReplacedByEachReplicasPartAndUsedAgainWhenItIsBack() throws Exception {
    // Each replica allows 10 / 5 = 2 calls a minute by itself.
    replica(10, redis.port(), 5);
    replica(10, redis.port(), 5);
    AtomicInteger users = new AtomicInteger();
    AtomicInteger answers = new AtomicInteger();
    List<CheckResponse> strange = new ArrayList<>();
    AtomicBoolean done = new AtomicBoolean();
    try (ExecutorService clients = Executors.newFixedThreadPool(THREADS)) {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        TestService replica = replicas.get(i % 2);
        running.add(
            clients.submit(
                () -> {
                  while (!done.get()) {
                    CheckResponse response =
                        replica.check(request("load" + users.incrementAndGet() % 20));
                    answers.incrementAndGet();
                    if (status(response) != 200 && status(response) != 429) {
                      synchronized (strange) {
                        strange.add(response);
                      }
                    }
                  }
                }));
      }
      try {
        outage(answers);
      } finally {
        done.set(true);
      }
      for (Future<?> client : running) {
        client.get();
      }
    }
    assertThat(strange).isEmpty();
    assertThat(metric(0, "extauthz_faults_total")).isZero();
    assertThat(metric(1, "extauthz_faults_total")).isZero();
  }

  /** Redis goes and comes back while clients call. */
  private void outage(AtomicInteger answers) {
    await().atMost(LIMIT).until(() -> answers.get() > 500);
    assertThat(left(replicas.getFirst().check(request("bob")))).isEqualTo(9);

    redis.stop();
    await().atMost(LIMIT).until(() -> !shared(0) && !shared(1));
    assertThat(left(replicas.getFirst().check(request("carol")))).isEqualTo(1);
    assertThat(left(replicas.getFirst().check(request("carol")))).isZero();
    assertThat(status(replicas.getFirst().check(request("carol")))).isEqualTo(429);
    assertThat(left(replicas.getLast().check(request("carol")))).isEqualTo(1);
    assertThat(replicas.getFirst().admin("/readyz")).contains("degraded rate limits");

    redis.startAgain();
    await().atMost(LIMIT).until(() -> shared(0) && shared(1));
    assertThat(left(replicas.getFirst().check(request("dave")))).isEqualTo(9);
    assertThat(left(replicas.getLast().check(request("dave")))).isEqualTo(8);
    int before = answers.get();
    await().atMost(LIMIT).until(() -> answers.get() > before + 500);
  }

  @Test
  void aRedisThatHangsCostsNoRequestMoreThanItsDeadline() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      replica(1000, silent.getLocalPort());
      replicas.getFirst().check(request("alice"));

      for (int i = 0; i < 20; i++) {
        long start = System.nanoTime();
        CheckResponse response = replicas.getFirst().check(request("alice"));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
        assertThat(status(response)).isEqualTo(200);
      }
      assertThat(shared(0)).isFalse();
    }
  }

  @Test
  void aRedisBehindTlsIsUsedOnlyWithACertificateOfItsAuthority() throws Exception {
    CertificateAuthority authority =
        CertificateAuthority.create("redis", new SecureRandom(), Instant.now());
    Path ca = authority.write(directory.resolve("redis-ca.crt"));
    PemPair pair = authority.issue(directory, "redis", "127.0.0.1");
    Path strange =
        CertificateAuthority.create("strange", new SecureRandom(), Instant.now())
            .write(directory.resolve("strange-ca.crt"));
    try (TlsFront front = new TlsFront(pair.certificate(), pair.key(), redis.port())) {
      String limits = limits(100, front.port(), 5);
      replica(limits.replace("tls: false", "tls: true\n      ca_file: " + ca));
      replica(limits.replace("tls: false", "tls: true\n      ca_file: " + strange));
      replica(limits.replace("tls: false", "tls: true"));

      await().atMost(LIMIT).untilAsserted(() -> assertThat(shared(0)).isTrue());
      assertThat(left(replicas.getFirst().check(request("alice")))).isEqualTo(99);
      for (int untrusting : List.of(1, 2)) {
        assertThat(shared(untrusting)).isFalse();
        assertThat(left(replicas.get(untrusting).check(request("alice")))).isEqualTo(19);
      }
    }
  }

  @Test
  void redisShowsNobodysNameAndForgetsBuckets() throws Exception {
    replica(1000, redis.port());
    assertThat(left(replicas.getFirst().check(request("alice-in-the-cellar")))).isEqualTo(999);

    try (redis.clients.jedis.Jedis jedis =
        new redis.clients.jedis.Jedis("127.0.0.1", redis.port())) {
      jedis.auth("open-sesame");
      assertThat(jedis.keys("*"))
          .isNotEmpty()
          .allSatisfy(
              key -> {
                assertThat(key).startsWith("helmgate:rate:").doesNotContain("alice");
                assertThat(jedis.get(key)).doesNotContain("alice");
                assertThat(jedis.pttl(key)).isBetween(1L, 70_000L);
              });
    }
    assertThat(replicas.getFirst().console()).doesNotContain("open-sesame");
  }

  private void replica(int limit, int redisPort) throws Exception {
    replica(limit, redisPort, 1);
  }

  private void replica(int limit, int redisPort, int podEstimate) throws Exception {
    replica(limits(limit, redisPort, podEstimate));
  }

  private void replica(String limits) throws Exception {
    Path own = Files.createDirectory(directory.resolve("replica" + replicas.size()));
    replicas.add(TestService.start(own, provider.url(), limits));
  }

  private static String limits(int limit, int redisPort, int podEstimate) {
    return """
    limits:
      rate:
        pod_estimate: PODS
        organisation_per_minute: 1000000
        user_per_minute: LIMIT
        redis:
          address: 127.0.0.1:REDIS
          tls: false
          password: open-sesame
          timeout: 500ms
          retry_interval: 200ms
    """
        .replace("PODS", String.valueOf(podEstimate))
        .replace("LIMIT", String.valueOf(limit))
        .replace("REDIS", String.valueOf(redisPort));
  }

  private int allowedOutOf(int calls, CheckRequest request) throws Exception {
    AtomicInteger next = new AtomicInteger();
    AtomicInteger allowed = new AtomicInteger();
    try (ExecutorService clients = Executors.newFixedThreadPool(THREADS)) {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        running.add(
            clients.submit(
                () -> {
                  for (int n = next.getAndIncrement(); n < calls; n = next.getAndIncrement()) {
                    if (status(replicas.get(n % replicas.size()).check(request)) == 200) {
                      allowed.incrementAndGet();
                    }
                  }
                }));
      }
      for (Future<?> client : running) {
        client.get();
      }
    }
    return allowed.get();
  }

  private static int status(CheckResponse response) {
    return response.hasOkResponse() ? 200 : response.getDeniedResponse().getStatus().getCodeValue();
  }

  /** What the reply says is left of the user's limit. */
  private static long left(CheckResponse response) {
    List<HeaderValueOption> options =
        response.hasOkResponse()
            ? response.getOkResponse().getResponseHeadersToAddList()
            : response.getDeniedResponse().getHeadersList();
    Map<String, String> headers =
        options.stream()
            .collect(Collectors.toMap(o -> o.getHeader().getKey(), o -> o.getHeader().getValue()));
    String value = headers.getOrDefault("ratelimit", "");
    assertThat(value).contains("\"user\";r=");
    return Long.parseLong(value.replaceAll(".*\"user\";r=(\\d+);t=\\d+.*", "$1"));
  }

  private boolean shared(int replica) {
    return metric(replica, "extauthz_rate_limit_shared") == 1;
  }

  private double metric(int replica, String name) {
    return replicas
        .get(replica)
        .admin("/metrics")
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no metric " + name));
  }

  private static CheckRequest request(String user) {
    String token =
        TestKeys.token(
            "{\"iss\":\"https://id.example.com\",\"aud\":\"helmgate\",\"preferred_username\":\""
                + user
                + "\",\"sub\":\""
                + user
                + "\",\"org\":\"acme\",\"groups\":[\"platform\"],\"exp\":"
                + (Clock.systemUTC().instant().getEpochSecond() + 300)
                + "}");
    CheckRequest.Builder check = CheckRequest.newBuilder();
    check
        .getAttributesBuilder()
        .getRequestBuilder()
        .getHttpBuilder()
        .setMethod("GET")
        .setScheme("https")
        .setHost("api.example.com")
        .setPath("/charts")
        .putHeaders("authorization", "Bearer " + token);
    return check.build();
  }
}
