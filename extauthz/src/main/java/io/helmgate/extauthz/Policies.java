package io.helmgate.extauthz;

import io.dropwizard.metrics5.Gauge;
import io.dropwizard.metrics5.MetricName;
import io.dropwizard.metrics5.MetricRegistry;
import io.helmgate.extauthz.config.ExtAuthzConfig;
import io.helmgate.extauthz.policy.InvalidPolicyException;
import io.helmgate.extauthz.policy.LivePolicy;
import io.helmgate.extauthz.policy.PolicyConfig;
import io.helmgate.extauthz.policy.PolicyEnvironment;
import io.helmgate.extauthz.policy.PolicyStatus;
import io.helmgate.extauthz.policy.source.PolicySource;
import io.helmgate.extauthz.policy.source.RegoVersion;
import io.helmgate.kit.admin.Readiness;
import io.helmgate.kit.lifecycle.Closer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/** The policies in force, one for each text and query however many profiles use it. */
final class Policies implements AutoCloseable {

  private final Path opa;
  private final PolicyEnvironment environment;
  private final MetricRegistry metrics;
  private final Closer closer = new Closer();
  private final Readiness readiness;
  private final Map<Key, LivePolicy> byKey = new HashMap<>();

  private record Key(PolicySource source, String query, RegoVersion version) {}

  Policies(
      ExtAuthzConfig config, Environment environment, MetricRegistry metrics, Readiness readiness) {
    this.readiness = readiness;
    this.opa = environment.program(config.opaFile());
    this.metrics = metrics;
    this.environment =
        new PolicyEnvironment(
            environment.clock(),
            environment.random(),
            Thread.ofPlatform().daemon().name("policy-", 0).factory());
  }

  /**
   * The policy of a profile; the first call for it compiles it.
   *
   * @throws InvalidPolicyException when it cannot be put into force
   */
  LivePolicy of(String profile, PolicySource source, String query, RegoVersion version)
      throws InvalidPolicyException, InterruptedException {
    Key key = new Key(source, query, version);
    LivePolicy policy = byKey.get(key);
    if (policy == null) {
      policy = LivePolicy.start(policyConfig(key), environment);
      closer.register("policy " + query, policy);
      byKey.put(key, policy);
    }
    LivePolicy live = policy;
    gauge("extauthz_policy_loads", profile, live, PolicyStatus::loads);
    gauge("extauthz_policy_refused_revisions", profile, live, PolicyStatus::errors);
    gauge("extauthz_policy_stale", profile, live, s -> s.lastError().isPresent() ? 1L : 0L);
    gauge("extauthz_policy_running", profile, live, s -> (long) s.running());
    gauge("extauthz_policy_discarded_instances", profile, live, PolicyStatus::discardedInstances);
    gauge("extauthz_policy_missing", profile, live, s -> s.revision().isEmpty() ? 1L : 0L);
    Readiness.Condition condition = readiness.required("policy " + profile);
    live.observe(status -> condition.set(isInForce(status), words(status)));
    return live;
  }

  private static boolean isInForce(PolicyStatus status) {
    return !status.revision().isEmpty();
  }

  private static String words(PolicyStatus status) {
    String trouble =
        status.lastError().map(found -> found.lines().findFirst().orElse("")).orElse("");
    if (!isInForce(status)) {
      return "none yet" + (trouble.isEmpty() ? "" : ": " + trouble);
    }
    String inForce = "revision " + status.revision();
    return trouble.isEmpty() ? inForce : inForce + ", a newer one is not used: " + trouble;
  }

  /** Calls, now or later, once every policy that was made so far is in force. */
  void whenInForce(Runnable ready) {
    AtomicBoolean told = new AtomicBoolean();
    Runnable look =
        () -> {
          if (byKey.values().stream().allMatch(policy -> isInForce(policy.status()))
              && told.compareAndSet(false, true)) {
            ready.run();
          }
        };
    look.run();
    List.copyOf(byKey.values()).forEach(policy -> policy.observe(status -> look.run()));
  }

  /**
   * Waits until every policy that was made so far is in force.
   *
   * @throws IOException when one is not in time; the message says why
   */
  void awaitInForce(Duration atMost) throws IOException, InterruptedException {
    CountDownLatch ready = new CountDownLatch(1);
    whenInForce(ready::countDown);
    if (!ready.await(atMost.toNanos(), TimeUnit.NANOSECONDS)) {
      for (Map.Entry<Key, LivePolicy> policy : byKey.entrySet()) {
        if (!isInForce(policy.getValue().status())) {
          throw new IOException(
              "policy for " + policy.getKey().query() + ": " + words(policy.getValue().status()));
        }
      }
    }
  }

  private PolicyConfig policyConfig(Key key) {
    return PolicyConfig.of(key.source(), key.query(), key.version(), opa);
  }

  private void gauge(
      String name, String profile, LivePolicy policy, Function<PolicyStatus, Long> value) {
    metrics.gauge(
        MetricName.build(name).tagged("profile", profile),
        () -> (Gauge<Long>) () -> value.apply(policy.status()));
  }

  @Override
  public void close() {
    closer.close();
  }
}
