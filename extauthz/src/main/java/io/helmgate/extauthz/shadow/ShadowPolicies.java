package io.helmgate.extauthz.shadow;

import io.dropwizard.metrics5.MetricName;
import io.dropwizard.metrics5.MetricRegistry;
import io.helmgate.extauthz.decision.Decision;
import io.helmgate.extauthz.policy.Policy;
import io.helmgate.extauthz.policy.PolicyOutcome;
import io.helmgate.extauthz.profile.Trail;
import io.helmgate.extauthz.profile.TrailObserver;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Evaluates the shadow policies of profiles on a thread of its own, behind a bounded queue: what
 * does not fit is counted and left out. Its answers are too late for the reply's metadata; they are
 * in the metrics and, where they differ, in the log with the decision's id.
 */
public final class ShadowPolicies implements TrailObserver, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ShadowPolicies.class);
  private static final MetricName VERDICTS = MetricName.build("extauthz_shadow_verdicts");
  private static final MetricName DROPPED = MetricName.build("extauthz_shadow_dropped");
  private static final int WAITING = 1000;

  private final Map<String, Policy> byProfile;
  private final MetricRegistry metrics;
  private final BlockingQueue<Question> waiting = new ArrayBlockingQueue<>(WAITING);
  private final Thread worker;

  /** What a policy was asked, and whether it allowed it. */
  private record Question(String profile, String decisionId, Trail.Evaluation evaluation) {}

  /** How a shadow's answer stands to the one that counted; a label of the metrics. */
  private enum Verdict {
    SAME,
    WOULD_ALLOW,
    WOULD_DENY,
    FAILED
  }

  /**
   * Begins to evaluate.
   *
   * @param byProfile the shadow policy of each profile that has one
   */
  public ShadowPolicies(Map<String, Policy> byProfile, MetricRegistry metrics) {
    this.byProfile = Map.copyOf(byProfile);
    this.metrics = metrics;
    byProfile.keySet().forEach(this::register);
    this.worker = Thread.ofPlatform().daemon().name("shadow-policies").start(this::work);
  }

  private void register(String profile) {
    metrics.counter(DROPPED.tagged("profile", profile));
    for (Verdict verdict : Verdict.values()) {
      metrics.counter(name(profile, verdict));
    }
  }

  private static MetricName name(String profile, Verdict verdict) {
    return VERDICTS.tagged("profile", profile, "verdict", verdict.name().toLowerCase(Locale.ROOT));
  }

  @Override
  public void decided(Trail trail) {
    // Where the policy in force gave no answer there is nothing to compare with.
    if (!byProfile.containsKey(trail.profile())
        || trail.decision() instanceof Decision.Unavailable) {
      return;
    }
    for (Trail.Evaluation evaluation : trail.evaluations()) {
      if (!waiting.offer(new Question(trail.profile(), trail.id(), evaluation))) {
        metrics.counter(DROPPED.tagged("profile", trail.profile())).inc();
      }
    }
  }

  private void work() {
    while (!Thread.currentThread().isInterrupted()) {
      try {
        ask(waiting.take());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (RuntimeException e) {
        // The edge of this thread: anything thrown would end the comparison for good.
        LOG.error("Comparing with a shadow policy failed", e);
      }
    }
  }

  private void ask(Question question) {
    Policy shadow = byProfile.get(question.profile());
    if (shadow == null) {
      return;
    }
    Policy version = shadow.current();
    boolean allowed = question.evaluation().allowed();
    Verdict verdict =
        switch (version.decide(question.evaluation().document().json(version.reads()))) {
          case PolicyOutcome.Allowed ignored -> allowed ? Verdict.SAME : Verdict.WOULD_ALLOW;
          case PolicyOutcome.Denied ignored -> allowed ? Verdict.WOULD_DENY : Verdict.SAME;
          case PolicyOutcome.Undefined ignored -> allowed ? Verdict.WOULD_DENY : Verdict.SAME;
          case PolicyOutcome.Malformed ignored -> allowed ? Verdict.WOULD_DENY : Verdict.SAME;
          case PolicyOutcome.Failed ignored -> Verdict.FAILED;
          case PolicyOutcome.Absent ignored -> Verdict.FAILED;
        };
    metrics.counter(name(question.profile(), verdict)).inc();
    if (verdict == Verdict.WOULD_ALLOW || verdict == Verdict.WOULD_DENY) {
      LOG.info(
          "The shadow policy of profile {} differs about decision {}: {} (revision {})",
          question.profile(),
          question.decisionId(),
          verdict == Verdict.WOULD_ALLOW ? "it would allow" : "it would deny",
          version.revision());
    }
  }

  @Override
  public void close() {
    worker.interrupt();
  }
}
