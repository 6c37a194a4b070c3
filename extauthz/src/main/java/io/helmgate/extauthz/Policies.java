package io.helmgate.extauthz;

import io.dropwizard.metrics5.Gauge;
import io.dropwizard.metrics5.MetricName;
import io.dropwizard.metrics5.MetricRegistry;
import io.helmgate.extauthz.config.ExtAuthzConfig;
import io.helmgate.extauthz.policy.InvalidPolicyException;
import io.helmgate.extauthz.policy.LivePolicy;
import io.helmgate.extauthz.policy.Policy;
import io.helmgate.extauthz.policy.PolicyConfig;
import io.helmgate.extauthz.policy.PolicyEnvironment;
import io.helmgate.extauthz.policy.PolicyStatus;
import io.helmgate.extauthz.policy.remote.RemoteOpaConfig;
import io.helmgate.extauthz.policy.remote.RemoteOpaPolicy;
import io.helmgate.extauthz.policy.source.PolicySource;
import io.helmgate.extauthz.policy.source.RegoQuery;
import io.helmgate.extauthz.policy.source.RegoVersion;
import io.helmgate.kit.admin.Readiness;
import io.helmgate.kit.lifecycle.Closer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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
  private final List<LivePolicy> deciding = new ArrayList<>();

  /** Shadows have engines of their own, so that no decision waits for one. */
  private record Key(PolicySource source, String query, RegoVersion version, boolean shadow) {}

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
    Key key = new Key(source, query, version, false);
    LivePolicy live = byKey.get(key);
    if (live == null) {
      live = kept(key, LivePolicy.start(config(key), environment));
      deciding.add(live);
    }
    follow(profile, live, readiness.required("policy " + profile));
    return live;
  }

  /**
   * A policy that is only compared with the one of a profile. The service is ready without it, and
   * starts with one that is not usable.
   *
   * @throws InvalidPolicyException when its query or its server's certificates are not usable
   */
  LivePolicy shadow(String profile, PolicySource source, String query, RegoVersion version)
      throws InvalidPolicyException, InterruptedException {
    Key key = new Key(source, query, version, true);
    LivePolicy live = byKey.get(key);
    if (live == null) {
      live = kept(key, LivePolicy.follow(config(key), environment));
    }
    follow(profile + " shadow", live, readiness.informative("shadow policy " + profile));
    return live;
  }

  /**
   * A policy that an OPA server evaluates; nothing is known of it before the first request.
   *
   * @throws IOException when the certificates cannot be read
   */
  Policy remote(RemoteOpaConfig config, String query) throws IOException {
    RegoQuery asked =
        RegoQuery.parse(query)
            .orElseThrow(() -> new IllegalArgumentException("rego_query: " + query));
    return closer.register("OPA server " + config.url(), new RemoteOpaPolicy(config, asked));
  }

  private LivePolicy kept(Key key, LivePolicy policy) {
    closer.register("policy " + key.query(), policy);
    byKey.put(key, policy);
    return policy;
  }

  private void follow(String profile, LivePolicy live, Readiness.Condition condition) {
    gauge("extauthz_policy_loads", profile, live, PolicyStatus::loads);
    gauge("extauthz_policy_refused_revisions", profile, live, PolicyStatus::errors);
    gauge("extauthz_policy_stale", profile, live, s -> s.lastError().isPresent() ? 1L : 0L);
    gauge("extauthz_policy_running", profile, live, s -> (long) s.running());
    gauge("extauthz_policy_discarded_instances", profile, live, PolicyStatus::discardedInstances);
    gauge("extauthz_policy_missing", profile, live, s -> s.revision().isEmpty() ? 1L : 0L);
    live.observe(status -> condition.set(isInForce(status), words(status)));
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

  /** Calls, now or later, once every policy that decides is in force. */
  void whenInForce(Runnable ready) {
    AtomicBoolean told = new AtomicBoolean();
    Runnable look =
        () -> {
          if (deciding.stream().allMatch(policy -> isInForce(policy.status()))
              && told.compareAndSet(false, true)) {
            ready.run();
          }
        };
    look.run();
    List.copyOf(deciding).forEach(policy -> policy.observe(status -> look.run()));
  }

  /**
   * Waits until every policy that decides is in force.
   *
   * @throws IOException when one is not in time; the message says why
   */
  void awaitInForce(Duration atMost) throws IOException, InterruptedException {
    CountDownLatch ready = new CountDownLatch(1);
    whenInForce(ready::countDown);
    if (!ready.await(atMost.toNanos(), TimeUnit.NANOSECONDS)) {
      for (LivePolicy policy : deciding) {
        if (!isInForce(policy.status())) {
          throw new IOException("policy " + policy.bundle() + ": " + words(policy.status()));
        }
      }
    }
  }

  private PolicyConfig config(Key key) {
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
