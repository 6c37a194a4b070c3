package io.helmgate.extauthz.record;

import io.dropwizard.metrics5.Counter;
import io.dropwizard.metrics5.MetricName;
import io.dropwizard.metrics5.MetricRegistry;
import io.dropwizard.metrics5.Timer;
import io.helmgate.extauthz.profile.Trail;
import io.helmgate.extauthz.profile.TrailObserver;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Counts and times decisions. All label values come from the configuration or an enum. */
public final class DecisionMetrics implements TrailObserver {

  private static final MetricName DECISIONS = MetricName.build("extauthz_decisions");
  private static final MetricName DECISION_TIME = MetricName.build("extauthz_decision_seconds");
  private static final MetricName STAGE_TIME = MetricName.build("extauthz_stage_seconds");
  private static final String UNKNOWN = "unknown";

  private final MetricRegistry registry;
  private final Timer total;
  private final Map<Trail.Stage, Timer> stages = new EnumMap<>(Trail.Stage.class);
  private final Map<Labels, Counter> decisions = new ConcurrentHashMap<>();

  private record Labels(String profile, String kind, String reason) {}

  public DecisionMetrics(MetricRegistry registry) {
    this.registry = registry;
    this.total = registry.timer(DECISION_TIME);
    for (Trail.Stage stage : Trail.Stage.values()) {
      String label = stage.name().toLowerCase(Locale.ROOT);
      stages.put(stage, registry.timer(STAGE_TIME.tagged("stage", label)));
    }
  }

  @Override
  public void decided(Trail trail) {
    Outcome outcome = Outcome.of(trail.decision());
    String profile = trail.profile().isEmpty() ? UNKNOWN : trail.profile();
    decisions
        .computeIfAbsent(new Labels(profile, outcome.kind(), outcome.reason()), this::counter)
        .inc();
    total.update(trail.total());
    trail.times().forEach((stage, time) -> timer(stage).update(time));
  }

  private Timer timer(Trail.Stage stage) {
    return stages.getOrDefault(stage, total);
  }

  private Counter counter(Labels labels) {
    return registry.counter(
        DECISIONS.tagged(
            "profile", labels.profile(), "outcome", labels.kind(), "reason", labels.reason()));
  }
}
