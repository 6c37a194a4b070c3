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
import io.helmgate.kit.lifecycle.Closer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/** The policies in force, one for each text and query however many profiles use it. */
final class Policies implements AutoCloseable {

  private final Path opa;
  private final PolicyEnvironment environment;
  private final MetricRegistry metrics;
  private final Closer closer = new Closer();
  private final Map<Key, LivePolicy> byKey = new HashMap<>();

  private record Key(PolicySource source, String query, RegoVersion version) {}

  Policies(ExtAuthzConfig config, Environment environment, MetricRegistry metrics) {
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
    return live;
  }

  private PolicyConfig policyConfig(Key key) {
    return switch (key.source()) {
      case PolicySource.Inline inline ->
          PolicyConfig.inline(inline.regoText(), key.query(), key.version(), opa);
      case PolicySource.Files files ->
          PolicyConfig.files(files.paths(), key.query(), key.version(), opa);
    };
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
