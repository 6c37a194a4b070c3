package io.helmgate.extauthz.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.helmgate.extauthz.policy.bundle.BundleKeys;
import io.helmgate.extauthz.policy.bundle.BundleServerConfig;
import io.helmgate.extauthz.policy.bundle.TestBundleServer;
import io.helmgate.extauthz.policy.bundle.TestBundles;
import io.helmgate.extauthz.policy.source.PolicySource;
import io.helmgate.extauthz.policy.source.RegoVersion;
import io.helmgate.kit.config.Secret;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Policies from bundles that the real {@code opa} built, from a file and from a server. */
@Timeout(180)
final class BundlePolicyTest {

  private static final String ENTRYPOINT = "helmgate/authz/allow";

  @TempDir private Path directory;
  private TestBundles bundles;
  private TestBundleServer server;

  @BeforeEach
  void start() throws Exception {
    bundles = new TestBundles(directory);
    server = new TestBundleServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static String rego(String subject, int version) {
    return """
        package helmgate.authz

        allow := {"allowed": input.sub == "%s", "headers": {"x-version": "%d"}}
        """
        .formatted(subject, version);
  }

  private static Map<String, String> source(String subject, int version) {
    return Map.of("policy.rego", rego(subject, version));
  }

  private PolicySource served(Optional<BundleKeys> keys) {
    return new PolicySource.ServedBundle(
        new BundleServerConfig(
            "authz",
            server.url(),
            Secret.of(TestBundleServer.TOKEN),
            Optional.empty(),
            Duration.ofSeconds(1),
            Duration.ofMillis(20),
            Duration.ofMillis(40),
            Duration.ofSeconds(5),
            1 << 20),
        keys);
  }

  private Optional<BundleKeys> trusted() {
    return Optional.of(new BundleKeys(Secret.of(bundles.publicPem()), "", List.of()));
  }

  private static LivePolicy start(PolicySource source, Path opa) throws Exception {
    return LivePolicy.start(
        PolicyConfig.of(source, PolicyConfig.DEFAULT_QUERY, RegoVersion.V1, opa)
            .withPollInterval(Duration.ofMillis(25)),
        PolicyEnvironment.system());
  }

  private static boolean allows(Policy policy, String subject) {
    return policy.decide(("{\"sub\": \"" + subject + "\"}").getBytes(StandardCharsets.UTF_8))
        instanceof PolicyOutcome.Allowed;
  }

  private PolicySource.BundleFile file(byte[] archive) throws Exception {
    Path file = directory.resolve("bundle.tar.gz");
    Files.write(file, archive);
    return new PolicySource.BundleFile(file, Optional.empty());
  }

  @Test
  void aBundleWithAModuleNeedsNoOpa() throws Exception {
    byte[] archive =
        bundles.build(source("alice", 1), "-t", "wasm", "-e", ENTRYPOINT, "-r", "2026-11-22");
    try (LivePolicy policy = start(file(archive), directory.resolve("no-opa"))) {
      assertThat(allows(policy, "alice")).isTrue();
      assertThat(allows(policy, "bob")).isFalse();
      assertThat(policy.revision()).isEqualTo("2026-11-22");
    }
  }

  @Test
  void aBundleOfRegoIsCompiledAndWithoutOpaTheErrorSaysWhatIsMissing() throws Exception {
    PolicySource source = file(bundles.build(source("alice", 1)));
    try (LivePolicy policy = start(source, Tools.opa())) {
      assertThat(allows(policy, "alice")).isTrue();
    }
    assertThatExceptionOfType(InvalidPolicyException.class)
        .isThrownBy(() -> start(source, directory.resolve("no-opa")))
        .withMessageContaining("opa build -t wasm -e helmgate/authz/allow")
        .withMessageContaining("or the opa program at " + directory.resolve("no-opa"));
  }

  @Test
  void aBundleWithAModuleForAnotherQueryIsCompiledWhenItHasRego() throws Exception {
    Map<String, String> source =
        Map.of("policy.rego", rego("alice", 1), "other.rego", "package other\n\nyes := true\n");
    byte[] archive = bundles.build(source, "-t", "wasm", "-e", "other/yes");
    try (LivePolicy policy = start(file(archive), Tools.opa())) {
      assertThat(allows(policy, "alice")).isTrue();
    }
  }

  @Test
  void aRootThatLacksTheQueryIsRefused() throws Exception {
    PolicySource source =
        file(
            bundles.build(
                Map.of(".manifest", "{\"roots\": [\"other\"]}", "o.rego", "package other\n")));
    assertThatExceptionOfType(InvalidPolicyException.class)
        .isThrownBy(() -> start(source, Tools.opa()))
        .withMessageContaining("roots: [other] (expected: one with data.helmgate.authz.allow)");
  }

  @Test
  void aSelfTestThatFailsKeepsAPolicyOut() throws Exception {
    String cases =
        """
        {"cases": [
          {"name": "alice may", "input": {"sub": "alice"},
           "expected": {"headers": {"x-version": "1"}, "allowed": true}},
          {"name": "bob may", "input": {"sub": "bob"}, "expected": true},
          {"name": "of another query", "query": "data.x.y", "input": {}, "expected": 1}
        ]}
        """;
    for (List<String> options :
        List.of(List.<String>of(), List.of("-t", "wasm", "-e", ENTRYPOINT))) {
      PolicySource source =
          file(
              bundles.build(
                  Map.of("p.rego", rego("alice", 1), "helmgate/self_test/data.json", cases),
                  options.toArray(String[]::new)));
      assertThatExceptionOfType(InvalidPolicyException.class)
          .isThrownBy(() -> start(source, Tools.opa()))
          .satisfies(e -> assertThat(e.problems()).hasSize(1))
          .withMessageContaining("cases[1] bob may: {\"allowed\":false")
          .withMessageContaining("(expected: true)");
    }
  }

  @Test
  void aRegoTestThatFailsOrWantsTheNetworkKeepsAPolicyOut() throws Exception {
    String tests =
        """
        package helmgate.authz

        test_alice_may if allow.allowed with input as {"sub": "alice"}

        test_bob_may if allow.allowed with input as {"sub": "bob"}

        test_network if http.send({"method": "GET", "url": "%s"}).status_code
        """
            .formatted(server.url());
    PolicySource source =
        file(bundles.build(Map.of("p.rego", rego("alice", 1), "p_test.rego", tests)));
    assertThatExceptionOfType(InvalidPolicyException.class)
        .isThrownBy(() -> start(source, Tools.opa()))
        .withMessageContaining(
            "bundle:p_test.rego:5:1: test data.helmgate.authz.test_bob_may fails")
        .withMessageContaining("test_network fails")
        .withMessageNotContaining("test_alice_may");
    assertThat(server.prefers()).isEmpty();
  }

  @Test
  void aServerThatIsDownLeavesThePolicyAbsentUntilItsFirstBundleComes() throws Exception {
    server.answer(503);
    try (LivePolicy policy = start(served(trusted()), Tools.opa())) {
      await().until(() -> policy.status().lastError().isPresent());
      assertThat(policy.status().lastError().orElseThrow())
          .contains("answered 503 (expected: 200 or 304)");
      assertThat(policy.decide("{}".getBytes(StandardCharsets.UTF_8)))
          .isInstanceOf(PolicyOutcome.Absent.class);
      assertThat(policy.revision()).isEmpty();
      server.publish("\"1\"", bundles.signed(source("alice", 1)));
      server.answer(200);
      await().until(() -> allows(policy, "alice"));
      assertThat(policy.status().lastError()).isEmpty();
    }
  }

  @Test
  void updatesArePickedUpByETagAndBadOnesRefused() throws Exception {
    server.publish("\"1\"", bundles.signed(source("alice", 1), "-r", "one"));
    try (LivePolicy policy = start(served(trusted()), Tools.opa())) {
      await().until(() -> allows(policy, "alice"));
      int downloads = server.downloads();
      int before = server.unchanged();
      await().until(() -> server.unchanged() > before + 3);
      assertThat(server.downloads()).isEqualTo(downloads);

      server.publish("\"2\"", bundles.signed(source("bob", 2), "-r", "two"));
      await().until(() -> policy.revision().equals("two"));
      assertThat(allows(policy, "bob")).isTrue();

      Map<String, byte[]> hostile =
          Map.of(
              "wrong key", bundles.signedBy(TestBundles.newKey(), source("mallory", 3)),
              "no signature", bundles.build(source("mallory", 4)),
              "no archive", "<html>".getBytes(StandardCharsets.UTF_8),
              "too large", new byte[2 << 20],
              "not compiling",
                  bundles.signed(
                      Map.of(
                          "p.rego",
                          "package helmgate.authz\n\nallow := data.x.y\n\nallow if http.send({\"method\": \"GET\", \"url\": \"x\"})\n")));
      for (Map.Entry<String, byte[]> bad : hostile.entrySet()) {
        long errors = policy.status().errors();
        server.publish('"' + bad.getKey() + '"', bad.getValue());
        await(bad.getKey()).until(() -> policy.status().errors() > errors);
        assertThat(policy.revision()).as(bad.getKey()).isEqualTo("two");
        assertThat(allows(policy, "mallory")).as(bad.getKey()).isFalse();
      }
      server.publish("\"9\"", bundles.signed(source("carol", 9), "-r", "nine"));
      await().until(() -> allows(policy, "carol"));
      assertThat(policy.status().lastError()).isEmpty();
    }
    assertThat(server.prefers()).contains("modes=snapshot;wait=1");
  }

  @Test
  void aServerThatSaysItHoldsRequestsButDoesNotIsNotAskedInALoop() throws Exception {
    server.saysThatItHolds();
    server.publish("\"1\"", bundles.signed(source("alice", 1)));
    try (LivePolicy policy = start(served(trusted()), Tools.opa())) {
      await().until(() -> allows(policy, "alice"));
      int before = server.unchanged();
      long begun = System.nanoTime();
      await().until(() -> server.unchanged() >= before + 10);
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(150));
    }
  }

  @Test
  void bundlesAreSwappedUnderLoadWithoutAnError() throws Exception {
    server.publish("\"1\"", bundles.signed(source("alice", 1), "-r", "1"));
    AtomicBoolean stop = new AtomicBoolean();
    try (LivePolicy policy = start(served(trusted()), Tools.opa());
        ExecutorService threads = Executors.newFixedThreadPool(2)) {
      await().until(() -> allows(policy, "alice"));
      List<Future<Long>> running = new CopyOnWriteArrayList<>();
      for (int thread = 0; thread < 2; thread++) {
        running.add(
            threads.submit(
                () -> {
                  long decided = 0;
                  for (; !stop.get(); decided++) {
                    assertThat(allows(policy, "alice")).isTrue();
                    assertThat(allows(policy, "bob")).isFalse();
                  }
                  return decided;
                }));
      }
      for (String revision : List.of("2", "3", "4")) {
        server.publish(
            '"' + revision + '"',
            bundles.signed(source("alice", Integer.parseInt(revision)), "-r", revision));
        await().atMost(Duration.ofSeconds(40)).until(() -> policy.revision().equals(revision));
      }
      stop.set(true);
      for (Future<Long> one : running) {
        assertThat(one.get()).isPositive();
      }
      assertThat(policy.status().errors()).isZero();
    }
  }
}
