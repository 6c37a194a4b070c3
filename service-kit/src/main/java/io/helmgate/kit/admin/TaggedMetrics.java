package io.helmgate.kit.admin;

import io.dropwizard.metrics5.Counter;
import io.dropwizard.metrics5.Counting;
import io.dropwizard.metrics5.Gauge;
import io.dropwizard.metrics5.Histogram;
import io.dropwizard.metrics5.Meter;
import io.dropwizard.metrics5.Metric;
import io.dropwizard.metrics5.MetricName;
import io.dropwizard.metrics5.MetricRegistry;
import io.dropwizard.metrics5.Snapshot;
import io.dropwizard.metrics5.Timer;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.PrometheusNaming;
import io.prometheus.metrics.model.snapshots.Quantiles;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot.SummaryDataPointSnapshot;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Shows a Dropwizard registry to Prometheus, tags as labels.
 *
 * <p>Prometheus' own bridge (1.4.3) drops the tags, and fails when two metrics differ in them only.
 * Metrics of one name must be of one type. Timers are in seconds.
 */
final class TaggedMetrics implements MultiCollector {

  private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

  private final MetricRegistry registry;

  TaggedMetrics(MetricRegistry registry) {
    this.registry = registry;
  }

  @Override
  public MetricSnapshots collect() {
    var byName = new TreeMap<String, Map<Labels, Metric>>();
    registry
        .getMetrics()
        .forEach(
            (name, metric) ->
                byName
                    .computeIfAbsent(
                        PrometheusNaming.sanitizeMetricName(name.getKey()), _ -> new TreeMap<>())
                    .put(labels(name), metric));
    var snapshots = MetricSnapshots.builder();
    byName.forEach((name, points) -> snapshot(name, points).ifPresent(snapshots::metricSnapshot));
    return snapshots.build();
  }

  private static Labels labels(MetricName name) {
    var labels = Labels.builder();
    name.getTags()
        .forEach((tag, value) -> labels.label(PrometheusNaming.sanitizeLabelName(tag), value));
    return labels.build();
  }

  private static Optional<MetricSnapshot> snapshot(String name, Map<Labels, Metric> points) {
    return switch (points.values().iterator().next()) {
      case Counter _, Meter _ -> Optional.of(counters(name, points));
      case Gauge<?> _ -> Optional.of(gauges(name, points));
      case Timer _, Histogram _ -> Optional.of(summaries(name, points));
      default -> Optional.empty();
    };
  }

  private static MetricSnapshot counters(String name, Map<Labels, Metric> points) {
    var snapshot = CounterSnapshot.builder().name(name);
    points.forEach(
        (labels, metric) ->
            snapshot.dataPoint(
                CounterDataPointSnapshot.builder()
                    .labels(labels)
                    .value((double) ((Counting) metric).getCount())
                    .build()));
    return snapshot.build();
  }

  private static MetricSnapshot gauges(String name, Map<Labels, Metric> points) {
    var snapshot = GaugeSnapshot.builder().name(name);
    points.forEach(
        (labels, metric) -> {
          if (((Gauge<?>) metric).getValue() instanceof Number number) {
            snapshot.dataPoint(
                GaugeDataPointSnapshot.builder()
                    .labels(labels)
                    .value(number.doubleValue())
                    .build());
          }
        });
    return snapshot.build();
  }

  private static MetricSnapshot summaries(String name, Map<Labels, Metric> points) {
    var snapshot = SummarySnapshot.builder().name(name);
    points.forEach(
        (labels, metric) ->
            snapshot.dataPoint(
                switch (metric) {
                  case Timer timer ->
                      summary(
                          labels,
                          timer.getSnapshot(),
                          timer.getCount(),
                          (double) timer.getSum(),
                          NANOS);
                  case Histogram histogram ->
                      summary(
                          labels,
                          histogram.getSnapshot(),
                          histogram.getCount(),
                          (double) histogram.getSum(),
                          1);
                  default -> throw new IllegalStateException(name + ": metrics of several types");
                }));
    return snapshot.build();
  }

  private static SummaryDataPointSnapshot summary(
      Labels labels, Snapshot snapshot, long count, double sum, double unit) {
    var quantiles =
        Quantiles.builder()
            .quantile(0.5, snapshot.getMedian() / unit)
            .quantile(0.9, snapshot.getValue(0.9) / unit)
            .quantile(0.99, snapshot.get99thPercentile() / unit)
            .quantile(0.999, snapshot.get999thPercentile() / unit)
            .build();
    var point = SummaryDataPointSnapshot.builder().labels(labels).quantiles(quantiles);
    point.count(count).sum(sum / unit);
    return point.build();
  }
}
